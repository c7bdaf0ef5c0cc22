"""Zones and a list given as files: what a replay is screened with, without a database."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from typing import TYPE_CHECKING

from alerts.rules import Rules
from alerts.traffic.model import TrafficModel
from alerts.traffic.usual import LEAST_PASSAGES, Usual
from geofence.builtin import builtin_zones
from geofence.files.features import ZoneDefaults
from geofence.files.reading import ENDINGS as ZONE_ENDINGS
from geofence.files.reading import read_zones
from geofence.index import ZoneIndex
from geofence.zones import ZoneSet
from service.intake import check_file
from service.pipeline.shelf import RULES, TRAFFIC, WATCHLIST, ZONES, Traffic
from watchlist.entries import Edition
from watchlist.formats import ENDINGS as LIST_ENDINGS
from watchlist.formats import Defaults, read_list
from watchlist.reviews import listed

if TYPE_CHECKING:
    from pathlib import Path

    from service.pipeline.checks import Checks
    from watchlist.formats import BadRow

# A row without a day of review is matched whenever: nothing of it is kept.
_UNDATED = dt.date(1970, 1, 1)
_DEFAULTS = Defaults(
    reason="given with a recording",
    contributor="own",
    handling="H1",
    source_grade="B",
    info_grade=3,
    tlp="amber",
    priority="medium",
    review_by=_UNDATED,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Given:
    """Files that a replay is screened with.

    zones      in place of the zones that come along; None = those, or what the spool says
    watchlist  whom to look for; None = nobody, or whom the spool says
    traffic    model of the usual traffic; None = none, or what the spool says
    rules      watch rules; None = none, or those that the spool says
    """

    zones: Path | None = None
    watchlist: Path | None = None
    traffic: Path | None = None
    rules: Path | None = None


def zones_of(path: Path) -> ZoneSet:
    """Return the zones of a file; raises GeofenceError and ServiceError, see their messages."""
    check_file(path, endings=ZONE_ENDINGS)
    defaults = ZoneDefaults(source=path.name, licence="as given")
    return ZoneSet(tuple(read_zones(path, defaults).zones))


def edition_of(path: Path, grace_days: int) -> tuple[Edition, tuple[BadRow, ...]]:
    """Return the list of a file, and its rows that cannot be used.

    Whoever gives the file stands for it: every good row is matched, without release. Rows without
    an id are named by their line.
    """
    check_file(path, endings=LIST_ENDINGS)
    read = read_list(path, _DEFAULTS)
    entries = (
        dataclasses.replace(
            entry,
            id=entry.id or f"line-{line}",
            review_by=None if entry.review_by == _UNDATED else entry.review_by,
        )
        for entry, line in zip(read.entries, read.lines, strict=True)
    )
    return Edition(tuple(listed(entry, 1, grace_days) for entry in entries)), read.bad


def rules_of(path: Path) -> Rules:
    """Return the watch rules of a file; raises AlertsError and ServiceError."""
    check_file(path, endings=(".json",))
    return Rules.from_bytes(path.read_bytes())


def apply(
    given: Given, checks: Checks, grace_days: int, *, spool: bool, least: int = LEAST_PASSAGES
) -> tuple[BadRow, ...]:
    """Have ``checks`` use what is given, whatever the stream says; return the list's bad rows.

    A given model says something where ``least`` ships passed.

    Recorded files say nothing of zones: without a file they get those that come along. A ``spool``
    says itself what was in force.
    """
    bad: tuple[BadRow, ...] = ()
    if given.zones or not spool:
        zones = zones_of(given.zones) if given.zones else builtin_zones()
        checks.shelf.hold(ZONES, zones.sha256(), ZoneIndex.of(zones))
        checks.fix(ZONES, zones.sha256())
    if given.watchlist:
        edition, bad = edition_of(given.watchlist, grace_days)
        checks.shelf.hold(WATCHLIST, edition.sha256(), edition)
        checks.fix(WATCHLIST, edition.sha256())
    if given.traffic:
        content = given.traffic.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        model = TrafficModel.from_bytes(content)
        checks.shelf.hold(TRAFFIC, sha256, Traffic(model, Usual.of(model, least)))
        checks.fix(TRAFFIC, sha256)
    if given.rules:
        rules = rules_of(given.rules)
        checks.shelf.hold(RULES, rules.sha256(), rules)
        checks.fix(RULES, rules.sha256())
    return bad
