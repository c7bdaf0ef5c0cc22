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
