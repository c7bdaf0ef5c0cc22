// Sound of new alerts: a tone for each lane, and one for a screen that is not live any more. Made
// here, unlocked by the first press on the page.

import { keep, kept } from "./kept.js";

const SHORT = 0.16; // s
/** Frequencies in Hz one after the other; 0 is a rest. A rescue is never mistaken for the others. */
export const TUNES = {
  sar: [1175, 880, 1175, 880, 1175, 880],
  law: [659, 0, 659],
  infrastructure: [440],
  lost: [330, 0, 262, 0, 196],
};
const SHAPES = { sar: "square", law: "triangle", infrastructure: "sine", lost: "triangle" };

export class Tones {
  /** `onState()` when the browser began or ceased to let us sound. */
  constructor(onState = () => {}) {
    this.onState = onState;
    this.volume = Number(kept("volume", "70"));
    this.lanes = new Set(kept("tones", "sar,law").split(","));
    this.sounding = new Map(); // tones that are out or to come, and of which tune
    this.heard = []; // lanes whose tune came out of the browser to its last note, the oldest first
    // A finger counts for the browser only when it is lifted.
    for (const kind of ["pointerdown", "pointerup", "keydown"]) addEventListener(kind, () => this.unlock());
    // Who pressed while the page was still coming has pressed.
    if (navigator.userActivation?.hasBeenActive) this.unlock();
  }

  /** Whether the browser keeps us silent: it wants a press on the page first. */
  get blocked() {
    return this.context?.state !== "running";
  }

  async unlock() {
    if (!this.blocked) return;
    this.context ??= new AudioContext();
    this.context.onstatechange = () => this.onState();
    try {
      await this.context.resume();
    } catch {
      // It stays blocked, and the page says so.
    }
    this.onState();
  }

  set(volume) {
    this.volume = volume;
    keep("volume", String(volume));
  }

  want(lane, wanted) {
    this.lanes[wanted ? "add" : "delete"](lane);
    keep("tones", [...this.lanes].join(","));
  }

  /** Sound for a lane; `test` also where its tone is switched off. False where the browser keeps it back. */
  play(lane, test = false) {
    if ((!test && !this.lanes.has(lane)) || !this.volume) return true; // it was not wanted
    return this.#sound(lane);
  }

  /** Say that the screen is not live. It waits for every other tune, and each cuts it off. */
  lost() {
    if (this.sounding.size) return false;
    return !this.volume || this.#sound("lost");
  }

  #sound(lane) {
    if (this.blocked) return false;
    for (const [tone, tune] of this.sounding) if (tune === "lost") this.#cut(tone);
    TUNES[lane].forEach((hertz, place) => { if (hertz) this.#note(lane, hertz, place); });
    return true;
  }

  #cut(tone) {
    tone.onended = null;
    tone.stop();
    this.sounding.delete(tone);
  }

  #note(lane, hertz, place) {
    const { context } = this;
    const [tone, gain] = [context.createOscillator(), context.createGain()];
    const begin = context.currentTime + place * SHORT;
    tone.type = SHAPES[lane];
    tone.frequency.value = hertz;
    // Squared, as ears hear it; a square wave is louder than it looks.
    const loud = (this.volume / 100) ** 2 * (lane === "sar" ? 0.35 : 0.6);
    gain.gain.setValueAtTime(0, begin);
    gain.gain.linearRampToValueAtTime(loud, begin + 0.01);
    gain.gain.linearRampToValueAtTime(0, begin + SHORT * 0.95);
    tone.connect(gain).connect(context.destination);
    tone.start(begin);
    tone.stop(begin + SHORT);
    this.sounding.set(tone, lane);
    tone.onended = () => this.#ended(tone, place === TUNES[lane].length - 1);
  }

  #ended(tone, last) {
    const lane = this.sounding.get(tone);
    this.sounding.delete(tone);
    if (!last) return;
    this.heard.push(lane);
    if (this.heard.length > 50) this.heard.shift();
  }
}
