// What the rail's buttons and the keys do.

import { narrow, toggle } from "./panels.js";
import * as screen from "./screen.js";
import * as theme from "./theme.js";

const byId = (id) => document.getElementById(id);
const NEAR_PX = 60; // from the middle of the map, for who opens a vessel by key

/** Whether the map goes with the selected vessel. */
export class Following {
  on = false;

  set(on) {
    this.on = on;
    byId("follow").setAttribute("aria-pressed", String(on));
  }
}

/** The acts by name, of the page's parts. */
export function actsOf({ map, drawer, zones, place, vectors, table, measure, rings, box, inbox, keptList, following, help, home }) {
  return {
    zoomIn: () => map.zoomIn(),
    zoomOut: () => map.zoomOut(),
    home,
    search: () => byId("search").focus(),
    vectors: () => vectors.next(),
    legend: () => legend(zones),
    zones: () => zones.toggle(),
    place: () => { if (zones.any) place.show(map.getCenter()); },
    table: () => table.toggle(),
    measure: () => (measure.taking ? measure.end() : (box.end(), measure.start())),
    rings: () => rings.toggle(),
    box: () => (box.taking ? box.end() : (measure.end(), box.start())),
    theme: () => theme.set(theme.current() === "night" ? "day" : "night"),
    full: () => screen.full(),
    help: () => help.toggle(),
    local: () => screen.local(),
    inbox: () => { if (!byId("inbox").hidden) inbox.fold(); },
    jump: () => inbox.jump(),
    follow: () => { if (drawer.open) following.set(!following.on); },
    keep: () => keptList.toggle(),
  };
}

function legend(zones) {
  const wanted = byId("legend").hidden;
  // The legend's place: who asks for it is done with the layers.
  if (wanted && zones.open && narrow()) zones.toggle(false);
  if (byId("legend").hidden === wanted) toggle("legend-button", "legend");
}

/** Esc: first a tool ends, then what was opened last closes. */
export function close({ measure, box, several, place, drawer, rings, zones, table }) {
  if (measure.on) measure.end();
  else if (box.taking || box.on) box.end();
  else [several, place, drawer, rings, zones, table].find(({ open }) => open)?.close();
}

/** Enter on the map: a point of the measurement, or the mark or vessel at the middle. */
export function enter({ map, layer, measure, openKey, openMark }) {
  if (measure.taking) {
    measure.add(map.getCenter());
    return;
  }
  const middle = map.getSize().divideBy(2);
  const { x, y } = layer.onCanvas(middle);
  const mark = layer.concern.hit(x, y);
  const key = layer.near(middle, NEAR_PX)[0];
  if (mark) openMark(mark);
  else if (key !== undefined) openKey(key);
}
