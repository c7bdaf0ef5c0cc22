// Names beside the ships, where they do not collide.

import { colour } from "./theme.js";

const CELL = 8; // px of the collision grid
const LABEL_ZOOM = 9;
const MOST = 400;
const HIGH = 14; // px of a line of text
const HALO = 3; // px round a text
const KEPT = 3000; // names as pictures: a name is drawn once, then only copied
const pictures = new Map(); // name -> {canvas, width}, px

/** Theme, pixel ratio or size of the screen changed: names look otherwise now. */
export const forgetLabels = () => pictures.clear();

function picture(context, layer, name) {
  const known = pictures.get(name);
  if (known) return known;
  if (pictures.size >= KEPT) pictures.clear();
  const font = `500 ${12 * layer.scale}px ${colour("font")}`;
  context.font = font;
  const width = context.measureText(name).width;
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil((width + 2 * HALO) * layer.ratio);
  canvas.height = Math.ceil((HIGH * layer.scale + 2 * HALO) * layer.ratio);
  const pen = canvas.getContext("2d");
  pen.scale(layer.ratio, layer.ratio);
  pen.font = font;
  pen.textBaseline = "middle";
  pen.lineWidth = HALO;
  pen.lineJoin = "round";
  pen.strokeStyle = colour("halo");
  pen.fillStyle = colour("text");
  pen.strokeText(name, HALO, canvas.height / layer.ratio / 2);
  pen.fillText(name, HALO, canvas.height / layer.ratio / 2);
  const drawn = { canvas, width };
  pictures.set(name, drawn);
  return drawn;
}

/** Copy a name to a whole pixel: between two it would be blurred. */
function write(context, layer, { canvas }, x, y) {
  const { ratio } = layer;
  const [left, top] = [Math.round((x - HALO) * ratio), Math.round(y * ratio - canvas.height / 2)];
  context.drawImage(canvas, left / ratio, top / ratio, canvas.width / ratio, canvas.height / ratio);
}

/** Write names at high zoom; at every zoom those of the selected ship and of who may help. */
export function drawLabels(context, layer, zoom) {
  const everyone = zoom >= LABEL_ZOOM && layer.shows.names;
  const some = layer.selected !== null || layer.concern.any || layer.helpers.size;
  if (!everyone && !some) return;
  const room = new Room(layer.width, layer.height);
  const high = HIGH * layer.scale;
  for (let i = 0; i < layer.count; i += 1) room.take(layer.px[i] - 5, layer.py[i] - 5, 10, 10);
  // What was chosen first comes first: the selected ship, distress, who is listed or in an alert.
  const last = Math.min(layer.count, MOST);
  for (let i = 0; i < last; i += 1) {
    const slot = layer.drawn[i];
    const chosen = layer.fleet.key[slot] === layer.selected;
    const helps = layer.helpers.has(layer.fleet.mmsi[slot]);
    if (!everyone && !chosen && !helps && !layer.concern.keeps(layer.fleet.mmsi[slot])) continue;
    const name = layer.fleet.name[slot];
    if (!name) continue;
    const label = picture(context, layer, name);
    const width = label.width + 4;
    const [x, y] = [layer.px[i] + 11 * layer.scale, layer.py[i]];
    const spots = helps ? around(layer.px[i], y, width, layer.scale) : [[x, y]];
    // A cell further right: a ship's own symbol must not hide its name.
    const spot = chosen ? [x, y] : spots.find(([left, middle]) => room.free(left + 3, middle - high / 2, width, high));
    if (!spot) continue;
    room.take(spot[0] + 3, spot[1] - high / 2, width, high);
    write(context, layer, label, ...spot);
  }
}

/** Where the name of who may help may stand: such a name is wanted, on whichever side there is room. */
function around(x, y, width, scale) {
  const [aside, away] = [15 * scale, 20 * scale];
  return [[x + aside, y], [x - aside - width, y], [x - width / 2, y + away], [x - width / 2, y - away]];
}

/** A grid of what is taken, so that texts do not collide. */
export class Room {
  constructor(width, height) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  free(x, y, width, height) {
    const right = Math.min(this.columns - 1, Math.floor((x + width) / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((y + height) / CELL));
    for (let row = Math.max(0, Math.floor(y / CELL)); row <= bottom; row += 1) {
      for (let column = Math.max(0, Math.floor(x / CELL)); column <= right; column += 1) {
        if (this.cells[row * this.columns + column] === 1) return false;
      }
    }
    return true;
  }

  take(x, y, width, height) {
    const right = Math.min(this.columns - 1, Math.floor((x + width) / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((y + height) / CELL));
    for (let row = Math.max(0, Math.floor(y / CELL)); row <= bottom; row += 1) {
      for (let column = Math.max(0, Math.floor(x / CELL)); column <= right; column += 1) {
        this.cells[row * this.columns + column] = 1;
      }
    }
  }
}
