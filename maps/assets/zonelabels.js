// Names of zones, where they do not collide; on lines what the line is.

import { Room } from "./labels.js";
import { STYLES } from "./zonestyle.js";

const HEIGHT = 16;
const EVERY_PX = 420; // between two texts on one line
const AGAIN_PX = 30; // where there was no room, further on there may be
const TRIES = [[0, 0], [0, 20], [0, -20], [0, 40], [0, -40]];
const FIRST = [
  "sub_basin", "office_area", "sar_region", "custom", "departure_coast", "arrival_coast",
  "port", "anchorage", "band_12nm", "band_24nm",
];
const FONTS = {
  water: ["italic 500 12px", "2px"],
  area: ["500 12px", "0px"],
  beside: ["400 11px", "0px"],
  along: ["500 10px", "0px"],
};

/** `zones` by kind, on the layer's canvas, whose lines are drawn already. */
export function drawZoneLabels(context, layer, zones) {
  const room = new Room(layer.width, layer.height);
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.5;
  for (const kind of FIRST) {
    const style = STYLES[kind];
    if (layer.zoom < (style.from ?? 0)) continue;
    for (const zone of zones[kind] ?? []) {
      if (style.along) along(context, layer, zone, style, room);
      else if (style.label === "beside") beside(context, layer, zone, style, room);
      else amid(context, layer, zone, style, room);
    }
  }
  context.letterSpacing = "0px";
}

/** What a zone is called on the map, where its line and place say the rest. */
function called(zone, style) {
  if (style.label === "water") return zone.name.toUpperCase();
  return zone.name
    .replace("Search and rescue:", "SAR")
    .replace(/^(Arrival|Departure) coast:/, "$1:")
    .replace(/ \(within [^)]*\)$/, "");
}

function pen(context, inks, style, look) {
  const [font, spacing] = FONTS[look];
  context.font = `${font} ${inks.font}`;
  context.letterSpacing = spacing;
  context.strokeStyle = inks.halo;
  context.fillStyle = inks.tone(style);
}

function write(context, text, x, y, width, room) {
  if (!room.free(x, y - HEIGHT / 2, width, HEIGHT)) return false;
  room.take(x, y - HEIGHT / 2, width, HEIGHT);
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
  return true;
}

/** In the middle of its zone, or a little above or below. */
function amid(context, layer, zone, style, room) {
  pen(context, layer.inks, style, style.label);
  const text = called(zone, style);
  const width = context.measureText(text).width + 8;
  const [left, , right] = zone.box;
  if ((right - left) * layer.world < width * 0.6) return;
  const [x, y] = layer.pixels(...zone.label);
  if (x < 0 || y < 0 || x > layer.width || y > layer.height) return;
  TRIES.some(([dx, dy]) => write(context, text, x + dx - width / 2, y + dy, width, room));
}

function beside(context, layer, zone, style, room) {
  pen(context, layer.inks, style, "beside");
  const width = context.measureText(zone.name).width + 6;
  const [x, y] = layer.pixels(...zone.label);
  const reach = Math.max(6, ((zone.box[2] - zone.box[0]) * layer.world) / 2 + 4);
  if (x < 0 || y < 0 || x > layer.width || y > layer.height) return;
  write(context, zone.name, x + reach, y, width, room);
}

/** Here and there on a line: what it is. */
function along(context, layer, zone, style, room) {
  pen(context, layer.inks, style, "along");
  const width = context.measureText(style.along).width + 6;
  for (const ring of zone.shown) {
    let [gone, lastX, lastY] = [EVERY_PX * 0.6, NaN, NaN];
    for (let i = 0; i < ring.length; i += 2) {
      const [x, y] = layer.pixels(ring[i], ring[i + 1]);
      gone += Number.isNaN(lastX) ? 0 : Math.hypot(x - lastX, y - lastY);
      [lastX, lastY] = [x, y];
      const inside = x > width && y > HEIGHT && x < layer.width - width && y < layer.height - HEIGHT;
      if (gone < EVERY_PX || !inside) continue;
      const done = layer.hasInk(x, y) && write(context, style.along, x - width / 2, y, width, room);
      gone = done ? 0 : EVERY_PX - AGAIN_PX;
    }
  }
}
