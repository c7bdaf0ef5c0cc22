// The bar: clock, feeds, ships heard; and the banner that says what is wrong and what to do.

import { within } from "./ask.js";
import { me, stranger } from "./me.js";
import { many, say } from "./texts.js";
import { idle, QUIET_MS, trouble } from "./trouble.js";
import { ago, clock, localClock, moment, span } from "./words.js";

const STATES = {
  connected: ["ok", say("feed.connected")],
  starting: ["wait", say("feed.starting")],
  waiting: ["wait", say("feed.waiting")],
  silent: ["bad", say("feed.silent")],
  failed: ["bad", say("feed.failed")],
  stopped: ["off", say("feed.stopped")],
  unknown: ["off", say("common.not_known")],
};
const HEARD_MS = 10 * 60 * 1000;
const SHIFTED_MS = 5000; // an exercise whose clock is further off runs in a time of its own

const byId = (id) => document.getElementById(id);

export function element(tag, text = "", className = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

export class Bar {
  /** `time()` is the server's time, which also holds when this computer's clock is wrong. */
  constructor(time, ships, exercise) {
    Object.assign(this, { time, ships, exercise, status: null, link: null, said: "", faults: {}, explained: "" });
    byId("feeds").addEventListener("click", () => this.#toggle());
    document.addEventListener("click", (event) => {
      if (!event.target.closest(".feeds-box")) this.#toggle(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.#toggle(false);
    });
    setInterval(() => this.tick(), 1000);
    this.tick();
  }

  tick() {
    const now = this.time();
    byId("clock").textContent = clock(now);
    const shifted = this.exercise && Math.abs(now - Date.now()) > SHIFTED_MS;
    byId("zone").textContent = shifted ? say("bar.exercise_time") : "UTC";
    byId("zone").title = say(shifted ? "bar.exercise_clock" : "bar.utc");
    byId("local").textContent = shifted ? "" : localClock(now);
    this.#dots();
    this.#banner();
    if (!byId("feeds-list").hidden) this.#list();
  }

  hearing(fleet) {
    let heard = 0;
    for (let slot = 0; slot < fleet.size; slot += 1) {
      if (this.ships[fleet.kind[slot]] && fleet.now - fleet.heard[slot] < HEARD_MS) heard += 1;
    }
    byId("hearing").textContent = many("bar.hearing", heard);
  }

  take(status) {
    this.status = status;
    this.toldAt = performance.now();
    this.watchedFrom ??= this.toldAt;
    this.tick();
  }

  /** How the feeds are, in one sentence: what an empty list is worth. */
  heard() {
    if (this.link) return say("feed.no_link");
    const feeds = this.#feeds();
    if (!feeds.length) return say("feed.none_reported");
    const good = feeds.filter((feed) => this.#spoken(feed)[0] === "ok").length;
    const ages = feeds.map((feed) => idle(feed, this.#passed)).filter((age) => age !== null);
    const last = ages.length ? say("feed.last_came", { ago: ago(Math.max(0, Math.min(...ages))) }) : say("feed.none_came");
    return many("feed.heard", feeds.length, { good, last });
  }

  #dots() {
    const feeds = this.#feeds();
    const looks = feeds.map((feed) => this.#spoken(feed)[0]);
    if (looks.join() !== this.shown) {
      this.shown = looks.join();
      const dots = (looks.length ? looks : ["off"]).map((look) => element("i", "", `dot ${look}`));
      byId("dots").replaceChildren(...dots);
    }
    const good = looks.filter((look) => look === "ok").length;
    byId("feeds").setAttribute("aria-label", say("feed.receiving", { good, all: feeds.length }));
  }

  get #passed() {
    return this.toldAt === undefined ? 0 : performance.now() - this.toldAt;
  }

  #spoken(feed) {
    return spoken(feed, this.#passed);
  }

  /** Without a link nobody knows how the feeds are. */
  #feeds() {
    const feeds = this.status?.feeds ?? [];
    return this.link ? feeds.map((feed) => ({ ...feed, state: "unknown" })) : feeds;
  }

  lost(link) {
    this.link = link;
    this.tick();
  }

  back() {
    this.link = null;
    this.tick();
  }

  #toggle(open) {
    const list = byId("feeds-list");
    list.hidden = open === undefined ? !list.hidden : !open;
    byId("feeds").setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) return;
    this.explained = ""; // the same fault may have other words by now
    this.#list();
  }

  /** Have told what is wrong, for who has it mended: to the others only that something is. */
  async #explain(feeds) {
    const broken = feeds.filter((feed) => feed.fault_at).map((feed) => `${feed.name} ${feed.fault_at}`).join();
    if (broken === this.explained) return;
    this.explained = broken;
    if (!broken || !(await me()).deeds.includes("feeds.mend")) return;
    try {
      const answer = await within("/api/v1/feeds/faults");
      if (answer.ok) this.faults = (await answer.json()).faults;
    } catch {
      this.explained = ""; // asked again at the next second
    }
  }

  #list() {
    const feeds = this.#feeds();
    this.#explain(feeds);
    const rows = feeds.map((feed) => {
      const row = element("li");
      const name = element("b", feed.name);
      const [look, words] = this.#spoken(feed);
      const quiet = idle(feed, this.#passed);
      const last = quiet === null ? say("feed.no_line") : say("feed.last_line", { ago: ago(quiet) });
      const said = element("span", `${words} · ${last} · ${many("feed.lines", feed.lines ?? 0)}`);
      row.append(element("i", "", `dot ${look}`), name, said);
      if (feed.fault_at && look !== "ok") {
        const fault = this.faults[feed.name];
        row.append(element("em", `${say("feed.fault", { time: moment(feed.fault_at, Date.now()) })}${fault ? `: ${fault}` : ""}`));
      }
      return row;
    });
    const none = element("li", say("feed.none"));
    byId("feeds-list").replaceChildren(...(rows.length ? rows : [none]));
  }

  #banner() {
    const { link, status } = this;
    const watched = performance.now() - this.watchedFrom;
    const text = trouble({ link, status, now: this.time(), passed: this.#passed, watched, stranger: stranger() });
    byId("again").hidden = byId("banner-wait").hidden = !link;
    const wait = link ? link.retryAt - Date.now() : 0;
    byId("banner-wait").textContent = wait > 500 ? say("bar.again_in", { span: span(wait) }) : say("bar.again_now");
    if (text === this.said) return;
    this.said = text;
    byId("banner").hidden = !text;
    byId("banner-text").textContent = text;
  }
}

/** Colour and words of a feed: connected is not yet receiving. */
function spoken(feed, passed) {
  if (feed.state !== "connected") return STATES[feed.state] ?? STATES.unknown;
  const quiet = idle(feed, passed);
  if (quiet === null) return ["wait", say("feed.connected_no_line")];
  return quiet < QUIET_MS ? STATES.connected : ["wait", say("feed.connected_quiet", { span: span(quiet) })];
}
