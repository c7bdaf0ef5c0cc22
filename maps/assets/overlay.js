// What tools draw over the vessels: one canvas that is there only while something is to be drawn.

import { CanvasLayer } from "./canvas.js";
import { mercator } from "./fleet.js";

export const Overlay = CanvasLayer.extend({
  initialize() {
    this.drawings = []; // each with `on` and draw(context, overlay)
  },

  onAdd(map) {
    this.put(map, "tools");
    this.redraw();
  },

  getEvents() {
    return { move: this.redraw, zoomend: this.redraw, resize: this.redraw, zoomanim: this.animateZoom };
  },

  /** Pixels on the canvas of a place in degrees. */
  point({ lat, lng }) {
    const [u, v] = mercator(lng, lat);
    const world = 256 * 2 ** this.zoom;
    return [u * world - this.pixel.x, v * world - this.pixel.y];
  },

  paint() {
    const wanted = this.drawings.filter((drawing) => drawing.on);
    this.canvas.hidden = !wanted.length;
    if (!wanted.length) {
      // A hidden canvas keeps its memory: on a wall screen 40 MB.
      this.canvas.width = this.canvas.height = this.width = 0;
      return;
    }
    if (this._map._animatingZoom) return;
    this.fit();
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    for (const drawing of wanted) {
      this.context.save();
      drawing.draw(this.context, this);
      this.context.restore();
    }
  },
});
