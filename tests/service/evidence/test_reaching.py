"""How far back a package reads: the longest time of the detectors that told its events."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from alerts.events import Fact
from service.evidence.reaching import memory_h, needed_since
from service.settings import Settings
from tests.plugins.notices import event

SETTINGS = Settings()


def test_a_track_is_remembered_as_long_as_a_silence_may_last():
    assert memory_h([event("drift")], SETTINGS) == SETTINGS.tracks.silence_h == 24


def test_names_are_remembered_for_as_long_as_the_setting_says():
    assert memory_h([event("drift"), event("identity_change")], SETTINGS) == 30 * 24
    shorter = replace(SETTINGS.detectors["identity_change"], forget_days=3)
    settings = replace(SETTINGS, detectors={**SETTINGS.detectors, "identity_change": shorter})
    assert memory_h([event("identity_change")], settings) == 3 * 24


def test_what_was_asked_of_the_coverage_rests_on_what_the_coverage_remembers():
    assert memory_h([event("gap")], SETTINGS) == SETTINGS.coverage.memory_h


def test_a_watch_rule_looks_back_as_long_as_its_own_hours():
    told = event("watch_rule", evidence={"hours": Fact(3.0, "h", 500.0)})
    assert memory_h([told], SETTINGS) == 500


def test_lines_are_read_from_so_long_before_the_first_event_on():
    first, later = (
        event("drift"),
        replace(event("drift"), started_us=event("drift").started_us + 9),
    )
    begin = dt.datetime.fromtimestamp(first.started_us / 1e6, dt.UTC)
    assert needed_since([later, first], SETTINGS) == begin - dt.timedelta(hours=24)
