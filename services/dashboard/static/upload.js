// One upload: ask for a form, send the file to S3 with it, hand the video in.

import { post } from "./api.js";
import { element } from "./elements.js";

const AT_ONCE = 3;
const waiting = [];
let running = 0;

export function upload(file) {
  waiting.push([file, show(file)]);
  startNext();
}

async function startNext() {
  if (running === AT_ONCE || waiting.length === 0) return;
  const [file, line] = waiting.shift();
  running += 1;
  try {
    await carryOut(file, line);
  } catch (error) {
    line.classList.add("failed");
    say(line, error.message, true);
  } finally {
    running -= 1;
    startNext();
  }
}

async function carryOut(file, line) {
  const { address, url, fields } = await post("/uploads", {
    name: file.name,
    size: file.size,
    modified: file.lastModified,
  });
  if (url) await send(file, url, fields, line);
  const { videos } = await post("/videos", { address });
  line.querySelector("progress").value = 1;
  line.dataset.video = videos[0];
  say(line, "handed in");
  setTimeout(() => line.remove(), 8000);
}

function send(file, url, fields, line) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file); // S3 ignores what comes after it
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    line.querySelector("progress").value = loaded / total;
    say(line, `${Math.round((100 * loaded) / total)} % of ${size(total)}`);
  });
  return new Promise((resolve, reject) => {
    request.addEventListener("load", () =>
      request.status < 300 ? resolve() : reject(new Error(`S3 refused the upload: ${reason(request)}`)),
    );
    request.addEventListener("error", () =>
      reject(new Error("S3 does not answer: check the network, and that its bucket allows uploads from pages.")),
    );
    request.open("POST", url);
    request.send(form);
  });
}

function reason(request) {
  return request.responseXML?.querySelector("Message")?.textContent ?? `status ${request.status}`;
}

function show(file) {
  const bar = element("progress", { max: 1, value: 0, ariaLabel: `Upload of ${file.name}` });
  const line = element("li", {}, element("span", {}, file.name), bar, element("span", { className: "detail" }, "waiting"));
  document.getElementById("uploads").append(line);
  return line;
}

function say(line, words, bad = false) {
  const place = line.lastElementChild;
  place.textContent = words;
  place.classList.toggle("bad", bad);
}

function size(bytes) {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}
