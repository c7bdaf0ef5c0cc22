// «Add to case»: a small form in place, for a vessel or an alert.

import { get, unsure, within } from "./ask.js";
import { element } from "./bar.js";
import { proof } from "./me.js";
import { say } from "./texts.js";

export const TITLE = say("case.add");
export const DEED = "cases.edit";
const LONGEST = 200; // characters of a note

/**
 * Show the form in `place`, or put it away where it is open; `part` is «vessels» or «alerts», `ref`
 * the MMSI or the alert's id, `button` what gets the focus back.
 */
export async function addToCase(place, part, ref, button = null) {
  if (place.childElementCount) {
    close(place, button);
    return;
  }
  const box = element("form", "", "act-form");
  box.setAttribute("aria-label", TITLE);
  box.append(element("p", say("case.loading"), "quiet"));
  place.replaceChildren(box);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    close(place, button);
  });
  try {
    const cases = ((await get("/api/v1/cases"))?.cases ?? []).filter(({ changes }) => changes);
    if (!box.isConnected) return;
    if (cases.length) choose(box, cases);
    else none(box);
  } catch (error) {
    fault(box, say("case.not_loaded", { why: error.message }));
  }
  box.append(deeds(Boolean(box.elements.case), () => close(place, button)));
  box.querySelector("select, a, button").focus();
  box.addEventListener("submit", (event) => {
    event.preventDefault();
    send(box, place, part, ref, button);
  });
}

function choose(box, cases) {
  const select = element("select");
  select.name = "case";
  select.append(...cases.map(({ id, title, handling }) => new Option([id, title, handling].filter(Boolean).join(" · "), id)));
  const note = element("input");
  Object.assign(note, { name: "note", maxLength: LONGEST, autocomplete: "off" });
  box.replaceChildren(element("h3", TITLE), labelled(say("case.which"), select), labelled(say("case.note"), note));
}

function none(box) {
  const link = element("a", say("case.open_one"));
  link.href = "/cases/new";
  const line = element("p", `${say("case.none")} `);
  line.append(link);
  box.replaceChildren(element("h3", TITLE), line);
}

function labelled(words, input) {
  const label = element("label", words);
  label.append(input);
  return label;
}

function deeds(sends, cancel) {
  const row = element("div", "", "deeds");
  if (sends) row.append(Object.assign(element("button", say("case.send"), "main"), { type: "submit" }));
  const button = element("button", say(sends ? "common.cancel" : "common.close"));
  button.type = "button";
  button.addEventListener("click", cancel);
  row.append(button);
  return row;
}

async function send(box, place, part, ref, button) {
  const { case: chosen, note } = box.elements;
  box.querySelector(".main").disabled = true;
  try {
    const answer = await within(`/cases/${chosen.value}/${part}`, {
      method: "POST", headers: { accept: "application/json", ...(await proof()) },
      body: new URLSearchParams({ ref, note: note.value }),
    }).catch((error) => {
      throw new Error(unsure(error));
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.error ?? say("common.answered", { status: answer.status }));
    added(box, place, said.said, chosen.value, button);
  } catch (error) {
    fault(box, say("case.not_added", { why: error.message }));
    box.querySelector(".main").disabled = false;
  }
}

function added(box, place, said, id, button) {
  const link = element("a", say("case.open", { id }));
  link.href = `/cases/${id}`;
  const line = element("p", `${said} `);
  line.setAttribute("role", "status");
  line.append(link);
  box.replaceChildren(line, deeds(false, () => close(place, button)));
  link.focus();
}

function fault(box, text) {
  let line = box.querySelector(".fault");
  if (!line) {
    line = element("p", "", "fault");
    line.setAttribute("role", "alert");
    box.prepend(line);
  }
  line.textContent = text;
}

function close(place, button) {
  const inside = place.contains(document.activeElement);
  place.replaceChildren();
  if (inside) (button?.isConnected ? button : place.closest("[tabindex]"))?.focus();
}
