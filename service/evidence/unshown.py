"""Says in words what a package does not show, and by what it could be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.evidence.verdict import ONLY_AUDIT

if TYPE_CHECKING:
    from service.evidence.package import Package
    from service.evidence.verdict import Verdict

_TOLD = {
    "missing": "does not come out",
    "other": "comes out with other numbers",
    "more": "is not in the file and comes out",
}


def say(package: Package, verdict: Verdict) -> None:
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
