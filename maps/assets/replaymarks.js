// What people were concerned with at a moment of the past: alerts as they stood then, who was listed
// then, contacts as they were known then, which zones were in force. Loaded day by day, as the moment
// moves.

import { get } from "./ask.js";
import { say } from "./texts.js";

const DAY_MS = 86400000;
const KEPT = 4; // days
const AGAIN_MS = 3000; // after a failure
const OVER = ["resolved", "retracted"];
const NONE = { listed: [], alerts: [], contacts: [], zones: null };

const stands = (at) => ({ from_ms: from, to_ms: to }) => (from === null || from <= at) && (to === null || to > at);

class Day {
  constructor(from, to) {
    Object.assign(this, { from, to, alerts: [], marks: { contacts: [], listed: [] }, editions: [], loaded: false, error: "", failedAt: -Infinity });
  }

  async load() {
    const asked = `from=${Math.floor(this.from)}&to=${Math.ceil(this.to)}`;
    try {
      const [told, marks, zones] = await Promise.all(["alerts", "marks", "zones"].map((what) => get(`/api/v1/replay/${what}?${asked}`)));
      this.alerts = told.alerts;
      this.marks = marks;
      this.editions = zones.editions;
      this.loaded = true;
      this.error = told.more || marks.more || zones.more ? say("replay.too_many_day") : "";
      this.turns = this.#turns();
    } catch (error) {
      this.error = say("common.alerts_not_loaded", { why: error.message });
      this.failedAt = performance.now();
    }
    this.asking = null;
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
    if (!day) day = new Day(from, from + DAY_MS);
    this.days.delete(from);
    this.days.set(from, day);
    if (this.days.size > KEPT) this.days.delete(this.days.keys().next().value);
    return day;
  }

  /** The day of a moment, once it is loaded or failed. */
  async ready(at) {
    const day = this.#day(at);
    if (!day.loaded && performance.now() - day.failedAt > AGAIN_MS) {
      await (day.asking ??= day.load().then(() => this.onChange()));
    }
    return day;
  }

  /** What is shown at a moment: {key, said}; the same key, the same marks. What is not loaded is not there. */
  at(moment) {
    const day = this.#day(moment);
    this.error = day.error;
    if (!day.loaded) {
      this.ready(moment);
      return { key: "none", said: NONE, loaded: false };
    }
    const key = `${day.from}.${day.turn(moment)}`;
    if (this.shown?.key !== key) this.shown = { key, said: day.at(moment), loaded: true };
    return this.shown;
  }
}
