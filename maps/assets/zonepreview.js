// The map of an import: what is new, what changes, and how it was before.

import { get } from "./ask.js";
import { colour, onChange } from "./theme.js";

const box = document.getElementById("preview");
const L = window.L;
const MEDITERRANEAN = [[30.2, -5.8], [45.9, 36.2]];

const read = (text) => (text ? JSON.parse(text) : { type: "FeatureCollection", features: [] });

async function show() {
  const map = L.map(box, { zoomControl: true, attributionControl: false, maxZoom: 15 });
  map.fitBounds(MEDITERRANEAN, { animate: false });
  const states = new Map(box.dataset.states.split(" ").map((one) => one.split("=")));
  const canvas = L.canvas();
  const land = L.geoJSON(null, { interactive: false, renderer: canvas }).addTo(map);
  const before = L.geoJSON(read(box.dataset.before), { interactive: false }).addTo(map);
  const zones = L.geoJSON(read(box.dataset.zones), {
    onEachFeature(feature, layer) {
      const name = document.createElement("span");
      name.textContent = `${feature.properties.name || feature.id}: ${states.get(feature.id) ?? ""}`;
      layer.bindTooltip(name);
    },
  }).addTo(map);
  const paint = () => {
    land.setStyle({ stroke: true, weight: 1, color: colour("coast"), fillColor: colour("land"), fillOpacity: 1 });
    before.setStyle({ weight: 2, dashArray: "4 4", color: colour("quiet"), fill: false });
    zones.setStyle((feature) => {
      const done = states.get(feature.id);
      const ink = colour({ added: "ok", changed: "warn" }[done] ?? "quiet");
      return { weight: 2, color: ink, fillColor: ink, fillOpacity: done === "unchanged" ? 0 : 0.2 };
    });
  };
  paint();
  onChange(paint);
  if (zones.getBounds().isValid()) map.fitBounds(zones.getBounds().pad(0.3), { animate: false, maxZoom: 11 });
  window.preview = { map, zones }; // for tests
  land.addData(await get(box.dataset.land));
  paint();
}

if (box) show();
