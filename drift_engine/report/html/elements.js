// What the other scripts build with: elements, numbers, scales.
const DATA = JSON.parse(document.getElementById("data").textContent);
const WHOLE = 10000;

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function draw(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

let pictures = 0;

// A picture that a screen reader announces by its title and description.
function picture(width, height, title, description, ...children) {
  const id = `p${pictures++}`;
  return draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": `${id} ${id}d` },
    draw("title", { id }, title), draw("desc", { id: `${id}d` }, description), ...children);
}

function label(x, y, text, attributes = {}) {
  return draw("text", { x, y, ...attributes }, text);
}

function number(value) {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e9)) return value.toExponential(2);
  return value.toLocaleString("en-US", { maximumSignificantDigits: 5 });
}

function percent(tenThousandths) {
  const share = tenThousandths / 100;
  return `${share.toFixed(share < 10 && share > 0 || share > 90 && share < 100 ? 1 : 0)}%`;
}

// Round values between low and high, about `count` of them.
function ticks(low, high, count) {
  const rough = (high - low) / Math.max(1, count);
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const found = [];
  for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at += 1) found.push(at * step + 0);
  return found;
}
