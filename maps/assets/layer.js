// The vessels: one canvas over the map, drawn once per frame of data or move of the map.

import { DISTRESS, NO_ANGLE, NO_SPEED, STATIONARY } from "./fleet.js";
import { Blitter, toneOf } from "./blit.js";
import { CanvasLayer, wallScale } from "./canvas.js";
import { Atlas, HEADINGS, LOOKS } from "./sprites.js";
import { drawMark, markOf } from "./marks.js";
import { drawPrediction } from "./predict.js";
import { drawPlaces, drawRings } from "./rings.js";
import { colour } from "./theme.js";
import { drawLabels, forgetLabels } from "./labels.js";
import { drawSelection, drawTrack, drawVectors, hasOutline, outline } from "./strokes.js";
import { drawKept, drawTrails } from "./wakes.js";

const THIN = 4; // px; two ships in one such cell cannot be told apart
const HIT = 16; // px; a cell of the hit-test grid
const REACH = 14; // px from the pointer to a symbol that it means
const TOGETHER = 7; // px; ships so near lie on one another
const OUTLINE_ZOOM = 14;
const FILLED = LOOKS.indexOf("filled");
const STALE = LOOKS.indexOf("stale");
const LOST = LOOKS.indexOf("lost");

export const VesselLayer = CanvasLayer.extend({
  /** `options`: classes, urgent, staleMs, lostMs, and the parts concern, filter, trails, kept. */
  initialize(fleet, options) {
    const { concern, filter, trails, kept, ...rest } = options;
    Object.assign(this, { fleet, concern, filter, trails, kept });
    L.setOptions(this, rest);
    this.vectorMinutes = 6;
    this.shows = { trails: false, names: true, predicted: true };
    this.selected = null;
    this.helpers = new Set(); // MMSIs of who may help in the rescue that is open: always drawn, with names
    this.track = null;
    this.drawn = new Int32Array(1024);
    this.count = 0;
    this.times = [];
    this.cost = 4; // ms of a drawing, the mean of the last ones
  },

  onAdd(map) {
    this.put(map, "vessels");
    this.restyle();
  },

  getEvents() {
    return {
      moveend: this.redraw,
      zoomend: this.redraw,
      resize: this.redraw,
      move: this.followPan,
      zoomanim: this.animateZoom,
    };
  },

  /** Make the sprites again: the theme or the screen's pixel ratio changed. */
  restyle() {
    this.ratio = window.devicePixelRatio || 1;
    this.scale = wallScale();
    this.blitter = new Blitter();
    this.atlas = new Atlas(this.options.classes, this.ratio * this.scale);
    this.tones = { trail: toneOf(colour("quiet"), 0.7), vector: toneOf(colour("text"), 0.55) };
    forgetLabels();
    this.redraw();
  },

  followPan() {
    if (!this.origin) return;
    const shift = this.shift();
    const [roomX, roomY] = [this.padX * 0.6, this.padY * 0.6];
    if (Math.abs(shift.x + this.padX) > roomX || Math.abs(shift.y + this.padY) > roomY) {
      if (!this._map._animatingZoom) this.redraw();
    }
  },

  paint() {
    const began = performance.now();
    this.fit();
    if (!this.width || !this.height) return; // no sea is left between other parts
    const zoom = this._map.getZoom();
    this.select(256 * 2 ** zoom);
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    const hulls = zoom >= OUTLINE_ZOOM ? this.hulls() : [];
    this.blitter.begin(this.canvas.width, this.canvas.height);
    if (this.shows.trails) drawTrails(this);
    if (this.vectorMinutes) drawVectors(this);
    this.stamp(new Set(hulls));
    this.blitter.show(context);
    // The symbols are in place already: lines go beneath them.
    context.globalCompositeOperation = "destination-over";
    if (this.selected !== null && this.shows.predicted) drawPrediction(context, this);
    if (this.track) drawTrack(context, this, this.track);
    drawKept(context, this);
    context.globalCompositeOperation = "source-over";
    for (const i of hulls) {
      outline(context, this, i, this.look(this.drawn[i]));
      this.markHull(i);
    }
    drawRings(context, this);
    drawPlaces(context, this);
    if (this.selected !== null) drawSelection(context, this);
    drawLabels(context, this, zoom);
    if (this.count) this.firstAt ??= performance.now();
    const took = performance.now() - began;
    this.cost += (took - this.cost) / 8;
    this.times.push(took);
    if (this.times.length > 600) this.times.splice(0, 300);
  },

  /** Pixels on the canvas of a Mercator pair. */
  pixels([u, v]) {
    const world = 256 * 2 ** this.zoom;
    return [u * world - this.pixel.x, v * world - this.pixel.y];
  },

  /** Choose what is drawn: in view, not filtered out, one per cell; what matters comes first. */
  select(scale) {
    const fleet = this.fleet;
    this.reserve(fleet.size);
    this.grids();
    this.chosen.fill(0, 0, fleet.size);
    this.count = 0;
    const mine = this.selected === null ? undefined : fleet.slots.get(this.selected);
    if (mine !== undefined) this.offer(mine, scale, true);
    const after = [];
    for (let slot = 0; slot < fleet.size; slot += 1) {
      if (this.gravest(slot)) this.offer(slot, scale, true);
      else if (this.keeps(fleet.mmsi[slot])) after.push(slot);
    }
    for (const slot of after) this.offer(slot, scale, true);
    const mask = this.filter.mask(this);
    for (let slot = 0; slot < fleet.size; slot += 1) {
      if (!mask || mask[slot]) this.offer(slot, scale, false);
    }
  },

  /** Safety of life lies on top of everything. */
  gravest(slot) {
    const { fleet, concern } = this;
    if (fleet.kind[slot] === this.options.urgent || fleet.state[slot] & DISTRESS) return true;
    return concern.any && concern.lane(fleet.mmsi[slot]) === "sar";
  },

  /** Who is drawn whatever is filtered or crowded: who concerns people, who may help. */
  always(slot) {
    return this.gravest(slot) || this.keeps(this.fleet.mmsi[slot]);
  },

  /** Distress, listed, in an alert: who may help is only near one. */
  concerns(slot) {
    return this.gravest(slot) || this.concern.keeps(this.fleet.mmsi[slot]);
  },

  keeps(mmsi) {
    return this.helpers.has(mmsi) || this.concern.keeps(mmsi);
  },

  offer(slot, scale, always) {
    const fleet = this.fleet;
    const x = fleet.x[slot] * scale - this.pixel.x;
    const y = fleet.y[slot] * scale - this.pixel.y;
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const cell = ((y / THIN) | 0) * this.columns + ((x / THIN) | 0);
    if (this.chosen[slot]) return;
    if (!always && this.taken[cell]) return;
    if (always) this.chosen[slot] = 1;
    this.taken[cell] = 1;
    const hit = ((y / HIT) | 0) * this.hitColumns + ((x / HIT) | 0);
    this.drawn[this.count] = slot;
    this.px[this.count] = x;
    this.py[this.count] = y;
    this.next[this.count] = this.head[hit];
    this.head[hit] = this.count;
    this.count += 1;
  },

  /** Keys of all that are shown, thinned or not, for which `here(slot)` holds; `always(slot)`: who passes each filter. */
  shown(here, always = (slot) => this.always(slot)) {
    const mask = this.filter.mask(this);
    const keys = [];
    for (let slot = 0; slot < this.fleet.size; slot += 1) {
      if (here(slot) && (!mask || mask[slot] || always(slot))) keys.push(this.fleet.key[slot]);
    }
    return keys;
  },

  /** The grids of what is taken, emptied; a frame makes no new ones while the canvas stays. */
  grids() {
    this.columns = Math.ceil(this.width / THIN) + 1;
    this.hitColumns = Math.ceil(this.width / HIT) + 1;
    const cells = this.columns * (Math.ceil(this.height / THIN) + 1);
    const hits = this.hitColumns * (Math.ceil(this.height / HIT) + 1);
    if (this.taken?.length !== cells) this.taken = new Uint8Array(cells);
    else this.taken.fill(0);
    if (this.head?.length !== hits) this.head = new Int32Array(hits);
    this.head.fill(-1);
  },

  reserve(size) {
    if (this.px && this.px.length >= size) return;
    const room = Math.max(1024, size * 2);
    this.chosen = new Uint8Array(room);
    this.drawn = new Int32Array(room);
    this.next = new Int32Array(room);
    this.px = new Float32Array(room);
    this.py = new Float32Array(room);
  },

  /** Which of the chosen are large enough to be drawn to scale. */
  hulls() {
    return [...Array(this.count).keys()].filter((i) => hasOutline(this, this.drawn[i]));
  },

  /** Put a symbol at each chosen place but those of `others`; what was chosen first lies on top. */
  stamp(others) {
    const { blitter, fleet, atlas, drawn, px, py, ratio } = this;
    for (let i = this.count - 1; i >= 0; i -= 1) {
      if (others.size && others.has(i)) continue;
      const slot = drawn[i];
      const bearing = fleet.bearing(slot);
      const column = bearing === NO_ANGLE ? HEADINGS : Math.round(bearing / 5) % HEADINGS;
      const symbol = atlas.sprite(fleet.kind[slot], this.look(slot), column);
      blitter.put(symbol, px[i] * ratio, py[i] * ratio);
      const mark = markOf(fleet.state[slot]);
      if (mark >= 0) blitter.put(atlas.mark(mark), px[i] * ratio, py[i] * ratio);
    }
  },

  /** The mark of a ship that is drawn to scale, at her antenna. */
  markHull(i) {
    const mark = markOf(this.fleet.state[this.drawn[i]]);
    if (mark < 0) return;
    this.context.save();
    this.context.translate(this.px[i], this.py[i]);
    this.context.scale(this.scale, this.scale);
    drawMark(this.context, mark);
    this.context.restore();
  },

  /** Which of LOOKS a vessel has: by its age first, then by whether it moves. */
  look(slot) {
    const age = this.fleet.now - this.fleet.heard[slot];
    if (age > this.options.lostMs) return LOST;
    const faded = age > this.options.staleMs ? STALE : FILLED;
    return faded + (this.fleet.state[slot] & STATIONARY ? 1 : 0);
  },

  moving(slot) {
    const speed = this.fleet.speed[slot];
    return speed !== NO_SPEED && !(this.fleet.state[slot] & STATIONARY);
  },

  /** A point of the map's container on the canvas. */
  onCanvas(point) {
    return this._map.containerPointToLayerPoint(point).subtract(this.origin);
  },

  /** Return the key of the vessel under a point of the map's container, or null. */
  hit(point) {
    const found = this.near(point, REACH);
    return found.length ? found[0] : null;
  },

  /** Keys of the drawn vessels within `reach` px of a point, at most HIT; the nearest first. */
  near(point, reach) {
    if (!this.head) return [];
    const { x: left, y: top } = this.onCanvas(point);
    const found = [];
    for (let row = ((top - HIT) / HIT) | 0; row <= (top + HIT) / HIT; row += 1) {
      for (let column = ((left - HIT) / HIT) | 0; column <= (left + HIT) / HIT; column += 1) {
        if (column < 0 || column >= this.hitColumns) continue;
        for (let i = this.head[row * this.hitColumns + column] ?? -1; i >= 0; i = this.next[i]) {
          const far = (this.px[i] - left) ** 2 + (this.py[i] - top) ** 2;
          if (far < reach * reach) found.push([far, this.fleet.key[this.drawn[i]]]);
        }
      }
    }
    return found.sort(([a], [b]) => a - b).map(([, key]) => key);
  },

  /** Keys of all shown vessels that lie on a vessel, or so near that they cannot be told apart. */
  at(key) {
    const { fleet } = this;
    const slot = fleet.slots.get(key);
    if (slot === undefined) return [];
    const reach = (TOGETHER * this.scale) / (256 * 2 ** this.zoom);
    const [x, y] = [fleet.x[slot], fleet.y[slot]];
    const others = this.shown((other) => Math.abs(fleet.x[other] - x) < reach && Math.abs(fleet.y[other] - y) < reach);
    return [key, ...others.filter((other) => other !== key)];
  },

  colour(slot, look) {
    return look === LOST ? colour("lost") : colour(this.options.classes[this.fleet.kind[slot]].key);
  },
});
