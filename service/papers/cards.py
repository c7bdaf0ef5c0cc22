"""What draws the card of a package of evidence: the alert, its ships, its place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from maps.papers.card import CardFacts, card_pdf
from maps.papers.wording import wording
from service.papers.gathering import places_near, ships_of, zones_of
from store import dossier as rows
from store.connect import session

if TYPE_CHECKING:
    from service.evidence.judging import Judged
    from service.evidence.making import Case
    from service.settings import Settings
    from store.changes import Change

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LONGEST_TRACK = dt.timedelta(hours=24)
_BEFORE, _AFTER = dt.timedelta(hours=3), dt.timedelta(minutes=30)
_MOST_SHIPS = 4


def card_drawer(
    settings: Settings, dsn: str, made: Change, language: str = "en"
) -> Callable[[Case, Sequence[Judged]], bytes]:
    """Return what draws the card of a package of evidence as PDF."""
    w = wording(language)
    line = w.say("made", at=w.moment(made.at), who=made.who)

    def draw(case: Case, events: Sequence[Judged]) -> bytes:
        """Draw the card of ``case``, which says how many of ``events`` came out again."""
        proof = (sum(one.outcome == "same" for one in events), len(events))
        return card_pdf(_card_facts(dsn, settings, case, line, proof), language)

    return draw


def _card_facts(
    dsn: str, settings: Settings, case: Case, made: str, proof: tuple[int, int]
) -> CardFacts:
    alert, newest = case.alert, {one.id: one for one in case.events}
    last_us = max(max(one.updated_us, one.ended_us or 0) for one in newest.values())
    until = _EPOCH + dt.timedelta(microseconds=last_us) + _AFTER
    begin = _EPOCH + dt.timedelta(microseconds=alert.started_us) - _BEFORE
    since = max(begin, until - _LONGEST_TRACK)
    with session(dsn) as connection:
        zones, _ = zones_of(connection)
        tracks = tuple(
            rows.tracks(connection, [one], since, until) for one in alert.mmsis[:_MOST_SHIPS]
        )
        ships = ships_of(connection, alert.mmsis, 0, settings.roles)
    place = (alert.lon, alert.lat) if alert.lon is not None and alert.lat is not None else None
    named = {zone.id: (zone.name, zone.geometry) for zone in zones.values()}
    offices = {one.id: one.name for one in settings.routing.offices}
    told = tuple(offices.get(one, one) for one in alert.offices)
    return CardFacts(alert, tuple(newest.values()), made, tracks, ships, named,
                     places_near(zones.values(), place), proof, told)  # fmt: skip
