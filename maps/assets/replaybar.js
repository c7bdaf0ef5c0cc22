// The bar of replay below the map and the stripe above it, by which nobody takes then for now.

import { element } from "./bar.js";
import { LANE_TITLES } from "./concern.js";
import { SPEEDS } from "./replay.js";
import { titled } from "./tabtitle.js";
import { say } from "./texts.js";
import { clock, moment, span } from "./words.js";

const HOUR_MS = 3600000;
const DAY_MS = 24 * HOUR_MS;
const PRESETS = [[say("replay.last_hour"), HOUR_MS], [say("replay.last_6_h"), 6 * HOUR_MS], [say("replay.last_day"), DAY_MS], [say("replay.last_week"), 7 * DAY_MS]];
const FINEST = 20000; // places of the slider: of a long span each is more than a second
const LABELS = 5;
const SAID_MS = 8000;
const PLAY = "M6 4v12l10-6z";
const PAUSE = "M6 4v12M14 4v12";

const byId = (id) => document.getElementById(id);

export class ReplayBar {
  constructor(replay) {
    this.replay = replay;
    this.title = document.title;
    this.#build();
    this.#stripe();
    byId("replay-button").addEventListener("click", () => this.#toggle());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  allow(may) {
    byId("replay-button").hidden = !may;
  }

  #toggle() {
    if (this.replay.on) this.replay.back();
    else this.replay.last(HOUR_MS);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || byId("help").open) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=range]), select, textarea")) return;
    if (document.body.dataset.keys === "off" && /^[a-z]$/i.test(event.key)) return;
    const { replay } = this;
    const acts = {
      k: () => (replay.on ? replay.play() : byId("replay-button").hidden || this.#toggle()),
      ",": () => replay.on && replay.step(-10000),
      ".": () => replay.on && replay.step(10000),
      "<": () => replay.on && replay.step(-60000),
      ">": () => replay.on && replay.step(60000),
      x: () => replay.on && replay.toNext(),
    };
    const act = acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #build() {
    const { replay } = this;
    const box = byId("replay");
    this.playButton = iconButton("replay-play", PLAY, `${say("replay.play")} ( K )`, () => replay.play());
    this.speeds = element("select");
    this.speeds.id = "replay-speed";
    this.speeds.setAttribute("aria-label", say("replay.speed"));
    for (const speed of SPEEDS) this.speeds.append(new Option(`${speed}×`, speed, speed === replay.speed, speed === replay.speed));
    this.speeds.addEventListener("change", () => { replay.speed = Number(this.speeds.value); });
    this.slider = element("input");
    Object.assign(this.slider, { type: "range", id: "replay-at", step: 1000 });
    this.slider.setAttribute("aria-label", say("replay.time"));
    this.slider.addEventListener("input", () => replay.seek(Number(this.slider.value)));
    this.ticks = element("div", "", "ticks");
    this.labels = element("div", "", "labels");
    const line = element("div", "", "line");
    line.append(this.ticks, this.slider, this.labels);
    this.nextButton = textButton("replay-next", say("replay.next"), say("replay.next_key"), () => replay.toNext());
    this.spanButton = textButton("replay-choose", "", say("replay.other_span"), () => this.#choose());
    this.spanButton.setAttribute("aria-controls", "replay-span");
    const back = textButton("replay-back", say("replay.back"), say("replay.back_why"), () => replay.back());
    const steps = [["−1 min", -60000, "<"], ["−10 s", -10000, ","], ["+10 s", 10000, "."], ["+1 min", 60000, ">"]].map(
      ([words, ms, key]) => textButton("", words, `${words} ( ${key} )`, () => replay.step(ms)),
    );
    box.append(...steps.slice(0, 2), this.playButton, ...steps.slice(2), this.speeds, line, this.nextButton, this.spanButton, back, this.#form());
  }

  /** Which span: presets, or from and to in UTC. */
  #form() {
    const form = element("form", "", "float");
    Object.assign(form, { id: "replay-span", hidden: true });
    form.setAttribute("aria-label", say("replay.span"));
    const presets = element("div", "", "deeds");
    for (const [words, ms] of PRESETS) presets.append(textButton("", words, "", () => { this.#choose(false); this.replay.last(ms); }));
    presets.append(textButton("replay-all", say("replay.all"), "", () => this.#all()));
    [this.fromInput, this.toInput] = [say("replay.from"), say("replay.to")].map((word) => {
      const input = new Moment(word);
      form.append(input.box);
      return input;
    });
    this.fault = element("p", "", "quiet");
    this.fault.setAttribute("role", "status");
    const show = element("button", say("replay.show"), "main");
    form.prepend(presets);
    form.append(this.fault, show);
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#take(); });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#choose(false);
    });
    return form;
  }

  #choose(open = byId("replay-span").hidden) {
    byId("replay-span").hidden = !open;
    this.spanButton.setAttribute("aria-expanded", String(open));
    if (!open) {
      this.spanButton.focus({ preventScroll: true });
      return;
    }
    const { from, to } = this.replay;
    this.fault.textContent = "";
    this.fromInput.ms = from;
    this.toInput.ms = to;
    this.fromInput.day.focus();
  }

  async #all() {
    try {
      await this.replay.all();
      this.#choose(false);
    } catch (error) {
      this.fault.textContent = say("common.not_loaded", { why: error.message });
    }
  }

  #take() {
    const [from, to] = [this.fromInput.ms, this.toInput.ms];
    if (Number.isNaN(from + to)) this.fault.textContent = say("replay.time_wanted");
    else if (!(from < to)) this.fault.textContent = say("replay.wrong_order");
    else if (from > this.replay.time()) this.fault.textContent = say("replay.future");
    else {
      this.#choose(false);
      this.replay.open(from, Math.min(to, this.replay.time()));
    }
  }

  #stripe() {
    this.stripe = element("div");
    Object.assign(this.stripe, { id: "replay-stripe", role: "region", ariaLabel: say("replay.what"), hidden: true });
    this.stripeText = element("strong");
    this.saying = element("span");
    this.saying.setAttribute("aria-live", "polite");
    this.now = element("b", "", "urgent");
    this.now.setAttribute("role", "alert");
    this.stripe.append(this.stripeText, this.saying, this.now, textButton("replay-live", say("replay.back"), say("replay.back_why"), () => this.replay.back()));
    document.querySelector("main").before(this.stripe);
  }

  show(on) {
    byId("replay").hidden = this.stripe.hidden = !on;
    document.body.classList.toggle("replaying", on);
    byId("replay-button").setAttribute("aria-pressed", String(on));
    titled(on ? say("replay.title", { title: this.title }) : this.title);
    this.saying.textContent = this.now.textContent = "";
    this.urgentSaid = "";
    byId("replay-span").hidden = true;
    if (on) this.playButton.focus({ preventScroll: true });
  }

  /** Another span: its bounds, its labels, where alerts lie in it. */
  span() {
    const { from, to, alerts } = this.replay;
    Object.assign(this.slider, { min: from, max: to, step: Math.max(1000, Math.ceil((to - from) / FINEST / 1000) * 1000) });
    this.spanButton.textContent = span(to - from);
    this.spanButton.setAttribute("aria-label", say("replay.span_said", { from: moment(from, Infinity), to: moment(to, Infinity) }));
    const share = (at) => ((at - from) / (to - from)) * 100;
    const labels = Array.from({ length: LABELS }, (_, i) => from + ((to - from) * i) / (LABELS - 1));
    this.labels.replaceChildren(...labels.map((at) => label(at, to - from > DAY_MS)));
    const marks = alerts.filter(({ told_ms: told }) => told >= from && told <= to).map((alert) => {
      const mark = element("i", "", alert.lane);
      // A style set by script is no inline style to the policy.
      mark.style.left = `${share(alert.told_ms)}%`;
      return mark;
    });
    this.ticks.replaceChildren(...marks);
    this.tick();
  }

  tick() {
    const { replay } = this;
    const loading = !replay.store.has(replay.at);
    this.stripeText.textContent = say("replay.stripe", { time: replay.spoken });
    this.slider.value = replay.at;
    this.slider.setAttribute("aria-valuetext", replay.spoken);
    const [path, words] = replay.playing ? [PAUSE, say("replay.pause")] : [PLAY, say("replay.play")];
    this.playButton.querySelector("path").setAttribute("d", path);
    this.playButton.title = `${words} ( K )`;
    this.playButton.setAttribute("aria-label", words);
    this.nextButton.disabled = !replay.next;
    const trouble = replay.store.error || replay.then.error || replay.alertsError;
    const step = replay.store.step ? ` · ${say("replay.step", { step: replay.store.step })}` : "";
    const empty = !loading && replay.drawnAt && !replay.fleet.slots.size ? ` · ${say("replay.empty")}` : "";
    const fresh = performance.now() - (this.saidAt ?? -SAID_MS) < SAID_MS;
    const what = trouble || (loading ? say("common.loading") : fresh ? this.sentence : `${clock(replay.at)} · ${replay.playing ? `${replay.speed}×` : say("replay.paused")}${empty || step}`);
    if (this.saying.textContent !== what) {
      // Read aloud are alerts and troubles, not each second.
      this.saying.setAttribute("aria-live", trouble || fresh ? "polite" : "off");
      this.saying.textContent = what;
    }
  }

  /** Say that an alert was told at the moment shown. */
  said(alert) {
    const who = alert.names?.length ? `${alert.names.join(", ")}: ` : "";
    // Most headlines end with the place.
    const where = alert.place && !alert.headline.includes(alert.place) ? `, ${alert.place}` : "";
    this.sentence = `${clock(alert.told_ms).slice(0, 5)} UTC, ${LANE_TITLES[alert.lane]}: ${who}${alert.headline}${where}${alert.as_now ? ` ${say("replay.as_now")}` : ""}`;
    this.saidAt = performance.now();
    this.tick();
  }

  urgent(words) {
    this.now.textContent = words;
  }
}

