// The cards of the inbox: lanes one below the other, and a list that holds still while somebody is
// in it, so that no card slips away under a finger. Rescues have a place of their own above it,
// which is there whatever is folded, opened or scrolled; one that comes meanwhile lies beside it.

import { LANES, placed, SEVERITIES, SIGNS, standing, TITLES, waits } from "./alertwords.js";
import { element } from "./bar.js";
import { keep, keptParts } from "./kept.js";
import { wall } from "./screen.js";
import { many, say } from "./texts.js";

const LEFT_ALONE_MS = 30000; // who did nothing for so long holds nothing still
const TURN_MS = 8000; // on the wall nobody scrolls: rescues that do not fit come by turns
const byId = (id) => document.getElementById(id);

export class InboxList {
  /** `open(id)` when a card is chosen; `time()` the server's time. */
  constructor({ open, time }) {
    Object.assign(this, { open, time, alerts: [], cards: new Map(), shown: [], active: -Infinity, hover: false });
    this.hides = keptParts("inbox.hides");
    this.places = ["inbox-sar", "inbox-body", "inbox-fresh", "inbox-open"].map(byId);
    for (const place of this.places) this.#watch(place);
    byId("inbox-new").addEventListener("click", () => this.settle(true));
    this.sections = new Map(LANES.map((lane) => [lane, section(lane)]));
    byId("inbox-sar").replaceChildren(this.sections.get("sar").box);
    byId("inbox-list").replaceChildren(...LANES.slice(1).map((lane) => this.sections.get(lane).box));
    this.hidden = element("p", "", "quiet hidden-note");
    byId("inbox-list").append(this.hidden);
  }

  #watch(place) {
    place.addEventListener("pointerenter", (event) => { this.over = place.id; this.#touch(event.pointerType !== "touch"); });
    place.addEventListener("pointermove", () => this.#touch(this.hover));
    // Later: from the list to a new rescue beside it nobody has left.
    place.addEventListener("pointerleave", () => { this.hover = false; setTimeout(() => this.settle()); });
    if (place.id === "inbox-open") return; // who writes there has no card under the finger
    place.addEventListener("focusin", () => this.#touch(this.hover));
    place.addEventListener("focusout", () => setTimeout(() => this.settle()));
    place.addEventListener("keydown", () => this.#touch(this.hover));
  }

  #touch(hover) {
    this.hover = hover;
    this.active = performance.now();
  }

  /** Whether somebody is in the list just now. */
  get held() {
    const inside = this.hover || this.places.slice(0, 3).some((place) => place.contains(document.activeElement));
    return inside && performance.now() - this.active < LEFT_ALONE_MS;
  }

  take(alerts) {
    this.alerts = alerts;
    this.settle();
  }

  /** What is to be shown, in the server's order: rescues first, and never filtered. */
  wanted() {
    const least = SEVERITIES.indexOf(this.hides.below ?? "info");
    return this.alerts.filter((alert) => {
      if (alert.lane === "sar") return true;
      if (this.hides[alert.lane] || (this.hides.taken && !waits(alert))) return false;
      return !alert.severity || SEVERITIES.indexOf(alert.severity) >= least;
    });
  }

  hide(name, value) {
    this.hides[name] = value;
    keep("inbox.hides", JSON.stringify(this.hides));
    this.settle(true);
  }

  /** Bring the list up to date; while somebody is in it only what its cards say. */
  settle(now = false) {
    const wanted = this.wanted();
    const ids = new Set(wanted.map(({ id }) => id));
    for (const alert of wanted) if (this.cards.has(alert.id)) this.#fill(alert);
    const fresh = wanted.filter(({ id }) => !this.shown.includes(id));
    const held = this.held && !now && !(this.over === "inbox-open" && this.#calm(wanted, ids));
    if (held) {
      for (const id of this.shown) this.cards.get(id).classList.toggle("gone", !ids.has(id));
      this.#beside(fresh.filter(({ lane }) => lane === "sar"));
    } else {
      this.#arrange(wanted, ids);
    }
    this.#announce(held ? fresh : []);
    const off = this.alerts.length - wanted.length;
    this.hidden.textContent = off ? say("inbox.hidden", { n: off }) : "";
  }

  /** Whether the rescues stay as they are: who reads an open alert then sees nothing move. */
  #calm(wanted, ids) {
    const stay = (id) => ids.has(id) || !this.cards.get(id).classList.contains("sar");
    return this.shown.every(stay) && wanted.every(({ lane, id }) => lane !== "sar" || this.shown.includes(id));
  }

  /** A rescue waits for no finger: it lies over the map until it may take its place. */
  #beside(rescues) {
    for (const alert of rescues) if (!this.cards.has(alert.id)) this.#make(alert);
    byId("inbox-fresh").querySelector("ul").replaceChildren(...rescues.map(({ id }) => this.cards.get(id).parentElement));
    byId("inbox-fresh").hidden = !rescues.length;
  }

  #arrange(wanted, ids) {
    for (const [id, card] of this.cards) {
      if (ids.has(id)) continue;
      card.parentElement.remove();
      this.cards.delete(id);
    }
    for (const alert of wanted) if (!this.cards.has(alert.id)) this.#make(alert);
    for (const [lane, { box, list }] of this.sections) {
      const rows = wanted.filter((alert) => alert.lane === lane).map(({ id }) => this.cards.get(id).parentElement);
      // Only what moved is moved: a card keeps its focus.
      rows.forEach((row, place) => { if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null); });
      box.hidden = !rows.length;
      if (lane === "sar") this.#rescues(box, rows.length);
    }
    byId("inbox-fresh").hidden = true;
    this.shown = wanted.map(({ id }) => id);
  }

