// Where replay gets its data: chunks of ten minutes of the box in view, ahead of time, kept within
// bounds of memory.

import { PATIENCE_MS, why, within } from "./ask.js";
import { decode } from "./replaywire.js";
import { Tracks } from "./replaytracks.js";
import { say } from "./texts.js";

export const CHUNK_MS = 600000;
const LEAD_S = 3600; // before the first chunk: who was silent then
const CACHE_BYTES = 48e6; // of answers, so that a step back costs nothing
const MOST_ROWS = 2.2e6; // of tracks, 28 bytes each
const AGAIN_MS = 3000; // after a failure
const SEA = { west: -7, south: 29, east: 37, north: 47 };
const SEA_COST = 1200; // square degrees × hours; the server's limit is 1,500

export const chunkOf = (time) => Math.floor(time / CHUNK_MS);

/** The box in view, wider by half and in whole degrees; no more of the sea than may be asked for. */
export function boxOf(bounds) {
  const [lon, lat] = [(bounds.getEast() - bounds.getWest()) / 4, (bounds.getNorth() - bounds.getSouth()) / 4];
  const box = {
    west: Math.max(-180, Math.floor(bounds.getWest() - lon)),
    south: Math.max(-85, Math.floor(bounds.getSouth() - lat)),
    east: Math.min(180, Math.ceil(bounds.getEast() + lon)),
    north: Math.min(85, Math.ceil(bounds.getNorth() + lat)),
  };
  const cost = (box.east - box.west) * (box.north - box.south) * (LEAD_S / 3600 + CHUNK_MS / 3600000);
  return cost > SEA_COST ? SEA : box;
}

const holds = (box, bounds) => box === SEA || (box.west <= bounds.getWest() && box.east >= bounds.getEast()
  && box.south <= bounds.getSouth() && box.north >= bounds.getNorth());

export class Store {
  /** `onChange()` when data came or failed. */
  constructor(onChange) {
    Object.assign(this, { onChange, box: null, error: "", failedAt: -Infinity });
    this.tracks = new Tracks();
    this.cache = new Map(); // question -> ArrayBuffer, the oldest use first
    this.bytes = 0;
    this.#reset(0);
  }

  #reset(first) {
    Object.assign(this, { first, next: first, asking: null, generation: (this.generation ?? 0) + 1 });
    this.stale = true; // what is there is shown until the first new data come
  }

  /** Let go of everything. */
  clear() {
    this.cache.clear();
    this.bytes = 0;
    this.box = null;
    this.tracks = new Tracks();
    this.#reset(0);
  }

  /** Whether a moment can be shown. */
  has(time) {
    const chunk = chunkOf(time);
    return chunk >= this.first && chunk < this.next;
  }

  /** See to it that a moment and so many chunks after it are there, up to `end`. */
  want(time, ahead, end, bounds) {
    const chunk = chunkOf(time);
    const elsewhere = chunk < this.first || chunk > this.next;
    if (!this.box || elsewhere || !holds(this.box, bounds)) {
      this.box = boxOf(bounds);
      this.#reset(chunk);
    }
    const last = Math.min(chunk + ahead, chunkOf(end - 1));
    if (this.next <= last && !this.asking && performance.now() - this.failedAt > AGAIN_MS) this.#fetch();
  }

  async #fetch() {
    const { generation, box, next } = this;
    const lead = next === this.first ? LEAD_S : 0;
    const from = next * CHUNK_MS;
    const asked = new URLSearchParams({ from, to: from + CHUNK_MS, lead, ...box }).toString();
    this.asking = asked;
    try {
      const buffer = await this.#get(asked);
      if (generation !== this.generation) return;
      const chunk = decode(buffer);
      if (this.stale) this.tracks = new Tracks();
      this.stale = false;
      this.tracks.add(chunk);
      this.step = chunk.step;
      this.next += 1;
      this.error = "";
      if (this.tracks.rows > MOST_ROWS) this.#shorten();
    } catch (error) {
      if (generation !== this.generation) return;
      this.error = why(error, PATIENCE_MS);
      this.failedAt = performance.now();
    }
    this.asking = null;
    this.onChange();
  }

  /** Keep the newer half. */
  #shorten() {
    this.first += Math.max(1, (this.next - this.first) >> 1);
    this.tracks.drop(this.first * CHUNK_MS);
  }

  async #get(asked) {
    const known = this.cache.get(asked);
    if (known) {
      this.cache.delete(asked);
      this.cache.set(asked, known);
      return known;
    }
    const answer = await within(`/api/v1/replay?${asked}`, {}, PATIENCE_MS);
    if (!answer.ok) {
      const said = await answer.json().catch(() => null);
      throw new Error(said?.error ?? say("common.answered", { status: answer.status }));
    }
    const buffer = await answer.arrayBuffer();
    this.cache.set(asked, buffer);
    this.bytes += buffer.byteLength;
    for (const [old, { byteLength }] of this.cache) {
      if (this.bytes <= CACHE_BYTES) break;
      this.cache.delete(old);
      this.bytes -= byteLength;
    }
    return buffer;
  }
}
