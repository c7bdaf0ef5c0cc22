// The legend: what the symbols mean, how many there are, and a filter at a click.

import { element } from "./bar.js";
import { STATES, stateOf } from "./filter.js";
import { drawMark, MARKS } from "./marks.js";
import { drawRing } from "./rings.js";
import { draw } from "./sprites.js";
import { say } from "./texts.js";
import * as theme from "./theme.js";
import { count } from "./words.js";

const SHIP = { key: "unknown", shape: "ship" };
const LOOKS = { moving: "filled", stopped: "hollow", stale: "stale", lost: "lost" };
const SIGNS = [
  [say("legend.distress"), (context) => mark(context, "distress")],
  [say("legend.limited"), (context) => mark(context, "limited")],
  [say("legend.listed"), (context) => ringed(context, "listed")],
  [say("legend.sar"), (context) => ringed(context, "sar")],
  [say("legend.law"), (context) => ringed(context, "law")],
  [say("legend.infrastructure"), (context) => ringed(context, "infrastructure")],
];

const byId = (id) => document.getElementById(id);

export class Legend {
  constructor({ fleet, layer, classes, staleText, lostText }) {
    Object.assign(this, { fleet, layer, classes, filter: layer.filter });
    const titles = {
      moving: say("legend.moving"),
      stopped: say("legend.stopped"),
      stale: say("legend.not_heard", { span: staleText }),
      lost: say("legend.not_heard", { span: lostText }),
    };
    this.rows = classes.map((kind, number) => this.#class(kind, number));
    this.states = STATES.map((state) => this.#state(state, titles[state]));
    byId("legend-classes").replaceChildren(...this.rows.map((row) => row.button));
    byId("legend-states").replaceChildren(...this.states.map((row) => row.button));
    byId("legend-signs").replaceChildren(...SIGNS.map(([title, drawing]) => {
      const line = element("li");
      line.append(icon(drawing), element("span", title));
      return line;
    }));
    byId("show-all").addEventListener("click", () => {
      this.filter.clear();
      byId("legend-button").focus();
    });
    this.filter.onChange(() => this.#tell());
    this.restyle();
    theme.onChange(() => this.restyle());
  }

  #class(kind, number) {
    const row = { kind, ...counted(kind.title, (context) => draw(context, kind, "filled", 40)) };
    // A distress is never filtered out, so its row is no button to press.
    if (kind.key === "distress") row.button.disabled = true;
    else row.button.setAttribute("aria-pressed", "true");
    row.button.addEventListener("click", () => this.filter.toggle("hidden", number));
    return row;
  }

  #state(state, title) {
    const row = { state, ...counted(title, (context) => draw(context, SHIP, LOOKS[state], 40)) };
    row.button.setAttribute("aria-pressed", "true");
    row.button.addEventListener("click", () => this.filter.toggle("states", state));
    return row;
  }

  /** Say everywhere what is hidden: a map that leaves ships out must not look complete. */
  #tell() {
    const { hidden, states, active } = this.filter;
    this.rows.forEach(({ button }, number) => {
      if (!button.disabled) button.setAttribute("aria-pressed", String(!hidden.has(number)));
    });
    this.states.forEach(({ button, state }) => button.setAttribute("aria-pressed", String(!states.has(state))));
    byId("legend-button").classList.toggle("marked", active);
    this.layer.redraw();
    this.update();
  }

  #shown() {
    const { active } = this.filter;
    byId("show-all").hidden = !active;
    const [shown, all] = active ? this.filter.counted(this.layer) : [0, 0];
    const said = say("legend.shown", { n: count(shown), all: count(all) });
    const name = active ? say("legend.title_shown", { shown: said }) : say("legend.title");
    if (byId("legend-button").getAttribute("aria-label") !== name) byId("legend-button").setAttribute("aria-label", name);
    const text = active ? say("legend.show_all", { shown: said }) : "";
    if (byId("show-all").textContent !== text) byId("show-all").textContent = text;
  }

  restyle() {
    for (const canvas of document.querySelectorAll("#legend canvas")) canvas.redraw();
  }

  /** Count by class and state; a class that nobody belongs to is not offered. */
  update() {
    const totals = new Array(this.classes.length).fill(0);
    const states = Object.fromEntries(STATES.map((state) => [state, 0]));
    for (let slot = 0; slot < this.fleet.size; slot += 1) {
      totals[this.fleet.kind[slot]] += 1;
      states[stateOf(this.layer, slot)] += 1;
    }
    this.rows.forEach((row, number) => {
      write(row.figure, totals[number]);
      row.button.hidden = totals[number] === 0 && !this.filter.hidden.has(number);
    });
    this.states.forEach((row) => write(row.figure, states[row.state]));
    this.#shown();
  }
}

function write(figure, n) {
  const text = count(n);
  if (figure.textContent !== text) figure.textContent = text;
}

/** A row with a symbol, a title and a figure. */
function counted(title, drawing) {
  const button = element("button", "", "legend-row");
  const figure = element("b", "0");
  button.type = "button";
  button.append(icon(drawing), element("span", title), figure);
  return { button, figure };
}

function mark(context, name) {
  draw(context, SHIP, "filled", 40);
  drawMark(context, MARKS.indexOf(name));
}

function ringed(context, kind) {
  context.scale(0.75, 0.75);
  draw(context, SHIP, "filled", 40);
  drawRing(context, kind);
}

function icon(drawing) {
  const canvas = document.createElement("canvas");
  const ratio = Math.max(2, window.devicePixelRatio || 1);
  canvas.setAttribute("aria-hidden", "true");
  canvas.redraw = () => {
    canvas.width = canvas.height = 24 * ratio;
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 12 * ratio, 12 * ratio);
    drawing(context);
  };
  return canvas;
}
