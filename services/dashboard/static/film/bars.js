// The timeline's bars, pure: the exposures of a finished video, or the samples seen so far, each for its step.

export function barsOf({ exposures, frames, step, duration }) {
  const bars = exposures.length
    ? exposures.map(([brand, start, end]) => ({ brand, start, end }))
    : soFar(frames, step, duration);
  const brands = new Map();
  for (const bar of bars) {
    if (!brands.has(bar.brand)) brands.set(bar.brand, []);
    brands.get(bar.brand).push(bar);
  }
  return [...brands.entries()]
    .map(([brand, own]) => ({ brand, bars: own, seconds: own.reduce((sum, bar) => sum + bar.end - bar.start, 0) }))
    .sort((a, b) => b.seconds - a.seconds || a.brand.localeCompare(b.brand));
}

function soFar(frames, step, duration) {
  const open = new Map();
  const bars = [];
  for (const frame of frames) {
    for (const brand of new Set(frame.boxes.map((box) => box.label))) {
      const start = Math.max(0, frame.at - step / 2);
      const end = Math.min(duration || Infinity, frame.at + step / 2);
      const bar = open.get(brand);
      if (bar && start - bar.end < step / 100) bar.end = end;
      else bars.push(open.set(brand, { brand, start, end }).get(brand));
    }
  }
  return bars.sort((a, b) => a.start - b.start);
}
