// Decoder of the live map's frames (docs/live-map.md); the Python twin is maps/live/wire.py.

export const VERSION = 2;
export const SNAPSHOT = 0;
export const DELTA = 1;

const HEADER_BYTES = 28;
const MOVED_BYTES = 18;
const SHIP_BYTES = 70;
const [NAME_AT, NAME_BYTES] = [16, 34];
const [DESTINATION_AT, DESTINATION_BYTES] = [50, 20];
const UNITS_PER_DEGREE = 600000;
const AGE_STEP_MS = 2000;

const utf8 = new TextDecoder();

/** Read a frame's header; throws when version or length do not fit. */
export function header(buffer) {
  if (buffer.byteLength < HEADER_BYTES) throw new Error(`frame of ${buffer.byteLength} bytes`);
  const view = new DataView(buffer);
  const head = {
    version: view.getUint8(0),
    kind: view.getUint8(1),
    sequence: view.getUint32(4, true),
    now: Number(view.getBigInt64(8, true)),
    moved: view.getUint32(16, true),
    ships: view.getUint32(20, true),
    removed: view.getUint32(24, true),
  };
  const bytes =
    HEADER_BYTES + head.moved * MOVED_BYTES + head.ships * SHIP_BYTES + head.removed * 4;
  if (head.version !== VERSION) throw new Error(`frame of version ${head.version}`);
  if (bytes !== buffer.byteLength) throw new Error(`frame of ${buffer.byteLength}, not ${bytes}`);
  return head;
}

/** Put a frame into the fleet: identities first, so that no vessel moves before it exists. */
export function apply(buffer, head, fleet) {
  const view = new DataView(buffer);
  if (head.kind === SNAPSHOT) fleet.clear();
  const moved = HEADER_BYTES;
  const ships = moved + head.moved * MOVED_BYTES;
  const removed = ships + head.ships * SHIP_BYTES;
  for (let i = 0, at = ships; i < head.ships; i += 1, at += SHIP_BYTES) ship(view, at, fleet);
  for (let i = 0, at = moved; i < head.moved; i += 1, at += MOVED_BYTES) {
    move(view, at, head.now, fleet);
  }
  for (let i = 0, at = removed; i < head.removed; i += 1, at += 4) {
    fleet.remove(view.getUint32(at, true));
  }
  fleet.now = head.now;
}

function ship(view, at, fleet) {
  const slot = fleet.slot(view.getUint32(at, true));
  fleet.mmsi[slot] = view.getUint32(at + 4, true);
  fleet.kind[slot] = view.getUint8(at + 8);
  fleet.port[slot] = view.getUint8(at + 9);
  fleet.starboard[slot] = view.getUint8(at + 10);
  fleet.bow[slot] = view.getUint16(at + 12, true);
  fleet.stern[slot] = view.getUint16(at + 14, true);
  fleet.name[slot] = text(view, at + NAME_AT, NAME_BYTES);
  fleet.destination[slot] = text(view, at + DESTINATION_AT, DESTINATION_BYTES);
}

function text(view, at, most) {
  let end = 0;
  while (end < most && view.getUint8(at + end) !== 0) end += 1;
  return end ? utf8.decode(new Uint8Array(view.buffer, at, end)).trim() : "";
}

function move(view, at, now, fleet) {
  const slot = fleet.slot(view.getUint32(at, true));
  const motion = view.getUint32(at + 12, true);
  fleet.place(
    slot,
    view.getInt32(at + 4, true) / UNITS_PER_DEGREE,
    view.getInt32(at + 8, true) / UNITS_PER_DEGREE,
  );
  fleet.course[slot] = motion & 511;
  fleet.heading[slot] = (motion >>> 9) & 511;
  fleet.speed[slot] = (motion >>> 18) & 1023;
  fleet.state[slot] = motion >>> 28;
  fleet.heard[slot] = now - view.getUint16(at + 16, true) * AGE_STEP_MS;
}
