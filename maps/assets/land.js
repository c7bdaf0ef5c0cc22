// The coast as our own tiles: land is cut into the quadtree once, so a tile draws only its own.

import { mercator } from "./fleet.js";
import { colour } from "./theme.js";

const TILE = 512;
const MARGIN = 1 / 32; // of a tile: cut edges and their strokes stay out of sight
const CACHE_LIMIT = 3000;

/** Cut a ring of x, y pairs at one straight border (Sutherland and Hodgman). */
function cut(ring, axis, border, keepAbove) {
  const out = [];
  const inside = (value) => (keepAbove ? value >= border : value <= border);
  for (let i = 0; i < ring.length; i += 2) {
    const j = i === 0 ? ring.length - 2 : i - 2;
    const [a, b] = [ring[j + axis], ring[i + axis]];
    if (inside(a) !== inside(b)) {
      const share = (border - a) / (b - a);
      out.push(ring[j] + share * (ring[i] - ring[j]), ring[j + 1] + share * (ring[i + 1] - ring[j + 1]));
    }
    if (inside(b)) out.push(ring[i], ring[i + 1]);
  }
  return out;
}

/** Left, top, right, bottom of a ring of x, y pairs. */
export function bounds(ring) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < ring.length; i += 2) {
    box[0] = Math.min(box[0], ring[i]);
    box[1] = Math.min(box[1], ring[i + 1]);
    box[2] = Math.max(box[2], ring[i]);
    box[3] = Math.max(box[3], ring[i + 1]);
  }
  return box;
}

/** The part of a ring inside a box; empty where there is none. */
export function clip(ring, box) {
  const [left, top, right, bottom] = bounds(ring);
  if (right < box[0] || left > box[2] || bottom < box[1] || top > box[3]) return [];
  let result = ring;
  if (left < box[0]) result = cut(result, 0, box[0], true);
  if (right > box[2]) result = cut(result, 0, box[2], false);
  if (top < box[1]) result = cut(result, 1, box[1], true);
  if (bottom > box[3]) result = cut(result, 1, box[3], false);
  return result;
}

/** Land polygons (rings of mercator pairs), split on demand and kept by tile. */
export class Land {
  constructor(geojson) {
    this.kept = new Map();
    this.whole = [];
    this.frame = [Infinity, Infinity, -Infinity, -Infinity];
    for (const feature of geojson.features) {
      const { type, coordinates } = feature.geometry;
      const polygons = type === "Polygon" ? [coordinates] : coordinates;
      for (const polygon of polygons) this.whole.push(polygon.map((ring) => this.#project(ring)));
    }
  }

  #project(ring) {
    const flat = [];
    for (const [lon, lat] of ring.slice(0, -1)) flat.push(...mercator(lon, lat));
    const box = bounds(flat);
    for (const side of [0, 1]) {
      this.frame[side] = Math.min(this.frame[side], box[side]);
      this.frame[side + 2] = Math.max(this.frame[side + 2], box[side + 2]);
    }
    return flat;
  }

  /** A promise of what a tile is cut from, or null: here all of it is there. */
  load() {
    return null;
  }

  /** Polygons of one tile; cut out of its parent's, which are few. */
  tile(z, x, y) {
    if (z <= 0) return this.whole;
    const key = `${z}/${x}/${y}`;
    const known = this.kept.get(key);
    if (known) return known;
    const size = 1 / 2 ** z;
    const box = [x - MARGIN, y - MARGIN, x + 1 + MARGIN, y + 1 + MARGIN].map((v) => v * size);
    const result = [];
    for (const polygon of this.tile(z - 1, x >> 1, y >> 1)) {
      const rings = polygon.map((ring) => clip(ring, box)).filter((ring) => ring.length >= 6);
      if (rings.length) result.push(rings);
    }
    if (this.kept.size >= CACHE_LIMIT) this.kept.clear();
    this.kept.set(key, result);
    return result;
  }
}

/** Add a ring to the path; `place` gives pixels of a Mercator pair, `least` px lie between two. */
export function trace(context, ring, place, least = 0.5) {
  let [lastX, lastY] = [NaN, NaN];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = place(ring[i], ring[i + 1]);
    // Points closer than half a pixel cannot be seen and cost as much as those that can.
    if (Math.abs(x - lastX) < least && Math.abs(y - lastY) < least) continue;
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    [lastX, lastY] = [x, y];
  }
  context.closePath();
}

/** Draw tile x, y of zoom z, `size` CSS pixels wide. */
function paint(context, land, z, x, y, size) {
  const scale = 2 ** z * size;
  const place = (u, v) => [u * scale - x * size, v * scale - y * size];
  context.fillStyle = colour("beyond");
  context.fillRect(0, 0, size, size);
  const [left, top] = place(land.frame[0], land.frame[1]);
  const [right, bottom] = place(land.frame[2], land.frame[3]);
  context.fillStyle = colour("sea");
  context.fillRect(left, top, right - left, bottom - top);
  // A pixel less on each side: where the data ends there is a change of tone, no coast.
  context.beginPath();
  context.rect(left + 1, top + 1, right - left - 2, bottom - top - 2);
  context.clip();
  context.fillStyle = colour("land");
  context.strokeStyle = colour("coast");
  context.lineWidth = z < 7 ? 0.6 : 1;
  context.lineJoin = "round";
  for (const polygon of land.tile(z, x, y)) {
    context.beginPath();
    for (const ring of polygon) trace(context, ring, place);
    context.fill("evenodd");
    context.stroke();
  }
}

export function landLayer(land) {
  const Layer = L.GridLayer.extend({
    createTile(coords, done) {
      const tile = document.createElement("canvas");
      const ratio = window.devicePixelRatio || 1;
      tile.width = tile.height = TILE * ratio;
      const context = tile.getContext("2d");
      context.scale(ratio, ratio);
      // A 512 px tile of zoom z covers what 256 px tiles cover at zoom z - 1.
      const place = [coords.z - 1, coords.x, coords.y];
      // Until it is done Leaflet shows what was there before.
      Promise.resolve(land.load(...place)).then(() => {
        const began = performance.now();
        paint(context, land, ...place, TILE);
        this.times.push(performance.now() - began);
        if (this.times.length > 100) this.times.splice(0, 50);
        done(null, tile);
      });
      return tile;
    },
  });
  const layer = new Layer({ tileSize: TILE, updateWhenZooming: false, keepBuffer: 2, pane: "land" });
  layer.times = []; // ms for a tile, for tests and the bench
  return layer;
}
