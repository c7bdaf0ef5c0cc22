// The fine coast: blocks of /tiles/land where the map is near, the project's own coast elsewhere.

import { Land } from "./land.js";

const UNITS = 60000; // of a block's side (maps/fine_coast/packing.py)
const EDGE = UNITS / 32; // its margin
const KEPT = 400; // blocks: a wall screen shows sixty
const PATIENCE_MS = 8000;
const AGAIN_MS = 30000; // until a block that did not come is asked for again
const MAKING_MS = 10000; // while the service makes its blocks it is asked so often
const COARSE_ZOOM = 11; // from here on one sees how coarse the coarse coast is

/** Polygons (rings of mercator pairs) of block x, y of level z. */
export function unpack(buffer, z, x, y) {
  const counts = new Uint32Array(buffer, 4, new Uint32Array(buffer, 0, 1)[0]);
  const steps = new Uint16Array(buffer, 4 + 4 * counts.length);
  const side = 1 / (2 ** z * UNITS);
  const [left, top] = [x * UNITS - EDGE, y * UNITS - EDGE];
  const polygons = [];
  let [at, u, v] = [0, 0, 0];
  for (let i = 0; i < counts.length; ) {
    const rings = [];
    for (let more = counts[i++]; more > 0; more -= 1) {
      const ring = new Float64Array(2 * counts[i++]);
      for (let p = 0; p < ring.length; p += 2) {
        u = (u + steps[at++]) & 0xffff;
        v = (v + steps[at++]) & 0xffff;
        ring[p] = (left + u) * side;
        ring[p + 1] = (top + v) * side;
      }
      rings.push(ring);
    }
    polygons.push(rings);
  }
  return polygons;
}

export class FineLand extends Land {
  /** `coarse`: the project's own Land, for far views and for what does not come. */
  constructor(coarse) {
    super({ features: [] });
    Object.assign(this, { coarse, frame: coarse.frame, levels: [], version: "" });
    this.blocks = new Map();
    this.asked = new Map();
    this.missing = new Set();
    this.onLoad = () => {}; // a block came, or did not
    this.onChange = () => {}; // what is drawn already is to be drawn by another coast
  }

  /** Begin with what `tell` was told; while the blocks are being made, ask again and again. */
  async begin(told) {
    if (told.state === "making") setTimeout(async () => this.begin(await tell()), MAKING_MS);
    if (told.state !== "ready") return;
    Object.assign(this, { levels: told.levels, version: told.version });
    this.onChange();
  }

  /** Which coast is shown at a zoom of Leaflet's: "coarse", "fine", or "both" where blocks lack. */
  shown(zoom) {
    if (this.#level(Math.round(zoom) - 1) === undefined) return "coarse";
    return this.missing.size ? "both" : "fine";
  }

  tile(z, x, y) {
    const level = this.#level(z);
    const block = level && this.blocks.get(key(level, x >> (z - level), y >> (z - level)));
    if (!block) return this.coarse.tile(z, x, y);
    return z === level ? block : super.tile(z, x, y);
  }

  load(z, x, y) {
    const level = this.#level(z);
    if (level === undefined) return null;
    const place = [level, x >> (z - level), y >> (z - level)];
    const name = key(...place);
    const known = this.blocks.get(name);
    if (known) {
      // Asked for last is thrown away last.
      this.blocks.delete(name);
      this.blocks.set(name, known);
    }
    if (known || this.missing.has(name) || !this.#covers(...place)) return null;
    if (!this.asked.has(name)) this.asked.set(name, this.#fetch(name, place));
    return this.asked.get(name);
  }

  #level(z) {
    return this.levels.findLast((level) => level <= z);
  }

  /** Beyond the data there is nothing to ask for. */
  #covers(z, x, y) {
    const [left, top, right, bottom] = this.frame.map((value) => value * 2 ** z);
    return x < right && x + 1 > left && y < bottom && y + 1 > top;
  }

  async #fetch(name, place) {
    const came = await block(`${name}?v=${this.version}`, place);
    this.asked.delete(name);
    if (came) {
      this.blocks.set(name, came);
      while (this.blocks.size > KEPT) this.blocks.delete(this.blocks.keys().next().value);
      if (this.missing.delete(name)) this.onChange();
    } else {
      this.missing.add(name);
      setTimeout(() => this.#fetch(name, place), AGAIN_MS);
    }
    this.onLoad();
  }
}

const key = (z, x, y) => `${z}/${x}/${y}`;

/** The polygons of a block, or null where it does not come: the map then draws its other coast. */
async function block(address, place) {
  try {
    const answer = await fetch(`/tiles/land/${address}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? unpack(await answer.arrayBuffer(), ...place) : null;
  } catch {
    return null;
  }
}

/** What the service says of its fine coast; nothing where it cannot be asked. */
export async function tell() {
  try {
    const answer = await fetch("/tiles/land", { signal: AbortSignal.timeout(PATIENCE_MS) });
    return answer.ok ? await answer.json() : {};
  } catch {
    return {};
  }
}

/** Say beside the map which coast it shows, and where one sees how coarse it is. */
export function sayCoast(land, zoom) {
  const shown = land.shown(zoom);
  document.getElementById("coast-coarse").hidden = shown !== "coarse";
  document.getElementById("coast-near").hidden = zoom < COARSE_ZOOM;
  document.getElementById("coast-fine").hidden = shown === "coarse";
  document.getElementById("coast-both").hidden = shown !== "both";
}
