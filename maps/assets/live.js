// The live map's page: puts its parts together. Called by the page that folium builds.

import { Bar } from "./bar.js";
import { byHand } from "./byhand.js";
import { Drawer } from "./drawer.js";
import { Fence } from "./fence.js";
import { DISTRESS, Fleet, NO_SPEED } from "./fleet.js";
import { Hearing, HearingLayer } from "./hearing.js";
import { Land, landLayer } from "./land.js";
import { VesselLayer } from "./layer.js";
import { Legend } from "./legend.js";
import { Link } from "./link.js";
import { showMe } from "./me.js";
import { follow as followHash, remember } from "./permalink.js";
import { NauticalScale } from "./scale.js";
import { Place } from "./place.js";
import { Search } from "./search.js";
import * as theme from "./theme.js";
import { position, span, speed } from "./words.js";
import { ZonePanel } from "./zonepanel.js";
import { ZoneLayer } from "./zones.js";

const MEDITERRANEAN = [[30.2, -5.8], [45.9, 36.2]];
// Room at the right for the legend, so that it does not lie on the Levant.
const BESIDE_LEGEND = 12;
const NARROW_PX = 1600; // below it there is no room for the legend beside a panel or the drawer
const VECTORS = [0, 6, 12, 30];

const byId = (id) => document.getElementById(id);

/** Begin on a Leaflet map with the options that maps/live/page.py writes. */
export async function start(map, options) {
  theme.set(theme.remembered());
  showMe(byId("me"), byId("sign-out"));
  const fleet = new Fleet();
  let shift = 0; // server's time - this computer's
  const time = () => Date.now() + shift;
  const { classes } = options;

  for (const [pane, level] of [["land", 200], ["hearing", 250], ["zones", 300], ["vessels", 400]]) {
    map.createPane(pane).style.zIndex = level;
  }
  const layer = new VesselLayer(fleet, {
    classes,
    urgent: classes.findIndex((kind) => kind.key === "distress"),
    staleMs: options.stale_s * 1000,
    lostMs: options.lost_s * 1000,
  });
  if (!followHash(map)) whole(map);
  layer.addTo(map);
  const areas = new ZoneLayer(time, besideMap).addTo(map);
  new NauticalScale({ position: "bottomleft" }).addTo(map);

  const room = () => map.invalidateSize({ pan: false });
  const drawer = new Drawer({
    fleet, layer, classes, time, trackHours: options.track_h,
    onClose: () => { giveWay("drawer", false); room(); layer.redraw(); },
  });
  const ships = classes.map((kind) => kind.shape === "ship");
  const zones = new ZonePanel({
    layer: areas, kinds: options.zones, onToggle: (opens) => { giveWay("zones", opens); if (opens) inSight(); },
    onChange: () => { if (!zones.any) place.close(); },
  });
  const heard = new HearingLayer().addTo(map);
  new Hearing(heard, byId("zones-hearing"));
  const place = new Place(map, (kind) => zones.title(kind));
  const bar = new Bar(time, ships, options.exercise);
  const legend = new Legend({
    fleet, layer, classes,
    staleText: span(options.stale_s * 1000),
    lostText: span(options.lost_s * 1000),
    onFilter: () => drawer.tick(),
  });

  const placeOf = (slot) => (slot === undefined ? null : [fleet.lat[slot], fleet.lon[slot]]);
  // Drawer and panel take their room from the map: the ship must not end up under them or outside.
  const inSight = (place = placeOf(fleet.slots.get(drawer.key))) => {
    const right = Math.max(60, besideMap());
    const padding = { paddingTopLeft: [60, 60], paddingBottomRight: [right, 60] };
    if (place) map.panInside(place, { ...padding, animate: false });
  };
  const open = (mmsi, key, place) => {
    giveWay("drawer", true);
    drawer.show(mmsi, key);
    room();
    inSight(place);
    layer.redraw();
  };
  const openKey = (key) => {
    const slot = fleet.slots.get(key);
    if (slot !== undefined) open(fleet.mmsi[slot], key, placeOf(slot));
  };
  new Search({
    time,
    choose: (vessel) => {
      const key = fleet.slots.has(vessel.segment) ? vessel.segment : null;
      const place = vessel.lat === null || vessel.lon === null ? null : [vessel.lat, vessel.lon];
      if (place) map.setView(place, Math.max(map.getZoom(), 10), { animate: false });
      open(vessel.mmsi, key, place);
    },
  });

  let following = false;
  let fence = null;
  const link = new Link(options.live, fleet, {
    frame(head) {
      shift = head.now - Date.now();
      fence?.take(fleet);
      const slot = fleet.slots.get(drawer.key);
      if (following && slot !== undefined) {
        map.panTo([fleet.lat[slot], fleet.lon[slot]], { animate: false });
      }
      if (document.hidden) return;
      layer.redraw();
      legend.update();
      bar.hearing(fleet);
    },
    status: (status) => bar.take(status),
    lost: (lost) => bar.lost(lost),
    back: () => bar.back(),
  });
  byId("again").addEventListener("click", () => link.again());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    layer.redraw();
    legend.update();
    bar.hearing(fleet);
  });

  pointer(map, layer, fleet, {
    ship: openKey,
    water: (at) => { if (zones.any) place.show(at); },
  });
  rail({ map, layer, drawer, zones, place }, (on) => { following = on; });
  remember(map);
  window.vedetta = { map, fleet, layer, areas, heard, link, drawer }; // for tests and the bench
  byHand(map, { zones, open });

  const answer = await fetch(options.land);
  const land = new Land(await answer.json());
  const coast = landLayer(land).addTo(map);
  fence = new Fence(map, land.frame);
  fence.take(fleet);
  areas.land = land;
  areas.redraw();
  theme.onChange(() => { coast.redraw(); areas.redraw(); layer.restyle(); });
}

