// Pictures with one box: <span class="boxed" data-left="0.1" …><img></span>

import { element } from "./elements.js";

export function frame(place) {
  const box = place.querySelector("i") ?? place.appendChild(element("i", {}));
  for (const side of ["left", "top", "width", "height"]) box.style[side] = `${100 * Number(place.dataset[side])}%`;
  return box;
}

for (const place of document.querySelectorAll(".boxed")) frame(place);
