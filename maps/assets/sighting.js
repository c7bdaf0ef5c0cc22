// Enter a sighting: a place by click, by coordinates or from a named place; who is near, at once.

import { get, LIMIT_MS } from "./ask.js";
import { element } from "./bar.js";
import { ahead, exactly, place } from "./degrees.js";
import { proof } from "./me.js";
import { say } from "./texts.js";
import { act, field, ink, Panel, row, send } from "./toolpanel.js";
import { colour } from "./theme.js";
import { unheard } from "./unheard.js";
import { called, miles, mmsi as digits, moment, span } from "./words.js";

const L = window.L;
const NM_M = 1852;
const FEW = 3; // while the form is filled in; all of them once it is entered
const KINDS = [
  ["call", say("sighting.call")], ["aircraft", say("sighting.aircraft")], ["ngo", say("sighting.ngo")],
  ["navy", say("sighting.navy")], ["other", say("sighting.other")],
];
const SOURCES = [
  ["X", say("sighting.source_X")], ["A", say("sighting.source_A")], ["B", say("sighting.source_B")], ["C", say("sighting.source_C")],
];
const INFO = [
  ["4", say("sighting.info_4")], ["1", say("sighting.info_1")], ["2", say("sighting.info_2")], ["3", say("sighting.info_3")],
];

/** As a field for times writes it, to the minute, in UTC. */
const minute = (ms) => new Date(ms).toISOString().slice(0, 16);

class Sighting {
  constructor(map, { close, time }) {
    Object.assign(this, { map, time, at: null, asked: 0 });
    this.layer = L.layerGroup().addTo(map);
    this.panel = new Panel(map, say("sighting.title"), {
      onClick: (at) => this.put(at),
      onClose: (touched) => { this.layer.remove(); close(touched); },
    });
    this.fill();
  }

  /** Show again what was begun. */
  again() {
    this.layer.addTo(this.map);
    this.panel.open();
    this.panel.say(say("common.draft"));
    this.seen();
    this.known();
  }

  /** The time that nobody typed is now; one that somebody did has an age by now. */
  seen() {
    const { input } = this.form.time;
    if (input.value === this.filled) input.value = this.filled = minute(this.time());
    const age = this.time() - Date.parse(`${input.value}Z`);
    const old = input.value !== this.filled && age > 0;
    this.aged.textContent = old ? say("sighting.aged", { time: moment(this.time() - age, this.time()), age: span(age) }) : "";
  }

  fill() {
    this.filled = minute(this.time());
    const f = {
      place: field("place", say("sighting.where"), { placeholder: "36°12.4′N 014°33.1′E", required: true, autocomplete: "off", hint: say("sighting.where_hint") }),
      time: field("time", say("sighting.seen_at"), { type: "datetime-local", value: this.filled }),
      error_nm: field("error_nm", say("sighting.within"), { type: "number", min: "0", max: "200", step: "any", value: "2" }),
      description: field("description", say("sighting.what"), { rows: 2, maxLength: 500, required: true }),
      persons: field("persons", say("sighting.persons"), { type: "number", min: "0", max: "10000" }),
      kind: field("kind", say("sighting.teller"), { options: KINDS }),
      source_grade: field("source_grade", say("sighting.source"), { options: SOURCES }),
      info_grade: field("info_grade", say("sighting.info"), { options: INFO }),
      same_as: field("same_as", say("sighting.same_as"), { options: [["", say("sighting.new_contact")]] }),
      why: field("why", say("sighting.why"), { maxLength: 500, required: true, placeholder: say("sighting.why_example") }),
    };
    this.form = f;
    this.aged = element("small");
    this.aged.setAttribute("role", "status");
    f.time.box.append(this.aged);
    f.time.input.addEventListener("input", () => { this.aged.textContent = ""; });
    f.place.input.addEventListener("change", () => this.typed());
    f.error_nm.input.addEventListener("change", () => this.show());
    this.near = element("div");
    this.near.setAttribute("aria-live", "polite");
    const save = element("button", say("sighting.save"), "hand-main");
    this.save = save;
    this.panel.body.append(
      f.place.box, this.reckoning(), this.near, f.time.box, f.description.box,
      row(f.error_nm.box, f.persons.box), f.kind.box, row(f.source_grade.box, f.info_grade.box), f.same_as.box,
      f.why.box, this.panel.said, save, this.panel.cancel(),
    );
    this.panel.body.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.known();
  }

