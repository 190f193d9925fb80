// The model's page: the price in the question before a start, and thresholds with what each keeps.

const units = document.getElementById("units");
if (units) {
  units.addEventListener("input", ask);
  ask();
}

function ask() {
  const start = document.getElementById("start");
  const price = Number(document.querySelector("[data-price]").dataset.price) * Number(units.value || 1);
  const words = units.value === "1" ? "1 inference unit" : `${units.value} inference units`;
  start.dataset.body = JSON.stringify({ units: Number(units.value || 1) });
  start.dataset.confirm = `Start the model with ${words}? It costs $${price.toFixed(2)} an hour until it is stopped.`;
}

const counts = JSON.parse(document.getElementById("counts").textContent);
const chosen = {};

for (const [label, own] of Object.entries(counts)) document.getElementById("thresholds").append(line(label, own));
document.getElementById("save").disabled = Object.keys(counts).length === 0;
document.getElementById("save").addEventListener("click", save);
total();

function line(label, own) {
  const place = document.createElement("div");
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 100, value: lowest(own) });
  const words = document.createElement("output");
  const text = document.createElement("label");
  text.append(Object.assign(document.createElement("strong"), { textContent: label }), histogram(own), slider);
  const show = () => {
    chosen[label] = Number(slider.value);
    words.textContent = `from ${slider.value} %: keeps ${kept(own, chosen[label])} of ${kept(own, 0)}`;
    text.querySelectorAll("rect").forEach((bar, n) => bar.classList.toggle("out", n < chosen[label]));
  };
  slider.addEventListener("input", () => (show(), total()));
  show();
  place.append(text, words);
  return place;
}

function lowest(own) {
  return Math.max(0, own.findIndex((count) => count > 0));
}

function kept(own, from) {
  return own.slice(from).reduce((sum, count) => sum + count, 0);
}

function total() {
  const all = Object.values(counts).reduce((sum, own) => sum + kept(own, 0), 0);
  const left = Object.entries(counts).reduce((sum, [label, own]) => sum + kept(own, chosen[label]), 0);
  document.getElementById("kept").textContent = all
    ? `In all: ${left} of ${all} detections are kept.`
    : "There are no detections yet: they come with the first finished video.";
}

function histogram(own) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 101 24");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const most = Math.max(...own, 1);
  own.forEach((count, n) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const high = count ? 2 + (22 * count) / most : 0;
    for (const [name, value] of Object.entries({ x: n, y: 24 - high, width: 1, height: high })) bar.setAttribute(name, value);
    svg.append(bar);
  });
  return svg;
}

function save() {
  const file = new Blob([JSON.stringify(chosen, null, 2) + "\n"], { type: "application/json" });
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "thresholds.json" });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
