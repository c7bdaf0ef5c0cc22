// Draw a zone on the live map, or change one: by pointer, by keys, by typed coordinates.

import { within } from "./ask.js";
import { element } from "./bar.js";
import { exactly, milesBetween, place } from "./degrees.js";
import { proof } from "./me.js";
import { many, say } from "./texts.js";
import { act, field, Panel, row, send } from "./toolpanel.js";
import { Handles } from "./zonehandles.js";
import { circle, rectangle, Sketch } from "./zonesketch.js";

const LEGAL = ["operational", "indicative", "official"];
const WAYS = [
  ["polygon", say("drawing.polygon"), say("drawing.polygon_how")],
  ["rectangle", say("drawing.rectangle"), say("drawing.rectangle_how")],
  ["circle", say("drawing.circle"), say("drawing.circle_how")],
];

class Drawing {
  constructor(map, { zones, close }, known) {
    Object.assign(this, { map, zones, known, way: "polygon", first: null });
    this.sketch = new Sketch(() => this.show());
    this.sketch.onMove = () => this.tell();
    this.handles = new Handles(map, this.sketch);
    const title = known ? say("drawing.title_change", { name: known.properties.name || known.id }) : say("drawing.title");
    this.panel = new Panel(map, title, {
      onClick: (at) => this.clicked(at),
      onClose: (touched) => { this.handles.remove(); document.removeEventListener("keydown", this.keys, true); close(touched); },
    });
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys, true);
    this.fill();
    if (known) this.sketch.begin(Sketch.partsOf(known.geometry), known.properties.details?.circle ?? "");
    else this.show();
  }

  /** Show again what was begun. */
  again() {
    this.handles = new Handles(this.map, this.sketch);
    document.addEventListener("keydown", this.keys, true);
    this.panel.open();
    this.panel.say(say("common.draft"));
    this.show();
  }

  fill() {
    this.ways = WAYS.map(([way, word]) => act(word, () => this.choose(way)));
    this.radius = field("radius", say("drawing.radius"), { type: "number", min: "0.05", max: "300", step: "any", value: "5" });
    this.radius.input.addEventListener("change", () => this.round());
    this.hint = element("p", "", "hand-hint");
    this.undo = act(say("drawing.undo"), () => this.sketch.undo());
    this.redo = act(say("drawing.redo"), () => this.sketch.redo());
    this.undo.title = "Ctrl+Z";
    this.redo.title = "Ctrl+Y";
    const clear = act(say("drawing.clear"), () => this.sketch.step((s) => { s.parts = [[[]]]; }));
    this.figures = element("p", "", "hand-figures");
    this.fault = element("p", "", "hand-fault");
    this.fault.setAttribute("role", "status");
    this.typed = field("coordinates", say("drawing.coordinates"), { rows: 5, spellcheck: false, placeholder: "36°12.4′N 014°33.1′E" });
    const typing = element("details");
    typing.append(element("summary", say("drawing.type")), this.typed.box, act(say("drawing.use"), () => this.take()));
    this.panel.body.append(
      row(...this.ways), this.radius.box, this.hint, row(this.undo, this.redo, clear),
      this.figures, this.fault, typing, ...this.fields(), this.panel.said,
    );
    this.save = element("button", say(this.known ? "drawing.save_change" : "drawing.save"), "hand-main");
    this.panel.body.append(this.save, this.panel.cancel());
    this.panel.body.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.choose("polygon");
  }

  fields() {
    const was = this.known?.properties ?? {};
    const moment = (text) => (text ?? "").slice(0, 16);
    const kinds = this.zones.kinds.map(({ kind, title }) => [kind, title]);
    this.form = {
      name: field("name", say("drawing.name"), { maxLength: 120, required: true, value: was.name ?? "" }),
      kind: field("kind", say("drawing.kind"), { options: kinds, value: was.kind ?? "custom", hint: say("drawing.kind_hint") }),
      legal_status: field("legal_status", say("drawing.legal"), { options: LEGAL.map((one) => [one, one]), value: was.legal_status ?? "operational" }),
      valid_from: field("valid_from", say("drawing.from"), { type: "datetime-local", value: moment(was.valid_from) }),
      valid_until: field("valid_until", say("drawing.until"), { type: "datetime-local", value: moment(was.valid_until) }),
      leave_m: field("leave_m", say("drawing.leave"), { type: "number", min: "0", max: "20000", step: "50", value: String(was.leave_m ?? 500) }),
      note: field("note", say("drawing.note"), { maxLength: 300, value: was.details?.note ?? "" }),
      why: field("why", say(this.known ? "drawing.why_changed" : "drawing.why_drawn"), { maxLength: 500, required: true, value: "" }),
    };
    const { name, kind, legal_status: legal, valid_from: from, valid_until: until, leave_m: leave, note, why } = this.form;
    const more = element("details");
    more.append(element("summary", say("drawing.more")), from.box, until.box, leave.box, note.box);
    more.open = Boolean(was.valid_from || was.valid_until || was.details?.note);
    return [name.box, row(kind.box, legal.box), more, why.box];
  }

  choose(way) {
    Object.assign(this, { way, first: null });
    WAYS.forEach(([one, , words], at) => {
      this.ways[at].setAttribute("aria-pressed", String(one === way));
      if (one === way) this.hint.textContent = words;
    });
    this.radius.box.hidden = way !== "circle";
  }

  clicked(at) {
    if (this.way === "polygon") {
      this.sketch.step(({ parts }) => parts.at(-1)[0].push(at));
    } else if (!this.first) {
      this.first = at;
      if (this.way === "circle") this.round();
      else this.sketch.step((s) => { s.parts = [[[at]]]; });
    } else if (this.way === "rectangle") {
      this.sketch.step((s) => { s.parts = [[rectangle(this.first, at)]]; });
      this.choose("polygon");
    } else {
      this.radius.input.value = milesBetween(this.first, at).toFixed(2);
      this.round();
      this.choose("polygon");
    }
  }

  /** Make the circle round the first click with the radius that stands in the field. */
  round() {
    const nm = Number(this.radius.input.value);
    if (!this.first || !(nm > 0 && nm <= 300)) return;
    const said = `${nm} nm round ${exactly(this.first)}`;
    this.sketch.step((s) => { s.parts = [[circle(this.first, nm)]]; }, { circle: said });
  }

  take() {
    const lines = this.typed.input.value.split("\n").filter((line) => line.trim());
    const read = lines.map(place);
    const wrong = read.indexOf(null);
    if (wrong >= 0) {
      this.panel.say(say("drawing.bad_line", { n: wrong + 1, line: lines[wrong].slice(0, 40) }), "bad");
      return;
    }
    this.panel.say("");
    this.sketch.step((s) => { s.parts = [[read]]; });
    if (read.length) this.map.fitBounds(read, { maxZoom: Math.max(this.map.getZoom(), 9), padding: [60, 60], animate: false });
  }

  key(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (event.target.closest("input, textarea")) return; // their own undo
    const key = event.key.toLowerCase();
    const turn = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : null;
    if (!turn) return;
    event.preventDefault();
    event.stopPropagation();
    this.sketch[turn]();
  }

  tell() {
    const { sketch } = this;
    const fault = sketch.fault();
    const area = sketch.rings.every((ring) => ring.length > 2) && sketch.count ? sketch.area : 0;
    const size = area ? ` · ${area.toLocaleString("en-GB", { maximumFractionDigits: area < 10 ? 2 : 0 })} nm²` : "";
    const said = sketch.circle ? ` · ${say("drawing.is_circle", { radius: sketch.circle.split(" round")[0] })}` : "";
    this.figures.textContent = `${many("drawing.vertices", sketch.count)}${size}${said}`;
    this.fault.textContent = fault?.text ?? "";
    this.fault.classList.toggle("bad", Boolean(fault && !fault.early));
    return fault;
  }

  show() {
    const fault = this.tell();
    this.handles.refresh(null, fault?.at ?? null);
    if (this.sketch.past.length) this.panel.touched = true;
    this.undo.disabled = !this.sketch.past.length;
    this.redo.disabled = !this.sketch.future.length;
    const several = this.sketch.rings.length > 1;
    this.typed.input.disabled = several;
    this.typed.input.value = several
      ? say("drawing.several")
      : this.sketch.rings[0].map(exactly).join("\n");
  }

  async send() {
    const fault = this.sketch.fault();
    const value = (name) => this.form[name].input.value.trim();
    const missing = ["name", "why"].find((name) => !value(name));
    if (fault || missing) {
      this.panel.say(fault?.text ?? say(missing === "name" ? "drawing.name_wanted" : "drawing.why_wanted"), "bad");
      if (missing) this.form[missing].input.focus();
      return;
    }
    const said = { geometry: this.sketch.geometry(), circle: this.sketch.circle };
    for (const name of Object.keys(this.form)) said[name] = value(name);
    if (this.known) Object.assign(said, { id: this.known.id, version: this.known.version });
    this.save.disabled = true;
    try {
      this.saved(await send("/api/v1/zones", said, await proof()));
    } catch (error) {
      this.panel.say(say("drawing.not_saved", { why: error.message }), "bad");
    } finally {
      this.save.disabled = false;
    }
  }

  saved({ id, edition, done }) {
    this.panel.done();
    const shown = this.zones.rows.find(({ kind }) => kind === this.form.kind.input.value)?.box;
    if (shown && !shown.checked) shown.click();
    this.zones.load();
    this.handles.rest(); // it stays to be seen until the panel closes
    const link = element("a", say("drawing.page"));
    link.href = `/zones/${id}`;
    const said = element("p", done === "unchanged" ? say("drawing.unchanged") : `${say("drawing.saved", { edition })} `);
    said.setAttribute("role", "status");
    said.append(link);
    this.panel.onClick = () => {};
    this.panel.body.replaceChildren(said, act(say("common.close"), () => this.panel.close(), "hand-main"));
    this.panel.body.querySelector("button").focus();
  }

  close() {
    this.panel.close();
  }
}

/** Open the tool: for a new zone, or for the zone whose id is asked for. */
export async function start(map, parts) {
  const { asked } = parts;
  let known = null;
  if (asked && asked !== "new") {
    const answer = await within(`/api/v1/zones/${encodeURIComponent(asked)}`);
    known = answer.ok ? await answer.json() : null;
    if (known && known.version === null) known = null; // comes along: only a file takes its place
  }
  const drawing = new Drawing(map, parts, known);
  if (asked && asked !== "new" && !known) {
    drawing.panel.say(say("drawing.not_here"), "bad");
  }
  window.vedetta.drawing = drawing; // for tests
  return drawing;
}
