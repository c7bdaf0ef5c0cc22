// What is being drawn: polygons with their rings, every step undone and redone, and what is wrong.

import { ahead, areaNm2 } from "./degrees.js";
import { say } from "./texts.js";

export const MOST_VERTICES = 1500; // more by hand nobody does, and each pair of edges is looked at
const STEPS = 200;
const ROUND = 72; // vertices of a circle: 0.1 % of its area is lost

export const circle = (centre, nm) =>
  Array.from({ length: ROUND }, (_, at) => ahead(centre, (at * 360) / ROUND, nm));

export const rectangle = ([lat1, lon1], [lat2, lon2]) =>
  [[lat1, lon1], [lat1, lon2], [lat2, lon2], [lat2, lon1]];

const side = (a, b, c) => Math.sign((b[1] - a[1]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[1] - a[1]));
const within = (a, b, c) =>
  Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) &&
  Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);

/** Whether two edges have a point in common. */
function meet(a, b, c, d) {
  const [one, two, three, four] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
  if (one * two < 0 && three * four < 0) return true;
  return (!one && within(a, b, c)) || (!two && within(a, b, d)) ||
    (!three && within(c, d, a)) || (!four && within(c, d, b));
}

/** Where the border crosses or touches itself, [lat, lon]; null where it does not. */
export function crossing(rings) {
  const edges = rings.flatMap((ring, r) => ring.map((from, at) =>
    ({ r, at, n: ring.length, from, to: ring[(at + 1) % ring.length] })));
  for (let i = 0; i < edges.length; i += 1) {
    for (let j = i + 1; j < edges.length; j += 1) {
      const [a, b] = [edges[i], edges[j]];
      const near = a.r === b.r ? b.at - a.at : 2;
      if (near === 1 || near === a.n - 1) {
        // Neighbours share a vertex; folded back on each other they share more.
        const [shared, p, q] = near === 1 ? [a.to, a.from, b.to] : [a.from, a.to, b.from];
        const back = (p[0] - shared[0]) * (q[0] - shared[0]) + (p[1] - shared[1]) * (q[1] - shared[1]);
        if (a.n > 2 && side(shared, p, q) === 0 && back >= 0) return shared;
      } else if (meet(a.from, a.to, b.from, b.to)) return a.to;
    }
  }
  return null;
}

export class Sketch {
  /** `onChange` after every step. */
  constructor(onChange) {
    Object.assign(this, { onChange, parts: [[[]]], circle: "", past: [], future: [] });
  }

  get rings() {
    return this.parts.flat();
  }

  get count() {
    return this.rings.reduce((sum, ring) => sum + ring.length, 0);
  }

  /** nm²: holes are taken off. */
  get area() {
    return this.parts.reduce((sum, [outer, ...holes]) =>
      sum + areaNm2(outer) - holes.reduce((all, hole) => all + areaNm2(hole), 0), 0);
  }

  /** What is wrong with it, in one sentence; "" where it can be saved. `at` is the place, or null. */
  fault() {
    const filled = this.rings.filter((ring) => ring.length);
    if (!filled.length) return { text: say("drawing.begin"), at: null, early: true };
    if (filled.some((ring) => ring.length < 3)) {
      return { text: say("drawing.too_few"), at: null, early: true };
    }
    if (this.count > MOST_VERTICES) {
      return { text: say("drawing.too_many", { n: this.count }), at: null };
    }
    const at = crossing(this.rings);
    return at && { text: say("drawing.crossing"), at };
  }

  /** Do `act` as one step that can be undone; what it changes is no stated circle any more. */
  step(act, { circle = "" } = {}) {
    this.note();
    act(this);
    this.circle = circle;
    this.onChange();
  }

  /** Remember how it is now, before something changes. */
  note() {
    this.past.push(this.#now());
    if (this.past.length > STEPS) this.past.shift();
    this.future.length = 0;
  }

  undo() {
    this.#turn(this.past, this.future);
  }

  redo() {
    this.#turn(this.future, this.past);
  }

  begin(parts, circle = "") {
    Object.assign(this, { parts, circle, past: [], future: [] });
    this.onChange();
  }

  /** GeoJSON, longitude first. */
  geometry() {
    const closed = (ring) => [...ring, ring[0]].map(([lat, lon]) => [lon, lat]);
    const polygons = this.parts.map((rings) => rings.map(closed));
    return polygons.length === 1
      ? { type: "Polygon", coordinates: polygons[0] }
      : { type: "MultiPolygon", coordinates: polygons };
  }

  static partsOf({ type, coordinates }) {
    const polygons = type === "Polygon" ? [coordinates] : coordinates;
    return polygons.map((rings) => rings.map((ring) => ring.slice(0, -1).map(([lon, lat]) => [lat, lon])));
  }

  #now() {
    return JSON.stringify([this.parts, this.circle]);
  }

  #turn(from, to) {
    if (!from.length) return;
    to.push(this.#now());
    [this.parts, this.circle] = JSON.parse(from.pop());
    this.onChange();
  }
}
