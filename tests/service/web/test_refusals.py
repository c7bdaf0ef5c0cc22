"""Refused requests in the audit: one row at once, the rest counted; a flood fills nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import json

from service.web.refusals import MOST_OF_ONE, REST, SOMEBODY, WORDS, Refusal, Refusals
from store import audit
from store.changes import in_turn
from store.connect import session
from tests.plugins.waiting import until

NOW = dt.datetime(2026, 5, 14, 8, 0, tzinfo=dt.UTC)
ANNA = Refusal("role", "/audit", "192.0.2.7", "anna", details={"asked": "GET /audit"})


class Clock:
    now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def rows(dsn: str) -> list[tuple[str, str, str, dict]]:
    with session(dsn) as connection:
        found = [one for one in audit.rows(connection) if one.action.startswith("refused.")]
        assert audit.verify(connection) is None
    return [(one.who, one.action, one.subject, json.loads(one.details)) for one in found[::-1]]


def written(refusals: Refusals) -> None:
    """Write what is left, as at the end of the service."""
    stop = asyncio.Event()
    stop.set()
    asyncio.run(refusals.run(stop))


def test_a_refusal_says_who_what_why_and_from_where(dsn) -> None:
    refusals = Refusals(dsn, clock=Clock())
    refusals.note(ANNA)
    written(refusals)
    told = {"count": 1, "since": "2026-05-14T08:00:00Z", "until": "2026-05-14T08:00:00Z",
            "asked": "GET /audit", "address": "192.0.2.7"}  # fmt: skip
    assert rows(dsn) == [("anna", "refused.role", "/audit", told)]
    with session(dsn) as connection:
        [row] = audit.search(connection, audit.Wanted(text="does not include"))
    assert row.why == f"Refused: {WORDS['role']}"


def test_more_of_the_same_are_one_row_with_their_number(dsn) -> None:
    clock = Clock()
    refusals = Refusals(dsn, clock=clock)

    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(refusals.run(stop))
        refusals.note(ANNA)
        await asyncio.to_thread(until, lambda: rows(dsn))
        for _ in range(40):
            refusals.note(ANNA)
        clock.now += REST
        await asyncio.to_thread(until, lambda: len(rows(dsn)) > 1)
        stop.set()
        await running

    asyncio.run(work())
    assert [said["count"] for *_, said in rows(dsn)] == [1, 40]
    assert refusals.total == {"role": 41}


def test_a_flood_from_outside_is_bounded_and_nothing_is_uncounted(dsn) -> None:
    refusals = Refusals(dsn, clock=Clock())
    for number in range(5000):
        refusals.note(Refusal("stranger", "/cases/{id}", f"10.0.{number // 250}.{number % 250}"))
    refusals.note(ANNA)
    written(refusals)
    found = rows(dsn)
    assert len(found) == MOST_OF_ONE + 2
    assert sum(said["count"] for *_, said in found) == 5001
    assert {who for who, *_ in found} == {SOMEBODY, "anna"}
    [many] = [said for _, _, subject, said in found if subject == "several"]
    assert (many["count"], len(many["addresses"])) == (5000 - MOST_OF_ONE, 10)


def test_who_floods_hides_nobody_else(dsn) -> None:
    refusals = Refusals(dsn, clock=Clock())
    for number in range(100):
        refusals.note(Refusal("unknown", f"/{number}", "192.0.2.7", "anna"))
    refusals.note(Refusal("unknown", "/cases/{id}", "192.0.2.8", "ben"))
    written(refusals)
    assert rows(dsn)[-1][:3] == ("ben", "refused.unknown", "/cases/{id}")


def test_a_group_that_was_quiet_makes_room(dsn) -> None:
    clock = Clock()
    refusals = Refusals(dsn, clock=clock)
    for _ in range(2):
        for number in range(MOST_OF_ONE):
            refusals.note(Refusal("stranger", "/find", f"10.0.0.{number}"))
        written(refusals)
        clock.now += REST
        written(refusals)  # nothing is left; the groups are forgotten
    assert len(rows(dsn)) == 2 * MOST_OF_ONE
    assert not any(subject == "several" for _, _, subject, _ in rows(dsn))


def test_what_a_stranger_sends_cannot_spoil_a_row(dsn) -> None:
    refusals = Refusals(dsn, clock=Clock())
    evil = "GET /\0\x1b[31m\u202e\ud800" + "x" * 900
    refusals.note(Refusal("origin", "/live", "192.0.2.7", details={"asked": evil}))
    refusals.note(ANNA)
    written(refusals)
    [first, second] = rows(dsn)
    assert first[3]["asked"].isprintable()
    assert len(first[3]["asked"]) <= 300
    assert second[0] == "anna"


def test_while_others_hold_the_audit_nobody_waits_and_the_row_comes_afterwards(dsn) -> None:
    refusals = Refusals(dsn)

    async def work() -> None:
        stop = asyncio.Event()
        running = asyncio.create_task(refusals.run(stop))
        with session(dsn) as busy:
            in_turn(busy, "audit")
            refusals.note(ANNA)  # comes back although the audit is held
            await asyncio.sleep(0)
            assert rows(dsn) == []
        await asyncio.to_thread(until, lambda: rows(dsn))
        stop.set()
        await running

    asyncio.run(work())


def test_a_database_that_is_away_loses_no_count() -> None:
    refusals = Refusals("host=/nowhere", clock=Clock())
    for _ in range(3):
        refusals.note(ANNA)
        written(refusals)
    assert refusals.total == {"role": 3}
    [(_, kept)] = refusals._groups.items()
    assert kept.count == 3
