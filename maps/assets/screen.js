// The screen itself: full screen, the wall (?kiosk=1), local time beside UTC.

const byId = (id) => document.getElementById(id);
const KEPT = "vedetta.local";

/** Mark the page as a wall's: larger type, nothing to press. */
export function kiosk() {
  const wanted = new URLSearchParams(location.search).get("kiosk") === "1";
  document.documentElement.classList.toggle("kiosk", wanted);
  return wanted;
}

export const wall = () => document.documentElement.classList.contains("kiosk");

export function full() {
  const asked = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  asked?.catch(() => {}); // a browser that refuses says so itself
}

/** UTC stands always; the computer's own time beside it only when asked for. */
export function local(on = byId("local").hidden) {
  byId("local").hidden = !on;
  byId("clock-box").setAttribute("aria-pressed", String(on));
  try {
    localStorage.setItem(KEPT, on ? "on" : "");
  } catch {
    // A locked-down browser keeps no settings: the choice then holds for this visit.
  }
}

export function localRemembered() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false;
  }
}
