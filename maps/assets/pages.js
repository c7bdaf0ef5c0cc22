// Pages with forms: the clock of the bar, the theme of the map, and where one wanted to go.

import { any, listen, settle } from "./drafts.js";
import { folding } from "./folding.js";
import { remembered, set } from "./theme.js";

const MINUTE_MS = 60000;
const EXPORTS_MS = 10000; // nobody waits for it

set(remembered());

const clock = document.getElementById("clock");
// The times on the page are those of the exercise, and so is the clock beside them.
// It is told to the minute: two answers that are to look alike must not differ by it.
const minute = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
const ahead = clock.dateTime ? Date.parse(clock.dateTime) - minute : 0;
const shift = Math.abs(ahead) > MINUTE_MS ? ahead : 0;
if (shift) {
  const zone = document.getElementById("zone");
  zone.textContent = zone.dataset.time;
  zone.title = zone.dataset.clock;
}
const tick = () => {
  clock.textContent = new Date(Date.now() + shift).toISOString().slice(11, 19);
};
tick();
setInterval(tick, 1000);

const group = document.querySelector("nav .group");
if (group) folding(group);

// A long export is made in the background: every page says when one is ready.
const exports = document.querySelector('nav a[href="/exports"]');
if (exports) {
  fetch("/api/v1/exports", { signal: AbortSignal.timeout(EXPORTS_MS) })
    .then((answer) => (answer.ok ? answer.json() : { exports: [] }))
    .then((told) => {
      const ready = told.exports.filter((one) => one.state === "ready" && !one.taken).length;
      if (!ready) return;
      for (const one of [exports, group.querySelector("summary")]) one.textContent += ` (${ready} ${group.dataset.ready})`;
    })
    .catch(() => {}); // the page itself says when the database is away
}

// What was typed at length outlives a session that ends meanwhile, for the same person.
const { account = "" } = document.body.dataset;
settle(account);
listen();
if (account && document.querySelector("main form[method=post]")) {
  import("./forms.js").then((forms) => forms.begin(account));
} else if (!account && any()) {
  import("./forms.js").then((forms) => forms.promise());
}

// The server never sees what stands behind #: the map's place would be lost on the way.
for (const field of document.querySelectorAll("input[data-hash]")) field.value += location.hash;
