// Pictures of a numeric feature: shares of rows, and distribution functions with the gap. Both share one axis.
const LEFT = 40, RIGHT = 12, BOTTOM = 22;

// The axis of a feature: few values stand side by side, many on a line.
function axis(figure, left, right) {
  const { values } = figure;
  if (values) {
    const band = (right - left) / values.length;
    const centre = (index) => left + band * (index + 0.5);
    // Where a value stands; between two values, on the first one's right edge.
    const x = (value) => {
      const next = values.findIndex((each) => each >= value);
      if (next < 0) return right;
      return values[next] === value ? centre(next) : left + band * next;
    };
    const every = Math.ceil(values.length / Math.max(2, Math.floor((right - left) / 46)));
    const marks = values.map((value, index) => [centre(index), value]).filter((_, index) => index % every === 0);
    return { x, band, marks, starts: values.map((_, index) => left + band * index) };
  }
  const [low, high] = figure.axis;
  const x = (value) => left + (right - left) * (Math.min(high, Math.max(low, value)) - low) / (high - low);
  const band = (right - left) / figure.baseline.length;
  const marks = ticks(low, high, (right - left) / 80).map((value) => [x(value), value]);
  return { x, band, marks, starts: figure.baseline.map((_, index) => left + band * index), low, high };
}

function outline(heights, starts, band, bottom, y) {
  const steps = heights.map((height, index) => `L${starts[index].toFixed(1)} ${y(height).toFixed(1)}h${band.toFixed(2)}`);
  return `M${starts[0].toFixed(1)} ${bottom}${steps.join("")}V${bottom}`;
}

// Baseline filled, batch outlined; the same in the table's small picture and in the large one.
function shapes(figure, at, top, bottom) {
  const highest = Math.max(1, ...figure.baseline, ...figure.batch);
  const y = (share) => bottom - (bottom - top) * share / highest;
  if (!figure.values) {
    return [
      draw("path", { class: "area", d: `${outline(figure.baseline, at.starts, at.band, bottom, y)}Z` }),
      draw("path", { class: "line", d: outline(figure.batch, at.starts, at.band, bottom, y) }),
    ];
  }
  const width = Math.max(1, Math.min(28, at.band * 0.42));
  return figure.values.flatMap((_, index) => {
    const middle = at.starts[index] + at.band / 2;
    return [
      draw("rect", { class: "area", x: middle - width, y: y(figure.baseline[index]), width, height: bottom - y(figure.baseline[index]) }),
      draw("path", { class: "line", d: `M${middle + 1} ${bottom}V${y(figure.batch[index])}h${width - 1}V${bottom}` }),
    ];
  });
}

function frame(at, width, bottom, top) {
  return [
    draw("path", { class: "axis", d: `M${LEFT} ${bottom}H${width - RIGHT}` }),
    ...at.marks.map(([x]) => draw("path", { class: "grid", d: `M${x} ${top}V${bottom + 4}` })),
    ...at.marks.map(([x, value]) => label(x, bottom + 16, number(value), { "text-anchor": "middle" })),
  ];
}

function sharesPicture(name, figure, width) {
  const height = 180, top = 8, bottom = height - BOTTOM;
  const at = axis(figure, LEFT, width - RIGHT);
  const highest = Math.max(1, ...figure.baseline, ...figure.batch);
  return picture(width, height, `Distribution of ${name}`,
    "Shares of rows by value; the baseline is filled, the batch outlined. The numbers stand in the table beside it.",
    ...frame(at, width, bottom, top), ...shapes(figure, at, top, bottom),
    label(LEFT - 6, top + 6, percent(highest), { "text-anchor": "end" }), label(LEFT - 6, bottom, "0", { "text-anchor": "end" }));
}

function curve(points, side, at, y) {
  const where = points.x.map((x, index) => [at.x(x).toFixed(1), y(points[side][index]).toFixed(1)]);
  const path = where.map(([x, height]) => points.steps || at.starts.length < 25 ? `H${x}V${height}` : `L${x} ${height}`);
  return `M${LEFT} ${y(0)}${path.join("")}H${at.right}`;
}

