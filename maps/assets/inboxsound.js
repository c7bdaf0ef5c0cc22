// What is heard of alerts: what came, what nobody took, a silence that ended, a screen that is not
// live any more; and the note that says why a rescue might not be heard here.

import { SEVERITIES, waits } from "./alertwords.js";
import { kept } from "./kept.js";
import { say } from "./texts.js";
import { Tones } from "./tones.js";

const AGAIN_MS = 20000; // a rescue that nobody has taken sounds again
const DEAD_MS = 20000; // most links are back by themselves before
const DEAD_AGAIN_MS = 60000; // then twice as long each time
const LONGEST_DEAD_MS = 16 * 60000;
const LOW = 20; // of 100: below it a room with people in it is louder
const CLICK_MS = 400; // a press and its end
const byId = (id) => document.getElementById(id);

export const quiet = ({ snoozed }, now) => Boolean(snoozed && snoozed > now);

export class InboxSound {
  /** `time()` is the server's; `settings()` shows where sound is set. */
  constructor({ time, settings }) {
    Object.assign(this, { time, alerts: [], asleep: new Set(), owed: "", sounded: 0, dead: {}, deadWait: 0, deadAgain: 0 });
    this.tones = new Tones(() => this.#unblocked());
    byId("sound-note").addEventListener("click", settings);
  }

  /** Sound for what came with a frame of marks: `alerts`, the gravest lane first; `before` by id. */
  came(alerts, before) {
    this.alerts = alerts;
    const now = this.time();
    const fresh = alerts.find((alert) => !quiet(alert, now) && (waits(alert) ? !(before && was(before, alert)) : graver(before, alert)));
    if (fresh && (before || fresh.lane === "sar")) this.#play(fresh.lane);
  }

  /** Each second; `calls` are the rescues that nobody has taken. */
  tick(calls) {
    const now = performance.now();
    const woken = this.#woken();
    if (woken) this.#play(woken.lane);
    else if (calls.length && kept("again", "on") === "on" && now - this.sounded > AGAIN_MS) this.#play("sar");
    else this.#sayDead(now);
  }

  /** Since when (server's time, ms) the screen is not live because of `cause`; null: it is again. */
  stands(cause, since) {
    if (since === null) delete this.dead[cause];
    else this.dead[cause] ??= performance.now() - Math.max(0, this.time() - since);
    if (Object.keys(this.dead).length) return;
    // What fails next is another matter: it waits for none of the long silences of this one.
    this.deadWait = 0;
    this.deadAgain = Math.min(this.deadAgain, performance.now() + DEAD_AGAIN_MS);
  }

  #sayDead(now) {
    const from = Math.min(...Object.values(this.dead));
    if (now - from < DEAD_MS || now < this.deadAgain || from === Infinity) return;
    if (!this.tones.lost()) return; // another tune is out, or the browser keeps us silent
    this.deadWait = Math.min(Math.max(DEAD_AGAIN_MS, this.deadWait * 2), LONGEST_DEAD_MS);
    this.deadAgain = now + this.deadWait;
  }

  /** The gravest alert whose silence has just ended: it is as if it came now. */
  #woken() {
    const now = this.time();
    const woken = this.alerts.find((alert) => this.asleep.has(alert.id) && alert.snoozed && !quiet(alert, now));
    this.asleep = new Set(this.alerts.filter((alert) => quiet(alert, now)).map(({ id }) => id));
    return woken;
  }

  #play(lane) {
    const out = this.tones.play(lane);
    if (out && lane === "sar") this.sounded = performance.now();
    // What the browser kept back was not heard: it comes when sound does.
    if (!out && this.owed !== "sar") this.owed = lane;
    this.note();
  }

  #unblocked() {
    const lane = this.tones.blocked ? "" : this.owed;
    if (lane) {
      this.owed = "";
      const now = this.time();
      if (this.alerts.some((alert) => alert.lane === lane && !quiet(alert, now))) this.#play(lane);
    }
    this.note();
  }

  /** Say why a rescue might not be heard here: who sits down did not always choose what is set. */
  note() {
    const [line, button] = [byId("inbox-blocked"), byId("sound-note")];
    const [mute, said] = this.#missing();
    const hide = (hidden) => { line.hidden = button.hidden = hidden; };
    // Not under a pointer that is pressed: what it is on would move, and the click be lost.
    if (!said && !line.hidden) setTimeout(() => { if (!this.#missing()[1]) hide(true); }, CLICK_MS);
    else hide(!said);
    if (!said || line.textContent === said) return;
    line.textContent = button.title = said;
    byId("sound-word").textContent = say(mute ? "inbox.no_sound" : "inbox.little_sound");
  }

  /** Whether nothing at all is heard, and in words what is missing; "" where all is well. */
  #missing() {
    const { tones } = this;
    if (byId("inbox").hidden) return [false, ""]; // who may know of no alert misses none
    if (!tones.lanes.has("sar")) return [true, say("inbox.tone_off")];
    if (!tones.volume) return [true, say("inbox.volume_off")];
    const said = [
      tones.blocked && say("inbox.tone_blocked"),
      tones.volume < LOW && say("inbox.volume_low", { n: tones.volume }),
      kept("again", "on") !== "on" && say("inbox.tone_once"),
    ];
    return [tones.blocked, said.filter(Boolean).join(" ")];
  }
}

/** Whether an alert waited before as it does now: what became graver sounds again. */
function was(before, alert) {
  const old = before.get(alert.id);
  return old !== undefined && waits(old) && SEVERITIES.indexOf(alert.severity) <= SEVERITIES.indexOf(old.severity);
}

/** Whether a rescue that somebody has taken became another matter: who took it heard of less. */
function graver(before, alert) {
  const old = before?.get(alert.id);
  if (alert.lane !== "sar" || !old) return false;
  return SEVERITIES.indexOf(alert.severity) > SEVERITIES.indexOf(old.severity) || (alert.kind === "distress" && old.kind !== "distress");
}
