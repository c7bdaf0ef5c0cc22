"""Which codes keep an entry from leaving, and what is said of it."""

from __future__ import annotations

import pytest

from service.disclosure import forbids
from watchlist.entries import HANDLING, TLP, WatchlistEntry
from watchlist.reviews import may_disclose


def entry(**fields) -> WatchlistEntry:
    return WatchlistEntry(**{"contributor": "ITA", **fields})


@pytest.mark.parametrize("handling", ["H0", "H1"])
@pytest.mark.parametrize("tlp", ["clear", "green", "amber"])
def test_what_binds_only_the_use_may_leave(handling, tlp):
    assert forbids(entry(handling=handling, tlp=tlp)) == ""


def test_h2_asks_for_the_contributor_s_permission():
    assert "without permission of ITA" in forbids(entry(handling="H2"))


def test_h3_says_its_comment():
    assert forbids(entry(handling="H3", handling_comment="after a call")) == (
        "handling H3, after a call; ask ITA"
    )


def test_a_red_light_stops_whatever_the_handling():
    assert forbids(entry(handling="H0", tlp="red")).startswith("TLP red")


def test_two_reasons_are_both_said():
    assert forbids(entry(handling="H2", tlp="red")).count("; ") == 1


@pytest.mark.parametrize("handling", HANDLING)
@pytest.mark.parametrize("tlp", TLP)
def test_exports_and_cross_checks_keep_the_same_back(handling, tlp):
    one = entry(handling=handling, handling_comment="ask", tlp=tlp)
    assert may_disclose(one) == (forbids(one) == "")
