// The pointer over the map: names under it, its position, and what a click means.

import { LANE_TITLES } from "./concern.js";
import { DISTRESS, NO_SPEED } from "./fleet.js";
import { say } from "./texts.js";
import { position, speed } from "./words.js";

const byId = (id) => document.getElementById(id);
const TOGETHER_PX = 7; // from the pointer: a ship and no mark is meant
const AFTER_BOX_MS = 300; // the click that ends a drag

/** `acts`: ship(key), several(keys, at), mark(mark), water(latlng), and tool(latlng) that may take a click. */
export function watch(map, layer, fleet, acts) {
  const tip = byId("tip");
  let asked = 0;
  map.on("mousemove", (event) => {
    byId("cursor").textContent = position(event.latlng.lat, event.latlng.lng);
    if (asked) return;
    asked = requestAnimationFrame(() => {
      asked = 0;
      const text = told(layer, fleet, event.containerPoint);
      tip.hidden = !text;
      map.getContainer().classList.toggle("over-ship", Boolean(text));
      if (!text) return;
      tip.textContent = text;
      const { x, y } = event.containerPoint;
      const right = x + 14 + tip.offsetWidth > map.getSize().x ? x - 14 - tip.offsetWidth : x + 14;
      tip.style.transform = `translate(${Math.max(0, right)}px, ${y + 14}px)`;
    });
  });
  map.on("mouseout movestart", () => { tip.hidden = true; });
  map.on("click", (event) => {
    tip.hidden = true;
    if (performance.now() - (acts.boxEndedAt() ?? -Infinity) < AFTER_BOX_MS) return;
    if (acts.tool(event.latlng)) return;
    choose(layer, event, acts);
  });
}

function choose(layer, { containerPoint, latlng }, acts) {
  const key = layer.hit(containerPoint);
  const { x, y } = layer.onCanvas(containerPoint);
  const mark = layer.concern.hit(x, y);
  const together = key === null ? [] : layer.at(key);
  const onShip = layer.near(containerPoint, TOGETHER_PX * layer.scale).length > 0;
  if (mark && !onShip) acts.mark(mark);
  else if (together.length > 1) acts.several(together, containerPoint);
  else if (key !== null) acts.ship(key);
  else acts.water(latlng);
}

/** What lies under a point, in one line; "" where nothing does. */
function told(layer, fleet, point) {
  const key = layer.hit(point);
  const slot = key === null ? undefined : fleet.slots.get(key);
  if (slot === undefined) return ofMark(layer.concern.hit(...xy(layer.onCanvas(point))));
  const distress = fleet.state[slot] & DISTRESS ? `${say("mark.distress")} · ` : "";
  const title = layer.options.classes[fleet.kind[slot]].title;
  const sog = fleet.speed[slot] === NO_SPEED ? "" : speed(fleet.speed[slot]);
  const more = [title, sog, layer.concern.words(fleet.mmsi[slot])].filter(Boolean).join(" · ");
  const others = layer.at(key).length - 1;
  return `${distress}${fleet.called(slot)} · ${more}${others > 0 ? ` · ${say("mark.more_here", { n: others })}` : ""}`;
}

const xy = ({ x, y }) => [x, y];

function ofMark(mark) {
  if (!mark) return "";
  if (mark.alert) return `${LANE_TITLES[mark.alert.lane]} · ${mark.alert.headline ?? ""}`;
  return `${say("mark.by_hand")} · ${mark.contact.words ?? ""}`;
}
