"""A vessel that says to be another than before: name, call sign, IMO number, type or size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import numpy as np

from ais.compiled import allocating, compiled
from alerts.events import Event, Fact
from alerts.kinds import Severity
from alerts.places import read
from alerts.whereabouts import Place, as_of
from watchlist.identifiers import call_sign
from watchlist.names import normal, squeezed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import StaticBatch
    from alerts.detector import State
    from alerts.scene import Scene, World

Value: TypeAlias = int | float | str
_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US
_MINUTE_US = 60_000_000
_FEWEST = 256
_REPEAT_US = 10_000_000
"""The same report by another station within 10 s is no second report."""
_FACTS = ("name", "call_sign", "imo", "ship_type", "length")
_GRAVE = frozenset({"name", "call_sign", "imo"})
_FIRST_SHIP, _PAST_SHIP = 200_000_000, 800_000_000
_TYPES = (5, 19, 24)
_BY_TENS = (4, 6, 7, 8)
_UNSAID = 255


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """Two static reports in a row say another identity than the one settled (``identity_change``).

    Name, call sign, IMO number, type or length differs from what the MMSI sent before, in the
    same way in two reports more than 10 s apart (types 5, 19, 24). Names and call signs are
    compared in normal form (case, accents, punctuation, spaces, M/V), types by their tens
    (cargo of any hazard is cargo). What was empty before is no change. One event per episode: all
    changes until ``quiet_h`` without a further one; two ships that share an MMSI and alternate
    are one event, not one per report. By MMSI, not segment: static reports have no place.

    length_share  lengths differ by more than this share of the longer, 0-1, and by ``length_m``
    length_m      metres
    port_km       nearer to a port the change is told as low: that is where ships are renamed, km
    quiet_h       an event is closed after so long without a further change, hours
    forget_days   what was known of a vessel not heard for so long is forgotten, days

    Source: DETECTORS §2 row 10; SeaVision and RadianceFleet have such a rule, without persistence.
    Known false alarms: new crews that correct a typing error; MMSIs that are used twice (clone);
    pilots' and tugs' sets that are moved between boats. Type or length alone is ``low``.
    """

    version: ClassVar[int] = 1
    kinds: ClassVar[tuple[str, ...]] = ("identity_change",)
    TABLE: ClassVar[np.dtype[Any] | None] = np.dtype(
        [
            ("segment", "u4"), ("day", "u2"), ("pending", "?"), ("ship_type", "u1"),
            ("length", "u2"), ("imo", "u4"), ("name", "S20"), ("call_sign", "S7"),
        ]
    )  # fmt: skip
    """What is settled of each vessel, a hash table by MMSI, which stands in ``segment``."""

    length_share: float = 0.10
    length_m: float = 5.0
    port_km: float = 10.0
    quiet_h: float = 6.0
    forget_days: float = 30.0

    def step(self, state: State, scene: Scene) -> list[Event]:
        """Return what the static reports of ``scene`` came to."""
        said = _said(scene.statics)
        if not len(said):
            return []
        _make_room(state, len(said))
        told: list[Event] = []
        forget = round(self.forget_days)
        k = _until_news(_lettered(state.table), _lettered(said), 0, forget)
        while k < len(said):
            told += self._news(state, scene, said[k])
            k = _until_news(_lettered(state.table), _lettered(said), k + 1, forget)
        return told

    def _news(self, state: State, scene: Scene, row: Any) -> list[Event]:  # noqa: ANN401 (a SAID)
        """Settle what this report says for the second time; remember what it says first."""
        known = state.table[_find(state.table, row["segment"])]
        every = state.memory.setdefault("pending", {})
        pending: dict[str, list[Any]] = every.pop(str(row["segment"]), {})
        us, spool = int(row["received"]), int(row["spool"])
        settled: dict[str, tuple[Value, Value, list[Any]]] = {}
        for fact in _FACTS:
            before, now = _value(known[fact]), _value(row[fact])
            if not _carried(fact, now):
                continue
            if not (_carried(fact, before) and self._differ(fact, before, now)):
                # Noise of spelling is taken over, so that the quick loop need not stop for it.
                known[fact] = row[fact]
                pending.pop(fact, None)
                continue
            first = pending.get(fact)
            if first is None or self._differ(fact, first[0], now):
                place = as_of(scene, [(int(row["segment"]), spool, us)])[0]
                pending[fact] = [now, us, spool, place]
            elif us - first[1] > _REPEAT_US:
                settled[fact] = before, now, pending.pop(fact)
                known[fact] = row[fact]
        known["pending"] = bool(pending)
        if pending:
            every[str(row["segment"])] = pending
        return self._tell(state, scene.world, row, settled) if settled else []

    def _differ(self, fact: str, before: Value, now: Value) -> bool:
        """Tell whether two values of a fact are two, and not one in two spellings."""
        if fact == "length":
            apart = abs(float(before) - float(now))
            share = self.length_share * max(float(before), float(now))
            return apart > self.length_m and apart > share
        return _plain(fact, before) != _plain(fact, now)

    def _tell(
        self,
        state: State,
        world: World,
        row: Any,  # noqa: ANN401 (a SAID)
        settled: dict[str, tuple[Value, Value, list[Any]]],
    ) -> list[Event]:
        mmsi, us, spool = int(row["segment"]), int(row["received"]), int(row["spool"])
        key = str(mmsi)
        since, at, place = min(first[1:] for _, _, first in settled.values())
        counts = state.memory.setdefault("changes", {})
        counts[key] = [counts[key][0] + 1 if key in state.book else 1, us]
        facts = _evidence(settled, counts[key][0])
        severity = self._severity(world, place, settled.keys())
        if key in state.book:
            before = state.book[key]
            severity = max(severity, before.severity, key=("low", "medium").index)
            new = (_GRAVE & settled.keys()) - before.evidence.keys()
            return state.book.update(
                key, us, us, at_once=bool(new), evidence=facts, severity=severity,
                inputs=(before.inputs[0], at, spool), trigger=spool,
            )  # fmt: skip
        event = Event.begin(
            "identity_change", self.version, started_us=since, updated_us=us, mmsi=mmsi,
            lon=place[0] if place else None, lat=place[1] if place else None, severity=severity,
            confidence=0.9, evidence=facts, inputs=(at, spool), trigger=spool,
        )  # fmt: skip
        return [state.book.open(key, event, us)]

    def _severity(self, world: World, place: Place | None, facts: Any) -> Severity:  # noqa: ANN401
        """Return medium for a new name, call sign or IMO number away from port, else low."""
        if not _GRAVE & set(facts):
            return "low"
        if place is None:
            return "medium"
        port_m = read(world.places.port, world.places.frame, place[0], place[1])
        return "low" if port_m < self.port_km * 1000 else "medium"

    def tick(self, state: State, world: World) -> list[Event]:
        """Close what has not changed again for long, once a minute."""
        if not state.passes(world.now_us, _MINUTE_US):
            return []
        told = []
        changes = state.memory.get("changes", {})
        for key in state.book.keys():  # noqa: SIM118 (a book is no dict, and closing changes it)
            last = changes[key][1]
            if world.now_us - last >= self.quiet_h * _HOUR_US:
                reason = f"no further change for {self.quiet_h:g} h"
                told.append(state.book.close(key, last, reason))
                del changes[key]
        return told


_SAID = np.dtype(
    [*((IdentityChange.TABLE or np.dtype([])).descr), ("received", "i8"), ("spool", "u8")]
)


def _lettered(rows: NDArray[Any]) -> NDArray[Any]:
    """Return ``rows`` with texts as letters: loops that compare texts compile for seconds."""
    columns = [
        (name, "u1", (int(kind[1:]),)) if kind[0] == "S" else (name, kind)
        for name, kind in (
            (name, rows.dtype[name].str.lstrip("<|")) for name in rows.dtype.names or ()
        )
    ]
    return rows.view(np.dtype(columns))


def _said(statics: StaticBatch) -> NDArray[Any]:
    """Return the reports that say who a ship is, as rows like those of the table."""
    rows = _of_ships(statics.mmsi, statics.message)
    said = np.zeros(len(rows), _SAID)
    received = statics.received.view("i8")[rows]
    said["segment"], said["received"] = statics.mmsi[rows], received
    said["day"], said["spool"] = received // _DAY_US, statics.spool[rows]
    for name in ("imo", "name", "call_sign", "ship_type"):
        said[name] = getattr(statics, name)[rows]
    said["ship_type"][said["ship_type"] == _UNSAID] = 0
    bow, stern = statics.to_bow_m[rows], statics.to_stern_m[rows]
    said["length"] = np.where(np.isnan(bow), 0, bow) + np.where(np.isnan(stern), 0, stern)
    return said


@allocating
def _of_ships(mmsis: NDArray[np.uint32], messages: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return the rows in which a ship says who it is."""
    out, found = np.empty(len(mmsis), np.int64), 0
    for k in range(len(mmsis)):
        if _FIRST_SHIP <= mmsis[k] < _PAST_SHIP and messages[k] in _TYPES:
            out[found] = k
            found += 1
    return out[:found]


