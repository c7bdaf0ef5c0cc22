// Zones beneath the vessels: one canvas of its own, drawn when the map has come to rest.

import { CanvasLayer } from "./canvas.js";
import { mercator } from "./fleet.js";
import { bounds, clip, trace } from "./land.js";
import { course } from "./zonelines.js";
import { drawZoneLabels } from "./zonelabels.js";
import { fill, Inks, ORDER, stroke, STYLES } from "./zonestyle.js";

const BEYOND_PX = 40; // cut edges and their strokes stay out of sight
const STEP_PX = 2; // dashes are costly: along the coast, which is cleared, most of all
const FAR_OUT = 7; // zoom below which ports are dots
const COAST_PX = 3; // what lies so near to the coast is the coast

/** Zones of the GeoJSON that /api/v1/zones answers, as rings of Mercator pairs. */
export function read(geojson) {
  return geojson.features.map(({ id, properties, geometry }) => {
    const made = (pairs) => {
      const points = Float64Array.from(pairs.flatMap(([lon, lat]) => mercator(lon, lat)));
      return { points, box: bounds(points) };
    };
    const rings = geometry.coordinates.flat().map((ring) => made(ring.slice(0, -1)));
    const lines = properties.lines?.map(made) ?? null;
    const { name, kind, label, from_ms: from = -Infinity, until_ms: until = Infinity } = properties;
    const boxes = rings.flatMap(({ box }) => box);
    return { id, name, kind, label: mercator(...label), from, until, rings, lines, box: bounds(boxes) };
  });
}

const apart = (a, b) => a[2] < b[0] || a[0] > b[2] || a[3] < b[1] || a[1] > b[3];
const within = (a, b) => a[0] >= b[0] && a[1] >= b[1] && a[2] <= b[2] && a[3] <= b[3];

