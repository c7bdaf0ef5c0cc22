"""Distress: told at the first message, also without a position, and never muted by a test."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alerts.detectors.distress import Distress
from tests.plugins.stories import Ship, Stream, Watch, anonymous, kinds, us, watch

SART, OTHER_SART, FREIGHTER = 970123456, 972000001, 247000001
NOWHERE = {"lon_deg": math.nan, "lat_deg": math.nan}


def sart(mmsi=SART, **options) -> Ship:
    return Ship(mmsi, 12.5, 35.0, type=255, **options)


def test_a_sart_is_told_at_its_first_message() -> None:
    (event,) = watch(Distress(), sart(minute=3).says(nav_status=14))
    assert (event.kind, event.state, event.lane, event.severity) == (
        "distress", "open", "sar", "critical",
    )  # fmt: skip
    assert (event.mmsi, event.lon, event.lat) == (SART, 12.5, 35.0)
    assert event.started_us == us("2026-05-10T00:03:00")
    assert event.trigger == 1
    assert event.evidence["sign"].value == "AIS-SART"


def test_a_device_without_a_position_is_told_with_who_heard_it() -> None:
    ship = sart().says(nav_status=14, station=0xABCD, **NOWHERE)
    seen = Watch({"it": Distress()})
    seen.screening.world.feeds.append("lampedusa")
    (event,) = seen.sees(Stream.of(ship))
    assert (event.lon, event.lat) == (None, None)
    assert event.evidence["position"].value == "unknown"
    assert event.evidence["heard_by"].value == "lampedusa"
    assert event.evidence["station"].value == "0000abcd"


def test_the_first_fix_is_told_at_once_under_the_same_id() -> None:
    ship = sart().says(nav_status=14, **NOWHERE)
    ship.silent(1).says(nav_status=14)
    first, second = watch(Distress(), ship)
    assert (second.state, second.version, second.id) == ("updated", 2, first.id)
    assert (second.lon, second.lat) == (12.5, 35.0)
    assert second.evidence["position"].value == "known"


@pytest.mark.parametrize("mmsi", [970123456, 972000001, 974000001])
def test_under_test_is_information_only(mmsi: int) -> None:
    (event,) = watch(Distress(), sart(mmsi).says(nav_status=15))
    assert (event.severity, event.lane) == ("info", "sar")
    assert event.evidence["under_test"].value is True


def test_a_test_that_becomes_real_is_critical_at_once() -> None:
    ship = sart().says(nav_status=15)
    ship.silent(1).says(nav_status=14)
    ship.silent(1).says(nav_status=15)
    told = watch(Distress(), ship)
    assert [(one.state, one.severity) for one in told] == [
        ("open", "info"), ("updated", "critical"),
    ]  # fmt: skip
    assert told[1].evidence["under_test"].value is False


def test_it_lasts_18_minutes_after_the_last_message() -> None:
    ship = sart().says(nav_status=14)
    ship.silent(17).says(nav_status=14)
    told = watch(Distress(), ship, until_minute=60)
    assert kinds(told) == [("distress", "open"), ("distress", "closed")]
    assert told[-1].ended_us == us("2026-05-10T00:17:00")
    assert told[-1].reason == "no distress message for 18 min"


def test_after_that_it_is_a_new_distress() -> None:
    ship = sart().says(nav_status=14)
    ship.silent(30).says(nav_status=14)
    told = watch(Distress(), ship)
    assert kinds(told) == [("distress", "open"), ("distress", "closed"), ("distress", "open")]
    assert told[0].id != told[2].id


@pytest.mark.parametrize(
    "text",
    [
        "MAYDAY MAYDAY MAYDAY",
        "MAY DAY, SINKING",
        "SOS",
        "WE ABANDON SHIP",
        "SART ACTIVE",
        "MOB  ACTIVE",
        "MAYDAY THIS IS NOT A TEST",
        "MAYDAYMAYDAYMAYDAY SINKING",
        "SOSSOSSOS",
        "SOS2",
        "MAYDAY1",
        "ABANDONSHIP",
        "MAYDAY. ENGINE TEST FAILED, ON FIRE",
        "TEST OF PUMPS FAILED SOS",
        "MAYDAY\x00@<SCRIPT>",
    ],
)
def test_a_text_from_an_ordinary_ship_is_distress_where_the_ship_is(text: str) -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0).says(sog_kn=11.0)
    ship.silent(1).calls(text)
    (event,) = watch(Distress(), ship)
    assert (event.mmsi, event.severity, event.lon, event.lat) == (FREIGHTER, "critical", 14, 36)
    assert event.evidence["position_age"].value == 1.0
    assert event.evidence["text"].value.isprintable()


@pytest.mark.parametrize(
    "text", ["SOSUA BAY REGATTA", "GOOD WATCH", "", "FROM MAY DAYLIGHT SAVING", "SART TEST"]
)
def test_other_texts_are_none(text: str) -> None:
    assert watch(Distress(), Ship(FREIGHTER, 14.0, 36.0).calls(text)) == []


def test_a_text_that_says_test_is_information_only() -> None:
    (event,) = watch(Distress(), sart(OTHER_SART).calls("SART TEST"))
    assert event.severity == "info"
    for text in ("MAYDAY TEST TEST", "THIS IS A TEST MESSAGE ONLY: MAYDAY. PLEASE IGNORE"):
        (event,) = watch(Distress(), Ship(FREIGHTER, 14.0, 36.0).calls(text))
        assert event.severity == "info"


def test_each_new_text_of_who_is_in_distress_is_told_at_once_and_the_one_before_is_kept() -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0).says(sog_kn=11.0)
    ship.silent(1).calls("MAYDAY").silent(1).calls("SINKING 40 POB 2 BOATS").silent(1)
    ship.calls("MAYDAY").silent(1).calls("ALL IN BOATS")
    told = watch(Distress(), ship)
    assert [one.evidence["text"].value for one in told] == [
        "MAYDAY", "SINKING 40 POB 2 BOATS", "ALL IN BOATS",
    ]  # fmt: skip
    assert [one.state for one in told] == ["open", "updated", "updated"]
    assert told[-1].evidence["earlier_text"].value == "SINKING 40 POB 2 BOATS"
    assert told[-1].evidence["sign"].value == "text MAYDAY"
    assert told[-1].severity == "critical"


def test_words_of_a_ship_that_does_not_call_for_help_are_none_though_she_calls_later() -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0).says(sog_kn=11.0)
    (event,) = watch(Distress(), ship.silent(1).calls("GOOD WATCH").silent(1).calls("SOS"))
    assert event.evidence["text"].value == "SOS"


def test_a_relay_says_so() -> None:
    (event,) = watch(Distress(), Ship(2470001, 14.0, 36.0).calls("MAYDAY RELAY DINGHY 40 POB"))
    assert event.evidence["relay"].value is True
    assert event.evidence["position"].value == "unknown"


def test_a_text_of_an_open_distress_is_told_at_once_and_only_the_first() -> None:
    ship = sart().says(nav_status=14)
    ship.silent(1).calls("SART ACTIVE").silent(1).calls("SART ACTIVE")
    told = watch(Distress(), ship)
    assert [(one.state, "text" in one.evidence) for one in told] == [
        ("open", False), ("updated", True),
    ]  # fmt: skip


def test_an_old_place_is_no_place() -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0).says()
    ship.silent(61).calls("MAYDAY")
    (event,) = watch(Distress(), ship)
    assert event.lon is None


def test_a_call_of_nobody_is_told_without_the_place_of_another_nobody() -> None:
    ship = Ship(0, 14.0, 36.0).says()
    ship.silent(1).calls("MAYDAY")
    (event,) = watch(Distress(), ship)
    assert (event.severity, event.lon, event.lat) == ("critical", None, None)
    assert event.evidence["position"].value == "unknown"


def test_two_who_send_no_number_are_two_callers() -> None:
    one = Ship(0, 14.5, 36.0, type=255).stays(10, nav_status=14)
    other = Ship(0, 20.0, 38.0, type=255, minute=2).stays(8, nav_status=14)
    told = watch(Distress(), one, other)
    assert [(event.state, round(event.lon, 1)) for event in told] == [
        ("open", 14.5),
        ("open", 20.0),
    ]
    assert len({event.id for event in told}) == 2


def test_two_texts_without_a_number_are_two_calls_and_further_words_go_to_the_last() -> None:
    one = Ship(0, 14.0, 36.0).calls("MAYDAY FIRE").silent(4).calls("MAYDAY FIRE")
    other = Ship(0, 20.0, 38.0, minute=2).calls("MAYDAY SINKING").silent(1).calls("10 POB")
    told = watch(Distress(), one, other)
    texts = {}
    for event in told:
        texts.setdefault(event.id, []).append(event.evidence["text"].value)
    assert list(texts.values()) == [["MAYDAY FIRE"], ["MAYDAY SINKING", "10 POB"]]


def test_status_14_of_an_ordinary_ship_is_critical_but_less_sure() -> None:
    told = watch(Distress(), Ship(FREIGHTER, 14.0, 36.0).stays(5, nav_status=14))
    assert [(one.severity, one.confidence) for one in told] == [("critical", 0.7)]


def test_a_broken_transponder_is_information_until_it_says_where_it_is() -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0).stays(30, nav_status=14, **NOWHERE)
    ship.stays(1, nav_status=14, sog_kn=97.2).stays(1, nav_status=14)
    told = watch(Distress(), ship)
    assert [(one.state, one.severity) for one in told] == [
        ("open", "info"), ("updated", "info"), ("updated", "critical"),
    ]  # fmt: skip
    assert told[0].evidence["doubted"].value == "a ship's transponder without a position"
    assert told[2].evidence["doubted"].value is None


def test_a_device_that_drifts_is_told_again_with_its_place() -> None:
    told = watch(Distress(), sart().sails(90, 2, 31, nav_status=14))
    assert [one.state for one in told] == ["open"] + 3 * ["updated"]
    assert told[-1].lon > told[0].lon + 0.015


def test_a_late_message_counts_but_moves_nothing() -> None:
    ship = sart().stays(2, every_s=60, nav_status=14)
    late = ship.rows[0] | {"minute": 15, "time": np.datetime64("2026-05-10T00:01:00", "us"),
                           "lon_deg": 13.0}  # fmt: skip
    ship.rows.append(late)
    told = watch(Distress(), ship, until_minute=32)
    assert [(one.state, one.lon) for one in told] == [("open", 12.5)]


def test_the_place_a_text_finds_does_not_depend_on_the_cut() -> None:
    ship = Ship(FREIGHTER, 14.0, 36.0)
    for _ in range(4):
        ship.sails(90, 12, 0.04, every_s=1).calls("MAYDAY")
    ship.sails(90, 12, 0.1, every_s=1)
    whole = Watch({"it": Distress()}).sees(Stream.of(ship))
    cut = Watch({"it": Distress()}).sees(Stream.of(ship), piece=1)
    assert whole == cut
    assert whole[0].lon is not None


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been() -> None:
    ship = sart().says(nav_status=15)
    ship.silent(1).says(nav_status=14).silent(12).says(nav_status=14)
    stream = Stream.of(ship)
    whole = Watch({"it": Distress()}).sees(stream, 60)
    first, rest = Watch({"it": Distress()}), Watch({"it": Distress()})
    before = first.sees(stream.between(0, us("2026-05-10T00:05:00")))
    rest.screening.thaw(first.screening.freeze())
    rest.segmenter, rest.now = first.segmenter, first.now
    after = rest.sees(stream.between(us("2026-05-10T00:05:00"), us("2026-05-11T00:00:00")), 60)
    assert list(map(anonymous, before + after)) == list(map(anonymous, whole))