  /** Bearing and distance from a place or a vessel that has a name. */
  reckoning() {
    const from = field("from", say("sighting.from"), { autocomplete: "off", placeholder: say("sighting.from_example") });
    const found = field("found", say("sighting.found"), { options: [["", say("sighting.type_above")]] });
    const bearing = field("bearing", say("sighting.bearing"), { type: "number", min: "0", max: "360", step: "any" });
    const distance = field("distance", say("sighting.distance"), { type: "number", min: "0", max: "500", step: "any" });
    let places = [];
    from.input.addEventListener("change", async () => {
      places = await look(from.input.value.trim(), this.time());
      const words = places.length ? places.map(({ name, kind }, at) => [at, `${name} (${kind})`]) : [["", say("sighting.not_found")]];
      found.input.replaceChildren(...words.map(([value, word]) => {
        const option = element("option", word);
        option.value = String(value);
        return option;
      }));
    });
    const go = act(say("sighting.reckon"), () => {
      const start = places[Number(found.input.value)];
      const [course, nm] = [bearing, distance].map(({ input }) => (input.value === "" ? NaN : Number(input.value)));
      if (!start || !(course >= 0 && course <= 360) || !(nm >= 0 && nm <= 500)) {
        this.panel.say(say("sighting.reckon_wanted"), "bad");
        return;
      }
      this.put(ahead([start.lat, start.lon], course, nm));
      this.reckoned = say("sighting.reckoned", { bearing: course, distance: nm, start: start.whose });
      this.panel.say(this.reckoned);
      this.map.panInside(this.at, { padding: [80, 80], animate: false });
    });
    const box = element("details");
    box.append(element("summary", say("sighting.reckoning")), from.box, found.box, row(bearing.box, distance.box), go);
    return box;
  }

  async known() {
    const told = await get("/api/v1/contacts").catch(() => null);
    if (told === null) return;
    const { input } = this.form.same_as;
    const { value } = input;
    const options = told.contacts.map((one) => {
      const option = element("option", say("sighting.next_place", { id: one.id, what: one.description.slice(0, 60) }));
      option.value = one.id;
      return option;
    });
    input.replaceChildren(input.options[0], ...options);
    input.value = options.some((one) => one.value === value) ? value : "";
  }

  typed() {
    const at = place(this.form.place.input.value);
    if (!at) {
      this.panel.say(say("sighting.no_position"), "bad");
      return;
    }
    this.put(at);
    this.map.panInside(at, { padding: [80, 80], animate: false });
  }

  put(at) {
    this.at = at;
    this.reckoned = "";
    this.panel.touched = true;
    this.panel.say("");
    this.form.place.input.value = exactly(at);
    this.show();
    this.help();
  }

  show() {
    if (!this.at) return;
    const own = colour("sar");
    const nm = Number(this.form.error_nm.input.value) || 0;
    this.layer.clearLayers();
    L.circle(this.at, { radius: nm * NM_M, color: own, weight: 2, fillOpacity: 0.08, fillColor: own, interactive: false, renderer: ink() }).addTo(this.layer);
    L.circleMarker(this.at, { radius: 5, color: own, weight: 3, fill: false, interactive: false, renderer: ink() }).addTo(this.layer);
  }

  async help() {
    const mine = (this.asked += 1);
    const [lat, lon] = this.at;
    const nm = Number(this.form.error_nm.input.value) || 0;
    const told = await get(`/api/v1/rescue?lon=${lon}&lat=${lat}&error_nm=${nm}`, { limit: LIMIT_MS }).catch(() => null);
    if (mine !== this.asked) return;
    const unknown = () => [element("p", say("sighting.near_unknown"), "hand-fault")];
    this.near.replaceChildren(...(told ? nearest(told, FEW) : unknown()));
  }

