// The panel of a vessel, in the drawer: list and alerts as far as the person may know, charts, who
// heard her, port calls, events. Text that came by radio or from people only as text.

import { get } from "./ask.js";
import { element } from "./bar.js";
import { LANE_TITLES } from "./concern.js";
import { graph } from "./graph.js";
import { on as hooks } from "./hooks.js";
import { me, soon } from "./me.js";
import { say } from "./texts.js";
import { brief, unheard } from "./unheard.js";
import * as words from "./words.js";

const AGAIN_MS = 60000;
const SLOW_MS = 700; // after which it is said that more is to come
const HOURS = [3, 24, 72];
const CALLS_DAYS = 90;
const EVENTS_DAYS = 30;
const FEW = 5;
const CODES = { mmsi: "MMSI", imo: say("panel.imo") };

const byId = (id) => document.getElementById(id);

export class Panel {
  constructor(drawer) {
    Object.assign(this, { drawer, time: drawer.time, mmsi: null, key: null, askedAt: 0, hours: drawer.trackHours });
    if (!HOURS.includes(this.hours)) [this.hours] = HOURS;
    this.deeds = element("span", "", "hooked");
    this.form = element("div");
    byId("follow").parentElement.append(this.deeds);
    byId("follow").parentElement.after(this.form);
  }

  /** Show the panel of a vessel, or of none; asked for again once a minute. */
  async show(mmsi, key = null) {
    const fresh = mmsi === this.mmsi && key === this.key;
    if (fresh && performance.now() - this.askedAt < AGAIN_MS) return;
    Object.assign(this, { mmsi, key, askedAt: performance.now() });
    if (!fresh) this.#empty();
    if (mmsi === null) return;
    const told = await soon();
    if (mmsi !== this.mmsi) return;
    this.stranger = told === null;
    if (this.stranger) this.#again();
    this.may = (deed) => told?.deeds.includes(deed) ?? false;
    this.#hooked();
    await Promise.all([this.#known(mmsi), this.#charts(mmsi), this.#past(mmsi)]);
  }

  /** Once the server says who asks, what is left out now is shown. */
  #again() {
    this.waits ??= me().then(() => {
      this.waits = null;
      this.askedAt = -Infinity;
      this.show(this.mmsi, this.key);
    });
  }

  #empty() {
    byId("panel-known").hidden = true;
    for (const id of ["panel-known", "panel-charts", "panel-past"]) byId(id).replaceChildren();
    this.deeds.replaceChildren();
    this.form.replaceChildren();
  }

