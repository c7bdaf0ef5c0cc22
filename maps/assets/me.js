// Who is signed in, and the way out; other parts of the page ask here what their person may do.

import { letGo, why, within } from "./ask.js";
import { leave, listen } from "./drafts.js";
import { say } from "./texts.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10000;
const SOON_MS = 2000;
const NOBODY = 401;

let told = null; // what the server said last, null while it is not known
let asking = null; // the question under way
let failed = false; // whether it was not answered then
let nobody = false; // whether it said that nobody is signed in
let going = false; // whether it is asked until it is answered
const waiting = [];

/**
 * What the server says of the person: name, role, deeds, form_token. Asked again until it answers:
 * a page that took silence for a person without rights would show less than there is. Where nobody
 * is signed in it waits for ask(): screens that ask for ever would lock their office out.
 */
export function me() {
  if (told) return Promise.resolve(told);
  return new Promise((answered) => {
    waiting.push(answered);
    if (!going) untilAnswered();
  });
}

/** As me(), but null where it is not known after one try or two seconds: for who says so meanwhile. */
export function soon() {
  const late = new Promise((go) => { setTimeout(go, SOON_MS, null); });
  return Promise.race([me(), now(), late]);
}

/** Have `take` told what soon() gives, and after null the answer once it comes. */
export async function heard(take) {
  const said = await soon();
  take(said);
  if (said === null) take(await me());
}

/** Whether the page does not know whose it is, after asking. */
export const stranger = () => told === null && failed;

/** What is known, or what one question brings; null without an answer, and where nobody is signed in. */
export function now() {
  if (told) return Promise.resolve(told);
  return ask();
}

/** Ask once, also where an answer is known: it may be another by now. */
export function ask() {
  asking ??= question().then((said) => {
    asking = null;
    failed = said === null;
    if (said) take(said);
    return said;
  });
  return asking;
}

/** Ask anew: somebody signed in again. */
export function forget() {
  told = null;
}

async function question() {
  try {
    const answer = await within("/api/v1/me");
    nobody = answer.status === NOBODY;
    return answer.ok ? await answer.json() : letGo(answer);
  } catch {
    return null;
  }
}

function take(said) {
  told = said;
  for (const answered of waiting.splice(0)) answered(said);
}

async function untilAnswered() {
  going = true;
  for (let wait = FIRST_WAIT_MS; !told && !(await now()) && !nobody; wait = Math.min(LONGEST_WAIT_MS, 2 * wait)) {
    // Jitter: the screens of an office must not all ask in the same second.
    const rest = wait * (0.75 + Math.random() / 2);
    await new Promise((go) => { setTimeout(go, rest); });
  }
  going = false;
  if (waiting.length && !nobody) untilAnswered(); // somebody signed in again at this very moment
}

/** Headers that prove that a form of ours is sent: for every fetch that changes something. */
export async function proof() {
  return { "x-form-token": (await now())?.form_token ?? "" };
}

export async function showMe(link, button) {
  const { display, role } = await me();
  const name = document.createElement("b");
  const rank = document.createElement("small");
  name.textContent = display;
  rank.textContent = role;
  link.replaceChildren(name, rank);
  link.hidden = button.hidden = false;
  listen();
  button.addEventListener("click", () => signOut(button));
}

async function signOut(button) {
  leave();
  button.disabled = true;
  try {
    const answer = await within("/sign-out", { method: "POST", headers: await proof(), redirect: "manual" });
    const out = answer.type === "opaqueredirect" || answer.status === NOBODY;
    if (!out) throw new Error(say("common.answered", { status: answer.status }));
    location.assign("/sign-in");
  } catch (error) {
    button.disabled = false;
    button.setAttribute("role", "alert");
    button.textContent = say("session.not_out");
    button.title = why(error);
  }
}
