"""Stays of vessels in a place: visits to zones as they were told, or positions in a box."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from service.errors import WrongUseError
from service.finding.asked import Place, affordable
from store import finding
from store.finding import Stay

if TYPE_CHECKING:
    from collections.abc import Iterable

    import psycopg

_APART = dt.timedelta(hours=1)
"""Heard again in a box within so long, she is taken to have stayed."""
MOST_STAYS = 100_000


def stays(
    connection: psycopg.Connection, place: Place, start: dt.datetime, end: dt.datetime
) -> list[Stay]:
    """Return who was in ``place`` in a span, sorted by mmsi and time; raises WrongUseError."""
    if place.zones:
        found = finding.at_zones(connection, place.zones, start, end, MOST_STAYS)
    else:
        affordable(place.box, start, end)
        found = list(_joined(finding.in_box(connection, place.box, start, end, MOST_STAYS)))
    if len(found) > MOST_STAYS:
        raise WrongUseError(
            f"more than {MOST_STAYS:,} stays in {place.name}; ask for a shorter span"
        )
    return found


def _joined(pieces: Iterable[Stay]) -> Iterable[Stay]:
    """Yield pieces of one vessel that follow on each other as one stay."""
    open_: Stay | None = None
    for piece in pieces:
        if open_ and open_.mmsi == piece.mmsi and piece.since - _until(open_) <= _APART:
            open_ = open_._replace(until=piece.until)
            continue
        if open_:
            yield open_
        open_ = piece
    if open_:
        yield open_


def _until(stay: Stay) -> dt.datetime:
    return stay.until or stay.since
