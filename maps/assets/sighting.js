// Enter a sighting: a place by click, by coordinates or from a named place; who is near, at once.

import { letGo } from "./ask.js";
import { element } from "./bar.js";
import { ahead, exactly, place } from "./degrees.js";
import { proof } from "./me.js";
import { act, field, ink, Panel, row, send } from "./toolpanel.js";
import { colour } from "./theme.js";
import { unheard } from "./unheard.js";
import { miles } from "./words.js";

const L = window.L;
const NM_M = 1852;
const FEW = 3; // while the form is filled in; all of them once it is entered
const KINDS = [
  ["call", "Call, boat or kin"], ["aircraft", "Aircraft"], ["ngo", "Sea rescue"],
  ["navy", "Coast guard, navy"], ["other", "Other"],
];
const SOURCES = [
  ["X", "X not known"], ["A", "A no doubt"], ["B", "B mostly good"], ["C", "C mostly bad"],
];
const INFO = [
  ["4", "4 not known"], ["1", "1 certain"], ["2", "2 seen by it"], ["3", "3 borne out"],
];

class Sighting {
  constructor(map, { close, time }) {
    Object.assign(this, { map, time, at: null, asked: 0 });
    this.layer = L.layerGroup().addTo(map);
    this.panel = new Panel(map, "Enter a sighting", {
      onClick: (at) => this.put(at),
      onClose: () => { this.layer.remove(); close(); },
    });
    this.fill();
  }

  fill() {
    const now = new Date(this.time()).toISOString().slice(0, 16);
    const f = {
      place: field("place", "Where", { placeholder: "36°12.4′N 014°33.1′E", required: true, autocomplete: "off", hint: "Click the map, type a position, or reckon it below." }),
      time: field("time", "Seen at, UTC", { type: "datetime-local", value: now }),
      error_nm: field("error_nm", "Within, nm", { type: "number", min: "0", max: "200", step: "any", value: "2" }),
      description: field("description", "What it is; no names of persons", { rows: 2, maxLength: 500, required: true }),
      persons: field("persons", "Persons, if known", { type: "number", min: "0", max: "10000" }),
      kind: field("kind", "Who told of it", { options: KINDS }),
      source_grade: field("source_grade", "Source", { options: SOURCES }),
      info_grade: field("info_grade", "Information", { options: INFO }),
      same_as: field("same_as", "It is", { options: [["", "a new contact"]] }),
      why: field("why", "Why it is entered; kept in the audit", { maxLength: 500, required: true, placeholder: "Osprey 2, by radio" }),
    };
    this.form = f;
    f.place.input.addEventListener("change", () => this.typed());
    f.error_nm.input.addEventListener("change", () => this.show());
    this.near = element("div");
    this.near.setAttribute("aria-live", "polite");
    const save = element("button", "Enter the sighting", "hand-main");
    this.save = save;
    this.panel.body.append(
      f.place.box, this.reckoning(), this.near, f.time.box, f.description.box,
      row(f.error_nm.box, f.persons.box), f.kind.box, row(f.source_grade.box, f.info_grade.box), f.same_as.box,
      f.why.box, this.panel.said, save,
    );
    this.panel.body.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.known();
  }

  /** Bearing and distance from a place or a vessel that has a name. */
  reckoning() {
    const from = field("from", "From a port, zone or vessel", { autocomplete: "off", placeholder: "Lampedusa, or a ship's name" });
    const found = field("found", "Found", { options: [["", "type a name above"]] });
    const bearing = field("bearing", "Bearing from it, °", { type: "number", min: "0", max: "360", step: "any" });
    const distance = field("distance", "Distance, nm", { type: "number", min: "0", max: "500", step: "any" });
    let places = [];
    from.input.addEventListener("change", async () => {
      places = await look(from.input.value.trim());
      const words = places.length ? places.map(({ name, kind }, at) => [at, `${name} (${kind})`]) : [["", "nothing of that name"]];
      found.input.replaceChildren(...words.map(([value, word]) => {
        const option = element("option", word);
        option.value = String(value);
        return option;
      }));
    });
    const go = act("Reckon the place", () => {
      const start = places[Number(found.input.value)];
      const [course, nm] = [bearing, distance].map(({ input }) => (input.value === "" ? NaN : Number(input.value)));
      if (!start || !(course >= 0 && course <= 360) || !(nm >= 0 && nm <= 500)) {
        this.panel.say("Name a place, then a bearing of 0 to 360° and a distance in nm.", "bad");
        return;
      }
      this.put(ahead([start.lat, start.lon], course, nm));
      this.map.panInside(this.at, { padding: [80, 80], animate: false });
    });
    const box = element("details");
    box.append(element("summary", "Bearing and distance from a place or vessel"), from.box, found.box, row(bearing.box, distance.box), go);
    return box;
  }