  /** What other parts of the page offer for her. */
  #hooked() {
    const offered = hooks.vessel.map((offer) => offer(this.mmsi)).filter((deed) => deed && (!deed.deed || this.may(deed.deed)));
    const said = offered.map(({ title, href }) => `${title} ${href ?? ""}`).join();
    if (this.deeds.childElementCount && said === this.offered) return; // one of them may have the focus
    this.offered = said;
    this.deeds.replaceChildren(...offered.map(({ title, href, act }) => {
      const node = element(href ? "a" : "button", title);
      if (href) node.href = href;
      else Object.assign(node, { type: "button", onclick: () => act(this.form, node) });
      return node;
    }));
  }

  /** The list and the alerts: first, as they are why somebody looks. */
  async #known(mmsi) {
    if (this.stranger) {
      this.#tell(element("h3", say("panel.known")), element("p", say("panel.stranger")));
      return;
    }
    const slow = setTimeout(() => {
      if (mmsi === this.mmsi && byId("panel-known").hidden) this.#tell(element("p", say("common.loading"), "quiet"));
    }, SLOW_MS);
    const [listing, alerts] = await Promise.all([
      this.may("watchlist.read") ? ask(`/api/v1/vessels/${mmsi}/listing`) : null,
      this.may("alerts.read") ? ask(`/api/v1/vessels/${mmsi}/alerts`) : null,
    ]);
    clearTimeout(slow);
    if (mmsi !== this.mmsi) return;
    const now = this.time();
    const nodes = [];
    if (listing?.entries?.length) nodes.push(element("h3", say("panel.listed")), ...listing.entries.map((entry) => listed(entry, now)));
    if (alerts?.alerts?.length) nodes.push(element("h3", say("panel.alerts")), more(alerts.alerts, (alert) => alerted(alert, now)));
    for (const part of [listing, alerts]) if (part?.error) nodes.push(element("p", say("common.not_loaded", { why: part.error })));
    this.#tell(...nodes);
  }

  #tell(...nodes) {
    byId("panel-known").replaceChildren(...nodes);
    byId("panel-known").hidden = !nodes.length;
  }

  async #charts(mmsi) {
    const { hours, key } = this;
    const of = key === null ? "" : `&segment=${key}`;
    const said = await ask(`/api/v1/vessels/${mmsi}/reports?hours=${hours}${of}`);
    if (mmsi !== this.mmsi || hours !== this.hours) return;
    const head = element("h3", say("panel.charts"));
    if (said.error) {
      byId("panel-charts").replaceChildren(head, this.#choice(), element("p", say("common.not_loaded", { why: said.error })));
      return;
    }
    const span = { from: said.from_ms, to: said.to_ms, gapMs: said.gap_s * 1000 };
    const column = (place) => said.points.map((point) => [point[0], point[place]]);
    const notes = [said.points.length && say("panel.shaded"), this.drawer.past && say("panel.as_of_now")];
    const note = notes.filter(Boolean).join(" ");
    // A chart that is being read stays.
    if (byId("panel-charts").contains(document.activeElement)?.matches?.("svg")) return;
    byId("panel-charts").replaceChildren(
      head, this.#choice(),
      graph({ title: say("ship.speed"), unit: "kn", points: column(1), digits: 1, ...span }),
      graph({ title: say("ship.course"), unit: "°", points: column(2), ticks: [0, 90, 180, 270, 360], round: true, ...span }),
      element("p", note, "small"),
    );
  }

  #choice() {
    const box = element("div", "", "choice");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", say("panel.hours"));
    for (const hours of HOURS) {
      const button = element("button", `${hours} h`);
      button.type = "button";
      button.setAttribute("aria-pressed", String(hours === this.hours));
      button.addEventListener("click", () => this.#choose(hours));
      box.append(button);
    }
    return box;
  }

  async #choose(hours) {
    this.hours = this.drawer.trackHours = hours;
    this.drawer.refresh();
    await this.#charts(this.mmsi);
    byId("panel-charts").querySelector("[aria-pressed=true]")?.focus({ preventScroll: true });
  }

  async #past(mmsi) {
    const path = `/api/v1/vessels/${mmsi}`;
    const [heard, calls, events] = await Promise.all([
      ask(`${path}/receivers?hours=24`),
      ask(`${path}/port-calls?days=${CALLS_DAYS}`),
      this.may("alerts.read") ? ask(`${path}/events?days=${EVENTS_DAYS}`) : null,
    ]);
    if (mmsi !== this.mmsi) return;
    const now = this.time();
    // Evidence that somebody reads must not close under their eyes.
    if (byId("panel-past").querySelector("details[open]")) return;
    byId("panel-past").replaceChildren(
      ...part(say("panel.heard_by"), heard, heard.receivers, (one) => receiver(one, now), say("panel.no_receiver")),
      ...part(say("panel.calls"), calls, calls.calls, (one) => call(one, now), say("panel.no_calls", { days: CALLS_DAYS })),
      ...(events ? part(say("panel.events"), events, events.events, (one) => happened(one, now), say("panel.no_events", { days: EVENTS_DAYS })) : []),
    );
    const lists = [heard.receivers, calls.calls, ...(events ? [events.events] : [])];
    if (lists.some((rows) => rows && !rows.length)) byId("panel-past").append(unheard(say("panel.worth"), "p", "small"));
  }
}

/** An answer, or {error} with words. */
async function ask(path) {
  try {
    return (await get(path)) ?? {};
  } catch (error) {
    return { error: error.message };
  }
}

function part(title, said, rows, draw, none) {
  const head = element("h3", title);
  if (said.error) return [head, element("p", say("common.not_loaded", { why: said.error }))];
  return [head, rows?.length ? more(rows, draw) : brief(none)];
}

/** A list, whose first few are seen at once. */
function more(rows, draw) {
  const list = element("ul", "", "told");
  list.append(...rows.slice(0, FEW).map(draw));
  if (rows.length > FEW) {
    const line = element("li");
    const button = element("button", say("panel.more", { n: rows.length - FEW }));
    button.type = "button";
    button.addEventListener("click", () => line.replaceWith(...rows.slice(FEW).map(draw)));
    line.append(button);
    list.append(line);
  }
  return list;
}

