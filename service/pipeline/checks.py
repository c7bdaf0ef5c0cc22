"""Positions against the zones in force, identities against the list in force.

Both change only where a ``_control`` line stands in the stream, so the same spool gives the same
visits and hits, however it is cut into blocks.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog

from ais.lines import CONTROL
from alerts.rules import RuleError
from alerts.traffic.model import TrafficError
from geofence.errors import GeofenceError
from geofence.index import ZoneIndex
from geofence.tracker import VisitTracker
from geofence.zones import ZoneSet
from service.errors import ServiceError
from service.pipeline.shelf import RULES, TRAFFIC, WATCHLIST, WHAT, ZONES
from store.editions import Adoption
from watchlist.entries import Edition
from watchlist.errors import WatchlistError
from watchlist.hits import Hits
from watchlist.matching import Matcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from ais.batches import StaticBatch
    from ais.lines import LineBlock
    from ais.tracks import Tracked
    from geofence.visits import Visits, VisitSettings
    from geofence.zones import Zone
    from service.pipeline.shelf import Shelf
    from watchlist.entries import Listed
    from watchlist.matching import MatchSettings

_log = structlog.get_logger()
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HIGHEST_VERSION = 2**31 - 1
"""What the database's column takes."""
_UNUSABLE = (ServiceError, GeofenceError, WatchlistError, TrafficError, RuleError)


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks of one block came to, each part with the names that its indices mean.

    visits     with the zones' ids by index · zones  of each part, the zones themselves
    hits       with id and version of the entries by index · entries  of each part, themselves
    adoptions  what took effect within the block
    """

    visits: tuple[tuple[Visits, tuple[str, ...]], ...]
    hits: tuple[tuple[Hits, tuple[tuple[str, int], ...]], ...]
    adoptions: tuple[Adoption, ...]
    zones: tuple[tuple[Zone, ...], ...] = ()
    entries: tuple[tuple[Listed, ...], ...] = ()


NOTHING = Found((), (), ())
"""Found where nothing is looked for."""


class Checks:
    """Zones, list, traffic model and watch rules in force, and all state of visits and matches.

    Before the first edition is adopted there are no zones and nobody is listed.
    adopted  by what: the edition in force · failed: ``_control`` lines that could not be followed
    """

    def __init__(
        self, shelf: Shelf, visits: VisitSettings | None = None, match: MatchSettings | None = None
    ) -> None:
        """Take editions from ``shelf``."""
        self.shelf = shelf
        self.adopted: dict[str, Adoption] = {}
        self.failed = 0
        self.visits = self.hits = 0
        self._fixed: list[Adoption] = []
        self._untold = True
        self._tracker = VisitTracker(visits)
        self._matcher = Matcher(match)
        self._zone_ids: tuple[str, ...] = ()
        self._zones: tuple[Zone, ...] = ()
        self._entries: tuple[tuple[str, int], ...] = ()
        self._listed: tuple[Listed, ...] = ()

    def fix(self, what: str, sha256: str) -> None:
        """Use one edition whatever the stream says: history is looked at again with it."""
        adoption = Adoption(what, 0, sha256, 0, 0)
        self._adopt(adoption)
        self._fixed.append(adoption)

    def begin_with(self, adoption: Adoption) -> bool:
        """Start with what was in force, where the line that says so is gone; tell if it could.

        An edition that cannot be had is counted in ``failed``, and the next one takes effect.
        """
        return self._try(adoption) is not None

    def begin_era(self) -> None:
        """Forget visits and vessels; the editions in force stay so."""
        self._tracker = VisitTracker(self._tracker.settings)
        self._matcher = Matcher(self._matcher.settings)
        for adoption in [*self.adopted.values()]:
            self._try(adoption)

    def step(self, block: LineBlock, tracked: Tracked, statics: StaticBatch) -> Found:
        """Look at the rows of ``block`` in spool order; editions change where it says so."""
        visits: list[tuple[Visits, tuple[str, ...], tuple[Zone, ...]]] = []
        hits: list[tuple[Hits, tuple[tuple[str, int], ...], tuple[Listed, ...]]] = []
        adoptions = self._fixed.copy() if self._untold else []
        self._untold = False
        for piece in _pieces(block, tracked, statics):
            rows = tracked.positions.take(piece.rows)
            seen = self._tracker.step(rows, tracked.slot[piece.rows])
            if len(seen):
                seen = replace(seen, row=seen.row + piece.rows.start)
                visits.append((seen, self._zone_ids, self._zones))
            said = self._matcher.step(rows, statics.take(piece.statics))
            hits.append((said, self._entries, self._listed))
            adoption = None if piece.control is None else self._read(block, piece.control)
            if adoption is not None and (told := self._follow(adoption)) is not None:
                adoptions.append(adoption)
                hits.append((told, self._entries, self._listed))
        answered = [hit for hit in hits if len(hit[0])]
        self.visits += sum(len(seen) for seen, *_ in visits)
        self.hits += sum(len(hit) for hit, *_ in answered)
        return Found(
            tuple((seen, ids) for seen, ids, _ in visits),
            tuple((hit, names) for hit, names, _ in answered),
            tuple(adoptions),
            tuple(zones for *_, zones in visits),
            tuple(entries for *_, entries in answered),
        )

    def state(self) -> dict[str, Any]:
        """Return what health shows: what is in force, and what it came to so far."""
        in_force = {
            what: {"version": one.version, "sha256": one.sha256}
            for what, one in self.adopted.copy().items()
        }
        return {
            "in_force": in_force,
            "zones": len(self._zone_ids),
            "listed": len(self._entries),
            "visits": self.visits,
            "hits": self.hits,
            "failed": self.failed,
        }

    def freeze(self) -> dict[str, dict[str, NDArray[Any]]]:
        """Return all state as arrays, by part."""
        adopted = [
            (one.what, str(one.version), one.sha256, str(one.spool), str(one.received_us))
            for one in self.adopted.values()
        ]
        return {
            "checks": {
                "adopted": np.array(adopted, np.str_).reshape(-1, 5),
                "numbers": np.array([self.failed, self.visits, self.hits, self._untold], np.int64),
            },
            "visits": self._tracker.freeze(),
            "matches": self._matcher.freeze(),
        }

    def thaw(self, state: Mapping[str, dict[str, NDArray[Any]]]) -> None:
        """Take the state that ``freeze`` gave; editions come from the shelf.

        Raises ValueError where one of them cannot be used: other state may be.
        """
        self.failed, self.visits, self.hits, untold = state["checks"]["numbers"].tolist()
        self._untold = bool(untold)
        self._tracker.thaw(state["visits"])
        self._matcher.thaw(state["matches"])
        rows = state["checks"]["adopted"].tolist()
        adopted = [
            Adoption(what, int(version), sha256, int(spool), int(received_us))
            for what, version, sha256, spool, received_us in rows
        ]
        try:
            # Where nothing was in force then, what came into force since must go.
            zones, listed, traffic = (_of(adopted, what) for what in (ZONES, WATCHLIST, TRAFFIC))
            self._use(self.shelf.zones(zones.sha256) if zones else ZoneIndex.of(ZoneSet()))
            edition = self.shelf.watchlist(listed.sha256) if listed else Edition()
            self._matcher.adopt_again(edition)
            self._list(edition)
            if traffic:
                self.shelf.traffic(traffic.sha256)
            if rules := _of(adopted, RULES):
                self.shelf.rules(rules.sha256)
        except _UNUSABLE as error:
            # Not as ServiceError: that would end the service, and no person has to cure this.
            msg = f"the state's edition cannot be used: {error}"
            raise ValueError(msg) from error
        self.adopted = {one.what: one for one in adopted}

    def _read(self, block: LineBlock, at: int) -> Adoption | None:
        """Return what a ``_control`` line asks for; None, counted, for one that says nothing."""
        line = block.line(at)
        try:
            said = json.loads(line)
            what, version, sha256 = said["what"], said["version"], said["sha256"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            self._note("control_line_unreadable", line=line[:200], error=repr(error))
            return None
        if what not in WHAT or not _is_edition(version, sha256):
            self._note("control_line_unknown", line=line[:200], expected=WHAT)
            return None
        received_us = int(block.received[at].astype(np.int64))
        return Adoption(what, version, sha256, int(block.spool[at]), received_us)

    def _follow(self, adoption: Adoption) -> Hits | None:
        """Let an edition take effect; None where it is in force already or cannot be had."""
        now = self.adopted.get(adoption.what)
        is_fixed = any(one.what == adoption.what for one in self._fixed)
        if is_fixed or (now and now.sha256 == adoption.sha256):
            return None
        return self._try(adoption)

    def _try(self, adoption: Adoption) -> Hits | None:
        try:
            return self._adopt(adoption)
        except _UNUSABLE as error:
            # Positions go on with what was in force: an old picture is better than none.
            self._note("edition_not_adopted", what=adoption.what, error=str(error))
            return None

    def _adopt(self, adoption: Adoption) -> Hits:
        hits = Hits.empty()
        if adoption.what == ZONES:
            self._use(self.shelf.zones(adoption.sha256))
        elif adoption.what == RULES:
            self.shelf.rules(adoption.sha256)
        elif adoption.what == TRAFFIC:
            # Detectors alone look at it; here it is made sure that they can.
            self.shelf.traffic(adoption.sha256)
        else:
            edition = self.shelf.watchlist(adoption.sha256)
            hits = self._matcher.adopt(edition, adoption.received_us, adoption.spool)
            self._list(edition)
        self.adopted[adoption.what] = adoption
        return hits

    def _use(self, index: ZoneIndex) -> None:
        self._tracker.adopt(index)
        self._zones = index.zones.zones
        self._zone_ids = tuple(zone.id for zone in self._zones)

    def _list(self, edition: Edition) -> None:
        self._listed = edition.entries
        self._entries = tuple((entry.id, entry.version) for entry in edition.entries)

    def _note(self, event: str, **facts: object) -> None:
        self.failed += 1
        _log.error(event, **facts)


def _of(adopted: list[Adoption], what: str) -> Adoption | None:
    return next((one for one in adopted if one.what == what), None)


def _is_edition(version: object, sha256: object) -> bool:
    """Tell whether a line's words can name an edition: they become a file's name and a number."""
    return (
        type(version) is int
        and 0 <= version <= _HIGHEST_VERSION
        and isinstance(sha256, str)
        and _SHA256.fullmatch(sha256) is not None
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows between two ``_control`` lines, and the line that ends them (None at the end)."""

    rows: slice
    statics: slice
    control: int | None


def _pieces(block: LineBlock, tracked: Tracked, statics: StaticBatch) -> Iterator[_Piece]:
    """Yield all rows of a block, cut behind each ``_control`` line; batches are in spool order."""
    row = said = 0
    for control in np.flatnonzero(block.feed == CONTROL).tolist():
        border = block.spool[control]
        next_row = int(np.searchsorted(tracked.positions.spool, border))
        next_said = int(np.searchsorted(statics.spool, border))
        yield _Piece(slice(row, next_row), slice(said, next_said), control)
        row, said = next_row, next_said
    yield _Piece(slice(row, len(tracked.positions)), slice(said, len(statics)), None)