  #rescues(box, count) {
    byId("inbox").classList.toggle("rescues", count > 0);
    const title = box.querySelector("h3");
    const text = count > 1 ? say("inbox.rescues_open", { lane: TITLES.sar, n: count }) : TITLES.sar;
    if (title.textContent !== text) title.textContent = text;
  }

  /** Which alert is open beside the cards, "" none. */
  current(id) {
    for (const [one, card] of this.cards) {
      if (one === id) card.setAttribute("aria-current", "true");
      else card.removeAttribute("aria-current");
    }
  }

  #announce(fresh) {
    const bar = byId("inbox-new");
    const rescues = fresh.filter(({ lane }) => lane === "sar").length;
    const text = [say("inbox.new_above", { n: fresh.length }), rescues && many("inbox.of_them_rescues", rescues)].filter(Boolean).join(", ");
    bar.hidden = !fresh.length;
    bar.classList.toggle("sar", rescues > 0);
    if (fresh.length && bar.textContent !== text) bar.textContent = text;
  }

  #make(alert) {
    const row = element("li");
    const card = element("button", "", `card ${alert.lane}`);
    card.type = "button";
    card.dataset.id = alert.id;
    const sign = element("i", SIGNS[alert.lane], "sign");
    sign.setAttribute("aria-hidden", "true");
    card.append(sign, element("span", "", "what"), element("small"));
    card.addEventListener("click", () => this.open(alert.id));
    row.append(card);
    this.cards.set(alert.id, card);
    this.#fill(alert);
  }

  #fill(alert) {
    const card = this.cards.get(alert.id);
    card.classList.toggle("waits", waits(alert));
    card.classList.remove("gone");
    const [, what, small] = card.children;
    const said = (alert.lane === "sar" ? placed : standing)(alert, this.time());
    if (what.textContent !== alert.headline) what.textContent = alert.headline;
    if (small.textContent !== said) small.textContent = said;
  }

  /** Ages go on while nothing comes in. */
  tick() {
    for (const alert of this.alerts) if (this.cards.has(alert.id)) this.#fill(alert);
    if (!byId("inbox-new").hidden) this.settle();
    if (wall()) this.#turn();
  }

  #turn() {
    const box = byId("inbox-sar");
    const now = performance.now();
    if (now - (this.turned ?? 0) < TURN_MS || box.scrollHeight <= box.clientHeight + 1) return;
    this.turned = now;
    const end = box.scrollTop + box.clientHeight >= box.scrollHeight - 1;
    box.scrollTop = end ? 0 : box.scrollTop + box.clientHeight * 0.8;
  }

  /** Move the focus to the card so many steps on; 0 = the first one. */
  step(by) {
    const cards = [...document.querySelectorAll("#inbox-sar .card, #inbox-list .card")].filter((card) => card.offsetParent);
    const at = cards.indexOf(document.activeElement);
    const next = at < 0 || by === 0 ? 0 : Math.max(0, Math.min(cards.length - 1, at + by));
    cards[next]?.focus();
    cards[next]?.scrollIntoView({ block: "nearest" });
  }

  focus(id) {
    this.cards.get(id)?.focus({ preventScroll: true });
  }
}

function section(lane) {
  const box = element("section", "", `lane ${lane}`);
  const [title, list] = [element("h3", TITLES[lane]), element("ul")];
  title.id = `lane-${lane}`;
  for (const node of [box, list]) node.setAttribute("aria-labelledby", title.id);
  box.append(title, list);
  box.hidden = true;
  return { box, list };
}
