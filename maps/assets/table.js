// The map as a table: the ships in view, sorted, for keyboards and screen readers. It holds still
// while somebody points at it or moves in it.

import { element } from "./bar.js";
import { midOf } from "./flags.js";
import { NO_SPEED } from "./fleet.js";
import { many, say } from "./texts.js";
import { fill } from "./unheard.js";
import { ago, angle, mmsi, speed } from "./words.js";

const MOST = 300; // rows: more nobody reads, and each costs
const EVERY_MS = 2000;

const byId = (id) => document.getElementById(id);
const text = (one, other) => String(one).localeCompare(String(other));
const number = (one, other) => (one ?? -1) - (other ?? -1);

/** Title, value to sort by, words in the cell. */
const COLUMNS = [
  { title: say("table.name"), order: text, value: (t, s) => t.fleet.called(s) },
  { title: "MMSI", order: number, value: (t, s) => t.fleet.mmsi[s], words: mmsi },
  { title: say("table.class"), order: text, value: (t, s) => t.classes[t.fleet.kind[s]].title },
  { title: say("table.flag"), order: text, value: (t, s) => t.flags[midOf(t.fleet.mmsi[s])] ?? say("common.not_known") },
  {
    title: say("ship.speed"), order: number, words: (v) => (v === null ? say("common.not_sent") : speed(v)),
    value: (t, s) => (t.fleet.speed[s] === NO_SPEED ? null : t.fleet.speed[s]),
  },
  { title: say("ship.course"), order: number, value: (t, s) => t.fleet.course[s], words: angle },
  { title: say("table.length"), order: number, value: (t, s) => t.fleet.length(s) || null, words: (v) => (v ? `${v} m` : say("common.not_sent")) },
  { title: say("ship.destination"), order: text, value: (t, s) => t.fleet.destination[s], words: (v) => v || say("common.not_sent") },
  { title: say("ship.heard"), order: number, value: (t, s) => Math.max(0, t.fleet.now - t.fleet.heard[s]), words: ago },
  { title: say("table.concern"), order: text, value: (t, s) => t.layer.concern.words(t.fleet.mmsi[s]) },
];

export class Table {
  /** `choose(key)` opens a ship. */
  constructor({ map, fleet, layer, classes, flags, choose, onToggle }) {
    Object.assign(this, { map, fleet, layer, classes, flags, choose, onToggle });
    Object.assign(this, { by: 0, down: false, rows: [], told: 0 });
    this.#head();
    byId("table-close").addEventListener("click", () => this.close());
    byId("table").addEventListener("keydown", (event) => this.#key(event));
    map.on("moveend", () => this.update(true));
    layer.filter.onChange(() => this.update(true));
  }

  get open() {
    return !byId("table").hidden;
  }

  close() {
    this.toggle(false);
  }

  toggle(open = !this.open) {
    if (open === this.open) return;
    byId("table").hidden = !open;
    byId("table-button").setAttribute("aria-pressed", String(open));
    this.onToggle();
    if (open) this.update(true);
    else {
      byId("table-rows").replaceChildren();
      this.rows = [];
    }
    byId(open ? "table-title" : "table-button").focus({ preventScroll: true });
  }

  /** Whether somebody is at it, so that no row may move. */
  get held() {
    const body = byId("table-rows");
    return body.matches(":hover") || body.contains(document.activeElement);
  }

  /** After a frame; at once with `now`. */
  update(now = false) {
    if (!this.open || document.hidden) return;
    if (!now && performance.now() - this.told < EVERY_MS) return;
    this.told = performance.now();
    byId("table-held").hidden = !this.held;
    if (!this.held) this.#order();
    this.#write();
  }

  #order() {
    const bounds = this.map.getBounds();
    const { fleet } = this;
    const inView = (slot) => bounds.contains([fleet.lat[slot], fleet.lon[slot]]);
    const keys = this.layer.shown(inView, (slot) => this.layer.concerns(slot));
    const { order, value } = COLUMNS[this.by];
    const valued = keys.map((key) => {
      const slot = fleet.slots.get(key);
      return [value(this, slot), key, this.#weight(slot)];
    });
    valued.sort(([one, a, first], [other, b, then]) => then - first || (this.down ? -1 : 1) * order(one, other) || a - b);
    this.total = keys.length;
    this.keys = valued.slice(0, MOST).map(([, key]) => key);
    this.#resize(this.keys.length);
    this.rows.forEach((row, place) => { row.key = this.keys[place]; });
    const said = [
      many("table.in_view", this.total), this.total > MOST && say("table.first", { most: MOST }),
      valued[0]?.[2] > 0 && say("table.on_top"),
    ].filter(Boolean).join("; ");
    if (byId("table-count").textContent !== said) byId("table-count").textContent = said;
    fill(byId("table-none"), this.total ? "" : say("table.none"));
  }

  /** Whatever is sorted by: a vessel in a rescue is not left out, nor one that is listed or in an alert. */
  #weight(slot) {
    if (this.layer.gravest(slot)) return 2;
    return this.layer.concerns(slot) ? 1 : 0;
  }

  #resize(wanted) {
    while (this.rows.length > wanted) this.rows.pop().line.remove();
    while (this.rows.length < wanted) {
      const row = { line: element("tr"), cells: [] };
      row.button = element("button");
      row.button.type = "button";
      row.button.addEventListener("click", () => this.choose(row.key));
      COLUMNS.forEach((_, place) => {
        const cell = element(place ? "td" : "th");
        if (!place) {
          cell.scope = "row";
          cell.append(row.button);
        }
        row.cells.push(place ? cell : row.button);
        row.line.append(cell);
      });
      this.rows.push(row);
      byId("table-rows").append(row.line);
    }
  }

  #write() {
    for (const { key, cells, line } of this.rows) {
      const slot = this.fleet.slots.get(key);
      line.classList.toggle("gone", slot === undefined);
      line.classList.toggle("chosen", key === this.layer.selected);
      if (slot === undefined) continue;
      COLUMNS.forEach(({ value, words }, place) => {
        const raw = value(this, slot);
        const said = String(words ? words(raw) : raw);
        if (cells[place].textContent !== said) cells[place].textContent = said;
      });
    }
  }

  #head() {
    this.heads = COLUMNS.map(({ title }, place) => {
      const [head, button] = [element("th"), element("button", title)];
      head.scope = "col";
      button.type = "button";
      button.addEventListener("click", () => this.#sort(place));
      head.append(button);
      return head;
    });
    byId("table-heads").replaceChildren(...this.heads);
    this.#mark();
  }

  #sort(place) {
    this.down = this.by === place ? !this.down : false;
    this.by = place;
    this.#mark();
    this.#order();
    this.#write();
  }

  #mark() {
    this.heads.forEach((head, place) => {
      if (place === this.by) head.setAttribute("aria-sort", this.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }

  #key(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const at = this.rows.findIndex(({ button }) => button === document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    this.rows[at + step]?.button.focus();
  }
}
