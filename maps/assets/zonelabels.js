// Names of zones, where they do not collide; on lines what the line is.

import { wallScale } from "./canvas.js";
import { Room } from "./labels.js";
import { spotOf } from "./zonespot.js";
import { STYLES } from "./zonestyle.js";

const HIGH = 16; // px of a line of text
const EVERY_PX = 420; // between two texts on one line
const AGAIN_PX = 30; // where there was no room, further on there may be
const NEAR_ZOOM = 7; // from here on there is room for what a name says in brackets
const LONG_PX = 190; // of a text: more is written in two lines
const LARGE_PX = 120; // of a port's circle: its name stands inside
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
function called(zone, style, zoom) {
  if (style.label === "water") return zone.name.toUpperCase();
  const name = zoom < NEAR_ZOOM ? zone.name.replace(/ \((coarse|default area)\)$/, "") : zone.name;
  return name
    .replace("Search and rescue:", "SAR")
    .replace(/^(Arrival|Departure) coast:/, "$1:")
    .replace(/ \(within [^)]*\)$/, "");
}

function pen(context, inks, style, look) {
  const [font, spacing] = FONTS[look];
  const scaled = font.replace(/(\d+)px/, (_, px) => `${px * wallScale()}px`);
  context.font = `${scaled} ${inks.font}`;
  context.letterSpacing = spacing;
  context.strokeStyle = inks.halo;
  context.fillStyle = inks.tone(style);
}

/** Write lines of text round a middle, all or none. */
function write(context, lines, x, y, room) {
  const widths = lines.map((line) => context.measureText(line).width + 8);
  const high = HIGH * wallScale();
  const rows = lines.map((line, row) => y + (row - (lines.length - 1) / 2) * high);
  const free = (width, row) => room.free(x - width / 2, rows[row] - high / 2, width, high);
  if (!widths.every(free)) return false;
  lines.forEach((line, row) => {
    room.take(x - widths[row] / 2, rows[row] - high / 2, widths[row], high);
    context.strokeText(line, x - widths[row] / 2 + 4, rows[row]);
    context.fillText(line, x - widths[row] / 2 + 4, rows[row]);
  });
  return true;
}

/** A long name in two lines, broken at the space nearest its middle. */
function broken(context, text) {
  if (context.measureText(text).width < LONG_PX) return [text];
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (!spaces.length) return [text];
  const off = (index) => Math.abs(index - text.length / 2);
  const at = spaces.reduce((best, index) => (off(index) < off(best) ? index : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

/** In the middle of its zone, or of what is seen of it, or a little above or below. */
function amid(context, layer, zone, style, room, look = style.label) {
  pen(context, layer.inks, style, look);
  const text = called(zone, style, layer.zoom);
  const lines = broken(context, text);
  const width = Math.max(...lines.map((line) => context.measureText(line).width));
  const [left, , right] = zone.box;
  if ((right - left) * layer.world < width * 0.6) return;
  const spot = spotOf(layer, zone, width);
  if (spot) TRIES.some(([dx, dy]) => write(context, lines, spot[0] + dx, spot[1] + dy, room));
}

function beside(context, layer, zone, style, room) {
  const { left, top, right, bottom } = layer.seen;
  const [x, y] = layer.pixels(...zone.label);
  const reach = (zone.box[2] - zone.label[0]) * layer.world + 4;
  if (reach > LARGE_PX) {
    amid(context, layer, zone, style, room, "beside");
    return;
  }
  pen(context, layer.inks, style, "beside");
  const margin = layer.padX;
  if (x < left - margin || y < top - margin || x > right + margin || y > bottom + margin) return;
  const width = context.measureText(zone.name).width + 8;
  write(context, [zone.name], x + Math.max(6, reach) + width / 2 - 4, y, room);
}

/** Here and there on a line: what it is. */
function along(context, layer, zone, style, room) {
  pen(context, layer.inks, style, "along");
  const width = context.measureText(style.along).width + 8;
  for (const { points } of zone.lines ?? []) {
    let [gone, lastX, lastY] = [EVERY_PX * 0.6, NaN, NaN];
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = layer.pixels(points[i], points[i + 1]);
      gone += Number.isNaN(lastX) ? 0 : Math.hypot(x - lastX, y - lastY);
      [lastX, lastY] = [x, y];
      const inside = x > width && y > HIGH && x < layer.width - width && y < layer.height - HIGH;
      if (gone < EVERY_PX || !inside) continue;
      gone = write(context, [style.along], x, y, room) ? 0 : EVERY_PX - AGAIN_PX;
    }
  }
}
