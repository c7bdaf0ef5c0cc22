// How numbers and codes are spoken: units as sailors write them, times in UTC.

import { NO_ANGLE, NO_SPEED } from "./fleet.js";
import { say } from "./texts.js";

const MONTHS = say("time.months").split(" ");

const two = (n) => String(n).padStart(2, "0");

/** An MMSI as it is written: nine digits, those of coast stations and groups begin with 0. */
export const mmsi = (number) => String(number).padStart(9, "0");

/** What a ship is called that may have sent no name. */
export const called = (name, number) => name || `MMSI ${mmsi(number)}`;

/** 36°12.4′N, 014°33.1′E */
function degrees(value, width, positive, negative) {
  const tenths = Math.round(Math.abs(value) * 600);
  const whole = String(Math.floor(tenths / 600)).padStart(width, "0");
  const minutes = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return `${whole}°${minutes}′${value < 0 ? negative : positive}`;
}

export function position(lat, lon) {
  const east = ((((lon + 180) % 360) + 360) % 360) - 180;
  return `${degrees(lat, 2, "N", "S")} ${degrees(east, 3, "E", "W")}`;
}

/** 04:10 UTC today, 22 Nov 04:10 UTC otherwise. */
export function moment(ms, now) {
  const at = new Date(ms);
  const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
  const today = Math.floor(ms / 86400000) === Math.floor(now / 86400000);
  return today ? time : `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${time}`;
}

export function clock(ms) {
  const at = new Date(ms);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
}

export function localClock(ms) {
  const at = new Date(ms);
  return say("time.local", { time: `${two(at.getHours())}:${two(at.getMinutes())}` });
}

/** 8 s, 6 min, 1 h 50, 2 d */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 2880) {
    const rest = minutes % 60;
    return `${Math.floor(minutes / 60)} h${rest ? ` ${two(rest)}` : ""}`;
  }
  return `${Math.floor(minutes / 1440)} d`;
}

export const ago = (ms) => say("time.ago", { span: span(ms) });

export const count = (n) => n.toLocaleString("en-GB");

export const speed = (tenths) =>
  tenths === NO_SPEED ? say("common.not_sent") : `${(tenths / 10).toFixed(1)} kn`;

export const angle = (degree) =>
  degree === NO_ANGLE ? say("common.not_sent") : `${String(degree).padStart(3, "0")}°`;

/** 0.4 nm, 12 nm */
export const miles = (nm) => `${nm.toFixed(nm < 10 ? 1 : 0)} nm`;

/** A value from the details API, which says null for not available. */
export function given(value, unit = "") {
  if (value === null || value === undefined || value === "") return say("common.not_sent");
  return unit ? `${value} ${unit}` : String(value);
}

export function eta(eta) {
  if (!eta || !eta.month || !eta.day) return say("common.not_sent");
  const time = eta.hour === null ? "" : ` ${two(eta.hour)}:${two(eta.minute ?? 0)} UTC`;
  return `${eta.day} ${MONTHS[eta.month - 1]}${time}`;
}
