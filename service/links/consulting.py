"""Somebody reads the network: what they ask is checked, and the look stands in the audit."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from alerts.links.ties import GROUPS
from service.errors import WrongUseError
from service.exporting import asking
from service.exporting.choosing import Viewer
from service.known import UnknownError
from service.links.asking import Wanted, usual_start
from service.links.gathering import gathered
from service.links.naming import mmsi_called
from service.moments import moment
from store import audit
from store.exports import vessels_with

if TYPE_CHECKING:
    import psycopg

    from service.links.gathering import Found
    from store.changes import Change

ACTION = "links.read"
EVERYBODY = "whole sea"
_NUMBER = re.compile(r"\d+|imo:.*", re.ASCII | re.IGNORECASE)
_PATIENCE = "SELECT set_config('statement_timeout', '40s', true)"


def asked_for(
    connection: psycopg.Connection, vessel: str, other: str, span: tuple[str, str], *,
    hops: int = 1, groups: Sequence[str] = (), now: dt.datetime,
) -> Wanted:  # fmt: skip
    """Return the question of texts; "" is what is usual: the whole sea, until now, every tie.

    Raises WrongUseError for what is no vessel or no time (naming.UnclearError for a name that may
    mean several), UnknownError for an IMO number that nobody sent.
    """
    end = moment("until", span[1]) or now.astimezone(dt.UTC)
    roots, targets = _numbers(connection, vessel), _numbers(connection, other)
    start = moment("since", span[0]) or usual_start(end, roots)
    return Wanted(roots, start, end, hops, targets, tuple(groups) or tuple(GROUPS))


def consulted(
    connection: psycopg.Connection, wanted: Wanted, made: Change, *, viewer: Viewer | None = None,
    with_list: bool = True, details: dict[str, Any] | None = None,
) -> Found:  # fmt: skip
    """Return the network of ``wanted`` once the look stands in the audit, in one transaction."""
    connection.execute(_PATIENCE)
    found = gathered(connection, wanted, viewer or Viewer(), with_list=with_list)
    told = {
        "since": asking.said(wanted.start), "until": asking.said(wanted.end), "hops": wanted.hops,
        "to": list(found.targets), "entries": [name for name, _ in found.marks],
        "owners_compared": found.owners, **(details or {}),
    }  # fmt: skip
    # Afterwards: the turn of the audit is held no longer than the row needs.
    subject = f"MMSI {found.roots[0]}" if found.roots else EVERYBODY
    audit.append(connection, made, ACTION, subject, told)
    return found


def _numbers(connection: psycopg.Connection, text: str) -> tuple[int, ...]:
    """Return the MMSIs of a vessel; an IMO number stands for all under which it was sent."""
    if not text.strip():
        return ()
    if not _NUMBER.fullmatch(text.strip()):
        return (mmsi_called(connection, text.strip()),)
    named = asking.vessels([text])
    imo = asking.vessel(named[0])
    if imo is None:
        number = int(named[0])
        if not number:
            raise WrongUseError("0: is no MMSI; expected one as 247320162")
        return (number,)
    found = tuple(vessels_with(connection, [imo]))
    if not found:
        raise UnknownError(f"{named[0]}: nobody has sent this IMO number")
    return found
