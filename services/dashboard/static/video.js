// The page of one video: the film, what was found in it, and the two ways to move through it.

import { get } from "./api.js";
import { tell } from "./actions.js";
import { barsOf } from "./film/bars.js";
import { boxesAt } from "./film/boxes.js";
import { colour } from "./film/colours.js";
import { Overlay } from "./film/overlay.js";
import { Player } from "./film/player.js";
import { Strip } from "./film/strip.js";
import { Timeline } from "./film/timeline.js";

const id = document.querySelector("[data-video]").dataset.video;
const at = (name) => document.getElementById(name);
const address = (frame, width) => `/videos/${id}/frames/${frame.image}.${known.suffix}${width ? `?width=${width}` : ""}`;

let known = { frames: [], exposures: [], step: 1, duration: 0, suffix: "jpg", ended: false };

const player = new Player(at("film"), at("still"), () => ({ frames: known.frames, address }));
const overlay = new Overlay(at("boxes"));
const seek = (time) => player.seek(time);
const timeline = new Timeline(
  { scroll: at("scroll"), width: at("width"), canvas: at("timeline"), brands: at("brands"), zoom: at("zoom") },
  seek,
);
const strip = new Strip({ strip: at("strip"), width: at("strip-width"), only: at("only") }, seek);

player.onMoment((time) => {
  const boxes = boxesAt(known.frames, time, known.step);
  overlay.draw(boxes);
  timeline.moveTo(time);
  strip.moveTo(time);
  at("seen").textContent = [...new Set(boxes.map((box) => box.label))].join(", ") || "\u00a0";
});
at("film").addEventListener("unplayable", () => (at("unplayable").hidden = false));
at("film").addEventListener("loadedmetadata", makeRoom);
if (at("film").error) at("unplayable").hidden = false;

// Read anew whenever the page's state changes, until the video has ended.
let reading = false;
async function read() {
  if (reading || known.ended) return;
  reading = true;
  try {
    known = await get(`/videos/${id}/frames.json`);
    show();
  } catch (error) {
    tell(error.message, true);
  } finally {
    reading = false;
  }
}

// A link into the film: /videos/…?t=12.5
player.seek(Number(new URLSearchParams(location.search).get("t")) || 0);

function show() {
  const rows = barsOf(known);
  timeline.show(rows, known.duration, known.step);
  strip.show(known.frames, address);
  paintNumbers();
  player.seek(player.moment);
}

// The film knows its shape best: pixels need not be square, nor upright.
function makeRoom() {
  const { videoWidth: wide, videoHeight: high } = at("film");
  const room = at("room");
  if (!wide || (room.width === wide && room.height === high)) return;
  room.src = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='${wide}' height='${high}'/>`;
  Object.assign(room, { width: wide, height: high });
}

function paintNumbers() {
  for (const row of document.querySelectorAll("[data-brand]")) row.style.setProperty("--own", colour(row.dataset.brand));
}

document.addEventListener("parts", () => {
  if (known.frames.length) paintNumbers(); // not before the timeline, which gives out the colours
  read();
});
read();
