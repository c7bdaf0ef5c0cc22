// A short list of vessels: those that lie on one another at a click, or those in a box.

import { element } from "./bar.js";
import { say } from "./texts.js";
import { fill } from "./unheard.js";
import { count, speed } from "./words.js";

const byId = (id) => document.getElementById(id);
const MOST = 200;

export class Several {
  #focusFrom = null;

  constructor({ fleet, layer, classes, choose }) {
    Object.assign(this, { fleet, layer, classes, choose, keys: [] });
    byId("several-close").addEventListener("click", () => this.close());
    byId("several-list").addEventListener("keydown", (event) => this.#key(event));
  }

  get open() {
    return !byId("several").hidden;
  }

  /** List the vessels of `keys` beside a point of the map; `none` is said where there are none. */
  show(keys, title, at, none = "") {
    if (!this.open) this.#focusFrom = document.activeElement;
    this.keys = keys;
    byId("several-title").textContent = title;
    const rows = keys.slice(0, MOST).map((key) => this.#row(key));
    byId("several-list").replaceChildren(...rows.filter(Boolean));
    const more = keys.length > MOST ? say("common.first_of", { most: MOST, all: count(keys.length) }) : "";
    if (none && !keys.length) fill(byId("several-said"), none);
    else byId("several-said").textContent = more;
    byId("several-said").dataset.said = "";
    byId("several-deeds").replaceChildren(); // what another list offered
    byId("several").hidden = false;
    this.#lay(at);
    (byId("several-list").querySelector("button") ?? byId("several-close")).focus({ preventScroll: true });
  }

  close() {
    if (!this.open) return;
    byId("several").hidden = true;
    byId("several-list").replaceChildren();
    const back = this.#focusFrom;
    const usable = back?.isConnected && back !== document.body;
    (usable ? back : byId("map_live")).focus({ preventScroll: true });
  }

  #row(key) {
    const { fleet, layer } = this;
    const slot = fleet.slots.get(key);
    if (slot === undefined) return null;
    const [item, button] = [element("li"), element("button")];
    button.type = "button";
    const facts = [this.classes[fleet.kind[slot]].title, speed(fleet.speed[slot]), layer.concern.words(fleet.mmsi[slot])];
    button.append(element("b", fleet.called(slot)), element("span", facts.filter(Boolean).join(" · ")));
    button.addEventListener("click", () => {
      this.close();
      this.choose(key);
    });
    item.append(button);
    return item;
  }

  #key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...byId("several-list").querySelectorAll("button")];
    const at = buttons.indexOf(document.activeElement);
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }

  #lay({ x, y }) {
    const box = byId("several");
    const sea = byId("map_live");
    const left = x + 16 + box.offsetWidth > sea.offsetWidth ? x - 16 - box.offsetWidth : x + 16;
    const top = Math.min(y - 16, sea.offsetHeight - box.offsetHeight - 8);
    box.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  }
}
