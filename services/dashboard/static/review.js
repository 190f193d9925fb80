// The review: one doubtful detection at a time, decided by keyboard or mouse.

import { post } from "./api.js";
import { tell } from "./actions.js";
import { frame } from "./boxed.js";
import { element } from "./elements.js";

const doubts = JSON.parse(document.getElementById("doubts").textContent);
const at = (id) => document.getElementById(id);
const sides = ["left", "top", "width", "height"];
const STEP = 0.004; // of the picture, per key press

let now = 0;
let fixing = false;
let box = null;

if (doubts.length) start();

function start() {
  doubts.forEach((doubt, n) => at("gallery").append(thumbnail(doubt, n)));
  const deeds = { back: () => go(now - 1), skip: () => go(now + 1), reject: () => decide("reject"), fix: startFixing, accept: () => decide("accept") };
  for (const [id, deed] of Object.entries(deeds)) at(id).addEventListener("click", deed);
  document.addEventListener("keydown", key);
  drawByMouse(at("picture"));
  show();
}

function thumbnail(doubt, n) {
  const image = element("img", { src: address(doubt, "160"), alt: "", loading: "lazy", width: 160, height: 90 });
  const picture = element("span", { className: "boxed" }, image);
  Object.assign(picture.dataset, doubt.box);
  frame(picture);
  const button = element("button", {}, picture, element("span", {}, words(doubt)));
  button.addEventListener("click", () => go(n));
  return element("li", {}, button);
}

function address(doubt, width) {
  return `/videos/${doubt.video_id}/frames/${doubt.frame}.${doubt.suffix}${width ? `?width=${width}` : ""}`;
}

function words({ box: { label, confidence } }) {
  return `${label} ${Math.round(confidence)} %`;
}

function go(n) {
  now = Math.min(doubts.length - 1, Math.max(0, n));
  show();
}

function show() {
  const doubt = doubts[now];
  fixing = false;
  box = Object.fromEntries(sides.map((side) => [side, doubt.box[side]]));
  at("question").textContent = `${now + 1} of ${doubts.length}: is this ${doubt.box.label}?${doubt.verdict ? ` (you said ${doubt.verdict})` : ""}`;
  at("why").textContent = `Doubtful: ${doubt.reasons.join("; ")}.`;
  at("image").src = address(doubt);
  at("image").alt = `Frame of ${doubt.video_id} at ${doubt.at} s`;
  draw();
  [...at("gallery").children].forEach((item, n) => item.toggleAttribute("aria-current", n === now));
  at("gallery").children[now].scrollIntoView({ block: "nearest", inline: "nearest" });
}

function draw() {
  Object.assign(at("picture").dataset, box);
  frame(at("picture")).classList.toggle("fixing", fixing);
}

async function decide(verdict) {
  const doubt = doubts[now];
  const changed = sides.some((side) => box[side] !== doubt.box[side]);
  const body = { verdict, label: doubt.box.label, ...(verdict === "accept" && changed ? { box } : {}) };
  try {
    await post("/review", { video_id: doubt.video_id, frame: doubt.frame, number: doubt.number, verdict: body });
  } catch (error) {
    tell(error.message, true);
    return;
  }
  doubt.verdict = verdict === "reject" ? "no logo" : changed ? "right, box fixed" : "right";
  at("gallery").children[now].dataset.verdict = verdict;
  tell(`${words(doubt)}: ${doubt.verdict}.`);
  const next = doubts.findIndex((each, n) => n > now && !each.verdict);
  go(next < 0 ? now : next);
}

function startFixing() {
  fixing = true;
  draw();
  at("picture").focus();
}

function key(event) {
  if (event.target.matches("input") || event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (fixing && arrow) move(...arrow, event.shiftKey);
  else if (fixing && event.key === "Escape") show();
  else {
    const deed = { a: "accept", r: "reject", f: "fix", ArrowLeft: "back", ArrowRight: "skip" }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!deed) return;
    at(deed).click();
  }
  event.preventDefault();
}

function move(x, y, resize) {
  const [across, down] = resize ? ["width", "height"] : ["left", "top"];
  box[across] += x * STEP;
  box[down] += y * STEP;
  keepInside();
  draw();
}

function keepInside() {
  box.width = Math.min(1, Math.max(STEP, box.width));
  box.height = Math.min(1, Math.max(STEP, box.height));
  box.left = Math.min(1 - box.width, Math.max(0, box.left));
  box.top = Math.min(1 - box.height, Math.max(0, box.top));
}

function drawByMouse(picture) {
  let from = null;
  picture.addEventListener("pointerdown", (event) => {
    from = place(event, picture);
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    const to = place(event, picture);
    if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.01) return;
    fixing = true;
    box = { left: Math.min(from[0], to[0]), top: Math.min(from[1], to[1]), width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]) };
    keepInside();
    draw();
  });
  picture.addEventListener("pointerup", () => (from = null));
}

function place(event, picture) {
  const area = picture.getBoundingClientRect();
  return [(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height].map((share) => Math.min(1, Math.max(0, share)));
}
