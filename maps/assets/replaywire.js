// Decoder of a span of the past (docs/replay.md); the Python twin is maps/live/past.py.

import { say } from "./texts.js";

const VERSION = 2;
const HEADER_BYTES = 40;
const SHIP_BYTES = 56;
const [NAME_AT, NAME_BYTES] = [20, 34];

const utf8 = new TextDecoder();

/**
 * Read a chunk: {begin, from, to (epoch ms), step (s between two rows of a ship), rows, ships: [{key, mmsi, first, rows, …}], lon, lat,
 * motion, second}; ships in the order of the columns, after each who she said to be later, without rows: `since` (epoch ms). Throws when version or length do not fit.
 */
export function decode(buffer) {
  const view = new DataView(buffer);
  const [version, ships, rows] = [0, 4, 8].map((at) => view.getUint32(at, true));
  if (version !== VERSION) throw new Error(say("replay.version", { version }));
  const columns = HEADER_BYTES + ships * SHIP_BYTES;
  if (columns + rows * 14 !== buffer.byteLength) throw new Error(say("replay.cut_off"));
  const step = view.getUint32(12, true);
  const [begin, from, to] = [16, 24, 32].map((at) => Number(view.getBigInt64(at, true)));
  const list = new Array(ships);
  let first = 0;
  for (let i = 0; i < ships; i += 1) {
    const one = (list[i] = ship(view, HEADER_BYTES + i * SHIP_BYTES, first));
    one.since = one.since ? begin + one.since * 1000 : from;
    first += one.rows;
  }
  return {
    begin, from, to, step, rows, ships: list, bytes: buffer.byteLength,
    lon: new Int32Array(buffer, columns, rows),
    lat: new Int32Array(buffer, columns + rows * 4, rows),
    motion: new Uint32Array(buffer, columns + rows * 8, rows),
    second: new Uint16Array(buffer, columns + rows * 12, rows),
  };
}

function ship(view, at, first) {
  return {
    key: view.getUint32(at, true),
    mmsi: view.getUint32(at + 4, true),
    rows: view.getUint32(at + 8, true),
    kind: view.getUint8(at + 12),
    port: view.getUint8(at + 13),
    starboard: view.getUint8(at + 14),
    bow: view.getUint16(at + 16, true),
    stern: view.getUint16(at + 18, true),
    name: text(view, at + NAME_AT),
    since: view.getUint16(at + NAME_AT + NAME_BYTES, true),
    first,
  };
}

function text(view, at) {
  let end = 0;
  while (end < NAME_BYTES && view.getUint8(at + end) !== 0) end += 1;
  return end ? utf8.decode(new Uint8Array(view.buffer, at, end)).trim() : "";
}
