// The second sign of each class of ships: the form of her hull, and what is written on it. Colour
// alone tells nobody anything who sees none.

const polygon = (...points) => (context) => {
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
};

const triangle = polygon([0, -7.4], [4.4, 5.6], [-4.4, 5.6]);

/** Around 0, 0 with the bow up; basic form is the triangle of IMO SN.1/Circ.243. */
const HULLS = {
  cargo: triangle,
  passenger: triangle,
  tanker(context) {
    context.moveTo(0, -7.4);
    context.lineTo(4.4, 3.6);
    context.quadraticCurveTo(0, 9.4, -4.4, 3.6);
    context.closePath();
  },
  high_speed: polygon([0, -7.6], [5, 6], [0, 1], [-5, 6]),
  fishing(context) {
    context.moveTo(0, -7.4);
    context.quadraticCurveTo(5.6, -1.6, 1.2, 3);
    context.lineTo(4.4, 6.6);
    context.lineTo(-4.4, 6.6);
    context.lineTo(-1.2, 3);
    context.quadraticCurveTo(-5.6, -1.6, 0, -7.4);
    context.closePath();
  },
  pleasure: polygon([0, -7.4], [4.2, 1.4], [0, 6.2], [-4.2, 1.4]),
  special: polygon([0, -7], [4, -2], [4, 5.6], [-4, 5.6], [-4, -2]),
  unknown: polygon([0, -7.2], [4.2, 5.4], [0, 3.4], [-4.2, 5.4]),
};

export function hull(context, key) {
  (HULLS[key] ?? HULLS.unknown)(context);
}

const line = (context, ...points) => {
  points.forEach(([x, y], i) => (i % 2 ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.stroke();
};

/** What is written on a hull (at its middle) or a dot; classes that their form tells have none. */
const SIGNS = {
  tanker(context) {
    context.arc(0, 0, 1.5, 0, 2 * Math.PI);
    context.fill();
  },
  passenger: (context) => line(context, [-2.6, 0], [2.6, 0]),
};
const DOT_SIGNS = {
  ...SIGNS,
  fishing: (context) => line(context, [0, -2.6], [0, 2.6]),
  high_speed: (context) => line(context, [-2.2, 2], [0, -2], [0, -2], [2.2, 2]),
  pleasure: (context) => line(context, [-1.9, 1.9], [1.9, -1.9]),
  special: (context) => line(context, [-2.4, 0], [2.4, 0], [0, -2.4], [0, 2.4]),
};

/** Write a class' sign in a tone; `bearing` null is a dot. */
export function inscribe(context, key, bearing, tone) {
  const sign = bearing === null ? DOT_SIGNS[key] : SIGNS[key];
  if (!sign) return;
  context.save();
  context.fillStyle = context.strokeStyle = tone;
  context.lineWidth = 1.5;
  if (bearing !== null) {
    context.rotate((bearing * Math.PI) / 180);
    context.translate(0, 1.8);
  }
  context.beginPath();
  sign(context);
  context.restore();
}
