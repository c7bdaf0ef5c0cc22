// Measuring: points at clicks, miles and true bearing of each leg and in all. Esc ends it.

import { wallScale } from "./canvas.js";
import { leg } from "./rhumb.js";
import { say } from "./texts.js";
import { colour } from "./theme.js";
import { angle } from "./words.js";

const byId = (id) => document.getElementById(id);
const MOST = 50; // points

export const nmWords = (nm) => `${nm.toFixed(nm < 10 ? 2 : 1)} nm`;
const said = ({ nm, bearing }) => `${nmWords(nm)} · ${angle(Math.round(bearing) % 360)}T`;

export class Measure {
  constructor(map, overlay) {
    Object.assign(this, { map, overlay, points: [], at: null, taking: false });
    overlay.drawings.push(this);
    map.on("mousemove", ({ latlng }) => {
      if (!this.taking || !this.points.length) return;
      this.at = latlng;
      this.#changed();
    });
  }

  get on() {
    return this.taking || this.points.length > 0;
  }

  start() {
    Object.assign(this, { points: [], at: null, taking: true });
    byId("measure").setAttribute("aria-pressed", "true");
    byId("measured").hidden = false;
    this.#changed();
  }

  /** Take a point; what a click or Enter says. */
  add(latlng) {
    if (this.points.length < MOST) this.points.push(latlng);
    this.at = null;
    this.#changed();
  }

  /** First the line stays without following the pointer, then it goes. */
  end() {
    Object.assign(this, { points: [], at: null, taking: false });
    byId("measure").setAttribute("aria-pressed", "false");
    byId("measured").hidden = true;
    this.#changed();
  }

  get legs() {
    const ends = this.at ? [...this.points, this.at] : this.points;
    return ends.slice(1).map((end, i) => leg(ends[i], end));
  }

  #changed() {
    const { legs } = this;
    const total = legs.reduce((sum, { nm }) => sum + nm, 0);
    const text = legs.length
      ? (legs.length > 1 ? say("measure.legs", { total: nmWords(total), n: legs.length, last: said(legs.at(-1)) }) : said(legs[0]))
      : say("measure.first");
    byId("measured").textContent = text;
    this.overlay.redraw();
  }

  draw(context, overlay) {
    const ends = this.at ? [...this.points, this.at] : this.points;
    const places = ends.map((end) => overlay.point(end));
    const [ink, halo] = [colour("text"), colour("halo")];
    context.lineJoin = "round";
    for (const [tone, width] of [[halo, 5], [ink, 2]]) {
      context.beginPath();
      places.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
      context.strokeStyle = tone;
      context.lineWidth = width;
      context.stroke();
    }
    context.fillStyle = ink;
    for (const [x, y] of places) {
      context.beginPath();
      context.arc(x, y, 3.5, 0, 2 * Math.PI);
      context.fill();
    }
    context.font = `500 ${12 * wallScale()}px ${colour("font")}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    this.legs.forEach((one, i) => {
      const [x, y] = [(places[i][0] + places[i + 1][0]) / 2, (places[i][1] + places[i + 1][1]) / 2];
      const apart = Math.hypot(places[i + 1][0] - places[i][0], places[i + 1][1] - places[i][1]);
      if (apart > 70) written(context, said(one), x, y - 6, halo, ink);
    });
  }
}

/** Text with a rim in the colour of the sea. */
export function written(context, text, x, y, halo, ink) {
  context.lineJoin = "round";
  context.strokeStyle = halo;
  context.lineWidth = 4;
  context.strokeText(text, x, y);
  context.fillStyle = ink;
  context.fillText(text, x, y);
}
