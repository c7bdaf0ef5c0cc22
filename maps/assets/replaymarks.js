// What people were concerned with at a moment of the past: alerts as they stood then, who was listed
// then, contacts as they were known then, which zones were in force. Loaded day by day, as the moment
// moves.

import { get } from "./ask.js";
import { say } from "./texts.js";

const DAY_MS = 86400000;
const KEPT = 4; // days
const AGAIN_MS = 3000; // after a failure
const OVER = ["resolved", "retracted"];
const PARTS = { // and what is said where one fails
  alerts: (why) => say("common.alerts_not_loaded", { why }),
  marks: (why) => say("replay.marks_not_loaded", { why }),
  zones: (why) => say("layer.not_loaded", { why }),
};
const NONE = { listed: [], alerts: [], contacts: [], zones: null };

const stands = (at) => ({ from_ms: from, to_ms: to }) => (from === null || from <= at) && (to === null || to > at);

class Day {
  constructor(from, to, onPart) {
    Object.assign(this, { from, to, onPart, alerts: [], marks: { contacts: [], listed: [] }, editions: [], told: {}, error: "", failedAt: -Infinity });
  }

  async load() {
    const asked = `from=${Math.floor(this.from)}&to=${Math.ceil(this.to)}`;
    const { told } = this;
    const missing = Object.keys(PARTS).filter((what) => !told[what]);
    const faults = await Promise.all(missing.map((what) => this.#part(what, asked)));
    const more = Object.values(told).some((part) => part.more) ? say("replay.too_many_day") : "";
    this.error = [...faults, more].filter(Boolean).join(" ");
    if (!this.whole) this.failedAt = performance.now();
    this.asking = null;
  }

  /** Ask for one part, and give what failed in words: the others do without it. */
  async #part(what, asked) {
    try {
      const told = await get(`/api/v1/replay/${what}?${asked}`);
      if (told === null) throw new Error(say("common.no_answer"));
      this.#take(what, told);
      return "";
    } catch (error) {
      return `${PARTS[what](error.message)}.`;
    }
  }

  #take(what, told) {
    this.told[what] = told;
    if (what === "alerts") this.alerts = told.alerts;
    if (what === "marks") this.marks = told;
    if (what === "zones") this.editions = told.editions;
    this.turns = this.#turns();
    this.onPart();
  }

  get parts() {
    return Object.keys(this.told).length;
  }

  /** Whether it is shown: with its alerts, which else would look new; where they fail, without. */
  get shows() {
    return "alerts" in this.told || (this.parts > 0 && Number.isFinite(this.failedAt));
  }

  get whole() {
    return this.parts === Object.keys(PARTS).length;
  }

  /** Moments at which anything changes, in order: between two of them nothing is looked at again. */
  #turns() {
    const times = [this.from, this.to];
    for (const { told_ms: told, versions } of this.alerts) times.push(told, ...versions.map(({ from_ms: from }) => from));
    for (const { from_ms: from, to_ms: to } of [...this.marks.contacts, ...this.marks.listed, ...this.editions]) times.push(from ?? this.from, to ?? this.to);
    return [...new Set(times)].sort((one, other) => one - other);
  }

  turn(at) {
    let [low, high] = [0, this.turns.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.turns[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  alert(id, at) {
    const alert = this.alerts.find((one) => one.id === id);
    return alert && stood(alert, at);
  }

  at(moment) {
    return {
      listed: this.marks.listed.filter(stands(moment)).map(({ mmsi }) => mmsi),
      contacts: this.marks.contacts.filter(stands(moment)),
      alerts: this.alerts.filter(({ told_ms: told }) => told <= moment)
        .map((alert) => stood(alert, moment)).filter(({ state }) => !OVER.includes(state)),
      zones: this.editions.find(stands(moment)) ?? null,
    };
  }
}

/** An alert with the words of its version that stood at a moment. */
function stood(alert, at) {
  const version = alert.versions.findLast(({ from_ms: from }) => from <= at) ?? alert.versions[0];
  if (version) return { ...alert, ...version };
  const over = alert.over_ms !== null && alert.over_ms <= at;
  return { ...alert, state: over ? OVER[0] : "new", as_now: true }; // there were too many to be sent
}

export class ReplayMarks {
  /** `onChange()` when a day came or failed. */
  constructor(onChange) {
    Object.assign(this, { onChange });
    this.clear();
  }

  clear() {
    this.days = new Map(); // its first ms -> Day, the oldest use first
    this.shown = null;
  }

  #day(at) {
    const from = Math.floor(at / DAY_MS) * DAY_MS;
    let day = this.days.get(from);
    if (!day) day = new Day(from, from + DAY_MS, this.onChange);
    this.days.delete(from);
    this.days.set(from, day);
    if (this.days.size > KEPT) this.days.delete(this.days.keys().next().value);
    return day;
  }

  /** The day of a moment, once it is loaded or failed. */
  async ready(at) {
    const day = this.#day(at);
    if (!day.whole && performance.now() - day.failedAt > AGAIN_MS) {
      await (day.asking ??= day.load().then(() => this.onChange()));
    }
    return day;
  }

  /** What is shown at a moment: {key, said}; the same key, the same marks. What is not loaded is not there. */
  at(moment) {
    const day = this.#day(moment);
    this.error = day.error;
    if (!day.whole) this.ready(moment);
    if (!day.shows) return { key: "none", said: NONE, loaded: false };
    const key = `${day.from}.${day.parts}.${day.turn(moment)}`;
    if (this.shown?.key !== key) this.shown = { key, said: day.at(moment), loaded: true };
    return this.shown;
  }
}
