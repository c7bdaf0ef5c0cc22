// Where a zone's name stands when its middle is out of sight: in the widest part that is seen.

const COLUMNS = 13;
const ROWS = 8;
const RIM_PX = 24; // a name on the edge of the map is not read

/** Whether a point lies in rings of Mercator pairs, holes excepted. */
function holds(rings, u, v) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 2; i < ring.length; j = i, i += 2) {
      const [a, b] = [ring[i + 1], ring[j + 1]];
      if (a > v === b > v) continue;
      if (u < ((ring[j] - ring[i]) * (v - a)) / (b - a) + ring[i]) inside = !inside;
    }
  }
  return inside;
}

/** Places in sight, in rows and columns, on water: the same for all zones of one drawing. */
function waterIn(layer) {
  const { left, top, right, bottom } = layer.seen;
  const found = [];
  for (let row = 0; row < ROWS; row += 1) {
    for (let column = 0; column < COLUMNS; column += 1) {
      const x = left + ((column + 0.5) * (right - left)) / COLUMNS;
      const y = top + ((row + 0.5) * (bottom - top)) / ROWS;
      const [u, v] = [(x + layer.pixel.x) / layer.world, (y + layer.pixel.y) / layer.world];
      found.push({ x, y, u, v, water: !onLand(layer, u, v) });
    }
  }
  return found;
}

function onLand({ land, zoom }, u, v) {
  const z = Math.max(0, Math.round(zoom) - 1);
  const tile = land?.tile(z, Math.floor(u * 2 ** z), Math.floor(v * 2 ** z)) ?? [];
  return tile.some((polygon) => holds(polygon, u, v));
}

/** Where on the canvas a text of `width` px is read best; null where nothing of the zone is seen. */
export function spotOf(layer, zone, width) {
  const seen = layer.seen;
  const [x, y] = layer.pixels(...zone.label);
  const half = width / 2;
  if (x > seen.left + half && x < seen.right - half && y > seen.top + RIM_PX && y < seen.bottom - RIM_PX) {
    return [x, y];
  }
  layer.water ??= waterIn(layer);
  const places = layer.water.map((place) => {
    return { ...place, inside: place.water && holds(zone.shown, place.u, place.v) };
  });
  const outside = places.filter(({ inside }) => !inside);
  let [best, found] = [0, null];
  for (const place of places) {
    const sides = [place.x - seen.left, seen.right - place.x].map((far) => far - half);
    if (!place.inside || Math.min(...sides) < 0) continue;
    // What is wide counts more than what is high, as texts are.
    const far = (other) => Math.hypot((place.x - other.x) / 2, place.y - other.y);
    const reach = outside.reduce((least, other) => Math.min(least, far(other)), Infinity);
    const room = Math.min(reach, place.y - seen.top, seen.bottom - place.y, ...sides);
    if (room > best) [best, found] = [room, [place.x, place.y]];
  }
  return found;
}
