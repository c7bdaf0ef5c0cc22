"""The log that streams read: in order, the newest of an alert, and no longer than it may be."""

from __future__ import annotations

import asyncio

from alerts.alert import Codes
from service.web.alert_log import AlertLog
from store.alert_numbers import Numbered
from tests.plugins import people
from tests.plugins.alerted import ROUTING
from tests.plugins.notices import alert

DESK = people.person(clearance="H3")


def change(number: int, name: str = "", office: str = "", **said) -> Numbered:
    lane = said.pop("lane", "law")
    one = alert("gap", id=name or f"A-{number:012x}", lane=lane, **said)
    return Numbered(number, office, one, frozenset({"piraeus"}))


def log_of(*changes: Numbered, kept: int = 100) -> AlertLog:
    log = AlertLog(None, ROUTING, kept)
    log.take(0, list(changes))
    return log


def numbers(log: AlertLog, office: str = "", *, sar: bool = False, at: int = 0) -> list[int]:
    found = []
    while (entry := log.after(at, office, sar=sar)) is not None:
        at = entry.what.number
        found.append(at)
    return found


def test_who_is_slow_gets_of_an_alert_the_newest_change_only() -> None:
    log = log_of(change(1, "A-1"), change(2, "A-2"), change(3, "A-1"), change(4, "A-1"))
    assert numbers(log) == [2, 4]
    assert numbers(log, at=1) == [2, 4]


def test_a_rescue_has_a_lane_of_its_own() -> None:
    log = log_of(change(1), change(2, lane="sar"), change(3))
    assert (numbers(log, sar=True), numbers(log)) == ([2], [1, 3])


def test_that_an_office_was_told_is_news_for_it_alone() -> None:
    log = log_of(change(1, "A-1"), change(2, "A-1", "piraeus"), change(3, "A-1", "catania"))
    assert numbers(log) == [1]
    assert (numbers(log, "piraeus"), numbers(log, "catania")) == ([2], [3])


def test_the_log_keeps_so_many_and_says_from_where_on() -> None:
    log = log_of(*(change(number) for number in range(1, 31)), kept=10)
    assert (log.floor, numbers(log)) == (20, list(range(21, 31)))
    log.take(30, [change(31)])
    assert (log.floor, log.head) == (21, 31)


def test_an_event_is_made_once_for_a_class_of_rights_and_by_its_rights() -> None:
    log = log_of(change(1, codes=Codes("H3")))
    entry = log.after(0, "", sar=False)
    first = log.event(DESK, entry)
    assert log.event(people.person("supervisor", clearance="H3"), entry) is first
    assert log.event(people.person(clearance="H0"), entry) is None
    assert len(entry.texts) == 2


def test_who_waits_is_woken_by_news_and_by_trouble() -> None:
    log, wake = log_of(), asyncio.Event()
    log.waiting.add(wake)
    log.take(0, [change(1)])
    assert wake.is_set()
    wake.clear()
    log.say_unread(5)
    assert (wake.is_set(), log.unread) == (True, 5)
