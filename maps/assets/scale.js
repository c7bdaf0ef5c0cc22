// A scale bar in nautical miles; below one mile in metres.

const STEPS = [1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const NM_M = 1852;
const WIDEST = 120;
const WALL = [2560, 300]; // px of the window from which the bar may be so wide: its text is larger there

export const NauticalScale = L.Control.extend({
  onAdd(map) {
    this.box = L.DomUtil.create("div", "scale");
    map.on("move zoomend", this.update, this);
    this.update.call(this, { target: map });
    return this.box;
  },

  onRemove(map) {
    map.off("move zoomend", this.update, this);
  },

  update({ target: map }) {
    const middle = map.getSize().y / 2;
    const widest = innerWidth >= WALL[0] ? WALL[1] : WIDEST;
    const [left, right] = [0, widest].map((x) => map.containerPointToLatLng([x, middle]));
    const metres = map.distance(left, right);
    const inMiles = metres >= NM_M;
    const unit = inMiles ? NM_M : 1;
    const step = STEPS.find((value) => value * unit <= metres) ?? 1;
    this.box.style.width = `${Math.round((widest * step * unit) / metres)}px`;
    this.box.textContent = `${step} ${inMiles ? "nm" : "m"}`;
  },
});
