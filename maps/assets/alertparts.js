// The parts of an open alert: why, evidence, what is not known, help, history, who was told. Texts
// may have come by radio: everything is written with textContent.

import { who } from "./alertwords.js";
import { element } from "./bar.js";
import { coded, many, say } from "./texts.js";
import { unheard } from "./unheard.js";
import { ago, called, miles, moment, span } from "./words.js";

const NO_TIME = say("sar.no_reach");

/** All parts of an alert as nodes; `vessel(mmsi)` is called when one of its ships is chosen. */
export function parts(alert, { now, vessel }) {
  return [
    alert.limited && alert.lane !== "sar" && note(say("alert.limited")),
    facts(alert, now),
    ...(alert.sar ? help(alert.sar, now, vessel) : []),
    vessels(alert, vessel),
    shares(alert),
    evidence(alert, now),
    part(say("alert.unknown"), list(alert.unknown.map((line) => element("li", line)))),
    history(alert, now),
    told(alert, now),
    codes(alert),
  ].filter(Boolean);
}

function note(text) {
  return element("p", text, "quiet");
}

function part(title, ...nodes) {
  const kept = nodes.filter(Boolean);
  if (!kept.length) return null;
  const box = element("section");
  box.append(element("h3", title), ...kept);
  return box;
}

function list(rows) {
  if (!rows.length) return null;
  const box = element("ul");
  box.append(...rows);
  return box;
}

function facts(alert, now) {
  const box = element("dl");
  const row = (name, text) => { if (text) box.append(element("dt", name), element("dd", text)); };
  row(say("alert.place"), alert.place);
  row(say("alert.position"), alert.position);
  row(say("alert.began"), `${moment(alert.started, now)}, ${ago(now - alert.started)}`);
  row(say(alert.ended ? "alert.heard_last" : "alert.updated"), moment(alert.ended ?? alert.updated, now));
  row(say("alert.zones"), alert.zones.join(", "));
  row(say("alert.with"), alert.assignee);
  row(say("alert.silent"), alert.snoozed && alert.snoozed > now ? say("alert.silent_until", { time: moment(alert.snoozed, now), why: alert.snooze_reason }) : "");
  row(say("act.verdict"), alert.verdict && `${alert.verdict}. ${alert.reason}`);
  return box;
}

/** Centres that share a region and a contact, as one: six lines of one text hid who is near. */
function together(centres) {
  const shared = new Map();
  for (const { name, region, contact } of centres) {
    const key = JSON.stringify([region, contact]);
    if (!shared.has(key)) shared.set(key, { names: [], region, contact });
    shared.get(key).names.push(name);
  }
  return [...shared.values()];
}

function help(sar, now, vessel) {
  const centres = together(sar.centres).map(({ names, region, contact }) => {
    const row = element("li");
    row.append(element("b", names.join(", ")), element("span", ` (${region}): ${contact || say("sar.no_contact")}`));
    return row;
  });
  const near = sar.nearest.map((one) => {
    const row = element("li");
    const reach = one.minutes === null ? NO_TIME : say("sar.reach", { span: span(one.minutes * 60000) });
    const role = one.role && one.role !== "unknown" ? ` (${one.role})` : "";
    const button = element("button", called(one.name, one.mmsi), "plain");
    button.type = "button";
    button.addEventListener("click", () => vessel(one.mmsi));
    row.append(
      button,
      element("span", say("sar.near", {
        role, reach, far: miles(one.distance_nm), bearing: String(Math.round(one.bearing_deg) % 360).padStart(3, "0"), ago: ago(one.age_s * 1000),
      })),
    );
    return row;
  });
  const adrift = sar.adrift.map(({ minutes, radius_nm }) => element("li", say("sar.adrift", { span: minutes < 60 ? `${minutes} min` : `${+(minutes / 60).toFixed(1)} h`, far: miles(radius_nm) })));
  const known = sar.lat === null ? say("sar.no_place") : say("sar.known", { far: miles(sar.error_nm), time: moment(sar.known_at, now), position: sar.position });
  return [
    part(say("sar.centres"), list(centres)),
    part(say("sar.nearest"), list(near) ?? (sar.lat === null ? element("p", say("sar.nobody_placed")) : unheard(say("sar.nobody"), "p", ""))),
    part(say("sar.adrift_title"), element("p", known), list(adrift), note(say("sar.assumed", { what: sar.assumed }))),
  ];
}

