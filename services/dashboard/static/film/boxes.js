// Which boxes to draw at a moment, pure. Between two samples a box moves on a straight line to the nearest
// one of its brand; one that has no partner stays until half-way.

const NEAR = 0.25; // of the frame: how far a logo may move between two samples and still be the same

export function boxesAt(frames, time, step) {
  const index = lastBefore(frames, time);
  const here = index < 0 ? null : frames[index];
  const next = frames[index + 1];
  if (here && next && next.at - here.at < 1.5 * step) return between(here, next, time);
  if (here && time - here.at <= step / 2 + 1e-6) return here.boxes;
  if (next && next.at - time <= step / 2) return next.boxes;
  return here && !next && time - here.at <= step ? here.boxes : [];
}

// The index of the last frame at or before a time, -1 where there is none.
export function lastBefore(frames, time) {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].at <= time + 1e-3) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function between(here, next, time) {
  const share = Math.min(1, Math.max(0, (time - here.at) / (next.at - here.at)));
  const left = [...next.boxes];
  const drawn = [];
  for (const box of here.boxes) {
    const partner = nearest(box, left);
    if (partner) left.splice(left.indexOf(partner), 1);
    if (partner) drawn.push(moved(box, partner, share));
    else if (share < 0.5) drawn.push(box);
  }
  return share < 0.5 ? drawn : [...drawn, ...left];
}

function nearest(box, others) {
  const same = others.filter((other) => other.label === box.label && distance(box, other) < NEAR);
  return same.sort((a, b) => distance(box, a) - distance(box, b))[0];
}

function distance(a, b) {
  return Math.hypot(a.left + a.width / 2 - b.left - b.width / 2, a.top + a.height / 2 - b.top - b.height / 2);
}

function moved(from, to, share) {
  const at = (side) => from[side] + (to[side] - from[side]) * share;
  return {
    label: from.label,
    confidence: at("confidence"),
    left: at("left"),
    top: at("top"),
    width: at("width"),
    height: at("height"),
  };
}
