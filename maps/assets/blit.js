// Copies thousands of small symbols into one image: plain memory writes, some ten times faster than
// as many calls of drawImage where there is no GPU.

export class Blitter {
  constructor() {
    this.image = null;
    this.#reset();
  }

  /** Begin an empty image of so many device pixels. */
  begin(width, height) {
    if (this.image?.width !== width || this.image?.height !== height) {
      this.image = new ImageData(width, height);
      this.pixels = new Int32Array(this.image.data.buffer);
    } else if (this.bottom > this.top) {
      this.pixels.fill(0, this.top * width, this.bottom * width);
    }
    this.#reset();
  }

  /** Copy a symbol around a point; what lies outside the image is left out. */
  put(symbol, x, y) {
    const { width, height } = this.image;
    const left = Math.round(x - symbol.side / 2);
    const top = Math.round(y - symbol.side / 2);
    if (left < 0 || top < 0 || left + symbol.side > width || top + symbol.side > height) return;
    const { at, colour } = symbol;
    const pixels = this.pixels;
    const start = top * width + left;
    const length = at.length;
    for (let i = 0; i < length; i += 1) {
      const place = start + (at[i] >>> 8) * width + (at[i] & 255);
      const below = pixels[place];
      const over = colour[i];
      pixels[place] = below === 0 || over >>> 24 === 255 ? over : blend(over, below);
    }
    this.top = Math.min(this.top, top);
    this.bottom = Math.max(this.bottom, top + symbol.side);
  }

  /**
   * Draw a line of so many pixels' width, beneath what is put later; `tone` is a colour as canvas
   * keeps it. Where lines of one tone cross they are no darker.
   */
  line(x0, y0, x1, y1, tone, wide = 1) {
    const { width, height } = this.image;
    // One pixel further along is a step, across a side. No arrays here: it runs for thousands.
    const steep = Math.abs(y1 - y0) > Math.abs(x1 - x0);
    const turned = steep ? y0 > y1 : x0 > x1;
    const a0 = Math.min(steep ? y0 : x0, steep ? y1 : x1);
    const a1 = Math.max(steep ? y0 : x0, steep ? y1 : x1);
    const b0 = steep ? (turned ? x1 : x0) : (turned ? y1 : y0);
    const b1 = steep ? (turned ? x0 : x1) : (turned ? y0 : y1);
    const across = steep ? width : height;
    const step = steep ? width : 1;
    const side = steep ? 1 : width;
    const slope = a1 > a0 ? (b1 - b0) / (a1 - a0) : 0;
    const from = Math.max(0, Math.ceil(a0));
    const to = Math.min(steep ? height : width, Math.ceil(a1));
    const off = (wide - 1) / 2;
    for (let a = from; a < to; a += 1) {
      const b = b0 + (a - a0) * slope - off;
      const first = Math.floor(b);
      if (first < 0 || first + wide >= across) continue;
      const share = Math.round((b - first) * 256);
      const place = a * step + first * side;
      this.#tint(place, tone, 256 - share);
      for (let k = 1; k < wide; k += 1) this.#tint(place + k * side, tone, 256);
      this.#tint(place + wide * side, tone, share);
    }
    if (from >= to) return;
    this.top = Math.max(0, Math.min(this.top, Math.floor(Math.min(y0, y1)) - wide - 1));
    this.bottom = Math.min(height, Math.max(this.bottom, Math.ceil(Math.max(y0, y1)) + wide + 2));
  }

  /** Cover a 256th so often of a pixel with a tone. */
  #tint(place, tone, covered) {
    const alpha = ((tone >>> 24) * covered) >> 8;
    if (!alpha) return;
    const below = this.pixels[place];
    const over = (alpha << 24) | (tone & 0xffffff);
    if (below === 0) this.pixels[place] = over;
    else if ((below & 0xffffff) !== (tone & 0xffffff)) this.pixels[place] = blend(over, below);
    else if (below >>> 24 < alpha) this.pixels[place] = over;
  }

  /** Show the image on a canvas, in place of what was there. */
  show(context) {
    const { width, height } = this.image;
    context.clearRect(0, 0, width, height);
    if (this.bottom <= this.top) return;
    context.putImageData(this.image, 0, 0, 0, this.top, width, this.bottom - this.top);
  }

  #reset() {
    this.top = Infinity;
    this.bottom = 0;
  }
}

/** A symbol as its visible pixels: row << 8 | column, and colour as canvas keeps it. */
export function symbolOf(canvas) {
  const side = canvas.width;
  const image = canvas.getContext("2d").getImageData(0, 0, side, side);
  const pixels = new Int32Array(image.data.buffer); // signed: V8 keeps those unboxed
  const [at, colour] = [[], []];
  pixels.forEach((value, place) => {
    if (value >>> 24 < 24) return; // hardly visible, and every pixel costs thirteen thousand times
    at.push((Math.floor(place / side) << 8) | place % side);
    colour.push(value);
  });
  return { side, at: Uint16Array.from(at), colour: Int32Array.from(colour) };
}

/** A colour of a style sheet with its opacity, as canvas keeps it. */
export function toneOf(colour, opacity) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return (Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red;
}

/** One pixel over another, both with their own opacity (the highest byte); whole numbers only. */
function blend(over, below) {
  const share = over >>> 24;
  const rest = (((below >>> 24) * (255 - share)) / 255) | 0;
  const alpha = share + rest;
  const blue = (((over >>> 16) & 255) * share + ((below >>> 16) & 255) * rest) / alpha;
  const green = (((over >>> 8) & 255) * share + ((below >>> 8) & 255) * rest) / alpha;
  const red = ((over & 255) * share + (below & 255) * rest) / alpha;
  return (alpha << 24) | (blue << 16) | (green << 8) | red;
}