function listed(entry, now) {
  const box = element("div", "", "listed");
  const codes = [entry.handling, entry.handling_comment, `TLP ${entry.tlp}`, entry.purpose && `${entry.source_grade}${entry.info_grade}`];
  box.append(element("b", say("panel.priority", { name: entry.name || entry.id, priority: entry.priority })));
  if (entry.purpose) {
    box.append(element("p", entry.reason || say("panel.no_reason")));
  } else {
    const link = element("a", say("panel.purpose"));
    link.href = `/watchlist/${encodeURIComponent(entry.id)}`;
    box.append(link);
  }
  box.append(element("small", say("panel.matched", { code: CODES[entry.matched_on] ?? entry.matched_on, share: Math.round(entry.score * 100), time: words.moment(entry.since_ms, now) })));
  box.append(element("small", [entry.id, say("panel.from", { who: entry.contributor || say("panel.from_nobody") }), ...codes, entry.review_by && say("panel.review_by", { day: entry.review_by })].filter(Boolean).join(" · ")));
  return box;
}

function alerted(alert, now) {
  const line = element("li", "", `lane ${alert.lane}`);
  const link = element("a", capital(alert.headline));
  link.href = `/alerts/${encodeURIComponent(alert.id)}`;
  const told = alert.told_ms === null ? "" : say("panel.told", { time: words.moment(alert.told_ms, now) });
  line.append(link, element("small", [LANE_TITLES[alert.lane], alert.severity, alert.state, told].filter(Boolean).join(" · ")));
  return line;
}

function receiver(one, now) {
  const line = element("li");
  line.append(element("b", one.feed), element("small", say("panel.receiver", { n: words.count(one.minutes), ago: words.ago(now - one.last_ms) })));
  return line;
}

function call(one, now) {
  const line = element("li");
  // Silence is no stay: of a ship that fell silent in port nobody knows whether she left.
  const last = words.moment(one.heard_ms, now);
  const [from, to] = [words.moment(one.from_ms, now), one.to_ms === null ? say("panel.last_there", { time: last }) : last];
  const stay = words.span(one.heard_ms - one.from_ms);
  line.append(element("b", one.port), element("small", `${from.replace(" UTC", "")} – ${to} · ${stay}`));
  return line;
}

function happened(event, now) {
  const line = element("li", "", `lane ${event.lane}`);
  const details = element("details");
  const summary = element("summary");
  const from = words.moment(event.from_ms, now);
  const when = event.to_ms === null ? say("panel.since", { time: from }) : `${from.replace(" UTC", "")} – ${words.moment(event.to_ms, now)}`;
  const where = event.zone ? ` · ${event.zone}` : "";
  summary.append(element("b", capital(event.kind)), element("small", `${event.state === "retracted" ? `${say("panel.taken_back")} · ` : ""}${when}${where}`));
  const list = element("dl");
  for (const { name, value, unit, threshold } of event.evidence) {
    if (value === "") continue; // nothing was sent, or nothing disagrees
    const limit = threshold === null ? "" : ` ${say("panel.threshold", { value: plain(threshold) })}`;
    list.append(element("dt", capital(plainName(name, unit))), element("dd", `${plain(value)}${unit && value !== null ? ` ${unit}` : ""}${limit}`));
  }
  if (event.others.length) list.append(element("dt", say("panel.others")), element("dd", event.others.map((mmsi) => words.called("", mmsi)).join(", ")));
  list.append(element("dt", say("panel.confidence")), element("dd", `${Math.round(event.confidence * 100)} %`));
  details.append(summary, list);
  line.append(details);
  return line;
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** «silent_s» is said as «silent»: its unit stands behind the value; «imo» as IMO. */
function plainName(name, unit) {
  const bare = unit && name.endsWith(`_${unit}`) ? name.slice(0, -unit.length - 1) : name;
  return bare.replaceAll("_", " ").replace(/\b(imo|mmsi|tlp)\b/g, (word) => word.toUpperCase());
}

function plain(value) {
  if (value === null) return say("common.not_known");
  if (typeof value === "boolean") return say(value ? "panel.yes" : "panel.no");
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value);
}
