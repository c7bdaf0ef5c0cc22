// What people are concerned with: listed vessels, alerts and contacts by hand (docs/live-map.md).

import { mercator } from "./fleet.js";
import { say } from "./texts.js";

/** The lanes, the gravest last: of several the last one colours a ring. */
export const LANES = ["infrastructure", "law", "sar"];
export const LANE_TITLES = { sar: say("lane.sar_mark"), law: say("lane.law"), infrastructure: say("lane.infrastructure") };
const REACH = 14; // px from the pointer to a mark that it means

export class Concern {
  constructor() {
    this.take({});
  }

  /** Take a frame «marks», which replaces the one before. */
  take({ listed = [], alerts = [], contacts = [] }) {
    this.listed = new Set(listed);
    this.alerts = alerts.filter(({ lane }) => LANES.includes(lane));
    this.contacts = contacts.map((contact) => ({ ...contact, place: mercator(contact.lon, contact.lat) }));
    this.byVessel = new Map(); // mmsi -> the gravest alert
    this.places = []; // alerts with a place, drawn where no vessel of theirs is in the picture
    for (const alert of this.alerts) {
      for (const mmsi of alert.mmsis ?? []) {
        const known = this.byVessel.get(mmsi);
        if (!known || rank(alert) > rank(known)) this.byVessel.set(mmsi, alert);
      }
      if (Number.isFinite(alert.lon) && Number.isFinite(alert.lat)) {
        this.places.push({ ...alert, place: mercator(alert.lon, alert.lat) });
      }
    }
    this.places.sort((one, other) => rank(one) - rank(other)); // the gravest is drawn last
    this.any = this.listed.size + this.byVessel.size > 0;
    this.drawn = [];
  }

  lane(mmsi) {
    return this.byVessel.get(mmsi)?.lane;
  }

  /** Whether a vessel is drawn whatever is filtered or crowded. */
  keeps(mmsi) {
    return this.any && (this.listed.has(mmsi) || this.byVessel.has(mmsi));
  }

  /** In words, for tips, tables and screen readers; "" where nothing is. */
  words(mmsi) {
    const alert = this.byVessel.get(mmsi);
    const parts = [this.listed.has(mmsi) && say("mark.listed"), alert && say("mark.in_alert", { lane: LANE_TITLES[alert.lane].toLowerCase() })];
    return parts.filter(Boolean).join(", ");
  }

  /** The mark without a vessel under a point of the canvas: {alert} or {contact}, or null. */
  hit(x, y) {
    let [best, found] = [REACH * REACH, null];
    for (const mark of this.drawn) {
      const far = (mark.x - x) ** 2 + (mark.y - y) ** 2;
      if (far < best) [best, found] = [far, mark];
    }
    return found;
  }
}

const rank = ({ lane }) => LANES.indexOf(lane);
