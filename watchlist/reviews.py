"""Reviews, validity and disclosure: when an entry matches, is due, and may be shown to others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from watchlist.entries import HANDLING, Listed, WatchlistEntry

DUE_SOON = dt.timedelta(days=30)
STATES = ("ok", "due soon", "overdue", "expired")
FOREVER_US = 2**63 - 1
"""End of an entry without one: the greatest time that a column holds."""
_ASK_FIRST = frozenset(("H2", "H3"))
_DAY = dt.timedelta(days=1)
_EPOCH = dt.date(1970, 1, 1)
_DAY_US = 86_400_000_000


def review_state(entry: WatchlistEntry, today: dt.date, grace_days: float) -> str:
    """Return one of STATES.

    expired   its validity is over, or nobody has looked at it ``grace_days`` after ``review_by``:
              it matches no longer and is due for erasure
    overdue   ``review_by`` is past, or there is none: shown, and matched while the grace runs
    due soon  within 30 days
    """
    if entry.valid_until and entry.valid_until < today:
        return "expired"
    if entry.review_by is None:
        return "overdue"
    if entry.review_by + dt.timedelta(days=grace_days) < today:
        return "expired"
    if entry.review_by < today:
        return "overdue"
    return "due soon" if entry.review_by - today <= DUE_SOON else "ok"


def listed(entry: WatchlistEntry, version: int, grace_days: float) -> Listed:
    """Return the part of an entry that is matched.

    It matches from the start of ``valid_from`` to the end of ``valid_until`` or of ``review_by``
    plus ``grace_days`` (whole days count), whichever is first; days are UTC.
    """
    ends = []
    if entry.valid_until:
        ends.append(_microseconds(entry.valid_until + _DAY))
    if entry.review_by:
        ends.append(_microseconds(entry.review_by + dt.timedelta(days=grace_days) + _DAY))
    return Listed(
        id=entry.id,
        version=version,
        mmsi=entry.mmsi,
        imo=entry.imo,
        call_sign=entry.call_sign,
        names=entry.names,
        type=entry.type,
        flag=entry.flag,
        length_m=entry.length_m,
        contributor=entry.contributor,
        handling=entry.handling,
        handling_comment=entry.handling_comment,
        source_grade=entry.source_grade,
        info_grade=entry.info_grade,
        tlp=entry.tlp,
        priority=entry.priority,
        matches_from=_microseconds(entry.valid_from) if entry.valid_from else 0,
        matches_until=min(ends, default=FOREVER_US),
    )


def _microseconds(day: dt.date) -> int:
    return (day - _EPOCH).days * _DAY_US


def most_restrictive(codes: Iterable[str]) -> str:
    """Return the handling code that binds all others; H0 of none."""
    return max(codes, key=HANDLING.index, default=HANDLING[0])


def may_disclose(entry: WatchlistEntry | Listed) -> bool:
    """Return whether its data may be told: not with H2, H3 or TLP red.

    Then the answer is «hit, ask the contributor», never the data.
    """
    return entry.handling not in _ASK_FIRST and entry.tlp != "red"
