"""Proving a package of evidence on any machine: its bytes, its lines, its events, its spool.

1. every member is what the manifest says   2. the excerpt of the spool's chain holds together
3. the lines, run again with the context that is carried, tell the same events
4. with a spool: every line stands there, and the coverage counted anew gives the same answers
5. with the audit: this very file was made by the service

What cannot be shown is said, not passed over.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.errors import AisError
from ais.lines import FeedNames
from ais.spool.layout import position
from ais.spool.reader import SpoolReader
from alerts.errors import AlertsError
from geofence.errors import GeofenceError
from service.errors import ServiceError
from service.evidence import chain, context
from service.evidence.choosing import Span
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
from watchlist.errors import WatchlistError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from service.evidence.lines import Carried

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


@dataclass(slots=True)
class Verdict:
    """What a package proves.

    sha256   of the file · alert, made  as its manifest says · faults  what is not as it was
    events   each version of each event, and what became of it when run again
    lines    carried · spool  how many of them a spool proves; None = none was asked
    answers  of the coverage, taken as written down · counted  they were counted anew
    notes    what is not shown, in words
    """

    sha256: str
    alert: str = ""
    made: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    events: list[Judged] = field(default_factory=list)
    lines: int = 0
    answers: int = 0
    counted: bool = False
    spool: chain.Proven | None = None
    audit: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Tell whether nothing is other than it was."""
        return not self.faults

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
    promised = package.manifest.get("events") or {}
    code = context.other_code(json.loads(package.members.get(context.CODE, b"{}")))
    besides = f"; this program differs from the one that made it in {code}" if code else ""
    for number, one in enumerate(verdict.events, 1):
        if promised.get(one.key) == "same" and one.outcome != "same":
            how = "; ".join(one.differs) or "the lines do not tell it"
            what = f"event {one.id}, version {one.version} ({one.kind}): {how}{besides}"
            verdict.faults.append(Fault(EVENTS, f"line {number}", what))
    for key in promised.keys() - {one.key for one in verdict.events}:
        verdict.faults.append(Fault(EVENTS, "", f"event {key} of the manifest is not there"))
    if again.missing.count and not verdict.faults:
        verdict.faults.append(Fault(
            HEARING, "", f"lacks {again.missing.count:,} answers, first {again.missing.first}"
        ))  # fmt: skip


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
    _count_anew(package, verdict, folder, carried, progress)


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
    lines = [position(one.sequence, offset) for one in carried for offset in one.offsets]
    listened = listen(
        span.blocks(reader), names, rules, context.shelf_of(package.members),
        np.array(lines, np.uint64),
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


def _say(package: Package, verdict: Verdict) -> None:
    """Say what is not shown."""
    notes, about = verdict.notes, package.manifest
    lacking = [one for one in verdict.events if one.outcome != "same"]
    for one in lacking:
        told = "does not come out" if one.outcome == "missing" else "comes out with other numbers"
        notes.append(
            f"{one.kind} {one.id}, version {one.version}: {told} when run again from this "
            "package, as its maker knew: it rests on more than these lines."
        )
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
