"""The WebSocket client against a server that speaks like aisstream.io."""

import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from structlog.testing import capture_logs
from websockets.asyncio.server import ServerConnection, serve

from ais.feeds.aisstream import AisstreamFeed

KEY, OTHER = "s3cret-k3y", "0ther-k3y"
Talk = Callable[[ServerConnection, dict[str, object]], Awaitable[None]]


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISSTREAM_API_KEY", KEY)
    monkeypatch.setenv("no_proxy", "*")


@asynccontextmanager
async def stream(talk: Talk, **settings: object):
    async def one(connection: ServerConnection) -> None:
        await talk(connection, json.loads(await connection.recv()))

    async with serve(one, "127.0.0.1", 0, **settings) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/v0/stream"


def feed(url: str, **settings: object) -> AisstreamFeed:
    return AisstreamFeed(name="f", url=url, **settings)  # type: ignore[arg-type]


def test_subscribes_with_key_and_boxes_and_takes_one_line_a_message(run, story) -> None:
    asked: list[dict[str, object]] = []

    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        asked.append(subscription)
        await connection.send('{\n "MessageType": "PositionReport"\n}')
        await connection.send(b'{"MessageType":"ShipStaticData"}')
        await connection.wait_closed()

    async def told() -> None:
        wanted = {"boxes": (((30, -6), (46, 36)),), "mmsis": ("247000001",)}
        async with stream(talk) as url, run(feed(url, **wanted)) as running:
            await running.until(lambda: len(running.lines) == 2)
            expected = b'{"MessageType":"ShipStaticData"}'
            assert running.lines == [b'{  "MessageType": "PositionReport" }', expected]

    story(told())
    assert asked[0] == {
        "APIKey": KEY,
        "BoundingBoxes": [[[30, -6], [46, 36]]],
        "FiltersShipMMSI": ["247000001"],
    }


def test_subscribes_again_after_the_server_hung_up(run, story) -> None:
    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        await connection.send("{}")

    async def told() -> None:
        async with stream(talk) as url, run(feed(url)) as running:
            await running.until(lambda: len(running.lines) >= 3)
            assert running.health["f"].connects >= 3

    story(told())


def test_quiet_server_is_left_and_asked_anew(run, story) -> None:
    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        await connection.wait_closed()

    async def told() -> None:
        async with stream(talk) as url, run(feed(url, idle_timeout_s=0.05)) as running:
            await running.until(lambda: running.health["f"].connects >= 2)
            assert "sent nothing for 0.05 s" in running.health["f"].last_error

    story(told())


def test_key_is_in_no_log_and_no_health_even_if_the_server_repeats_it(run, story, caplog) -> None:
    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        await connection.send(json.dumps({"error": f"Api Key {subscription['APIKey']} is wrong"}))

    async def told() -> None:
        async with stream(talk, logger=logging.getLogger("silent")) as url, run(feed(url)) as r:
            await r.until(lambda: r.health["f"].last_error)
            assert "Api Key *** is wrong" in r.health["f"].last_error
            assert KEY not in json.dumps(r.health["f"].as_dict())

    logging.getLogger("silent").disabled = True
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        story(told())
    assert KEY not in caplog.text
    assert KEY not in repr(logs)


def test_where_it_is_connected_is_told_without_what_may_be_a_key(run, story) -> None:
    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        await connection.wait_closed()

    async def told() -> None:
        async with stream(talk) as url, run(feed(f"{url}/{OTHER}?key={OTHER}")) as running:
            await running.until(lambda: running.health["f"].connects)
            assert running.health["f"].address == url.removesuffix("/v0/stream")

    story(told())


def test_missing_key_is_named_and_not_tried_again(run, story, monkeypatch) -> None:
    monkeypatch.delenv("AISSTREAM_API_KEY")

    async def told() -> None:
        async with run(feed("ws://127.0.0.1:9/")) as running:
            await running.until(lambda: running.health["f"].state == "failed")
            assert "AISSTREAM_API_KEY is not set" in running.health["f"].last_error

    story(told())


def test_refused_log_in_is_not_tried_again(run, story) -> None:
    async def never(connection: ServerConnection, subscription: dict[str, object]) -> None:
        pytest.fail("the connection was refused")

    async def told() -> None:
        def refuse(connection: ServerConnection, request: object) -> object:
            return connection.respond(HTTPStatus.FORBIDDEN, "no")

        async with stream(never, process_request=refuse) as url, run(feed(url)) as running:
            await running.until(lambda: running.health["f"].state == "failed")
            assert "refused with HTTP status 403" in running.health["f"].last_error

    story(told())


def test_message_beyond_the_cap_is_dropped_and_the_stream_goes_on(run, story) -> None:
    async def talk(connection: ServerConnection, subscription: dict[str, object]) -> None:
        await connection.send("x" * 100_000)
        await connection.send("{}")
        await connection.wait_closed()

    async def told() -> None:
        async with stream(talk) as url, run(feed(url)) as running:
            await running.until(lambda: running.lines == [b"{}"])
            assert running.health["f"].dropped == {"too long": 1}

    story(told())


def test_server_that_is_not_there_is_waited_for(run, story) -> None:
    async def told() -> None:
        async with run(feed("ws://127.0.0.1:9/")) as running:
            await running.until(lambda: running.health["f"].state == "waiting")
            assert "Connect call failed" in running.health["f"].last_error

    story(told())


@pytest.mark.parametrize(
    "settings, complaint",
    [
        ({"url": "http://x"}, "expected ws://"),
        ({"boxes": ()}, "expected at least one"),
        ({"boxes": (((200, 0), (0, 0)),)}, r"corner \[200, 0\] is not on the globe"),
    ],
)
def test_wrong_setting_is_refused_in_one_line(settings, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        AisstreamFeed(name="f", **settings)


@pytest.mark.parametrize("address", [
    f"ws://127.0.0.1:9/?key={OTHER}", f"ws://reader:{OTHER}@127.0.0.1:9/{OTHER}",
    f"ws://reader:{OTHER}@[bad/", f"ws://reader:{OTHER}@/",
])  # fmt: skip
def test_a_feed_that_cannot_connect_tells_no_secret_of_its_address(address, run, story, caplog):
    async def told() -> None:
        feed = AisstreamFeed(name="f", url=address)
        async with run(feed) as running:
            await running.until(lambda: running.health["f"].last_error)
            assert OTHER not in json.dumps(running.health["f"].as_dict())

    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        story(told())
    assert OTHER not in caplog.text
    assert OTHER not in repr(logs)


def test_a_setting_that_is_wrong_is_named_without_its_secret():
    with pytest.raises(ValueError, match=r"expected ws") as wrong:
        AisstreamFeed(name="f", url=f"https://reader:{OTHER}@ais.example/?key={OTHER}")
    assert OTHER not in str(wrong.value)