  async known() {
    const answer = await fetch("/api/v1/contacts").catch(() => null);
    if (!answer?.ok) {
      letGo(answer);
      return;
    }
    for (const one of (await answer.json()).contacts) {
      const option = element("option", `the next place of ${one.id}: ${one.description.slice(0, 60)}`);
      option.value = one.id;
      this.form.same_as.input.append(option);
    }
  }

  typed() {
    const at = place(this.form.place.input.value);
    if (!at) {
      this.panel.say("That is no position; expected as 36°12.4′N 014°33.1′E.", "bad");
      return;
    }
    this.put(at);
    this.map.panInside(at, { padding: [80, 80], animate: false });
  }

  put(at) {
    this.at = at;
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
    const answer = await fetch(`/api/v1/rescue?lon=${lon}&lat=${lat}&error_nm=${nm}`).catch(() => null);
    if (mine !== this.asked || !answer?.ok) letGo(answer);
    if (mine !== this.asked) return;
    if (!answer?.ok) this.near.replaceChildren(element("p", "Who is near could not be asked.", "hand-fault"));
    else this.near.replaceChildren(...nearest(await answer.json(), FEW));
  }

  async send() {
    const value = (name) => this.form[name].input.value.trim();
    const at = place(value("place"));
    const missing = !at ? "place" : ["description", "why"].find((name) => !value(name));
    if (missing) {
      const words = { place: "Say where: click the map, or type a position.", description: "Say what it is.", why: "Say why it is entered: it is kept in the audit." };
      this.panel.say(words[missing], "bad");
      this.form[missing].input.focus();
      return;
    }
    const said = Object.fromEntries(Object.keys(this.form).map((name) => [name, value(name)]));
    const [lat, lon] = at;
    this.save.disabled = true;
    try {
      this.kept(await send("/api/v1/contacts", { ...said, lon, lat }, await proof()));
    } catch (error) {
      this.panel.say(`Not entered: ${error.message}.`, "bad");
    } finally {
      this.save.disabled = false;
    }
  }

  kept(answer) {
    this.layer.clearLayers();
    this.panel.onClick = () => {};
    const said = element("p", `${answer.id} is entered, sighting ${answer.version}. `);
    said.setAttribute("role", "status");
    const link = element("a", "Its page");
    link.href = `/contacts/${answer.id}`;
    said.append(link);
    this.panel.body.replaceChildren(said, ...nearest(answer), act("Close", () => this.panel.close(), "hand-main"));
    this.panel.body.querySelector("button").focus();
  }

  close() {
    this.panel.close();
  }
}

/** Places and vessels of a name, with where they are. */
async function look(words) {
  if (!words) return [];
  const asked = encodeURIComponent(words);
  const read = async (path, name) => {
    const answer = await fetch(path).catch(() => null);
    return answer?.ok ? (await answer.json())[name] : letGo(answer) ?? [];
  };
  const [places, vessels] = await Promise.all([
    read(`/api/v1/places?q=${asked}`, "places"), read(`/api/v1/vessels?q=${asked}`, "vessels"),
  ]);
  const ships = vessels.filter(({ lat }) => lat !== null).slice(0, 8);
  return [...places, ...ships.map(({ name, mmsi, lat, lon }) => ({ name: name || `MMSI ${mmsi}`, kind: "vessel", lat, lon }))];
}

/** Who could help, `most` of them, and who answers for that sea. */
function nearest({ nearest: ships, centres, assumed }, most = 20) {
  const head = element("h3", "Nearest ships and units");
  if (!ships.length) return [head, unheard("None is heard within reach.", "p", ""), ...answers(centres)];
  const table = element("table");
  const top = element("tr");
  top.append(...["Who", "Away", "There in"].map((word) => element("th", word)));
  table.append(top);
  for (const one of ships.slice(0, most)) {
    const line = element("tr");
    const bearing = String(Math.round(one.bearing_deg) % 360).padStart(3, "0");
    const name = element("td", `${one.name || `MMSI ${one.mmsi}`} `);
    name.append(element("small", one.role));
    const time = one.minutes === null ? "not known" : `${Math.floor(one.minutes / 60)} h ${String(Math.round(one.minutes % 60)).padStart(2, "0")}`;
    line.append(name, element("td", `${miles(one.distance_nm)}, ${bearing}°`), element("td", time));
    table.append(line);
  }
  return [head, table, element("p", assumed, "hand-hint"), ...answers(centres)];
}

function answers(centres) {
  return centres.map(({ name, region, contact }) =>
    element("p", `${name} answers for ${region}${contact ? `: ${contact}` : ""}.`));
}

export function start(map, parts) {
  const sighting = new Sighting(map, parts);
  const at = parts.asked ? place(parts.asked) : null;
  if (at) sighting.put(at);
  window.vedetta.sighting = sighting; // for tests
  return sighting;
}

