// Alerts in words: lanes, states, what people did.

import { coded, say } from "./texts.js";
import { ago, moment, position } from "./words.js";

export const LANES = ["sar", "law", "infrastructure"]; // in the order in which they are told
export const TITLES = { sar: say("lane.sar"), law: say("lane.law"), infrastructure: say("lane.infrastructure") };
export const SIGNS = { sar: "✚", law: "▲", infrastructure: "●" };
export const SEVERITIES = ["info", "low", "medium", "high", "critical"];

const WOKEN_MS = 15 * 60000; // so long a silence that ended is news

export const waits = ({ state }) => state === "new" || state === "escalated";

/** "6 min ago · nobody has taken it" */
export function standing(alert, now, where = []) {
  const parts = [ago(now - alert.started), whose(alert), ...where];
  if (alert.severity === "critical" || alert.severity === "high") parts.push(coded("severity", alert.severity));
  if (alert.snoozed && alert.snoozed > now) parts.push(say("standing.silent_until", { time: moment(alert.snoozed, now) }));
  else if (alert.snoozed && now - alert.snoozed < WOKEN_MS) parts.push(say("standing.silence_ended", { ago: ago(now - alert.snoozed) }));
  if (alert.limited) parts.push(say("standing.limited"));
  return parts.join(" · ");
}

/** Of a rescue also where. */
export function placed(alert, now) {
  const known = Number.isFinite(alert.lat) && Number.isFinite(alert.lon);
  return standing(alert, now, [known ? position(alert.lat, alert.lon) : say("standing.no_place")]);
}

export function whose({ state, who }) {
  if (state === "acknowledged") return who ? say("standing.taken_by", { who }) : say("standing.taken");
  if (state === "assigned") return who ? say("standing.with", { who }) : say("standing.assigned");
  if (state === "escalated") return who ? say("standing.escalated_to", { who }) : say("standing.escalated");
  if (state === "resolved") return say("standing.closed");
  if (state === "retracted") return say("standing.withdrawn");
  return say("standing.nobody");
}

export const who = (name) => (name === "vedetta" ? say("standing.service") : name || say("standing.somebody"));
