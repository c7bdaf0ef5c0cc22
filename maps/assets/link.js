// The live socket: snapshot, deltas, and a calm return when the link is lost.

import { apply, header, SNAPSHOT } from "./wire.js";

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30000;
const TRY_LATER = 1013; // the close code of a server that has as many open maps as it allows
const SIGNED_OUT = 4401; // the close code of a session that has ended
const NOT_KNOWN = 4503; // the close code while the database does not say whose socket it is
const SILENCE_MS = 8000; // the server sends each second; eight missing are no coincidence
const WOKEN_MS = 3000; // and three, where something happened that breaks links
const APART_MS = 2000; // between two tries, however often that happens
const HERD_MS = 1000; // a network that is back wakes all screens of an office at once

/**
 * Keep `fleet` up to date. Tells `on.frame()` after each frame, `on.status(json)` what the server
 * says of itself, `on.marks(json)` what people are concerned with, `on.unread(json)` since when alerts are not read, `on.present(json)` who else
 * looks at the alert that is open here, `on.out()` when its person is signed out: then it rests until `again`, `on.lost({since, retryAt, full, database})` when the link is gone and `on.back()` when it is back.
 */
export class Link {
  constructor(address, fleet, on) {
    Object.assign(this, { address, fleet, on, sequence: null, wait: FIRST_WAIT_MS, since: null });
    this.bytes = this.moved = 0; // of all deltas, for the bench
    this.watch = setInterval(() => this.#listen(), 1000);
    addEventListener("online", () => this.#woken(HERD_MS));
    addEventListener("pageshow", () => this.#woken());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#woken(); });
    this.connect();
  }

  connect() {
    clearTimeout(this.timer);
    this.sequence = null;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    this.resting = false;
    this.triedAt = performance.now();
    this.#heard();
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => {
      if (socket === this.socket) this.take(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.socket) return;
      if (code === SIGNED_OUT) this.#out();
      else this.#lost({ full: code === TRY_LATER, database: code === NOT_KNOWN });
    };
  }

  /** Tell the server something; false while there is no link. */
  say(told) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(told));
    return true;
  }

  /** Try at once instead of waiting. */
  again() {
    this.wait = FIRST_WAIT_MS;
    this.#drop();
    this.connect();
  }

  /** Take one message: text or a frame. */
  take(data) {
    this.#heard();
    if (typeof data === "string") {
      const said = JSON.parse(data);
      if (said.type === "marks") this.on.marks(said);
      else if (said.type === "present") this.on.present(said);
      else if (said.type === "unread") this.on.unread(said);
      else this.on.status(said);
      return;
    }
    const head = header(data);
    const follows = this.sequence !== null && head.sequence === this.sequence + 1;
    if (head.kind !== SNAPSHOT && !follows) {
      // A frame is missing: what we show would be wrong from here on. Ask for the whole picture.
      if (this.sequence !== null) this.socket.send("snapshot");
      this.sequence = null;
      return;
    }
    apply(data, head, this.fleet);
    this.sequence = head.sequence;
    if (head.kind !== SNAPSHOT) {
      this.bytes += data.byteLength;
      this.moved += head.moved;
    }
    this.wait = FIRST_WAIT_MS;
    if (this.since !== null) {
      this.since = null;
      this.on.back();
    }
    this.on.frame(head, data.byteLength);
  }

  #heard() {
    this.heardAt = performance.now();
    this.heardWhen = Date.now();
  }

  /** How long nothing came, ms: a computer that sleeps may stop one of its clocks. */
  get #silent() {
    return Math.max(performance.now() - this.heardAt, Date.now() - this.heardWhen);
  }

  /** Whether a socket is there of which something is to be expected. */
  get #there() {
    return this.socket.readyState === WebSocket.OPEN || this.socket.readyState === WebSocket.CONNECTING;
  }

  #listen() {
    if (this.#there && this.#silent > SILENCE_MS) {
      this.#drop();
      this.#lost();
    }
  }

  /** The computer, its network or this tab is back: what was lost meanwhile is fetched now. */
  #woken(herd = 0) {
    const well = () => this.resting || (this.#there && this.#silent < WOKEN_MS);
    if (well()) return;
    const wait = Math.max(APART_MS - (performance.now() - this.triedAt), Math.random() * herd);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { if (!well()) this.again(); }, wait);
  }

  #out() {
    this.#drop();
    clearTimeout(this.timer);
    this.resting = true;
    this.on.out();
  }

  #drop() {
    const old = this.socket;
    this.socket = { readyState: WebSocket.CLOSED };
    old.onclose = null;
    old.close?.();
  }

  #lost(why = {}) {
    this.since ??= this.heardWhen;
    // Jitter: two hundred screens must not all come back in the same second.
    const wait = this.wait * (0.75 + Math.random() / 2);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT_MS);
    this.on.lost({ since: this.since, retryAt: Date.now() + wait, ...why });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.connect(), wait);
  }
}
