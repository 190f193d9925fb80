// The list of videos: hand in by dropping files or by address, and find one among many.

import { post } from "./api.js";
import { tell } from "./actions.js";
import { upload } from "./upload.js";

const filter = document.getElementById("filter");
const rows = document.getElementById("rows");

filter.addEventListener("input", applyFilter);
filter.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("parts", applyFilter);

function applyFilter() {
  const { text, tone } = Object.fromEntries(new FormData(filter));
  let shown = 0;
  for (const row of rows.rows) {
    const facts = row.cells[0].dataset;
    row.hidden = !facts.name.includes(text.toLowerCase()) || (tone !== "" && facts.tone !== tone);
    shown += !row.hidden;
  }
  document.getElementById("count").textContent = `${shown} video${shown === 1 ? "" : "s"}`;
  document.getElementById("none").hidden = rows.rows.length > 0;
}

const drop = document.getElementById("drop");
if (drop) {
  const files = document.getElementById("files");
  files.addEventListener("change", () => {
    [...files.files].forEach(upload);
    files.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) document.addEventListener(kind, (event) => hover(event, true));
  for (const kind of ["dragleave", "drop"]) document.addEventListener(kind, (event) => hover(event, false));
  document.addEventListener("drop", (event) => [...event.dataTransfer.files].forEach(upload));
  document.getElementById("by-address").addEventListener("submit", handIn);
}

function hover(event, over) {
  event.preventDefault();
  drop.classList.toggle("over", over);
}

async function handIn(event) {
  event.preventDefault();
  const form = event.target;
  try {
    const { videos } = await post("/videos", { address: form.elements.address.value.trim() });
    tell(videos.length === 1 ? "The video is handed in." : `${videos.length} videos are handed in.`);
    form.reset();
  } catch (error) {
    tell(error.message, true);
  }
}
