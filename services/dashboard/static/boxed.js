// Pictures with one box: <span class="boxed" data-left="0.1" …><img></span>

export function frame(place) {
  const box = place.querySelector("i") ?? place.appendChild(document.createElement("i"));
  for (const side of ["left", "top", "width", "height"]) box.style[side] = `${100 * Number(place.dataset[side])}%`;
  return box;
}

for (const place of document.querySelectorAll(".boxed")) frame(place);
