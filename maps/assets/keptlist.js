// The button that keeps a vessel's track on the map, and the list of those that are kept.

import { element } from "./bar.js";
import { say } from "./texts.js";
import { KEPT_MOST } from "./wakes.js";

const byId = (id) => document.getElementById(id);

export class KeptList {
  constructor(kept, drawer, fleet) {
    Object.assign(this, { kept, drawer, fleet });
    this.show();
  }

  /** Keep the selected vessel's track, or no longer. */
  toggle() {
    const { mmsi, key } = this.drawer;
    if (mmsi === null) return;
    if (this.kept.has(mmsi)) this.kept.remove(mmsi);
    else this.kept.add(mmsi, key, byId("drawer-title").textContent);
  }

  show() {
    const mine = this.kept.has(this.drawer.mmsi);
    byId("keep").setAttribute("aria-pressed", String(mine));
    byId("keep").disabled = !mine && this.kept.full;
    byId("keep").title = this.kept.full ? say("ship.tracks_full", { most: KEPT_MOST }) : say("ship.keep_key");
    byId("kept").hidden = this.kept.all.size === 0;
    const rows = [...this.kept.all.values()].map(({ mmsi, name, tone }) => {
      const [row, button] = [element("li"), element("button", say("ship.remove"))];
      const swatch = element("i", "", `track-swatch ${tone}`);
      button.type = "button";
      button.setAttribute("aria-label", say("ship.remove_track", { name }));
      button.addEventListener("click", () => this.kept.remove(mmsi));
      row.append(swatch, element("span", name), button);
      return row;
    });
    byId("kept-list").replaceChildren(...rows);
  }
}
