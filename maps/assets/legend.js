// The legend: what the symbols mean, how many there are, and a filter at a click.

import { element } from "./bar.js";
import { drawMark, MARKS } from "./marks.js";
import { draw } from "./sprites.js";
import * as theme from "./theme.js";
import { count } from "./words.js";

const STATES = [
  ["filled", 40, "Making way"],
  ["hollow", 40, "Stopped or at anchor"],
  ["stale", 40, "No report for 10 min"],
  ["lost", 40, "No report for 1 h"],
  ["filled", 40, "Distress: always shown", MARKS.indexOf("distress")],
  ["filled", 40, "Limited: cannot give way, or aground", MARKS.indexOf("limited")],
];

const byId = (id) => document.getElementById(id);

export class Legend {
  constructor({ fleet, layer, classes, staleText, lostText, onFilter }) {
    Object.assign(this, { fleet, layer, classes, onFilter });
    STATES[2][2] = `Not heard for ${staleText}`;
    STATES[3][2] = `Not heard for ${lostText}`;
    this.rows = classes.map((kind, number) => this.#row(kind, number));
    byId("legend-classes").replaceChildren(...this.rows.map((row) => row.button));
    const states = STATES.map(([look, bearing, title, mark]) => {
      const line = element("li");
      line.append(icon({ key: "text", shape: "ship" }, look, bearing, mark), element("span", title));
      return line;
    });
    byId("legend-states").replaceChildren(...states);
    byId("show-all").addEventListener("click", () => this.#showAll());
    this.restyle();
    theme.onChange(() => this.restyle());
  }

  #row(kind, number) {
    const button = element("button", "", "legend-row");
    const [figure, title] = [element("b", "0"), element("span", kind.title)];
    const symbol = icon(kind, "filled", 40);
    button.type = "button";
    button.append(symbol, title, figure);
    // A distress is never filtered out, so its row is no button to press.
    if (kind.key === "distress") button.disabled = true;
    else button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => this.#filter(number));
    return { button, figure, symbol, kind };
  }

  #filter(number) {
    const { hidden } = this.layer;
    if (hidden.has(number)) hidden.delete(number);
    else hidden.add(number);
    this.#tell();
  }

  #showAll() {
    this.layer.hidden.clear();
    this.#tell();
    byId("legend-button").focus();
  }

  /** Say everywhere what is hidden: a map that leaves ships out must not look complete. */
  #tell() {
    const { hidden } = this.layer;
    this.rows.forEach(({ button }, number) => {
      if (!button.disabled) button.setAttribute("aria-pressed", String(!hidden.has(number)));
    });
    const said = `${hidden.size} ${hidden.size === 1 ? "class" : "classes"} hidden`;
    byId("show-all").hidden = hidden.size === 0;
    byId("show-all").textContent = `${said} · Show all`;
    byId("legend-button").classList.toggle("marked", hidden.size > 0);
    const name = hidden.size ? `Legend and filter: ${said}` : "Legend and filter";
    byId("legend-button").setAttribute("aria-label", name);
    this.layer.redraw();
    this.onFilter();
  }

  restyle() {
    for (const canvas of document.querySelectorAll("#legend canvas")) canvas.redraw();
  }

  /** Count by class; a class that nobody belongs to is not offered. */
  update() {
    const totals = new Array(this.classes.length).fill(0);
    for (let slot = 0; slot < this.fleet.size; slot += 1) totals[this.fleet.kind[slot]] += 1;
    this.rows.forEach((row, number) => {
      const text = count(totals[number]);
      if (row.figure.textContent !== text) row.figure.textContent = text;
      row.button.hidden = totals[number] === 0 && !this.layer.hidden.has(number);
    });
  }
}

function icon(kind, look, bearing, mark) {
  const canvas = document.createElement("canvas");
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  canvas.setAttribute("aria-hidden", "true");
  canvas.redraw = () => {
    canvas.width = canvas.height = 24 * ratio;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 12 * ratio, 12 * ratio);
    draw(context, kind, look, bearing);
    if (mark !== undefined) drawMark(context, mark);
  };
  return canvas;
}
