// Pages with forms: the clock of the bar, the theme of the map, and where one wanted to go.

import { remembered, set } from "./theme.js";

set(remembered());

const clock = document.getElementById("clock");
const tick = () => {
  clock.textContent = new Date().toISOString().slice(11, 19);
};
tick();
setInterval(tick, 1000);

// The server never sees what stands behind #: the map's place would be lost on the way.
for (const field of document.querySelectorAll("input[data-hash]")) field.value += location.hash;
