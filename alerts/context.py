"""What all detectors need to know of a row: its vessel, the row before, whether it is late.

Vessels are rows of a table that are never changed, only replaced: a row of the stream keeps
pointing at what was known when it came, so that cuts of the stream change nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from ais.tables import grown
from alerts import scene
from alerts.roles import RoleSettings, kind_of, role_of
from alerts.rows import CHANGE, NOBODY, Lookup, columns_of, follow, no_rows, unknown
from alerts.sayings import Sayings
from alerts.scene import NO_SLOT, ROW, VESSEL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ais.batches import PositionBatch, StaticBatch
    from watchlist.entries import Edition, Listed
    from watchlist.hits import Hits

_FEWEST = 1024
_COMPACT_AT = 1.5
_UNSAID = 255
_FORGET_US = 30 * 86_400 * 1_000_000
_NO_CHANGES = np.zeros(0, CHANGE)
_Answered: TypeAlias = "tuple[int, int]"
"""Version of an entry, and until when it matches (µs since 1970)."""
_ANY = 0
"""In place of a version: that of an older snapshot, which knew of none."""


class Context:
    """Keeps the newest row of each segment and what is known of each vessel.

    fleet    ROW by slot · vessels VESSEL, by ``ROW.vessel`` · seen  the rows of the last step
    """

    def __init__(self, roles: RoleSettings | None = None) -> None:
        """Start with nobody heard."""
        self._roles = roles or RoleSettings()
        self.fleet = _no_fleet(_FEWEST)
        self.vessels = np.zeros(0, VESSEL)
        self.seen = no_rows(0)
        self._grown = np.zeros(_FEWEST, VESSEL)
        self._used = 0
        self._lookup = Lookup()
        self._newer: dict[int, int] = {}
        self._said = Sayings()
        self._entries: dict[int, dict[str, _Answered]] = {}

    def __len__(self) -> int:
        """Return how many vessels are known."""
        return len(self._lookup)

    def vessel(self, mmsi: int) -> int:
        """Return the row of a vessel in ``vessels``, -1 where nobody has heard it."""
        return self._lookup.get(mmsi)

    def listed_as(self, mmsi: int) -> tuple[str, ...]:
        """Return the ids of the entries that a vessel answers to, sorted."""
        return tuple(sorted(self._entries.get(mmsi, ())))

    def step(
        self,
        rows: PositionBatch,
        slots: NDArray[np.int64],
        statics: StaticBatch,
        hits: Sequence[tuple[Hits, tuple[Listed, ...]]] = (),
    ) -> NDArray[Any]:
        """Return ROW (n,) of ``rows``; take in what ``statics`` and ``hits`` say of vessels."""
        columns = columns_of(rows)
        self._meet(columns[0])
        changes = self._changes(statics, hits) if len(statics) or hits else _NO_CHANGES
        self.vessels = self._grown[: self._used]
        out = no_rows(len(rows))
        if len(out):
            self._reach(int(slots.max()) + 1)
        keys, places = self._lookup.keys, self._lookup.places
        slots = np.ascontiguousarray(slots, np.int64)
        follow(columns, slots, self.fleet, changes, keys, places, out)
        self._newer.clear()
        self.seen = out
        return out

    def _meet(self, mmsis: NDArray[np.uint32]) -> None:
        """Know every vessel of the rows, before anything is said of them."""
        at = unknown(mmsis, self._lookup.keys, 0)
        while at < len(mmsis):
            mmsi = int(mmsis[at])
            self._place(mmsi, self._append(self._fresh(mmsi)))
            at = unknown(mmsis, self._lookup.keys, at + 1)

    def _place(self, mmsi: int, at: int) -> None:
        self._lookup.put(np.array([mmsi], np.uint32), np.array([at], np.int32))

    def _changes(
        self, statics: StaticBatch, hits: Sequence[tuple[Hits, tuple[Listed, ...]]]
    ) -> NDArray[Any]:
        """Return CHANGE (n,) in spool order: the new rows of vessels, not yet looked up."""
        told: list[tuple[int, int, str, _Answered]] = []
        for said, entries in hits:
            for k in range(len(said)):
                entry = entries[said.entry[k]]
                answered = entry.version, entry.matches_until
                told.append((int(said.spool[k]), int(said.mmsi[k]), entry.id, answered))
        changes = [
            *((int(statics.spool[k]), 0, k) for k in self._said.news(statics).tolist()),
            *((spool, 1, n) for n, (spool, *_) in enumerate(told)),
        ]
        out = []
        for spool, what, k in sorted(changes):
            if what:
                mmsi, entry_id, answered = told[k][1:]
                self._entries.setdefault(mmsi, {})[entry_id] = answered
                vessel = self._known(mmsi).copy()
                vessel["listed"] = True
            else:
                mmsi = int(statics.mmsi[k])
                vessel = self._told_by(statics, k)
            if (place := self._replaced(mmsi, vessel)) is not None:
                out.append((spool, mmsi or NOBODY, place))
        return np.array(out, CHANGE)

    def _told_by(self, statics: StaticBatch, k: int) -> NDArray[Any]:
        """Return the vessel as report ``k`` tells it; what the report leaves out stays."""
        vessel = self._known(int(statics.mmsi[k])).copy()
        if (ship_type := int(statics.ship_type[k])) != _UNSAID:
            vessel["ship_type"] = ship_type
            vessel["role"] = self._roles.of(int(statics.mmsi[k])) or role_of(ship_type)
        length = float(statics.to_bow_m[k]) + float(statics.to_stern_m[k])
        if length > 0:
            vessel["length_m"] = length
        draught = float(statics.draught_m[k])
        if draught > 0:
            vessel["draught"] = min(round(draught * 10), 255)
        for name in ("imo", "name", "call_sign"):
            if value := getattr(statics, name)[k]:
                vessel[name] = value
        return vessel

    def _newest(self, mmsi: int) -> int:
        """Return the newest row of a vessel, that of a row still to come among them; -1 for none.

        The table of the loop holds what was in force at the row where it stands.
        """
        newer = self._newer.get(mmsi)
        return self._lookup.get(mmsi) if newer is None else newer

    def _known(self, mmsi: int) -> NDArray[Any]:
        at = self._newest(mmsi)
        known: NDArray[Any] = self._fresh(mmsi) if at < 0 else self._grown[at]
        return known

    def _fresh(self, mmsi: int) -> NDArray[Any]:
        kind = kind_of(mmsi)
        role = self._roles.of(mmsi) or (scene.SAR if kind == scene.AIRCRAFT else scene.UNKNOWN)
        listed = mmsi in self._entries
        return np.array((mmsi, kind, role, _UNSAID, listed, 0, np.nan, 0, b"", b""), VESSEL)

    def _replaced(self, mmsi: int, vessel: NDArray[Any]) -> int | None:
        """Put ``vessel`` in force; return its row, None where it says what was known."""
        at = self._newest(mmsi)
        if at >= 0 and self._grown[at].tobytes() == vessel.tobytes():
            return None
        place = self._append(vessel)
        if at < 0:
            self._place(mmsi, place)
        self._newer[mmsi] = place
        return place

    def _append(self, vessel: NDArray[Any]) -> int:
        self._grown = grown(self._grown, self._used + 1)
        self._grown[self._used] = vessel
        self._used += 1
        return self._used - 1

    def _reach(self, slots: int) -> None:
        if len(self.fleet) < slots:
            there, self.fleet = len(self.fleet), grown(self.fleet, slots)
            self.fleet["slot"][there:] = NO_SLOT

    def adopt(self, edition: Edition) -> None:
        """Let nobody be listed by an entry that is no longer there or has another version.

        Whoever answers to the new list is told as a hit once more.
        """
        there = {(one.id, version) for one in edition.entries for version in (one.version, _ANY)}
        self._unlist(lambda entry_id, answered: (entry_id, answered[0]) in there)

    def tick(self, now_us: int) -> None:
        """Let validity end, forget who is not heard any more, drop rows that nobody points at."""
        if self._entries:
            self._unlist(lambda _id, answered: answered[1] > now_us)
        # A vessel is told twice when it is met: first by its MMSI, then by its static report.
        if self._used > _COMPACT_AT * len(self._lookup) + _FEWEST:
            self._compact(now_us)

    def _unlist(self, stays: Any) -> None:  # noqa: ANN401 (a test of entry and what was answered)
        for mmsi, entries in list(self._entries.items()):
            kept = {one: answered for one, answered in entries.items() if stays(one, answered)}
            if kept:
                self._entries[mmsi] = kept
                continue
            del self._entries[mmsi]
            if self._lookup.get(mmsi) >= 0:
                vessel = self._known(mmsi).copy()
                vessel["listed"] = False
                self._point(mmsi, self._replaced(mmsi, vessel))
        self._newer.clear()

    def _point(self, mmsi: int, place: int | None) -> None:
        if place is not None:
            self._place(mmsi, place)
            self.fleet["vessel"][self.fleet["mmsi"] == mmsi] = place
        self.vessels = self._grown[: self._used]

    def _compact(self, now_us: int) -> None:
        there = self.fleet["slot"] != NO_SLOT
        heard = there & (self.fleet["received"] > now_us - _FORGET_US)
        keep = np.concatenate([self.fleet["mmsi"][heard], np.array([*self._entries], np.uint32)])
        mmsis, places = self._lookup.items()
        kept = np.isin(mmsis, keep)
        mmsis, rows = mmsis[kept], places[kept]
        self._said.keep(mmsis)
        self._lookup = Lookup()
        self._lookup.put(mmsis, np.arange(len(mmsis), dtype=np.int32))
        self._grown, self._used = grown(self._grown[rows], len(rows) + 1), len(rows)
        self.vessels = self._grown[: self._used]
        self.fleet["vessel"] = np.maximum(self._lookup.of(self.fleet["mmsi"]), 0)

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return all state as arrays."""
        listed = [
            (mmsi, entry, *answered)
            for mmsi, entries in self._entries.items()
            for entry, answered in entries.items()
        ]
        mmsis, places = self._lookup.items()
        return {
            "fleet": self.fleet.copy(),
            "vessels": self._grown[: self._used].copy(),
            "mmsi": mmsis,
            "at": places,
            "said": self._said.freeze(),
            "listed": np.array([(m, *said) for m, _, *said in listed], np.int64).reshape(-1, 3),
            "entries": np.array([e for _, e, *_ in listed], np.str_),
        }

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Take what ``freeze`` gave; raises ValueError where its columns are others now."""
        if state["fleet"].dtype != ROW or state["vessels"].dtype != VESSEL:
            msg = "columns of the context: those of another version"
            raise ValueError(msg)
        self.fleet = state["fleet"].copy()
        self._used = len(state["vessels"])
        self._grown = state["vessels"].copy()
        self.vessels = self._grown[: self._used]
        self._lookup = Lookup()
        self._lookup.put(state["mmsi"], state["at"])
        self._said.thaw(state["said"])
        self._entries = {}
        listed = state["listed"]
        if listed.shape[1] == 2:  # noqa: PLR2004 (MMSI and end, as older snapshots have it)
            listed = np.insert(listed, 1, _ANY, axis=1)
        rows = zip(listed.tolist(), state["entries"].tolist(), strict=True)
        for (mmsi, version, until), entry in rows:
            self._entries.setdefault(mmsi, {})[entry] = version, until


def _no_fleet(slots: int) -> NDArray[Any]:
    fleet = np.zeros(slots, ROW)
    fleet["slot"] = NO_SLOT
    return fleet
