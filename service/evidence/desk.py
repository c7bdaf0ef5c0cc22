"""Where evidence is asked for: codes, the database, the file, and the audit's line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from ais.spool.retention import release
from alerts.incidents.codes import strictest
from alerts.notices import alert_json
from service.disclosure import CURE, RefusedByCodesError, forbids_in_court
from service.errors import ServiceError
from service.evidence.judging import Judged
from service.evidence.making import Case, Leaving, Made, Wish, make
from service.evidence.verdict import Verdict
from service.leaving import make_private
from service.showing import hidden_vessels
from service.sight import sees
from store import audit, editions
from store.codes import codes_of
from store.connect import session
from store.events import versions_of
from store.incidents import look

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Codes
    from service.rights import Person
    from service.settings import Settings

MADE, REFUSED = "evidence.make", "evidence.refuse"
_BEYOND = "not all that the package would carry is for your eyes; ask a supervisor for it"
Draw = Callable[[Case, Sequence[Judged]], bytes]
"""Draws the page for people."""


def case_of(dsn: str, alert_id: str) -> Case:
    """Return what the database knows of an alert; raises ServiceError where there is none."""
    with session(dsn) as connection:
        there = look(connection, alert_id)
        if there is None:
            msg = f"alert {alert_id[:20]!r} is not known; expected an id of vedetta alerts list"
            raise ServiceError(msg)
        head = audit.head(connection)
        return Case(
            there.alert,
            alert_json(there.alert),
            tuple(versions_of(connection, there.alert.events)),
            lambda at: _begin(dsn, at),
            lambda sha256: _content(dsn, sha256),
            (head.number, head.hash),
        )


def permitted(dsn: str, case: Case, wish: Wish, codes: Codes | None = None) -> None:
    """Raise RefusedByCodesError, noted in the audit, where the codes forbid evidence.

    ``codes``: of all that would leave, None = the alert's own, as far as is known before.
    """
    why = "" if wish.permission else forbids_in_court(codes or case.alert.codes)
    if why:
        _refuse(dsn, case, wish, why, f"codes forbid the evidence: {why}{CURE}")


def leaving_codes(
    dsn: str, case: Case, wish: Wish, person: Person | None, leaving: Leaving
) -> Codes:
    """Return the codes of all that a package would carry.

    Raises RefusedByCodesError, noted in the audit, where ``person`` (None: somebody at a shell)
    may not know of all of it, which names nothing, or where the codes forbid evidence.
    """
    listed = [codes_of(asdict(one)) for one in leaving.entries]
    if person is not None:
        with session(dsn) as connection:
            hidden = hidden_vessels(connection, person, {*leaving.vessels})
        if hidden or not all(sees(person, one) for one in listed):
            _refuse(dsn, case, wish, _BEYOND, _BEYOND)
    codes = strictest(case.alert.codes, *listed)
    permitted(dsn, case, wish, codes)
    return codes


def _refuse(dsn: str, case: Case, wish: Wish, why: str, said: str) -> NoReturn:
    with session(dsn) as connection:
        audit.append(connection, wish.made, REFUSED, case.alert.id, {"codes": why, **wish.within})
    raise RefusedByCodesError(f"{case.alert.id}: {said}")


def evidence(
    dsn: str, settings: Settings, alert_id: str, wish: Wish, draw: Draw | None = None,
    progress: Callable[[int], None] = lambda _bytes: None, person: Person | None = None,
) -> Made:  # fmt: skip
    """Return the package of an alert; it stands in the audit with its SHA-256 and its reason.

    ``person``: whose rights hold, None = somebody at a shell. Raises RefusedByCodesError, and what
    ``make`` raises; then no hold is left behind.
    """
    case = case_of(dsn, alert_id)
    permitted(dsn, case, wish)
    made = make(
        case, settings, wish, lambda leaving: leaving_codes(dsn, case, wish, person, leaving),
        draw, progress,
    )  # fmt: skip
    details = {
        "sha256": sha256_of(made.content),
        "bytes": len(made.content),
        "lines": made.lines,
        "vessels": made.about["vessels"],
        "near": list(made.near),
        "same": sum(one.outcome == "same" for one in made.events),
        "events": len(made.events),
        "spool_head": made.about["spool"]["head"],
        "hold": made.hold,
        "permission": wish.permission,
        **wish.within,
    }
    try:
        with session(dsn) as connection:
            audit.append(connection, wish.made, MADE, alert_id, details)
    except BaseException:
        # What is not in the audit was not made.
        release(settings.folder / "spool", made.hold)
        raise
    return made


def written(made: Made, path: Path) -> None:
    """Write a package where only its owner reads it; raises OSError."""
    temporary = path.with_name(path.name + ".tmp")
    make_private(temporary)
    with temporary.open("wb") as file:
        file.write(made.content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def held_against_audit(connection: psycopg.Connection, verdict: Verdict) -> None:
    """Note whether the audit says that this very file was made for this alert."""
    rows = audit.rows(connection, action=MADE, subject=verdict.alert, limit=1000)
    row = next((one for one in rows if verdict.sha256 in one.details), None)
    if row is None:
        verdict.not_in_audit()
    else:
        verdict.in_audit(f"row {row.number:,} of the audit, {row.at:%Y-%m-%d %H:%M}Z, {row.who}")


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of a package, hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _begin(dsn: str, at: int) -> Sequence[editions.Adoption]:
    with session(dsn) as connection:
        return tuple(editions.adopted(connection, at_most=at).values())


def _content(dsn: str, sha256: str) -> bytes:
    with session(dsn) as connection:
        return editions.content(connection, sha256)
