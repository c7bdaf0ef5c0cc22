// The marks of what people are concerned with, over the symbols: rings, places, contacts.

import { colour } from "./theme.js";

const RING = 11; // px from the middle of a symbol
const EQUATOR_M = 40075016.7;
const TOKENS = { sar: "sar", law: "law", infrastructure: "infrastructure" };

/** Small signs, the second way to tell a lane; around 0, 0. */
const SIGNS = {
  sar(context) {
    context.rect(-1.4, -4.2, 2.8, 8.4);
    context.rect(-4.2, -1.4, 8.4, 2.8);
  },
  law(context) {
    context.moveTo(0, -4.4);
    context.lineTo(4.4, 3.6);
    context.lineTo(-4.4, 3.6);
    context.closePath();
  },
  infrastructure: (context) => context.arc(0, 0, 3.8, 0, 2 * Math.PI),
  listed(context) {
    context.moveTo(0, -4.6);
    context.lineTo(4.6, 0);
    context.lineTo(0, 4.6);
    context.lineTo(-4.6, 0);
    context.closePath();
  },
};

/** Stroke what is traced in a tone between two rims: seen on any ground. */
function rimmed(context, tone, rim, width = 2.4) {
  context.strokeStyle = rim;
  context.lineWidth = width + 2;
  context.stroke();
  context.strokeStyle = tone;
  context.lineWidth = width;
  context.stroke();
}

/** A sign at a place; the legend uses it too. */
export function drawSign(context, kind, x, y, size = 1) {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.beginPath();
  SIGNS[kind](context);
  context.lineJoin = "round";
  context.strokeStyle = colour("mark-rim");
  context.lineWidth = 2.4;
  context.stroke();
  context.fillStyle = colour(TOKENS[kind] ?? "listed");
  context.fill();
  context.restore();
}

/** A ring with its sign around 0, 0. */
export function drawRing(context, kind, wider = 0) {
  context.beginPath();
  context.arc(0, 0, RING + wider, 0, 2 * Math.PI);
  rimmed(context, colour(TOKENS[kind] ?? "listed"), colour("mark-rim"));
  const side = kind === "listed" ? -1 : 1;
  const off = (RING + wider) * Math.SQRT1_2;
  drawSign(context, kind, side * off, -off);
}

/** Rings round those of the drawn vessels that are listed or in an alert. */
export function drawRings(context, layer) {
  const { concern, fleet } = layer;
  if (!concern.any) return;
  for (let i = layer.count - 1; i >= 0; i -= 1) {
    const mmsi = fleet.mmsi[layer.drawn[i]];
    if (!concern.keeps(mmsi)) continue;
    const lane = concern.lane(mmsi);
    const listed = concern.listed.has(mmsi);
    context.save();
    context.translate(layer.px[i], layer.py[i]);
    context.scale(layer.scale, layer.scale);
    if (listed) drawRing(context, "listed", lane ? 4.5 : 0);
    if (lane) drawRing(context, lane);
    context.restore();
  }
}

/** Alerts about no vessel, or about none that is in the picture. */
function withoutShip({ concern, fleet }) {
  if (!concern.places.some(({ mmsis }) => mmsis?.length)) return concern.places;
  const here = new Set();
  for (let slot = 0; slot < fleet.size; slot += 1) {
    if (concern.byVessel.has(fleet.mmsi[slot])) here.add(fleet.mmsi[slot]);
  }
  return concern.places.filter(({ mmsis }) => !mmsis?.some((mmsi) => here.has(mmsi)));
}

/** Alerts without a ship of the picture and contacts by hand, at their places. */
export function drawPlaces(context, layer) {
  const { concern } = layer;
  concern.drawn = [];
  for (const contact of concern.contacts) {
    const [x, y] = layer.pixels(contact.place);
    if (outside(layer, x, y)) continue;
    hexagon(context, layer, x, y, contact);
    concern.drawn.push({ x, y, contact });
  }
  for (const alert of withoutShip(layer)) {
    const [x, y] = layer.pixels(alert.place);
    if (outside(layer, x, y)) continue;
    context.save();
    context.translate(x, y);
    context.scale(layer.scale, layer.scale);
    context.beginPath();
    context.arc(0, 0, RING, 0, 2 * Math.PI);
    context.fillStyle = colour("halo");
    context.fill();
    rimmed(context, colour(TOKENS[alert.lane]), colour("mark-rim"));
    drawSign(context, alert.lane, 0, 0, 1.2);
    context.restore();
    concern.drawn.push({ x, y, alert });
  }
}

function outside({ width, height }, x, y) {
  return x < -40 || y < -40 || x > width + 40 || y > height + 40;
}

/** A hexagon, and as far as the contact may be off a dashed circle. */
function hexagon(context, layer, x, y, { lat, error_m: error }) {
  const metre = (256 * 2 ** layer.zoom) / (EQUATOR_M * Math.cos((lat * Math.PI) / 180));
  const reach = Math.min((error ?? 0) * metre, 4 * Math.max(layer.width, layer.height));
  if (reach > RING) {
    context.beginPath();
    context.arc(x, y, reach, 0, 2 * Math.PI);
    context.setLineDash([6, 5]);
    context.lineWidth = 1.5;
    context.strokeStyle = colour("text");
    context.stroke();
    context.setLineDash([]);
  }
  context.beginPath();
  for (let corner = 0; corner < 6; corner += 1) {
    const angle = (corner * Math.PI) / 3;
    context.lineTo(x + 7.5 * layer.scale * Math.sin(angle), y - 7.5 * layer.scale * Math.cos(angle));
  }
  context.closePath();
  context.fillStyle = colour("halo");
  context.fill();
  context.lineJoin = "round";
  context.strokeStyle = colour("text");
  context.lineWidth = 2;
  context.stroke();
  context.beginPath();
  context.arc(x, y, 1.6 * layer.scale, 0, 2 * Math.PI);
  context.fillStyle = colour("text");
  context.fill();
}

