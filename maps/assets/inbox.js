// The inbox beside the map: alerts as they come in, who is on them, and what is heard of them.

import { KEYS } from "./alertacts.js";
import { SEVERITIES, TITLES, waits } from "./alertwords.js";
import { element } from "./bar.js";
import { keepRoom } from "./callroom.js";
import { AlertDrawing } from "./alertdrawing.js";
import { InboxList } from "./inboxlist.js";
import { InboxSound, quiet } from "./inboxsound.js";
import { keep, kept } from "./kept.js";
import { heard } from "./me.js";
import { OpenAlert } from "./openalert.js";
import { wall } from "./screen.js";
import { calling } from "./tabtitle.js";
import { coded, many, say } from "./texts.js";
import { fill } from "./unheard.js";
import { moment } from "./words.js";

const LONGEST_CALL = 160; // characters of a rescue in the banner
const byId = (id) => document.getElementById(id);

export class Inbox {
  /**
   * `shown` is the setting; `onFold()` when its width changed,
   * `say(told)` tells the server, `draw(drawing)` puts one over the map, `named(mmsi)` says whether
   * the map writes a ship's name itself, `vessel(mmsi, at)` opens one.
   */
  constructor(shown, { onFold, time = Date.now, map, say, onOpen, draw, named, vessel }) {
    Object.assign(this, { onFold, time, alerts: [], known: null, since: null, wanted: null });
    this.#show(shown);
    byId("inbox-fold").addEventListener("click", () => this.fold());
    this.fold(kept("inbox") === "folded", false);
    this.sound = new InboxSound({ time, settings: () => this.#set(true) });
    this.tones = this.sound.tones;
    this.list = new InboxList({ open: (id) => this.open(id), time });
    this.drawing = new AlertDrawing(map, draw, named);
    this.opened = new OpenAlert({
      time, say, vessel, drawing: this.drawing,
      onChange: () => { this.list.current(this.opened.id); onOpen(); },
      onClose: (id) => { byId("inbox-body").hidden = false; this.list.settle(true); this.list.focus(id); },
    });
    keepRoom(byId("sar-call"));
    this.#settings();
    byId("inbox").addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("keydown", (event) => this.#outside(event), true);
    setInterval(() => this.#tick(), 1000);
    if (shown) heard((told) => this.#show(told === null || told.deeds.includes("alerts.read")));
  }

  #show(shown) {
    byId("inbox").hidden = !shown;
    document.body.classList.toggle("has-inbox", shown);
    this.sound?.note();
  }

  get folded() {
    return byId("inbox").classList.contains("folded");
  }

  /** Rescues stay when it is folded; on the wall, where nobody could unfold it, it never is. */
  fold(asked = !this.folded, tell = true) {
    const folded = asked && !wall();
    byId("inbox").classList.toggle("folded", folded);
    byId("inbox-fold").setAttribute("aria-expanded", String(!folded));
    const words = say(folded ? "inbox.show_all" : "inbox.fold");
    byId("inbox-fold").setAttribute("aria-label", words);
    byId("inbox-fold").title = words;
    if (!tell) return;
    keep("inbox", folded ? "folded" : "");
    this.onFold();
  }

  /** Take the frame of marks: all that is open, which replaces what was. */
  take(concern, { more = 0 } = {}) {
    this.since ??= this.time();
    const before = this.known;
    this.alerts = concern.alerts;
    this.more = more;
    // The gravest lane first; within one the server's order.
    this.alerts.sort((one, other) => rank(one) - rank(other));
    this.known = new Map(this.alerts.map((alert) => [alert.id, alert]));
    this.list.take(this.alerts);
    this.list.current(this.opened.id);
    this.opened.marked(this.known);
    if (!before) this.opened.look(); // what was opened before there was a link
    this.sound.came(this.alerts, before);
    this.#call();
    this.say();
    if (this.wanted && this.known.has(this.wanted)) this.open(this.wanted);
  }

  /** Rescues that nobody has taken, for the banner over the map. */
  get calls() {
    return this.alerts.filter((alert) => alert.lane === "sar" && waits(alert) && !quiet(alert, this.time()) && alert.severity !== "info");
  }

  #call() {
    const { calls } = this;
    const box = byId("sar-call");
    const first = calls.find(({ id }) => id !== this.opened.id);
    const text = first ? first.headline.slice(0, LONGEST_CALL) : "";
    const title = many("inbox.rescues", calls.length);
    box.hidden = !first;
    calling(calls.length);
    if (!first || box.dataset.said === first.id + title + text) return;
    box.dataset.said = first.id + title + text;
    const button = element("button", say("inbox.open"));
    button.type = "button";
    button.addEventListener("click", () => this.open(first.id));
    const sign = element("i", "✚", "sign");
    sign.setAttribute("aria-hidden", "true");
    box.replaceChildren(sign, element("b", title), Object.assign(element("span", text), { title: first.headline }), button);
  }

  #tick() {
    this.list.tick();
    this.#call();
    if (!byId("inbox").hidden) this.sound.tick(this.calls);
    if (!byId("inbox-empty").hidden) this.say();
  }

  /** How many are open, so that a folded inbox says so, and what an empty one is worth. */
  say() {
    const open = this.alerts.length;
    byId("inbox-count").textContent = open ? String(open + (this.more ?? 0)) : "";
    byId("inbox-count").className = this.calls.length ? "sar" : "";
    byId("inbox-empty").hidden = open > 0;
    const asked = this.since === null ? say("inbox.not_loaded") : say("inbox.empty", { time: moment(this.since, this.time()) });
        fill(byId("inbox-empty"), `${asked} ${say("inbox.boats")}`, true);
  }

  /** `focus`: go into it, where its keys act; who looks at the map stays there. */
  open(id, focus = true) {
    this.wanted = null;
    if (this.folded) this.fold(false);
    this.#set(false);
    byId("inbox-body").hidden = true;
    this.opened.show(id, this.known?.get(id), focus);
    this.#call();
  }

  jump() {
    if (byId("inbox").hidden) return;
    if (this.folded) this.fold(false);
    if (this.opened.id) byId("inbox-open").focus();
    else this.list.step(0);
  }

  present(said) {
    this.opened.present(said);
  }

  /** Since when the server cannot read alerts, epoch ms; null: it can. What stands here is old then. */
  unread(since) {
    const line = byId("inbox-unread");
    line.hidden = since === null;
    line.textContent = since === null ? "" : say("inbox.unread", { time: moment(since, this.time()) });
    byId("inbox").classList.toggle("stale", since !== null);
    this.sound.stands("alerts", since);
    if (since !== null && this.folded) this.fold(false, false);
  }

  lost() {
    byId("inbox").classList.add("stale");
    this.sound.stands("link", this.time());
  }

  back() {
    byId("inbox").classList.toggle("stale", !byId("inbox-unread").hidden);
    this.sound.stands("link", null);
    this.opened.back();
  }

  /** The address may open an alert: see permalink.js. */
  read({ alert }) {
    if (!/^A-[0-9a-f]{12}$/.test(alert ?? "") || alert === this.opened.id) return;
    this.wanted = null;
    this.open(alert);
  }

  written() {
    return this.opened.id ? { alert: this.opened.id } : {};
  }

  #set(open = byId("inbox-settings").hidden) {
    if (open && this.folded) this.fold(false);
    byId("inbox-settings").hidden = !open;
    byId("inbox-settings-button").setAttribute("aria-expanded", String(open));
  }

  #settings() {
    byId("inbox-settings-button").addEventListener("click", () => this.#set());
    const volume = element("input");
    Object.assign(volume, { type: "range", min: 0, max: 100, step: 5, value: this.tones.volume, id: "inbox-volume" });
    volume.addEventListener("input", () => { this.tones.set(Number(volume.value)); this.sound.note(); });
    const loud = element("label", `${say("inbox.volume")} `);
    loud.append(volume);
    const tones = Object.entries(TITLES).map(([lane, title]) => {
      const row = element("div", "", "row");
      const test = element("button", say("inbox.test"));
      test.type = "button";
      test.setAttribute("aria-label", say("inbox.test_of", { lane: title.toLowerCase() }));
      test.addEventListener("click", async () => { await this.tones.unlock(); this.tones.play(lane, true); });
      row.append(box(say("inbox.sounds", { lane: title }), this.tones.lanes.has(lane), (on) => { this.tones.want(lane, on); this.sound.note(); }), test);
      return row;
    });
    const again = box(say("inbox.again"), kept("again", "on") === "on", (on) => { keep("again", on ? "on" : "off"); this.sound.note(); });
    const { list } = this;
    const filters = [
      box(TITLES.law, !list.hides.law, (on) => list.hide("law", !on)),
      box(TITLES.infrastructure, !list.hides.infrastructure, (on) => list.hide("infrastructure", !on)),
      box(say("inbox.taken_too"), !list.hides.taken, (on) => list.hide("taken", !on)),
    ];
    const least = element("select");
    least.append(...SEVERITIES.map((one) => Object.assign(element("option", coded("severity", one)), { value: one })));
    least.value = list.hides.below ?? "info";
    least.addEventListener("change", () => list.hide("below", least.value));
    const from = element("label", `${say("inbox.severity_from")} `);
    from.append(least);
    document.body.dataset.keys = kept("keys", "on");
    const keys = box(say("inbox.single_keys"), kept("keys", "on") === "on", (on) => {
      keep("keys", on ? "on" : "off");
      document.body.dataset.keys = on ? "on" : "off";
    });
    byId("inbox-settings").replaceChildren(
      element("h3", say("inbox.sound")), loud, ...tones, again,
      element("h3", say("inbox.shown")), element("p", say("inbox.rescues_shown"), "quiet"), ...filters, from,
      element("h3", say("inbox.keys")), keys,
    );
    this.sound.note();
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = writes(event);
    const key = event.key.length === 1 ? (letters() && !typing ? event.key.toLowerCase() : "") : event.key;
    // Among the rescues beside it the letters of the open alert would act on another one.
    const beside = event.target.closest("#inbox-sar, #inbox-fresh") && key !== "Escape";
    const done = this.opened.id && !beside ? this.#letter(event, key) : this.#listKey(key, typing) || (this.opened.id && key in KEYS);
    if (done) taken(event);
  }

  /** Who opened an alert by its mark is on the map still: its letters are those of the alert all the same. */
  #outside(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !letters() || writes(event)) return;
    if (!byId("inbox-open").offsetParent || byId("help").open || event.target.closest("#inbox")) return;
    const key = event.key.toLowerCase();
    const plays = key === "k" && document.body.classList.contains("replaying");
    if ((key in KEYS || key === "o") && !plays && this.#letter(event, key)) taken(event);
  }

  /** A key of the open alert. K takes it for everybody: only within its frame, and never by being held. */
  #letter(event, key) {
    if (event.repeat && key in KEYS) return true;
    const within = event.target.closest("#inbox-open");
    return KEYS[key] === "acknowledge" && !within ? this.opened.lead() : this.opened.key(key);
  }

  #listKey(key, typing) {
    const by = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[key];
    if (!by || typing) return false;
    this.list.step(by);
    return true;
  }
}

const letters = () => document.body.dataset.keys !== "off";
const writes = (event) => Boolean(event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea"));

function taken(event) {
  event.preventDefault();
  event.stopPropagation();
}

const rank = ({ lane }) => ["sar", "law", "infrastructure"].indexOf(lane);

function box(text, checked, onChange) {
  const [label, input] = [element("label", "", "check"), element("input")];
  Object.assign(input, { type: "checkbox", checked });
  input.addEventListener("change", () => onChange(input.checked));
  label.append(input, element("span", text));
  return label;
}
