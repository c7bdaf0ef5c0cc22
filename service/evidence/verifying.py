"""Proving a package of evidence on any machine: its bytes, its lines, its events, its spool.

1. every member is what the manifest says   2. the excerpt of the spool's chain holds together
3. the lines, run again with the context that is carried, tell the same events and the same rows,
   and no further version of these events
4. with a spool: every line stands there, none of the vessels' own is left out, and the coverage
   counted anew gives the same answers
5. with the audit: this very file was made by the service

What cannot be shown is said, not passed over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.errors import AisError
from ais.lines import FeedNames
from ais.spool.layout import position, split
from ais.spool.reader import SpoolReader
from alerts.errors import AlertsError
from geofence.errors import GeofenceError
from service.errors import ServiceError
from service.evidence import chain, context
from service.evidence.choosing import NEAR_US, Span, Vessels, choose
from service.evidence.judging import (
    EVENTS,
    HEARING,
    Judged,
    answers_of,
    judged,
    run_again,
)
from service.evidence.lines import carried_of
from service.evidence.listening import listen
from service.evidence.package import Fault, Package, unpacked
from service.evidence.rows import rows_members
from watchlist.errors import WatchlistError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from service.evidence.lines import Carried
    from service.evidence.rerun import Found

_UNUSABLE = (
    ServiceError,
    AisError,
    AlertsError,
    GeofenceError,
    WatchlistError,
    ValueError,
    KeyError,
    TypeError,
)
_ENDLESS_US = 1 << 62
ALERT = "alert.json"
ONLY_AUDIT = (
    "card.pdf, alert.json, settings and editions, and that nothing came after the last line: only "
    "--audit shows that these are as the service made them."
)


@dataclass(slots=True)
class Verdict:
    """What a package proves.

    sha256   of the file · alert, made  as its manifest says · faults  what is not as it was
    events   each version of each event, and what became of it when run again
    unproven versions that the lines alone do not tell so: true only if the audit knows the file
    lines    carried · spool  how many of them a spool proves; None = none was asked
    answers  of the coverage, taken as written down · counted  they were counted anew
    notes    what is not shown, in words
    """

    sha256: str
    alert: str = ""
    made: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    events: list[Judged] = field(default_factory=list)
    unproven: list[Judged] = field(default_factory=list)
    lines: int = 0
    answers: int = 0
    counted: bool = False
    spool: chain.Proven | None = None
    audit: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is other than it was, and all of it was shown."""
        shown = bool(self.audit) and any(one.outcome == "same" for one in self.events)
        return not self.faults and (shown or not self.unproven)

    def in_audit(self, row: str) -> None:
        """Note which row of the audit knows this file."""
        self.audit = row
        self.notes = [one for one in self.notes if one != ONLY_AUDIT]

    def not_in_audit(self) -> None:
        """Note that the audit does not know this file."""
        what = f"its SHA-256 {self.sha256} stands in no row of the audit: not the file as made"
        self.faults.append(Fault("the package", "", what))

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as JSON values."""
        return {**asdict(self), "ok": self.ok}


def verify(
    path: Path, spool: Path | None = None, progress: Callable[[int], None] = lambda _bytes: None
) -> Verdict:
    """Return what the package at ``path`` proves; raises ServiceError where it is none."""
    verdict = Verdict(_sha256(path))
    package = unpacked(path)
    verdict.faults += package.faults
    about = package.manifest
    verdict.alert, verdict.made = str(about.get("alert", "")), dict(about.get("made") or {})
    if not about:
        verdict.notes.append("Without its manifest nothing else of the package can be judged.")
        return verdict
    _guarded(verdict, chain.CHAIN, lambda: _chain(package, verdict))
    _guarded(verdict, EVENTS, lambda: _events(package, verdict))
    if spool is not None:
        _guarded(verdict, str(spool), lambda: _spool(package, verdict, spool, progress))
    _say(package, verdict)
    return verdict


def _guarded(verdict: Verdict, file: str, work: Callable[[], None]) -> None:
    """Do one step; what cannot be used is a fault, and the other steps go on."""
    try:
        work()
    except _UNUSABLE as error:
        verdict.faults.append(Fault(file, "", f"cannot be judged: {error}"))


def _chain(package: Package, verdict: Verdict) -> None:
    fault = chain.broken(package.members.get(chain.CHAIN, b""))
    if fault:
        verdict.faults.append(fault)


def _events(package: Package, verdict: Verdict) -> None:
    """Run the lines again, and hold each event against what came out when it was packed."""
    verdict.lines = sum(len(one.offsets) for one in carried_of(package.members))
    verdict.answers = len(answers_of(package.members))
    again = run_again(package.members)
    verdict.events = judged(package.members[EVENTS], again.found)
    if not verdict.events:
        verdict.faults.append(Fault(EVENTS, "", "holds no event"))
    promised = package.manifest.get("events") or {}
    besides = _other_program(package)
    for number, one in enumerate(verdict.events, 1):
        if one.outcome == "same":
            continue
        if promised.get(one.key) == one.outcome:
            verdict.unproven.append(one)
            continue
        how = "; ".join(one.differs) or "the lines do not tell it"
        what = f"event {one.id}, version {one.version} ({one.kind}): {how}{besides}"
        verdict.faults.append(Fault(EVENTS, _line(one, number), what))
    for key in promised.keys() - {one.key for one in verdict.events}:
        verdict.faults.append(Fault(EVENTS, "", f"event {key} of the manifest is not there"))
    verdict.faults += _rows(package, again.found, besides)
    verdict.faults += _alert(package, verdict.events)
    if again.missing.count and not verdict.faults:
        verdict.faults.append(Fault(
            HEARING, "", f"lacks {again.missing.count:,} answers, first {again.missing.first}"
        ))  # fmt: skip


def _other_program(package: Package) -> str:
    code = context.other_code(json.loads(package.members.get(context.CODE, b"{}")))
    return f"; this program differs from the one that made it in {code}" if code else ""


def _line(one: Judged, number: int) -> str:
    return "" if one.outcome == "more" else f"line {number}"


def _own(package: Package) -> frozenset[int]:
    """Return the vessels of the events: whose lines are carried."""
    events = package.members[EVENTS].decode().splitlines()
    return frozenset(mmsi for one in events for mmsi in json.loads(one)["mmsis"])


def _rows(package: Package, found: Found, besides: str) -> Iterator[Fault]:
    """Yield the tables for people that do not say what the lines say."""
    for name, content in rows_members(found, _own(package)).items():
        if package.members.get(name) != content:
            yield Fault(name, "", f"is not what the lines say{besides}")


def _alert(package: Package, events: Iterable[Judged]) -> Iterator[Fault]:
    """Yield that the alert names other events than the file holds."""
    named = set(json.loads(package.members.get(ALERT, b"{}")).get("events") or ())
    for one in sorted(named ^ {one.id for one in events}):
        where = (EVENTS, ALERT) if one in named else (ALERT, EVENTS)
        yield Fault(where[0], "", f"lacks event {one}, which stands in {where[1]}")


def _spool(
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
    whose = Vessels(_own(package), frozenset(package.manifest.get("near") or ()),
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


_TOLD = {
    "missing": "does not come out",
    "other": "comes out with other numbers",
    "more": "is not in the file and comes out",
}


def _say(package: Package, verdict: Verdict) -> None:
    """Say what is not shown."""
    notes, about = verdict.notes, package.manifest
    notes += [
        f"{one.kind} {one.id}, version {one.version}: {_TOLD[one.outcome]} when run again from "
        "this package, as its manifest says: it rests on more than these lines, or is forged. "
        "Only --audit tells which."
        for one in verdict.unproven
    ]
    notes.append(ONLY_AUDIT)
    if verdict.answers and not verdict.counted:
        notes.append(
            f"{verdict.answers:,} answers of the coverage are taken as they were written down: "
            "the lines of other ships are not carried. --spool counts them anew."
        )
    if not (about.get("span") or {}).get("from_the_beginning", True):
        notes.append("The run begins in the middle of a spool: what was heard before has no part.")
    if verdict.spool is None:
        notes.append("The lines were not compared with the spool they were taken from: --spool.")
    elif verdict.spool.open:
        notes.append(
            f"{verdict.spool.open:,} lines stand in a segment that is not closed yet: no hash "
            "proves them so far."
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
