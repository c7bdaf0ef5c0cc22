// The symbols: drawn once per class, look and 5° of bearing, then only copied.

import { symbolOf } from "./blit.js";
import { hull, inscribe } from "./hulls.js";
import { drawMark } from "./marks.js";
import { colour } from "./theme.js";

export const HEADINGS = 72;
export const LOOKS = ["filled", "hollow", "stale", "staleHollow", "lost"];
const [NARROW, WIDE] = [18, 24]; // px
const FADED = 0.4; // of the filling only: the rim keeps its contrast
const DASHES = [2.2, 1.4]; // px

/** Where no bearing is known: a dot. */
function ship(context, bearing, key) {
  context.beginPath();
  if (bearing === null) {
    context.arc(0, 0, key === "unknown" ? 2.8 : 3.8, 0, 2 * Math.PI);
    return;
  }
  context.rotate((bearing * Math.PI) / 180);
  hull(context, key);
}

const SHAPES = {
  ship,
  diamond(context) {
    context.beginPath();
    context.moveTo(0, -5);
    context.lineTo(4.2, 0);
    context.lineTo(0, 5);
    context.lineTo(-4.2, 0);
    context.closePath();
  },
  square(context) {
    context.beginPath();
    context.rect(-3.6, -3.6, 7.2, 7.2);
  },
  sart(context) {
    context.beginPath();
    context.arc(0, 0, 9, 0, 2 * Math.PI);
    context.moveTo(-6.4, -6.4);
    context.lineTo(6.4, 6.4);
    context.moveTo(6.4, -6.4);
    context.lineTo(-6.4, 6.4);
  },
  aircraft(context, bearing) {
    context.beginPath();
    context.rotate(((bearing ?? 0) * Math.PI) / 180);
    context.moveTo(0, -7);
    context.lineTo(0, 7);
    context.moveTo(-7, 0);
    context.lineTo(7, 0);
    context.moveTo(-3, 6);
    context.lineTo(3, 6);
  },
};

const OPEN = new Set(["sart", "aircraft"]);

/** Draw one symbol around 0, 0; the legend uses it too. */
export function draw(context, kind, look, bearing) {
  const tone = look === "lost" ? colour("lost") : colour(kind.key);
  const stale = look.startsWith("stale");
  context.save();
  context.save();
  SHAPES[kind.shape](context, bearing, kind.key);
  context.restore();
  context.lineJoin = "round";
  if (OPEN.has(kind.shape)) {
    context.strokeStyle = colour("halo");
    context.lineWidth = 5;
    context.stroke();
    context.strokeStyle = tone;
    context.lineWidth = 2.4;
    if (stale) context.setLineDash(DASHES);
    context.stroke();
  } else if (look === "filled") {
    // A rim in the colour of the sea keeps neighbours apart where ships lie close.
    context.strokeStyle = colour("halo");
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = tone;
    context.fill();
  } else {
    context.fillStyle = colour("halo");
    context.fill();
    if (look === "stale") fade(context, tone);
    context.strokeStyle = tone;
    context.lineWidth = 1.5;
    if (stale) context.setLineDash(DASHES);
    context.stroke();
  }
  context.setLineDash([]);
  const filled = look === "filled";
  if (kind.shape === "ship") inscribe(context, kind.key, bearing, filled ? colour("halo") : tone);
  if (look === "lost") cross(context, tone);
  context.restore();
}

function fade(context, tone) {
  context.globalAlpha = FADED;
  context.fillStyle = tone;
  context.fill();
  context.globalAlpha = 1;
}

function cross(context, tone) {
  context.beginPath();
  context.moveTo(-6.5, -6.5);
  context.lineTo(6.5, 6.5);
  context.moveTo(6.5, -6.5);
  context.lineTo(-6.5, 6.5);
  context.strokeStyle = tone;
  context.lineWidth = 1.5;
  context.stroke();
}

/** One symbol per class, look and 5° of bearing, made when it is first needed. */
export class Atlas {
  constructor(classes, ratio) {
    Object.assign(this, { classes, ratio });
    this.made = new Array(classes.length * LOOKS.length * (HEADINGS + 1));
    this.marks = [];
  }

  /** `column` is the bearing in steps of 5°, or HEADINGS for none. */
  sprite(number, look, column) {
    const place = (number * LOOKS.length + look) * (HEADINGS + 1) + column;
    this.made[place] ??= this.#make(this.classes[number], LOOKS[look], column);
    return this.made[place];
  }

  /** One of MARKS, to lie over a symbol. */
  mark(number) {
    this.marks[number] ??= this.#canvas(WIDE, (context) => drawMark(context, number));
    return this.marks[number];
  }

  #make(kind, look, column) {
    const bearing = column === HEADINGS ? null : (column * 360) / HEADINGS;
    const width = kind.shape === "sart" ? WIDE : NARROW;
    return this.#canvas(width, (context) => draw(context, kind, look, bearing));
  }

  #canvas(width, drawing) {
    const side = Math.ceil(width * this.ratio);
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d");
    context.setTransform(this.ratio, 0, 0, this.ratio, side / 2, side / 2);
    drawing(context);
    return symbolOf(canvas);
  }
}
