// When the session ends: said early enough, and cured in place. The map keeps its view meanwhile.

import { element } from "./bar.js";
import { forget, me } from "./me.js";
import { many, say } from "./texts.js";
import { clock } from "./words.js";

const EARLY_MS = 30 * 60000;
const SOON_MS = 5 * 60000;
const TICK_MS = 1000;
const ASK_MS = 15000; // after the end: somebody may have signed in by another page of this browser
const SLACK_MS = 10000; // the server looks each five seconds, and clocks differ
const ANEW = "/sign-in?again=1&to=";
const CHANNEL = "vedetta";

const minutes = (ms) => {
  const left = Math.max(1, Math.ceil(ms / 60000));
  return many("session.minutes", left);
};
const at = (ms) => `${clock(ms).slice(0, 5)} UTC`;

/** The strip below the bar. `on.out()` when the map is not live any more, `on.anew()` when it may be again. */
export class Session {
  constructor(place, on) {
    Object.assign(this, { on, ends: null, name: "", state: "", ended: null });
    this.strip = element("div");
    this.strip.id = "session";
    this.strip.hidden = true;
    this.words = element("p");
    this.words.setAttribute("role", "status");
    this.button = element("button", say("session.again"));
    this.button.type = "button";
    this.button.addEventListener("click", () => this.open());
    this.strip.append(this.words, this.button);
    place.after(this.strip);
    try {
      new BroadcastChannel(CHANNEL).onmessage = () => this.renew();
    } catch {
      // An old browser: the page learns of it when it is looked at again.
    }
    addEventListener("focus", () => { if (this.state) this.renew(); });
    setInterval(() => this.tick(), TICK_MS);
    this.#take();
  }

  /** The server let go of the link. Was it the session's time, the page stands and says so. */
  out(wall) {
    const now = Date.now();
    const timely = this.ends !== null && now > this.ends - SLACK_MS;
    if (!timely && !wall) {
      location.reload(); // the sign-in, and back to this place of the map
      return;
    }
    this.ended = timely ? this.ends : now;
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
    if (!(await this.#take())) return;
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
    const state = this.ended !== null ? "out" : left <= SOON_MS ? "soon" : left <= EARLY_MS ? "early" : "";
    if (state === "out" && Date.now() - this.askedAt > ASK_MS) this.renew();
    if (state !== this.state) {
      this.state = state;
      this.strip.className = state;
      this.strip.hidden = !state;
      document.documentElement.classList.toggle("not-live", state === "out");
    }
    const said = state ? this.#said(state, left) : "";
    if (this.words.textContent !== said) this.words.textContent = said;
  }

  #said(state, left) {
    if (state === "out") {
      return say("session.out", { time: at(this.ended) });
    }
    if (left <= 0) return say("session.ends_now", { time: at(this.ends) });
    return say("session.ends_soon", { time: at(this.ends), minutes: minutes(left) });
  }

  async #take() {
    this.askedAt = Date.now();
    const told = await me();
    if (told === null) return false;
    this.name = told.name;
    this.ends = told.session ? Date.now() + told.session.ends - told.session.now : null;
    return true;
  }
}
