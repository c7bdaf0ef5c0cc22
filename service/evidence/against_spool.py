"""Compares a package with the spool that its lines were taken from: lines, and coverage anew."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import numpy as np

from ais.lines import FeedNames
from ais.spool.layout import position, split
from ais.spool.reader import SpoolReader
from service.evidence import chain, context
from service.evidence.choosing import NEAR_US, Span, Vessels, choose
from service.evidence.judging import EVENTS, HEARING, answers_of
from service.evidence.lines import carried_of
from service.evidence.listening import listen
from service.evidence.package import Fault
from service.evidence.retelling import own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from service.evidence.lines import Carried
    from service.evidence.package import Package
    from service.evidence.verdict import Verdict

_ENDLESS_US = 1 << 62


def compare(
    package: Package, verdict: Verdict, folder: Path, progress: Callable[[int], None]
) -> None:
    """Compare lines and coverage with the spool that they were taken from."""
    carried = carried_of(package.members)
    found = chain.against(folder, carried, package.members.get(chain.CHAIN, b""))
    verdict.spool = found
    verdict.faults += found.faults
    if found.faults:
        return
    if found.removed:
        verdict.notes.append(
            f"{found.removed:,} lines come from segments that the spool has removed since: they "
            "cannot be compared, and the coverage cannot be counted anew."
        )
        return
    verdict.faults += _left_out(package, folder, carried, progress)
    if not verdict.faults:
        _count_anew(package, verdict, folder, carried, progress)


def _left_out(
    package: Package, folder: Path, carried: list[Carried], progress: Callable[[int], None]
) -> Iterator[Fault]:
    """Yield that lines of its vessels, or of the clock, stand in the spool and are not carried."""
    names, said = FeedNames(), package.manifest["span"]
    reader = SpoolReader(folder, names)
    span = Span(int(said["first"]), int(said["behind"]), _ENDLESS_US)
    whose = Vessels(own(package), frozenset(package.manifest.get("near") or ()),
                    _begins_us(package) - NEAR_US)  # fmt: skip
    rules = context.rules_of(package.members[context.SETTINGS])
    choice = choose(span.blocks(reader), names, rules, whose, progress=progress)
    reader.close()
    lacking = np.setdiff1d(choice.lines, _places(carried))
    if len(lacking):
        sequence, offset = split(int(lacking[0]))
        what = f"lacks {len(lacking):,} lines of its vessels that stand in the spool; first at "
        yield Fault(f"lines/{sequence:08d}.log", "", f"{what}byte {offset:,} of the segment")


def _begins_us(package: Package) -> int:
    """Return when the first of the events began, to the end of the millisecond that it says."""
    events = package.members[EVENTS].decode().splitlines()
    first = min(dt.datetime.fromisoformat(json.loads(one)["started_at"]) for one in events)
    return round(first.timestamp() * 1000) * 1000 + 999


def _places(carried: list[Carried]) -> NDArray[np.uint64]:
    lines = [position(one.sequence, offset) for one in carried for offset in one.offsets]
    return np.array(lines, np.uint64)


def _count_anew(
    package: Package, verdict: Verdict, folder: Path, carried: list[Carried],
    progress: Callable[[int], None],
) -> None:  # fmt: skip
    """Count the coverage of all lines of the spool, and compare its answers."""
    said = package.manifest["span"]
    rules = context.rules_of(package.members[context.SETTINGS])
    names = FeedNames()
    reader = SpoolReader(folder, names)
    span = Span(int(said["first"]), int(said["behind"]), _ENDLESS_US)
    listened = listen(
        span.blocks(reader), names, rules, context.shelf_of(package.members), _places(carried),
        begin=context.adoptions_of(package.members[context.ADOPTIONS]), progress=progress,
    )  # fmt: skip
    reader.close()
    kept = [one.line() for one in answers_of(package.members)]
    now = [one.line() for one in listened.answers]
    for number, (one, other) in enumerate(zip(kept, now, strict=False), 1):
        if one != other:
            what = f"says {one[:120]}; counted anew it is {other[:120]}"
            verdict.faults.append(Fault(HEARING, f"line {number:,}", what))
            return
    if len(kept) != len(now):
        what = f"has {len(kept):,} answers; counted anew there are {len(now):,}"
        verdict.faults.append(Fault(HEARING, "", what))
        return
    verdict.counted = True
