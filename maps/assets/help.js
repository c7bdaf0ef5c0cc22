// The keys, on one sheet.

import { element } from "./bar.js";

const byId = (id) => document.getElementById(id);
const KEYS = [
  ["Move", [["← ↑ ↓ →", "move the map (focus on it)"], ["+  −", "zoom"], ["H", "whole Mediterranean"], ["/", "search a vessel"], ["Enter", "open the vessel or mark at the middle of the map"], ["G", "follow the selected vessel"], ["P", "keep the selected vessel's track"]]],
  ["See", [["L", "legend and filters"], ["Z", "layers and zones"], ["V", "speed vectors 6, 12, 30 min, off"], ["T", "table of the vessels in view"], ["I", "zones at the middle of the map"], ["A", "fold or show the alerts"], ["J", "go to the alerts or into the open one; then J K or arrows, Enter opens"]]],
  ["Replay", [["K", "replay what was; play or pause"], [",  .", "10 s back or on; with Shift 1 min"], ["X", "next alert"]]],
  ["An open alert, while it is framed", [["K", "acknowledge; elsewhere it is replay"], ["S", "assign"], ["C", "comment"], ["Z", "snooze"], ["E", "escalate"], ["R", "resolve"], ["O", "show it on the map"], ["Esc", "back to the list"]]],
  ["Measure", [["M", "measure; Enter takes the middle of the map"], ["R", "range rings"], ["B", "box: drag, or with Shift at any time"]]],
  ["Screen", [["N", "day or night"], ["F", "full screen"], ["U", "local time beside UTC"], ["?", "this sheet"], ["Esc", "end a tool, close what is open"]]],
];

export class Help {
  constructor() {
    this.box = byId("help");
    byId("help-keys").replaceChildren(...KEYS.map(([title, keys]) => group(title, keys)));
    byId("help-close").addEventListener("click", () => this.box.close());
    this.box.addEventListener("click", (event) => { if (event.target === this.box) this.box.close(); });
  }

  toggle() {
    if (this.box.open) this.box.close();
    else this.box.showModal();
  }
}

function group(title, keys) {
  const part = element("section");
  const list = element("dl");
  for (const [key, words] of keys) {
    const name = element("dt");
    name.append(element("kbd", key));
    list.append(name, element("dd", words));
  }
  part.append(element("h3", title), list);
  return part;
}
