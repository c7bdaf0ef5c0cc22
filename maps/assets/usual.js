// Where ships usually go: shaded cells with strokes along the lanes, from the model in force.

import { CanvasLayer } from "./canvas.js";
import { element } from "./bar.js";
import { mercator } from "./fleet.js";
import { colour, onChange } from "./theme.js";
import { count } from "./words.js";

const ADDRESS = "/api/v1/traffic";
const AGAIN_MS = 600000; // a model is learned once a night
const KEPT = "vedetta.usual";
const STEPS = [20, 100, 500, 2000]; // ships: each step is shaded deeper
const SHADES = [0.1, 0.18, 0.28, 0.4];
const STROKES_PX = 9; // a cell must be as large for a stroke to be seen in it
const NONE = "No model of usual traffic yet: the service learns one every night.";

export const UsualLayer = CanvasLayer.extend({
  initialize() {
    this.cells = [];
    this.on = false;
  },

  onAdd(map) {
    this.put(map, "usual");
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
    context.fillStyle = context.strokeStyle = colour("usual");
    for (const { box, shade, axis } of this.cells) {
      // Whole pixels: neighbours would else show a seam.
      const [x, y] = [Math.round(box[0] * world - this.pixel.x), Math.round(box[1] * world - this.pixel.y)];
      const [right, low] = [Math.round(box[2] * world - this.pixel.x), Math.round(box[3] * world - this.pixel.y)];
      if (right < 0 || low < 0 || x > this.width || y > this.height) continue;
      context.globalAlpha = shade;
      context.fillRect(x, y, right - x, low - y);
      if (axis !== null && right - x >= STROKES_PX) this.stroke((x + right) / 2, (y + low) / 2, (right - x) * 0.36, axis);
    }
    context.globalAlpha = 1;
  },

  /** A short line along which ships go there, one way or both. */
  stroke(x, y, half, axis) {
    const [east, north] = [Math.sin((axis * Math.PI) / 180) * half, Math.cos((axis * Math.PI) / 180) * half];
    this.context.globalAlpha = 0.85;
    this.context.lineWidth = 1.2;
    this.context.beginPath();
    this.context.moveTo(x - east, y + north);
    this.context.lineTo(x + east, y - north);
    this.context.stroke();
  },
});

/** Cells of the answer as Mercator boxes, with the shade of how many ships pass, and their axis. */
export function read({ cell_deg: side, cells }) {
  const half = side / 2;
  return cells.map(([lon, lat, ships, axis]) => {
    const [left, top] = mercator(lon - half, lat + half);
    const [right, low] = mercator(lon + half, lat - half);
    return { box: [left, top, right, low], axis, shade: SHADES[STEPS.findLastIndex((step) => ships >= step)] ?? 0.06 };
  });
}

export class Usual {
  /** The row in the panel of layers, and the layer that it shows or hides. */
  constructor(layer, panel) {
    this.layer = layer;
    const label = element("label", "", "zone-row usual-row");
    [this.box, this.figure] = [element("input"), element("b", "–")];
    this.box.type = "checkbox";
    this.box.id = "usual-box";
    label.append(this.box, element("i", "", "usual-swatch"), element("span", "Usual traffic"), this.figure);
    this.said = element("p", "", "usual-said");
    this.said.setAttribute("role", "status");
    panel.append(label, this.said);
    this.box.addEventListener("change", () => this.show(this.box.checked));
    onChange(() => layer.redraw());
    setInterval(() => layer.on && !document.hidden && this.load(), AGAIN_MS);
    this.show(remembered());
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
      this.figure.textContent = said.cells.length ? count(said.cells.length) : "none";
      this.said.textContent = said.version
        ? `Edition ${said.version}, learned until ${said.until}. Deeper: more cargo ships, tankers, ferries; strokes: the way they go.`
        : NONE;
      this.layer.redraw();
    } catch (error) {
      this.said.textContent = `Usual traffic is not loaded: ${error.message}`;
    }
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEPT) === "on";
  } catch {
    return false;
  }
}