  async send() {
    const value = (name) => this.form[name].input.value.trim();
    const at = place(value("place"));
    const missing = !at ? "place" : ["description", "why"].find((name) => !value(name));
    if (missing) {
      const words = { place: say("sighting.say_where"), description: say("sighting.say_what"), why: say("sighting.say_why") };
      this.panel.say(words[missing], "bad");
      this.form[missing].input.focus();
      return;
    }
    const said = Object.fromEntries(Object.keys(this.form).map((name) => [name, value(name)]));
    const [lat, lon] = at;
    this.save.disabled = true;
    try {
      this.kept(await send("/api/v1/contacts", { ...said, lon, lat, reckoned: this.reckoned }, await proof()));
    } catch (error) {
      this.panel.say(say("sighting.not_entered", { why: error.message }), "bad");
    } finally {
      this.save.disabled = false;
    }
  }

  kept(answer) {
    this.panel.done();
    this.layer.clearLayers();
    this.panel.onClick = () => {};
    const said = element("p", `${say("sighting.entered", { id: answer.id, version: answer.version })} `);
    said.setAttribute("role", "status");
    const link = element("a", say("sighting.page"));
    link.href = `/contacts/${answer.id}`;
    said.append(link);
    this.panel.body.replaceChildren(said, ...nearest(answer), act(say("common.close"), () => this.panel.close(), "hand-main"));
    this.panel.body.querySelector("button").focus();
  }

  close() {
    this.panel.close();
  }
}

/** Places and vessels of a name, with where they are, and in words which one each is. */
async function look(words, now) {
  if (!words) return [];
  const asked = encodeURIComponent(words);
  const read = async (path, name) => {
    const told = await get(path, { limit: LIMIT_MS }).catch(() => null);
    return told?.[name] ?? [];
  };
  const [places, vessels] = await Promise.all([
    read(`/api/v1/places?q=${asked}`, "places"), read(`/api/v1/vessels?q=${asked}`, "vessels"),
  ]);
  const ships = vessels.filter(({ lat }) => lat !== null).slice(0, 8);
  return [
    ...places.map((one) => ({ ...one, whose: `${one.name} (${one.kind})` })),
    ...ships.map(({ name, mmsi, lat, lon, last_report_ms: heard }) => ({
      name: called(name, mmsi), kind: say("sighting.vessel"), lat, lon,
      whose: say("sighting.reckoned_ship", { name: called(name, mmsi), mmsi: digits(mmsi), age: span(Math.max(0, now - heard)) }),
    })),
  ];
}

/** Who could help, `most` of them, and who answers for that sea. */
function nearest({ nearest: ships, centres, assumed }, most = 20) {
  const head = element("h3", say("sighting.nearest"));
  if (!ships.length) return [head, unheard(say("sighting.nobody"), "p", ""), ...answers(centres)];
  const table = element("table");
  const top = element("tr");
  top.append(...["sighting.who", "sighting.away", "sighting.there_in"].map((key) => element("th", say(key))));
  table.append(top);
  for (const one of ships.slice(0, most)) {
    const line = element("tr");
    const bearing = String(Math.round(one.bearing_deg) % 360).padStart(3, "0");
    const name = element("td", `${called(one.name, one.mmsi)} `);
    name.append(element("small", one.role));
    const time = one.minutes === null ? say("common.not_known") : `${Math.floor(one.minutes / 60)} h ${String(Math.round(one.minutes % 60)).padStart(2, "0")}`;
    line.append(name, element("td", `${miles(one.distance_nm)}, ${bearing}°`), element("td", time));
    table.append(line);
  }
  return [head, table, element("p", assumed, "hand-hint"), ...answers(centres)];
}

function answers(centres) {
  return centres.map(({ name, region, contact }) =>
    element("p", say(contact ? "sighting.answers_at" : "sighting.answers", { name, region, contact })));
}

export function start(map, parts) {
  const sighting = new Sighting(map, parts);
  const at = parts.asked ? place(parts.asked) : null;
  if (at) sighting.put(at);
  window.vedetta.sighting = sighting; // for tests
  return sighting;
}

