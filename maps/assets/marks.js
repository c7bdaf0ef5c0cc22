// Marks over a symbol of any class: a distress, and ships that cannot give way.

import { DISTRESS, LIMITED } from "./fleet.js";
import { colour } from "./theme.js";

export const MARKS = ["distress", "limited"];

/** Which of MARKS a vessel's state asks for, or -1. */
export function markOf(state) {
  if (state & DISTRESS) return 0;
  return state & LIMITED ? 1 : -1;
}

const DRAWINGS = {
  /** The circle and cross of an active AIS-SART (IMO SN.1/Circ.243), over the ship that sends it. */
  distress(context) {
    context.beginPath();
    context.arc(0, 0, 9, 0, 2 * Math.PI);
    context.moveTo(-6.4, -6.4);
    context.lineTo(6.4, 6.4);
    context.moveTo(6.4, -6.4);
    context.lineTo(-6.4, 6.4);
    context.strokeStyle = colour("halo");
    context.lineWidth = 5;
    context.stroke();
    context.strokeStyle = colour("sar");
    context.lineWidth = 2.4;
    context.stroke();
  },
  /** Two balls, one above the other, as a ship not under command shows them. */
  limited(context) {
    context.beginPath();
    for (const y of [-6.6, -1.2]) {
      context.moveTo(10.4, y);
      context.arc(8.2, y, 2.2, 0, 2 * Math.PI);
    }
    context.strokeStyle = colour("halo");
    context.lineWidth = 2;
    context.stroke();
    context.fillStyle = colour("text");
    context.fill();
  },
};

/** Draw one of MARKS around 0, 0; the legend uses it too. */
export function drawMark(context, mark) {
  context.save();
  DRAWINGS[MARKS[mark]](context);
  context.restore();
}
