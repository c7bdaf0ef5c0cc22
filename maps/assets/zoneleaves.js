// The zones of a kind beneath its row in the layer tree: each on or off, to zoom to, to search where
// there are many.

import { element } from "./bar.js";
import { say } from "./texts.js";
import { count } from "./words.js";

const SEARCHED = 20; // from more on there is a search
const MOST = 100; // rows at once: more nobody reads
const DEGREES = 360;

const plain = (text) => text.toLocaleLowerCase("en").normalize("NFD").replace(/\p{Mn}/gu, "");

/** The corners of a box of Mercator pairs, as Leaflet wants them. */
function cornersOf([left, top, right, low]) {
  const lat = (v) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * v))) * 180) / Math.PI;
  return [[lat(low), left * DEGREES - 180], [lat(top), right * DEGREES - 180]];
}

export class ZoneLeaves {
  /** `zones()` of the kind, `choice` a ZoneChoice; `changed()` when one was switched, `go(corners)` there. */
  constructor({ kind, title, zones, choice, changed, go }) {
    Object.assign(this, { kind, title, zones, choice, changed, go });
    this.button = element("button", "", "unfold");
    Object.assign(this.button, { type: "button", ariaExpanded: "false", ariaLabel: say("layer.of_kind", { title }) });
    this.button.addEventListener("click", () => this.toggle());
    this.box = element("div", "", "zone-leaves");
    this.box.id = `zones-of-${kind}`;
    this.box.hidden = true;
    this.button.setAttribute("aria-controls", this.box.id);
    this.search = element("input");
    Object.assign(this.search, { type: "search", placeholder: say("layer.search"), ariaLabel: say("layer.search_in", { title }), autocomplete: "off", spellcheck: false });
    this.search.addEventListener("input", () => this.fill());
    this.list = element("ul");
    this.list.setAttribute("aria-label", title);
    this.said = element("p", "", "quiet");
    this.said.setAttribute("role", "status");
    this.box.append(this.search, this.list, this.said);
  }

  toggle(open = this.box.hidden) {
    this.box.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) this.fill();
    else this.list.replaceChildren();
  }

  /** Show the rows; who is in one of them stays there. */
  fill() {
    if (this.box.hidden) return;
    const all = this.zones();
    const words = plain(this.search.value.trim());
    this.search.hidden = all.length <= SEARCHED;
    const found = all.filter(({ name }) => plain(name).includes(words)).sort((one, other) => one.name.localeCompare(other.name, "en"));
    this.rows = found.slice(0, MOST).map((zone) => this.#row(zone));
    this.list.replaceChildren(...this.rows.map(({ row }) => row));
    const none = words ? say("layer.none_called", { n: count(all.length) }) : say("layer.none");
    const more = found.length > MOST ? say("layer.first_of", { most: MOST, all: count(found.length) }) : "";
    this.said.textContent = found.length ? more : none;
  }

  /** After a choice: the boxes that are there. */
  mark() {
    if (!this.box.hidden) for (const { zone, box } of this.rows) box.checked = this.choice.draws(zone);
  }

  #row(zone) {
    const [row, label, box, there] = [element("li", "", "zone-leaf"), element("label"), element("input"), element("button", say("common.show"))];
    Object.assign(box, { type: "checkbox", checked: this.choice.draws(zone) });
    box.addEventListener("change", () => { this.choice.setZone(zone, box.checked); this.changed(); });
    label.append(box, element("span", zone.name));
    Object.assign(there, { type: "button", title: say("common.show_on_map"), ariaLabel: say("layer.show_zone", { name: zone.name }) });
    there.addEventListener("click", () => {
      if (!this.choice.draws(zone)) {
        this.choice.setZone(zone, true);
        this.changed();
      }
      this.go(cornersOf(zone.box));
    });
    row.append(label, there);
    return { row, zone, box };
  }
}
