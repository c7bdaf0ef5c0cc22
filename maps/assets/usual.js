// Where ships usually go: shaded cells with strokes along the lanes, from the model in force.

import { boxes, CellRow, shaded } from "./cells.js";
import { say } from "./texts.js";

const AGAIN_MS = 600000; // a model is learned once a night
const STEPS = [20, 100, 500, 2000]; // ships: each step is shaded deeper
const SHADES = [0.1, 0.18, 0.28, 0.4];
const STROKES_PX = 9; // a cell must be as large for a stroke to be seen in it

export const UsualLayer = shaded("usual", (context, { rest: [axis] }, x, y, right, low) => {
  if (axis !== null && right - x >= STROKES_PX) stroke(context, (x + right) / 2, (y + low) / 2, (right - x) * 0.36, axis);
});

/** A short line along which ships go there, one way or both. */
function stroke(context, x, y, half, axis) {
  const [east, north] = [Math.sin((axis * Math.PI) / 180) * half, Math.cos((axis * Math.PI) / 180) * half];
  context.globalAlpha = 0.85;
  context.lineWidth = 1.2;
  context.beginPath();
  context.moveTo(x - east, y + north);
  context.lineTo(x + east, y - north);
  context.stroke();
}

export class Usual extends CellRow {
  constructor(layer, panel) {
    super(layer, panel, { name: "usual", title: say("usual.title"), address: "/api/v1/traffic", againMs: AGAIN_MS });
  }

  read(said) {
    return boxes(said, STEPS, SHADES, 0.06);
  }

  told({ version, until }) {
    if (!version) return say("usual.none");
    return say("usual.edition", { version, until });
  }
}
