// Moments as the reader's clock shows them: <time datetime="…"> keeps the exact one.

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export function localise(root) {
  for (const time of root.querySelectorAll("time")) time.textContent = day.format(new Date(time.dateTime));
}
