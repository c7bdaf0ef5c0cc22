import asyncio
from collections.abc import Awaitable, Callable

import pytest

from service.web.hub import Client, Hub


@pytest.fixture
def hub() -> Hub:
    return Hub(lambda: b"SNAP")


async def owed(hub: Hub, client: Client) -> list[bytes | str]:
    """Take all that waits for a client."""
    parts = [await hub.next(client)]
    while client.status or client.texts or client.wants_snapshot or client.deltas:
        parts.append(await hub.next(client))
    return parts


def story(told: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(told())


def test_a_new_client_gets_the_snapshot_then_deltas(hub) -> None:
    async def told() -> None:
        client = hub.join()
        assert await owed(hub, client) == [b"SNAP"]
        hub.publish(b"d1", "s1")
        assert await owed(hub, client) == ["s1", b"d1"]

    story(told)


def test_a_slow_client_gets_the_newest_snapshot_instead_of_a_queue(hub) -> None:
    async def told() -> None:
        client = hub.join()
        await owed(hub, client)
        for number in range(50):
            hub.publish(b"d%d" % number, "")
            assert len(client.deltas) <= 4
        assert await owed(hub, client) == [b"SNAP"]
        assert hub.skipped == 5
        hub.publish(b"after", "")
        assert await owed(hub, client) == [b"after"]

    story(told)


def test_a_slow_client_does_not_hold_up_the_others(hub) -> None:
    async def told() -> None:
        slow, quick = hub.join(), hub.join()
        await owed(hub, slow)
        await owed(hub, quick)
        for number in range(9):
            hub.publish(b"%d" % number, "")
            assert await owed(hub, quick) == [b"%d" % number]

    story(told)


def test_the_snapshot_is_encoded_once_per_tick() -> None:
    made: list[int] = []

    async def told() -> None:
        hub = Hub(lambda: made.append(1) or b"SNAP")
        for _ in range(5):
            await hub.next(hub.join())
        hub.publish(b"d", "")
        await hub.next(hub.join())

    story(told)
    assert len(made) == 2


def test_before_the_first_picture_only_the_status_is_sent() -> None:
    async def told() -> None:
        hub = Hub(lambda: b"")
        client = hub.join()
        hub.publish(b"", "away")
        assert await hub.next(client) == "away"
        assert client.wants_snapshot

    story(told)


def test_a_client_that_left_is_forgotten(hub) -> None:
    async def told() -> None:
        hub.leave(hub.join())
        assert not hub.clients

    story(told)


def test_a_text_that_still_waits_is_replaced_by_the_newer_one_of_its_kind(hub) -> None:
    async def told() -> None:
        client = hub.join()
        for kind, text in (("marks", "old"), ("present", "p"), ("marks", "new")):
            hub.tell(client, kind, text)
        assert await owed(hub, client) == ["new", b"SNAP", "p"]
        hub.publish(b"d", "s")
        assert await owed(hub, client) == ["s", b"d"]

    story(told)


def test_texts_and_frames_take_turns_so_that_neither_waits_for_all_of_the_other(hub) -> None:
    async def told() -> None:
        client = hub.join()
        await owed(hub, client)
        hub.publish(b"1", "")
        hub.publish(b"2", "")
        said = []
        for number in range(3):
            hub.tell(client, "marks", f"m{number}")
            said.append(await hub.next(client))
        assert said == ["m0", b"1", "m2"]
        assert await hub.next(client) == b"2"
        assert hub.replaced == 1

    story(told)


def test_what_comes_while_a_part_is_on_its_way_takes_the_place_of_what_waits(hub) -> None:
    async def told() -> None:
        client = hub.join()
        assert await hub.next(client) == b"SNAP"
        hub.publish(b"d", "old")
        hub.tell(client, "marks", "old marks")
        hub.publish(b"e", "new")
        hub.tell(client, "marks", "new marks")
        assert await owed(hub, client) == ["new", "new marks", b"d", b"e"]
        assert hub.replaced == 2

    story(told)
