// What ships did in a stretch of the past: a track each, and where everybody was at a moment.

import { mercator, NO_ANGLE } from "./fleet.js";
import { POINTS } from "./trails.js";

const UNITS_PER_DEGREE = 600000;
const SILENT_MS = 600000; // over a longer silence nobody knows where she was: she stays, and fades
const FAR_DEG = 0.25; // below it a straight line on the chart is a great circle to a metre
const KEPT_MS = 86400000; // a ship not heard for so long leaves, as from the live picture
const TRAIL_MS = 1800000;
const RADIANS = Math.PI / 180;
const WHOLE = 2 ** 30; // as in trails.js
const WHO = ["name", "kind", "port", "starboard", "bow", "stern"];
const COLUMNS = [
  ["time", Float64Array], ["lon", Int32Array], ["lat", Int32Array], ["motion", Uint32Array],
  ["x", Int32Array], ["y", Int32Array], // of the trail: the logarithms are taken once
];

class Track {
  constructor(ship) {
    Object.assign(this, { size: 0, at: 0, stays: -1, said: [], worn: null });
    this.#room(Math.max(16, ship.rows * 3)); // making arrays anew is most of what a chunk costs
  }

  #room(capacity) {
    for (const [name, Kind] of COLUMNS) {
      const wider = new Kind(capacity);
      if (this[name]) wider.set(this[name].subarray(0, this.size));
      this[name] = wider;
    }
  }

  /** Add rows of a chunk that are newer than what is there. */
  add(chunk, { first, rows }) {
    if (this.size + rows > this.time.length) this.#room((this.size + rows) * 2);
    let last = this.size ? this.time[this.size - 1] : -Infinity;
    for (let row = first; row < first + rows; row += 1) {
      const time = chunk.begin + chunk.second[row] * 1000;
      if (time <= last) continue;
      last = this.time[this.size] = time;
      this.lon[this.size] = chunk.lon[row];
      this.lat[this.size] = chunk.lat[row];
      this.motion[this.size] = chunk.motion[row];
      const [x, y] = mercator(chunk.lon[row] / UNITS_PER_DEGREE, chunk.lat[row] / UNITS_PER_DEGREE);
      this.x[this.size] = Math.round(x * WHOLE);
      this.y[this.size] = Math.round(y * WHOLE);
      this.size += 1;
    }
  }

  /** Take who she said to be since a moment; the same again is nothing new. */
  hear(ship) {
    const last = this.said.at(-1);
    if (!last || WHO.some((name) => last[name] !== ship[name])) this.said.push(ship);
  }

  /** Who she had said to be by a moment. */
  who(time) {
    let at = this.said.length - 1;
    while (at > 0 && this.said[at].since > time) at -= 1;
    return this.said[at];
  }

  /** Drop what is older than a moment, but for the last of it. */
  drop(before) {
    this.said = this.said.slice(Math.max(0, this.said.findLastIndex(({ since }) => since <= before)));
    const from = Math.max(0, this.#upper(before) - 1);
    if (!from) return;
    for (const [name] of COLUMNS) this[name] = this[name].slice(from, this.size);
    this.size -= from;
    this.at = Math.max(0, this.at - from);
    this.stays = -1;
  }

  /** Row of the last report at or before a moment, -1 before the first; quick while time goes on. */
  row(time) {
    let at = Math.min(this.at, this.size - 1);
    if (this.time[at] > time || (at + 8 < this.size && this.time[at + 8] <= time)) at = this.#upper(time) - 1;
    else while (at + 1 < this.size && this.time[at + 1] <= time) at += 1;
    this.at = Math.max(0, at);
    return at;
  }

  /** First row at or after a moment. */
  from(time) {
    return this.#upper(time - 1);
  }

  #upper(time) {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.time[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export class Tracks {
  constructor() {
    this.clear();
  }

  clear() {
    this.all = new Map(); // key -> Track
    this.rows = 0;
    this.now = 0;
  }

  add(chunk) {
    for (const ship of chunk.ships) {
      let track = this.all.get(ship.key);
      if (!track) this.all.set(ship.key, (track = new Track(ship)));
      const before = track.size;
      track.add(chunk, ship);
      track.hear(ship);
      this.rows += track.size - before;
    }
  }

  /** Forget what lies before a moment, so that memory stays bounded. */
  drop(before) {
    this.rows = 0;
    for (const [key, track] of this.all) {
      track.drop(before);
      this.rows += track.size;
      if (track.time[track.size - 1] < before - KEPT_MS) this.all.delete(key);
    }
  }

  /** Put everybody where they were at a moment into the fleet. */
  show(fleet, time) {
    this.now = fleet.now = time;
    for (const [key, track] of this.all) {
      const row = track.row(time);
      if (row < 0 || time - track.time[row] > KEPT_MS) fleet.remove(key);
      else put(fleet, key, track, row, time);
    }
  }

  /** Write the points of a ship's last half hour into two arrays, as trails.js does. */
  points(key, xs, ys) {
    const track = this.all.get(key);
    if (!track) return 0;
    const last = track.row(this.now);
    const first = track.from(this.now - TRAIL_MS);
    const step = Math.max(1, Math.floor((last - first) / POINTS));
    let length = 0;
    for (let row = first; row <= last; row += 1) {
      if (row % step && row !== last) continue;
      xs[length] = track.x[row] / WHOLE;
      ys[length] = track.y[row] / WHOLE;
      length += 1;
    }
    return length;
  }

  /** Call `visit(x, y, at)` for each point of a ship's last half hour, as trails.js does. */
  each(key, visit, span = TRAIL_MS) {
    const track = this.all.get(key);
    if (!track) return;
    const [first, last] = [track.from(this.now - span), track.row(this.now)];
    // A trail needs no more points than in the live picture; a track asked for by its span has all.
    const step = span > TRAIL_MS ? 1 : Math.max(1, Math.floor((last - first) / POINTS));
    for (let row = first; row <= last; row += 1) {
      if (row % step && row !== last) continue;
      const [x, y] = mercator(track.lon[row] / UNITS_PER_DEGREE, track.lat[row] / UNITS_PER_DEGREE);
      visit(x, y, track.time[row]);
    }
  }

  take() {} // the live picture's trails take each frame; these have all frames already
}

