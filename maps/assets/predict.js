// Where the selected vessel will be if she goes on so: her course made good, and how unsure that is.

import { NO_ANGLE, NO_SPEED } from "./fleet.js";
import { colour } from "./theme.js";
import { clock } from "./words.js";

const MADE_GOOD_MS = 15 * 60 * 1000;
const LEAST_MS = 3 * 60 * 1000; // less of a trail says no more than the reported course
const AHEAD_MIN = 60;
const MARK_MIN = 15;
const [LEAST_DEG, MOST_DEG, REPORTED_DEG] = [3, 35, 8]; // half the cone's angle
const UNSURE_KN = 0.12; // share of the speed
const EQUATOR_M = 40075016.7;
const KN_M_MIN = 1852 / 60;

/**
 * Course (radians from north), metres a minute, half the cone's angle (radians) and the report's
 * time of a vessel; null where she does not move or says too little.
 */
export function prediction(layer, slot) {
  const { fleet, trails } = layer;
  if (fleet.speed[slot] === NO_SPEED || !layer.moving(slot)) return null;
  const speed = (fleet.speed[slot] / 10) * KN_M_MIN;
  const made = madeGood(fleet, trails, slot);
  if (made) return { ...made, speed, at: fleet.heard[slot] };
  if (fleet.course[slot] === NO_ANGLE) return null;
  const course = (fleet.course[slot] * Math.PI) / 180;
  return { course, spread: (REPORTED_DEG * Math.PI) / 180, speed, at: fleet.heard[slot] };
}

/** Course over the last quarter of an hour, and how much its legs differ from it. */
function madeGood(fleet, trails, slot) {
  const points = [];
  const from = fleet.heard[slot] - MADE_GOOD_MS;
  trails.each(fleet.key[slot], (x, y, at) => { if (at >= from) points.push([x, y, at]); });
  // A leg of no length has no bearing.
  if (points.at(-1)?.[2] !== fleet.heard[slot]) points.push([fleet.x[slot], fleet.y[slot], fleet.heard[slot]]);
  if (points.length < 3 || points.at(-1)[2] - points[0][2] < LEAST_MS) return null;
  const course = bearing(points[0], points.at(-1));
  let sum = 0;
  for (let i = 1; i < points.length; i += 1) {
    const off = bearing(points[i - 1], points[i]) - course;
    sum += Math.atan2(Math.sin(off), Math.cos(off)) ** 2;
  }
  const spread = (Math.sqrt(sum / (points.length - 1)) * 180) / Math.PI;
  return { course, spread: (Math.max(LEAST_DEG, Math.min(MOST_DEG, spread)) * Math.PI) / 180 };
}

const bearing = ([x, y], [u, v]) => Math.atan2(u - x, y - v);

/** The cone, its middle line and the times along it. */
export function drawPrediction(context, layer) {
  const slot = layer.fleet.slots.get(layer.selected);
  if (slot === undefined || layer.fleet.now - layer.fleet.heard[slot] > layer.options.lostMs) return;
  const said = prediction(layer, slot);
  if (!said) return;
  const metre = (256 * 2 ** layer.zoom) / (EQUATOR_M * Math.cos((layer.fleet.lat[slot] * Math.PI) / 180));
  const [x, y] = layer.pixels([layer.fleet.x[slot], layer.fleet.y[slot]]);
  const reach = said.speed * AHEAD_MIN * metre;
  if (reach < 24) return;
  const at = (length, angle) => [x + length * Math.sin(angle), y - length * Math.cos(angle)];
  const tone = colour("focus");
  times(context, layer, said, (minutes) => at(said.speed * minutes * metre, said.course));
  context.strokeStyle = tone;
  context.lineWidth = 1.6;
  context.setLineDash([7, 5]);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(...at(reach, said.course));
  context.stroke();
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(x, y);
  const far = reach * (1 + UNSURE_KN);
  context.arc(x, y, far, said.course - said.spread - Math.PI / 2, said.course + said.spread - Math.PI / 2);
  context.closePath();
  context.globalAlpha = 0.13;
  context.fillStyle = tone;
  context.fill();
  context.globalAlpha = 0.5;
  context.lineWidth = 1;
  context.stroke();
  context.globalAlpha = 1;
}

/** A cross-stroke and a UTC time each quarter of an hour. */
function times(context, layer, { at: from, course }, place) {
  const [dx, dy] = [Math.cos(course) * 5, Math.sin(course) * 5];
  context.font = `500 ${11 * layer.scale}px ${colour("font")}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const apart = Math.hypot(...place(MARK_MIN).map((value, i) => value - place(0)[i]));
  const every = apart < 16 ? 2 * MARK_MIN : MARK_MIN;
  for (let minutes = every; minutes <= AHEAD_MIN; minutes += every) {
    const [x, y] = place(minutes);
    const text = clock(from + minutes * 60000).slice(0, 5);
    // Drawn beneath what is there: what lies on top comes first.
    context.fillStyle = colour("text");
    if (apart * (every / MARK_MIN) > 30) context.fillText(text, x + dx + 5, y + dy);
    context.strokeStyle = colour("focus");
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(x - dx, y - dy);
    context.lineTo(x + dx, y + dy);
    context.stroke();
  }
}
