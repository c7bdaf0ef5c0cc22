// The live map's page: puts its parts together. Called by the page that folium builds.

import { actsOf, close, enter, Following } from "./acts.js";
import { get } from "./ask.js";
import { addToCase, DEED, TITLE } from "./addtocase.js";
import { Bar } from "./bar.js";
import { Box } from "./box.js";
import { byHand } from "./byhand.js";
import { ChartLayer, PORTS_ZOOM } from "./chart.js";
import { Concern } from "./concern.js";
import { showContact } from "./contacts.js";
import { Drawer } from "./drawer.js";
import { Fence } from "./fence.js";
import { Filter } from "./filter.js";
import { FilterForm } from "./filterform.js";
import { Fleet } from "./fleet.js";
import { Hearing, HearingLayer } from "./hearing.js";
import { many, say } from "./texts.js";
import { Usual, UsualLayer } from "./usual.js";
import { Help } from "./help.js";
import { on as hooks } from "./hooks.js";
import { Inbox } from "./inbox.js";
import { KeptList } from "./keptlist.js";
import { Land, landLayer } from "./land.js";
import { FineLand, sayCoast, tell } from "./fineland.js";
import { VesselLayer } from "./layer.js";
import { Legend } from "./legend.js";
import { Link } from "./link.js";
import { showMe } from "./me.js";
import { Measure } from "./measure.js";
import { showPages } from "./nav.js";
import { Overlay } from "./overlay.js";
import { besideMap, giveWay, telephone, toggle } from "./panels.js";
import { Address, follow as followHash } from "./permalink.js";
import { watch } from "./pointer.js";
import { NauticalScale } from "./scale.js";
import { Place } from "./place.js";
import { rail } from "./rail.js";
import { RangeRings } from "./rangerings.js";
import { Replay } from "./replay.js";
import * as screen from "./screen.js";
import { Session } from "./session.js";
import { Search } from "./search.js";
import { dossierOf, linksOf, ofBox, ofVessel } from "./exportlinks.js";
import { Several } from "./several.js";
import { Switches } from "./switches.js";
import { Table } from "./table.js";
import * as theme from "./theme.js";
import { Trails } from "./trails.js";
import { hearBy, sentences } from "./unheard.js";
import { Vectors } from "./vectors.js";
import { KeptTracks } from "./wakes.js";
import { span } from "./words.js";
import { ZonePanel } from "./zonepanel.js";
import { ZoneLayer } from "./zones.js";

const MEDITERRANEAN = [[30.2, -5.8], [45.9, 36.2]];
const WIDE = 2560; // px, from which the wall begins
const PANES = [["land", 200], ["hearing", 250], ["usual", 260], ["zones", 300], ["chart", 350], ["vessels", 400], ["tools", 450]];
const SMALL_PX = 900; // of map
const TOLD_MS = 1000; // the first coast waits so long for word of the fine one

const byId = (id) => document.getElementById(id);

