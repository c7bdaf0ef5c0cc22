// Where vessels came from: the short trails of all, and the longer tracks that somebody keeps.

import { get } from "./ask.js";
import { mercator } from "./fleet.js";
import { drawTrack } from "./strokes.js";
import { POINTS } from "./trails.js";

const TRAILS_MOST = 3000; // ships in view; with more, trails are a carpet
const AGAIN_MS = 60000;
export const KEPT_MOST = 8;
const APART_PX = 3; // of two points of a trail
const [XS, YS] = [new Float64Array(2 * POINTS + 2), new Float64Array(2 * POINTS + 2)];
const TONES = ["passenger", "tanker", "fishing", "pleasure", "cargo", "high_speed", "special", "sar"];

/** The last half hour of each drawn ship, beneath the symbols. */
export function drawTrails(layer) {
  const { fleet, trails, blitter, ratio } = layer;
  if (layer.count > TRAILS_MOST) return;
  const scale = 256 * 2 ** layer.zoom * ratio;
  const [left, top] = [layer.pixel.x * ratio, layer.pixel.y * ratio];
  const wide = Math.max(1, Math.round(ratio));
  for (let i = 0; i < layer.count; i += 1) {
    const length = trails.points(fleet.key[layer.drawn[i]], XS, YS);
    let x = layer.px[i] * ratio;
    let y = layer.py[i] * ratio;
    // From the ship backwards: what is nearer to the last point than a pixel or two is left out.
    for (let k = length - 1; k >= 0; k -= 1) {
      const u = XS[k] * scale - left;
      const v = YS[k] * scale - top;
      if (k && Math.abs(u - x) + Math.abs(v - y) < APART_PX) continue;
      blitter.line(x, y, u, v, layer.tones.trail, wide);
      x = u;
      y = v;
    }
  }
}

/** The kept tracks, each in a tone of its own. */
export function drawKept(context, layer) {
  for (const { track, tone, key } of layer.kept.all.values()) {
    if (key !== layer.selected) drawTrack(context, layer, track, tone);
  }
}

/** Tracks that stay on the map beside the selected vessel's: at most KEPT_MOST. */
export class KeptTracks {
  /** `onChange()` when the choice or a track changed. */
  constructor(hours, onChange) {
    Object.assign(this, { hours, onChange, all: new Map() });
    setInterval(() => this.#refresh(), AGAIN_MS);
  }

  has(mmsi) {
    return this.all.has(mmsi);
  }

  get full() {
    return this.all.size >= KEPT_MOST;
  }

  async add(mmsi, key, name) {
    if (this.full) return;
    const used = new Set([...this.all.values()].map(({ tone }) => tone));
    const tone = TONES.find((token) => !used.has(token));
    this.all.set(mmsi, { mmsi, key, name, tone, track: [] });
    this.onChange();
    await this.#load(this.all.get(mmsi));
  }

  remove(mmsi) {
    this.all.delete(mmsi);
    this.onChange();
  }

  async #refresh() {
    if (document.hidden) return;
    // One after another: eight at once would be a burst at the database each minute.
    for (const kept of this.all.values()) await this.#load(kept);
  }

  async #load(kept) {
    const of = kept.key === null ? "" : `&segment=${kept.key}`;
    const said = await get(`/api/v1/vessels/${kept.mmsi}/track?hours=${this.hours}${of}`).catch(() => null);
    if (said) kept.track = pointsOf(said);
    this.onChange();
  }
}

/** The points of an answer as {at, x, y}. */
export function pointsOf(said) {
  return (said?.points ?? []).map(([at, lon, lat]) => {
    const [x, y] = mercator(lon, lat);
    return { at, x, y };
  });
}
