// The thresholds of one detector: a slider per label, with how many of its detections each setting keeps.

import { element } from "./elements.js";

// counts: detections by label, as a list of how many had each whole percent of confidence.
export function thresholds(detector, counts) {
  const chosen = {};
  const kept = element("p", { className: "detail", ariaLive: "polite" });
  const save = element("button", {}, "Save as thresholds.json");
  const total = () => (kept.textContent = words(counts, chosen));
  const lines = Object.entries(counts).map(([label, own]) => line(label, own, chosen, total));
  save.addEventListener("click", () => saveAs("thresholds.json", chosen));
  total();
  return element(
    "section",
    { ariaLabel: `Thresholds of ${detector}` },
    element("h3", {}, `Detector ${detector}`),
    element("div", { className: "thresholds" }, ...lines),
    kept,
    element("div", { className: "thresholds-end detail" }, save, `for the thresholds of “${detector}” in LOGOSTREAM_DETECTORS`),
  );
}

function line(label, own, chosen, changed) {
  const slider = element("input", { type: "range", min: 0, max: 100, value: lowest(own) });
  const said = element("output", {});
  const bars = histogram(own);
  const show = () => {
    chosen[label] = Number(slider.value);
    said.textContent = `from ${slider.value} %: keeps ${count(own, chosen[label])} of ${count(own, 0)}`;
    bars.querySelectorAll("rect").forEach((bar) => bar.classList.toggle("out", Number(bar.getAttribute("x")) < chosen[label]));
    changed();
  };
  slider.addEventListener("input", show);
  show();
  return element("div", {}, element("label", {}, element("strong", {}, label), bars, slider), said);
}

function words(counts, chosen) {
  const all = Object.values(counts).reduce((sum, own) => sum + count(own, 0), 0);
  const left = Object.entries(counts).reduce((sum, [label, own]) => sum + count(own, chosen[label]), 0);
  return `In all: ${left} of ${all} detections are kept.`;
}

function lowest(own) {
  return Math.max(0, own.findIndex((each) => each > 0));
}

function count(own, from) {
  return own.slice(from).reduce((sum, each) => sum + each, 0);
}

function histogram(own) {
  const most = Math.max(...own, 1);
  const bars = own.flatMap((each, n) => (each ? [bar(n, 2 + (22 * each) / most)] : []));
  return drawn("svg", { viewBox: "0 0 101 24", preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars);
}

function bar(n, high) {
  return drawn("rect", { x: n, y: 24 - high, width: 1, height: high });
}

function drawn(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function saveAs(name, facts) {
  const file = new Blob([JSON.stringify(facts, null, 2) + "\n"], { type: "application/json" });
  const link = element("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
