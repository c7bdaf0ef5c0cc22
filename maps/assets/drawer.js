// The drawer of one vessel: who she is, her last report, her recent track. Radio text is hostile:
// everything is written with textContent.

import { get } from "./ask.js";
import { element } from "./bar.js";
import { Identity } from "./identity.js";
import { say } from "./texts.js";
import { Panel } from "./vesselpanel.js";
import { pointsOf } from "./wakes.js";
import { brief } from "./unheard.js";
import * as words from "./words.js";

const byId = (id) => document.getElementById(id);
const REFRESH_MS = 10000;

export class Drawer {
  #focusFrom = null;

  constructor({ fleet, layer, classes, time, trackHours, onClose }) {
    Object.assign(this, { fleet, layer, classes, time, trackHours, onClose });
    this.key = this.mmsi = this.details = this.asking = null;
    Object.assign(this, { answeredAt: 0, failed: false });
    this.past = null; // in a replay, gives a ship's track of then: what is known only of now is not shown
    this.identity = new Identity(time);
    this.panel = new Panel(this);
    byId("drawer-close").addEventListener("click", () => this.close());
    setInterval(() => (this.#due() ? this.#load() : this.tick()), 1000);
  }

  get open() {
    return this.mmsi !== null;
  }

  /** Another time is shown: `past(key)` gives a ship's track of then; null: it is now. */
  turn(past, time) {
    Object.assign(this, { past, time, details: null, asking: null });
    this.identity.time = time;
    this.#then(null);
    if (past) this.#load();
  }

  show(mmsi, key = null) {
    if (mmsi !== this.mmsi) {
      this.details = null;
      this.#then(null);
    }
    Object.assign(this, { mmsi, key, said: "" });
    this.layer.selected = key;
    this.layer.track = this.past?.(key) ?? null;
    if (byId("drawer").hidden) this.#focusFrom = document.activeElement;
    byId("drawer").hidden = false;
    byId("drawer-title").textContent = words.called(this.#name(), mmsi);
    byId("drawer-said").textContent = say("common.loading");
    this.tick();
    byId("drawer-title").focus({ preventScroll: true });
    this.#load();
  }

  close() {
    if (!this.open) return;
    Object.assign(this, { mmsi: null, key: null, details: null, asking: null });
    this.layer.selected = this.layer.track = null;
    this.identity.show(null);
    this.panel.show(null);
    byId("drawer").hidden = true;
    // Focus goes back to where it was; what was nowhere goes to the map.
    const back = this.#focusFrom;
    const usable = back?.isConnected && back !== document.body;
    (usable ? back : byId("map_live")).focus({ preventScroll: true });
    this.onClose();
  }

  #name() {
    const slot = this.fleet.slots.get(this.key);
    return this.details?.name || (slot === undefined ? "" : this.fleet.name[slot]);
  }

  async #load() {
    const { mmsi, key, past } = this;
    const asking = mmsi === null || document.hidden ? null : {};
    this.asking = asking;
    if (!asking) return;
    this.identity.show(mmsi);
    this.panel.show(mmsi, key);
    const trackOf = key === null ? "" : `&segment=${key}`;
    try {
      const [details, track] = await Promise.all([
        get(past ? `/api/v1/replay/vessels/${mmsi}?at=${Math.floor(this.time())}` : `/api/v1/vessels/${mmsi}`),
        past ? null : get(`/api/v1/vessels/${mmsi}/track?hours=${this.trackHours}${trackOf}`),
      ]);
      if (asking !== this.asking) return; // another ship, another time, or asked anew
      this.failed = false;
      this.details = details;
      byId("drawer-said").textContent = details ? "" : say("ship.nothing");
      this.#then(past ? details : null);
      if (!past) this.#track(track);
    } catch (error) {
      if (asking !== this.asking) return;
      this.failed = true;
      byId("drawer-said").textContent = say("ship.not_loaded", { why: error.message });
    }
    Object.assign(this, { asking: null, answeredAt: performance.now() });
    this.tick();
  }

  /** Whether to ask again by itself: never beside a question that is out, nor soon after one that failed. */
  #due() {
    if (!this.open || this.asking) return false;
    return performance.now() - this.answeredAt >= REFRESH_MS || (!this.failed && this.#passed());
  }

  /** Ask again at once: the track's hours changed, or the picture is another. */
  refresh() {
    this.#load();
  }

  #track(track) {
    this.layer.track = pointsOf(track);
    const n = this.layer.track.length;
    if (n) byId("track-note").textContent = say("ship.track", { hours: this.trackHours, n: words.count(n) });
    else byId("track-note").replaceChildren(...brief(say("ship.no_track", { hours: this.trackHours })).childNodes);
    this.layer.redraw();
  }

