"""What an evidence package carries of editions: no more than its events rest on."""

from __future__ import annotations

import shapely

from ais.feeds.file import FileFeed
from ais.lines import FeedNames, LineBlock
from alerts.events import Fact
from alerts.rules import Rule, Rules
from service.evidence.choosing import Vessels, choose, chosen
from service.evidence.context import member_of, rules_of, settings_json, shelf_of, spoken
from service.evidence.judging import Judged
from service.evidence.rerun import Rules as Reading
from service.evidence.verdict import Verdict
from service.pipeline.shelf import RULES
from service.settings import Settings
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


ROWS = FileFeed(name="rows", path="/srv/coast/today.csv", layout="id=who,time=t,lon=x,lat=y")
CSV = [b"who,t,x,y", b"247000001,1700000000,12,38", b"247000002,1700000000,13,38",
       b"247000001,1700000060,12.1,38"]  # fmt: skip


def csv_block(names: FeedNames) -> LineBlock:
    return LineBlock.of(CSV, 1_700_000_100_000_000, names.code("rows"))


def test_how_the_rows_of_a_file_are_read_is_carried_and_not_where_it_lies():
    content = settings_json(Reading.of(Settings(feeds=(ROWS,))))
    assert b"/srv" not in content
    names = FeedNames()
    found = rules_of(content).decoder(names).decode(csv_block(names)).positions
    assert found.mmsi.tolist() == [247_000_001, 247_000_002, 247_000_001]


def test_of_a_file_of_rows_the_vessel_s_own_and_their_header_are_chosen():
    names, rules = FeedNames(), Reading.of(Settings(feeds=(ROWS,)))
    block = csv_block(names)
    lines = choose([block], names, rules, Vessels(frozenset({247_000_001}))).lines
    assert [block.spool.tolist().index(one) for one in lines.tolist()] == [0, 1, 3]
    again = rules.decoder(names).decode(chosen(block, lines)).positions
    assert again.mmsi.tolist() == [247_000_001, 247_000_001]


def test_where_no_event_comes_out_of_the_lines_nothing_is_proven_even_by_the_audit():
    one = Judged("a" * 16, 1, "gap", "missing")
    verdict = Verdict("0" * 64, events=[one], unproven=[one])
    verdict.in_audit("row 7 of the audit")
    assert not verdict.ok
    verdict.events.append(Judged("b" * 16, 1, "gap", "same"))
    assert verdict.ok
