// Keeps parts of the page fresh: the server sends the HTML of those that changed, by the id of their element.

import { element } from "./elements.js";
import { localise } from "./times.js";

const PATIENCE = 4000; // ms without a connection before we say so

export function follow(path) {
  const source = new EventSource(path);
  let lost = null;
  source.addEventListener("open", () => {
    clearTimeout(lost);
    lost = null;
    banner("");
  });
  source.addEventListener("message", (event) => apply(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    lost ??= setTimeout(explain, PATIENCE);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(path), PATIENCE);
  });
}

function apply(parts) {
  for (const [id, html] of Object.entries(parts)) replace(document.getElementById(id) ?? newRow(id), html);
  document.dispatchEvent(new CustomEvent("parts", { detail: parts }));
}

// What has the keyboard's focus keeps it, though its element is another one now.
function replace(place, html) {
  if (!place) return;
  const focused = place.contains(document.activeElement) ? path(document.activeElement, place) : null;
  place.innerHTML = html;
  localise(place);
  if (focused) focused.reduce((node, n) => node?.children[n], place)?.focus();
}

function newRow(id) {
  const rows = document.querySelector("[data-rows]");
  if (!rows || !id.startsWith(rows.dataset.rows)) return null;
  const row = element("tr", { id });
  rows.prepend(row);
  return row;
}

function path(element, root) {
  const steps = [];
  for (let node = element; node !== root; node = node.parentElement)
    steps.unshift([...node.parentElement.children].indexOf(node));
  return steps;
}

async function explain() {
  let sentence = "The dashboard does not answer. What you see is what was seen last.";
  try {
    const reply = await fetch("/session", { redirect: "manual" });
    if (reply.status === 401 || reply.type === "opaqueredirect") {
      banner("Your sign-in has expired. ", location.href, "Sign in again");
      return;
    }
    if (reply.ok) sentence = "";
  } catch {}
  banner(sentence);
}

function banner(sentence, href, words) {
  const place = document.getElementById("connection");
  place.hidden = !sentence;
  place.textContent = sentence;
  if (href) place.append(element("a", { href }, words));
}
