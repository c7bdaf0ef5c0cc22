// Where receivers hear ships: shaded cells. Beside them no silence means anything.

import { boxes, CellRow, shaded } from "./cells.js";
import { mercator } from "./fleet.js";
import { trace } from "./land.js";
import { say } from "./texts.js";

const AGAIN_MS = 60000;
const WORDS_MS = 600000; // while it is not shown
const [WIDE, HIGH] = [128, 96]; // px of the picture that is counted
const STEPS = [1, 10, 100, 1000]; // reports an hour: each step is shaded deeper
const SHADES = [0.1, 0.17, 0.24, 0.31];

export const HearingLayer = shaded("hearing");

export class Hearing extends CellRow {
  constructor(layer, panel) {
    super(layer, panel, { name: "hearing", title: say("hearing.title"), address: "/api/v1/coverage", againMs: AGAIN_MS });
    // Until something is counted it is asked for as often as while it is shown.
    setInterval(() => !layer.on && !document.hidden && this.#isDue() && this.load(), AGAIN_MS);
  }

  #isDue() {
    return !this.known || performance.now() - this.at >= WORDS_MS;
  }

  read(said) {
    return boxes(said, STEPS, SHADES, 0.05);
  }

  told({ cells }) {
    // No cell at all: nobody has counted yet, as in a service's first minutes.
    this.known = cells.length > 0;
    this.at = performance.now();
    this.onLoad?.();
    return say(this.known ? "hearing.worth" : "hearing.none");
  }

  /** What cannot be heard in a view, in words: they stand beside every empty list. */
  words(bounds) {
    if (!this.known) return say("hearing.unknown");
    const [left, top] = mercator(bounds.getWest(), bounds.getNorth());
    const [right, low] = mercator(bounds.getEast(), bounds.getSouth());
    const inside = this.layer.cells.filter(({ box }) => box[0] < right && box[2] > left && box[1] < low && box[3] > top);
    if (!inside.length) return say("hearing.nothing");
    const share = Math.round(100 * shareHeard(inside, this.land, [left, top, right, low]));
    if (share >= 99) return say("hearing.all");
    return say("hearing.share", { share: Math.max(1, share) });
  }
}

/** Which share of a view's sea lies in cells, 0 to 1: a picture of it is counted. On land nobody is heard. */
function shareHeard(cells, land, [left, top, right, low]) {
  const place = (u, v) => [((u - left) / (right - left)) * WIDE, ((v - top) / (low - top)) * HIGH];
  const context = Object.assign(document.createElement("canvas"), { width: WIDE, height: HIGH }).getContext("2d", { willReadFrequently: true });
  const count = (draw) => {
    context.clearRect(0, 0, WIDE, HIGH);
    context.globalCompositeOperation = "lighter"; // neighbours share pixels, and each adds its part
    draw();
    context.globalCompositeOperation = "destination-out";
    for (const rings of land?.tile(0, 0, 0) ?? []) {
      context.beginPath();
      for (const ring of rings) trace(context, ring, place);
      context.fill("evenodd");
    }
    let sum = 0;
    const { data } = context.getImageData(0, 0, WIDE, HIGH);
    for (let at = 3; at < data.length; at += 4) sum += data[at];
    return sum;
  };
  const rect = (box) => {
    const [[x, y], [toX, toY]] = [place(box[0], box[1]), place(box[2], box[3])];
    context.fillRect(x, y, toX - x, toY - y);
  };
  const sea = count(() => rect([left, top, right, low]));
  return sea ? count(() => cells.forEach(({ box }) => rect(box))) / sea : 0;
}
