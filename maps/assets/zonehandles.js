// The sketch on the map: its area, a handle at each vertex, a smaller one between two of them.

import { say } from "./texts.js";
import { ink } from "./toolpanel.js";
import { colour, onChange as onTheme } from "./theme.js";

const L = window.L;
const APART_PX = 24; // handles nearer to one another would hide the border, and each other
const MOST_HANDLES = 400; // more markers than this make a slow map: zoom in to have them
const FEW = 12; // vertices that all have handles, however near they are
const STEP_DEG = 0.1 / 60;
const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class Handles {
  constructor(map, sketch) {
    Object.assign(this, { map, sketch });
    this.group = L.layerGroup().addTo(map);
    this.shape = L.polygon([], { interactive: false, renderer: ink() }).addTo(map);
    this.spot = L.circleMarker([0, 0], { radius: 14, interactive: false, renderer: ink() });
    this.restyle = () => this.paint();
    onTheme(this.restyle);
    map.on("moveend", this.refresh, this);
    this.paint();
  }

  remove() {
    this.map.off("moveend", this.refresh, this);
    for (const layer of [this.group, this.shape, this.spot]) layer.remove();
  }

  /** Leave the shape as it is, with nothing to take hold of. */
  rest() {
    this.map.off("moveend", this.refresh, this);
    this.group.remove();
    this.spot.remove();
  }

  paint() {
    const own = colour("zone-drawn");
    this.shape.setStyle({ color: own, weight: 2, fillColor: own, fillOpacity: 0.15 });
    this.spot.setStyle({ color: colour("sar"), weight: 3, fill: false });
  }

  /** Draw the sketch anew; `wrong` is where the border crosses itself, or null. */
  refresh(event, wrong = this.wrong ?? null) {
    this.wrong = wrong;
    this.shape.setLatLngs(this.sketch.parts);
    if (wrong) this.spot.setLatLng(wrong).addTo(this.map);
    else this.spot.remove();
    const focused = document.activeElement?.dataset?.vertex;
    this.group.clearLayers();
    this.middles = new Map(); // by the vertex before it
    const view = this.map.getBounds().pad(0.1);
    let left = MOST_HANDLES;
    this.sketch.parts.forEach((rings, p) => rings.forEach((ring, r) => {
      let last = null;
      ring.forEach((at, v) => {
        if (left <= 0 || !view.contains(at)) return;
        const here = this.map.latLngToContainerPoint(at);
        if (last && last.distanceTo(here) < APART_PX && ring.length > FEW) return;
        last = here;
        left -= 1;
        this.#vertex(p, r, v);
        const on = this.map.latLngToContainerPoint(ring[(v + 1) % ring.length]);
        if (ring.length > FEW && here.distanceTo(on) < 1.5 * APART_PX) return;
        if (ring.length > 1 && (ring.length > 2 || v === 0)) this.#middle(p, r, v);
      });
    }));
    if (focused) this.map.getContainer().querySelector(`[data-vertex="${focused}"]`)?.focus();
  }

  #marker(at, name, size, title) {
    const icon = L.divIcon({ className: name, iconSize: [size, size] });
    const marker = L.marker(at, { icon, draggable: true, keyboard: true, title, alt: title });
    return marker.addTo(this.group);
  }

  #vertex(p, r, v) {
    const ring = this.sketch.parts[p][r];
    const marker = this.#marker(ring[v], "draw-vertex", 14, say("drawing.vertex", { n: v + 1 }));
    const node = marker.getElement();
    node.dataset.vertex = `${p}.${r}.${v}`;
    marker.on("dragstart", () => this.sketch.note());
    marker.on("drag", () => this.#move(p, r, v, marker.getLatLng()));
    marker.on("dragend", () => this.sketch.step(() => this.sketch.past.pop()));
    marker.on("contextmenu", () => this.#drop(p, r, v));
    node.addEventListener("keydown", (event) => this.#key(event, p, r, v));
  }

  #key(event, p, r, v) {
    const way = ARROWS[event.key];
    if (!way && event.key !== "Delete" && event.key !== "Backspace") return;
    event.preventDefault();
    event.stopPropagation();
    if (!way) {
      this.#drop(p, r, v);
      return;
    }
    const by = STEP_DEG * (event.shiftKey ? 10 : 1);
    this.sketch.step(({ parts }) => {
      const [lat, lon] = parts[p][r][v];
      parts[p][r][v] = [lat + way[0] * by, lon + way[1] * by];
    });
  }

  #middle(p, r, v) {
    const marker = this.#marker(between(this.sketch.parts[p][r], v), "draw-middle", 10, say("drawing.middle"));
    this.middles.set(`${p}.${r}.${v}`, marker);
    const add = ({ lat, lng }) =>
      this.sketch.step(({ parts }) => parts[p][r].splice(v + 1, 0, [lat, lng]));
    marker.on("drag", () => {
      const { lat, lng } = marker.getLatLng();
      const parts = structuredClone(this.sketch.parts);
      parts[p][r].splice(v + 1, 0, [lat, lng]);
      this.shape.setLatLngs(parts);
    });
    marker.on("dragend click", () => add(marker.getLatLng()));
    marker.getElement().tabIndex = -1; // reached by pointer; keys type coordinates or move vertices
  }

  #move(p, r, v, { lat, lng }) {
    const ring = this.sketch.parts[p][r];
    ring[v] = [lat, lng];
    this.shape.setLatLngs(this.sketch.parts);
    for (const n of [v, (v || ring.length) - 1]) this.middles.get(`${p}.${r}.${n}`)?.setLatLng(between(ring, n));
    this.sketch.onMove?.();
  }

  #drop(p, r, v) {
    this.sketch.step(({ parts }) => {
      parts[p][r].splice(v, 1);
      if (parts[p][r].length || parts.flat().length === 1) return;
      parts[p].splice(r, 1);
      if (!parts[p].length) parts.splice(p, 1);
    });
  }
}

/** Half way from a vertex of a ring to the next one. */
function between(ring, v) {
  const [a, b] = [ring[v], ring[(v + 1) % ring.length]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
