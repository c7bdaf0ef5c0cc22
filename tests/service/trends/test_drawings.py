"""A notification is drawn once for all who may read the same, and anew where anything differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import shapely

from alerts.alert import Vessel
from alerts.trends.looking import Finding
from alerts.trends.report import Report
from maps.papers.trends import Drawn
from service.trends.drawings import Drawings

UNTIL = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
PAIR = Finding("pair", ("1", "2"), 5, 0, 0.1, 2, None, None, None, 1e-6, 2e-4, (), 22.3, 36.0)
DARK = Finding("dark", ("36", "69"), 14, 6, 2.0, 14, 7.0, 2.7, 20.0, 1e-6, 0.0003, (1,) * 16)
REPORT = Report(UNTIL, 4, 12, (7.0,) * 16, (PAIR, DARK), {}, {}, 0.05, 0.5)
DRAWN = Drawn(UNTIL, "H0", {"z": shapely.box(20, 31, 24, 33)}, ships={1: Vessel(1, "MARIA K")})


@pytest.fixture(scope="module")
def drawings():
    return Drawings()


def test_the_same_report_is_drawn_once(drawings):
    assert drawings.kept(REPORT, DRAWN, "en") is None
    one = drawings.paper(REPORT, DRAWN, "en")
    assert drawings.paper(replace(REPORT), replace(DRAWN), "en") is one
    assert drawings.kept(REPORT, DRAWN, "en") is one


@pytest.mark.parametrize(
    "report, drawn, language",
    [
        (REPORT, DRAWN, "it"),
        (REPORT.nameless(), DRAWN, "en"),
        (REPORT, replace(DRAWN, marks="H2"), "en"),
        (REPORT, replace(DRAWN, ships={1: Vessel(1, "OTHER")}), "en"),
        (REPORT, replace(DRAWN, zones={"z": shapely.box(20, 31, 24, 34)}), "en"),
    ],
    ids=["language", "rights", "codes", "names", "zones"],
)
def test_who_may_know_something_else_has_a_drawing_of_their_own(drawings, report, drawn, language):
    one = drawings.paper(REPORT, DRAWN, "en")
    assert drawings.paper(report, drawn, language) is not one


def test_no_more_are_kept_than_asked_for_and_the_oldest_goes_first():
    few = Drawings(most=2)
    papers = [few.paper(REPORT, DRAWN, one) for one in ("en", "it")]
    assert few.paper(REPORT, DRAWN, "en") is papers[0]
    few.paper(REPORT, DRAWN, "el")
    assert len(few) == 2
    assert few.paper(REPORT, DRAWN, "en") is papers[0]
    assert few.paper(REPORT, DRAWN, "it") is not papers[1]
