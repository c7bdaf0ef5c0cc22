// The other pages, in the bar; where it has no room for them, behind a button.

import { element } from "./bar.js";
import { me } from "./me.js";

const byId = (id) => document.getElementById(id);

/** Show the pages that the person may see. */
export async function showPages() {
  const told = await me();
  if (!told?.pages?.length) return;
  byId("nav").replaceChildren(...told.pages.map(({ path, word }) => {
    const link = element("a", word);
    link.href = path;
    if (path === location.pathname) link.setAttribute("aria-current", "page");
    return link;
  }));
  const box = document.querySelector(".nav-box");
  const button = byId("nav-button");
  const open = (on) => {
    box.classList.toggle("open", on);
    button.setAttribute("aria-expanded", String(on));
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
