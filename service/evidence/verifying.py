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

import hashlib
from typing import TYPE_CHECKING

from ais.errors import AisError
from alerts.errors import AlertsError
from geofence.errors import GeofenceError
from service.errors import ServiceError
from service.evidence import chain
from service.evidence.against_spool import compare
from service.evidence.judging import EVENTS
from service.evidence.package import Fault, Package, unpacked
from service.evidence.retelling import retell
from service.evidence.unshown import say
from service.evidence.verdict import Verdict
from watchlist.errors import WatchlistError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    _guarded(verdict, EVENTS, lambda: retell(package, verdict))
    if spool is not None:
        _guarded(verdict, str(spool), lambda: compare(package, verdict, spool, progress))
    say(package, verdict)
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


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
