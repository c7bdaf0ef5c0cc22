// Pages with forms: said before the session ends, and what was typed at length is there after it.

import { element } from "./bar.js";
import { drafts, leave, listen, put } from "./drafts.js";
import { me } from "./me.js";
import { Session } from "./session.js";
import { say } from "./texts.js";
import { moment } from "./words.js";

const OUT = /^\/(?:sign-out|account\/sign-out-everywhere)$/;

const pathOf = (form) => new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
const keyOf = (area) => `${pathOf(area.form)} ${area.name}`;

/** Begin on a page of `account`. */
export function begin(account) {
  const areas = [...document.querySelectorAll("main form[method=post] textarea[name]")];
  const kept = drafts(account);
  for (const area of areas) {
    watch(area, account);
    const draft = kept[keyOf(area)];
    if (draft && draft.text !== area.value) restore(area, draft, account);
  }
  document.addEventListener("submit", ({ target }) => {
    if (OUT.test(pathOf(target))) leave();
    else sending(target, account);
  });
  listen();
  warn();
}

function change(account, key, draft) {
  const { [key]: _, ...others } = drafts(account);
  put(account, draft ? { ...others, [key]: draft } : others);
}

function watch(area, account) {
  area.addEventListener("input", () => {
    const typed = area.value !== area.defaultValue && area.value !== "";
    change(account, keyOf(area), typed ? { text: area.value, at: Date.now(), sending: false } : null);
  });
}

function sending(form, account) {
  const kept = drafts(account);
  for (const area of form.querySelectorAll("textarea[name]")) {
    if (kept[keyOf(area)]) kept[keyOf(area)].sending = true;
  }
  put(account, kept);
}

function restore(area, { text, at }, account) {
  const own = area.value;
  area.value = text;
  const note = element("p", `${say("typed.restored", { time: moment(at, Date.now()) })} `, "hint");
  const button = element("button", say("typed.discard"));
  note.setAttribute("role", "status");
  button.type = "button";
  button.addEventListener("click", () => {
    area.value = own;
    change(account, keyOf(area), null);
    note.remove();
    area.focus();
  });
  note.append(button);
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
