// Range rings: round a place, or round the selected vessel and with her.

import { wallScale } from "./canvas.js";
import { written } from "./measure.js";
import { pixelsOf } from "./rhumb.js";
import { say } from "./texts.js";
import { colour } from "./theme.js";

const byId = (id) => document.getElementById(id);
const FIRST = [3, 6, 12, 24]; // nm
const [MOST, FARTHEST] = [8, 500];

/** The radii that a text names, nm; null where it names none or something else. */
export function radii(text) {
  const parts = text.split(/[\s,;]+/).filter(Boolean).map(Number);
  const good = parts.length && parts.length <= MOST && parts.every((nm) => nm > 0 && nm <= FARTHEST);
  return good ? [...new Set(parts)].sort((a, b) => a - b) : null;
}

export class RangeRings {
  /** `selected()` is the selected vessel's {key, lat, lng}, or null. */
  constructor(map, overlay, { selected, onToggle }) {
    Object.assign(this, { map, overlay, selected, onToggle, nm: FIRST, place: null, follows: null });
    overlay.drawings.push(this);
    byId("rings-radii").value = FIRST.join(", ");
    byId("rings-radii").addEventListener("input", () => this.#radii());
    byId("rings-middle").addEventListener("click", () => this.round(map.getCenter()));
    byId("rings-ship").addEventListener("click", () => this.with());
    byId("rings-off").addEventListener("click", () => this.off());
    byId("rings-close").addEventListener("click", () => this.toggle(false));
  }

  get open() {
    return !byId("rings").hidden;
  }

  get on() {
    return this.place !== null;
  }

  close() {
    this.toggle(false);
  }

  toggle(open = !this.open) {
    byId("rings").hidden = !open;
    byId("rings-button").setAttribute("aria-expanded", String(open));
    this.#say();
    if (open) byId("rings-radii").focus();
    else byId("rings-button").focus({ preventScroll: true });
    this.onToggle?.(open);
  }

  /** Round a place that stays. */
  round(place) {
    Object.assign(this, { place, follows: null });
    this.#say();
  }

  /** Round the selected vessel, wherever she goes. */
  with() {
    const ship = this.selected();
    if (ship) Object.assign(this, { place: ship, follows: ship.key });
    this.#say(ship ? "" : say("rings.no_vessel"));
  }

  off() {
    Object.assign(this, { place: null, follows: null });
    this.#say();
  }

  /** Go along with the vessel, after a frame. */
  frame(fleet) {
    if (this.follows === null) return;
    const slot = fleet.slots.get(this.follows);
    if (slot === undefined) return;
    this.place = { lat: fleet.lat[slot], lng: fleet.lon[slot] };
    this.overlay.redraw();
  }

  #radii() {
    const nm = radii(byId("rings-radii").value);
    byId("rings-radii").setAttribute("aria-invalid", String(!nm));
    if (nm) this.nm = nm;
    this.#say(nm ? "" : say("rings.radii", { most: MOST, farthest: FARTHEST }));
  }

  #say(text = "") {
    const where = say(this.follows !== null ? "rings.with_vessel" : "rings.round_place");
    byId("rings-said").textContent = text || (this.on ? where : say("rings.none"));
    byId("rings-off").hidden = !this.on;
    byId("rings-button").classList.toggle("marked", this.on);
    this.overlay.redraw();
  }

  draw(context, overlay) {
    const [x, y] = overlay.point(this.place);
    const world = 256 * 2 ** overlay.zoom;
    const [ink, halo] = [colour("text"), colour("halo")];
    context.font = `500 ${11 * wallScale()}px ${colour("font")}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (const nm of this.nm) {
      const reach = pixelsOf(nm, this.place.lat, world);
      if (reach < 6 || reach > 4 * (overlay.width + overlay.height)) continue;
      context.beginPath();
      context.arc(x, y, reach, 0, 2 * Math.PI);
      context.strokeStyle = halo;
      context.lineWidth = 3.4;
      context.stroke();
      context.strokeStyle = ink;
      context.lineWidth = 1.2;
      context.stroke();
      if (reach > 24) written(context, `${nm} nm`, x, y - reach, halo, ink);
    }
    context.beginPath();
    context.moveTo(x - 5, y);
    context.lineTo(x + 5, y);
    context.moveTo(x, y - 5);
    context.lineTo(x, y + 5);
    context.stroke();
  }
}
