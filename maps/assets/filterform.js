// The filters that are no click on the legend: speed, length, flag, destination, concern, age.

import { element } from "./bar.js";
import { midOf } from "./flags.js";
import { count } from "./words.js";

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
    byId("filter-more").addEventListener("toggle", () => this.#flags());
    byId("filter-flag").addEventListener("focus", () => this.#flags());
    filter.onChange(() => this.#show());
    this.#show();
  }

  #take() {
    const changes = {};
    for (const name of RANGES) {
      const ends = ["least", "most"].map((end) => numberOf(byId(`filter-${name}-${end}`)));
      changes[name] = ends.every((value) => value === null) ? null : ends;
    }
    changes.flag = byId("filter-flag").value;
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
    this.#flags();
    byId("filter-to").value = filter.to;
    byId("filter-only").value = filter.only;
    byId("filter-age").value = filter.minutes ?? "";
    if (filter.speed || filter.length || filter.flag || filter.to || filter.only || filter.minutes) {
      byId("filter-more").open = true;
    }
  }

  /** The flags that are there now, the most frequent first. */
  #flags() {
    const { fleet, filter } = this;
    const found = new Map();
    for (let slot = 0; slot < fleet.size; slot += 1) {
      const flag = filter.flags[midOf(fleet.mmsi[slot])];
      if (flag) found.set(flag, (found.get(flag) ?? 0) + 1);
    }
    if (filter.flag && !found.has(filter.flag)) found.set(filter.flag, 0);
    const options = [...found].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([flag, n]) => {
      const option = element("option", `${flag} (${count(n)})`);
      option.value = flag;
      return option;
    });
    const any = element("option", "Any");
    any.value = "";
    byId("filter-flag").replaceChildren(any, ...options);
    byId("filter-flag").value = filter.flag;
  }
}

function numberOf(input) {
  const value = Number(input.value);
  return input.value.trim() === "" || !Number.isFinite(value) || value < 0 ? null : value;
}
