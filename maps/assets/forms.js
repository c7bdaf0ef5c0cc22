// Pages with forms: said before the session ends, and what was typed at length is there after it.

import { element } from "./bar.js";
import { drafts, pathOf, put } from "./drafts.js";
import { me } from "./me.js";
import { Session } from "./session.js";
import { say } from "./texts.js";
import { moment } from "./words.js";

const keyOf = (area) => `${pathOf(area.form)} ${area.name}`;

/** Begin on a page of `account`. */
export function begin(account) {
  const areas = [...document.querySelectorAll("main form[method=post] textarea[name]")];
  const kept = drafts(account);
  for (const area of areas) {
    watch(area, account);
    const draft = kept[keyOf(area)];
    if (!draft || draft.text === area.value) continue;
    if (draft.base === area.defaultValue) restore(area, draft);
    else offer(area, draft);
  }
  document.addEventListener("submit", ({ target }) => sending(target, account));
  warn();
}

function change(account, key, draft) {
  const { [key]: _, ...others } = drafts(account);
  put(account, draft ? { ...others, [key]: draft } : others);
}

function watch(area, account) {
  area.addEventListener("input", () => {
    const typed = area.value !== area.defaultValue && area.value !== "";
    change(account, keyOf(area), typed ? draftOf(area) : null);
  });
}

/** What is typed, and the page's own text under it: another one by then is not to be lost. */
const draftOf = ({ value, defaultValue }) => ({ text: value, base: defaultValue, at: Date.now(), sending: false });

function sending(form, account) {
  const kept = drafts(account);
  for (const area of form.querySelectorAll("textarea[name]")) {
    if (kept[keyOf(area)]) kept[keyOf(area)].sending = true;
  }
  put(account, kept);
}

function restore(area, { text, at }) {
  const own = area.value;
  area.value = text;
  noted(area, say("typed.restored", { time: moment(at, Date.now()) }), say("typed.discard"), () => fill(area, own));
}

/** The page's own text is another one than then: it stays, until somebody wants theirs. */
function offer(area, draft) {
  const time = moment(draft.at, Date.now());
  noted(area, say("typed.altered", { time }), say("typed.put_back", { time }), () => {
    const own = area.value;
    fill(area, draft.text);
    noted(area, say("typed.restored", { time }), say("typed.undo"), () => fill(area, own));
  });
}

function fill(area, text) {
  area.value = text;
  area.dispatchEvent(new Event("input", { bubbles: true })); // kept, or kept no longer
  area.focus();
}

/** A line under the field with one button, which ends it. */
function noted(area, words, button, deed) {
  const note = element("p", `${words} `, "hint");
  note.setAttribute("role", "status");
  const node = element("button", button);
  node.type = "button";
  node.addEventListener("click", () => { note.remove(); deed(); });
  note.append(node);
  area.after(note);
}

/** The strip: how long the session lasts. After signing in anew the forms carry the new one's proof. */
function warn() {
  const style = element("link");
  style.rel = "stylesheet";
  style.href = new URL("./session.css", import.meta.url).href;
  document.head.append(style);
  const words = {
    out: (time) => say("typed.out", { time }),
    now: (time) => say("typed.ends_now", { time }),
    soon: (time, left) => say("typed.ends_soon", { time, minutes: left }),
  };
  const anew = async () => {
    const { form_token: token } = await me();
    for (const field of document.querySelectorAll("input[name=form_token]")) field.value = token;
  };
  new Session(document.querySelector(".stripe") ?? document.querySelector("header.bar"), { alone: true, anew }, words);
}

/** On the way back in: what was typed is not lost. */
export function promise() {
  const line = element("p", say("typed.kept"), "said");
  line.classList.add("good");
  document.querySelector("main").prepend(line);
}
