// The alert that is open in the inbox: read anew whenever its mark changes, with who else looks at it.

import { addToCase, DEED, TITLE } from "./addtocase.js";
import { AlertActs, KEYS } from "./alertacts.js";
import { did, parts } from "./alertparts.js";
import { SIGNS, standing, TITLES } from "./alertwords.js";
import { why, within } from "./ask.js";
import { element } from "./bar.js";
import { me } from "./me.js";
import { say } from "./texts.js";
import { moment } from "./words.js";

const AGAIN_MS = 2000; // nobody can take an alert before it is loaded
const LONGEST_AGAIN_MS = 16000;
const OVER = ["resolved", "retracted"];
const byId = (id) => document.getElementById(id);

export class OpenAlert {
  /** `say(told)` tells the server what is open; `onChange()` when another or none is. */
  constructor({ time, say: tell, vessel, drawing, onChange, onClose }) {
    Object.assign(this, { time, say: tell, vessel, drawing, onChange, onClose, id: null, alert: null, mark: null });
    this.box = byId("inbox-open");
    const back = element("button", say("alert.back"));
    Object.assign(back, { type: "button", title: say("alert.back_key") });
    back.addEventListener("click", () => this.close());
    const zoom = element("button", say("alert.show"));
    Object.assign(zoom, { type: "button", title: say("alert.show_key") });
    this.zoom = zoom;
    zoom.addEventListener("click", () => this.drawing.zoom());
    const page = element("a", say("alert.page"));
    page.title = say("alert.page_why");
    this.page = page;
    const head = element("div", "", "deeds");
    this.evidence = element("a", say("alert.evidence"));
    this.evidence.title = say("alert.evidence_why");
    this.evidence.hidden = true;
    head.append(back, zoom, page, this.evidence);
    this.form = element("div");
    this.lane = element("p", "", "lane-line");
    this.title = element("h2");
    this.title.id = "open-title";
    this.standing = element("p", "", "quiet");
    this.presence = element("p", "", "presence");
    this.news = element("p", "", "news");
    this.old = element("p", "", "old");
    for (const live of [this.presence, this.news, this.old]) live.setAttribute("role", "status");
    this.body = element("div", "", "parts");
    this.acts = new AlertActs({
      time, writing: (on) => { this.writing = on; this.look(); },
      done: (alert) => (alert ? this.#take(alert) : this.again()),
    });
    me().then((told) => { this.evidence.hidden = !told?.deeds.includes("export"); });
    me().then((told) => { if (told?.deeds.includes(DEED)) this.acts.offer(this.#caseButton()); });
    this.box.append(head, this.lane, this.title, this.standing, this.presence, this.news, this.old, this.acts.box, this.form, this.body);
    setInterval(() => this.#stand(), 5000);
  }

  #caseButton() {
    const button = element("button", TITLE);
    button.type = "button";
    button.addEventListener("click", () => addToCase(this.form, "alerts", this.id, button));
    return button;
  }

  show(id, mark, focus = true) {
    if (id === this.id) {
      if (focus) this.box.focus();
      if (this.gone || this.failed) this.again();
      return;
    }
    this.#leave();
    Object.assign(this, { id, mark: mark ?? null });
    this.#empty(element("p", say("common.loading"), "quiet"));
    this.box.hidden = false;
    this.box.scrollTop = 0;
    this.zoom.disabled = false;
    this.page.href = `/alerts/${id}`;
    this.evidence.href = `/evidence/new?alert=${id}`;
    this.#stand();
    if (focus) this.box.focus({ preventScroll: true });
    if (mark) this.drawing.show(mark);
    this.look();
    this.#load(true);
    this.onChange();
  }

  close() {
    const { id } = this;
    if (!id) return;
    this.#leave();
    this.#empty();
    this.drawing.show(null);
    this.box.hidden = true;
    this.look();
    this.onClose(id);
    this.onChange();
  }

  /** Tell the server what is open here, so that others see it. */
  look() {
    this.say({ type: "looking", alert: this.id ?? "", writing: Boolean(this.id && this.writing) });
  }

  /** Take the marks: where ours has another version it is read again. */
  marked(known) {
    if (!this.id) return;
    const mark = known.get(this.id);
    const came = this.gone && mark && mark.version !== this.gone.version;
    if (this.gone) this.gone.version = mark?.version;
    else if (mark) this.mark = mark;
    // What failed is asked for again anyhow.
    if (!this.failed && (came || this.#stale(mark))) this.again();
  }

  #stale(mark) {
    if (!this.alert) return false;
    return mark ? mark.version !== this.alert.version : this.alert.may.includes("acknowledge") || !OVER.includes(this.alert.state);
  }

  /** Read it again now, once what is being read is there. */
  again() {
    if (!this.id) return;
    if (this.reading) this.reading.again = true;
    else this.#load();
  }

  /** There is a link again. */
  back() {
    this.look();
    if (this.failed) this.again();
  }

  present({ alert, people }) {
    if (alert !== this.id) return;
    this.presence.textContent = people.map(({ name, writing }) => say(writing ? "alert.writing" : "alert.looking", { name })).join(" · ");
  }

  /** Who pressed K may have meant the map: it leads in here, and says what it does here. */
  lead() {
    this.box.focus();
    if (this.alert?.may.includes("acknowledge")) this.news.textContent = say("alert.acknowledge_again");
    return true;
  }

  /** What a key does in an open alert; false where it is none of ours. */
  key(key) {
    if (key === "Escape") {
      if (!this.acts.close()) this.close();
      else this.box.focus();
      return true;
    }
    if (key === "o") {
      this.drawing.zoom();
      return true;
    }
    if (!KEYS[key]) return false;
    this.acts.key(KEYS[key]);
    return true; // also where it cannot be done now: on the map the letter means something else
  }

  /** Nothing of the alert before goes on: neither its reading nor what was to come. */
  #leave() {
    this.reading?.stop.abort();
    clearTimeout(this.timer);
    Object.assign(this, { id: null, alert: null, mark: null, gone: null, reading: null, failed: 0, readAt: null, writing: false });
  }

  #empty(...instead) {
    this.acts.take(null);
    this.form.replaceChildren();
    for (const line of [this.lane, this.title, this.standing, this.presence, this.news, this.old]) line.textContent = "";
    this.body.replaceChildren(...instead);
  }

  async #load(zoom = false) {
    clearTimeout(this.timer);
    const { id } = this;
    const reading = { stop: new AbortController(), again: false };
    this.reading = reading;
    let [said, fault] = [null, null];
    try {
      const answer = await within(`/api/v1/alerts/${id}`, { signal: reading.stop.signal });
      said = await answer.json();
      if (answer.status === 404) said = null;
      else if (!answer.ok) throw new Error(said?.error ?? say("common.answered", { status: answer.status }));
    } catch (error) {
      fault = error;
    }
    if (this.reading !== reading) return; // another one is open by now, or none
    this.reading = null;
    if (fault) this.#failed(fault, zoom);
    else if (said) this.#read(said, zoom);
    else this.#gone();
    if (reading.again && !fault) this.#load();
  }

  #read(alert, zoom) {
    Object.assign(this, { failed: 0, gone: null });
    this.#take(alert);
    if (zoom && !this.drawing.inSight) this.drawing.zoom();
  }

  /** What stands here is kept, and said to be old; it is asked for again, ever more seldom. */
  #failed(error, zoom) {
    this.failed += 1;
    const wait = Math.min(AGAIN_MS * 2 ** (this.failed - 1), LONGEST_AGAIN_MS);
    this.timer = setTimeout(() => this.#load(zoom), wait);
    if (this.alert) this.old.textContent = say("alert.not_fresh", { time: moment(this.readAt, this.time()), why: why(error) });
    else this.body.replaceChildren(element("p", say("alert.not_loaded", { why: why(error) })));
  }

  /** It is not there for who looks: nothing of it may stay on the screen. */
  #gone() {
    Object.assign(this, { gone: this.gone ?? { version: this.mark?.version }, alert: null, mark: null, failed: 0, writing: false });
    this.#empty(element("p", say("alert.gone")));
    this.drawing.show(null);
    this.zoom.disabled = true;
    this.look();
  }

