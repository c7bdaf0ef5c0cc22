"""An identity that cannot be: IMO number, MMSI, or a flag that is not the listed one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ais.compiled import allocating
from alerts.events import Event, Fact
from alerts.kinds import Severity
from alerts.whereabouts import as_of
from watchlist.flags import FLAGS, country
from watchlist.hits import FACTS, MATCHED_ON, ON_NAME
from watchlist.identifiers import mmsi_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from alerts.detector import State
    from alerts.scene import Scene, World

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_REPEAT_US = 10_000_000
"""The same report by another station within 10 s is no second report."""
_FLAG = 1 << FACTS.index("flag")
_FIRST_MID, _PAST_MID = 200, 800
_MID = 1_000_000
_WITH_IMO = 5
_BY_SHIPS = (1, 2, 3, 18, 19, 27)
_PSEUDO_MID = 200
"""Nobody's: ids of track files that are no MMSI become numbers of it."""
_MIDS = np.isin(np.arange(1000), [*FLAGS, _PSEUDO_MID])


@dataclass(frozen=True, slots=True)
class InvalidIdentity:
    """A vessel sends an identity that cannot be true (``invalid_identity``); one event per fault.

    imo   the seven-digit IMO number fails its check digit, in two reports (type 5). 0 is «none»;
          numbers of eight digits and more are flag states' own; shorter ones are typing errors
    mmsi  nine digits that name no kind of station, or whose country digits (MID) nobody was
          given, in two position reports of ships (types 1-3, 18, 19, 27) more than 10 s apart
    flag  a vessel that answers to a listed IMO number, MMSI or call sign has an MMSI of another
          state than the entry says: at once

    An event is closed when the vessel sends a valid number, or not a wrong one for ``silence_h``.

    silence_h  hours

    Source: DETECTORS §2 row 10; IMO Res. A.1117(30) (check digit), ITU-R M.585-9 (MMSI).
    Known false alarms: sets that were never set up (``low``, as most IMO faults are); reflagged
    vessels whose entry is older: look at the list first.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("invalid_identity",)
    TABLE: ClassVar[np.dtype[Any] | None] = None

    silence_h: float = 24.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what the rows, static reports and hits of ``scene`` came to."""
        found = [*_imo_faults(state, scene), *_mmsi_faults(scene), *_flag_faults(scene)]
        told: list[Event] = []
        for spool, mmsi, fault, us, facts in sorted(found, key=lambda one: one[:3]):
            told += self._fault(state, scene, (spool, mmsi, us), fault, facts)
        return told

    def _fault(
        self,
        state: State,
        scene: Scene,
        at: tuple[int, int, int],
        fault: str,
        facts: dict[str, Fact],
    ) -> list[Event]:
        """Count a fault; tell it when it was said twice, once as long as it lasts."""
        spool, mmsi, us = at
        key = f"{mmsi}|{fault}"
        heard = state.memory.setdefault("heard", {})
        pending = state.memory.setdefault("pending", {})
        if not facts:
            pending.pop(key, None)
            if key in state.book:
                del heard[key]
                return [state.book.close(key, us, "a valid number is sent", trigger=spool)]
            return []
        if key in state.book:
            heard[key] = max(heard[key], us)
            return []
        first = pending.get(key)
        said: list[Any] = [next(iter(facts.values())).value, us, spool]
        said.append(as_of(scene, [(mmsi, spool, us)])[0])
        if fault != "flag" and (first is None or first[0] != said[0]):
            pending[key] = said
            return []
        if fault != "flag" and us - first[1] <= _REPEAT_US:
            return []
        _, since, begun, place = pending.pop(key, None) or said
        severity: Severity = "medium" if fault == "flag" else "low"
        heard[key] = us
        event = Event.begin(
            "invalid_identity", self.version, started_us=since, updated_us=us, mmsi=mmsi,
            lon=place[0] if place else None, lat=place[1] if place else None, severity=severity,
            evidence={"fault": Fact(fault), **facts}, inputs=tuple(sorted({begun, spool})),
            trigger=spool,
        )  # fmt: skip
        return [state.book.open(key, event, us)]

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what is not heard any more, once a minute."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        told = []
        silence = round(self.silence_h * _HOUR_US)
        heard = state.memory.get("heard", {})
        for key in [key for key, last in heard.items() if world.now_us - last >= silence]:
            reason = f"not sent again for {self.silence_h:g} h"
            told.append(state.book.close(key, heard.pop(key), reason))
        pending = state.memory.get("pending", {})
        for key in [key for key, one in pending.items() if world.now_us - one[1] >= silence]:
            del pending[key]
        return told


