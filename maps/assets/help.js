// The keys, on one sheet.

import { element } from "./bar.js";
import { say } from "./texts.js";

const byId = (id) => document.getElementById(id);
const KEYS = [
  [say("help.moving"), [["← ↑ ↓ →", say("help.pan")], ["+  −", say("help.zoom")], ["H", say("help.home")], ["/", say("help.search")], ["Enter", say("help.open")], ["G", say("help.follow")], ["P", say("help.keep")]]],
  [say("help.seeing"), [["L", say("help.legend")], ["Z", say("help.layers")], ["V", say("help.vectors")], ["T", say("help.table")], ["I", say("help.place")], ["A", say("help.fold")], ["J", say("help.jump")]]],
  [say("help.replaying"), [["K", say("help.replay")], [",  .", say("help.step")], ["X", say("help.next")]]],
  [say("help.in_alert"), [["K", say("help.acknowledge")], ["S", say("help.assign")], ["C", say("help.comment")], ["Z", say("help.snooze")], ["E", say("help.escalate")], ["R", say("help.resolve")], ["O", say("help.show")], ["Esc", say("help.back")]]],
  [say("help.measuring"), [["M", say("help.measure")], ["R", say("help.rings")], ["B", say("help.box")]]],
  [say("help.screen"), [["N", say("help.theme")], ["F", say("help.full")], ["U", say("help.local")], ["?", say("help.help")], ["Esc", say("help.close")]]],
];

export class Help {
  constructor() {
    this.box = byId("help");
    byId("help-keys").replaceChildren(...KEYS.map(([title, keys]) => group(title, keys)));
    byId("help-close").addEventListener("click", () => this.#close());
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.box.contains(target) && !target.closest("#help-button, #sar-call")) this.box.close();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.box.open) return;
      event.stopPropagation();
      this.#close();
    }, true);
  }

  /** No modal sheet: the call of a rescue stays above it, and can be answered. */
  toggle() {
    if (this.box.open) {
      this.#close();
      return;
    }
    this.from = document.activeElement;
    this.box.show();
    byId("help-close").focus();
  }

  #close() {
    this.box.close();
    this.from?.focus({ preventScroll: true });
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
