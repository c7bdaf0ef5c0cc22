// How each kind of zone is drawn: by line and hatching first, by colour only beside it.

import { colour } from "./theme.js";

const HATCH = 9; // px between hatching lines
const PLAIN = { dash: [], width: 1.2 };

export const STYLES = {
  band_12nm: { dash: [1.5, 3], width: 1.3, tone: "band", along: "12 nm", from: 7 },
  band_24nm: { dash: [7, 4], width: 1.1, tone: "band", along: "24 nm", from: 7 },
  sub_basin: { dash: [14, 4, 2, 4], width: 1.1, tone: "basin", label: "water" },
  port: { ...PLAIN, tone: "port", least: 2.5, overLand: true, label: "beside", from: 8 },
  anchorage: { dash: [3, 2], width: 1.2, tone: "port", label: "beside", from: 9, overLand: true },
  departure_coast: { ...PLAIN, tone: "departure", hatch: 1, label: "area", from: 6 },
  arrival_coast: { ...PLAIN, tone: "arrival", hatch: -1, label: "area", from: 6 },
  sar_region: { dash: [18, 4, 2, 4, 2, 4], width: 1.8, tone: "rescue", label: "area" },
  office_area: { dash: [], width: 2.4, tone: "office", wash: 0.05, label: "area" },
  custom: { dash: [], width: 1.8, tone: "drawn", wash: 0.1, label: "area", overLand: true },
};

/** Lines that lie under others first; what people drew lies on top. */
export const ORDER = [
  "office_area", "sar_region", "departure_coast", "arrival_coast", "sub_basin", "band_24nm",
  "band_12nm", "anchorage", "port", "custom",
];

/** Colours and hatchings of one drawing: asked for each zone they would cost more than its lines. */
export class Inks {
  constructor(context, ratio) {
    Object.assign(this, { context, ratio, tones: new Map(), patterns: new Map() });
    this.halo = colour("zone-halo");
    this.font = colour("font");
  }

  tone({ tone }) {
    if (!this.tones.has(tone)) this.tones.set(tone, colour(`zone-${tone}`));
    return this.tones.get(tone);
  }

  hatching(style) {
    const { patterns, context, ratio } = this;
    const { tone } = style;
    if (!patterns.has(tone)) patterns.set(tone, hatching(context, style.hatch, this.tone(style), ratio));
    return patterns.get(tone);
  }
}

/** Diagonal lines, rising (1) or falling (-1), as something to fill with. */
function hatching(context, rise, tone, ratio) {
  const tile = document.createElement("canvas");
  const side = Math.round(HATCH * ratio);
  tile.width = tile.height = side;
  const pen = tile.getContext("2d");
  pen.strokeStyle = tone;
  pen.globalAlpha = 0.4;
  pen.lineWidth = ratio * 0.9;
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    const [low, high] = rise > 0 ? [side, 0] : [0, side];
    pen.moveTo(shift - side / 2, low + (low ? side / 2 : -side / 2));
    pen.lineTo(shift + side + side / 2, high + (high ? side / 2 : -side / 2));
  }
  pen.stroke();
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

/** Fill the path that stands on the inks' context in the manner of a kind, if it fills at all. */
export function fill(inks, kind) {
  const style = STYLES[kind];
  const { context } = inks;
  if (style.wash) {
    context.globalAlpha = style.wash;
    context.fillStyle = inks.tone(style);
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  if (style.hatch) {
    context.fillStyle = inks.hatching(style);
    context.fill("evenodd");
  }
}

/** Stroke the path that stands on the inks' context in the manner of a kind. */
export function stroke(inks, kind) {
  const style = STYLES[kind];
  const { context } = inks;
  context.setLineDash(style.dash);
  context.lineWidth = style.width;
  context.lineJoin = "round";
  context.strokeStyle = inks.tone(style);
  context.stroke();
  context.setLineDash([]);
}

/** A small canvas that shows a kind's line beside its name. */
export function sample(kind) {
  const canvas = document.createElement("canvas");
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  canvas.setAttribute("aria-hidden", "true");
  canvas.redraw = () => {
    [canvas.width, canvas.height] = [40 * ratio, 18 * ratio];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.beginPath();
    const { hatch, wash, label } = STYLES[kind];
    if (label === "beside") context.arc(20, 9, 5, 0, 2 * Math.PI);
    else if (hatch || wash) context.rect(2, 3, 36, 12);
    else context.rect(-9, 9, 58, 20); // only its upper edge is seen: a line
    const inks = new Inks(context, ratio);
    fill(inks, kind);
    stroke(inks, kind);
  };
  return canvas;
}
