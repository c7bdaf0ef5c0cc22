// The panel of the zones: which kinds are drawn, how many there are, and what they are worth. In a
// replay they are those of the edition that was in force then.

import { PATIENCE_MS, why, within } from "./ask.js";
import { element } from "./bar.js";
import { many, say } from "./texts.js";
import * as theme from "./theme.js";
import { count } from "./words.js";
import { ZoneChoice } from "./zonechoice.js";
import { ZoneLeaves } from "./zoneleaves.js";
import { read } from "./zones.js";
import { sample } from "./zonestyle.js";

const ADDRESS = "/api/v1/zones";
const PAST = "/api/v1/replay/zones";
const NOTHING = { zones: [], version: undefined, edition: null };
const AGAIN_MS = 60000; // a new edition is seen within a minute

const byId = (id) => document.getElementById(id);

export class ZonePanel {
  /** `kinds` as maps/live/zones.py names them; `onChange` when its choice changed or zones
   *  came, `alsoWanted()` whether somebody else needs them, `go(corners)` shows a part of the map,
   *  `onThen()` when those of another time are shown. */
  constructor({ layer, kinds, alsoWanted = () => false, onChange, onToggle, go, onThen = () => {} }) {
    Object.assign(this, { layer, kinds, alsoWanted, onChange, onToggle, go, onThen, edition: null, loading: null });
    Object.assign(this, { past: undefined, version: undefined, turns: [], turned: 0 });
    this.choice = layer.choice = new ZoneChoice(kinds.map(({ kind }) => kind));
    layer.shown = this.choice.shown;
    this.rows = kinds.map((kind) => this.#row(kind));
    byId("zones-kinds").replaceChildren(...this.rows.flatMap(({ head, leaves }) => [head, leaves.box]));
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
    return this.choice.any;
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
    box.addEventListener("change", () => {
      this.choice.setKind(kind, box.checked, this.#of(kind));
      this.#changed();
    });
    label.append(box, line, element("span", title), figure);
    const leaves = new ZoneLeaves({
      kind, title, choice: this.choice, zones: () => this.#of(kind), changed: () => this.#changed(), go: this.go,
    });
    const head = element("div", "", "zone-head");
    head.append(leaves.button, label);
    return { kind, head, label, box, figure, line, leaves };
  }

  #of(kind) {
    return this.layer.zones.filter((zone) => zone.kind === kind);
  }

  /** The boxes say what is drawn: of some zones of a kind only, neither on nor off. */
  #mark() {
    for (const { kind, box, leaves } of this.rows) {
      const zones = this.#of(kind);
      const drawn = zones.filter((zone) => this.choice.draws(zone)).length;
      box.checked = zones.length ? drawn === zones.length : this.choice.shown.has(kind);
      box.indeterminate = drawn > 0 && drawn < zones.length;
      leaves.mark();
    }
  }

