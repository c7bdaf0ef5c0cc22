// The panel of the zones: which kinds are drawn, how many there are, and what they are worth.

import { element } from "./bar.js";
import * as theme from "./theme.js";
import { count } from "./words.js";
import { read } from "./zones.js";
import { sample } from "./zonestyle.js";

const ADDRESS = "/api/v1/zones";
const AGAIN_MS = 60000; // a new edition is seen within a minute
const KEPT = "vedetta.zones";
const WORTH = "Indicative shapes, no legal limits. Click the water to read what lies there.";

const byId = (id) => document.getElementById(id);

export class ZonePanel {
  /** `kinds` as maps/live/zones.py names them; `onChange` when its choice changed or zones
   *  came, `alsoWanted()` whether somebody else needs them. */
  constructor({ layer, kinds, alsoWanted = () => false, onChange, onToggle }) {
    Object.assign(this, { layer, kinds, alsoWanted, onChange, onToggle, edition: null, loading: null });
    const known = new Set(kinds.map(({ kind }) => kind));
    remembered().filter((kind) => known.has(kind)).forEach((kind) => layer.shown.add(kind));
    this.rows = kinds.map((kind) => this.#row(kind));
    byId("zones-kinds").replaceChildren(...this.rows.map(({ label }) => label));
    byId("zones-none").addEventListener("click", () => this.#none());
    byId("zones-again").addEventListener("click", () => this.load());
    byId("zones").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.toggle(false);
    });
    theme.onChange(() => this.#restyle());
    setInterval(() => this.#due() && this.load(), AGAIN_MS);
    this.#restyle();
    this.#tell();
    if (this.#due()) this.load();
  }

  get any() {
    return this.layer.shown.size > 0;
  }

  title(kind) {
    return this.kinds.find((known) => known.kind === kind)?.title ?? kind;
  }

  get open() {
    return !byId("zones").hidden;
  }

  close() {
    this.toggle(false);
  }

  toggle(open = !this.open) {
    byId("zones").hidden = !open;
    this.onToggle(open);
    byId("zones-button").setAttribute("aria-expanded", String(open));
    if (open && !this.edition) this.load();
    // By pointer or by key: who opens the panel wants to choose, who closes it goes on.
    (open ? byId("zones").querySelector("input") : byId("zones-button")).focus({ preventScroll: true });
  }

  #due() {
    return !document.hidden && (this.any || this.alsoWanted() || !byId("zones").hidden);
  }

  #row({ kind, title }) {
    const label = element("label", "", "zone-row");
    const [box, figure, line] = [element("input"), element("b", "–"), sample(kind)];
    box.type = "checkbox";
    box.checked = this.layer.shown.has(kind);
    box.addEventListener("change", () => {
      this.layer.shown[box.checked ? "add" : "delete"](kind);
      this.#changed();
    });
    label.append(box, line, element("span", title), figure);
    return { kind, label, box, figure, line };
  }

  #none() {
    this.layer.shown.clear();
    this.rows.forEach(({ box }) => { box.checked = false; });
    this.#changed();
    this.rows[0].box.focus();
  }

  #changed() {
    remember([...this.layer.shown]);
    this.#tell();
    this.layer.redraw();
    this.onChange();
    if (this.any && !this.edition) this.load();
  }

  /** Say on the button too that something is drawn while the panel is closed. */
  #tell() {
    const { size } = this.layer.shown;
    byId("zones-none").hidden = size === 0;
    byId("zones-button").classList.toggle("marked", size > 0);
    const said = size ? `Layers: ${size} ${size === 1 ? "kind" : "kinds"} of zones shown` : "Layers";
    byId("zones-button").setAttribute("aria-label", said);
  }

  /** Fetch the zones; the browser's cache asks with the edition's tag, so mostly nothing comes. */
  async load(ifWanted = false) {
    if (this.loading || (ifWanted && (this.edition || !this.#due()))) return;
    if (!this.edition) this.#say("Loading zones…");
    try {
      this.loading = fetch(ADDRESS);
      const answer = await this.loading;
      const said = await answer.json();
      if (!answer.ok) throw new Error(said.error ?? `the server answered ${answer.status}`);
      if (answer.headers.get("etag") !== this.edition) this.#take(said);
      this.edition = answer.headers.get("etag");
      this.#say(WORTH);
    } catch (error) {
      const old = this.edition ? "The zones shown may be old" : "Zones not loaded";
      this.#say(`${old}: ${error.message}`, true);
    } finally {
      this.loading = null;
    }
  }

  #say(text, failed = false) {
    if (byId("zones-said").textContent !== text) byId("zones-said").textContent = text;
    byId("zones-again").hidden = !failed;
  }

  #take(said) {
    this.layer.zones = read(said);
    for (const { kind, figure, label } of this.rows) {
      const n = this.layer.zones.filter((zone) => zone.kind === kind).length;
      figure.textContent = n ? count(n) : "none";
      label.classList.toggle("empty", n === 0);
    }
    const edition = said.version === null ? "as delivered" : `edition ${said.version}`;
    byId("zones-edition").textContent = `${count(this.layer.zones.length)} zones, ${edition}`;
    this.layer.redraw();
    this.onChange();
  }

  /** For an address: the kinds that are drawn. */
  written() {
    return this.any ? { zones: [...this.layer.shown].join(",") } : {};
  }

  read({ zones }) {
    if (zones === undefined) return;
    const wanted = zones.split(",");
    this.layer.shown.clear();
    for (const { kind, box } of this.rows) {
      box.checked = wanted.includes(kind);
      if (box.checked) this.layer.shown.add(kind);
    }
    this.#tell();
    this.layer.redraw();
    if (this.#due() && !this.edition) this.load();
  }

  #restyle() {
    this.rows.forEach(({ line }) => line.redraw());
  }
}

function remember(kinds) {
  try {
    localStorage.setItem(KEPT, kinds.join(" "));
  } catch {
    // A locked-down browser keeps no settings: the choice then holds for this visit.
  }
}

function remembered() {
  try {
    return (localStorage.getItem(KEPT) ?? "").split(" ");
  } catch {
    return [];
  }
}
