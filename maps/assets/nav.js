// The other pages, in the bar; where it has no room for them, behind a button.

import { element } from "./bar.js";
import { folding } from "./folding.js";
import { me } from "./me.js";
import { say } from "./texts.js";

const byId = (id) => document.getElementById(id);

/** Show the pages that the person may see. */
export async function showPages() {
  const told = await me();
  if (!told.pages.length) return;
  const box = document.querySelector(".nav-box");
  const button = byId("nav-button");
  const group = told.analysis.length ? grouped(told.analysis) : null;
  byId("nav").replaceChildren(...told.pages.map(link), ...(group ? [group] : []));
  if (group) folding(group, () => !box.classList.contains("open"));
  const open = (on) => {
    box.classList.toggle("open", on);
    button.setAttribute("aria-expanded", String(on));
    if (group) group.open = on; // in the column nothing is gained by a second fold
  };
  button.addEventListener("click", () => open(!box.classList.contains("open")));
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) open(false); });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !box.classList.contains("open")) return;
    event.stopPropagation();
    open(false);
    button.focus();
  });
  box.addEventListener("focusout", ({ relatedTarget: to }) => { if (to && !box.contains(to)) open(false); });
  box.hidden = false;
}

function link({ path, word }) {
  const one = element("a", word);
  one.href = path;
  if (path === location.pathname) one.setAttribute("aria-current", "page");
  return one;
}

function grouped(pages) {
  const group = element("details", "", "group");
  const within = element("div");
  within.append(...pages.map(link));
  group.append(element("summary", say("bar.analysis")), within);
  return group;
}
