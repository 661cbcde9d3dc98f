// Pictures of categories, of past runs, and the table's small ones.
function shareRow([name, baseline, batch, oldShare, newShare, tag], bars) {
  const mark = tag ? [" ", el("span", { class: "tag" }, tag)] : [];
  return el("tr", {}, el("th", { scope: "row" }, el("bdi", {}, name || "(empty)"), ...mark),
    el("td", { class: "bars" }, ...bars), el("td", {}, oldShare), el("td", {}, newShare));
}

function sharesTable(figure) {
  const highest = Math.max(1, ...figure.listed.flatMap(([, baseline, batch]) => [baseline, batch]));
  const body = figure.listed.map((each) => shareRow(each, [
    draw("svg", { class: "pair", viewBox: "0 0 200 20", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { class: "area", y: 2, height: 7, width: 199 * each[1] / highest }),
      draw("path", { class: "line", d: `M0 11H${199 * each[2] / highest}V18H0` })),
  ]));
  // What all others sum to would dwarf the categories that matter: numbers only.
  if (figure.rest) body.push(shareRow(figure.rest, []));
  const names = ["Category", "Share", "Baseline", "Batch"];
  return el("table", { class: "shares" }, el("caption", { class: "hidden" }, "Shares of categories"),
    el("thead", {}, el("tr", {}, ...names.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, ...body));
}

function small(feature) {
  const { figure } = feature, width = 140, height = 34;
  if (!figure) return null;
  const parts = figure.kind === "numbers" ? shapes(figure, axis(figure, 1, width - 1), 2, height - 1) : smallShares(figure, width, height);
  return draw("svg", { class: "small", viewBox: `0 0 ${width} ${height}`, width, height, "aria-hidden": "true" },
    ...parts, draw("path", { class: "axis", d: `M0 ${height - 0.5}H${width}` }));
}

function smallShares(figure, width, height) {
  const listed = figure.listed.slice(0, 8);
  const shaped = {
    values: listed.map((_, index) => index),
    baseline: listed.map((each) => each[1]),
    batch: listed.map((each) => each[2]),
  };
  return shapes(shaped, axis(shaped, 1, width - 1), 2, height - 1);
}

function pastPoints(feature) {
  return [...feature.past, feature.now[0]].map((distance, index) => [index, distance]).filter(([, distance]) => distance !== null);
}

// Effects or distances of past runs and this one as a line, floor or threshold dashed; triangles are runs that drifted.
function pastParts(feature, left, right, top, bottom) {
  const limit = feature.now[1], points = pastPoints(feature), last = feature.past.length;
  const highest = Math.max(1e-9, 1.15 * (limit || 0), ...points.map(([, distance]) => distance));
  const x = (index) => left + (right - left) * index / Math.max(1, last);
  const y = (distance) => bottom - (bottom - top) * distance / highest;
  const parts = [];
  if (limit !== null) parts.push(draw("path", { class: "limit", d: `M${left} ${y(limit)}H${right}` }));
  parts.push(draw("path", { class: "past", d: points.map(([index, distance], at) => `${at ? "L" : "M"}${x(index)} ${y(distance)}`).join("") }));
  for (const [index, distance] of points) {
    const beyond = feature.alarms[index], [cx, cy] = [x(index), y(distance)];
    parts.push(beyond ? draw("path", { class: "alarm", d: `M${cx} ${cy - 4.5}l4.5 8h-9z` }) : draw("circle", { class: "dot", cx, cy, r: 2.5 }));
  }
  return { parts, x, y, highest, limit };
}

function smallPast(feature) {
  const { parts } = pastParts(feature, 6, 94, 6, 28);
  return draw("svg", { class: "small", viewBox: "0 0 100 34", width: 100, height: 34, "aria-hidden": "true" }, ...parts);
}

function pastPicture(feature, width) {
  const height = 140, bottom = height - BOTTOM;
  const { parts, x, y, highest, limit } = pastParts(feature, LEFT, width - RIGHT - 24, 12, bottom);
  const runs = [...DATA.runs, "this run"];
  const every = Math.ceil(runs.length / Math.max(2, Math.floor(width / 90)));
  const named = runs.map((run, index) => [run, index]).filter(([, index]) => (runs.length - 1 - index) % every === 0);
  const words = named.map(([run, index]) => label(x(index), bottom + 16, run, { "text-anchor": "middle" }));
  const said = runs.map((run, index) => {
    const distance = [...feature.past, feature.now[0]][index];
    return `${run}: ${distance === null ? "not compared" : distance.toFixed(3)}`;
  });
  return picture(width, height, `${DATA.measure} of ${feature.name} in past runs`, said.join("; "),
    draw("path", { class: "axis", d: `M${LEFT} ${bottom}H${width - RIGHT}` }), ...parts, ...words,
    ...(limit === null ? [] : [label(LEFT - 6, y(limit) + 4, limit.toFixed(2), { "text-anchor": "end" })]),
    label(LEFT - 6, Math.min(y(highest) + 4, limit === null ? Infinity : y(limit) - 8), highest.toFixed(2), { "text-anchor": "end" }));
}
