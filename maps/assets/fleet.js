// All vessels as columns: one slot per track segment, so that clones show as two.

export const NO_ANGLE = 511;
export const NO_SPEED = 1023;
export const STATIONARY = 1;
export const DISTRESS = 2;
export const LIMITED = 4;

const COLUMNS = {
  key: Uint32Array,
  mmsi: Uint32Array,
  kind: Uint8Array,
  port: Uint8Array,
  starboard: Uint8Array,
  bow: Uint16Array,
  stern: Uint16Array,
  lon: Float64Array,
  lat: Float64Array,
  x: Float64Array,
  y: Float64Array,
  course: Uint16Array,
  heading: Uint16Array,
  speed: Uint16Array,
  state: Uint8Array,
  heard: Float64Array,
};

/** Mercator place of a point in the unit square, as Leaflet's EPSG:3857 has it. */
export function mercator(lon, lat) {
  const sine = Math.sin((lat * Math.PI) / 180);
  return [lon / 360 + 0.5, 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)];
}

export class Fleet {
  constructor(capacity = 4096) {
    this.size = 0;
    this.now = 0;
    this.slots = new Map();
    this.name = [];
    this.destination = [];
    for (const [column, Kind] of Object.entries(COLUMNS)) this[column] = new Kind(capacity);
  }

  clear() {
    this.size = 0;
    this.name.length = this.destination.length = 0;
    this.slots.clear();
  }

  /** Return the slot of a key, taking a new one if it has none. */
  slot(key) {
    const known = this.slots.get(key);
    if (known !== undefined) return known;
    if (this.size === this.key.length) this.#grow();
    const slot = this.size;
    this.size += 1;
    this.slots.set(key, slot);
    for (const column of Object.keys(COLUMNS)) this[column][slot] = 0;
    this.key[slot] = key;
    this.name[slot] = this.destination[slot] = "";
    return slot;
  }

  /** Forget a vessel; the last slot moves into its place. */
  remove(key) {
    const slot = this.slots.get(key);
    if (slot === undefined) return;
    const last = this.size - 1;
    this.slots.delete(key);
    if (slot !== last) {
      for (const column of Object.keys(COLUMNS)) this[column][slot] = this[column][last];
      this.name[slot] = this.name[last];
      this.destination[slot] = this.destination[last];
      this.slots.set(this.key[slot], slot);
    }
    this.name.length = this.destination.length = last;
    this.size = last;
  }

  place(slot, lon, lat) {
    this.lon[slot] = lon;
    this.lat[slot] = lat;
    // As mercator() has it, but without an array for each ship of each frame.
    const sine = Math.sin((Math.max(-85, Math.min(85, lat)) * Math.PI) / 180);
    this.x[slot] = lon / 360 + 0.5;
    this.y[slot] = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  /** Where the bow points: heading, else course while moving, else NO_ANGLE. */
  bearing(slot) {
    if (this.heading[slot] !== NO_ANGLE) return this.heading[slot];
    return this.course[slot];
  }

  /** A vessel's name, or what stands for it. */
  called(slot) {
    return this.name[slot] || `MMSI ${String(this.mmsi[slot]).padStart(9, "0")}`;
  }

  length(slot) {
    return this.bow[slot] + this.stern[slot];
  }

  #grow() {
    const capacity = this.key.length * 2;
    for (const [column, Kind] of Object.entries(COLUMNS)) {
      const wider = new Kind(capacity);
      wider.set(this[column]);
      this[column] = wider;
    }
  }
}
