from __future__ import annotations

from dataclasses import replace

from alerts.alert import Vessel
from alerts.doubts import not_known
from alerts.events import Fact
from tests.plugins.notices import NOON_US, alert, event


def test_a_silence_does_not_say_why():
    [said] = not_known(alert("gap"), [event("gap"), event("gap")])
    assert said.startswith("Why she is silent")


def test_a_vessel_without_a_name_or_kind_is_said_to_be_so():
    said = not_known(alert("drift", vessels=(Vessel(247),)), ())
    assert said == (
        "The name of MMSI 000000247: none was sent.",
        "What kind of ship MMSI 000000247 is: it did not say.",
    )


def test_of_a_rescue_it_says_that_boats_without_ais_are_not_seen_and_silence_is_no_rescue():
    said = not_known(alert("distress", lon=None, ended_us=NOON_US), ())
    assert said[0] == "Where it is: no position came in."
    assert any("boats without AIS" in line for line in said)
    assert any("silence does not mean" in line for line in said)


def test_a_name_alone_and_a_weak_detector_are_doubts():
    one = event("watchlist", evidence={"matched_on": Fact("name")}, confidence=0.5)
    said = not_known(alert("watchlist"), [one])
    assert "Whether she is the listed vessel: the name alone agrees." in said
    assert "Whether it is so: the detector's confidence is 0.50." in said
    assert len(not_known(alert("watchlist"), [replace(one, confidence=0.9)])) == 1
