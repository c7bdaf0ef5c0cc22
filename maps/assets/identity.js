// Who a vessel said she was, over time: what changed, when it was heard, what does not fit.

import { element } from "./bar.js";
import { get } from "./ask.js";
import { say } from "./texts.js";
import * as words from "./words.js";

const AGAIN_MS = 60000;

const byId = (id) => document.getElementById(id);

export class Identity {
  constructor(time) {
    Object.assign(this, { time, mmsi: null, askedAt: 0 });
  }

  /** Show the identity of a vessel, or of none; asked for again once a minute. */
  async show(mmsi) {
    const now = performance.now();
    if (mmsi === this.mmsi && now - this.askedAt < AGAIN_MS) return;
    if (mmsi !== this.mmsi) this.#write(mmsi === null ? [] : [element("p", say("common.loading"))]);
    Object.assign(this, { mmsi, askedAt: now });
    if (mmsi === null) return;
    let nodes;
    try {
      nodes = this.#told(await get(`/api/v1/vessels/${mmsi}/identity`));
    } catch (error) {
      nodes = [element("p", say("common.not_loaded", { why: error.message }))];
    }
    if (mmsi === this.mmsi) this.#write(nodes);
  }

  #write(nodes) {
    byId("drawer-over-time").replaceChildren(...nodes);
  }

  #told(said) {
    if (!said?.facts.length) return [element("p", say("identity.none"))];
    const since = words.moment(said.since_ms, this.time());
    if (said.one) return [element("p", say("identity.one", { since }))];
    const conflicts = said.conflicts.map((conflict) => this.#conflict(conflict));
    const list = element("dl");
    for (const fact of said.facts) {
      const cell = element("dd");
      for (const value of fact.values) cell.append(this.#value(value, fact.values.length > 1));
      if (fact.earlier) cell.append(element("small", say("identity.earlier", { n: words.count(fact.earlier) })));
      list.append(element("dt", fact.fact), cell);
    }
    const several = conflicts.length ? element("ul") : null;
    several?.append(...conflicts);
    const ordered = said.facts.some(({ values }) => values.length > 1);
    return [several, list, element("p", say(ordered ? "identity.since_newest" : "identity.since", { since }))].filter(Boolean);
  }

  #value({ value, first_ms: first, last_ms: last }, several) {
    const line = element("div", value);
    if (several) line.append(element("small", this.#span(first, last)));
    return line;
  }

  #conflict({ said, first_ms: first, last_ms: last }) {
    const line = element("li", said);
    line.append(element("small", this.#span(first, last)));
    return line;
  }

  #span(first, last) {
    const [from, to] = [words.moment(first, this.time()), words.moment(last, this.time())];
    return from === to ? from : `${from.replace(" UTC", "")} – ${to}`;
  }
}
