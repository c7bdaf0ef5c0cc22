// How far ahead the speed vectors look: off, 6, 12 or 30 minutes.

import { say } from "./texts.js";

export const VECTORS = [0, 6, 12, 30];
const FIRST = 6;

const byId = (id) => document.getElementById(id);
const words = (minutes) => (minutes ? say("vectors.ahead", { minutes }) : say("vectors.off"));

export class Vectors {
  /** `onChange()` when somebody chose another. */
  constructor(layer, onChange) {
    Object.assign(this, { layer, onChange });
    byId("layer-ahead").addEventListener("change", ({ target }) => {
      this.set(Number(target.value));
      onChange();
    });
    this.set(layer.vectorMinutes);
  }

  /** Minutes; what is none of VECTORS is passed over. */
  set(minutes) {
    if (!VECTORS.includes(minutes)) return;
    this.layer.vectorMinutes = minutes;
    byId("vectors-text").textContent = minutes ? `${minutes}′` : say("vectors.off_short");
    byId("vectors").setAttribute("aria-label", words(minutes));
    byId("layer-ahead").value = String(minutes);
    byId("vectors").title = `${words(minutes)} ( V )`;
    this.layer.redraw();
  }

  next() {
    this.set(VECTORS[(VECTORS.indexOf(this.layer.vectorMinutes) + 1) % VECTORS.length]);
    this.onChange();
  }

  written() {
    const { vectorMinutes } = this.layer;
    return vectorMinutes === FIRST ? {} : { ahead: String(vectorMinutes) };
  }

  read({ ahead }) {
    if (ahead !== undefined) this.set(Number(ahead));
  }
}
