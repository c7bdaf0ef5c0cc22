"""Listed vessels that are heard, told as stories."""

from __future__ import annotations

from dataclasses import replace

from alerts.detectors.watchlist import Watchlist
from tests.plugins.stories import Ship, Stream, Watch, kinds, us
from watchlist.entries import Edition, Listed
from watchlist.matching import Matcher

GHOST = Listed(
    "V-000001", 3, (271_000_009,), (9_074_729,), (), ("GHOST",), "cargo", "TUR", 80.0, "ITA", "H2",
    "ask first", "A", 2, "amber", "high", 0, us("2027-01-01T00:00:00"),
)  # fmt: skip


def seen(*ships: Ship, until_minute: float = 0, entry: Listed = GHOST, piece: int = 0):
    edition, matcher = Edition((entry,)), Matcher()
    matcher.adopt(edition, 0, 0)
    watch = Watch({"watchlist": Watchlist()})
    watch.screening.adopt_list(edition, "list 7")

    def hits(part):
        found = matcher.step(part.positions, part.statics)
        return ((found, edition.entries),) if len(found) else ()

    return watch.sees(Stream.of(*ships), until_minute, hits=hits, piece=piece)


def test_a_listed_mmsi_is_told_with_its_first_position():
    [event, *_] = seen(Ship(271_000_009, 18.0, 36.0).says().sails(90, 10, 30))
    assert (event.severity, event.confidence) == ("high", 0.95)
    assert (event.lon, event.lat, event.started_us) == (18.0, 36.0, us("2026-05-10T00:00:00"))
    assert event.evidence["matched_on"].value == "mmsi"
    assert event.evidence["list"].value == "list 7"


def test_the_codes_of_the_entry_go_with_the_event():
    [event, *_] = seen(Ship(271_000_009, 18.0, 36.0).says())
    codes = ("entry", "entry_version", "handling", "handling_comment", "tlp", "source_grade")
    assert [event.evidence[name].value for name in codes] == [
        "V-000001", 3, "H2", "ask first", "amber", "A",
    ]  # fmt: skip


def test_an_imo_number_under_another_mmsi_and_name_is_told_where_she_was_last():
    ship = Ship(636_000_001, 18.0, 36.0, name="MARIA", imo=9_074_729).says()
    ship.sails(90, 10, 6).introduces().sails(90, 10, 6)
    [event, *_] = seen(ship)
    assert event.evidence["matched_on"].value == "imo"
    assert event.evidence["disagrees"].value == "mmsi, name, flag, length"
    assert event.lon == round(ship.rows[5]["lon_deg"], 5)
    assert event.evidence["sent_name"].value == "MARIA"


def test_a_name_alone_is_told_as_less_and_only_with_a_second_fact():
    alone = Ship(247_000_001, 18.0, 36.0, name="GHOST", type=30, length=20.0).says().introduces()
    alike = Ship(247_000_002, 19.0, 36.0, name="GHOST", type=70, length=82.0).says().introduces()
    events = seen(alone, alike)
    assert [event.mmsi for event in events] == [247_000_002]
    assert (events[0].severity, events[0].confidence) == ("medium", 0.8)


def test_who_is_heard_before_she_has_a_place_is_told_at_once_and_placed_later():
    ship = Ship(271_000_009, 18.0, 36.0, name="GHOST").introduces()
    ship.minute += 2
    first, placed = seen(ship.says().sails(90, 10, 5))
    assert (first.lon, first.state) == (None, "open")
    assert (placed.lon, placed.state, placed.id) == (18.0, "updated", first.id)


def test_one_event_as_long_as_she_is_about():
    ship = Ship(271_000_009, 18.0, 36.0, name="GHOST").introduces().sails(90, 10, 60)
    for _ in range(5):
        ship.introduces().sails(90, 10, 60)
    assert kinds(seen(ship))[0] == ("watchlist", "open")
    assert sum(event.state == "open" for event in seen(ship)) == 1


def test_away_for_a_day_and_back_is_told_again():
    ship = Ship(271_000_009, 18.0, 36.0).says().sails(90, 10, 10)
    events = seen(ship.silent(30 * 60).says().sails(90, 10, 10))
    assert kinds(events) == [("watchlist", state) for state in ("open", "closed", "open")]
    assert events[1].reason == "not heard for 24 h"
    assert events[2].id != events[0].id


def test_an_entry_that_ends_closes_its_event():
    entry = replace(GHOST, matches_until=us("2026-05-10T01:00:00"))
    events = seen(Ship(271_000_009, 18.0, 36.0).says().sails(90, 10, 90), entry=entry)
    assert [event.reason for event in events] == [None, "the entry is no longer in force"]


def test_a_hit_between_two_positions_is_placed_alike_however_the_stream_is_cut():
    ship = Ship(636_000_001, 18.0, 36.0, name="MARIA", imo=9_074_729).says()
    ship.sails(90, 10, 6, every_s=2).introduces().sails(90, 10, 6, every_s=2)
    assert seen(ship, piece=1) == seen(ship) != []


def test_a_number_that_was_not_sent_is_no_fact():
    [event, *_] = seen(Ship(271_000_009, 18.0, 36.0, name="GHOST").says().introduces())
    assert event.evidence["sent_imo"].value is None
