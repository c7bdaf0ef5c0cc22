"""What the live map's marks tell is in the audit: once a session, then what is new."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from websockets.sync.client import connect as open_socket

from service.web.disclosing import Disclosing, marks_in
from store import audit
from store.changes import in_turn
from store.connect import session
from tests.plugins import people
from tests.plugins.alerted import raised, seen, shown
from tests.plugins.waiting import until

ANNA = people.person(session="one")


def frame(*alerts: str, listed: tuple[int, ...] = (), contacts: tuple[str, ...] = ()):
    return marks_in({
        "alerts": [{"id": one} for one in alerts], "listed": list(listed),
        "contacts": [{"id": one} for one in contacts],
    })  # fmt: skip


def rows(dsn: str) -> list[tuple[str, dict]]:
    with session(dsn) as connection:
        found = audit.rows(connection, action="marks.shown")
    return [(one.who, json.loads(one.details)) for one in reversed(found)]


async def ran(disclosing: Disclosing, work: Callable[[], Awaitable[None]]) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(disclosing.run(stop))
    await work()
    stop.set()
    await running


async def has(dsn: str, count: int) -> None:
    await asyncio.to_thread(until, lambda: len(rows(dsn)) >= count)


def test_a_session_is_one_row_and_what_is_new_another(dsn) -> None:
    disclosing = Disclosing(dsn, 0.05)

    async def work() -> None:
        disclosing.note(ANNA, frame("A-1", listed=(247_000_001,), contacts=("C-1",)))
        await has(dsn, 1)
        for _ in range(3):
            disclosing.note(ANNA, frame("A-1", listed=(247_000_001,)))
        disclosing.note(ANNA, frame("A-1", "A-2"))
        await has(dsn, 2)

    asyncio.run(ran(disclosing, work))
    said = {"session": "one", "alert": ["A-1"], "listed": ["247000001"], "contact": ["C-1"]}
    assert rows(dsn) == [("operator", said), ("operator", {"session": "one", "alert": ["A-2"]})]


def test_what_comes_within_the_rest_is_one_row(dsn) -> None:
    disclosing = Disclosing(dsn, 60)

    async def work() -> None:
        disclosing.note(ANNA, frame("A-1"))
        await has(dsn, 1)
        for number in range(2, 30):
            disclosing.note(ANNA, frame(*(f"A-{one}" for one in range(1, number))))

    asyncio.run(ran(disclosing, work))
    assert [len(said["alert"]) for _, said in rows(dsn)] == [1, 27]


def test_nobody_waits_for_the_audit_and_the_row_comes_afterwards(dsn) -> None:
    disclosing = Disclosing(dsn, 0.05)

    async def work() -> None:
        with session(dsn) as busy:
            in_turn(busy, "audit")
            disclosing.note(ANNA, frame("A-1"))
            await asyncio.sleep(0)
            disclosing.note(ANNA, frame("A-1", "A-2"))
        await has(dsn, 1)

    asyncio.run(ran(disclosing, work))
    assert sorted(one for _, said in rows(dsn) for one in said["alert"]) == ["A-1", "A-2"]
    with session(dsn) as connection:
        assert audit.verify(connection) is None


def test_who_opens_the_live_map_is_noted_with_the_alerts_that_it_told(dsn) -> None:
    [alert] = raised(dsn, seen("distress", 247_111_333), vessels=())
    with shown(dsn) as address:
        token = people.token(dsn, "operator", "watcher")
        url = address.replace("http", "ws") + "/live"
        with open_socket(url, additional_headers=people.headers(token, address)) as socket:
            until(lambda: alert.id in str(socket.recv(timeout=30)))
            until(lambda: rows(dsn))
    [(who, said)] = rows(dsn)
    assert (who, said["alert"]) == ("watcher", [alert.id])