function vessels(alert, vessel) {
  const rows = alert.vessels.map((one) => {
    const row = element("li");
    const button = element("button", one.line, "plain");
    button.type = "button";
    button.addEventListener("click", () => vessel(one.mmsi));
    row.append(button);
    if (one.listed_as.length) row.append(element("small", ` ◆ ${say("alert.listed", { as: one.listed_as.join(", ") })}`));
    return row;
  });
  return part(many("alert.vessels", rows.length), list(rows));
}

function shares(alert) {
  if (!alert.shares.length) return null;
  const most = Math.max(...alert.shares.map(({ points }) => Math.abs(points)), 0.1);
  const rows = alert.shares.map(({ points, because }) => {
    const row = element("li", "", points < 0 ? "against" : "for");
    const bar = element("meter");
    Object.assign(bar, { min: 0, max: most, value: Math.abs(points) });
    bar.setAttribute("aria-hidden", "true");
    row.append(element("b", `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`), bar, element("span", because));
    return row;
  });
  const box = list(rows);
  box.className = "shares";
  return part(say("alert.score", { score: alert.score.toFixed(2) }), box);
}

function evidence(alert, now) {
  const boxes = alert.events.flatMap((event) => {
    const muted = event.muted_by ? `, ${say("alert.muted")}` : "";
    const title = element("h4", `${moment(event.started, now)}: ${event.title}${muted}`);
    return [title, list(event.facts.map(({ words }) => element("li", words)))];
  });
  return part(say("alert.events"), ...boxes);
}

function history(alert, now) {
  const rows = [...alert.history].reverse().map((change) => element("li", did(change, now)));
  return part(say("alert.log"), list(rows));
}

/** "12:04 UTC, a.rossi assigned it to m.papas: off Gavdos" */
export function did({ at, who: name, action, why, details = {} }, now) {
  const to = details.to ? ` ${say("did.to", { who: details.to })}` : "";
  const as = details.verdict ? ` ${say("did.as", { verdict: details.verdict })}` : "";
  return `${moment(at, now)}, ${who(name)} ${coded("did", action)}${to}${as}${why ? `: ${why}` : ""}`;
}

function told(alert, now) {
  const rows = reminded(alert.deliveries).map(([one, times]) => {
    const row = element("li");
    const again = times.length > 1 ? `; ${say("alert.told_again", { n: times.length, first: moment(Math.min(...times), now) })}` : "";
    row.append(element("b", one.name), element("span", ` ${say("alert.told", { channel: one.channel, became: became(one, now) })}${again}`));
    return row;
  });
  return part(say("alert.told_whom"), list(rows) ?? element("p", say("alert.told_nobody")));
}

/** What one office received by one channel as its newest, with all times; all else by itself. */
function reminded(deliveries) {
  const found = new Map();
  for (const one of deliveries) {
    const received = one.sent && !one.acknowledged;
    const key = received ? `${one.office} ${one.channel}` : found.size;
    if (!found.has(key)) found.set(key, [one, []]);
    if (received) found.get(key)[1].push(one.sent);
  }
  return [...found.values()];
}

function became(one, now) {
  if (one.acknowledged) return say("alert.acked", { who: one.by, time: moment(one.acknowledged, now) });
  if (one.sent) return say("alert.received", { time: moment(one.sent, now) });
  return say(one.state === "dead" ? "alert.dead" : "alert.waiting");
}

function codes({ codes: said, id, version }) {
  const from = said.contributors.length ? ` · ${say("alert.from", { who: said.contributors.join(", ") })}` : "";
  const comment = said.comment ? ` · ${said.comment}` : "";
  return note(say("alert.codes", { handling: said.handling, tlp: said.tlp, rest: `${said.source_grade}${said.info_grade}${from}${comment}`, id, version }));
}
