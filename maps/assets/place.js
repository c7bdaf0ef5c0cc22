// What lies at a place of the map: all zones there, with what they were made from.

import { why, within } from "./ask.js";
import { element } from "./bar.js";
import { coded, many, say } from "./texts.js";
import { position } from "./words.js";

const NAMED = /distance band|^(Arrival|Departure) coast|^Search and rescue/; // says its kind
const GAP_PX = 14;

const byId = (id) => document.getElementById(id);

export class Place {
  #focusFrom = null;

  /** `title(kind)` in words, `address(at)` where to ask. */
  constructor(map, title, address) {
    Object.assign(this, { map, title, address, at: null });
    byId("place-close").addEventListener("click", () => this.close());
    map.on("move zoomend resize", () => this.#lay());
  }

  get open() {
    return this.at !== null;
  }

  async show(at) {
    if (!this.open) this.#focusFrom = document.activeElement;
    this.at = at.wrap();
    byId("place-title").textContent = position(at.lat, at.lng);
    this.#write([element("p", say("place.looking"), "quiet")]);
    byId("place").hidden = byId("place-mark").hidden = false;
    this.#lay();
    byId("place-title").focus({ preventScroll: true });
    const asked = this.at;
    const nodes = await this.#ask(asked);
    if (this.at !== asked) return;
    this.#write(nodes);
    this.#lay();
  }

  close() {
    if (!this.open) return;
    this.at = null;
    byId("place").hidden = byId("place-mark").hidden = true;
    const back = this.#focusFrom;
    const usable = back?.isConnected && back !== document.body;
    (usable ? back : this.map.getContainer()).focus({ preventScroll: true });
  }

  async #ask(at) {
    try {
      const answer = await within(this.address(at));
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error ?? say("common.answered", { status: answer.status }));
      return this.#told(said.zones);
    } catch (error) {
      return [element("p", say("place.not_answered", { why: why(error) }))];
    }
  }

  /** What lies here first; then what it is worth and where it comes from, each said once. */
  #told(zones) {
    if (!zones.length) return [element("p", say("place.none"), "quiet")];
    const list = element("ul");
    list.append(...zones.map((zone) => this.#row(zone)));
    const weights = [...new Set(zones.map((zone) => zone.legal_status))];
    const worth = weights.map((status) => {
      const words = coded("weight", status);
      if (weights.length === 1) return element("p", `${words}.`, "worth");
      const names = zones.filter((zone) => zone.legal_status === status).map((zone) => zone.name);
      return element("p", `${names.join(", ")}: ${words}.`, "worth");
    });
    const sources = new Set(zones.map(({ source, licence }) => (source && licence ? say("place.licensed", { source, licence }) : source || licence || "")));
    const origins = [...sources].map((words) => element("p", `${words}.`, "quiet"));
    return [list, ...worth, element("h3", many("place.sources", origins.length)), ...origins];
  }

  #row({ name, kind }) {
    const row = element("li");
    row.append(element("b", name));
    if (!NAMED.test(name)) row.append(element("span", this.title(kind)));
    return row;
  }

  #write(nodes) {
    byId("place-zones").replaceChildren(...nodes);
  }

  /** Beside its place and inside the map. */
  #lay() {
    if (!this.open) return;
    const [box, size] = [byId("place"), this.map.getSize()];
    const { x, y } = this.map.latLngToContainerPoint(this.at);
    const outside = x < 0 || y < 0 || x > size.x || y > size.y;
    byId("place-mark").hidden = outside;
    byId("place-mark").style.transform = `translate(${x}px, ${y}px)`;
    const [width, height] = [box.offsetWidth, box.offsetHeight];
    const right = x + GAP_PX + width + 8 <= size.x;
    const left = right ? x + GAP_PX : x - GAP_PX - width;
    const top = Math.max(8, Math.min(size.y - height - 8, y - 24));
    box.style.transform = `translate(${Math.max(8, Math.min(size.x - width - 8, left))}px, ${top}px)`;
  }
}
