// The frame of the inbox at the right edge: shown or folded, and what it says while it is empty.

const byId = (id) => document.getElementById(id);
const KEPT = "vedetta.inbox";

export class Inbox {
  /** `shown` is the setting; `unheard()` says what cannot be heard; `onFold()` when its width changed. */
  constructor(shown, { unheard, onFold }) {
    Object.assign(this, { unheard, onFold });
    byId("inbox").hidden = !shown;
    document.body.classList.toggle("has-inbox", shown);
    byId("inbox-fold").addEventListener("click", () => this.fold());
    this.fold(remembered(), false);
  }

  get folded() {
    return byId("inbox").classList.contains("folded");
  }

  fold(folded = !this.folded, tell = true) {
    byId("inbox").classList.toggle("folded", folded);
    byId("inbox-fold").setAttribute("aria-expanded", String(!folded));
    const words = folded ? "Show the alerts" : "Fold the alerts away";
    byId("inbox-fold").setAttribute("aria-label", words);
    byId("inbox-fold").title = words;
    if (!tell) return;
    try {
      localStorage.setItem(KEPT, folded ? "folded" : "");
    } catch {
      // A locked-down browser keeps no settings: the choice then holds for this visit.
    }
    this.onFold();
  }

  /** How many are open, so that a folded inbox says so, and what an empty one is worth. */
  take(concern) {
    const open = concern.alerts.length;
    byId("inbox-count").textContent = open ? String(open) : "";
    byId("inbox-empty").hidden = byId("inbox-list").childElementCount > 0 || open > 0;
    this.say();
  }

  say() {
    const text = `Nothing is open. ${this.unheard()}`;
    if (byId("inbox-empty").textContent !== text) byId("inbox-empty").textContent = text;
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "folded";
  } catch {
    return false;
  }
}
