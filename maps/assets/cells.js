// A layer of shaded cells that an address answers, and its row in the panel of layers.

import { PATIENCE_MS, why, within } from "./ask.js";
import { CanvasLayer } from "./canvas.js";
import { element } from "./bar.js";
import { mercator } from "./fleet.js";
import { say } from "./texts.js";
import { colour, onChange } from "./theme.js";
import { count } from "./words.js";

/** The class of a layer in the colour `name`; `beside(cell, left, top, right, low)` draws more, in pixels. */
export const shaded = (name, beside = () => {}) => CanvasLayer.extend({
  initialize() {
    this.cells = [];
    this.on = false;
  },

  onAdd(map) {
    this.put(map, name);
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
    context.fillStyle = context.strokeStyle = colour(name);
    for (const cell of this.cells) {
      // Whole pixels: neighbours would else show a seam.
      const [x, right] = [cell.box[0], cell.box[2]].map((one) => Math.round(one * world - this.pixel.x));
      const [y, low] = [cell.box[1], cell.box[3]].map((one) => Math.round(one * world - this.pixel.y));
      if (right < 0 || low < 0 || x > this.width || y > this.height) continue;
      context.globalAlpha = cell.shade;
      context.fillRect(x, y, right - x, low - y);
      beside(context, cell, x, y, right, low);
    }
    context.globalAlpha = 1;
  },
});

/** Cells [lon, lat, how much, …] as Mercator boxes; each of `steps` that is reached is shaded deeper. */
export function boxes({ cell_deg: side, cells }, steps, shades, least) {
  const half = side / 2;
  return cells.map(([lon, lat, much, ...rest]) => {
    const [left, top] = mercator(lon - half, lat + half);
    const [right, low] = mercator(lon + half, lat - half);
    return { box: [left, top, right, low], rest, shade: shades[steps.findLastIndex((step) => much >= step)] ?? least };
  });
}

/** The row that shows or hides a layer; a subclass says what came, by told(answer), and reads its cells. */
export class CellRow {
  constructor(layer, panel, { name, title, address, againMs }) {
    Object.assign(this, { layer, title, address, kept: `vedetta.${name}` });
    const label = element("label", "", `zone-row ${name}-row`);
    [this.box, this.figure] = [element("input"), element("b", "–")];
    this.box.type = "checkbox";
    this.box.id = `${name}-box`;
    label.append(this.box, element("i", "", `${name}-swatch`), element("span", title), this.figure);
    this.said = element("p", "", `${name}-said`);
    this.said.setAttribute("role", "status");
    panel.append(label, this.said);
    this.box.addEventListener("change", () => this.show(this.box.checked));
    onChange(() => layer.redraw());
    setInterval(() => layer.on && !document.hidden && this.load(), againMs);
    this.show(this.#remembered());
  }

  show(on) {
    this.layer.on = this.box.checked = on;
    this.said.hidden = !on;
    try {
      localStorage.setItem(this.kept, on ? "on" : "");
    } catch {
      // A locked-down browser keeps no settings: the choice then holds for this visit.
    }
    this.layer.redraw();
    if (on) this.load();
  }

  async load() {
    try {
      const answer = await within(this.address, {}, PATIENCE_MS);
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error ?? say("common.answered", { status: answer.status }));
      this.layer.cells = this.read(said);
      this.figure.textContent = said.cells.length ? count(said.cells.length) : say("common.none");
      this.#say(this.told(said));
      this.layer.redraw();
    } catch (error) {
      this.#say(say("cells.not_loaded", { title: this.title, why: why(error, PATIENCE_MS) }));
    }
  }

  // The same words again are not announced again.
  #say(text) {
    if (this.said.textContent !== text) this.said.textContent = text;
  }

  #remembered() {
    try {
      return localStorage.getItem(this.kept) === "on";
    } catch {
      return false;
    }
  }
}
