// The models' page: the price in the question before a start.

import { thresholds } from "./thresholds.js";

for (const place of document.querySelectorAll("[data-price]")) {
  place.querySelector(".units").addEventListener("input", () => ask(place));
  ask(place);
}

function ask(place) {
  const units = Number(place.querySelector(".units").value || 1);
  const dollars = (Number(place.dataset.price) * units).toFixed(2);
  const words = units === 1 ? "1 inference unit" : `${units} inference units`;
  const start = place.querySelector(".start");
  start.dataset.body = JSON.stringify({ units });
  start.dataset.confirm = `Start ${place.dataset.model} with ${words}? It costs $${dollars} an hour until it is stopped.`;
}

const detectors = Object.entries(JSON.parse(document.getElementById("counts").textContent));
for (const [detector, counts] of detectors) document.getElementById("thresholds").append(thresholds(detector, counts));
document.getElementById("no-detections").hidden = detectors.length > 0;
