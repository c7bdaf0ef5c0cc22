"""Counts from the database, week by week, looked at together: the report of a span of weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from alerts.trends.looking import look
from alerts.trends.report import Deaf, Report
from alerts.trends.series import PAIR, Counted, Series, Window
from alerts.trends.together import Meeting
from service.editions import zones_in_force
from service.lead_time import heard_shares
from service.trends.listed import listed_in
from store import trends as rows
from store.coverage import cells
from store.trends import Span
from watchlist.flags import flag

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import psycopg

    from alerts.trends.looking import Finding
    from alerts.trends.settings import TrendSettings
    from geofence.zones import Zone
    from service.settings import Settings
    from service.trends.listed import Listed

WEEK = dt.timedelta(days=7)
HARDLY = 0.5
"""A coast of whose sea less is heard is named among what could not be heard."""
_LOOKED_BACK_DAYS = 14
"""So long before an arrival the ship is looked for where she was last (trend_routes)."""
_AREAS = {"gap": "dark", "encounter": "encounter"}
_ORIGINS, _ENDS = ("departure_coast", "port"), ("arrival_coast", "port")


def last_monday(now: dt.datetime) -> dt.datetime:
    """Return the Monday 00:00 UTC at or before ``now`` (aware): weeks end there."""
    day = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - dt.timedelta(days=day.weekday())


def compared(settings: Settings) -> TrendSettings:
    """Return the section trends: no more weeks before than visits and events are kept for.

    Of weeks that are partly erased less is left than happened: all after them would be more.
    """
    asked, keep = settings.trends, settings.retention
    kept = int((min(keep.visits_days, keep.events_days) - _LOOKED_BACK_DAYS) // WEEK.days)
    return replace(asked, before_weeks=max(1, min(asked.before_weeks, kept - asked.weeks)))


def span_of(
    until: dt.datetime, settings: TrendSettings, hidden: frozenset[int] = frozenset()
) -> Span:
    """Return the weeks that a report until ``until`` compares; ``hidden`` as Span has it."""
    late = until - settings.weeks * WEEK
    return Span(late - settings.before_weeks * WEEK, late, until, hidden)


def report_of(
    connection: psycopg.Connection, until: dt.datetime, settings: Settings,
    hidden: frozenset[int] = frozenset(),
) -> Report:  # fmt: skip
    """Return what changed in the weeks until ``until``, from what the database holds.

    ``hidden``: counted without what these vessels did, for whom they are closed to.
    """
    asked = compared(settings)
    span = span_of(until, asked, hidden)
    zones = {zone.id: zone for zone in zones_in_force(connection).zones}
    series = series_of(connection, span, zones, asked.cell_deg)
    picture = cells(connection)
    hears = {(int(x), int(y)) for x, y in zip(np.floor(picture["lon"] / asked.cell_deg),
                                              np.floor(picture["lat"] / asked.cell_deg),
                                              strict=True)}  # fmt: skip
    kept = [one for one in series if one.family != "dark" or _place(one) in hears]
    window = Window(asked.weeks, rows.days_heard(connection, span))
    met = [Meeting(*one) for one in rows.meetings(connection, span)]
    outcome = look(kept, met, window, asked)
    found = _with_listed(outcome.findings, listed_in(connection, span, asked.cell_deg), hidden)
    shares = heard_shares(picture, watched(zones), settings.coverage.cell_deg)
    outages, hours = rows.outages(connection, span.late, span.end)
    return Report(
        until=until, weeks=asked.weeks, before_weeks=asked.before_weeks, days=window.days,
        findings=found, seen=outcome.seen, looked=outcome.looked,
        false_share=asked.false_share, cell_deg=asked.cell_deg, least=asked.least,
        least_ratio=asked.least_ratio,
        names=_names(outcome.findings, zones) | {one: zones[one].name for one in shares},
        deaf=_deaf(shares), deaf_areas=len(series) - len(kept), outages=outages, outage_h=hours,
        exercise=settings.exercise, comparable=window.comparable,
    )  # fmt: skip


def _with_listed(
    findings: Iterable[Finding], listed: Listed, hidden: frozenset[int]
) -> tuple[Finding, ...]:
    """Return findings that say which of the vessels counted are listed."""
    none: frozenset[int] = frozenset()
    return tuple(
        replace(one, listed=tuple(sorted(
            listed.by_subject.get((one.family, one.key), none) - hidden)))
        for one in findings
    )  # fmt: skip


def series_of(
    connection: psycopg.Connection, span: Span, zones: Mapping[str, Zone], cell_deg: float
) -> list[Series]:
    """Return all that was counted in ``span``, pairs apart."""
    of_kind = {kind: [one.id for one in zones.values() if one.kind == kind]
               for kind in {*_ORIGINS, *_ENDS}}  # fmt: skip
    origins, ends = ([one for kind in kinds for one in of_kind[kind]]
                     for kinds in (_ORIGINS, _ENDS))  # fmt: skip
    found = {
        "route": rows.routes(connection, span, origins, ends),
        "departure": rows.coasts(connection, span, of_kind["departure_coast"], "left"),
        "arrival": rows.coasts(connection, span, of_kind["arrival_coast"], "came"),
        **{family: rows.areas(connection, span, kind, cell_deg)
           for kind, family in _AREAS.items()},
        "identity": _by_flag(rows.identities(connection, span)),
        "first_heard": _by_flag(rows.first_heard(connection, span)),
    }  # fmt: skip
    return [
        one for family, those in found.items()
        for one in Counted(family, span.weeks).take(those).series()
    ]  # fmt: skip


def watched(zones: Mapping[str, Zone]) -> list[Zone]:
    """Return the watched coasts."""
    return [one for one in zones.values() if one.kind in {"departure_coast", "arrival_coast"}]


def _by_flag(found: Iterable[rows.Row]) -> list[rows.Row]:
    """Return rows by flag; numbers whose first digits name none are left out."""
    named = ((flag(int(mid) * 1_000_000), week, number, ships)
             for (mid,), week, number, ships in found)  # fmt: skip
    return [((name,), week, number, ships) for name, week, number, ships in named if name]


def _place(one: Series) -> tuple[int, int]:
    return int(one.key[0]), int(one.key[1])


def _names(findings: Iterable[Finding], zones: Mapping[str, Zone]) -> dict[str, str]:
    keys = {key for one in findings if one.family != PAIR for key in one.key}
    return {key: zones[key].name for key in sorted(keys) if key in zones}


def _deaf(shares: Mapping[str, float | None]) -> tuple[Deaf, ...]:
    found = [Deaf(zone, share) for zone, share in shares.items()
             if share is None or share < HARDLY]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.share or 0.0, one.zone)))
