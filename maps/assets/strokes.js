// What is drawn with lines: hulls to scale, speed vectors, the selected ship's track and corners.

import { NO_ANGLE } from "./fleet.js";
import { LOOKS } from "./sprites.js";
import { colour } from "./theme.js";

const BATCH = 200; // lines per stroke: one very long path is slower than many short ones
const VECTOR_MIN_PX = 9; // shorter ones hide behind their symbol
const VECTOR_MOST = 3000; // ships in view; with more, vectors are a carpet
const HULL_MIN_PX = 16;
const SILENCE_MS = 15 * 60 * 1000;
const EQUATOR_M = 40075016.7;
const NM_M = 1852;
const HOLLOW = [LOOKS.indexOf("hollow"), LOOKS.indexOf("staleHollow"), LOOKS.indexOf("lost")];

/** Pixels per metre where a vessel is; Mercator stretches with latitude. */
function pixelsPerMetre(layer, slot) {
  const world = 256 * 2 ** layer.zoom;
  return world / (EQUATOR_M * Math.cos((layer.fleet.lat[slot] * Math.PI) / 180));
}

/** Where each moving ship is in so many minutes, if it keeps course and speed. */
export function drawVectors(layer) {
  const { fleet, blitter, ratio } = layer;
  if (layer.count > VECTOR_MOST) return;
  const wide = Math.max(1, Math.round(ratio));
  for (let i = 0; i < layer.count; i += 1) {
    const slot = layer.drawn[i];
    if (fleet.course[slot] === NO_ANGLE || !layer.moving(slot)) continue;
    if (fleet.now - fleet.heard[slot] > layer.options.lostMs) continue;
    const nm = (fleet.speed[slot] / 10) * (layer.vectorMinutes / 60);
    const length = nm * NM_M * pixelsPerMetre(layer, slot);
    if (length < VECTOR_MIN_PX) continue;
    const angle = (fleet.course[slot] * Math.PI) / 180;
    const x = layer.px[i] + length * Math.sin(angle);
    const y = layer.py[i] - length * Math.cos(angle);
    blitter.line(layer.px[i] * ratio, layer.py[i] * ratio, x * ratio, y * ratio, layer.tones.vector, wide);
  }
}

/** Whether a vessel's hull is larger than its symbol and its bearing known. */
export function hasOutline(layer, slot) {
  const metres = layer.fleet.bow[slot] + layer.fleet.stern[slot];
  const known = layer.fleet.bearing(slot) !== NO_ANGLE;
  return known && metres * pixelsPerMetre(layer, slot) >= HULL_MIN_PX;
}

/** Draw the hull to scale. */
export function outline(context, layer, i, look) {
  const { fleet } = layer;
  const slot = layer.drawn[i];
  const bearing = fleet.bearing(slot);
  const scale = pixelsPerMetre(layer, slot);
  const [bow, stern] = [fleet.bow[slot] * scale, fleet.stern[slot] * scale];
  const [port, starboard] = [fleet.port[slot] * scale, fleet.starboard[slot] * scale];
  const shoulder = bow - Math.min((bow + stern) * 0.18, port + starboard + 2);
  context.save();
  context.translate(layer.px[i], layer.py[i]);
  context.rotate((bearing * Math.PI) / 180);
  context.beginPath();
  context.moveTo((starboard - port) / 2, -bow);
  context.lineTo(starboard, -shoulder);
  context.lineTo(starboard, stern);
  context.lineTo(-port, stern);
  context.lineTo(-port, -shoulder);
  context.closePath();
  context.fillStyle = context.strokeStyle = layer.colour(slot, look);
  context.globalAlpha = HOLLOW.includes(look) ? 0.12 : 0.45;
  context.fill();
  context.globalAlpha = 1;
  context.lineWidth = 1.5;
  context.stroke();
  context.beginPath();
  context.arc(0, 0, 2, 0, 2 * Math.PI); // the antenna, which is where the position is
  context.fill();
  context.restore();
}

/** Draw the recent track; dashed where nothing was heard for a quarter of an hour. */
export function drawTrack(context, layer, track, tone = "focus") {
  const scale = 256 * 2 ** layer.zoom;
  const [left, top] = [layer.pixel.x, layer.pixel.y];
  context.strokeStyle = colour(tone);
  context.lineWidth = 1.8;
  context.lineJoin = "round";
  for (let i = 1; i < track.length; ) {
    const silent = track[i].at - track[i - 1].at > SILENCE_MS;
    const last = Math.min(track.length, i + BATCH);
    context.setLineDash(silent ? [3, 4] : []);
    context.beginPath();
    context.moveTo(track[i - 1].x * scale - left, track[i - 1].y * scale - top);
    do {
      context.lineTo(track[i].x * scale - left, track[i].y * scale - top);
      i += 1;
    } while (!silent && i < last && track[i].at - track[i - 1].at <= SILENCE_MS);
    context.stroke();
  }
  context.setLineDash([]);
}

/** Four corners round the selected ship. */
export function drawSelection(context, layer) {
  const slot = layer.fleet.slots.get(layer.selected);
  if (slot === undefined || layer.count === 0 || layer.drawn[0] !== slot) return;
  const [x, y] = [layer.px[0], layer.py[0]];
  // Outside of the rings that a vessel of concern has.
  const ringed = layer.concern.keeps(layer.fleet.mmsi[slot]) ? 8 : 0;
  const [reach, arm] = [(13 + ringed) * layer.scale, 6 * layer.scale];
  context.strokeStyle = colour("text");
  context.lineWidth = 2;
  context.beginPath();
  for (const [sx, sy] of [[-1, -1], [1, -1], [1, 1], [-1, 1]]) {
    context.moveTo(x + sx * (reach - arm), y + sy * reach);
    context.lineTo(x + sx * reach, y + sy * reach);
    context.lineTo(x + sx * reach, y + sy * (reach - arm));
  }
  context.stroke();
}
