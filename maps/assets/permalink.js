// The address says where the map looks: #zoom/lat/lon. It carries no rights.

const FORM = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;

/** Look where the address says; returns false when it says nothing usable. */
export function follow(map) {
  const said = FORM.exec(location.hash);
  if (!said) return false;
  const [zoom, lat, lon] = said.slice(1).map(Number);
  if (Math.abs(lat) > 85 || Math.abs(lon) > 180) return false;
  // Beyond the last zoom every tile would be cut out of a coast of millions of pixels.
  const near = Math.max(map.getMinZoom(), Math.min(map.getMaxZoom(), zoom));
  map.setView([lat, lon], near, { animate: false });
  return true;
}

export function remember(map) {
  let own = location.hash;
  map.on("moveend", () => {
    const { lat, lng } = map.getCenter();
    own = `#${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
    history.replaceState(null, "", own);
  });
  addEventListener("hashchange", () => {
    if (location.hash !== own) follow(map);
  });
}
