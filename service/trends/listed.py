"""Which counts rest on vessels of the list, and from whom those are kept."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.routing import limits
from alerts.trends.series import PAIR
from store.codes import entry_codes
from store.panel import entries_of
from store.trends import listed_events
from watchlist.flags import flag

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import psycopg

    from alerts.alert import Codes
    from alerts.routing import Office
    from store.trends import Span

Subject = tuple[str, tuple[str, ...]]
"""Family and key."""
_KINDS = ("gap", "encounter", "identity_change")


@dataclass(frozen=True, slots=True)
class Listed:
    """Vessels that ever answered to an entry: by what they are counted in, and under which codes.

    Events for law enforcement alone: what a ship broadcasts she tells everybody.
    """

    by_subject: Mapping[Subject, frozenset[int]]
    codes: Mapping[int, tuple[Codes, ...]]

    def hidden_from(self, office: Office) -> frozenset[int]:
        """Return the vessels of which an office may not know that they are of interest."""
        return frozenset(
            mmsi for mmsi, codes in self.codes.items() if any(limits(one, office) for one in codes)
        )


def listed_in(connection: psycopg.Connection, span: Span, cell_deg: float) -> Listed:
    """Return which counts of a span rest on vessels of the list."""
    found: dict[Subject, set[int]] = defaultdict(set)
    events = listed_events(connection, span, _KINDS)
    entries = entries_of(connection, {mmsi for _, mmsis, _, _ in events for mmsi in mmsis})
    for kind, mmsis, lon, lat in events:
        for subject in _subjects(kind, mmsis, lon, lat, cell_deg):
            found[subject] |= entries.keys() & mmsis
    codes = entry_codes(connection, {one for ids in entries.values() for one in ids})
    return Listed(
        {subject: frozenset(mmsis) for subject, mmsis in found.items()},
        {mmsi: tuple(codes[one] for one in sorted(ids)) for mmsi, ids in entries.items()},
    )


def _subjects(
    kind: str, mmsis: list[int], lon: float | None, lat: float | None, cell_deg: float
) -> Iterator[Subject]:
    """Yield in what an event is counted."""
    if kind == "identity_change":
        yield "identity", (flag(mmsis[0]) or "",)
        return
    if lon is not None and lat is not None:
        cell = tuple(str(math.floor(one / cell_deg)) for one in (lon, lat))
        yield ("dark" if kind == "gap" else "encounter"), cell
    if kind == "encounter":
        yield PAIR, tuple(map(str, sorted(mmsis)))
