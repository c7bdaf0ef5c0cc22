// Where every vessel was in the last half hour: a ring of points each, of fixed size, so that a tab
// left open for days keeps no more than on its first hour.

export const POINTS = 40;
export const STEP_MS = 45000; // 40 of them: half an hour
const MOST = 60000; // vessels
const WHOLE = 2 ** 30; // a Mercator unit in whole numbers: 3 cm
const APART = 2e-7; // of the world's width, some 8 m: less is a moored ship's jitter
const SWEEP_EVERY = 120; // frames

export class Trails {
  constructor(capacity = 1024) {
    this.places = new Map(); // key -> row
    this.free = [];
    this.frames = 0;
    this.#make(capacity);
  }

  #make(capacity) {
    const [x, y, at, next, length] = [this.x, this.y, this.at, this.next, this.length];
    this.x = new Int32Array(capacity * POINTS);
    this.y = new Int32Array(capacity * POINTS);
    this.at = new Float64Array(capacity * POINTS);
    this.next = new Uint8Array(capacity);
    this.length = new Uint8Array(capacity);
    this.capacity = capacity;
    if (!x) return;
    this.x.set(x);
    this.y.set(y);
    this.at.set(at);
    this.next.set(next);
    this.length.set(length);
  }

  /** Note where everybody is whose last point is old enough. */
  take(fleet) {
    for (let slot = 0; slot < fleet.size; slot += 1) {
      const row = this.#row(fleet.key[slot]);
      if (row < 0) continue;
      const newest = row * POINTS + ((this.next[row] + POINTS - 1) % POINTS);
      if (this.length[row]) {
        if (fleet.heard[slot] - this.at[newest] < STEP_MS) continue;
        const far = Math.abs(fleet.x[slot] - this.x[newest] / WHOLE) + Math.abs(fleet.y[slot] - this.y[newest] / WHOLE);
        if (far < APART) continue;
      }
      this.#push(row, fleet.x[slot], fleet.y[slot], fleet.heard[slot]);
    }
    this.frames += 1;
    if (this.frames % SWEEP_EVERY === 0) this.#sweep(fleet);
  }

  #row(key) {
    const known = this.places.get(key);
    if (known !== undefined) return known;
    const row = this.free.pop() ?? this.places.size;
    if (row >= MOST) return -1;
    if (row >= this.capacity) this.#make(this.capacity * 2);
    this.places.set(key, row);
    this.next[row] = this.length[row] = 0;
    return row;
  }

  #push(row, x, y, at) {
    const place = row * POINTS + this.next[row];
    this.x[place] = Math.round(x * WHOLE);
    this.y[place] = Math.round(y * WHOLE);
    this.at[place] = at;
    this.next[row] = (this.next[row] + 1) % POINTS;
    if (this.length[row] < POINTS) this.length[row] += 1;
  }

  /** Forget those who left the picture. */
  #sweep(fleet) {
    for (const [key, row] of this.places) {
      if (fleet.slots.has(key)) continue;
      this.places.delete(key);
      this.free.push(row);
    }
  }

  /** Write a vessel's points into two arrays of Mercator pairs, the oldest first; return how many. */
  points(key, xs, ys) {
    const row = this.places.get(key);
    if (row === undefined) return 0;
    const length = this.length[row];
    for (let i = 0; i < length; i += 1) {
      const place = row * POINTS + ((this.next[row] + POINTS - length + i) % POINTS);
      xs[i] = this.x[place] / WHOLE;
      ys[i] = this.y[place] / WHOLE;
    }
    return length;
  }

  /** Call `visit(x, y, at)` for each point of a vessel, the oldest first. */
  each(key, visit) {
    const row = this.places.get(key);
    if (row === undefined) return;
    const length = this.length[row];
    for (let i = 0; i < length; i += 1) {
      const place = row * POINTS + ((this.next[row] + POINTS - length + i) % POINTS);
      visit(this.x[place] / WHOLE, this.y[place] / WHOLE, this.at[place]);
    }
  }
}