/** Width that legend or zones take from the map's right side, px; 0 while they are hidden. */
function besideMap() {
  const zones = innerWidth < NARROW_PX ? byId("zones").offsetWidth : 0;
  const wide = Math.max(byId("legend").offsetWidth, zones); // what is hidden has no width
  return wide && wide + BESIDE_LEGEND;
}

function whole(map) {
  const paddingBottomRight = [besideMap() + 8, 8]; // the legend must not lie on the Levant
  map.fitBounds(MEDITERRANEAN, { paddingTopLeft: [8, 8], paddingBottomRight, animate: false });
}

/** On narrow screens the legend leaves while drawer or zones are open, and comes back after. */
const openBeside = new Set();
function giveWay(what, opens) {
  const legend = byId("legend");
  openBeside[opens ? "add" : "delete"](what);
  if (opens && innerWidth < NARROW_PX && !legend.hidden) {
    toggle("legend-button", "legend");
    legend.dataset.gaveWay = "";
  } else if (!openBeside.size && "gaveWay" in legend.dataset) {
    delete legend.dataset.gaveWay;
    if (legend.hidden) toggle("legend-button", "legend");
  }
}

/** Names under the pointer, the cursor's position, a click that opens the drawer. */
function pointer(map, layer, fleet, { ship, water }) {
  const tip = byId("tip");
  let asked = 0;
  map.on("mousemove", (event) => {
    byId("cursor").textContent = position(event.latlng.lat, event.latlng.lng);
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      const key = layer.hit(event.containerPoint);
      const slot = key === null ? undefined : fleet.slots.get(key);
      tip.hidden = slot === undefined;
      map.getContainer().classList.toggle("over-ship", slot !== undefined);
      if (slot === undefined) return;
      const name = fleet.name[slot] || `MMSI ${fleet.mmsi[slot]}`;
      const sog = fleet.speed[slot] === NO_SPEED ? "" : ` · ${speed(fleet.speed[slot])}`;
      const distress = fleet.state[slot] & DISTRESS ? "DISTRESS · " : "";
      tip.textContent = `${distress}${name} · ${layer.options.classes[fleet.kind[slot]].title}${sog}`;
      const { x, y } = event.containerPoint;
      tip.style.transform = `translate(${x + 14}px, ${y + 14}px)`;
    });
  });
  map.on("mouseout movestart", () => { tip.hidden = true; });
  map.on("click", (event) => {
    const key = layer.hit(event.containerPoint);
    tip.hidden = true;
    if (key === null) water(event.latlng);
    else ship(key);
  });
}

/** The buttons at the left edge and the keys that do the same. */
function rail({ map, layer, drawer, zones, place }, setFollowing) {
  const acts = {
    "zoom-in": () => map.zoomIn(),
    "zoom-out": () => map.zoomOut(),
    home: () => whole(map),
    vectors() {
      const next = VECTORS[(VECTORS.indexOf(layer.vectorMinutes) + 1) % VECTORS.length];
      layer.vectorMinutes = next;
      byId("vectors-text").textContent = next ? `${next}′` : "off";
      byId("vectors").setAttribute("aria-label", vectorWords(next));
      byId("vectors").title = vectorWords(next);
      layer.redraw();
    },
    legend() {
      const wanted = byId("legend").hidden;
      // The legend's place: who asks for it is done with the zones.
      if (wanted && zones.open && innerWidth < NARROW_PX) zones.toggle(false);
      if (byId("legend").hidden === wanted) toggle("legend-button", "legend");
    },
    zones: () => zones.toggle(),
    theme: () => theme.set(theme.current() === "night" ? "day" : "night"),
  };
  for (const [name, act] of Object.entries(acts)) {
    (byId(`${name}-button`) ?? byId(name)).addEventListener("click", act);
  }
  byId("follow").addEventListener("click", () => {
    const on = byId("follow").getAttribute("aria-pressed") !== "true";
    byId("follow").setAttribute("aria-pressed", String(on));
    setFollowing(on);
  });
  map.on("dragstart", () => {
    byId("follow").setAttribute("aria-pressed", "false");
    setFollowing(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const keys = { "/": () => byId("search").focus(), v: acts.vectors, l: acts.legend, n: acts.theme, h: acts.home, z: acts.zones };
    keys.i = () => { if (zones.any) place.show(map.getCenter()); };
    if (event.key === "Escape") [place, drawer, zones].find(({ open }) => open)?.close();
    else if (keys[event.key.toLowerCase()]) {
      event.preventDefault();
      keys[event.key.toLowerCase()]();
    }
  });
}

const vectorWords = (minutes) =>
  minutes ? `Speed vectors: ${minutes} min ahead` : "Speed vectors: off";

function toggle(button, panel) {
  const hidden = !byId(panel).hidden;
  byId(panel).hidden = hidden;
  byId(button).setAttribute("aria-pressed", String(!hidden));
}
