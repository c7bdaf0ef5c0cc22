// Which zones are drawn: whole kinds, but for single ones that are off; and single ones of other
// kinds. A mask of this browser: the zones themselves are all there.

import { keep, kept } from "./kept.js";

const SPACE = " ";
const MOST = 60; // single zones in an address: more would make it too long to send
const list = (text) => text.split(SPACE).filter(Boolean);

export class ZoneChoice {
  constructor(kinds) {
    const known = new Set(kinds);
    this.shown = new Set(list(kept("zones")).filter((kind) => known.has(kind))); // kinds
    this.off = new Set(list(kept("zones.off"))); // zones of kinds that are shown
    this.only = new Set(list(kept("zones.only"))); // zones of kinds that are not
  }

  get any() {
    return this.shown.size + this.only.size > 0;
  }

  draws({ id, kind }) {
    return this.shown.has(kind) ? !this.off.has(id) : this.only.has(id);
  }

  /** A whole kind; `zones` are those of it, whose single choices end by it. */
  setKind(kind, on, zones) {
    this.shown[on ? "add" : "delete"](kind);
    for (const { id } of zones) {
      this.off.delete(id);
      this.only.delete(id);
    }
    this.#keep();
  }

  setZone({ id, kind }, on) {
    const [single, wanted] = this.shown.has(kind) ? [this.off, !on] : [this.only, on];
    single[wanted ? "add" : "delete"](id);
    this.#keep();
  }

  clear() {
    for (const one of [this.shown, this.off, this.only]) one.clear();
    this.#keep();
  }

  #keep() {
    keep("zones", [...this.shown].join(SPACE));
    keep("zones.off", [...this.off].join(SPACE));
    keep("zones.only", [...this.only].join(SPACE));
  }

  /** For an address. */
  written() {
    const said = {};
    if (this.any) said.zones = [...this.shown].join(",") || "none";
    if (this.off.size) said.zonesoff = [...this.off].slice(0, MOST).join(",");
    if (this.only.size) said.zonesonly = [...this.only].slice(0, MOST).join(",");
    return said;
  }

  read({ zones, zonesoff = "", zonesonly = "" }, kinds) {
    const fill = (set, text) => { set.clear(); text.split(",").filter(Boolean).slice(0, MOST).forEach((one) => set.add(one)); };
    fill(this.shown, zones.split(",").filter((kind) => kinds.includes(kind)).join(","));
    fill(this.off, zonesoff);
    fill(this.only, zonesonly);
  }
}
