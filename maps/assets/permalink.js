// The address says where the map looks and at what: #zoom/lat/lon?vessel=…&off=…&show=…&zones=… It
// carries no rights: whoever opens it sees what she may see.

const FORM = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)(?:\?(.*))?$/;

/** Look where the address says; returns false when it says nothing usable. */
export function follow(map) {
  const said = FORM.exec(location.hash);
  if (!said) return false;
  const [zoom, lat, lon] = said.slice(1, 4).map(Number);
  if (Math.abs(lat) > 85 || Math.abs(lon) > 180) return false;
  // Beyond the last zoom every tile would be cut out of a coast of millions of pixels.
  const near = Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), zoom));
  map.setView([lat, lon], near, { animate: false });
  return true;
}

/** What else the address says, as {name: text}. */
export function asked() {
  return Object.fromEntries(new URLSearchParams(FORM.exec(location.hash)?.[4] ?? ""));
}

/**
 * Keep the address; `state()` gives {name: text} of all that is not as a new visitor sees it, and
 * `take(said)` is called when somebody changed the address. Returns a function to call after changes.
 */
export function remember(map, state, take) {
  let own = location.hash;
  const write = () => {
    const { lat, lng } = map.getCenter();
    const rest = new URLSearchParams(state()).toString();
    own = `#${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}${rest && `?${rest}`}`;
    if (own !== location.hash) history.replaceState(null, "", own);
  };
  map.on("moveend", write);
  addEventListener("hashchange", () => {
    if (location.hash === own) return;
    const said = asked();
    if (follow(map)) take(said);
  });
  return write;
}
