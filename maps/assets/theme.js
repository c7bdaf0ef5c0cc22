// Day and night: one attribute on the root; whoever draws on canvas asks for colours here.

const root = document.documentElement;
const listeners = [];

export function colour(token) {
  return getComputedStyle(root).getPropertyValue(`--${token}`).trim();
}

export const current = () => root.dataset.theme ?? "day";

export function onChange(listener) {
  listeners.push(listener);
}

export function set(theme) {
  root.dataset.theme = theme;
  try {
    localStorage.setItem("vedetta.theme", theme);
  } catch {
    // A locked-down browser keeps no settings: the theme then holds for this visit.
  }
  for (const listener of listeners) listener(theme);
}

/** The theme chosen last time, else what the computer prefers. */
export function remembered() {
  try {
    const kept = localStorage.getItem("vedetta.theme");
    if (kept === "day" || kept === "night") return kept;
  } catch {
    // As above.
  }
  return matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day";
}