/** A day and a time of 24 hours in UTC, whatever the computer's language says of noon. */
class Moment {
  constructor(word) {
    this.box = element("fieldset", "", "moment");
    [this.day, this.time] = [element("input"), element("input")];
    Object.assign(this.day, { type: "date", required: true, ariaLabel: say("replay.day_of", { word }) });
    Object.assign(this.time, { type: "text", inputMode: "numeric", maxLength: 5, placeholder: "04:10", ariaLabel: say("replay.time_of", { word }) });
    this.box.append(element("legend", `${word}, UTC`), this.day, this.time);
  }

  /** Epoch ms; NaN where it is none. */
  get ms() {
    return /^([01]?\d|2[0-3]):[0-5]\d$/.test(this.time.value) ? Date.parse(`${this.day.value}T${this.time.value.padStart(5, "0")}Z`) : NaN;
  }

  set ms(ms) {
    [this.day.value, this.time.value] = [new Date(ms).toISOString().slice(0, 10), clock(ms).slice(0, 5)];
  }
}

/** A time beneath the slider; on a telephone a long span has room for days only. */
function label(at, long) {
  const time = element(long ? "small" : "span", clock(at).slice(0, 5));
  if (!long) return time;
  const box = element("span", `${moment(at, Infinity).split(" ").slice(0, 2).join(" ")} `);
  box.append(time);
  return box;
}

function textButton(id, words, title, act) {
  const button = element("button", words);
  Object.assign(button, { type: "button", title });
  if (id) button.id = id;
  button.addEventListener("click", act);
  return button;
}

function iconButton(id, path, title, act) {
  const button = textButton(id, "", title, act);
  button.innerHTML = `<svg viewBox="0 0 20 20"><path d="${path}"/></svg>`;
  return button;
}
