// What opens below a feature's row. It is built when it is first opened.
function titled(title, ...children) {
  return el("section", {}, el("h3", {}, title), ...children);
}

function pair(term, value) {
  return [el("dt", {}, term), el("dd", {}, value)];
}

function words(feature) {
  const parts = [];
  if (feature.full) parts.push(titled("Name", el("p", { class: "full" }, el("bdi", {}, feature.full))));
  const said = [feature.reason, feature.since, ...feature.notes].filter(Boolean);
  if (said.length) parts.push(titled("What to know", el("ul", {}, ...said.map((each) => el("li", {}, el("bdi", {}, each))))));
  if (feature.formula.length) parts.push(titled(DATA.measure === "Effect" ? "Model Monitor's distance, and the verdict" : "How the distance comes about", el("pre", {}, feature.formula.join("\n"))));
  if (feature.further.length) parts.push(titled("More of the verdict", el("dl", {}, ...feature.further.flatMap(([term, value]) => pair(term, value)))));
  if (feature.findings.length) parts.push(titled("Findings", el("ul", {}, ...feature.findings.map((each) => el("li", {}, el("bdi", {}, each))))));
  return parts;
}

function factsTable(feature) {
  const rows = feature.facts.map(([name, baseline, batch]) => el("tr", { class: baseline === batch ? "same" : "" },
    el("th", { scope: "row" }, DATA.facts[name]), el("td", {}, baseline), el("td", {}, batch)));
  return titled("Numbers", el("table", { class: "facts" },
    el("thead", {}, el("tr", {}, el("td", {}), el("th", { scope: "col" }, "Baseline"), el("th", { scope: "col" }, "Batch"))),
    el("tbody", {}, ...rows)));
}

function outside(figure) {
  const [oldBelow, oldAbove, newBelow, newAbove] = figure.outside || ["", "", "", ""];
  const said = [];
  if (oldBelow || newBelow) said.push(`below it lie ${oldBelow || "0%"} of the baseline and ${newBelow || "0%"} of the batch`);
  if (oldAbove || newAbove) said.push(`above it lie ${oldAbove || "0%"} of the baseline and ${newAbove || "0%"} of the batch`);
  return said.length ? [el("p", { class: "aside" }, `The axis leaves out far tails: ${said.join("; ")}.`)] : [];
}

function figures(feature, width) {
  const { figure, name } = feature, parts = [];
  const wrapped = (title, ...children) => parts.push(el("figure", {}, el("figcaption", {}, title), ...children));
  if (figure && figure.kind === "numbers") {
    wrapped("Shares of rows", sharesPicture(name, figure, width), ...outside(figure));
    wrapped(figure.distinct ? "Distribution functions as the distance sees them, each distinct value counted once; dotted: of all rows" : `Distribution functions, and the gap that is the ${DATA.measure.toLowerCase()}`, curvesPicture(name, figure, width), ...gapWords(figure));
  } else if (figure) {
    wrapped("Shares of cells: new categories first, then by change", sharesTable(figure));
  } else {
    parts.push(el("p", { class: "aside" }, "There are no two distributions to draw."));
  }
  if (feature.past) wrapped(DATA.runs.length < DATA.allRuns ? `${DATA.measure} in the last ${DATA.runs.length} of ${DATA.allRuns} runs` : `${DATA.measure} in past runs`, pastPicture(feature, width));
  return parts;
}

// The feature's detail in its cell, drawn at the width that there is.
function detail(feature, cell) {
  if (!cell.firstChild) {
    cell.append(el("div", { class: "detail" }, el("div", { class: "figures" }), el("div", { class: "words" }, ...words(feature), factsTable(feature))));
  }
  const place = cell.querySelector(".figures"), width = Math.round(place.clientWidth);
  if (!width || place.dataset.width === String(width)) return;
  place.dataset.width = String(width);
  place.replaceChildren(...figures(feature, width));
}
