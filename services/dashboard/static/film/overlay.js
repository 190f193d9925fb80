// Draws boxes over the film; they are placed in shares of the picture, so they fit any size of it.

import { element } from "../elements.js";
import { colour } from "./colours.js";

const LABEL = 0.06; // of the picture, as high as a label on a phone

export class Overlay {
  constructor(place) {
    this.place = place;
    this.pool = [];
  }

  draw(boxes) {
    while (this.pool.length < boxes.length) this.pool.push(this.#newBox());
    this.pool.forEach((box, n) => {
      box.hidden = n >= boxes.length;
      if (!box.hidden) show(box, boxes[n]);
    });
  }

  #newBox() {
    const box = element("div", { className: "box" }, element("span", {}));
    this.place.append(box);
    return box;
  }
}

function show(box, { label, confidence, left, top, width, height }) {
  box.dataset.label = label;
  box.classList.toggle("high", top < LABEL); // its label has no room above it
  box.style.left = `${100 * left}%`;
  box.style.top = `${100 * top}%`;
  box.style.width = `${100 * width}%`;
  box.style.height = `${100 * height}%`;
  box.style.setProperty("--own", colour(label));
  box.firstChild.textContent = `${label} ${Math.round(confidence)} %`;
}