export const ZoneLayer = CanvasLayer.extend({
  /**
   * `time()` is the pipeline's time: zones that are not valid then are not drawn. `beside()` is what
   * the legend takes of the view, px: no name is put there that may stand elsewhere.
   */
  initialize(time, beside) {
    Object.assign(this, { time, beside });
    this.zones = [];
    this.choice = null; // ZoneChoice, of the panel
    this.shown = new Set(); // its kinds
    this.land = null;
    this.times = [];
  },

  onAdd(map) {
    this.put(map, "zones");
    this.redraw();
  },

  getEvents() {
    return { moveend: this.settle, resize: this.redraw, zoomanim: this.animateZoom };
  },

  /** After a pan that stays on the canvas nothing is to be drawn. */
  settle() {
    const map = this._map;
    const same = this.drawnFrom?.equals(map.getPixelOrigin()) && this.zoom === map.getZoom();
    if (same) {
      const { x, y } = this.shift();
      if (x >= 0 && y >= 0 && x <= 2 * this.padX && y <= 2 * this.padY) return;
    }
    this.redraw();
  },

  pixels(u, v) {
    return [u * this.world - this.pixel.x, v * this.world - this.pixel.y];
  },

  /** What of the canvas is in sight, px: the rest is there for a pan. */
  sight() {
    const { x, y } = this._map.getSize();
    const right = this.padX + x - this.beside();
    return { left: this.padX, top: this.padY, right, bottom: this.padY + y };
  },

  paint() {
    const began = performance.now();
    const on = this.choice?.any ?? false;
    this.canvas.hidden = !on;
    if (!on) return;
    this.fit();
    this.drawnFrom = this._map.getPixelOrigin();
    this.world = 256 * 2 ** this.zoom;
    const context = this.context;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    const zones = this.inView();
    this.inks = new Inks(context, this.ratio);
    const each = (kinds, draw) => kinds.forEach((kind) => zones[kind]?.forEach(draw));
    const atSea = ORDER.filter((kind) => !STYLES[kind].overLand);
    // Lines were cut at the coast by the server: only what fills an area is to be cleared from land.
    this.spilt = false;
    each(atSea, (zone) => this.area(zone));
    if (this.land && this.spilt) this.clearLand();
    each(atSea, (zone) => this.lines(zone));
    each(ORDER.filter((kind) => STYLES[kind].overLand), (zone) => this.area(zone));
    this.seen = this.sight();
    this.water = null;
    drawZoneLabels(context, this, zones);
    this.times.push(performance.now() - began);
    if (this.times.length > 100) this.times.splice(0, 50);
  },

  /** The zones to draw by kind, each with those rings, cut to the canvas, that it shows. */
  inView() {
    const now = this.time();
    const [left, top] = [this.pixel.x - BEYOND_PX, this.pixel.y - BEYOND_PX];
    const [right, bottom] = [this.pixel.x + this.width + BEYOND_PX, this.pixel.y + this.height + BEYOND_PX];
    const view = [left, top, right, bottom].map((value) => value / this.world);
    this.view = view;
    const found = {};
    for (const zone of this.zones) {
      if (!this.choice.draws(zone) || apart(zone.box, view)) continue;
      if (now < zone.from || now >= zone.until) continue;
      // Uncut, a dashed line of millions of pixels would be drawn at high zoom.
      zone.shown = zone.rings
        .filter(({ box }) => !apart(box, view))
        .map(({ points, box }) => (within(box, view) ? points : clip(points, view)))
        .filter((points) => points.length >= 6);
      if (zone.shown.length) (found[zone.kind] ??= []).push(zone);
    }
    return found;
  },

  /** Fill a zone; without lines of its own its shape is its line too. */
  area(zone) {
    const { context } = this;
    const { least, wash, hatch } = STYLES[zone.kind];
    if (zone.lines && !wash && !hatch) return;
    this.spilt = true;
    const reach = this.zoom < FAR_OUT ? least * 0.6 : least;
    context.beginPath();
    if (least && ((zone.box[2] - zone.box[0]) * this.world) / 2 < reach) {
      context.arc(...this.pixels(...zone.label), reach, 0, 2 * Math.PI);
    } else {
      for (const ring of zone.shown) trace(context, ring, (u, v) => this.pixels(u, v), STEP_PX);
    }
    fill(this.inks, zone.kind);
    if (!zone.lines) stroke(this.inks, zone.kind);
  },

  lines(zone) {
    if (!zone.lines) return;
    this.context.beginPath();
    for (const line of zone.lines) {
      if (!apart(line.box, this.view)) course(this.context, this, line.points, STEP_PX);
    }
    stroke(this.inks, zone.kind);
  },

  /** Zones are about the sea: on land, and along the coast, their lines would only be noise. */
  clearLand() {
    const { context, land } = this;
    // A 512 px tile of zoom z covers what 256 px tiles cover at zoom z - 1.
    const z = Math.max(0, Math.round(this.zoom) - 1);
    const side = this.world / 2 ** z;
    context.globalCompositeOperation = "destination-out";
    context.fillStyle = context.strokeStyle = "#000";
    context.lineWidth = COAST_PX;
    const first = { x: Math.floor(this.pixel.x / side), y: Math.floor(this.pixel.y / side) };
    for (let x = first.x; x * side < this.pixel.x + this.width; x += 1) {
      for (let y = first.y; y * side < this.pixel.y + this.height; y += 1) {
        context.save();
        // What was cut lies outside its tile; a pixel more, so that no seam stays.
        context.beginPath();
        context.rect(x * side - this.pixel.x - 1, y * side - this.pixel.y - 1, side + 2, side + 2);
        context.clip();
        for (const polygon of land.tile(z, x, y)) {
          context.beginPath();
          for (const ring of polygon) trace(context, ring, (u, v) => this.pixels(u, v));
          context.fill("evenodd");
          context.stroke();
        }
        context.restore();
      }
    }
    context.globalCompositeOperation = "source-over";
  },
});
