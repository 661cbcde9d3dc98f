// The map: as many batches as there is room for, rows as they come into view, search, filters, order.
const map = document.getElementById("map"), read = document.getElementById("read");
const bodies = [...map.tBodies], BATCHES = DATA.batches, BOX = 24, MARKS = ["", "▲", "?", "…", "–", "–"];
const head = map.tHead.rows[0], place = { row: 0, batch: BATCHES.length - 1 };
let first = 0, last = BATCHES.length, chosen = "", visible = bodies.map((_, position) => position);

function shareOrUnits(far) {
  if (far === null) return "not compared";
  return DATA.unit ? `${percent(WHOLE * far)} of the rows moved` : `${number(far)} times the threshold`;
}

// What a cell says, for the line below the map and for who can't see it.
function words(feature, batch) {
  const [name, rows, link] = BATCHES[batch], distance = feature.distance[batch];
  const parts = [`${feature.name}, ${name}: ${DATA.words[feature.words[batch]]}`, shareOrUnits(feature.far[batch])];
  if (distance !== null) parts.push(`distance ${number(distance)}${feature.limit === null ? "" : `, threshold ${number(feature.limit)}`}`);
  if (feature.changed === batch) parts.push("changed from here on");
  parts.push(`${rows.toLocaleString("en-US")} rows`);
  return parts.join("; ") + (link ? "; opens the report" : "");
}

function box(position, batch) {
  const feature = DATA.features[position], link = BATCHES[batch][2], step = feature.steps[batch];
  const classes = ["cell", step === "-" ? "none" : `s${step}`];
  if (feature.words[batch] === "1") classes.push("drift");
  if (feature.changed === batch) classes.push("turn");
  const attributes = { class: classes.join(" "), "aria-label": words(feature, batch), "data-batch": batch, tabindex: "-1" };
  if (link) attributes.href = link; else attributes.role = "img";
  return el("td", { class: "box" }, el(link ? "a" : "span", attributes, MARKS[feature.words[batch]]));
}

function paint(position) {
  const line = bodies[position].rows[0];
  if (line.dataset.shown === `${first} ${last}`) return;
  line.dataset.shown = `${first} ${last}`;
  for (const old of line.querySelectorAll(".box")) old.remove();
  line.cells[0].after(...Array.from({ length: last - first }, (_, index) => box(position, first + index)));
  if (position === place.row) hold();
}

// One cell of the map can be reached with Tab; the arrows move it.
function hold() {
  for (const other of map.querySelectorAll('.cell[tabindex="0"]')) other.tabIndex = -1;
  const cell = bodies[place.row].querySelector(`[data-batch="${place.batch}"]`);
  if (cell) cell.tabIndex = 0;
  return cell;
}

function heads() {
  for (const old of head.querySelectorAll(".when")) old.remove();
  const made = BATCHES.slice(first, last).map(([name, , link]) =>
    el("th", { scope: "col", class: "when" }, link ? el("a", { href: link, tabindex: "-1" }, name) : el("span", {}, name)));
  head.cells[0].after(...made);
}

function room() {
  const other = [...head.cells].filter((cell) => cell.className !== "when").reduce((sum, cell) => sum + cell.offsetWidth, 0);
  const widest = Math.max(...bodies.slice(0, 50).map((body) => body.rows[0].cells[0].offsetWidth));
  const names = Math.max(widest, head.cells[0].offsetWidth) - head.cells[0].offsetWidth;
  return Math.max(4, Math.floor((map.parentNode.clientWidth - 2 * parseFloat(getComputedStyle(map.parentNode).paddingLeft) - other - names - 4) / BOX));
}

const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) if (entry.isIntersecting) paint(Number(entry.target.id.slice(1)));
}, { rootMargin: "300px" });

// Shows the batches up to, but not with, `end`.
function turn(end) {
  const many = Math.min(BATCHES.length, room());
  last = Math.min(BATCHES.length, Math.max(many, end));
  first = last - many;
  place.batch = Math.min(last - 1, Math.max(first, place.batch));
  heads();
  for (const body of bodies) { watcher.unobserve(body); watcher.observe(body); }
  paint(place.row);
  const all = many === BATCHES.length;
  document.getElementById("shown").textContent = all ? `all ${many} batches` : `batches ${first + 1} to ${last} of ${BATCHES.length}`;
  for (const [id, off] of [["older", first === 0], ["newer", last === BATCHES.length]]) {
    const button = document.getElementById(id);
    button.disabled = off;
    button.hidden = all;
  }
}

const KEPT = {
  "": () => true, changed: (feature) => "changed" in feature,
  last: (feature) => feature.words.at(-1) === "1", ever: (feature) => feature.drifted > 0,
};
const ORDERS = {
  changed: () => 0, last: (feature) => -(feature.far.at(-1) ?? -1), drifted: (feature) => -feature.drifted,
  name: (feature) => feature.name.toLowerCase(),
};

function arrange() {
  const wanted = document.getElementById("search").value.trim().toLowerCase();
  const key = ORDERS[document.getElementById("order").value], keys = DATA.features.map(key);
  const order = bodies.map((_, position) => position).sort((a, b) => (keys[a] < keys[b] ? -1 : keys[a] > keys[b] ? 1 : a - b));
  map.append(...order.map((position) => bodies[position]));
  visible = order.filter((position) => {
    const feature = DATA.features[position];
    const fits = KEPT[chosen](feature) && `${feature.name} ${feature.full || ""}`.toLowerCase().includes(wanted);
    bodies[position].hidden = !fits;
    return fits;
  });
  document.getElementById("nothing").hidden = visible.length > 0;
  if (visible.length && !visible.includes(place.row)) { place.row = visible[0]; paint(place.row); hold(); }
}
