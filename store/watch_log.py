"""What the watch log is made of: reads of what alerts, feeds, lists and messages did in a span."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alerts.contacts import Contact
from alerts.events import Event
from alerts.notices import alert_of
from store.queries import query
from watchlist.entries import WatchlistEntry

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert

_LIMIT = 1000
"""Rows of one kind; a span with more is no watch."""


@dataclass(frozen=True, slots=True)
class LoggedAlert:
    """An alert as it stood at the end of a span.

    began, changed  when it was raised, and its newest version in the span · state  of that version
    who, action, why, acted   the last act of a person, "" and None where nobody did anything
    """

    alert: Alert
    began: datetime
    state: str
    changed: datetime
    who: str
    action: str
    why: str
    acted: datetime | None


@dataclass(frozen=True, slots=True)
class ListAct:
    """What happened to a version of an entry: proposed, released, or how it ended."""

    entry: WatchlistEntry
    version: int
    act: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class ZoneAct:
    """A version of a zone: ``state`` active or removed."""

    zone: str
    version: int
    state: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that was given up; ``alert`` None where it is not kept any more."""

    at: datetime
    alert_id: str
    office: str
    channel: str
    change: str
    said: str
    alert: Alert | None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A version of a contact, as somebody entered it."""

    contact: Contact
    state: str
    who: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Span:
    """From ``since`` to ``until``, both aware of their zone."""

    since: datetime
    until: datetime

    def holds(self, at: datetime | None) -> bool:
        """Tell whether ``at`` lies within."""
        return at is not None and self.since <= at <= self.until


def logged_alerts(connection: psycopg.Connection, span: Span) -> list[LoggedAlert]:
    """Return the alerts that were open at the end of a span or over within it, SAR first."""
    return [
        LoggedAlert(alert_of(said), began, state, changed, who or "", action or "", why or "", at)
        for said, began, state, changed, who, action, why, at in _rows(
            connection, query("log_alerts"), span
        )
    ]


def outages(connection: psycopg.Connection, span: Span) -> list[Event]:
    """Return the outages of feeds and of places that touch a span, newest first."""
    return [Event.thawed(said) for (said,) in _rows(connection, query("log_outages"), span)]


def list_acts(connection: psycopg.Connection, span: Span) -> list[ListAct]:
    """Return what happened to entries of the list, newest first; erased ones say nothing."""
    found = []
    for entry, version, content, *rest in _rows(connection, query("log_entries"), span):
        author, at, why, released_by, released_at, state, ended_by, ended_at, ended_why = rest
        kept = WatchlistEntry.from_json({**content, "id": entry})
        found += [
            ListAct(kept, version, act, who or "", when, because or "")
            for act, who, when, because in (
                ("proposed", author, at, why),
                ("released", released_by, released_at, ""),
                (state, ended_by, ended_at, ended_why),
            )
            if span.holds(when)
        ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def zone_acts(connection: psycopg.Connection, span: Span) -> list[ZoneAct]:
    """Return what happened to zones, newest first."""
    return [ZoneAct(*row) for row in _rows(connection, query("log_zones"), span)]


def dead_letters(connection: psycopg.Connection, span: Span) -> list[DeadLetter]:
    """Return the messages that were given up, SAR first."""
    return [
        DeadLetter(at, alert, office, channel, change, said or "", content and alert_of(content))
        for at, alert, office, channel, change, said, content in _rows(
            connection, query("log_deliveries"), span
        )
    ]


def sightings(connection: psycopg.Connection, span: Span) -> list[Sighting]:
    """Return the sightings that people entered, newest first."""
    return [
        Sighting(Contact.from_dict(content), *rest)
        for content, *rest in _rows(connection, query("log_sightings"), span)
    ]


def alert_by(connection: psycopg.Connection, alert_id: str) -> Alert | None:
    """Return one alert, not locked; None where there is none."""
    row = connection.execute("SELECT content FROM alert WHERE id = %s", [alert_id]).fetchone()
    return alert_of(row[0]) if row else None


def _rows(connection: psycopg.Connection, sql: bytes, span: Span) -> list[tuple[Any, ...]]:
    asked = {"since": span.since, "until": span.until, "limit": _LIMIT}
    return connection.execute(sql, asked).fetchall()
