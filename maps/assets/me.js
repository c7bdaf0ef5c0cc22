// Who is signed in, and the way out; other parts of the page ask here what their person may do.

import { letGo } from "./ask.js";

let asked = null;

/** What the server says of the person: name, role, deeds, form_token; null while it does not. */
export function me() {
  asked ??= fetch("/api/v1/me")
    .then((answer) => (answer.ok ? answer.json() : letGo(answer)))
    .catch(() => null)
    .then((told) => {
      if (told === null) asked = null; // asked again by the next one
      return told;
    });
  return asked;
}

/** Ask anew: somebody signed in again. */
export function forget() {
  asked = null;
}

/** Headers that prove that a form of ours is sent: for every fetch that changes something. */
export async function proof() {
  return { "x-form-token": (await me())?.form_token ?? "" };
}

export async function showMe(link, button) {
  const told = await me();
  if (told === null) return;
  const name = document.createElement("b");
  const role = document.createElement("small");
  name.textContent = told.display;
  role.textContent = told.role;
  link.replaceChildren(name, role);
  link.hidden = button.hidden = false;
  button.addEventListener("click", async () => {
    await fetch("/sign-out", { method: "POST", headers: await proof(), redirect: "manual" });
    location.assign("/sign-in");
  });
}
