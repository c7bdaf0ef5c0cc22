// What is left out of the map: masks over the columns, all of them together; and what it says.

import { NO_SPEED, STATIONARY } from "./fleet.js";
import { midOf } from "./flags.js";

/** States that a filter can leave out, in the legend's order. */
export const STATES = ["moving", "stopped", "stale", "lost"];
const RANGES = ["speed", "length"];
const BETWEEN = "|"; // names of states have commas

export class Filter {
  /** `flags` is MID -> state; `onChange()` when anything of it changed. */
  constructor(classes, flags) {
    Object.assign(this, { classes, flags, listeners: [] });
    this.clear(false);
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  /** Nothing is left out. */
  clear(tell = true) {
    this.hidden = new Set(); // numbers of classes
    this.states = new Set(); // of STATES, left out
    this.speed = this.length = null; // [least, most] in kn and m
    this.chosen = new Set(); // states whose flag is shown; none = every flag
    this.to = this.only = "";
    this.minutes = null; // heard in the last so many
    if (tell) this.changed();
  }

  changed() {
    this.mids = new Set(Object.keys(this.flags).filter((mid) => this.chosen.has(this.flags[mid])).map(Number));
    this.wanted = this.to.trim().toUpperCase();
    for (const listener of this.listeners) listener();
  }

  /** Change one or several of its parts. */
  set(changes) {
    Object.assign(this, changes);
    this.changed();
  }

  toggle(which, value) {
    const set = this[which];
    if (!set.delete(value)) set.add(value);
    this.changed();
  }

  get active() {
    const said = this.speed || this.length || this.chosen.size || this.wanted || this.only || this.minutes !== null;
    return Boolean(said) || this.hidden.size + this.states.size > 0;
  }

  /** One byte a slot, 1 for what is shown; null while nothing is left out. */
  mask(layer) {
    if (!this.active) return null;
    const { size } = layer.fleet;
    if (!this.kept || this.kept.length < size) this.kept = new Uint8Array(size * 2);
    for (let slot = 0; slot < size; slot += 1) this.kept[slot] = this.passes(layer, slot) ? 1 : 0;
    return this.kept;
  }

  passes(layer, slot) {
    const { fleet } = layer;
    if (this.hidden.has(fleet.kind[slot])) return false;
    if (this.states.size && this.states.has(stateOf(layer, slot))) return false;
    if (this.minutes !== null && fleet.now - fleet.heard[slot] > this.minutes * 60000) return false;
    if (this.speed && !within(this.speed, fleet.speed[slot] === NO_SPEED ? NaN : fleet.speed[slot] / 10)) return false;
    if (this.length && !within(this.length, fleet.length(slot) || NaN)) return false;
    if (this.chosen.size && !this.mids.has(midOf(fleet.mmsi[slot]))) return false;
    if (this.wanted && !fleet.destination[slot].toUpperCase().includes(this.wanted)) return false;
    return this.#concerned(layer.concern, fleet.mmsi[slot]);
  }

  #concerned(concern, mmsi) {
    if (this.only === "list") return concern.listed.has(mmsi);
    if (this.only === "alerts") return concern.byVessel.has(mmsi);
    return true;
  }

  /** How many are shown of how many: [shown, all]. */
  counted(layer) {
    const { size } = layer.fleet;
    const mask = this.mask(layer);
    if (!mask) return [size, size];
    let shown = 0;
    for (let slot = 0; slot < size; slot += 1) shown += mask[slot] || layer.always(slot) ? 1 : 0;
    return [shown, size];
  }

  /** For an address: only what differs from «everything». */
  written() {
    const said = {};
    if (this.hidden.size) said.off = [...this.hidden].map((number) => this.classes[number].key).join(",");
    if (this.states.size) said.without = [...this.states].join(",");
    for (const name of RANGES) if (this[name]) said[name] = this[name].map((value) => value ?? "").join("-");
    if (this.chosen.size) said.flag = [...this.chosen].join(BETWEEN);
    for (const name of ["to", "only"]) if (this[name]) said[name] = this[name];
    if (this.minutes !== null) said.age = String(this.minutes);
    return said;
  }

  /** The other way round; what makes no sense is passed over. */
  read(said) {
    this.clear(false);
    const off = (said.off ?? "").split(",");
    this.classes.forEach(({ key }, number) => { if (off.includes(key) && key !== "distress") this.hidden.add(number); });
    for (const state of (said.without ?? "").split(",")) if (STATES.includes(state)) this.states.add(state);
    for (const name of RANGES) this[name] = range(said[name]);
    const states = new Set(Object.values(this.flags));
    for (const flag of (said.flag ?? "").split(BETWEEN)) if (states.has(flag)) this.chosen.add(flag);
    this.to = (said.to ?? "").slice(0, 20);
    if (["list", "alerts"].includes(said.only)) this.only = said.only;
    const minutes = Number(said.age);
    if (said.age && minutes > 0) this.minutes = minutes;
    this.changed();
  }
}

/** Which of STATES a vessel is in. */
export function stateOf(layer, slot) {
  const { fleet, options } = layer;
  const age = fleet.now - fleet.heard[slot];
  if (age > options.lostMs) return "lost";
  if (age > options.staleMs) return "stale";
  return fleet.state[slot] & STATIONARY ? "stopped" : "moving";
}

/** What is not known is in no range. */
const within = ([least, most], value) => value >= (least ?? -Infinity) && value <= (most ?? Infinity);

function range(text) {
  const found = /^(\d*\.?\d*)-(\d*\.?\d*)$/.exec(text ?? "");
  if (!found) return null;
  const [least, most] = found.slice(1).map((part) => (part === "" || part === "." ? null : Number(part)));
  return least === null && most === null ? null : [least, most];
}
