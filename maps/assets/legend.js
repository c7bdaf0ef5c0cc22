// The legend: what the symbols mean, how many there are, and a filter at a click.

import { element } from "./bar.js";
import { draw } from "./sprites.js";
import * as theme from "./theme.js";
import { count } from "./words.js";

const STATES = [
  ["filled", 40, "Making way"],
  ["hollow", 40, "Stopped or at anchor"],
  ["stale", 40, "No report for 10 min"],
  ["lost", 40, "No report for 1 h"],
];

export class Legend {
  constructor({ fleet, layer, classes, staleText, lostText }) {
    Object.assign(this, { fleet, layer, classes });
    STATES[2][2] = `Not heard for ${staleText}`;
    STATES[3][2] = `Not heard for ${lostText}`;
    this.rows = classes.map((kind, number) => this.#row(kind, number));
    document.getElementById("legend-classes").replaceChildren(...this.rows.map((row) => row.button));
    const states = STATES.map(([look, bearing, title]) => {
      const line = element("li");
      line.append(icon({ key: "text", shape: "ship" }, look, bearing), element("span", title));
      return line;
    });
    document.getElementById("legend-states").replaceChildren(...states);
    this.restyle();
    theme.onChange(() => this.restyle());
  }

  #row(kind, number) {
    const button = element("button", "", "legend-row");
    const [figure, title] = [element("b", "0"), element("span", kind.title)];
    const symbol = icon(kind, "filled", 40);
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(symbol, title, figure);
    button.addEventListener("click", () => this.#filter(number));
    return { button, figure, symbol, kind };
  }

  #filter(number) {
    const { hidden } = this.layer;
    if (hidden.has(number)) hidden.delete(number);
    else hidden.add(number);
    this.rows[number].button.setAttribute("aria-pressed", String(!hidden.has(number)));
    this.layer.redraw();
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

function icon(kind, look, bearing) {
  const canvas = document.createElement("canvas");
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  canvas.setAttribute("aria-hidden", "true");
  canvas.redraw = () => {
    canvas.width = canvas.height = 24 * ratio;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 12 * ratio, 12 * ratio);
    draw(context, kind, look, bearing);
  };
  return canvas;
}
