// From the map to pages: the links of a vessel, the form of an export for her or a drawn box.

import { element } from "./bar.js";
import { me } from "./me.js";
import { say } from "./texts.js";

const DEED = "export";

/** What the panel of a vessel offers. */
export const ofVessel = (mmsi) => ({ title: say("ship.export"), deed: DEED, href: `/exports/new?kind=tracks&vessel=${mmsi}` });

/** The document on a vessel. */
export const dossierOf = (mmsi) => ({ title: say("ship.dossier"), deed: DEED, href: `/dossiers/new?vessel=${mmsi}` });
/** What the panel of a vessel offers: who she is tied to. */
export const linksOf = (mmsi) => ({ title: say("ship.links"), deed: "links.read", href: `/links?vessel=${mmsi}` });

/** Offer the export of a box below the list of its vessels; `bounds` as hooks.box says. */
export async function ofBox(place, [south, west, north, east]) {
  const told = await me();
  if (!told?.deeds.includes(DEED)) return;
  const link = element("a", say("ship.export_box"));
  const bbox = [west, south, east, north].map((one) => one.toFixed(4)).join();
  link.href = `/exports/new?kind=tracks&bbox=${bbox}`;
  place.replaceChildren(link);
}
