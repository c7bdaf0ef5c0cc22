// Open contacts on the live map: a hexagon where each was seen last, and its error as a circle.

import { element } from "./bar.js";
import { ink } from "./toolpanel.js";
import { colour, onChange } from "./theme.js";
import { moment, position } from "./words.js";

const AGAIN_MS = 20000;
const NM_M = 1852;
const KINDS = { call: "call", aircraft: "aircraft", ngo: "sea rescue organisation", navy: "navy or coast guard", other: "somebody" };

let redo = () => {};

/** Show the contacts as they are now, at once. */
export const refresh = () => redo();

function picture() {
  const SVG = "http://www.w3.org/2000/svg";
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", "0 0 20 20");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", "M10 2 17 6v8l-7 4-7-4V6z");
  node.append(line);
  return node;
}

function told(one) {
  const box = element("div");
  const persons = one.persons === null ? "" : `, ${one.persons} persons`;
  const seen = `${moment(one.time_ms, Date.now())}, within ${one.error_nm} nm of ${position(one.lat, one.lon)}`;
  box.append(
    element("b", `${one.id}${persons}`), element("br"), element("span", one.description), element("br"),
    element("small", `${KINDS[one.kind] ?? one.kind}, ${one.source_grade}${one.info_grade}. ${seen}`), element("br"),
  );
  const link = element("a", "Reports, close");
  link.href = `/contacts/${one.id}`;
  box.append(link);
  return box;
}

export function begin(map) {
  const L = window.L;
  const group = L.layerGroup().addTo(map);
  let seen = "";
  const show = (contacts) => {
    group.clearLayers();
    for (const one of contacts) {
      const at = [one.lat, one.lon];
      const own = colour("sar");
      L.circle(at, { radius: one.error_nm * NM_M, color: own, weight: 1.5, dashArray: "6 4", fillOpacity: 0.06, fillColor: own, interactive: false, renderer: ink() }).addTo(group);
      const icon = L.divIcon({ className: "contact-mark", iconSize: [26, 26] });
      const title = `Contact ${one.id}: ${one.description}`;
      const marker = L.marker(at, { icon, title, alt: title, keyboard: true }).addTo(group);
      marker.getElement().append(picture());
      marker.bindPopup(() => told(one), { autoPan: false });
    }
  };
  let last = [];
  redo = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/api/v1/contacts");
      if (!answer.ok) return;
      const { contacts } = await answer.json();
      const now = JSON.stringify(contacts);
      if (now !== seen) show(last = contacts);
      seen = now;
    } catch {
      // The bar says that the server is away; what was seen last stays on the map.
    }
  };
  onChange(() => show(last));
  redo();
  setInterval(() => redo(), AGAIN_MS);
}
