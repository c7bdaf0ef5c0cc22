"""Matching against a list of 50,000 vessels, and how well names are recognised.

Times are CPU seconds of this thread, the best of some passes. The names are real: those of the
recordings in ../shared/data, read when the bench runs and never stored. Half of their vessels are
listed; their names are sent with a fault, the other half's as they are. A hit on another entry
than the vessel's own is a false alarm. ``python -m bench.watchlist`` prints the table of
docs/matching.md.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

import numpy as np

from ais.batches import PositionBatch, StaticBatch
from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock
from bench.decode import corpus
from watchlist.candidates import NameIndex
from watchlist.comparison import SECOND, Heard, compare
from watchlist.crosscheck import cross_check
from watchlist.entries import Edition, Listed
from watchlist.flags import country
from watchlist.formats.asked import Asked
from watchlist.kinds import kind_of
from watchlist.matching import Matcher
from watchlist.names import normal
from watchlist.vessels import SentIdentity

LISTED = 50_000
KNOWN = 100_000
STATICS = 10_000
NEW_NAMES = 1_000
SWEEP = (0.80, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98)
EXACT_CEILING_MS = 100.0
NEW_NAMES_CEILING_S = 1.0
FREEZE_CEILING_MS = 50.0
CHECK_CEILING_S = 10.0
_PASSES = 3
_SEED = 20
_AID_TO_NAVIGATION = 21
_FOREVER = 1 << 62
_FIRST_MMSI = 237_000_000
_START_US = 1_600_000_000_000_000

# One sound, two spellings: as Greek, Turkish and Cyrillic names come out of two offices.
_SOUNDS = (
    ("PH", "F"), ("KS", "X"), ("OU", "U"), ("CH", "H"), ("SH", "S"), ("EI", "I"), ("AI", "E"),
    ("Y", "I"), ("K", "C"), ("V", "B"), ("TH", "T"), ("J", "I"), ("W", "V"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Vessel:
    """A real vessel: name as sent, MMSI, raw type, length in metres (NaN not available)."""

    name: str
    mmsi: int
    ship_type: int
    length_m: float

    def listed(self, entry: str) -> Listed:
        """Return the vessel as an entry names it, without its identifiers."""
        length = None if np.isnan(self.length_m) else self.length_m
        kind = kind_of(self.ship_type)
        flag = country(self.mmsi) or ""
        return replace(_BLANK, id=entry, names=(self.name,), type=kind, flag=flag, length_m=length)

    def heard(self) -> Heard:
        """Return the vessel as matching knows it."""
        flag = country(self.mmsi) or ""
        return Heard(self.mmsi, flag=flag, ship_type=self.ship_type, length_m=self.length_m)


_BLANK = Listed(
    "", 1, (), (), (), (), "", "", None, "ITA", "H1", "", "B", 3, "amber", "medium", 0, _FOREVER
)


def vessels() -> list[Vessel]:
    """Return the named vessels of the recordings; raises FileNotFoundError without them."""
    decoder, batches = Decoder(FeedNames(["bench"])), []
    for k, lines in enumerate(corpus()):
        begin = _START_US + k * 3_600_000_000_000
        received = begin + np.arange(len(lines), dtype=np.int64) * 20_000
        batches.append(decoder.decode(LineBlock.of(lines, received)).statics)
    known: dict[int, Vessel] = {}
    rows = StaticBatch.join(batches)
    # What an aid to navigation is called is no ship's name: matching leaves it out, too.
    rows = rows.take(rows.message != _AID_TO_NAVIGATION)
    lengths = (rows.to_bow_m + rows.to_stern_m).tolist()
    columns = zip(rows.mmsi.tolist(), rows.name, rows.ship_type.tolist(), lengths, strict=True)
    for mmsi, name, ship_type, length in columns:
        before = known.get(mmsi, Vessel("", mmsi, 255, np.nan))
        known[mmsi] = Vessel(
            name.decode() or before.name,
            mmsi,
            before.ship_type if ship_type in {0, 255} else ship_type,
            length if length > 0 else before.length_m,
        )
    return [one for one in known.values() if normal(one.name)]


def _at(text: str, place: int, instead: str, width: int = 1) -> str:
    return text[:place] + instead + text[place + width :]


def _letter(dice: random.Random) -> str:
    return dice.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def _typo(name: str, dice: random.Random) -> str:
    return _at(name, dice.randrange(len(name)), _letter(dice))


def _swapped_letters(name: str, dice: random.Random) -> str:
    place = dice.randrange(max(1, len(name) - 1))
    return _at(name, place, name[place : place + 2][::-1], 2)


def _transliterated(name: str, dice: random.Random) -> str:
    there = [pair for pair in _SOUNDS if pair[0] in name]
    return name.replace(*dice.choice(there), 1) if there else name


def _doubled(name: str, dice: random.Random) -> str:
    place = dice.randrange(len(name))
    return _at(name, place, name[place] * 2)


def _turned(name: str, _: random.Random) -> str:
    first, *others = name.split()
    return " ".join((*others, first))


_NOBODY = -1
_EQUAL = frozenset({"as listed", "prefix M/V"})
Fault: TypeAlias = Callable[[str, random.Random], str]
FAULTS: dict[str, Fault] = {
    "as listed": lambda name, _: name,
    "one wrong letter": _typo,
    "one letter lost": lambda name, dice: _at(name, dice.randrange(len(name)), ""),
    "one letter doubled": _doubled,
    "two letters swapped": _swapped_letters,
    "spaces dropped": lambda name, _: name.replace(" ", ""),
    "words swapped": _turned,
    "other transliteration": _transliterated,
    "two wrong letters": lambda name, dice: _typo(_typo(name, dice), dice),
    "prefix M/V": lambda name, _: f"M/V {name}",
}


@dataclass(frozen=True, slots=True)
class Recognised:
    """How well one fault is forgiven at one threshold, with a second fact."""

    fault: str
    least: float
    names: int
    recall: float
    precision: float


def recognition(fleet: Sequence[Vessel]) -> list[Recognised]:
    """Return precision and recall of each fault and threshold; half of ``fleet`` is listed.

    A name that the fault leaves as it is (one word has none to swap) does not count for it.
    """
    listed, others = fleet[::2], fleet[1::2]
    entries: dict[str, list[tuple[int, Listed]]] = {}
    for k, vessel in enumerate(listed):
        entries.setdefault(normal(vessel.name), []).append((k, vessel.listed(str(k))))
    index = NameIndex.of(entries)
    strangers = _scores(index, [(_NOBODY, one, normal(one.name)) for one in others], entries)
    found = []
    for fault, apply in FAULTS.items():
        dice = random.Random(_SEED)  # noqa: S311 (no secret)
        pairs = [(k, one, apply(normal(one.name), dice)) for k, one in enumerate(listed)]
        sent = [(k, v, normal(n)) for k, v, n in pairs if fault in _EQUAL or n != normal(v.name)]
        own = _scores(index, sent, entries)
        for least in SWEEP:
            right = {k for k, place, score in own if score >= least and k == place}
            hits = sum(score >= least for *_, score in (*own, *strangers))
            false = hits - sum(score >= least and k == place for k, place, score in own)
            recall, precision = len(right) / len(sent), (hits - false) / max(hits, 1)
            found.append(Recognised(fault, least, len(sent), recall, precision))
    return found


def _scores(
    index: NameIndex,
    sent: Sequence[tuple[int, Vessel, str]],
    entries: dict[str, list[tuple[int, Listed]]],
) -> list[tuple[int, int, float]]:
    """Return (vessel, entry, likeness) of all hits with a second fact, at the lowest threshold."""
    hits = []
    alike = index.like([name for *_, name in sent], SWEEP[0])
    for (k, vessel, _), names in zip(sent, alike, strict=True):
        for name, score in names:
            for place, entry in entries[name]:
                agrees, _ = compare(entry, vessel.heard(), 0.10, named=True, misnamed=False)
                if agrees & SECOND:
                    hits.append((k, place, score))
    return hits


def table(rows: Iterable[Recognised]) -> str:
    """Return recall / precision in per cent as a table of Markdown, a column per threshold."""
    lines = ["| fault | names | " + " | ".join(f"{least:.2f}" for least in SWEEP) + " |"]
    lines.append("| --- |" + " ---: |" * (len(SWEEP) + 1))
    by_fault: dict[str, list[Recognised]] = {}
    for row in rows:
        by_fault.setdefault(row.fault, []).append(row)
    for fault, found in by_fault.items():
        cells = (f"{100 * row.recall:.0f} / {100 * row.precision:.0f}" for row in found)
        lines.append(f"| {fault} | {found[0].names} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _names(fleet: Sequence[Vessel], count: int, dice: random.Random) -> list[str]:
    """Return distinct names of two or three words of real names."""
    words = sorted({word for one in fleet for word in normal(one.name).split() if len(word) > 1})
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(dice.choices(words, k=dice.choice((2, 2, 3))))[:20].strip()] = None
    return list(found)


def _statics(names: Sequence[str], first_mmsi: int) -> StaticBatch:
    """Return a type 5 of each of ``names``, each of a new vessel with identifiers of its own."""
    count = len(names)
    columns = {name: np.zeros(count, kind) for name, kind in StaticBatch.dtypes().items()}
    columns["mmsi"][:] = first_mmsi + np.arange(count)
    columns["spool"][:] = np.arange(count)
    columns["received"][:] = np.datetime64(_START_US, "us")
    columns["message"][:], columns["ship_type"][:] = 5, 70
    columns["imo"][:] = 9_000_000 + np.arange(count)
    columns["name"][:] = np.array(names, "S34")
    columns["call_sign"][:] = [f"SV{k:05d}" for k in range(count)]
    columns["to_bow_m"][:], columns["to_stern_m"][:] = 80, 20
    return StaticBatch(**columns)


def _edition(names: Sequence[str]) -> Edition:
    """Return entries of which one in a hundred names an MMSI that is sent."""
    return Edition(
        tuple(
            replace(
                _BLANK,
                id=f"{k:06d}",
                mmsi=(_FIRST_MMSI + 100 * k if k < STATICS // 100 else 600_000_000 + k,),
                call_sign=(f"9H{k:05d}",),
                names=(name,),
                type="tanker",
                flag="MLT",
            )
            for k, name in enumerate(names)
        )
    )


def _seconds(work: Callable[[], object]) -> float:
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


def _times(fleet: Sequence[Vessel]) -> tuple[float, float, float, float]:
    """Return seconds of new vessels with known names, new names, nothing new, and adoption."""
    dice = random.Random(_SEED)  # noqa: S311 (no secret)
    names = _names(fleet, LISTED + STATICS + NEW_NAMES * (_PASSES + 1), dice)
    edition, nobody = _edition(names[:LISTED]), PositionBatch.empty()
    matcher = Matcher()
    adopting = _seconds(lambda: matcher.adopt(edition, _START_US, 0))
    sent = names[LISTED : LISTED + STATICS]
    matcher.step(nobody, _statics(sent, 300_000_000))
    known, again, new = [], [], []
    for k in range(_PASSES):
        here = _statics(sent, _FIRST_MMSI + k * 1_000_000)
        known.append(_seconds(lambda b=here: matcher.step(nobody, b)))  # type: ignore[misc]
        again.append(_seconds(lambda b=here: matcher.step(nobody, b)))  # type: ignore[misc]
        begin = LISTED + STATICS + k * NEW_NAMES
        fresh = _statics(names[begin : begin + NEW_NAMES], 400_000_000 + k * NEW_NAMES)
        new.append(_seconds(lambda b=fresh: matcher.step(nobody, b)))  # type: ignore[misc]
    return min(known), min(new), min(again), adopting


def _crowd_times(fleet: Sequence[Vessel]) -> tuple[float, float, float, float]:
    """Return seconds with 100,000 vessels known: freezing, two adoptions, a cross-check.

    The first adoption is of a list of which no name is known, the second of one more entry. The
    cross-check asks for 100,000 names, half of them with an MMSI.
    """
    dice = random.Random(_SEED)  # noqa: S311 (no secret)
    names = _names(fleet, LISTED + 2 * KNOWN, dice)
    edition, heard, asked = _edition(names[:LISTED]), names[LISTED:-KNOWN], names[-KNOWN:]
    more = Edition((*edition.entries, replace(_BLANK, id="one more", mmsi=(_FIRST_MMSI,))))
    matcher = Matcher()
    matcher.step(PositionBatch.empty(), _statics(heard, _FIRST_MMSI))
    freezing = _seconds(matcher.freeze)
    first = _seconds(lambda: matcher.adopt(edition, _START_US, 0))
    second = _seconds(lambda: matcher.adopt(more, _START_US, 1))
    day = datetime(2026, 3, 1, tzinfo=UTC)
    ever = [SentIdentity(_FIRST_MMSI + k, day, name=name) for k, name in enumerate(heard)]
    questions = [
        Asked(k, _FIRST_MMSI + k if k % 2 else None, None, "", name)
        for k, name in enumerate(asked)
    ]
    checking = _seconds(lambda: cross_check(questions, edition.entries, ever, {}))
    return freezing, first, second, checking


def figures() -> list[dict[str, object]]:
    """Measure; raises FileNotFoundError in one line without the recordings."""
    fleet = vessels()
    known, new, again, adopting = _times(fleet)
    rows = [
        _figure("10,000 new vessels, names known", known * 1e3, "ms", EXACT_CEILING_MS),
        _figure("1,000 new names", new, "s", NEW_NAMES_CEILING_S),
        _figure("10,000 reports, nothing new", again * 1e3, "ms"),
        _figure("a list of 50,000 adopted", adopting, "s"),
    ]
    freezing, first, second, checking = _crowd_times(fleet)
    rows += [
        _figure("100,000 vessels frozen", freezing * 1e3, "ms", FREEZE_CEILING_MS),
        _figure("50,000 entries adopted, 100,000 vessels known", first, "s"),
        _figure("one more entry adopted, 100,000 vessels known", second, "s"),
        _figure("100,000 names cross-checked", checking, "s", CHECK_CEILING_S),
    ]
    at = [row for row in recognition(fleet) if row.least == Matcher().settings.name_score]
    rows += [_figure(f"recall, {row.fault}", row.recall * 100, "per cent") for row in at]
    worst = min(row.precision for row in at)
    return [*rows, _figure("precision, worst fault", worst * 100, "per cent")]


def _figure(name: str, value: float, unit: str, floor: float | None = None) -> dict[str, object]:
    """Return a row of ``vedetta bench``."""
    row = {"bench": "watchlist", "name": name, "value": round(value, 3), "unit": unit}
    return {**row, "beside": None, "ratio": None, "floor": floor}


if __name__ == "__main__":
    print(table(recognition(vessels())))
