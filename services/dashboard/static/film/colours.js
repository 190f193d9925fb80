// One colour a brand, the same on the timeline, over the film and in the figures. Readable on light and dark.

const COLOURS = ["#2f7ed8", "#d9602b", "#2a9d5c", "#b0489f", "#b8860b", "#11929c", "#d64570", "#7a62d3", "#6b8e23", "#8c6d5a"];
const given = new Map();

export function colour(brand) {
  if (!given.has(brand)) given.set(brand, COLOURS[given.size % COLOURS.length]);
  return given.get(brand);
}
