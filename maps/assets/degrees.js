// Positions as people type them, and sums on the sphere that tell distance, course and area.

const NM_M = 1852;
const EARTH_M = 6371008.8; // mean radius: as the server reckons
const RAD = Math.PI / 180;
const ONE = String.raw`(\d{1,3}(?:[.,]\d+)?)\s*(?:°|\s)?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’]?)?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*["″]?)?\s*`;
const LETTERED = new RegExp(`^${ONE}([NS])[\\s,;/]*${ONE}([EW])$`, "i");
const SIGNED = /^([+-]?\d{1,2}(?:\.\d+)?)°?[\s,;/]+([+-]?\d{1,3}(?:\.\d+)?)°?$/;

const number = (text) => Number((text ?? "0").replace(",", "."));

function degrees(whole, minutes, seconds, negative) {
  const parts = [number(whole), number(minutes), number(seconds)];
  if (parts[1] >= 60 || parts[2] >= 60) return NaN;
  if (minutes !== undefined && !Number.isInteger(parts[0])) return NaN;
  if (seconds !== undefined && !Number.isInteger(parts[1])) return NaN;
  const value = parts[0] + parts[1] / 60 + parts[2] / 3600;
  return negative ? -value : value;
}

/** [lat, lon] of «36°12.4′N 014°33.1′E», «36 12.4 N, 14 33.1 E» or «36.207 14.552»; null for none. */
export function place(text) {
  const said = text.trim();
  let found = LETTERED.exec(said);
  let lat, lon;
  if (found) {
    lat = degrees(found[1], found[2], found[3], /s/i.test(found[4]));
    lon = degrees(found[5], found[6], found[7], /w/i.test(found[8]));
  } else if ((found = SIGNED.exec(said))) {
    [lat, lon] = [Number(found[1]), Number(found[2])];
  } else return null;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? [lat, lon] : null;
}

function one(value, width, positive, negative) {
  const thousandths = Math.round(Math.abs(value) * 60000);
  const whole = String(Math.floor(thousandths / 60000)).padStart(width, "0");
  const minutes = ((thousandths % 60000) / 1000).toFixed(3).padStart(6, "0");
  return `${whole}°${minutes}′${value < 0 ? negative : positive}`;
}

/** 36°12.400′N 014°33.100′E: to 2 m, so that what is read back is the same place. */
export const exactly = ([lat, lon]) => `${one(lat, 2, "N", "S")} ${one(lon, 3, "E", "W")}`;

/** Great-circle distance, nautical miles. */
export function milesBetween([lat1, lon1], [lat2, lon2]) {
  const half = (degree) => Math.sin((degree * RAD) / 2) ** 2;
  const a = half(lat2 - lat1) + Math.cos(lat1 * RAD) * Math.cos(lat2 * RAD) * half(lon2 - lon1);
  return (2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(a)))) / NM_M;
}

/** Where one is after so many miles on a first course, [lat, lon]. */
export function ahead([lat, lon], bearing, nm) {
  const [phi, theta, delta] = [lat * RAD, bearing * RAD, (nm * NM_M) / EARTH_M];
  const sine = Math.sin(phi) * Math.cos(delta) + Math.cos(phi) * Math.sin(delta) * Math.cos(theta);
  const east = Math.atan2(
    Math.sin(theta) * Math.sin(delta) * Math.cos(phi), Math.cos(delta) - Math.sin(phi) * sine,
  );
  return [Math.asin(sine) / RAD, ((lon + east / RAD + 540) % 360) - 180];
}

/** Area of a ring of [lat, lon] on the sphere, nm². */
export function areaNm2(ring) {
  let sum = 0;
  ring.forEach(([lat, lon], at) => {
    const [lat2, lon2] = ring[(at + 1) % ring.length];
    sum += (lon2 - lon) * RAD * (2 + Math.sin(lat * RAD) + Math.sin(lat2 * RAD));
  });
  return Math.abs((sum * EARTH_M * EARTH_M) / 2) / (NM_M * NM_M);
}
