// What people add to the map by hand: zones and sightings. The buttons of those who may.

import { get, LIMIT_MS } from "./ask.js";
import { me } from "./me.js";
import { say } from "./texts.js";
import { act, Panel } from "./toolpanel.js";

const TOOLS = [
  {
    id: "draw-button", deed: "zones.edit", title: say("drawing.title"), asked: "draw",
    path: "m4 15 3-10 8 2 2 8zM4 15l13 0", load: () => import("./zonedraw.js"),
  },
  {
    id: "sighting-button", deed: "contacts.enter", title: say("sighting.title"), asked: "sighting",
    path: "M10 2.5 16.5 6.3v7.4L10 17.5 3.5 13.7V6.3zM10 7v6M7 10h6", load: () => import("./sighting.js"),
  },
];

function styled() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("./byhand.css", import.meta.url).href;
  document.head.append(link);
}

function button({ id, title, path }) {
  const node = document.createElement("button");
  Object.assign(node, { id, type: "button", title });
  node.setAttribute("aria-label", title);
  node.setAttribute("aria-expanded", "false");
  const SVG = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 20 20");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  picture.append(line);
  node.append(picture);
  return node;
}

/** Say on its button that something was begun with a tool. */
function marked(node, { title, draft }) {
  const said = draft ? say("common.draft_kept", { title }) : title;
  node.classList.toggle("marked", Boolean(draft));
  node.title = said;
  node.setAttribute("aria-label", said);
}

/** The legend leaves while a tool is open, and comes back after it. */
function legendAway(away) {
  const legend = document.getElementById("legend");
  const open = legend && !legend.hidden;
  if (away && open) document.getElementById("legend-button")?.click();
  return away && open;
}

/** Show the vessel that a page led to, where she was heard last. */
async function showVessel(map, mmsi, open) {
  if (!/^\d{1,9}$/.test(mmsi)) return;
  history.replaceState(null, "", location.pathname + location.hash);
  const told = await get(`/api/v1/vessels?q=${mmsi}`, { limit: LIMIT_MS }).catch(() => null);
  const found = told?.vessels.find((one) => String(one.mmsi) === mmsi);
  if (!found || found.lat === null) {
    open(Number(mmsi), null, null); // her details say that she was not heard
    return;
  }
  map.setView([found.lat, found.lon], 10, { animate: false });
  open(found.mmsi, found.segment, [found.lat, found.lon]);
}

/** A panel that says that a tool could not be loaded, and how to go on. */
function failed(map, title, close) {
  const panel = new Panel(map, title, { onClose: close, onClick: () => {} });
  panel.body.append(panel.said, act(say("common.load_again"), () => location.reload(), "hand-main"));
  panel.say(say("common.tool_failed"), "bad");
  return panel;
}

/** Begin on the live map; of its page: `zones` the panel of zones, `open` shows a vessel. */
export async function byHand(map, parts) {
  const told = await me();
  const tools = TOOLS.filter(({ deed }) => told?.deeds.includes(deed));
  if (tools.length) styled();
  let open = null;
  const close = (touched) => {
    const was = open;
    open = null;
    if (!was) return;
    was.tool.draft = touched ? was.panel : null;
    marked(was.node, was.tool);
    was.node.setAttribute("aria-expanded", "false");
    if (was.legend) document.getElementById("legend-button")?.click();
    was.node.focus();
  };
  const begin = async (tool, asked) => {
    if (open?.tool === tool) {
      open.panel?.close();
      return;
    }
    if (open?.panel) open.panel.close();
    else close(false); // what is still being loaded
    const mine = { tool, node: tool.node, legend: legendAway(true) };
    open = mine;
    tool.node.setAttribute("aria-expanded", "true");
    // What was sent after its panel had been closed is no draft any more.
    if (tool.draft?.panel.touched) {
      mine.panel = tool.draft;
      mine.panel.again();
      return;
    }
    try {
      const { start } = await tool.load();
      if (open === mine) mine.panel = await start(map, { ...parts, told, close, asked });
    } catch {
      if (open === mine) mine.panel = failed(map, tool.title, close);
    }
  };
  for (const tool of tools.toReversed()) {
    tool.node = button(tool);
    tool.node.addEventListener("click", () => begin(tool, ""));
    document.getElementById("box").after(tool.node); // with the other tools
    // At once: an update of the server takes these files away while the page stays open.
    tool.load().catch(() => {});
  }
  const query = new URLSearchParams(location.search);
  if (query.has("mmsi")) showVessel(map, query.get("mmsi"), parts.open);
  const wanted = tools.find(({ asked }) => query.has(asked));
  if (wanted) {
    const asked = query.get(wanted.asked);
    history.replaceState(null, "", location.pathname + location.hash);
    begin(wanted, asked);
  }
}
