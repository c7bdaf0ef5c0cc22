// A small line chart over time in SVG: axes with units, gaps as gaps, values by pointer and keys, and
// the same as a table for who does not see it.

import { element } from "./bar.js";
import { say } from "./texts.js";
import { brief } from "./unheard.js";
import { clock, moment } from "./words.js";

const [WIDTH, HEIGHT] = [308, 104]; // units of the viewBox
const [LEFT, RIGHT, TOP, BOTTOM] = [30, 6, 8, 18];
const NAMES = "http://www.w3.org/2000/svg";
const HOURS_BETWEEN = { 3: 1, 24: 6, 72: 24 };
const HOUR_MS = 3600000;
const TABLE_ROWS = 48;

function svg(tag, said = {}, text = "") {
  const node = document.createElementNS(NAMES, tag);
  for (const [name, value] of Object.entries(said)) node.setAttribute(name, value);
  node.textContent = text;
  return node;
}

/** Steps of an axis from 0 that people read easily; at most five. */
export function steps(most) {
  const raw = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= raw);
  return Array.from({ length: Math.ceil(Math.max(most, 1) / step) + 1 }, (_, i) => i * step);
}

/**
 * A figure of `points` [[epoch ms, value or null]] from `from` to `to`. `title`, `unit`; `ticks` of the
 * value axis, or by the values; `gapMs`: nothing for longer is a gap; `round`: values wrap at 360.
 */
export function graph({ title, unit, points, from, to, gapMs, ticks, round = false, digits = 0 }) {
  const figure = element("figure", "", "graph");
  const known = points.filter(([, value]) => value !== null);
  const marks = ticks ?? steps(Math.max(0, ...known.map(([, value]) => value)));
  const x = (at) => LEFT + ((at - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - (value / marks.at(-1)) * (HEIGHT - TOP - BOTTOM);
  const said = (value) => `${value.toFixed(digits)} ${unit}`.replace(" °", "°");
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, tabindex: 0, role: "img", class: "plot" });
  for (const mark of marks) {
    picture.append(svg("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(mark), y2: y(mark), class: "grid" }));
    picture.append(svg("text", { x: LEFT - 4, y: y(mark) + 3.5, class: "value" }, String(mark)));
  }
  const every = (HOURS_BETWEEN[Math.round((to - from) / HOUR_MS)] ?? 6) * HOUR_MS;
  for (let at = Math.ceil(from / every) * every; at <= to; at += every) {
    picture.append(svg("line", { x1: x(at), x2: x(at), y1: TOP, y2: HEIGHT - BOTTOM, class: "grid" }));
    const words = every < 24 * HOUR_MS ? clock(at).slice(0, 5) : moment(at, Infinity).split(" ").slice(0, 2).join(" ");
    if (x(at) < WIDTH - 16) picture.append(svg("text", { x: x(at), y: HEIGHT - 5, class: "time" }, words));
  }
  for (const [start, end] of gaps(known, from, to, gapMs)) {
    picture.append(svg("rect", { x: x(start), width: Math.max(0, x(end) - x(start)), y: TOP, height: HEIGHT - TOP - BOTTOM, class: "gap" }));
  }
  picture.append(svg("path", { d: path(known, x, y, gapMs, round), class: "curve" }));
  const cursor = svg("g", { class: "cursor", visibility: "hidden" });
  const [line, dot] = [svg("line", { y1: TOP, y2: HEIGHT - BOTTOM }), svg("circle", { r: 3 })];
  cursor.append(line, dot);
  picture.append(cursor);
  const head = element("figcaption");
  const value = element("output");
  head.append(element("b", `${title}, ${unit}`), value);
  const summary = known.length ? say("graph.values", { n: known.length, least: said(Math.min(...known.map((p) => p[1]))), most: said(Math.max(...known.map((p) => p[1]))) }) : say("graph.none");
  picture.setAttribute("aria-label", say("graph.label", { title, summary }));
  reading(picture, known, (point) => {
    cursor.setAttribute("visibility", point ? "visible" : "hidden");
    value.textContent = point ? `${said(point[1])} · ${moment(point[0], to)}` : "";
    if (!point) return;
    line.setAttribute("x1", x(point[0]));
    line.setAttribute("x2", x(point[0]));
    dot.setAttribute("cx", x(point[0]));
    dot.setAttribute("cy", y(point[1]));
  }, (share) => from + ((share * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT)) * (to - from));
  figure.append(head, picture);
  if (known.length) figure.append(table(title, unit, known, said, to));
  else figure.append(brief(say("graph.empty"), "quiet"));
  return figure;
}

/** Where nothing was heard, [start, end] each. */
export function gaps(points, from, to, gapMs) {
  const times = [from, ...points.map(([at]) => at), to];
  return times.slice(1).map((at, i) => [times[i], at]).filter(([start, end]) => end - start > gapMs);
}

function path(points, x, y, gapMs, round) {
  let before = null;
  return points.map((point) => {
    const goes = before && point[0] - before[0] <= gapMs && !(round && Math.abs(point[1] - before[1]) > 180);
    const lone = goes ? "" : "h0.01"; // with round caps a value between two gaps is a dot
    before = point;
    return `${goes ? "L" : "M"}${x(point[0]).toFixed(1)} ${y(point[1]).toFixed(1)}${lone}`;
  }).join("");
}

/** Tell which value the pointer or the keys are at, null for none. */
function reading(picture, points, tell, timeOf) {
  let at = points.length - 1;
  const show = (index) => {
    if (!points.length) return;
    at = Math.max(0, Math.min(points.length - 1, index));
    tell(points[at]);
  };
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const time = timeOf((event.clientX - box.left) / box.width);
    let best = 0;
    points.forEach(([when], i) => { if (Math.abs(when - time) < Math.abs(points[best][0] - time)) best = i; });
    show(best);
  });
  picture.addEventListener("pointerleave", () => { if (document.activeElement !== picture) tell(null); });
  picture.addEventListener("focus", () => show(at));
  picture.addEventListener("blur", () => tell(null));
  picture.addEventListener("keydown", (event) => {
    const leap = event.shiftKey ? 10 : 1;
    const to = { ArrowLeft: at - leap, ArrowRight: at + leap, Home: 0, End: points.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    show(to);
  });
}

function table(title, unit, points, said, now) {
  const details = element("details");
  details.append(element("summary", say("graph.table")));
  details.addEventListener("toggle", () => {
    if (details.children.length > 1) return;
    const every = Math.max(1, Math.ceil(points.length / TABLE_ROWS));
    const rows = points.filter((_, i) => (points.length - 1 - i) % every === 0).reverse();
    const grid = element("table");
    grid.append(row("th", [say("graph.time"), `${title}, ${unit}`]), ...rows.map(([at, value]) => row("td", [moment(at, now), said(value)])));
    details.append(grid);
  });
  return details;
}

function row(tag, texts) {
  const line = element("tr");
  line.append(...texts.map((text) => element(tag, text)));
  return line;
}
