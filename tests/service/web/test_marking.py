"""Marks that cannot be read: people are told, and what is only slow stops nothing else."""

from __future__ import annotations

import asyncio
import datetime as dt
import json

import psycopg

from alerts.routing import RoutingSettings
from service.marks import Concern
from service.web.hub import Hub
from service.web.marking import Marking, StoreConcern
from tests.plugins import people
from tests.plugins.alerted import listed, raised, seen


class Failing:
    """A source that fails until it is told to work."""

    def __init__(self) -> None:
        self.works = False

    def read(self) -> Concern:
        if not self.works:
            raise OSError("the disk is full")
        return CONCERN

    def wait(self, longest_s: float) -> bool:
        return True

    def close(self) -> None:
        pass


CONCERN = Concern()


def test_people_are_told_that_alerts_are_not_read_and_that_they_are_again() -> None:
    async def told() -> None:
        hub, source = Hub(lambda: b""), Failing()
        marking = Marking(source, hub, RoutingSettings(), 0.02)
        client, stop = hub.join("", people.person()), asyncio.Event()
        running = asyncio.create_task(marking.run(stop))
        said = await texts(hub, client, "unread")
        assert said["since"] is not None
        late = hub.join("", people.person())
        marking.give(late)
        assert json.loads(late.texts["unread"])["since"] == said["since"]
        source.works = True
        assert (await texts(hub, client, "unread"))["since"] is None
        stop.set()
        await running

    asyncio.run(told())


def test_who_comes_back_is_told_that_alerts_are_read_and_only_once() -> None:
    """The map that was told of a trouble may have missed its end: the link was lost meanwhile."""
    hub = Hub(lambda: b"")
    marking = Marking(Failing(), hub, RoutingSettings())
    back = hub.join("", people.person())
    marking.give(back)
    assert json.loads(back.texts.pop("unread")) == {"type": "unread", "since": None}
    marking.give(back)
    marking.take(CONCERN)
    assert "unread" not in back.texts


async def texts(hub, client, kind: str) -> dict[str, object]:
    async with asyncio.timeout(20):
        while True:
            part = await hub.next(client)
            if isinstance(part, str) and json.loads(part)["type"] == kind:
                return json.loads(part)


def test_a_list_that_cannot_be_read_keeps_no_alert_back(dsn) -> None:
    raised(dsn, seen("distress", 247_111_222), vessels=())
    with psycopg.connect(dsn) as connection:
        connection.execute("ALTER VIEW listed RENAME TO gone")
    source = StoreConcern(dsn)
    try:
        assert [one.kind for one in source.read().alerts] == ["distress"]
    finally:
        source.close()


def test_the_ring_of_a_listed_vessel_comes_with_her_alert(dsn) -> None:
    source, soon = StoreConcern(dsn), dt.datetime.now(dt.UTC).date() + dt.timedelta(days=20)
    try:
        assert source.read().listed == {}
        listed(dsn, 247_111_222, name="MARIA K", reason="sold twice", review_by=soon)
        raised(dsn, seen("watchlist", 247_111_222), seen("gap", 247_111_222), vessels=())
        assert list(source.read().listed) == [247_111_222]
    finally:
        source.close()