def _make_room(state: State, more: int) -> None:
    """Let a third of the hash table stay empty."""
    table = state.table
    used = _held(_lettered(table))
    if 3 * (used + more) <= 2 * len(table):
        return
    size = max(_FEWEST, 1 << (2 * (used + more) - 1).bit_length())
    state.table = np.zeros(size, table.dtype)
    _move(_lettered(table), _lettered(state.table))


@compiled
def _held(table: Any) -> int:  # noqa: ANN401
    held = 0
    for at in range(len(table)):
        held += table[at].segment != 0
    return held


@compiled
def _move(old: Any, new: Any) -> None:  # noqa: ANN401
    for k in range(len(old)):
        if old[k].segment != 0:
            new[_find(new, old[k].segment)] = old[k]


@compiled
def _find(table: Any, mmsi: int) -> int:  # noqa: ANN401
    """Return the place of a vessel in the table, a free one where it is not there."""
    mask = len(table) - 1
    at = (np.int64(mmsi) * 2_654_435_761 >> 8) & mask
    while table[at].segment != 0 and table[at].segment != mmsi:
        at = (at + 1) & mask
    return int(at)


@compiled
def _until_news(table: Any, said: Any, begin: int, forget_days: int) -> int:  # noqa: ANN401
    """Take in what is said for the first time; return the first row that says something else."""
    for i in range(begin, len(said)):
        row = said[i]
        known = table[_find(table, row.segment)]
        if known.segment == 0 or np.int64(row.day) - known.day > forget_days:
            known.segment, known.pending = row.segment, False
            _copy(row.name, known.name)
            _copy(row.call_sign, known.call_sign)
            known.imo, known.ship_type, known.length = row.imo, row.ship_type, row.length
        known.day = max(known.day, row.day)
        if known.pending or _numbers_differ(known, row) or _texts_differ(known, row):
            return i
        _fill(known, row)
    return len(said)


