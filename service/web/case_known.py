"""What is known of the vessels, alerts and contacts of a case, and where each is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.watch_log import moment
from service.web.texts import say, word
from store.cases import vessels_called
from store.contacts import contact_history
from store.ever import last_seen
from watchlist.flags import flag

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from store.case_parts import Item, Whole
    from watchlist.vessels import LastSeen

_IMO = "imo:"


@dataclass(frozen=True, slots=True)
class Known:
    """One item: ``words`` for people, ``page`` with all of it, ``chart`` on the map; "" = none."""

    words: str = ""
    page: str = ""
    chart: str = ""


def known(connection: psycopg.Connection, held: Whole) -> dict[str, Known]:
    """Return what is known of each item of a case by its reference."""
    found = _vessels(connection, [one.ref for one in held.items if one.kind == "vessel"])
    for one in held.items:
        if one.kind == "alert":
            found[one.ref] = _alert(held, one)
        if one.kind == "contact":
            found[one.ref] = _contact(connection, one)
    return found


def _vessels(connection: psycopg.Connection, refs: list[str]) -> dict[str, Known]:
    mmsis = [int(ref) for ref in refs if ref.isdigit()]
    imos = [int(ref[len(_IMO) :]) for ref in refs if ref.startswith(_IMO)]
    sent = vessels_called(connection, mmsis, imos)
    names = {mmsi: name for mmsi, _, name in sent}
    # Of several that send one IMO number she is who was heard last.
    bearers = {f"{_IMO}{imo}": mmsi for mmsi, imo, _ in reversed(sent) if imo}
    at = {ref: int(ref) if ref.isdigit() else bearers.get(ref) for ref in refs}
    seen = last_seen(connection, [mmsi for mmsi in at.values() if mmsi is not None])
    return {ref: _vessel(ref, mmsi, names, seen) for ref, mmsi in at.items()}


def _vessel(
    ref: str, mmsi: int | None, names: Mapping[int, str], seen: Mapping[int, LastSeen]
) -> Known:
    if mmsi is None:
        return Known(word("cases.never_heard"))
    last = seen.get(mmsi)
    when = word("cases.last_seen").format(time=moment(last.received)) if last else ""
    said = [names.get(mmsi, ""), flag(mmsi) or "", when or word("cases.no_place")]
    if not ref.isdigit():
        said.insert(1, f"MMSI {mmsi:09d}")
    place = f"10/{last.lat_deg:.4f}/{last.lon_deg:.4f}" if last else "5/37.8000/15.2000"
    return Known(" · ".join(part for part in said if part), chart=f"/#{place}?vessel={mmsi}")


def _alert(held: Whole, item: Item) -> Known:
    alert = held.alerts.get(item.ref)
    if alert is None:
        return Known()
    state = word(f"cases.alert_state.{alert.state}")
    words, where = say("cases.alert", headline=alert.headline, state=state), f"/alerts/{alert.id}"
    if alert.lat is None or alert.lon is None:
        return Known(words, where)
    return Known(words, where, f"/#10/{alert.lat:.4f}/{alert.lon:.4f}?alert={alert.id}")


def _contact(connection: psycopg.Connection, item: Item) -> Known:
    past = contact_history(connection, item.ref)
    if not past:
        return Known()
    last = past[-1].contact
    what = last.description
    words = say("cases.contact_closed", what=what) if last.closed else what
    return Known(words, f"/contacts/{item.ref}", f"/#10/{last.lat:.4f}/{last.lon:.4f}")
