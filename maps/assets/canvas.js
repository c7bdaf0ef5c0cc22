// A canvas over the map and some of what lies around it: moves with a pan, drawn anew when asked.

const PAD = 0.25; // of the view, on each side: a short pan shows what is there at once
const PAD_MOST = 260; // px; on a wall screen a quarter would be a picture of its own

const WALLS = [[3000, 2], [2560, 1.5]]; // px wide: such screens hang on a wall, what is drawn grows with the distance

// Who stands before a wall is farther away than who sits at a desk of its size.
const FARTHER = 1.2;
const kiosk = () => document.documentElement.classList.contains("kiosk");

/** How much larger symbols and texts are drawn on this screen. */
export function wallScale() {
  const scale = WALLS.find(([px]) => window.innerWidth >= px)?.[1];
  return scale ? scale * (kiosk() ? FARTHER : 1) : 1;
}

export const CanvasLayer = L.Layer.extend({
  /** `name` of the pane and of the canvas' class; `settings` of its context. */
  put(map, name, settings = {}) {
    this.canvas = L.DomUtil.create("canvas", `${name} leaflet-zoom-animated`);
    this.canvas.setAttribute("aria-hidden", "true");
    this.context = this.canvas.getContext("2d", settings);
    this.ratio = window.devicePixelRatio || 1;
    map.getPane(name).append(this.canvas);
  },

  onRemove() {
    this.canvas.remove();
  },

  /** Ask for a drawing in the next frame; many asks are one drawing, none while hidden. */
  redraw() {
    if (this.asked || document.hidden) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = 0;
      if (this._map) this.paint();
    });
  },

  /** Draw at once, for who is called in a frame: what is asked for there comes one frame later. */
  draw() {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    if (this._map && !document.hidden) this.paint();
  },

  animateZoom(event) {
    if (!this.corner) return;
    const scale = this._map.getZoomScale(event.zoom, this.zoom);
    const at = this._map._latLngToNewLayerPoint(this.corner, event.zoom, event.center);
    L.DomUtil.setTransform(this.canvas, at, scale);
  },

  /** Where the view's corner lies on the canvas, px. */
  shift() {
    return this._map.containerPointToLayerPoint([0, 0]).subtract(this.origin);
  },

  /** Lay the canvas over the view and its padding. */
  fit() {
    const map = this._map;
    const size = map.getSize();
    this.padX = Math.min(PAD_MOST, Math.round(size.x * PAD));
    this.padY = Math.min(PAD_MOST, Math.round(size.y * PAD));
    const [width, height] = [size.x + 2 * this.padX, size.y + 2 * this.padY];
    if (width !== this.width || height !== this.height || this.sized !== this.ratio) {
      [this.width, this.height, this.sized] = [width, height, this.ratio];
      this.canvas.width = Math.round(width * this.ratio);
      this.canvas.height = Math.round(height * this.ratio);
      this.canvas.style.width = `${width}px`;
      this.canvas.style.height = `${height}px`;
    }
    this.origin = map.containerPointToLayerPoint([-this.padX, -this.padY]);
    this.zoom = map.getZoom();
    this.corner = map.layerPointToLatLng(this.origin);
    this.pixel = map.getPixelOrigin().add(this.origin);
    L.DomUtil.setTransform(this.canvas, this.origin, 1);
  },
});