@compiled
def _numbers_differ(known: Any, row: Any) -> bool:  # noqa: ANN401
    """Tell whether a number that both know is another."""
    imo = known.imo != row.imo and known.imo * row.imo != 0
    ship_type = known.ship_type != row.ship_type and known.ship_type * row.ship_type != 0
    length = known.length != row.length and known.length * row.length != 0
    return bool(imo or ship_type or length)


@compiled
def _texts_differ(known: Any, row: Any) -> bool:  # noqa: ANN401
    """Tell whether a text that both know is another."""
    return _differ(known.name, row.name) or _differ(known.call_sign, row.call_sign)


@compiled
def _differ(known: NDArray[np.uint8], said: NDArray[np.uint8]) -> bool:
    if known[0] == 0 or said[0] == 0:
        return False
    for letter in range(len(known)):  # noqa: SIM110 (numba compiles this faster)
        if known[letter] != said[letter]:
            return True
    return False


@compiled
def _copy(said: Any, known: Any) -> None:  # noqa: ANN401
    for letter in range(len(known)):
        known[letter] = said[letter]


@compiled
def _fill(known: Any, row: Any) -> None:  # noqa: ANN401
    """Take over what was not known."""
    if known.imo == 0:
        known.imo = row.imo
    if known.ship_type == 0:
        known.ship_type = row.ship_type
    if known.length == 0:
        known.length = row.length
    if known.name[0] == 0:
        _copy(row.name, known.name)
    if known.call_sign[0] == 0:
        _copy(row.call_sign, known.call_sign)


def _value(value: Any) -> Value:  # noqa: ANN401 (a numpy scalar)
    return value.decode("ascii", "replace") if isinstance(value, bytes) else int(value)


def _carried(fact: str, value: Value) -> bool:
    """Tell whether a value says something: no junk name, no zero."""
    return bool(_plain(fact, value))


def _plain(fact: str, value: Value) -> Value:
    if fact == "name":
        return squeezed(normal(str(value)))
    if fact == "call_sign":
        return call_sign(str(value))
    if fact == "ship_type" and int(value) // 10 in _BY_TENS:
        return int(value) // 10 * 10
    return value


def _evidence(settled: dict[str, tuple[Value, Value, list[Any]]], changes: int) -> dict[str, Fact]:
    """Return what changed: the new value and, apart, the one before."""
    facts = {"changes": Fact(changes), "reports": Fact(2, None, 2)}
    for fact, (before, now, _) in settled.items():
        unit = "m" if fact == "length" else None
        facts[fact], facts[f"{fact}_before"] = Fact(now, unit), Fact(before, unit)
    return facts
