// The card of a contact by hand, opened by its mark on the map.

import { get } from "./ask.js";
import { element } from "./bar.js";
import { coded, many, say } from "./texts.js";
import { moment, position } from "./words.js";

function told(one, now) {
  const box = element("div");
  const persons = one.persons === null ? "" : `, ${many("contact.persons", one.persons)}`;
  const seen = say("contact.seen", { time: moment(one.time_ms, now), nm: one.error_nm, position: position(one.lat, one.lon) });
  box.append(
    element("b", `${one.id}${persons}`), element("br"), element("span", one.description), element("br"),
    element("small", `${coded("teller", one.kind)}, ${one.source_grade}${one.info_grade}. ${seen}`), element("br"),
  );
  const link = element("a", say("contact.reports"));
  link.href = `/contacts/${one.id}`;
  box.append(link);
  return box;
}

/** What a replay knows of it: its report that stood then, and no later one. */
function then(mark) {
  const box = element("div");
  const link = element("a", say("contact.all_reports"));
  link.href = `/contacts/${mark.id}`;
  box.append(element("p", mark.words), element("small", `${say("contact.then", { time: moment(mark.since, Infinity) })} `), link);
  return box;
}

/**
 * Show the card of an open contact where it was seen last, at the page's `time()`; `mark` is that of
 * the frame «marks». `past`: the map shows then.
 */
export async function showContact(map, time, id, mark, past = false) {
  const card = window.L.popup({ autoPan: false, className: "contact-card" });
  if (mark) card.setLatLng([mark.lat, mark.lon]).setContent(past ? then(mark) : element("p", mark.words)).openOn(map);
  if (past) return;
  try {
    const { contacts } = await get("/api/v1/contacts");
    const one = contacts.find((contact) => contact.id === id);
    if (!one) card.setContent(element("p", say("contact.gone", { id })));
    else card.setLatLng([one.lat, one.lon]).setContent(told(one, time()));
    if (one && !mark) card.openOn(map);
  } catch (error) {
    card.setContent(element("p", say("contact.not_loaded", { words: mark?.words ?? id, why: error.message })));
  }
}
