// A panel of a tool on the map: heading, close button, fields; and clicks on the water for the tool.

import { PATIENCE_MS, unsure, within } from "./ask.js";
import { element } from "./bar.js";
import { say } from "./texts.js";

const L = window.L;

let ids = 0;
let renderer = null;

/** One canvas for what tools draw: the page's own rules for pictures shrink Leaflet's SVG. */
export function ink() {
  renderer ??= L.canvas({ padding: 0.5 });
  return renderer;
}

/** A labelled field; `options` make it a choice of [value, word], `rows` a text of several lines. */
export function field(name, label, { options, rows, hint, ...said } = {}) {
  const box = element("div", "", "hand-field");
  ids += 1;
  const id = `hand-${name}-${ids}`;
  const title = element("label", label);
  title.htmlFor = id;
  const input = element(options ? "select" : rows ? "textarea" : "input");
  Object.assign(input, { id, name, ...(rows ? { rows } : {}), ...said });
  for (const [value, word] of options ?? []) {
    const choice = element("option", word);
    choice.value = value;
    input.append(choice);
  }
  if (said.value !== undefined) input.value = said.value;
  box.append(title, input);
  if (hint) box.append(element("small", hint));
  return { box, input };
}

export function act(word, deed, className = "") {
  const button = element("button", word, className);
  button.type = "button";
  button.addEventListener("click", deed);
  return button;
}

export function row(...nodes) {
  const box = element("div", "", "hand-row");
  box.append(...nodes);
  return box;
}

export class Panel {
  /**
   * A panel over the map with `title`; `onClick` for [lat, lon]. It goes with `onClose(touched)`:
   * what was begun in it stays in it, until it is sent or thrown away, and `open` shows it again.
   */
  constructor(map, title, { onClose, onClick }) {
    Object.assign(this, { map, onClose, onClick, touched: false, typed: false });
    this.node = element("aside", "", "float hand-panel");
    this.node.setAttribute("aria-label", title);
    const head = element("header");
    this.title = element("h2", title);
    this.title.tabIndex = -1;
    const close = act(say("common.close"), () => this.close(), "hand-close");
    close.title = say("common.close_key");
    head.append(this.title, close);
    this.body = element("form");
    this.body.noValidate = true;
    this.said = element("p", "", "hand-said");
    this.said.setAttribute("role", "status");
    this.body.addEventListener("input", () => { this.touched = this.typed = true; });
    this.node.append(head, this.body);
    this.sea = map.getContainer().parentElement;
    this.click = (event) => this.#clicked(event);
    this.key = (event) => this.#key(event);
    this.down = (event) => { this.from = [event.clientX, event.clientY]; };
    this.open();
  }

  open() {
    this.sea.append(this.node);
    this.map.getContainer().classList.add("hand-drawing");
    this.sea.addEventListener("pointerdown", this.down, true);
    this.sea.addEventListener("click", this.click, true);
    document.addEventListener("keydown", this.key, true);
    this.title.focus({ preventScroll: true });
  }

  /** Esc closes it; where something was typed it only leaves the field. */
  #key(event) {
    const mine = this.node.contains(document.activeElement);
    if (event.key !== "Escape" || (this.typed && !mine)) return;
    event.stopPropagation();
    if (this.typed) this.title.focus({ preventScroll: true });
    else this.close();
  }

  /** Before Leaflet hears of it: a click while a tool is open selects no ship. */
  #clicked(event) {
    if (!event.target.closest(".leaflet-container") || event.target.closest(".leaflet-marker-icon")) return;
    event.stopPropagation();
    const [x, y] = this.from ?? [event.clientX, event.clientY];
    if (Math.hypot(event.clientX - x, event.clientY - y) > 5) return; // the map was dragged
    const { lat, lng } = this.map.mouseEventToLatLng(event).wrap();
    this.onClick([lat, lng]);
  }

  say(text, tone = "") {
    this.said.textContent = text;
    this.said.className = `hand-said ${tone}`;
  }

  close() {
    this.sea.removeEventListener("pointerdown", this.down, true);
    this.sea.removeEventListener("click", this.click, true);
    document.removeEventListener("keydown", this.key, true);
    this.map.getContainer().classList.remove("hand-drawing");
    this.node.remove();
    this.onClose(this.touched);
  }

  /** What was begun is sent, or nobody wants it. */
  done() {
    this.touched = this.typed = false;
  }

  /** The button that throws away what was begun. */
  cancel() {
    return act(say("common.cancel"), () => {
      this.done();
      this.close();
    });
  }
}

/** Send what was filled in; gives what the server answered, or throws its sentence. */
export async function send(path, said, headers) {
  const answer = await within(path, {
    method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(said),
  }, PATIENCE_MS).catch((error) => {
    throw new Error(unsure(error, PATIENCE_MS));
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? say("common.answered", { status: answer.status }));
  return told;
}
