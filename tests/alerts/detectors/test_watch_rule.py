"""Watch rules told as stories of ships: what an analyst asked for is told once, and only that."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from alerts.detectors.watch_rule import WatchRule
from alerts.rules import Rule, RuleError, Rules
from tests.plugins.stories import Ship, Stream, Watch, kinds

WEST, EAST = shapely.box(18.0, 34.5, 18.5, 35.5), shapely.box(19.0, 34.5, 19.5, 35.5)
NAMED = {"name": "off Sicily"}


def rule(kind, area=WEST, **said) -> Rule:
    return Rule("r-0001", "off Sicily", kind, area, **said)


def told(*ships: Ship, rules: tuple[Rule, ...], until: float = 0, parts: int = 1):
    watch = Watch({"it": WatchRule()})
    watch.screening.adopt_rules(Rules(rules), "abc")
    return watch.sees(Stream.of(*ships), until)


def sailing(lon: float = 17.8, minutes: float = 300, kn: float = 15.0, **said) -> Ship:
    """East along 35° N: 15 kn are 0.305° an hour."""
    return Ship(mmsi=247_000_060, lon=lon, lat=35.0, **said).sails(90, kn, minutes)


def test_who_enters_an_area_is_told_once_with_the_rules_name():
    [event, *later] = told(sailing(), rules=(rule("enters"),))
    assert (event.kind, event.state, event.severity) == ("watch_rule", "open", "low")
    assert event.evidence["named"].value == "off Sicily"
    assert event.evidence["rules"].value == "abc"
    assert 18.0 <= event.lon < 18.05
    assert kinds(later) == []


def test_who_is_first_heard_in_an_area_is_told_too():
    assert kinds(told(sailing(lon=18.2, minutes=30), rules=(rule("enters"),))) == [
        ("watch_rule", "open")
    ]


def test_a_rule_for_some_types_tells_no_others():
    tankers = rule("enters", roles=("tanker",))
    ship = sailing(minutes=0.1, type=70).introduces().sails(90, 15, 300)
    assert told(ship, rules=(tankers,)) == []
    ship = sailing(minutes=0.1, type=80).introduces().sails(90, 15, 300)
    assert len(told(ship, rules=(tankers,))) == 1


@pytest.mark.parametrize("hours, count", [(1.0, 0), (2.0, 1)])
def test_the_second_area_counts_within_the_hours_after_the_first(hours, count):
    # From 18.5 to 19.0 it takes 1.6 h.
    found = told(sailing(), rules=(rule("in_turn", then=EAST, hours=hours),))
    assert len(found) == count
    assert all(one.evidence["hours"].value == 1.6 for one in found)


def test_the_areas_in_the_other_order_are_nothing():
    assert told(sailing(), rules=(rule("in_turn", EAST, then=WEST, hours=24),)) == []


def test_silence_is_told_when_its_hours_are_over_and_ends_when_she_is_heard():
    ship = sailing(minutes=60).silent(300).sails(90, 15, 10)
    events = told(ship, rules=(rule("silent", hours=3),))
    assert [(one.state, one.reason) for one in events] == [
        ("open", None),
        ("closed", "heard again"),
    ]


def test_silence_elsewhere_or_shorter_is_nothing():
    ship = sailing(minutes=60).silent(300).sails(90, 15, 10)
    assert told(ship, rules=(rule("silent", EAST, hours=3),)) == []
    assert told(ship, rules=(rule("silent", hours=6),)) == []


def test_without_rules_nothing_is_told():
    assert told(sailing(), rules=()) == []


@given(
    st.lists(st.sampled_from(["enters", "near", "silent", "in_turn"]), max_size=5),
    st.floats(0.1, 700), st.text(max_size=20),
)  # fmt: skip
def test_an_edition_is_read_back_and_the_same_rules_give_the_same_bytes(which, hours, name):
    rules = Rules(tuple(
        Rule(f"r-{n:04d}", name, kind, WEST, EAST if kind == "in_turn" else None, hours)
        for n, kind in enumerate(which)
    ))  # fmt: skip
    content = rules.to_bytes()
    assert Rules.from_bytes(content).to_bytes() == content
    assert Rules(rules.rules[::-1]).to_bytes() == content


@pytest.mark.parametrize(
    "said",
    [{"kind": "whale"}, {"kind": "enters", "then": EAST}, {"kind": "in_turn", "hours": 4},
     {"kind": "silent", "hours": 0}, {"kind": "enters", "roles": ("pirate",)},
     {"kind": "enters", "area": shapely.Polygon()}],
)  # fmt: skip
def test_what_no_rule_can_be_is_refused(said):
    with pytest.raises(RuleError):
        rule(**said)


@pytest.mark.parametrize("content", [b"", b"[]", b'{"rules": [{"id": "r"}]}', b'{"rules": 7}'])
def test_an_edition_that_is_none_is_refused(content):
    with pytest.raises(RuleError):
        Rules.from_bytes(content)
