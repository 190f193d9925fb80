// Requests to our own server: with the page's token, and failures as one sentence.

const csrf = document.querySelector('meta[name="csrf"]').content;

export async function post(path, body) {
  const headers = { "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return answer(fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) }));
}

export function get(path) {
  return answer(fetch(path, { headers: { Accept: "application/json" } }));
}

async function answer(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("The dashboard does not answer: is it still running?");
  }
  const text = await response.text();
  const content = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : {};
  if (!response.ok) throw new Error(content.error ?? `The dashboard answered ${response.status}.`);
  return content;
}