/** Begin on a Leaflet map with the options that maps/live/page.py writes. */
export async function start(map, options) {
  theme.set(theme.remembered());
  showMe(byId("me"), byId("sign-out"));
  showPages();
  const wall = screen.kiosk();
  screen.local(screen.localRemembered());
  const fleet = new Fleet();
  let shift = 0; // server's time - this computer's
  let address = null; // writes the address; set below, when all parts are there
  const time = () => Date.now() + shift;
  const { classes, flags } = options;

  for (const [pane, level] of PANES) map.createPane(pane).style.zIndex = level;
  const slotOf = (mmsi) => fleet.mmsi.subarray(0, fleet.size).indexOf(mmsi);
  const concern = new Concern();
  const filter = new Filter(classes, flags);
  const trails = new Trails();
  const kept = new KeptTracks(options.track_h, () => { layer.redraw(); keptList.show(); });
  const layer = new VesselLayer(fleet, {
    classes, concern, filter, trails, kept,
    urgent: classes.findIndex((kind) => kind.key === "distress"),
    staleMs: options.stale_s * 1000,
    lostMs: options.lost_s * 1000,
  });
  const inbox = new Inbox(options.inbox, {
    time, map, onFold: () => unfolded(), say: (told) => link.say(told), onOpen: () => address?.(),
    draw: (drawing) => {
      if (!overlay.drawings.includes(drawing)) overlay.drawings.push(drawing);
      helped();
      overlay.redraw();
      layer.redraw();
    },
    named: (mmsi) => !replay.on && Boolean(fleet.name[slotOf(mmsi)]),
    vessel: (mmsi, at) => { const slot = slotOf(mmsi); open(mmsi, slot < 0 ? null : fleet.key[slot], at); },
  });
  // Who may help is near a rescue of now: in the past she is anywhere.
  const helped = () => { layer.helpers = replay.on ? new Set() : inbox.drawing.helpers; };
  map.invalidateSize({ pan: false }); // the inbox took its room
  if (map.getSize().x < SMALL_PX) toggle("legend-button", "legend"); // it would be half of the sea
  if (!followHash(map)) whole(map);
  layer.addTo(map);
  const areas = new ZoneLayer(time, besideMap).addTo(map);
  // Drawn as zones, ports have their names already.
  const ports = () => (areas.shown.has("port") ? [] : areas.zones.filter(({ kind }) => kind === "port"));
  const chart = new ChartLayer(ports).addTo(map);
  const overlay = new Overlay().addTo(map);
  new NauticalScale({ position: "bottomleft" }).addTo(map);

  const room = () => map.invalidateSize({ pan: false });
  new ResizeObserver(room).observe(map.getContainer());
  const drawer = new Drawer({
    fleet, layer, classes, time, trackHours: options.track_h,
    onClose: () => { giveWay("drawer", false); room(); layer.redraw(); keptList.show(); address(); },
  });
  const ships = classes.map((kind) => kind.shape === "ship");
  const zones = new ZonePanel({
    layer: areas, kinds: options.zones, alsoWanted: () => chart.shows.ports && map.getZoom() >= PORTS_ZOOM,
    onToggle: (opens) => { giveWay("zones", opens); if (opens) inSight(); },
    go: (corners) => map.fitBounds(corners, { paddingTopLeft: [40, 40], paddingBottomRight: [besideMap() + 40, 40], maxZoom: 12, animate: false }),
    onChange: () => { if (!zones.any) place.close(); chart.redraw(); address(); },
    onThen: () => place.close(),
  });
  const heard = new HearingLayer().addTo(map);
  const hearing = new Hearing(heard, byId("zones-hearing"));
  hearing.onLoad = () => inbox.say();
  new Usual(new UsualLayer().addTo(map), byId("zones-hearing"));
  const place = new Place(map, (kind) => zones.title(kind), (at) => zones.address(at));
  const bar = new Bar(time, ships, options.exercise);
  const legend = new Legend({
    fleet, layer, classes, staleText: span(options.stale_s * 1000), lostText: span(options.lost_s * 1000),
  });
  new FilterForm(fleet, filter);
  const vectors = new Vectors(layer, () => address());
  const switches = new Switches({
    coast: (shown) => { map.getPane("land").hidden = !shown; },
    graticule: (shown) => { chart.shows.graticule = shown; chart.redraw(); },
    ports: (shown) => { chart.shows.ports = shown; zones.load(true); chart.redraw(); },
    names: (shown) => { layer.shows.names = shown; layer.redraw(); },
    trails: (shown) => { layer.shows.trails = shown; layer.redraw(); },
    predicted: (shown) => { layer.shows.predicted = shown; layer.redraw(); },
  });
  map.on("zoomend", () => zones.load(true));

  const placeOf = (slot) => (slot === undefined ? null : [fleet.lat[slot], fleet.lon[slot]]);
  // Drawer and panel take their room from the map: the ship must not end up under them or outside.
  const inSight = (place = placeOf(fleet.slots.get(drawer.key))) => {
    const right = Math.max(60, besideMap());
    const padding = { paddingTopLeft: [60, 60], paddingBottomRight: [right, 60] };
    if (place) map.panInside(place, { ...padding, animate: false });
  };
  const unfolded = () => {
    if (telephone() && !inbox.folded) drawer.close();
    room();
  };
  const open = (mmsi, key, place) => {
    if (telephone()) inbox.fold(true, false);
    giveWay("drawer", true);
    drawer.show(mmsi, key);
    room();
    inSight(place);
    layer.redraw();
    keptList.show();
    address();
  };
  const openKey = (key) => {
    const slot = fleet.slots.get(key);
    if (slot === undefined) return;
    open(fleet.mmsi[slot], key, placeOf(slot));
    const alert = concern.byVessel.get(fleet.mmsi[slot]);
    if (alert && !telephone()) hooks.alert(alert.id);
  };
  const openMark = ({ alert, contact }) => (alert ? hooks.alert(alert.id) : hooks.contact(contact.id));
  const keptList = new KeptList(kept, drawer, fleet);
  const several = new Several({ fleet, layer, classes, choose: openKey });
  const table = new Table({
    map, fleet, layer, classes, flags, choose: openKey, onToggle: () => { room(); inSight(); },
  });
  new Search({
    time,
    choose: (vessel) => {
      const key = fleet.slots.has(vessel.segment) ? vessel.segment : null;
      const place = vessel.lat === null || vessel.lon === null ? null : [vessel.lat, vessel.lon];
      if (place) map.setView(place, Math.max(map.getZoom(), 10), { animate: false });
      open(vessel.mmsi, key, place);
    },
  });

  const measure = new Measure(map, overlay);
  const selected = () => {
    const slot = fleet.slots.get(drawer.key);
    return slot === undefined ? null : { key: drawer.key, lat: fleet.lat[slot], lng: fleet.lon[slot] };
  };
  const rings = new RangeRings(map, overlay, { selected });
  const box = new Box(map, overlay, layer, (keys, bounds, at) => {
    const title = many("mark.in_box", keys.length);
    several.show(keys, title, at, say("mark.none_in_box"));
    ofBox(document.getElementById("several-deeds"), bounds);
  });

  const following = new Following();
  let fence = null;
  const seen = () => {
    layer.redraw();
    legend.update();
    table.update();
    bar.hearing(link.fleet); // also while the map is a replay: who is heard now
  };
  const link = new Link(options.live, fleet, {
    frame(head) {
      shift = head.now - Date.now();
      if (replay.on) { // this frame went where nobody sees it
        bar.hearing(link.fleet);
        return;
      }
      fence?.take(fleet);
      trails.take(fleet);
      rings.frame(fleet);
      permalink.wanted();
      const slot = fleet.slots.get(drawer.key);
      if (following.on && slot !== undefined) {
        map.panTo([fleet.lat[slot], fleet.lon[slot]], { animate: false });
      }
      if (!document.hidden) seen();
    },
    status: (status) => bar.take(status),
    marks(said) {
      if (replay.on) replay.marks(said);
      else concern.take(said);
      inbox.take(replay.live ?? concern, said);
      if (!document.hidden && !replay.on) seen();
    },
    present: (said) => inbox.present(said),
    unread: ({ since }) => inbox.unread(since),
    lost: (lost) => { bar.lost(lost); inbox.lost(); },
    back: () => { bar.back(); inbox.back(); },
    out: () => session.out(wall),
  });
  const session = new Session(byId("banner"), {
    out: (since) => { bar.lost({ since, out: true }); inbox.lost(); room(); },
    anew: () => { link.since ??= Date.now(); link.again(); room(); },
  });
  const replay = new Replay({
    map, fleet, layer, drawer, concern, zones, link, time,
    onFrame(whole) {
      rings.frame(fleet);
      const slot = fleet.slots.get(drawer.key);
      if (following.on && slot !== undefined) map.panTo([fleet.lat[slot], fleet.lon[slot]], { animate: false });
      layer.draw();
      if (!whole) return;
      permalink.wanted();
      legend.update();
      table.update();
    },
    onChange: () => { helped(); address(); },
    onBack: () => { rings.frame(fleet); seen(); drawer.refresh(); },
  });
  hearBy(
    (live) => (replay.on && !live ? say("hearing.replay") : bar.heard()),
    () => hearing.words(map.getBounds()),
  );
  byId("again").addEventListener("click", () => link.again());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) seen(); });

  watch(map, layer, fleet, {
    ship: openKey,
    several: (keys, at) => several.show(keys, say("mark.many_here", { n: keys.length }), at),
    mark: openMark,
    water: (at) => {
      if (rings.open && rings.on && rings.follows === null) rings.round(at);
      else if (zones.any && zones.answers) place.show(at);
    },
    tool(at) {
      if (measure.taking) measure.add(at);
      return measure.taking || box.taking;
    },
    boxEndedAt: () => box.endedAt,
  });

  map.on("dragstart", () => following.set(false));
  const parts = {
    map, layer, drawer, zones, place, vectors, table, measure, rings, box, inbox, several, keptList, following,
    openKey, openMark, help: new Help(), home: () => whole(map),
  };
  rail(actsOf(parts), { close: () => close(parts), enter: () => enter(parts) });

  const permalink = new Address(map, { fleet, drawer, open, openKey, parts: [filter, vectors, switches, zones, replay, inbox] });
  address = () => permalink.write();
  // Who chose a mark on the map stays there: the letters are the alert's, but K only leads into it first.
  hooks.alert = (id) => inbox.open(id, false);
  hooks.contact = (id) => showContact(map, time, id, concern.contacts.find((one) => one.id === id), replay.on);
  permalink.begin();
  filter.onChange(() => { drawer.tick(); address(); });
  switches.onChange = address;

  // For other parts of the page, tests and the bench.
  window.vedetta = {
    map, fleet, layer, areas, heard, link, drawer, concern, filter, trails, kept, measure, rings, box, several,
    table, chart, overlay, inbox, replay, session, on: hooks, open, openKey, unheard: sentences,
  };
  hooks.vessel.push(ofVessel, dossierOf, linksOf);
  hooks.vessel.push((mmsi) => ({ title: TITLE, deed: DEED, act: (place, button) => addToCase(place, "vessels", mmsi, button) }));
  byHand(map, { zones, open, time });

  const told = tell();
  const land = new FineLand(new Land(await get(options.land)));
  // Seldom waited for long: who asks late draws the coarse coast first.
  await Promise.race([told.then((said) => land.begin(said)), new Promise((go) => setTimeout(go, TOLD_MS))]);
  const coast = landLayer(land).addTo(map);
  Object.assign(window.vedetta, { land, coast });
  fence = new Fence(map, land.frame);
  fence.take(fleet);
  areas.land = land;
  hearing.land = land.coarse;
  areas.redraw();
  const said = () => sayCoast(land, map.getZoom());
  land.onLoad = () => { areas.redraw(); said(); };
  land.onChange = () => { coast.redraw(); areas.redraw(); said(); };
  map.on("zoomend", said);
  said();
  theme.onChange(() => { coast.redraw(); areas.redraw(); layer.restyle(); overlay.redraw(); });
  hearing.load();
}

function whole(map) {
  // The legend must not lie on the Levant; on a wide screen it ends above it.
  const right = innerWidth >= WIDE ? 0 : besideMap();
  const { zoomSnap } = map.options;
  // A whole step less shows twice as much land round the sea: on a wide screen an ocean of grey.
  if (innerWidth >= WIDE) map.options.zoomSnap = 0.25;
  map.fitBounds(MEDITERRANEAN, { paddingTopLeft: [8, 8], paddingBottomRight: [right + 8, 8], animate: false });
  map.options.zoomSnap = zoomSnap;
}
