// Where receivers hear ships: shaded cells. Beside them no silence means anything.

import { boxes, CellRow, shaded } from "./cells.js";
import { mercator } from "./fleet.js";
import { say } from "./texts.js";

const AGAIN_MS = 60000;
const WORDS_MS = 600000; // while it is not shown
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
    const area = inside.reduce((sum, { box }) => sum + overlap(box, [left, top, right, low]), 0);
    const share = Math.min(100, Math.round((100 * area) / ((right - left) * (low - top))));
    if (share >= 99) return say("hearing.all");
    return say("hearing.share", { share: Math.max(1, share) });
  }
}

function overlap([left, top, right, low], [l, t, r, b]) {
  return Math.max(0, Math.min(right, r) - Math.max(left, l)) * Math.max(0, Math.min(low, b) - Math.max(top, t));
}
