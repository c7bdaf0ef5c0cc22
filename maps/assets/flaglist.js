// The flags of the filter: a box to tick for each state that is there, several at a time.

import { element } from "./bar.js";
import { midOf } from "./flags.js";
import { say } from "./texts.js";
import { unheard } from "./unheard.js";
import { count } from "./words.js";

export class FlagList {
  /** `box` is the element that holds it; what is ticked is `filter.chosen` when somebody asks. */
  constructor(box, fleet, filter) {
    Object.assign(this, { box, fleet, filter });
  }

  /** States that are ticked. */
  get chosen() {
    return new Set([...this.box.querySelectorAll("input:checked")].map((input) => input.value));
  }

  /** Show the flags that are there now: the chosen ones first, then the most frequent. */
  show() {
    const { chosen } = this.filter;
    const found = this.#counted();
    for (const flag of chosen) if (!found.has(flag)) found.set(flag, 0);
    const order = [...found].sort(([a, n], [b, m]) => chosen.has(b) - chosen.has(a) || m - n || a.localeCompare(b));
    const rows = order.map(([flag, n]) => this.#row(flag, n, chosen.has(flag)));
    this.box.replaceChildren(...(rows.length ? rows : [unheard(say("legend.no_flag"))]));
  }

  #counted() {
    const found = new Map();
    for (let slot = 0; slot < this.fleet.size; slot += 1) {
      const flag = this.filter.flags[midOf(this.fleet.mmsi[slot])];
      if (flag) found.set(flag, (found.get(flag) ?? 0) + 1);
    }
    return found;
  }

  #row(flag, n, ticked) {
    const row = element("label");
    const input = element("input");
    input.type = "checkbox";
    input.value = flag;
    input.checked = ticked;
    row.append(input, element("span", flag), element("small", count(n)));
    return row;
  }
}
