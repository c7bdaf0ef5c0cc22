// Names beside the ships, where they do not collide.

import { colour } from "./theme.js";

const CELL = 8; // px of the collision grid
const LABEL_ZOOM = 9;
const MOST = 400;
const HIGH = 14; // px of a line of text

/** Write names at high zoom; the selected ship's at every zoom. */
export function drawLabels(context, layer, zoom) {
  const everyone = zoom >= LABEL_ZOOM && layer.shows.names;
  const some = layer.selected !== null || layer.concern.any;
  if (!everyone && !some) return;
  context.font = `500 ${12 * layer.scale}px ${colour("font")}`;
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.lineJoin = "round";
  context.strokeStyle = colour("halo");
  context.fillStyle = colour("text");
  const room = new Room(layer.width, layer.height);
  const high = HIGH * layer.scale;
  for (let i = 0; i < layer.count; i += 1) room.take(layer.px[i] - 5, layer.py[i] - 5, 10, 10);
  // What was chosen first comes first: the selected ship, distress, who is listed or in an alert.
  const last = Math.min(layer.count, MOST);
  for (let i = 0; i < last; i += 1) {
    const slot = layer.drawn[i];
    const chosen = layer.fleet.key[slot] === layer.selected;
    if (!everyone && !chosen && !layer.concern.keeps(layer.fleet.mmsi[slot])) continue;
    const name = layer.fleet.name[slot];
    if (!name) continue;
    const width = context.measureText(name).width + 4;
    const [x, y] = [layer.px[i] + 11 * layer.scale, layer.py[i]];
    // A cell further right: a ship's own symbol must not hide its name.
    if (!chosen && !room.free(x + 3, y - high / 2, width, high)) continue;
    room.take(x + 3, y - high / 2, width, high);
    context.strokeText(name, x, y);
    context.fillText(name, x, y);
  }
}

/** A grid of what is taken, so that texts do not collide. */
export class Room {
  constructor(width, height) {
    this.columns = Math.ceil(width / CELL) + 1;
    this.rows = Math.ceil(height / CELL) + 1;
    this.cells = new Uint8Array(this.columns * this.rows);
  }

  #cells(x, y, width, height, visit) {
    const right = Math.min(this.columns - 1, Math.floor((x + width) / CELL));
    const bottom = Math.min(this.rows - 1, Math.floor((y + height) / CELL));
    for (let row = Math.max(0, Math.floor(y / CELL)); row <= bottom; row += 1) {
      for (let column = Math.max(0, Math.floor(x / CELL)); column <= right; column += 1) {
        if (visit(row * this.columns + column)) return true;
      }
    }
    return false;
  }

  free(x, y, width, height) {
    return !this.#cells(x, y, width, height, (cell) => this.cells[cell] === 1);
  }

  take(x, y, width, height) {
    this.#cells(x, y, width, height, (cell) => {
      this.cells[cell] = 1;
      return false;
    });
  }
}
