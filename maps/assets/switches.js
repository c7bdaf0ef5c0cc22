// The layers panel's rows that are on or off: what they are, who draws them, and that they are kept.

import { element } from "./bar.js";
import { say } from "./texts.js";

const byId = (id) => document.getElementById(id);
const KEPT = "vedetta.layers";
const ROWS = [
  { name: "coast", title: say("layer.coast"), group: "chart", first: true },
  { name: "graticule", title: say("layer.graticule"), group: "chart", first: true },
  { name: "ports", title: say("layer.ports"), group: "chart", first: true },
  { name: "names", title: say("layer.names"), group: "ships", first: true },
  { name: "trails", title: say("layer.trails"), group: "ships", first: false },
  { name: "predicted", title: say("layer.predicted"), group: "ships", first: true },
];

export class Switches {
  /** `draw[name](on)` shows or hides a layer. */
  constructor(draw) {
    Object.assign(this, { draw, on: {}, boxes: {} });
    const kept = remembered();
    for (const row of ROWS) {
      byId(`layers-${row.group}`).append(this.#row(row));
      this.set(row.name, kept[row.name] ?? row.first, false);
    }
  }

  set(name, on, keep = true) {
    this.on[name] = on;
    this.boxes[name].checked = on;
    this.draw[name](on);
    if (!keep) return;
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.on));
    } catch {
      // A locked-down browser keeps no settings: the choice then holds for this visit.
    }
    this.onChange?.();
  }

  #row({ name, title }) {
    const [label, box] = [element("label", "", "layer-row"), element("input")];
    box.type = "checkbox";
    box.id = `layer-${name}`;
    box.addEventListener("change", () => this.set(name, box.checked));
    label.append(box, element("span", title));
    this.boxes[name] = box;
    return label;
  }

  /** For an address: names of what is on, if it is not what a new visitor sees. */
  written() {
    const on = ROWS.filter(({ name }) => this.on[name]).map(({ name }) => name).join(",");
    const first = ROWS.filter((row) => row.first).map(({ name }) => name).join(",");
    return on === first ? {} : { show: on || "none" };
  }

  read({ show }) {
    if (show === undefined) return;
    const wanted = show.split(",");
    for (const { name } of ROWS) this.set(name, wanted.includes(name), false);
  }
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
