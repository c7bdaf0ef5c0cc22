// The map ends where the coast data ends, or the farthest ship is: beyond it there is only grey.

const VISCOSITY = 0.8; // of 1: the end gives way a little and pulls back
const MARGIN_DEG = 2; // round a ship that is heard from outside

const longitude = (x) => (x - 0.5) * 360;
const latitude = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;

export class Fence {
  /** `frame` of the coast: left, top, right, bottom in the Mercator unit square. */
  constructor(map, [left, top, right, bottom]) {
    this.map = map;
    this.west = longitude(left);
    this.east = longitude(right);
    this.south = latitude(bottom);
    this.north = latitude(top);
    map.options.maxBoundsViscosity = VISCOSITY;
    this.#set();
  }

  /** Let in the ships that are outside: what is heard must be within reach. */
  take({ lon, lat, size }) {
    const before = [this.west, this.east, this.south, this.north].join();
    for (let slot = 0; slot < size; slot += 1) {
      if (lon[slot] < this.west) this.west = lon[slot] - MARGIN_DEG;
      else if (lon[slot] > this.east) this.east = lon[slot] + MARGIN_DEG;
      if (lat[slot] < this.south) this.south = lat[slot] - MARGIN_DEG;
      else if (lat[slot] > this.north) this.north = lat[slot] + MARGIN_DEG;
    }
    if (before !== [this.west, this.east, this.south, this.north].join()) this.#set();
  }

  #set() {
    this.map.setMaxBounds([[this.south, this.west], [this.north, this.east]]);
  }
}
