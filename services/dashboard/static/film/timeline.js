// The timeline: a row of bars per brand on one canvas that is as wide as the window, however long the film.

import { element } from "../elements.js";
import { colour } from "./colours.js";

const ROW = 22; // pixels
const RULER = 20;
const LONGEST = 200; // pixels a second, at the closest zoom
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600];

export class Timeline {
  constructor({ scroll, width, canvas, brands, zoom }, seek) {
    Object.assign(this, { scroll, width, canvas, brands, zoom, seek });
    this.rows = [];
    this.duration = 1;
    this.step = 1;
    this.time = 0;
    scroll.addEventListener("scroll", () => this.#later());
    scroll.addEventListener("pointerdown", (event) => this.#point(event));
    scroll.addEventListener("pointermove", (event) => event.buttons === 1 && this.#point(event));
    scroll.addEventListener("keydown", (event) => this.#key(event));
    zoom.addEventListener("input", () => this.#resize());
    new ResizeObserver(() => this.#resize()).observe(scroll);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#later());
  }

  show(rows, duration, step) {
    Object.assign(this, { rows, duration: duration || 1, step });
    this.scroll.setAttribute("aria-valuemax", this.duration);
    this.brands.replaceChildren(...rows.map(label));
    this.#resize();
  }

  moveTo(time) {
    this.time = time;
    this.scroll.setAttribute("aria-valuenow", time.toFixed(2));
    this.scroll.setAttribute("aria-valuetext", this.#words());
    this.#keepInSight();
    this.#later();
  }

  get scale() {
    const whole = this.scroll.clientWidth / this.duration;
    return whole * Math.max(1, LONGEST / whole) ** Number(this.zoom.value);
  }

  #words() {
    const shown = this.rows.filter((row) => row.bars.some((bar) => bar.start <= this.time && this.time < bar.end));
    return [clock(this.time), ...shown.map((row) => row.brand)].join(", ");
  }

  #keepInSight() {
    const x = this.time * this.scale - this.scroll.scrollLeft;
    if (x < 0 || x > this.scroll.clientWidth) this.scroll.scrollLeft += x - this.scroll.clientWidth / 4;
  }

  #resize() {
    this.width.style.width = `${Math.max(this.scroll.clientWidth, Math.ceil(this.duration * this.scale))}px`;
    this.width.style.height = `${RULER + ROW * Math.max(1, this.rows.length)}px`;
    this.#later();
  }

  #later() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
  }

  #draw() {
    const [wide, high, dots] = [this.scroll.clientWidth, this.width.clientHeight, devicePixelRatio];
    if (this.canvas.width !== wide * dots || this.canvas.height !== high * dots) {
      Object.assign(this.canvas, { width: wide * dots, height: high * dots });
      this.canvas.style.width = `${wide}px`;
      this.canvas.style.height = `${high}px`;
    }
    const pen = this.canvas.getContext("2d");
    pen.setTransform(dots, 0, 0, dots, 0, 0);
    pen.clearRect(0, 0, wide, high);
    this.#drawRuler(pen, wide);
    this.rows.forEach((row, n) => this.#drawRow(pen, row, RULER + n * ROW, wide));
    this.#drawNow(pen, high);
  }

  #drawRuler(pen, wide) {
    const scale = this.scale;
    const every = STEPS.find((step) => step * scale >= 70) ?? 7200;
    const { color, fontFamily } = getComputedStyle(this.scroll);
    pen.font = `11px ${fontFamily}`;
    pen.fillStyle = color;
    const first = Math.floor(this.scroll.scrollLeft / scale / every);
    for (let n = first; n * every * scale < this.scroll.scrollLeft + wide; n++) {
      const x = n * every * scale - this.scroll.scrollLeft;
      pen.globalAlpha = 0.25;
      pen.fillRect(x, 0, 1, this.canvas.height);
      pen.globalAlpha = 1;
      pen.fillText(clock(n * every), x + 4, 12);
    }
  }

  #drawRow(pen, row, y, wide) {
    const [scale, from] = [this.scale, this.scroll.scrollLeft];
    pen.fillStyle = colour(row.brand);
    for (let n = firstAfter(row.bars, from / scale); n < row.bars.length; n++) {
      const x = row.bars[n].start * scale - from;
      if (x > wide) break;
      pen.fillRect(x, y + 4, Math.max(1.5, (row.bars[n].end - row.bars[n].start) * scale - 0.5), ROW - 8);
    }
  }

  #drawNow(pen, high) {
    pen.fillStyle = getComputedStyle(this.scroll).color;
    pen.fillRect(this.time * this.scale - this.scroll.scrollLeft - 0.75, 0, 1.5, high);
  }

  #point(event) {
    if (event.target !== this.canvas) return; // the scroll bar
    this.seek(Math.min(this.duration, (event.clientX - this.canvas.getBoundingClientRect().left + this.scroll.scrollLeft) / this.scale));
  }

  #key(event) {
    const to = {
      ArrowLeft: () => (event.shiftKey ? this.#edge(-1) : this.time - this.step),
      ArrowRight: () => (event.shiftKey ? this.#edge(1) : this.time + this.step),
      PageUp: () => this.time - 10 * this.step,
      PageDown: () => this.time + 10 * this.step,
      Home: () => 0,
      End: () => this.duration,
    }[event.key];
    if (!to) return;
    event.preventDefault();
    this.seek(Math.min(this.duration, Math.max(0, to())));
  }

  // The start of the exposure before or after this moment.
  #edge(direction) {
    const starts = this.rows.flatMap((row) => row.bars.map((bar) => bar.start));
    const beyond = starts.filter((start) => direction * (start - this.time) > 0.01);
    return beyond.length ? Math[direction > 0 ? "min" : "max"](...beyond) : this.time;
  }
}

function label({ brand }) {
  const line = element("li", { title: brand }, brand);
  line.style.setProperty("--own", colour(brand));
  return line;
}

function firstAfter(bars, time) {
  let low = 0;
  let high = bars.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (bars[middle].end < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function clock(seconds) {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = Number.isInteger(s) ? String(s).padStart(2, "0") : s.toFixed(1).padStart(4, "0");
  return h ? `${h}:${String(m).padStart(2, "0")}:${rest}` : `${m}:${rest}`;
}
