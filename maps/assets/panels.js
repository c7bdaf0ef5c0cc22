// The panels beside the map: on narrow screens there is room for one of them at the right.

const TELEPHONE_PX = 720; // as in screens.css
const NARROW_PX = 1600; // below it there is no room for the legend beside a panel or the drawer
// Room at the right for the legend, so that it does not lie on the Levant.
const BESIDE_LEGEND = 12;

const byId = (id) => document.getElementById(id);
const openBeside = new Set();

export const narrow = () => innerWidth < NARROW_PX;

/** On a telephone details and alerts come from below, one at a time: else no sea would be left. */
export const telephone = () => innerWidth <= TELEPHONE_PX;

/** Width that legend or layers take from the map's right side, px; 0 while they are hidden. */
export function besideMap() {
  const zones = narrow() ? byId("zones").offsetWidth : 0;
  const wide = Math.max(byId("legend").offsetWidth, zones); // what is hidden has no width
  return wide && wide + BESIDE_LEGEND;
}

/** On narrow screens the legend leaves while drawer or layers are open, and comes back after. */
export function giveWay(what, opens) {
  const legend = byId("legend");
  openBeside[opens ? "add" : "delete"](what);
  if (opens && narrow() && !legend.hidden) {
    toggle("legend-button", "legend");
    legend.dataset.gaveWay = "";
  } else if (!openBeside.size && "gaveWay" in legend.dataset) {
    delete legend.dataset.gaveWay;
    if (legend.hidden) toggle("legend-button", "legend");
  }
}

export function toggle(button, panel) {
  const hidden = !byId(panel).hidden;
  byId(panel).hidden = hidden;
  byId(button).setAttribute("aria-pressed", String(!hidden));
}
