// Where vessels came from: the short trails of all, and the longer tracks that somebody keeps.

import { get } from "./ask.js";
import { mercator } from "./fleet.js";
import { drawTrack } from "./strokes.js";
import { colour } from "./theme.js";

const BATCH = 120; // trails per stroke
const TRAILS_MOST = 3000; // ships in view; with more, trails are a carpet
const AGAIN_MS = 60000;
export const KEPT_MOST = 8;
const TONES = ["passenger", "tanker", "fishing", "pleasure", "cargo", "high_speed", "special", "sar"];

/** The last half hour of each drawn ship. */
export function drawTrails(context, layer) {
  const { fleet, trails } = layer;
  if (layer.count > TRAILS_MOST) return;
  const scale = 256 * 2 ** layer.zoom;
  const [left, top] = [layer.pixel.x, layer.pixel.y];
  context.strokeStyle = colour("quiet");
  context.lineWidth = 1.2;
  context.globalAlpha = 0.7;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < layer.count; i += 1) {
    let begun = false;
    trails.each(fleet.key[layer.drawn[i]], (x, y) => {
      if (begun) context.lineTo(x * scale - left, y * scale - top);
      else context.moveTo(x * scale - left, y * scale - top);
      begun = true;
    });
    if (begun) context.lineTo(layer.px[i], layer.py[i]);
    if (i % BATCH === BATCH - 1) {
      context.stroke();
      context.beginPath();
    }
  }
  context.stroke();
  context.globalAlpha = 1;
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
