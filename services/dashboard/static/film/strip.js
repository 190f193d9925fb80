// The strip of sampled frames: only those in sight exist, so that ten thousand scroll as smoothly as ten.

import { element } from "../elements.js";
import { lastBefore } from "./boxes.js";
import { clock } from "./timeline.js";

const CELL = 172; // pixels, with the gap
const MARGIN = 4; // cells ready on both sides
const REST = 120; // ms that a cell must stay in sight before its picture is fetched

export class Strip {
  constructor({ strip, width, only }, seek) {
    Object.assign(this, { strip, width, only, seek });
    this.all = [];
    this.frames = [];
    this.cells = new Map(); // by index
    strip.addEventListener("scroll", () => this.#later(), { passive: true });
    new ResizeObserver(() => this.#later()).observe(strip);
    only.addEventListener("change", () => this.#choose());
  }

  show(frames, address) {
    Object.assign(this, { all: frames, address });
    this.#choose();
  }

  moveTo(time) {
    const now = lastBefore(this.frames, time);
    if (now === this.now) return;
    this.cells.get(this.now)?.removeAttribute("aria-current");
    this.cells.get(now)?.setAttribute("aria-current", "true");
    this.now = now;
    if (!this.strip.matches(":hover, :focus-within")) this.#bringInSight();
  }

  #bringInSight() {
    const x = this.now * CELL - this.strip.scrollLeft;
    if (x < 0 || x + CELL > this.strip.clientWidth) this.strip.scrollLeft = this.now * CELL - this.strip.clientWidth / 3;
  }

  #choose() {
    this.frames = this.only.checked ? this.all.filter((frame) => frame.boxes.length) : this.all;
    this.width.style.width = `${this.frames.length * CELL}px`;
    this.now = undefined;
    for (const n of [...this.cells.keys()]) this.#drop(n);
    this.#later();
  }

  #later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#fill();
    });
  }

  #fill() {
    const first = Math.max(0, Math.floor(this.strip.scrollLeft / CELL) - MARGIN);
    const stop = Math.min(this.frames.length, Math.ceil((this.strip.scrollLeft + this.strip.clientWidth) / CELL) + MARGIN);
    for (const n of this.cells.keys()) if (n < first || n >= stop) this.#drop(n);
    for (let n = first; n < stop; n++) if (!this.cells.has(n)) this.#add(n);
  }

  #add(n) {
    const frame = this.frames[n];
    const shown = [picture(frame, this.address), element("span", {}, words(frame))];
    const cell = element("button", { className: `cell ${frame.outcome}` }, ...shown);
    cell.style.left = `${n * CELL}px`;
    cell.addEventListener("click", () => this.seek(frame.at));
    if (n === this.now) cell.setAttribute("aria-current", "true");
    this.cells.set(n, cell);
    this.width.append(cell);
  }

  #drop(n) {
    this.cells.get(n).remove();
    this.cells.delete(n);
  }
}

function picture(frame, address) {
  if (!frame.image) return element("div", { className: "no-picture" });
  const image = element("img", { alt: "", width: 160, height: 90 });
  setTimeout(() => {
    if (image.isConnected) image.src = address(frame, 160);
  }, REST);
  return image;
}

function words(frame) {
  const brands = [...new Set(frame.boxes.map((box) => box.label))].join(", ");
  const nothing = frame.outcome === "failed" || frame.outcome === "skipped" ? frame.outcome : "";
  return `${clock(frame.at)} ${brands || nothing}`;
}
