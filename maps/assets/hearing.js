// Where receivers hear ships: shaded cells. Beside them no silence means anything.

import { CanvasLayer } from "./canvas.js";
import { element } from "./bar.js";
import { mercator } from "./fleet.js";
import { colour, onChange } from "./theme.js";
import { count } from "./words.js";

const ADDRESS = "/api/v1/coverage";
const AGAIN_MS = 60000;
const WORDS_MS = 600000; // while it is not shown
const KEPT = "vedetta.hearing";
const STEPS = [1, 10, 100, 1000]; // reports an hour: each step is shaded deeper
const SHADES = [0.1, 0.17, 0.24, 0.31];
const WORTH = "Shaded: where ships were heard lately. Elsewhere we hear nothing, and no silence is told.";

export const HearingLayer = CanvasLayer.extend({
  initialize() {
    this.cells = [];
    this.half = 0;
    this.on = false;
  },

  onAdd(map) {
    this.put(map, "hearing");
    this.redraw();
  },

  getEvents() {
    return { moveend: this.redraw, resize: this.redraw, zoomanim: this.animateZoom };
  },

  paint() {
    this.canvas.hidden = !this.on;
    if (!this.on) return;
    this.fit();
    const { context, ratio } = this;
    const world = 256 * 2 ** this.zoom;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.fillStyle = colour("hearing");
    for (const { box, shade } of this.cells) {
      // Whole pixels: neighbours would else show a seam.
      const [x, y] = [Math.round(box[0] * world - this.pixel.x), Math.round(box[1] * world - this.pixel.y)];
      const [right, low] = [Math.round(box[2] * world - this.pixel.x), Math.round(box[3] * world - this.pixel.y)];
      if (right < 0 || low < 0 || x > this.width || y > this.height) continue;
      context.globalAlpha = shade;
      context.fillRect(x, y, right - x, low - y);
    }
    context.globalAlpha = 1;
  },
});

/** Cells of the answer as Mercator boxes with the shade of their rate. */
export function read({ cell_deg: side, cells }) {
  const half = side / 2;
  return cells.map(([lon, lat, heard]) => {
    const [left, top] = mercator(lon - half, lat + half);
    const [right, low] = mercator(lon + half, lat - half);
    return { box: [left, top, right, low], shade: SHADES[STEPS.findLastIndex((step) => heard >= step)] ?? 0.05 };
  });
}

export class Hearing {
  /** The row in the zones' panel, and the layer that it shows or hides. */
  constructor(layer, panel) {
    this.layer = layer;
    const label = element("label", "", "zone-row hearing-row");
    [this.box, this.figure] = [element("input"), element("b", "–")];
    this.box.type = "checkbox";
    this.box.id = "hearing-box";
    const swatch = element("i", "", "hearing-swatch");
    label.append(this.box, swatch, element("span", "Where we can hear"), this.figure);
    this.said = element("p", "", "hearing-said");
    this.said.setAttribute("role", "status");
    panel.append(label, this.said);
    this.box.addEventListener("change", () => this.show(this.box.checked));
    onChange(() => layer.redraw());
    setInterval(() => layer.on && !document.hidden && this.load(), AGAIN_MS);
    setInterval(() => !layer.on && !document.hidden && this.load(), WORDS_MS);
    this.show(remembered());
  }

  /** What cannot be heard in a view, in words: they stand beside every empty list. */
  words(bounds) {
    if (!this.known) return "Where we can hear is not known yet: an empty list says nothing of the sea.";
    const [left, top] = mercator(bounds.getWest(), bounds.getNorth());
    const [right, low] = mercator(bounds.getEast(), bounds.getSouth());
    const inside = this.layer.cells.filter(({ box }) => box[0] < right && box[2] > left && box[1] < low && box[3] > top);
    if (!inside.length) return "No ship was heard in this view lately: we cannot hear here, and an empty list says nothing.";
    const area = inside.reduce((sum, { box }) => sum + overlap(box, [left, top, right, low]), 0);
    const share = Math.min(100, Math.round((100 * area) / ((right - left) * (low - top))));
    if (share >= 99) return "All of this view was heard lately; ships that send nothing are not heard anywhere.";
    return `We heard ships lately in ${Math.max(1, share)} % of this view; elsewhere there may be ships that we cannot hear.`;
  }

  show(on) {
    this.layer.on = this.box.checked = on;
    this.said.hidden = !on;
    try {
      localStorage.setItem(KEPT, on ? "on" : "");
    } catch {
      // A locked-down browser keeps no settings: the choice then holds for this visit.
    }
    this.layer.redraw();
    if (on) this.load();
  }

  async load() {
    try {
      const answer = await fetch(ADDRESS);
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error ?? `the server answered ${answer.status}`);
      this.layer.cells = read(said);
      this.known = true;
      this.figure.textContent = said.cells.length ? count(said.cells.length) : "none";
      this.#say(said.cells.length ? WORTH : "No receiver has been heard long enough yet.");
      this.layer.redraw();
      this.onLoad?.();
    } catch (error) {
      this.#say(`Where we can hear is not loaded: ${error.message}`);
    }
  }

  #say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }
}

function overlap([left, top, right, low], [l, t, r, b]) {
  return Math.max(0, Math.min(right, r) - Math.max(left, l)) * Math.max(0, Math.min(low, b) - Math.max(top, t));
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false;
  }
}