  #take(alert) {
    const before = this.alert;
    if (before && before.id === alert.id && before.version > alert.version) return;
    this.alert = this.mark = alert;
    this.readAt = this.time();
    this.old.textContent = "";
    const last = alert.history.at(-1);
    if (before && last && last.version > before.version) this.news.textContent = did(last, this.time());
    this.acts.take(alert);
    this.drawing.show(alert);
    this.zoom.disabled = !this.drawing.placed;
    this.zoom.title = this.zoom.disabled ? say("alert.no_place") : say("alert.show_key");
    this.#stand();
    this.body.replaceChildren(...parts(alert, { now: this.time(), vessel: (mmsi) => this.#vessel(mmsi) }));
  }

  #vessel(mmsi) {
    const track = this.alert?.tracks.find((one) => one.mmsi === mmsi);
    const last = track?.points.at(-1);
    this.vessel(mmsi, last ? [last[2], last[1]] : null);
  }

  #stand() {
    const { mark, box } = this;
    if (!mark) return;
    box.dataset.lane = mark.lane;
    this.lane.textContent = `${SIGNS[mark.lane]} ${TITLES[mark.lane]}${this.alert?.title ? `: ${this.alert.title}` : ""}`;
    if (this.title.textContent !== mark.headline) this.title.textContent = mark.headline;
    const said = standing(mark, this.time());
    if (this.standing.textContent !== said) this.standing.textContent = said;
  }
}
