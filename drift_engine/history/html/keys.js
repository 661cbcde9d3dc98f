// Keys, pointer and buttons of the map.
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], PageUp: [-10, 0], PageDown: [10, 0] };

function go(row, batch) {
  place.row = row;
  place.batch = batch;
  if (batch < first) turn(batch + (last - first));
  else if (batch >= last) turn(batch + 1);
  paint(row);
  const cell = hold();
  if (cell) cell.focus();
}

map.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  const at = visible.indexOf(place.row), [down, right] = STEPS[event.key] || [0, 0];
  let batch = place.batch + right;
  if (event.key === "Home") batch = 0;
  else if (event.key === "End") batch = BATCHES.length - 1;
  else if (!STEPS[event.key]) return;
  event.preventDefault();
  go(visible[Math.min(visible.length - 1, Math.max(0, at + down))], Math.min(BATCHES.length - 1, Math.max(0, batch)));
});

function tell(event) {
  const cell = event.target.closest(".cell");
  if (!cell) return;
  read.textContent = cell.getAttribute("aria-label");
  read.hidden = false;
  if (event.type !== "focusin") return;
  place.row = Number(cell.closest("tbody").id.slice(1));
  place.batch = Number(cell.dataset.batch);
  hold();
}
for (const type of ["focusin", "pointerover", "click"]) map.addEventListener(type, tell);

const buttons = [...document.querySelectorAll(".filter")];
for (const button of buttons) {
  button.addEventListener("click", () => {
    chosen = button.dataset.word === chosen ? "" : button.dataset.word;
    for (const each of buttons) each.setAttribute("aria-pressed", String(each.dataset.word === chosen));
    arrange();
  });
}
document.getElementById("search").addEventListener("input", arrange);
document.getElementById("order").addEventListener("change", arrange);
document.getElementById("older").addEventListener("click", () => turn(first));
document.getElementById("newer").addEventListener("click", () => turn(last + (last - first)));
document.getElementById("controls").hidden = false;
addEventListener("beforeprint", () => bodies.forEach((_, position) => paint(position)));
let width = 0;
new ResizeObserver(() => {
  if (map.parentNode.clientWidth === width) return;
  width = map.parentNode.clientWidth;
  turn(last);
}).observe(map.parentNode);
theme();
turn(BATCHES.length);
arrange();