  /** Say what a replay knows of who she was: never a name that she said only later. */
  #then(details) {
    byId("drawer-then").hidden = !details;
    if (!details) return;
    const { since_ms: since, first_ms: first } = details;
    const none = first === null ? say("ship.never_said") : say("ship.said_later", { time: words.moment(first, Infinity) });
    byId("drawer-then").textContent = since === null ? none : say("ship.then");
  }

  /** Whether a replay has left the time for which it is known who she was. */
  #passed() {
    if (!this.past || !this.details) return false;
    const { since_ms: since, until_ms: until } = this.details;
    const at = this.time();
    return (since !== null && at < since) || (until !== null && at >= until);
  }

  tick() {
    if (!this.open) return;
    byId("drawer-title").textContent = words.called(this.#name(), this.mmsi);
    const slot = this.fleet.slots.get(this.key);
    fill("drawer-report", slot === undefined ? this.#gone() : this.#report(slot));
    fill("drawer-identity", this.#identity(slot));
    byId("drawer-kind").textContent = this.#kind(slot);
    this.#filtered(slot);
  }

  /** A ship that is filtered out is drawn while she is selected: say so. */
  #filtered(slot) {
    const { filter } = this.layer;
    const shown = slot === undefined || this.layer.always(slot) || filter.passes(this.layer, slot);
    byId("drawer-filtered").hidden = shown;
    if (shown) return;
    const title = this.classes[this.fleet.kind[slot]].title;
    const hidden = filter.hidden.has(this.fleet.kind[slot]);
    byId("drawer-filtered").textContent = hidden ? say("ship.class_hidden", { title }) : say("ship.filtered");
  }

  #kind(slot) {
    const title = slot === undefined ? "" : this.classes[this.fleet.kind[slot]].title;
    const parts = [this.details?.type || title, this.details?.flag, this.#size(slot)?.split(" ×")[0]];
    return parts.filter(Boolean).join(", ");
  }

  #size(slot) {
    if (slot === undefined) return null;
    const { bow, stern, port, starboard } = this.fleet;
    const [length, beam] = [bow[slot] + stern[slot], port[slot] + starboard[slot]];
    return length ? `${length} m × ${beam} m` : null;
  }

  #report(slot) {
    const { fleet, details } = this;
    const heard = fleet.heard[slot];
    const now = this.time();
    const age = now - heard;
    const speed = fleet.speed[slot];
    return [
      [say("ship.heard"), `${words.moment(heard, now)} · ${words.ago(age)}`, age > this.layer.options.staleMs],
      [say("ship.position"), words.position(fleet.lat[slot], fleet.lon[slot])],
      [say("ship.speed"), words.speed(speed)],
      [say("ship.course"), words.angle(fleet.course[slot])],
      [say("ship.heading"), words.angle(fleet.heading[slot])],
      ...(this.past ? [] : [[say("ship.status"), words.given(details?.status)], ...this.#where(), [say("ship.feed"), words.given(details?.feed)]]),
    ];
  }

  /** Where the last stored position is; nothing is said before the answer is there. */
  #where() {
    const { sub_basins: basins, nearest_port: port, nearest_port_nm: far, shore_nm: shore } = this.details ?? {};
    return [
      basins?.length && [say("ship.basin"), basins.join(", ")],
      port && [say("ship.port"), `${port}, ${words.miles(far)}`],
      Number.isFinite(shore) && [say("ship.shore"), shore < 0 ? say("ship.on_land") : words.miles(shore)],
    ].filter(Boolean);
  }

  #gone() {
    if (this.past) return [[say("ship.heard"), say("ship.not_in_replay")]];
    const last = this.details?.last_report_ms;
    if (!last) return [[say("ship.heard"), say("ship.not_live")]];
    return [[say("ship.heard"), say("ship.not_since", { time: words.moment(last, this.time()) }), true], ...this.#where()];
  }

  #identity(slot) {
    const it = this.details ?? {};
    return [
      ["MMSI", words.mmsi(this.mmsi)],
      ["IMO", words.given(it.imo)],
      [say("ship.call_sign"), words.given(it.call_sign)],
      [say("ship.flag_by_mmsi"), it.flag ?? say("common.not_known")],
      [say("ship.type"), words.given(it.type)],
      [say("ship.size"), this.#size(slot) ?? say("common.not_sent")],
      [say("ship.draught"), words.given(it.draught_m?.toFixed(1), "m")],
      [say("ship.destination"), words.given(it.destination)],
      ["ETA", words.eta(it.eta)],
    ];
  }
}

/** Write rows of a definition list, touching only what changed: selections of text stay. */
function fill(id, rows) {
  const list = byId(id);
  while (list.children.length > rows.length * 2) list.lastChild.remove();
  rows.forEach(([title, text, old], row) => {
    if (list.children.length <= row * 2) list.append(element("dt"), element("dd"));
    const [dt, dd] = [list.children[row * 2], list.children[row * 2 + 1]];
    if (dt.textContent !== title) dt.textContent = title;
    if (dd.textContent !== text) dd.textContent = text;
    dd.className = text === say("common.not_sent") || text === say("common.not_known") ? "quiet" : old ? "old" : "";
  });
}