  #none() {
    this.choice.clear();
    this.#changed();
    this.rows[0].box.focus();
  }

  #changed() {
    this.#tell();
    this.layer.redraw();
    this.onChange();
    if (this.any && !this.edition) this.load();
  }

  /** Say on the button too that something is drawn while the panel is closed. */
  #tell() {
    this.#mark();
    const { shown: { size }, only } = this.choice;
    byId("zones-none").hidden = !this.any;
    byId("zones-button").classList.toggle("marked", this.any);
    const parts = [size && many("layer.kinds", size), only.size && many("layer.singles", only.size)];
    const [one, other] = parts.filter(Boolean);
    const what = other ? say("layer.and", { one, other }) : one;
    const said = this.any ? say("layer.title_shown", { what }) : say("layer.title");
    byId("zones-button").setAttribute("aria-label", said);
  }

  /**
   * Show the zones of then: `{version, kept}` of an edition, null while that is not known yet; or,
   * undefined, those of now.
   */
  then(edition) {
    if (edition === this.past || (edition && edition.version === this.past?.version)) return;
    const { zones } = this.layer;
    if (this.past === undefined) this.now = { zones, version: this.version, edition: this.edition, count: this.all };
    this.past = edition;
    this.loading = null; // what still comes is of another time
    const same = edition === undefined || (edition && (this.now.version ?? 0) === edition.version && this.now.edition);
    this.#show(same ? this.now : NOTHING);
    this.onThen();
    if (edition === null) this.#say(say("layer.loading"));
    else if (edition?.kept === false) this.#say(say("layer.not_kept"));
    else if (this.edition) this.#say(say("layer.worth"));
    else if (this.#due()) this.load();
  }

  /** In a replay: zones that begin or end as time goes on come and leave. */
  tick(at) {
    const turned = this.turns.filter((turn) => turn <= at).length;
    if (turned !== this.turned) this.layer.redraw();
    this.turned = turned;
  }

  /** Whether it can be asked what lies at a place. */
  get answers() {
    return this.past === undefined || Boolean(this.past && this.edition);
  }

  /** Where to ask what lies at a place. */
  address({ lat, lng }) {
    const place = `lon=${lng.toFixed(5)}&lat=${lat.toFixed(5)}`;
    if (this.past === undefined) return `${ADDRESS}/at?${place}`;
    return `${PAST}/${this.past.version}/at?${place}&at=${Math.floor(this.layer.time())}`;
  }

  /** Fetch the zones; the browser's cache asks with the edition's tag, so mostly nothing comes. */
  async load(ifWanted = false) {
    const { past } = this;
    if (past === null || past?.kept === false || (past && this.edition)) return;
    if (this.loading || (ifWanted && (this.edition || !this.#due()))) return;
    if (!this.edition) this.#say(say("layer.loading"));
    const loading = (this.loading = within(past ? `${PAST}/${past.version}` : ADDRESS, {}, PATIENCE_MS));
    try {
      const answer = await loading;
      const said = await answer.json();
      if (this.loading !== loading) return;
      if (!answer.ok) throw new Error(said.error ?? say("common.answered", { status: answer.status }));
      const edition = answer.headers.get("etag");
      if (edition !== this.edition) this.#show({ zones: read(said), version: said.version, edition, count: said.count });
      this.#say(say("layer.worth"));
    } catch (error) {
      if (this.loading === loading) this.#say(say(this.edition ? "layer.old" : "layer.not_loaded", { why: why(error, PATIENCE_MS) }), true);
    } finally {
      if (this.loading === loading) this.loading = null;
    }
  }

  #say(text, failed = false) {
    if (byId("zones-said").textContent !== text) byId("zones-said").textContent = text;
    byId("zones-again").hidden = !failed;
  }

  /** `version` null: as delivered; undefined: nothing is loaded. */
  #show({ zones, version, edition, count: all = zones.length }) {
    this.layer.zones = zones;
    Object.assign(this, { version, edition, all });
    this.turns = zones.flatMap(({ from, until }) => [from, until]).filter(Number.isFinite);
    for (const { kind, figure, label, leaves } of this.rows) {
      const n = this.#of(kind).length;
      leaves.fill();
      figure.textContent = n ? count(n) : edition ? say("common.none") : "–";
      label.classList.toggle("empty", n === 0);
    }
    const key = version === null ? "layer.delivered" : "layer.edition";
    byId("zones-edition").textContent = edition ? many(key, all, { version }) : "";
    this.#mark();
    this.layer.redraw();
    this.onChange();
  }

  /** For an address: the kinds that are drawn, and the single zones. */
  written() {
    return this.choice.written();
  }

  read(said) {
    if (said.zones === undefined) return;
    this.choice.read(said, this.kinds.map(({ kind }) => kind));
    this.#tell();
    this.layer.redraw();
    if (this.#due() && !this.edition) this.load();
  }

  #restyle() {
    this.rows.forEach(({ line }) => line.redraw());
  }
}
