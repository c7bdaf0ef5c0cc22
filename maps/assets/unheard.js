// What we cannot hear, said beside every empty list: feeds, coverage, and who sends no AIS at all.
// The map's page gives the first two; the twin for pages is service/web/unheard.py.

import { element } from "./bar.js";
import { say } from "./texts.js";

let sources = [];

/** Each of `functions` gives a sentence, "" where it knows nothing; `live` asks of now, whatever the map shows. */
export function hearBy(...functions) {
  sources = functions;
}

export const sentences = (live = false) => [...sources.map((one) => one(live)), say("hearing.never")].filter(Boolean).join(" ");

/** Fill a node with what is empty, in words, and what that is worth; "" empties it. */
export function fill(node, lead, live = false) {
  const text = lead && `${lead} ${sentences(live)}`;
  if (node.dataset.said === text) return node;
  node.dataset.said = text;
  if (!text) {
    node.replaceChildren();
    return node;
  }
  node.replaceChildren(`${text} `, more());
  return node;
}

function more() {
  const link = element("a", say("hearing.more"));
  link.href = "/hearing";
  return link;
}

/** Where several lists stand together: one of them says it all, the others lead to it. */
export function brief(lead, className = "") {
  const node = element("p", `${lead} `, className);
  node.append(more());
  return node;
}

/** The same as a node of its own. */
export const unheard = (lead, tag = "p", className = "quiet") => fill(element(tag, "", className), lead);
