// Search by name, MMSI, IMO number or call sign; the server looks, the arrow keys choose.

import { get, LIMIT_MS } from "./ask.js";
import { element } from "./bar.js";
import { say } from "./texts.js";
import { unheard } from "./unheard.js";
import { ago, called, mmsi } from "./words.js";

const PAUSE_MS = 200;

export class Search {
  constructor({ time, choose }) {
    Object.assign(this, { time, choose, found: [], at: -1 });
    this.input = document.getElementById("search");
    this.list = document.getElementById("search-list");
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#ask(), PAUSE_MS);
    });
    this.input.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".search-box")) this.#shut();
    });
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && this.found.length) {
      event.preventDefault();
      this.at = (this.at + steps[event.key] + this.found.length) % this.found.length;
      this.#mark();
    } else if (event.key === "Enter" && this.found.length) {
      event.preventDefault();
      this.#take(Math.max(0, this.at));
    } else if (event.key === "Escape") {
      this.#shut();
      this.input.blur();
    }
  }

  async #ask() {
    this.asking?.abort(); // nobody waits for the older question
    this.asking = new AbortController();
    const { signal } = this.asking;
    const words = this.input.value.trim();
    if (words.length < 2) {
      this.#shut();
      return;
    }
    const told = await get(`/api/v1/vessels?q=${encodeURIComponent(words)}`, { signal, limit: LIMIT_MS }).catch(() => null);
    if (signal.aborted || words !== this.input.value.trim()) return;
    this.found = told?.vessels ?? [];
    this.at = -1;
    const none = told
      ? unheard(say("search.none", { words }), "li", "none")
      : element("li", say("search.fault"), "none");
    this.#show(none);
  }

  #show(none) {
    const rows = this.found.map((vessel, place) => {
      const row = element("li");
      const heard = vessel.last_report_ms ? ago(this.time() - vessel.last_report_ms) : say("search.not_placed");
      const ids = [`MMSI ${mmsi(vessel.mmsi)}`, vessel.imo && `IMO ${vessel.imo}`, vessel.call_sign];
      row.append(element("b", called(vessel.name, vessel.mmsi)), element("time", heard));
      row.append(element("span", ids.filter(Boolean).join(" · ")));
      row.id = `found-${place}`;
      row.setAttribute("role", "option");
      row.addEventListener("click", () => this.#take(place));
      return row;
    });
    this.list.replaceChildren(...(rows.length ? rows : [none]));
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  #mark() {
    [...this.list.children].forEach((row, place) => {
      row.setAttribute("aria-selected", String(place === this.at));
    });
    this.input.setAttribute("aria-activedescendant", `found-${this.at}`);
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  #take(place) {
    const vessel = this.found[place];
    this.#shut();
    this.input.blur();
    this.choose(vessel);
  }

  #shut() {
    this.list.hidden = true;
    this.found = [];
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }
}
