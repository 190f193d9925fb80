// Draws boxes over the film; they are placed in shares of the picture, so they fit any size of it.

import { colour } from "./colours.js";

const LABEL = 0.06; // of the picture, as high as a label on a phone

export class Overlay {
  constructor(place) {
    this.place = place;
    this.pool = [];
  }

  draw(boxes) {
    while (this.pool.length < boxes.length) this.pool.push(this.#newBox());
    this.pool.forEach((element, n) => {
      element.hidden = n >= boxes.length;
      if (!element.hidden) show(element, boxes[n]);
    });
  }

  #newBox() {
    const element = Object.assign(document.createElement("div"), { className: "box" });
    element.append(document.createElement("span"));
    this.place.append(element);
    return element;
  }
}

function show(element, { label, confidence, left, top, width, height }) {
  element.dataset.label = label;
  element.classList.toggle("high", top < LABEL); // its label has no room above it
  element.style.left = `${100 * left}%`;
  element.style.top = `${100 * top}%`;
  element.style.width = `${100 * width}%`;
  element.style.height = `${100 * height}%`;
  element.style.color = colour(label);
  element.firstChild.textContent = `${label} ${Math.round(confidence)} %`;
}