// The gap from which the distance comes: what chance allows is hatched off its baseline's end.
function gapMark(figure, at, y, width) {
  const [value, baseline, batch] = figure.gap;
  if (baseline === batch) return [];
  const x = at.x(value), from = y(baseline), to = y(batch), towards = Math.sign(to - from);
  const allowed = Math.min(Math.abs(to - from), Math.abs(y(0) - y(figure.allowance || 0)));
  const side = x > width / 2 ? -1 : 1, middle = (from + to) / 2;
  const words = { "text-anchor": side < 0 ? "end" : "start", class: "words-on" };
  const parts = [
    draw("path", { class: "gap", d: `M${x} ${from}V${to}M${x - 5} ${from}h10M${x - 5} ${to}h10` }),
    label(x + side * 12, middle + 4, `D = ${(Math.abs(batch - baseline) / WHOLE).toFixed(3)} at ${number(value)}`, { ...words, class: "words-on strong" }),
  ];
  if (allowed) parts.push(draw("path", { class: "allowed", d: `M${x} ${from}V${from + towards * allowed}` }));
  return parts;
}

// What the mark says, in words.
function gapWords(figure) {
  if (!figure.allowance) return [];
  const [, baseline, batch] = figure.gap, gap = Math.abs(batch - baseline), left = Math.max(0, gap - figure.allowance);
  const said = `Of the gap D = ${(gap / WHOLE).toFixed(3)}, chance alone allows ${(figure.allowance / WHOLE).toFixed(3)} (striped); `;
  return [el("p", { class: "aside" }, said + (left ? `${(left / WHOLE).toFixed(3)} remains.` : "nothing remains."))];
}

function curvesPicture(name, figure, width) {
  const height = 240, top = 10, bottom = height - BOTTOM;
  const at = { ...axis(figure, LEFT, width - RIGHT), right: width - RIGHT };
  const y = (share) => bottom - (bottom - top) * share / WHOLE;
  const main = figure.distinct || figure.rows;
  const [value, baseline, batch] = figure.gap;
  const parts = [
    ...frame(at, width, bottom, top),
    draw("path", { class: "under", d: `${curve(main, "baseline", at, y)}V${bottom}Z` }),
    draw("path", { class: "base", d: curve(main, "baseline", at, y) }),
    draw("path", { class: "line", d: curve(main, "batch", at, y) }),
    ...gapMark(figure, at, y, width),
    label(LEFT - 6, top + 6, "100%", { "text-anchor": "end" }), label(LEFT - 6, bottom, "0", { "text-anchor": "end" }),
  ];
  if (figure.distinct) {
    parts.push(draw("path", { class: "base dotted", d: curve(figure.rows, "baseline", at, y) }));
    parts.push(draw("path", { class: "line dotted", d: curve(figure.rows, "batch", at, y) }));
  }
  const drawn = picture(width, height, `Distribution functions of ${name}`,
    `They are farthest apart at ${number(value)}: ${percent(baseline)} of the baseline and ${percent(batch)} of the batch are at or below it.`,
    ...parts);
  reading(drawn, main, at, width, [top, bottom]);
  return drawn;
}

// Under the pointer: the shares at or below the nearest point, so that a curve can be read off.
function reading(drawn, points, at, width, [top, bottom]) {
  const line = draw("path", { class: "reader" }), words = label(0, bottom - 8, "", { class: "words-on strong" });
  const group = draw("g", { visibility: "hidden", "aria-hidden": "true" }, line, words);
  drawn.append(group);
  drawn.addEventListener("pointermove", (event) => {
    const box = drawn.getBoundingClientRect(), pointer = (event.clientX - box.left) * width / box.width;
    const places = points.x.map((x) => Math.abs(at.x(x) - pointer)), nearest = places.indexOf(Math.min(...places));
    const x = at.x(points.x[nearest]), right = x > width / 2;
    line.setAttribute("d", `M${x} ${top}V${bottom}`);
    words.setAttribute("x", x + (right ? -8 : 8));
    words.setAttribute("text-anchor", right ? "end" : "start");
    words.textContent = `≤ ${number(points.x[nearest])}: baseline ${percent(points.baseline[nearest])}, batch ${percent(points.batch[nearest])}`;
    group.setAttribute("visibility", "visible");
  });
  drawn.addEventListener("pointerleave", () => group.setAttribute("visibility", "hidden"));
}