function put(fleet, key, track, row, time) {
  const known = fleet.slots.get(key);
  const slot = known ?? fleet.slot(key);
  const who = track.who(time);
  if (known === undefined || track.worn !== who) dress(fleet, slot, (track.worn = who));
  const moves = row + 1 < track.size && track.time[row + 1] - track.time[row] <= SILENT_MS;
  if (known !== undefined && !moves && track.stays === row) return;
  track.stays = moves ? -1 : row;
  const motion = track.motion[row];
  fleet.heading[slot] = (motion >>> 9) & 511;
  fleet.course[slot] = motion & 511;
  fleet.speed[slot] = (motion >>> 18) & 1023;
  fleet.state[slot] = motion >>> 28;
  fleet.heard[slot] = track.time[row];
  if (!moves) {
    fleet.place(slot, track.lon[row] / UNITS_PER_DEGREE, track.lat[row] / UNITS_PER_DEGREE);
    return;
  }
  const share = (time - track.time[row]) / (track.time[row + 1] - track.time[row]);
  fleet.course[slot] = turned(motion & 511, track.motion[row + 1] & 511, share);
  fleet.heading[slot] = turned((motion >>> 9) & 511, (track.motion[row + 1] >>> 9) & 511, share);
  const [lon, lat] = between(track, row, share);
  fleet.place(slot, lon, lat);
}

function dress(fleet, slot, ship) {
  for (const name of ["mmsi", "kind", "port", "starboard", "bow", "stern"]) fleet[name][slot] = ship[name];
  fleet.name[slot] = ship.name;
}

/** An angle on the way from one to another, by the shorter turn. */
export function turned(from, to, share) {
  if (from === NO_ANGLE || to === NO_ANGLE) return from;
  const turn = ((to - from + 540) % 360) - 180;
  return (Math.round(from + turn * share) + 360) % 360;
}

function between(track, row, share) {
  const [lon, lat] = [track.lon[row] / UNITS_PER_DEGREE, track.lat[row] / UNITS_PER_DEGREE];
  const [toLon, toLat] = [track.lon[row + 1] / UNITS_PER_DEGREE, track.lat[row + 1] / UNITS_PER_DEGREE];
  if (Math.abs(toLon - lon) < FAR_DEG && Math.abs(toLat - lat) < FAR_DEG) {
    return [lon + (toLon - lon) * share, lat + (toLat - lat) * share];
  }
  return greatCircle([lon, lat], [toLon, toLat], share);
}

/** The place on the great circle between two, at a share of the way. */
export function greatCircle([lon, lat], [toLon, toLat], share) {
  const vector = (u, v) => [Math.cos(v) * Math.cos(u), Math.cos(v) * Math.sin(u), Math.sin(v)];
  const [a, b] = [vector(lon * RADIANS, lat * RADIANS), vector(toLon * RADIANS, toLat * RADIANS)];
  const angle = Math.acos(Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]));
  if (angle < 1e-9) return [lon, lat];
  const [p, q] = [Math.sin((1 - share) * angle), Math.sin(share * angle)];
  const [x, y, z] = a.map((value, i) => (p * value + q * b[i]) / Math.sin(angle));
  return [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}
