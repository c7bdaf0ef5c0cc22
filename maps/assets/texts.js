// The words that people read, by key. They stand in maps/live/texts/en.toml, and what the alert's page
// and mails say as well in alerts/texts/en.toml; the server makes one module of both.

import { LANGUAGE, TEXTS } from "./catalogue.js";

const plurals = new Intl.PluralRules(LANGUAGE);

/** The text of `key`, with `values` in its {names}. */
export function say(key, values = {}) {
  return TEXTS[key].replace(/\{(\w+)\}/g, (name, inner) => values[inner] ?? name);
}

/** The text of `key` for `n` things, in the plural that they take; `n` stands in its {n}. */
export function many(key, n, values = {}) {
  const form = `${key}.${plurals.select(n)}`;
  return say(form in TEXTS ? form : `${key}.other`, { n: n.toLocaleString(LANGUAGE), ...values });
}

/** The word for a code; what the catalogue's `part` does not have stays as it is. */
export const coded = (part, code) => TEXTS[`${part}.${code}`] ?? code;
