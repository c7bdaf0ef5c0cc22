// The filters that are no click on the legend: speed, length, flag, destination, concern, age.

import { FlagList } from "./flaglist.js";

const byId = (id) => document.getElementById(id);
const PAUSE_MS = 150;
const RANGES = ["speed", "length"];

export class FilterForm {
  constructor(fleet, filter) {
    Object.assign(this, { fleet, filter });
    const form = byId("filter");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#take(), PAUSE_MS);
    });
    this.flags = new FlagList(byId("filter-flags"), fleet, filter);
    byId("filter-more").addEventListener("toggle", () => this.flags.show());
    filter.onChange(() => this.#show());
    this.#show();
  }

  #take() {
    const changes = {};
    for (const name of RANGES) {
      const ends = ["least", "most"].map((end) => numberOf(byId(`filter-${name}-${end}`)));
      changes[name] = ends.every((value) => value === null) ? null : ends;
    }
    changes.chosen = this.flags.chosen;
    changes.to = byId("filter-to").value;
    changes.only = byId("filter-only").value;
    changes.minutes = numberOf(byId("filter-age")) || null;
    this.taking = true; // what somebody types must not be written back under her hands
    this.filter.set(changes);
    this.taking = false;
  }

  #show() {
    if (this.taking) return;
    const { filter } = this;
    for (const name of RANGES) {
      ["least", "most"].forEach((end, i) => { byId(`filter-${name}-${end}`).value = filter[name]?.[i] ?? ""; });
    }
    this.flags.show();
    byId("filter-to").value = filter.to;
    byId("filter-only").value = filter.only;
    byId("filter-age").value = filter.minutes ?? "";
    if (filter.speed || filter.length || filter.chosen.size || filter.to || filter.only || filter.minutes) {
      byId("filter-more").open = true;
    }
  }
}

function numberOf(input) {
  const value = Number(input.value);
  return input.value.trim() === "" || !Number.isFinite(value) || value < 0 ? null : value;
}
