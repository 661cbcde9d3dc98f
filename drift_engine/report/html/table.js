// The table: small pictures as rows come into view, sorting, filters, search, details, theme, printing.
const table = document.getElementById("features");
const bodies = [...table.tBodies];
const RANKS = ["drifted", "undecided", "ok", "not enough data", "not checked", "not comparable"];
const rank = (feature) => (RANKS.indexOf(feature.verdict) + RANKS.length + 1) % (RANKS.length + 1);
const gone = ({ missing: [before, after] }) => (after === null ? 2 : before === null ? -1 : Math.abs(after - before));
// What each column sorts by, and whether its first click puts the largest first.
const KEYS = [
  [(feature) => feature.name.toLowerCase(), false], [rank, false], [(feature) => feature.far, true], null,
  [(feature) => feature.size, true], [gone, true], null,
];
let chosen = "";

function paint(position) {
  const feature = DATA.features[position], [line] = bodies[position].rows;
  const shape = small(feature);
  if (shape) line.cells[3].replaceChildren(shape);
  if (feature.past) line.cells[6].replaceChildren(smallPast(feature));
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    paint(Number(entry.target.id.slice(1)));
  }
}, { rootMargin: "400px" });

function toggle(position, open) {
  const [line, more] = bodies[position].rows, button = line.querySelector("button");
  const opened = open ?? more.hidden;
  more.hidden = !opened;
  button.setAttribute("aria-expanded", String(opened));
  if (opened) detail(DATA.features[position], more.cells[0]);
}

function redraw() {
  bodies.forEach((body, position) => { if (!body.rows[1].hidden) detail(DATA.features[position], body.rows[1].cells[0]); });
}

function show() {
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  let count = 0;
  bodies.forEach((body, position) => {
    const feature = DATA.features[position];
    const fits = !chosen || feature.verdict === chosen || (chosen === "notes" && feature.notes.length > 0);
    body.hidden = !(fits && `${feature.name} ${feature.full || ""}`.toLowerCase().includes(wanted));
    count += body.hidden ? 0 : 1;
  });
  document.getElementById("count").textContent = `${count.toLocaleString("en-US")} of ${bodies.length.toLocaleString("en-US")} shown`;
  document.getElementById("nothing").hidden = count > 0;
}

function sort(heading, column) {
  const [key, largestFirst] = KEYS[column], was = heading.getAttribute("aria-sort");
  const descending = was ? was === "ascending" : largestFirst;
  for (const each of heading.parentNode.cells) each.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const keys = DATA.features.map(key);
  const order = bodies.map((_, position) => position).sort((a, b) => {
    const by = keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : 0;
    return by === 0 ? a - b : descending ? -by : by;
  });
  table.append(...order.map((position) => bodies[position]));
}

function headings() {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if (!KEYS[column]) return;
    const button = el("button", { type: "button" }, heading.textContent);
    heading.replaceChildren(button);
    button.addEventListener("click", () => sort(heading, column));
  });
}

function filters() {
  const buttons = [...document.querySelectorAll(".filter")];
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = button.dataset.word === chosen ? "" : button.dataset.word;
      for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.word === chosen));
      show();
    });
  }
  document.getElementById("search").addEventListener("input", show);
  document.getElementById("controls").hidden = false;
}

function printing() {
  let opened = [];
  addEventListener("beforeprint", () => {
    bodies.forEach((_, position) => paint(position));
    opened = bodies.map((_, position) => position).filter((position) => DATA.features[position].verdict === "drifted" && bodies[position].rows[1].hidden).slice(0, 40);
    for (const position of opened) toggle(position, true);
    redraw();
  });
  addEventListener("afterprint", () => { for (const position of opened) toggle(position, false); redraw(); });
}

table.addEventListener("click", (event) => {
  const line = event.target.closest(".line");
  if (!line || getSelection().toString()) return;
  toggle(Number(line.parentNode.id.slice(1)));
});
table.addEventListener("keydown", (event) => {
  const body = event.key === "Escape" && event.target.closest("tbody");
  if (!body) return;
  toggle(Number(body.id.slice(1)), false);
  body.querySelector("button").focus();
});
for (const body of bodies) watcher.observe(body);
new ResizeObserver(redraw).observe(table);
headings(); filters(); theme(); printing(); show();
const linked = /^#f(\d+)$/.exec(location.hash);
if (linked && bodies[linked[1]]) toggle(Number(linked[1]), true);
