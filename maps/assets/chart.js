// What a chart has besides its coast: the graticule in degrees and minutes, and the ports' names.

import { CanvasLayer, wallScale } from "./canvas.js";
import { mercator } from "./fleet.js";
import { Room } from "./labels.js";
import { written } from "./measure.js";
import { colour, onChange } from "./theme.js";

const STEPS_MIN = [1200, 600, 300, 120, 60, 30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1]; // minutes of arc
const APART_PX = 130;
export const PORTS_ZOOM = 9;
const EDGE_PX = 4;

export const ChartLayer = CanvasLayer.extend({
  /** `ports()` gives the zones of kind «port» that nothing else names, with `name` and `label`. */
  initialize(ports) {
    this.ports = ports;
    this.shows = { graticule: true, ports: true };
  },

  onAdd(map) {
    this.put(map, "chart");
    onChange(() => this.redraw());
    this.redraw();
  },

  getEvents() {
    return { moveend: this.redraw, resize: this.redraw, zoomanim: this.animateZoom };
  },

  paint() {
    const named = this.shows.ports && this._map.getZoom() >= PORTS_ZOOM;
    this.canvas.hidden = !this.shows.graticule && !named;
    if (this.canvas.hidden) return;
    this.fit();
    this.world = 256 * 2 ** this.zoom;
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    if (this.shows.graticule) this.graticule();
    if (named) this.names();
  },

  graticule() {
    const { context } = this;
    const bounds = this._map.getBounds().pad(0.6);
    const pixelsPerMinute = this.world / 360 / 60;
    const step = STEPS_MIN.findLast((minutes) => minutes * pixelsPerMinute >= APART_PX) ?? STEPS_MIN[0];
    const whole = (value) => Math.floor((value * 60) / step);
    const verticals = [];
    for (let n = whole(bounds.getWest()); n <= whole(bounds.getEast()) + 1; n += 1) {
      const lon = (n * step) / 60;
      verticals.push([Math.round(mercator(lon, 0)[0] * this.world - this.pixel.x) + 0.5, lon]);
    }
    const horizontals = [];
    for (let n = whole(bounds.getSouth()); n <= whole(bounds.getNorth()) + 1; n += 1) {
      const lat = (n * step) / 60;
      if (Math.abs(lat) >= 85) continue;
      horizontals.push([Math.round(mercator(0, lat)[1] * this.world - this.pixel.y) + 0.5, lat]);
    }
    context.beginPath();
    for (const [x] of verticals) {
      context.moveTo(x, 0);
      context.lineTo(x, this.height);
    }
    for (const [y] of horizontals) {
      context.moveTo(0, y);
      context.lineTo(this.width, y);
    }
    context.strokeStyle = colour("graticule");
    context.lineWidth = 1;
    context.stroke();
    this.degrees(verticals, horizontals, step);
  },

  /** Written along the view's left and upper edge. */
  degrees(verticals, horizontals, step) {
    const { context } = this;
    const size = this._map.getSize();
    const [halo, ink] = [colour("halo"), colour("quiet")];
    context.font = `500 ${11 * wallScale()}px ${colour("font")}`;
    context.textBaseline = "top";
    context.textAlign = "center";
    for (const [x, lon] of verticals) {
      if (x < this.padX + 60 || x > this.padX + size.x - 20) continue;
      written(context, degreeMinutes(lon, step, 3, "E", "W"), x, this.padY + EDGE_PX, halo, ink);
    }
    context.textBaseline = "middle";
    context.textAlign = "left";
    for (const [y, lat] of horizontals) {
      if (y < this.padY + 24 || y > this.padY + size.y - 60) continue;
      written(context, degreeMinutes(lat, step, 2, "N", "S"), this.padX + EDGE_PX, y, halo, ink);
    }
  },

  names() {
    const { context } = this;
    const room = new Room(this.width, this.height);
    context.font = `500 ${12 * wallScale()}px ${colour("font")}`;
    context.textBaseline = "middle";
    context.textAlign = "left";
    const [halo, ink] = [colour("halo"), colour("zone-port")];
    for (const { name, label } of this.ports()) {
      const [x, y] = [label[0] * this.world - this.pixel.x, label[1] * this.world - this.pixel.y];
      if (x < 0 || y < 0 || x > this.width || y > this.height) continue;
      const width = context.measureText(name).width;
      const high = 16 * wallScale();
      if (!room.free(x - 4, y - high / 2, width + 14, high)) continue;
      room.take(x - 4, y - high / 2, width + 14, high);
      context.beginPath();
      context.rect(x - 2.5, y - 2.5, 5, 5);
      context.fillStyle = ink;
      context.fill();
      written(context, name, x + 7, y, halo, ink);
    }
  },
});

/** 36°N, 36°30′N, 014°07.5′E: as fine as the step. */
export function degreeMinutes(value, step, width, positive, negative) {
  const tenths = Math.round(Math.abs(value) * 600);
  const whole = String(Math.floor(tenths / 600)).padStart(width, "0");
  const side = value < 0 ? negative : positive;
  if (step >= 60 && tenths % 600 === 0) return `${whole}°${side}`;
  const minutes = ((tenths % 600) / 10).toFixed(step < 1 ? 1 : 0).padStart(step < 1 ? 4 : 2, "0");
  return `${whole}°${minutes}′${side}`;
}
