// The buttons at the left edge, and the keys that do the same.


const byId = (id) => document.getElementById(id);
const BUTTONS = {
  "zoom-in": "zoomIn", "zoom-out": "zoomOut", home: "home", vectors: "vectors", "legend-button": "legend",
  "zones-button": "zones", "table-button": "table", measure: "measure", "rings-button": "rings", box: "box",
  "layer-rings": "rings",
  theme: "theme", full: "full", "help-button": "help", "clock-box": "local", follow: "follow", keep: "keep",
};
const KEYS = {
  "/": "search", v: "vectors", l: "legend", n: "theme", h: "home", z: "zones", i: "place", t: "table",
  m: "measure", r: "rings", b: "box", f: "full", g: "follow", p: "keep", u: "local", a: "inbox", j: "jump", "?": "help",
};

/** `acts` by name; `close()` is what Esc does, `enter()` what Enter does with the map in focus. */
export function rail(acts, { close, enter }) {
  for (const [id, name] of Object.entries(BUTTONS)) byId(id).addEventListener("click", acts[name]);
  document.addEventListener("keydown", (event) => {
    if (byId("help").open && event.key !== "?") return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    // Who dictates, or types past the focus, may switch single letters off (inbox, settings).
    if (document.body.dataset.keys === "off" && /^[a-z]$/i.test(event.key)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && event.target === byId("map_live")) enter();
    else if (KEYS[event.key.toLowerCase()]) {
      event.preventDefault();
      acts[KEYS[event.key.toLowerCase()]]();
    }
  });
}

