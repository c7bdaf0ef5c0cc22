// When the session ends: said early enough, and cured in place. The map keeps its view meanwhile.

import { element } from "./bar.js";
import { ask, forget, me } from "./me.js";
import { many, say } from "./texts.js";
import { clock } from "./words.js";

const EARLY_MS = 30 * 60000;
const SOON_MS = 5 * 60000;
const TICK_MS = 1000;
const ASK_MS = 15000; // after the end: somebody may have signed in by another page of this browser
const LATER_MS = 60000; // the server knew who, and not until when
const SLACK_MS = 10000; // the server looks each five seconds, and clocks differ
const ANEW = "/sign-in?again=1&to=";
const CHANNEL = "vedetta";

const minutes = (ms) => {
  const left = Math.max(1, Math.ceil(ms / 60000));
  return many("session.minutes", left);
};
const at = (ms) => `${clock(ms).slice(0, 5)} UTC`;

/** What the strip says on the map; pages with forms have words of their own. */
const OF_MAP = {
  out: (time) => say("session.out", { time }),
  now: (time) => say("session.ends_now", { time }),
  soon: (time, left) => say("session.ends_soon", { time, minutes: left }),
};

/**
 * The strip below the bar. `on.out()` when the map is not live any more, `on.anew()` when it may be
 * again; `on.alone` where no link tells of the end, so that the clock has to.
 */
export class Session {
  constructor(place, on, words = OF_MAP) {
    Object.assign(this, { on, words, ends: null, name: "", state: "", ended: null, unsure: false });
    this.strip = element("div");
    this.strip.id = "session";
    this.strip.hidden = true;
    this.line = element("p");
    this.line.setAttribute("role", "status");
    this.button = element("button", say("session.again"));
    this.button.type = "button";
    this.button.addEventListener("click", () => this.open());
    this.strip.append(this.line, this.button);
    place.after(this.strip);
    try {
      new BroadcastChannel(CHANNEL).onmessage = () => this.renew();
    } catch {
      // An old browser: the page learns of it when it is looked at again.
    }
    addEventListener("focus", () => { if (this.state) this.renew(); });
    setInterval(() => this.tick(), TICK_MS);
    this.askedAt = Date.now();
    me().then((told) => this.#know(told));
  }

  /**
   * The server let go of the link. Was it the session's time, the page stands and says so; also
   * where that time is not known, for a view that is lost is worse than a press of a button.
   */
  out(wall) {
    const now = Date.now();
    const timely = this.ends === null || now > this.ends - SLACK_MS;
    if (!timely && !wall) {
      location.reload(); // the sign-in, and back to this place of the map
      return;
    }
    this.ended = timely ? (this.ends ?? now) : now;
    this.on.out(this.ended);
    this.tick();
  }

  /** Sign in on a page of its own: this one keeps its view, its filter and its selection. */
  open() {
    const opened = window.open(`${ANEW}/signed-in`, "vedetta-sign-in", "popup,width=520,height=720");
    if (!opened) location.assign(ANEW + encodeURIComponent(location.pathname + location.search) + location.hash);
  }

  /** Ask who is signed in now; another person begins with a page of their own. */
  async renew() {
    forget();
    const { name: before, ends, ended } = this;
    this.unsure = !(await this.#ask());
    if (this.unsure) return;
    if (before && this.name !== before) {
      location.reload();
      return;
    }
    this.ended = null;
    // The window only came to the front: the link stays as it is.
    if (ended !== null || this.ends - ends > SLACK_MS) this.on.anew();
    this.tick();
  }

  tick() {
    const left = this.ends === null ? Infinity : this.ends - Date.now();
    if (this.on.alone && left < -SLACK_MS) this.ended ??= this.ends;
    const state = this.ended !== null ? "out" : left <= SOON_MS ? "soon" : left <= EARLY_MS ? "early" : "";
    this.#lookAgain(state);
    if (state !== this.state) {
      this.state = state;
      this.strip.className = state;
      this.strip.hidden = !state;
      document.documentElement.classList.toggle("not-live", state === "out");
    }
    const said = state ? this.#said(state, left) : "";
    if (this.line.textContent !== said) this.line.textContent = said;
  }

  #lookAgain(state) {
    const passed = Date.now() - this.askedAt;
    if ((state === "out" || this.unsure) && passed > ASK_MS && !(this.on.alone && document.hidden)) this.renew();
    else if (this.name && this.ends === null && passed > LATER_MS) this.#ask();
  }

  #said(state, left) {
    if (state === "out") return this.words.out(at(this.ended));
    if (left <= 0) return this.words.now(at(this.ends));
    return this.words.soon(at(this.ends), minutes(left));
  }

  async #ask() {
    this.askedAt = Date.now();
    const told = await ask();
    if (told !== null) this.#know(told);
    return told !== null;
  }

  #know(told) {
    this.name = told.name;
    this.ends = told.session ? Date.now() + told.session.ends - told.session.now : null;
  }
}
