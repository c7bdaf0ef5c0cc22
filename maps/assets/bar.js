// The bar: clock, feeds, ships heard; and the banner that says what is wrong and what to do.

import { ago, clock, count, localClock, moment, span } from "./words.js";

const STATES = {
  connected: ["ok", "receiving"],
  starting: ["wait", "starting"],
  waiting: ["wait", "waiting to connect again"],
  silent: ["bad", "connected, but silent"],
  failed: ["bad", "failed"],
  stopped: ["off", "stopped"],
  unknown: ["off", "not known"],
};
const HEARD_MS = 10 * 60 * 1000;

const byId = (id) => document.getElementById(id);

export function element(tag, text = "", className = "") {
  const node = document.createElement(tag);
  node.textContent = text;
  if (className) node.className = className;
  return node;
}

export class Bar {
  /** `time()` is the server's time, which also holds when this computer's clock is wrong. */
  constructor(time, ships) {
    Object.assign(this, { time, ships, status: null, link: null, said: "" });
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
    byId("local").textContent = localClock(now);
    this.#banner();
    if (!byId("feeds-list").hidden) this.#list();
  }

  hearing(fleet) {
    let heard = 0;
    for (let slot = 0; slot < fleet.size; slot += 1) {
      if (this.ships[fleet.kind[slot]] && fleet.now - fleet.heard[slot] < HEARD_MS) heard += 1;
    }
    byId("hearing").textContent = `hearing ${count(heard)} ${heard === 1 ? "ship" : "ships"}`;
  }

  take(status) {
    this.status = status;
    this.#dots();
    this.tick();
  }

  #dots() {
    const feeds = this.#feeds();
    const dots = feeds.map((feed) => element("i", "", `dot ${look(feed)}`));
    byId("dots").replaceChildren(...(dots.length ? dots : [element("i", "", "dot off")]));
    const good = feeds.filter((feed) => look(feed) === "ok").length;
    byId("feeds").setAttribute("aria-label", `feeds: ${good} of ${feeds.length} receiving`);
  }

  /** Without a link nobody knows how the feeds are. */
  #feeds() {
    const feeds = this.status?.feeds ?? [];
    return this.link ? feeds.map((feed) => ({ ...feed, state: "unknown" })) : feeds;
  }

  lost(link) {
    this.link = link;
    this.#dots();
    this.tick();
  }

  back() {
    this.link = null;
    this.#dots();
    this.tick();
  }

  #toggle(open) {
    const list = byId("feeds-list");
    list.hidden = open === undefined ? !list.hidden : !open;
    byId("feeds").setAttribute("aria-expanded", String(!list.hidden));
    if (!list.hidden) this.#list();
  }

  #list() {
    const feeds = this.#feeds();
    const rows = feeds.map((feed) => {
      const row = element("li");
      const name = element("b", feed.name);
      const [, words] = STATES[feed.state] ?? STATES.unknown;
      const last = feed.last_line_at ? `last line ${ago(this.time() - feed.last_line_at)}` : "no line yet";
      const said = element("span", `${words} · ${last} · ${count(feed.lines ?? 0)} lines`);
      row.append(element("i", "", `dot ${look(feed)}`), name, said);
      if (feed.last_error && look(feed) !== "ok") row.append(element("em", feed.last_error));
      return row;
    });
    const none = element("li", "No feed has reported yet. Feeds are named in config.yaml.");
    byId("feeds-list").replaceChildren(...(rows.length ? rows : [none]));
  }

  #banner() {
    const text = this.#trouble();
    byId("again").hidden = !this.link;
    if (text === this.said) return;
    this.said = text;
    byId("banner").hidden = !text;
    byId("banner-text").textContent = text;
  }

  #trouble() {
    const now = this.time();
    if (this.link) {
      const wait = this.link.retryAt - Date.now();
      const next = wait > 500 ? `Trying again in ${span(wait)}.` : "Trying now.";
      const shift = now - Date.now();
      return (
        `No link to the server since ${moment(this.link.since + shift, now)}. ` +
        `The map stands as it was then. ${next} ` +
        "If it lasts: check the network, then that vedetta runs on the server."
      );
    }
    const database = this.status?.database;
    if (database && !database.ok) {
      const since = database.since ? ` since ${moment(database.since, now)}` : "";
      return (
        `The database does not answer${since}. The map stands as it was then; nothing received ` +
        "is lost, it waits in the spool. It goes on by itself when the database is back."
      );
    }
    const ingest = this.status?.ingest;
    if (ingest && !ingest.ok) {
      const since = ingest.since ? ` since ${moment(ingest.since, now)}` : " yet";
      return `The ingest process has not reported${since}. New positions do not arrive: check that it runs.`;
    }
    return "";
  }
}

function look(feed) {
  return (STATES[feed.state] ?? STATES.unknown)[0];
}
