// What an open alert puts on the map: its place, where the vessels went, where people may drift to,
// and who is near.

import { wallScale } from "./canvas.js";
import { Room } from "./labels.js";
import { say } from "./texts.js";
import { colour } from "./theme.js";
import { called, span } from "./words.js";

const DEGREE_NM = 60;
const RING = 15; // px
const HELPERS = 6; // ships that are ringed and named
const HIGH = 13; // px of a line of text
const COLOURS = { sar: "sar", law: "law", infrastructure: "infrastructure" };

export class AlertDrawing {
  /** `put(drawing)` shows it; `named(mmsi)` tells whether the vessels' own layer writes a ship's name. */
  constructor(map, put, named) {
    Object.assign(this, { map, put, named, alert: null });
  }

  get on() {
    return this.alert !== null;
  }

  show(alert) {
    this.alert = alert;
    this.put(this);
  }

  /** MMSIs of the ships that it rings: who may help. */
  get helpers() {
    return new Set((this.alert?.sar?.nearest ?? []).slice(0, HELPERS).map(({ mmsi }) => mmsi));
  }

  /** Whether its place is seen already: then nobody's view is taken away. */
  get inSight() {
    const { lat, lon } = this.alert ?? {};
    return Number.isFinite(lat) && this.map.getBounds().pad(-0.1).contains([lat, lon]);
  }

  /** Whether there is anything to bring into view. */
  get placed() {
    return this.alert !== null && this.#places(this.alert).length > 0;
  }

  /** Bring it all into view. */
  zoom() {
    const { alert, map } = this;
    if (!alert) return;
    const places = this.#places(alert);
    if (!places.length) return;
    map.fitBounds(places, { padding: [80, 80], maxZoom: 11, animate: false });
  }

  #places({ lat, lon, tracks = [], sar }) {
    const places = tracks.flatMap(({ points }) => points.slice(-120).map(([, x, y]) => [y, x]));
    if (lat !== null && lon !== null && lat !== undefined) places.push([lat, lon]);
    const first = sar?.adrift?.[0];
    if (first) {
      const reach = first.radius_nm / DEGREE_NM;
      places.push([first.lat - reach, first.lon], [first.lat + reach, first.lon]);
    }
    return places;
  }

  draw(context, overlay) {
    const { alert } = this;
    const tint = colour(COLOURS[alert.lane]);
    const scale = wallScale();
    context.lineJoin = context.lineCap = "round";
    for (const { points } of alert.tracks ?? []) this.#track(context, overlay, points, tint);
    if (alert.sar) this.#help(context, overlay, alert.sar);
    if (alert.lat === null || alert.lon === null || alert.lat === undefined) return;
    const [x, y] = overlay.point({ lat: alert.lat, lng: alert.lon });
    context.beginPath();
    context.arc(x, y, RING * scale, 0, 2 * Math.PI);
    stroke(context, tint, 3 * scale);
  }

  #track(context, overlay, points, tint) {
    if (points.length < 2) return;
    context.beginPath();
    points.forEach(([, lng, lat], place) => {
      const [x, y] = overlay.point({ lat, lng });
      if (place) context.lineTo(x, y);
      else context.moveTo(x, y);
    });
    stroke(context, tint, 2.5 * wallScale());
  }

  #help(context, overlay, sar) {
    const scale = wallScale();
    context.font = `${12 * scale}px ${colour("font") || "sans-serif"}`;
    const room = new Room(overlay.width, overlay.height);
    const { lat: north, lon: east } = this.alert;
    if (Number.isFinite(north)) {
      const [x, y] = overlay.point({ lat: north, lng: east });
      const ring = RING * scale;
      room.take(x - ring, y - ring, 2 * ring, 2 * ring);
    }
    for (const { minutes, lat, lon, radius_nm: nm } of sar.adrift) {
      const [x, y] = overlay.point({ lat, lng: lon });
      const [, top] = overlay.point({ lat: lat + nm / DEGREE_NM, lng: lon });
      context.beginPath();
      context.arc(x, y, Math.max(1, y - top), 0, 2 * Math.PI);
      context.setLineDash([6 * scale, 5 * scale]);
      stroke(context, colour("sar"), 1.6 * scale);
      context.setLineDash([]);
      label(context, room, say("sar.after", { span: span(minutes * 60000) }), x, top - 4, scale);
    }
    for (const near of sar.nearest.slice(0, HELPERS)) {
      const [x, y] = overlay.point({ lat: near.lat, lng: near.lon });
      context.beginPath();
      context.arc(x, y, 10 * scale, 0, 2 * Math.PI);
      context.setLineDash([2 * scale, 4 * scale]);
      stroke(context, colour("text"), 1.6 * scale);
      context.setLineDash([]);
      if (!this.named(near.mmsi)) label(context, room, called(near.name, near.mmsi), x, y + 24 * scale, scale);
    }
  }
}

function stroke(context, tint, width) {
  context.strokeStyle = colour("halo");
  context.lineWidth = width + 2.5;
  context.stroke();
  context.strokeStyle = tint;
  context.lineWidth = width;
  context.stroke();
}

/** Write a text where there is room for it: on one another nobody reads them. */
function label(context, room, text, x, y, scale) {
  const width = context.measureText(text).width;
  const high = HIGH * scale;
  const box = [x - width / 2, y - high, width, high];
  if (!room.free(...box)) return;
  room.take(...box);
  context.textAlign = "center";
  context.lineWidth = 3 * scale;
  context.strokeStyle = colour("halo");
  context.strokeText(text, x, y);
  context.fillStyle = colour("text");
  context.fillText(text, x, y);
}
