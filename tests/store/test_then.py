"""Alerts, the list and contacts as they stood at a moment of the past."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.contacts import Contact
from store.changes import Change
from store.connect import connect
from store.contacts import add_contact, close_contact
from store.incidents import changes
from store.recalled import told_between, with_versions
from store.then import (
    ZonesThen,
    contacts_between,
    listed_between,
    zones_between,
    zones_edition,
)
from store.watchlist import propose, release, withdraw
from tests.plugins.sailed import MARIA, STELLA, listed, over, said_anew, told, zoned
from watchlist.entries import WatchlistEntry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BOAT = Contact("call", 14.0, 35.0, 2.0, 0, "a rubber boat")


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def by(minutes: float) -> Change:
    return Change("anna", "a test", at(minutes))


def test_an_alert_has_the_words_that_stood_then(dsn) -> None:
    first = told(dsn, at(0), headline="she is silent")
    later = said_anew(dsn, first, at(20), headline="she met another ship", lon=15.1)
    over(dsn, later, at(40))
    with connect(dsn) as connection:
        found = told_between(connection, at(-60), at(60), 9)
        [one] = with_versions(connection, found, at(-60), at(60), 99)
        [within] = with_versions(connection, found, at(25), at(30), 99)
    words = [(each.at, each.state, each.alert.headline) for each in one.versions]
    assert words == [(at(0), "new", "she is silent"), (at(20), "new", "she met another ship"),
                     (at(40), "retracted", "she met another ship")]  # fmt: skip
    assert [each.at for each in within.versions] == [at(20)]


def test_what_is_kept_for_replay_is_no_detail_of_the_act(dsn) -> None:
    about = told(dsn, at(0))
    with connect(dsn) as connection:
        assert changes(connection, about.id)[0].details == {}


def test_an_alert_whose_words_were_not_kept_says_so(dsn) -> None:
    told(dsn, at(0))
    with connect(dsn) as connection:
        connection.execute("ALTER TABLE alert_change DISABLE TRIGGER USER")
        connection.execute("UPDATE alert_change SET details = '{}'")
        found = told_between(connection, at(-60), at(60), 9)
        [one] = with_versions(connection, found, at(-60), at(60), 99)
    assert [(each.state, each.alert) for each in one.versions] == [("new", None)]


def contacts(dsn, start: float, end: float):
    with connect(dsn) as connection:
        found = contacts_between(connection, at(start), at(end), 99)
    return [(one.contact.lon, one.since, one.until) for one in found]


def test_a_contact_is_where_it_was_known_to_be_until_it_was_closed(dsn) -> None:
    with connect(dsn) as connection:
        boat = add_contact(connection, BOAT, by(0))
        add_contact(connection, replace(boat, lon=14.5), by(10))
        close_contact(connection, boat.id, by(20))
    assert contacts(dsn, -10, 0) == []
    assert contacts(dsn, 0, 5) == [(14.0, at(0), None)]
    assert contacts(dsn, 5, 30) == [(14.0, at(0), at(10)), (14.5, at(10), at(20))]
    assert contacts(dsn, 20, 30) == []


def vessels(dsn, start: float, end: float):
    with connect(dsn) as connection:
        found = listed_between(connection, at(start), at(end), 99)
    return [(one.mmsi, one.since, one.until) for one in found]


def test_a_vessel_is_listed_from_her_answer_until_the_entry_ends(dsn) -> None:
    entry = listed(dsn, at(0))
    assert vessels(dsn, -60, 0) == []
    assert vessels(dsn, -60, 60) == [(MARIA, at(0), None)]
    with connect(dsn) as connection:
        withdraw(connection, [entry], by(30))
    assert vessels(dsn, -60, 60) == [(MARIA, at(0), at(30))]
    assert vessels(dsn, 30, 60) == []


def test_who_does_not_answer_to_the_corrected_version_is_listed_no_more(dsn) -> None:
    entry = listed(dsn, at(0))
    with connect(dsn) as connection:
        said = WatchlistEntry(name="MARIA K", mmsi=(STELLA,), reason="the other one")
        versions = dict(propose(connection, [replace(said, id=entry)], by(30)))
        release(connection, versions, Change("bruno", "a test", at(30)))
    assert vessels(dsn, -60, 60) == [(MARIA, at(0), at(30))]
    assert vessels(dsn, 30, 60) == []


def editions(dsn, start: float, end: float):
    with connect(dsn) as connection:
        return zones_between(connection, at(start), at(end), 99)


def test_zones_are_of_the_edition_that_had_been_adopted(dsn) -> None:
    assert editions(dsn, 0, 60) == [ZonesThen(0, None, None, kept=True)]
    zoned(dsn, at(10), b"one")
    zoned(dsn, at(40), b"two")
    first, second = ZonesThen(1, at(10), at(40), kept=True), ZonesThen(2, at(40), None, kept=True)
    assert editions(dsn, 0, 60) == [ZonesThen(0, None, at(10), kept=True), first, second]
    assert editions(dsn, 10, 40) == [first]
    assert editions(dsn, 40, 60) == [second]
    assert editions(dsn, -60, 10) == [ZonesThen(0, None, None, kept=True)]
    with connect(dsn) as connection:
        assert zones_edition(connection, 2) == hashlib.sha256(b"two").hexdigest()
        assert zones_edition(connection, 7) is None


def test_an_edition_that_is_no_longer_kept_is_told(dsn) -> None:
    zoned(dsn, at(10), b"one")
    with connect(dsn) as connection:
        connection.execute("UPDATE edition SET content = NULL")
        assert zones_edition(connection, 1) is None
    assert [one.kept for one in editions(dsn, 20, 60)] == [False]


def test_an_entry_is_over_after_its_last_day(dsn) -> None:
    listed(dsn, at(0), valid_until=(at(0) + timedelta(days=1)).date())
    [(_, _, until)] = vessels(dsn, 0, 60)
    assert until == datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", ["past_contacts", "past_listed"])
def test_no_more_is_read_than_asked_for(dsn, name) -> None:
    with connect(dsn) as connection:
        for number in range(3):
            add_contact(connection, BOAT, by(number))
            listed(dsn, at(number), mmsi=MARIA + number)
        read = contacts_between if name == "past_contacts" else listed_between
        assert len(read(connection, at(0), at(60), 2)) == 2
