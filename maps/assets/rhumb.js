// Distances and bearings along rhumb lines: what is straight on this map, and what is steered.

const NM_DEG = 60; // a degree of latitude, in nautical miles as charts have it
const rad = (degrees) => (degrees * Math.PI) / 180;
const stretched = (lat) => Math.log(Math.tan(Math.PI / 4 + rad(lat) / 2));

/** From one {lat, lng} to another: nautical miles and the true bearing in degrees. */
export function leg(from, to) {
  const north = rad(to.lat - from.lat);
  const up = stretched(to.lat) - stretched(from.lat);
  const east = rad(to.lng - from.lng);
  // Along a parallel both differences are nothing: there the latitude itself says the ratio.
  const ratio = Math.abs(up) > 1e-9 ? north / up : Math.cos(rad(from.lat));
  const nm = (Math.hypot(north, ratio * east) * 180 * NM_DEG) / Math.PI;
  return { nm, bearing: ((Math.atan2(east, up) * 180) / Math.PI + 360) % 360 };
}

/** Pixels of so many nautical miles at a latitude, `world` being the whole map's width in px. */
export function pixelsOf(nm, lat, world) {
  return (nm * world) / (360 * NM_DEG * Math.cos(rad(lat)));
}
