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
function asked() {
  return Object.fromEntries(new URLSearchParams(FORM.exec(location.hash)?.[4] ?? ""));
}

export class Address {
  #own = location.hash;
  #want = null; // the vessel that the address selects, until her first report is there

  /** Each of `parts` says with written() what is not as a new visitor sees it, and takes it by read(). */
  constructor(map, { fleet, drawer, open, openKey, parts }) {
    Object.assign(this, { map, fleet, drawer, open, openKey, parts });
    map.on("moveend", () => this.write());
    addEventListener("hashchange", () => {
      if (location.hash === this.#own) return;
      this.#own = location.hash;
      const said = asked(); // before the map moves, for then the address is written anew
      if (follow(map)) this.#take(said);
    });
  }

  /** Take what the address said when the page came. */
  begin() {
    const said = asked();
    if (Object.keys(said).length) this.#take(said);
  }

  /** After changes, so that the address says what is seen. */
  write() {
    // Somebody gave another address this instant; to write now would lose it before it is taken.
    if (location.hash !== this.#own) return;
    const { lat, lng } = this.map.getCenter();
    const said = this.drawer.open ? { vessel: this.drawer.mmsi } : this.#want !== null && { vessel: this.#want };
    const state = Object.assign({}, said, ...this.parts.map((part) => part.written()));
    const rest = new URLSearchParams(state).toString();
    const seen = `#${this.map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}${rest && `?${rest}`}`;
    if (seen === this.#own) return;
    history.replaceState(null, "", seen);
    this.#own = location.hash;
  }

  /** Open the vessel that the address selects, once anybody is there; one not heard now by her number. */
  wanted() {
    const { fleet } = this;
    const slot = this.#want === null ? -1 : fleet.mmsi.subarray(0, fleet.size).indexOf(this.#want);
    if (this.#want === null || !fleet.size) return;
    const mmsi = this.#want;
    this.#want = null;
    if (slot < 0) this.open(mmsi, null);
    else this.openKey(fleet.key[slot]);
  }

  #take(said) {
    this.#want = /^\d{1,9}$/.test(said.vessel ?? "") ? Number(said.vessel) : null;
    for (const part of this.parts) part.read(said);
    this.wanted();
    this.write();
  }
}
