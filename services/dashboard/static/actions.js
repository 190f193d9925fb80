// Buttons that post: <button data-post="/path" data-confirm="Really?" data-done="It is done.">

import { post } from "./api.js";

export function tell(sentence, bad = false) {
  const told = document.getElementById("told");
  told.textContent = sentence;
  told.classList.toggle("bad", bad);
}

export function watchButtons(root) {
  root.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-post]");
    if (!button || !(await confirmed(button.dataset.confirm))) return;
    button.disabled = true;
    try {
      await post(button.dataset.post, button.dataset.body && JSON.parse(button.dataset.body));
      tell(button.dataset.done ?? "Done.");
    } catch (error) {
      tell(error.message, true);
    } finally {
      button.disabled = false;
    }
  });
}

function confirmed(question) {
  if (!question) return true;
  const dialog = document.getElementById("confirm");
  document.getElementById("confirm-text").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }),
  );
}
