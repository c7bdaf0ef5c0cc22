"""What an evidence package carries of editions: no more than its events rest on."""

from __future__ import annotations

import shapely

from alerts.events import Fact
from alerts.rules import Rule, Rules
from service.evidence.context import member_of, shelf_of, spoken
from service.pipeline.shelf import RULES
from tests.plugins.notices import event

BOX = shapely.box(14, 35, 15, 36)
EVERY = Rules((
    Rule("Q-000001", "off Malta", "enters", BOX, None, 0.0, ()),
    Rule("Q-000002", "somebody else's case", "enters", BOX, None, 0.0, ()),
))  # fmt: skip


def test_a_rule_that_told_nothing_of_the_alert_does_not_leave_with_it():
    told = event("watch_rule", evidence={"rule": Fact("Q-000001")})
    kept = spoken(EVERY, [told, event("gap")])
    assert [one.id for one in kept.rules] == ["Q-000001"]
    assert spoken(EVERY, [event("gap")]).rules == ()


def test_reduced_rules_are_found_under_the_name_that_lines_know():
    kept = Rules(EVERY.rules[:1])
    shelf = shelf_of({member_of(RULES, EVERY.sha256()): kept.to_bytes()})
    assert shelf.rules(EVERY.sha256()).to_bytes() == kept.to_bytes()
