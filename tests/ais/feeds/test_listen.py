"""The TCP server: receivers come, go and misbehave."""

import asyncio

import pytest

from ais.feeds.listen import ListenFeed


def feed(**settings: object) -> ListenFeed:
    return ListenFeed(name="f", port=0, **settings)  # type: ignore[arg-type]


async def client(
    port: int, data: bytes = b""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    await writer.drain()
    return reader, writer


def test_several_clients_send_at_once(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running:
            port = await running.port()
            writers = [(await client(port, b"!A%d\r\n" % i))[1] for i in range(3)]
            await running.until(lambda: sorted(running.lines) == [b"!A0", b"!A1", b"!A2"])
            assert running.health["f"].clients == 3
            for writer in writers:
                writer.close()
            await running.until(lambda: running.health["f"].clients == 0)

    story(told())


def test_lines_of_clients_that_send_at_once_are_told_apart(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running:
            port = await running.port()
            _, first = await client(port, b"!A\n")
            await running.until(lambda: running.lines == [b"!A"])
            _, second = await client(port, b"!B\n")
            await running.until(lambda: running.lines == [b"!A", b"!B"])
            first.write(b"!C\n")
            await running.until(lambda: running.of == {"f": [b"!A", b"!C"], "f~1": [b"!B"]})
            assert running.health["f"].lines == 3
            for writer in (first, second):
                writer.close()

    story(told())


def test_client_too_many_is_sent_away_and_counted(run, story) -> None:
    async def told() -> None:
        async with run(feed(max_clients=1)) as running:
            port = await running.port()
            _, first = await client(port, b"!A\n")
            await running.until(lambda: running.lines)
            reader, second = await client(port)
            assert await reader.read() == b""
            assert running.health["f"].dropped == {"client refused": 1}
            for writer in (first, second):
                writer.close()

    story(told())


def test_fast_client_takes_nothing_from_a_slow_one(run, story) -> None:
    async def told() -> None:
        async with run(feed(rate_limit=10)) as running:
            port = await running.port()
            _, fast = await client(port, b"!fast\n" * 1_000)
            await running.until(lambda: running.health["f"].dropped.get("rate limit", 0) > 900)
            _, slow = await client(port, b"!slow\n")
            await running.until(lambda: b"!slow" in running.lines)
            for writer in (fast, slow):
                writer.close()

    story(told())


def test_idle_client_is_let_go_and_the_feed_stays(run, story) -> None:
    async def told() -> None:
        async with run(feed(idle_timeout_s=0.05)) as running:
            reader, writer = await client(await running.port())
            assert await reader.read() == b""
            assert running.health["f"].state == "connected"
            writer.close()

    story(told())


def test_address_in_use_is_named_and_the_other_feed_lives(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running:
            port = await running.port()
            async with run(ListenFeed(name="g", port=port)) as late:
                await late.until(lambda: late.health["g"].state == "waiting")
                assert "address already in use" in late.health["g"].last_error
            _, writer = await client(port, b"!A\n")
            await running.until(lambda: running.lines == [b"!A"])
            writer.close()

    story(told())


def test_stopping_closes_the_clients(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running:
            reader, writer = await client(await running.port(), b"!A\n")
            await running.until(lambda: running.lines)
        assert await reader.read() == b""
        writer.close()

    story(told())


def test_only_this_machine_may_connect_unless_told_otherwise() -> None:
    assert feed().host == "127.0.0.1"


def test_no_clients_at_all_is_no_setting() -> None:
    with pytest.raises(ValueError, match="max_clients 0: expected a number above 0"):
        feed(max_clients=0)


def test_idle_connections_do_not_lock_a_receiver_out(run, story) -> None:
    async def told() -> None:
        async with run(feed(max_clients=3)) as running:
            port = await running.port()
            idle = [(await client(port))[1] for _ in range(3)]
            await running.until(lambda: running.health["f"].clients == 3)
            _, receiver = await asyncio.open_connection(
                "127.0.0.1", port, local_addr=("127.0.0.2", 0)
            )
            receiver.write(b"!receiver\r\n")
            await running.until(lambda: running.lines == [b"!receiver"])
            assert running.health["f"].dropped == {"client sent away": 1}
            assert running.health["f"].clients == 3
            for writer in (*idle, receiver):
                writer.close()

    story(told())
