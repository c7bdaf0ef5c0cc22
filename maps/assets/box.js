// A box drawn by dragging (the tool, or with Shift): the list of the ships in it.

import { on } from "./hooks.js";
import { colour } from "./theme.js";

const byId = (id) => document.getElementById(id);
const LEAST_PX = 6;

export class Box {
  /** `found(keys, bounds, at)` with those in the box, and where the pointer was let go. */
  constructor(map, overlay, layer, found) {
    Object.assign(this, { map, overlay, layer, found, from: null, to: null, taking: false });
    overlay.drawings.push(this);
    map.boxZoom.disable();
    const container = map.getContainer();
    container.addEventListener("pointerdown", (event) => this.#down(event), true);
    container.addEventListener("pointermove", (event) => this.#move(event));
    container.addEventListener("pointerup", (event) => this.#up(event));
  }

  get on() {
    return this.from !== null;
  }

  start() {
    this.taking = true;
    byId("box").setAttribute("aria-pressed", "true");
    this.map.dragging.disable();
  }

  end() {
    Object.assign(this, { from: null, to: null, taking: false });
    byId("box").setAttribute("aria-pressed", "false");
    this.map.dragging.enable();
    this.overlay.redraw();
  }

  #down(event) {
    if (event.button !== 0 || !(this.taking || event.shiftKey)) return;
    if (event.target.closest(".leaflet-control")) return;
    event.preventDefault();
    this.map.dragging.disable();
    this.map.getContainer().setPointerCapture(event.pointerId);
    this.from = this.to = this.map.mouseEventToLatLng(event);
  }

  #move(event) {
    if (!this.on) return;
    this.to = this.map.mouseEventToLatLng(event);
    this.overlay.redraw();
  }

  #up(event) {
    if (!this.on) return;
    const bounds = L.latLngBounds(this.from, this.to);
    const [one, other] = [this.from, this.to].map((at) => this.map.latLngToContainerPoint(at));
    const at = this.map.mouseEventToContainerPoint(event);
    this.end();
    this.endedAt = performance.now(); // the click that follows means no ship
    if (one.distanceTo(other) >= LEAST_PX) this.take(bounds, at);
  }

  /** Those shown inside of `bounds`; also what a test or a key asks. */
  take(bounds, at) {
    const { fleet } = this.layer;
    const keys = this.layer.shown((slot) => bounds.contains([fleet.lat[slot], fleet.lon[slot]]));
    const [south, west] = [bounds.getSouth(), bounds.getWest()];
    const corners = [south, west, bounds.getNorth(), bounds.getEast()];
    on.box(keys.map((key) => fleet.mmsi[fleet.slots.get(key)]), corners);
    this.found(keys, corners, at);
  }

  draw(context, overlay) {
    const [x, y] = overlay.point(this.from);
    const [u, v] = overlay.point(this.to);
    context.beginPath();
    context.rect(Math.min(x, u), Math.min(y, v), Math.abs(u - x), Math.abs(v - y));
    context.globalAlpha = 0.12;
    context.fillStyle = colour("focus");
    context.fill();
    context.globalAlpha = 1;
    context.setLineDash([6, 4]);
    context.lineWidth = 1.6;
    context.strokeStyle = colour("focus");
    context.stroke();
  }
}
