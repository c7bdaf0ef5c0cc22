// The pages of alerts tell as of when they are: the list is read anew, one alert says that it has changed.

import { within } from "./ask.js";

const EVERY_MS = 30000;

const byId = (id) => document.getElementById(id);
const stale = byId("stale");
const article = document.querySelector("article[data-version]");

/** Whether somebody marks a text of `node`, or holds a button or finger down on it: a click meant for one row would hit another. */
function held(node) {
  const selection = getSelection();
  return node.matches(":active") || (!selection.isCollapsed && node.contains(selection.anchorNode));
}

/** Put what came in the place of `now`; who stands on a row is not thrown off it. */
function put(now, came) {
  if (now.innerHTML === came.innerHTML) return;
  const at = now.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const top = scrollY;
  now.replaceChildren(...came.childNodes);
  if (at) now.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
  scrollTo({ top, behavior: "instant" });
}

/** Read the list anew: the page itself, so that it is in the reader's language and as they may see it. */
async function list() {
  const answer = await within(location.href, { cache: "no-store" });
  const came = new DOMParser().parseFromString(await answer.text(), "text/html");
  const now = came.getElementById("alerts-now");
  if (!answer.ok || !now) throw new Error(String(answer.status));
  if (held(byId("alerts-now"))) return; // and the time stays that of the list
  byId("as-of").replaceWith(came.getElementById("as-of"));
  put(byId("alerts-now"), now);
}

/** Ask for the version of the alert; what somebody reads or types is left as it is. */
async function one() {
  const answer = await within(`/api/v1/alerts/${article.dataset.alert}`, { cache: "no-store" });
  if (!answer.ok && answer.status !== 404) throw new Error(String(answer.status));
  const version = answer.ok ? (await answer.json()).version : null;
  if (String(version) !== article.dataset.version) byId("altered").hidden = false;
}

let asking = false;

async function again() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    await (article ? one() : list());
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  } finally {
    asking = false;
  }
}

setInterval(again, EVERY_MS);
document.addEventListener("visibilitychange", again);
addEventListener("online", again);
