// Replay: the map as it was. The live picture goes on beside it, unseen, and is back in one click.

import { get } from "./ask.js";
import { Concern, LANE_TITLES } from "./concern.js";
import { Fleet, mercator } from "./fleet.js";
import { on as hooks } from "./hooks.js";
import { me } from "./me.js";
import { ReplayBar } from "./replaybar.js";
import { ReplayMarks } from "./replaymarks.js";
import { Store } from "./replaystore.js";
import { say } from "./texts.js";
import { moment } from "./words.js";

export const SPEEDS = [1, 10, 60, 300, 600];
const HOUR_MS = 3600000;
const FIRST_SPEED = 60;
const SLOW_MS = 200; // at true speed nothing moves a pixel in less
const REST = 0.5; // of what a picture took is left for all else before the next
const TRACK_MS = 3 * HOUR_MS;
const SHORTLY_MS = 500;

export class Replay {
  /**
   * `parts`: map, fleet, layer, drawer, concern, zones, link, time(), onFrame(whole) after each moment that is
   * shown, onChange() when the address is out of date, onBack() when the picture is live again.
   */
  constructor(parts) {
    Object.assign(this, parts, { on: false, playing: false, speed: FIRST_SPEED, alerts: [], live: null });
    this.store = new Store(() => { this.drawnAt = 0; });
    this.then = new ReplayMarks(() => { this.drawnAt = 0; });
    this.bar = new ReplayBar(this);
    me().then((told) => {
      this.allowed = told?.deeds.includes("replay") ?? false;
      this.bar.allow(this.allowed);
      if (!this.allowed) this.wanted = null;
      if (this.wanted) this.read(this.wanted);
    });
  }

  /** Begin with the last `ms`, or with a span; `at` is where in it. */
  async open(from, to, at = from) {
    if (!this.allowed) return;
    if (!this.on) this.#leaveLive();
    this.store.clear(); // what was asked up to a moment ago ends too early
    this.then.clear();
    Object.assign(this, { from, to, at: Math.min(to, Math.max(from, at)), alerts: [], alertsError: "" });
    this.shownAlerts = null; // those of the live picture leave
    this.zones.then(null);
    this.drawer.turn((key) => this.#track(key), () => this.at);
    this.bar.span();
    this.onChange();
    try {
      const said = await get(`/api/v1/replay/alerts?from=${Math.floor(from)}&to=${Math.ceil(to)}&brief=1`);
      if (this.from !== from || this.to !== to) return;
      this.alerts = said.alerts;
      if (said.more) this.alertsError = say("replay.too_many");
    } catch (error) {
      this.alertsError = say("common.alerts_not_loaded", { why: error.message });
    }
    this.drawnAt = 0;
    this.bar.span();
  }

  /** All that is stored. */
  async all() {
    const { first_ms: first, last_ms: last } = await get("/api/v1/replay/span");
    if (first !== null) await this.open(first, Math.min(last, this.time()), Math.max(first, last - HOUR_MS));
  }

  last(ms) {
    const now = Math.floor(this.time() / 1000) * 1000;
    return this.open(now - ms, now);
  }

  /** Frames go on into a fleet that nobody sees. */
  #leaveLive() {
    const { fleet, layer, drawer, link, concern, zones } = this;
    this.hidden = Object.assign(new Fleet(1), fleet);
    link.fleet = this.hidden;
    Object.assign(fleet, new Fleet());
    this.live = new Concern();
    this.live.take({ listed: [...concern.listed], alerts: concern.alerts, contacts: concern.contacts });
    this.knownSar = new Set(concern.alerts.filter(({ lane }) => lane === "sar").map(({ id }) => id));
    this.before = { trails: layer.trails, shown: layer.shows.trails, time: drawer.time };
    zones.layer.time = () => this.at;
    layer.shows.trails = true;
    layer.track = null;
    this.on = true;
    this.map.closePopup(); // a contact of now
    this.bar.show(true);
    this.seen = performance.now();
    requestAnimationFrame((stamp) => this.#frame(stamp));
  }

  /** The live picture is back at once. */
  back() {
    if (!this.on) return;
    const { fleet, layer, drawer, link, concern, zones } = this;
    Object.assign(this, { on: false, playing: false });
    Object.assign(fleet, this.hidden);
    link.fleet = fleet;
    concern.take({ listed: [...this.live.listed], alerts: this.live.alerts, contacts: this.live.contacts });
    this.live = this.hidden = this.tracks = null;
    layer.trails = this.before.trails;
    layer.shows.trails = this.before.shown;
    layer.track = null;
    drawer.turn(null, this.before.time);
    zones.layer.time = this.before.time;
    zones.then(undefined);
    this.store.clear();
    this.then.clear();
    this.bar.show(false);
    this.onBack();
    this.onChange();
  }

  /** What people are concerned with now, while the map shows then; a new rescue is said at once. */
  marks(said) {
    this.live.take(said);
    for (const alert of this.live.alerts) {
      if (alert.lane !== "sar" || this.knownSar.has(alert.id)) continue;
      this.knownSar.add(alert.id);
      this.bar.urgent(say(alert.place ? "replay.live_now_at" : "replay.live_now", { lane: LANE_TITLES.sar, place: alert.place }));
      hooks.urgent(alert);
    }
  }

  play(on = !this.playing) {
    if (on && this.at >= this.to) this.at = this.from;
    this.playing = on;
    this.bar.tick();
    this.onChange();
  }

  seek(at) {
    this.at = Math.min(this.to, Math.max(this.from, at));
    this.drawnAt = 0;
    this.onChange();
  }

  step(ms) {
    this.seek(this.at + ms);
  }

  /** The next alert that was told after the moment shown; undefined where there is none. */
  get next() {
    return this.alerts.find(({ told_ms: told }) => told > this.at + SHORTLY_MS && told <= this.to);
  }

  async toNext() {
    const alert = this.next;
    if (!alert) return;
    this.seek(alert.told_ms);
    const day = await this.then.ready(alert.told_ms);
    if (Number.isFinite(alert.lat) && Number.isFinite(alert.lon)) {
      const place = [alert.lat, alert.lon];
      if (!this.map.getBounds().contains(place)) this.map.setView(place, this.map.getZoom(), { animate: false });
    }
    const stood = day.alert(alert.id, alert.told_ms);
    if (stood && this.on) this.bar.said(stood);
  }

  #frame(stamp) {
    if (!this.on) return;
    requestAnimationFrame((next) => this.#frame(next));
    const passed = Math.min(stamp - this.seen, 250);
    this.seen = stamp;
    if (document.hidden) return;
    const ready = this.store.has(this.at);
    if (this.playing && ready) this.at = Math.min(this.to, this.at + passed * this.speed);
    if (this.at >= this.to) this.playing = false;
    const ahead = this.playing ? Math.ceil(this.speed / 150) + 1 : 1;
    this.store.want(this.at, ahead, this.to, this.map.getBounds());
    const pace = this.speed === 1 ? SLOW_MS : this.layer.cost * (1 + REST);
    const due = this.playing && stamp - (this.drawnAt || 0) >= pace;
    // What is not there yet is not shown: who seems to have stopped was only not loaded.
    if ((due || !this.drawnAt) && this.store.has(this.at)) this.#show(stamp);
    if (stamp - (this.tickedAt ?? 0) > 250) {
      this.tickedAt = stamp;
      if (this.then.error) this.then.at(this.at); // asks again after a while
      this.bar.tick();
    }
  }

  #show(stamp) {
    this.drawnAt = stamp;
    const { fleet, layer, store, drawer } = this;
    if (this.tracks !== store.tracks) fleet.clear();
    this.tracks = layer.trails = store.tracks;
    store.tracks.show(fleet, this.at);
    this.#concern();
    this.zones.tick(this.at);
    if (drawer.open) layer.track = this.#track(drawer.key);
    const whole = !this.playing || stamp - (this.wholeAt ?? 0) > 1000;
    if (whole) this.wholeAt = stamp;
    this.onFrame(whole);
  }