def _imo_faults(
    state: State, scene: Scene
) -> Iterator[tuple[int, int, str, int, dict[str, Fact]]]:
    """Yield wrong IMO numbers, and without facts right ones of ships that had a wrong one."""
    said = scene.statics
    if not len(said):
        return
    ships = said.message == _WITH_IMO
    wrong = _wrong(said.imo) & ships
    if not wrong.any() and not state.memory.get("pending") and not state.memory.get("heard"):
        return
    faulty = {*state.memory.get("pending", ()), *state.memory.get("heard", ())}
    known = {int(key.split("|")[0]) for key in faulty} | set(said.mmsi[wrong].tolist())
    right = ships & (said.imo >= _MID) & (said.imo < 10 * _MID) & np.isin(said.mmsi, list(known))
    for k in np.flatnonzero(wrong | right).tolist():
        facts = {"imo": Fact(int(said.imo[k])), "reports": Fact(2, None, 2)} if wrong[k] else {}
        us = int(said.received[k].view("i8"))
        yield int(said.spool[k]), int(said.mmsi[k]), "imo", us, facts


def _wrong(imo: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Tell which numbers of seven digits fail their check digit (IMO Res. A.1117(30))."""
    digits = imo[:, None].astype(np.int64) // 10 ** np.arange(1, 7) % 10
    total = (digits * np.arange(2, 8)).sum(axis=1)
    seven = (imo >= _MID) & (imo < 10 * _MID)
    wrong: NDArray[np.bool_] = seven & (total % 10 != imo % 10)
    return wrong


def _mmsi_faults(scene: Scene) -> Iterator[tuple[int, int, str, int, dict[str, Fact]]]:
    """Yield rows whose MMSI cannot be."""
    rows = scene.rows
    for k in _odd(rows, _MIDS).tolist():
        row = rows[k]
        if row["message"] not in _BY_SHIPS:
            continue
        number = int(row["mmsi"])
        if mmsi_kind(number) == "invalid":
            facts = {"sent_mmsi": Fact(number), "reports": Fact(2, None, 2)}
            yield int(row["spool"]), number, "mmsi", int(row["received"]), facts


@allocating
def _odd(rows: Any, mids: NDArray[np.bool_]) -> NDArray[np.int64]:  # noqa: ANN401
    """Return the rows whose MMSI is not that of a ship with a known state."""
    out = np.empty(len(rows), np.int64)
    count = 0
    for i in range(len(rows)):
        mid = rows[i].mmsi // _MID
        if not (_FIRST_MID <= mid < _PAST_MID and mids[mid]):
            out[count] = i
            count += 1
    return out[:count]


def _flag_faults(scene: Scene) -> Iterator[tuple[int, int, str, int, dict[str, Fact]]]:
    """Yield the hits by an identifier whose MMSI is of another state than the entry."""
    for hits, entries in scene.hits:
        for k in range(len(hits)):
            entry, mmsi = entries[hits.entry[k]], int(hits.mmsi[k])
            if not hits.disagrees[k] & _FLAG or hits.matched_on[k] == ON_NAME:
                continue
            facts = {
                "mmsi_flag": Fact(country(mmsi)),
                "listed_flag": Fact(entry.flag),
                "matched_on": Fact(MATCHED_ON[int(hits.matched_on[k])]),
                "entry": Fact(entry.id),
                "contributor": Fact(entry.contributor),
                "handling": Fact(entry.handling),
                "tlp": Fact(entry.tlp),
            }
            yield int(hits.spool[k]), mmsi, "flag", int(hits.received[k].view("i8")), facts
