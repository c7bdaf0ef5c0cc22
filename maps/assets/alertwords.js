// Alerts in words: lanes, states, what people did.

import { ago, moment, position } from "./words.js";

export const LANES = ["sar", "law", "infrastructure"]; // in the order in which they are told
export const TITLES = { sar: "Search and rescue", law: "Law enforcement", infrastructure: "Infrastructure" };
export const SIGNS = { sar: "✚", law: "▲", infrastructure: "●" };
export const SEVERITIES = ["info", "low", "medium", "high", "critical"];
export const DID = {
  acknowledge: "acknowledged it", assign: "assigned it", comment: "remarked", snooze: "silenced it",
  escalate: "escalated it", resolve: "closed it", alert: "raised it", update: "told more",
  grown: "added to it", cancel: "withdrew it",
};

export const waits = ({ state }) => state === "new" || state === "escalated";

/** "6 min ago · nobody has taken it" */
export function standing(alert, now, where = []) {
  const parts = [ago(now - alert.started), whose(alert), ...where];
  if (alert.severity === "critical" || alert.severity === "high") parts.push(alert.severity);
  if (alert.snoozed && alert.snoozed > now) parts.push(`silent until ${moment(alert.snoozed, now)}`);
  if (alert.limited) parts.push("limited");
  return parts.join(" · ");
}

/** Of a rescue also where. */
export function placed(alert, now) {
  const known = Number.isFinite(alert.lat) && Number.isFinite(alert.lon);
  return standing(alert, now, [known ? position(alert.lat, alert.lon) : "place not known"]);
}

export function whose({ state, who }) {
  if (state === "acknowledged") return who ? `taken by ${who}` : "taken";
  if (state === "assigned") return who ? `with ${who}` : "assigned";
  if (state === "escalated") return who ? `escalated, ${who}` : "escalated, nobody has taken it";
  if (state === "resolved") return "closed";
  if (state === "retracted") return "withdrawn";
  return "nobody has taken it";
}

export const who = (name) => (name === "vedetta" ? "The service" : name || "Somebody");