  /** Alerts from when they were told until they were over, contacts and the list as they stood then. */
  #concern() {
    const { key, said, loaded } = this.then.at(this.at);
    if (key === this.shownAlerts) return;
    const before = new Set(this.concern.alerts.map(({ id }) => id));
    const fresh = said.alerts.filter(({ id }) => !before.has(id));
    const known = this.shownAlerts && this.shownAlerts !== "none";
    this.shownAlerts = key;
    this.concern.take(said);
    this.zones.then(said.zones);
    if (this.playing && loaded && known && fresh.length) this.bar.said(fresh.at(-1));
  }

  #track(key) {
    const track = [];
    this.tracks?.each(key, (x, y, at) => track.push({ x, y, at }), TRACK_MS);
    const slot = this.fleet.slots.get(key);
    if (slot !== undefined) {
      const [x, y] = mercator(this.fleet.lon[slot], this.fleet.lat[slot]);
      track.push({ x, y, at: this.at });
    }
    return track;
  }

  /** «22 Nov 04:10 UTC»: always with its day, as «today» would be taken for now. */
  get spoken() {
    return moment(this.at, Infinity);
  }

  written() {
    if (!this.on) return this.wanted ?? {};
    return { replay: stamped(this.at), since: stamped(this.from), until: stamped(this.to) };
  }

  read({ replay, since, until }) {
    const [at, start, end] = [replay, since, until].map(time);
    const fits = at !== null && start !== null && end !== null && start < end;
    this.wanted = fits && this.allowed === undefined ? { replay, since, until } : null;
    if (fits) this.open(start, end, at);
    else if (this.on) this.back();
  }
}

/** 20261122T041020: a time for an address, UTC. */
const stamped = (ms) => new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "");

function time(text) {
  const said = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)$/.exec(text ?? "");
  if (!said) return null;
  const [year, month, ...rest] = said.slice(1).map(Number);
  const ms = Date.UTC(year, month - 1, ...rest);
  return Number.isFinite(ms) ? ms : null;
}
