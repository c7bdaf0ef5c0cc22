// Open lines of zones, cut to what is drawn: dashes beyond it would cost time for nothing.

/** Which part of a stretch lies in a box, as shares of it; null for none (Liang and Barsky). */
export function part(x1, y1, x2, y2, [left, top, right, bottom]) {
  let [from, to] = [0, 1];
  const [dx, dy] = [x2 - x1, y2 - y1];
  for (const [by, room] of [[-dx, x1 - left], [dx, right - x1], [-dy, y1 - top], [dy, bottom - y1]]) {
    if (by === 0) {
      if (room < 0) return null;
    } else if (by < 0) from = Math.max(from, room / by);
    else to = Math.min(to, room / by);
  }
  return from <= to ? [from, to] : null;
}

/** Add a line of Mercator pairs to the path, in steps of at least `step` px. */
export function course(context, layer, points, step) {
  const box = layer.view;
  const last = points.length - 2;
  const least = step / layer.world;
  let [x, y, drawing] = [points[0], points[1], false];
  for (let i = 2; i <= last; i += 2) {
    const [nextX, nextY] = [points[i], points[i + 1]];
    if (i < last && Math.abs(nextX - x) < least && Math.abs(nextY - y) < least) continue;
    const seen = part(x, y, nextX, nextY, box);
    if (seen) {
      const at = (share) => layer.pixels(x + share * (nextX - x), y + share * (nextY - y));
      if (!drawing || seen[0] > 0) context.moveTo(...at(seen[0]));
      context.lineTo(...at(seen[1]));
    }
    drawing = seen !== null && seen[1] === 1;
    [x, y] = [nextX, nextY];
  }
}
