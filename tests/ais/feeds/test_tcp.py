"""The TCP client against real servers on the loopback."""

import asyncio
import socket
from collections.abc import Callable

import pytest

from ais.feeds.tcp import TcpFeed, keep_alive

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


async def listening(serve: Serve, port: int = 0) -> tuple[asyncio.Server, int]:
    server = await asyncio.start_server(serve, "127.0.0.1", port)  # type: ignore[arg-type]
    return server, server.sockets[0].getsockname()[1]


def feed(port: int, **settings: object) -> TcpFeed:
    return TcpFeed(name="f", host="127.0.0.1", port=port, **settings)  # type: ignore[arg-type]


def sending(*chunks: bytes, close: bool = True) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
        if not close:
            await reader.read()
        writer.close()

    return serve


def test_lines_arrive_whole_however_they_were_sent(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending(b"!AIV", b"DM,1\r\n!AIVDM,2\n", b"!", close=False))
        async with run(feed(port)) as running:
            await running.until(lambda: len(running.lines) == 2)
            assert running.lines == [b"!AIVDM,1", b"!AIVDM,2"]
            assert running.health["f"].state == "connected"
            assert running.health["f"].bytes == 16
        server.close()

    story(told())


def test_client_comes_back_after_the_server_closed(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending(b"!A\n"))
        async with run(feed(port)) as running:
            await running.until(lambda: len(running.lines) >= 3)
            health = running.health["f"]
            assert health.connects >= 3
            assert health.last_error == f"127.0.0.1:{port} closed the connection"
        server.close()

    story(told())


def test_client_waits_for_a_server_that_is_not_there_yet(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending())
        server.close()
        await server.wait_closed()
        async with run(feed(port)) as running:
            await running.until(lambda: running.health["f"].state == "waiting")
            assert "Connect call failed" in running.health["f"].last_error
            server, _ = await listening(sending(b"!A\n", close=False), port)
            await running.until(lambda: running.lines == [b"!A"])
        server.close()

    story(told())


def test_half_open_connection_is_noticed_and_made_anew(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending(b"!A\n", close=False))
        async with run(feed(port, idle_timeout_s=0.05)) as running:
            await running.until(lambda: len(running.lines) >= 2)
            assert "half-open" in running.health["f"].last_error
        server.close()

    story(told())


def test_line_that_never_ends_is_dropped_and_the_next_one_is_not(run, story) -> None:
    async def told() -> None:
        flood = b"x" * 3_000_000 + b"\n!A\n"
        server, port = await listening(sending(flood, close=False))
        async with run(feed(port)) as running:
            await running.until(lambda: running.lines == [b"!A"])
            assert running.health["f"].dropped == {"too long": 1}
        server.close()

    story(told())


def test_server_that_sends_too_fast_is_cut_to_the_rate(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending(b"!A\n" * 5_000, close=False))
        async with run(feed(port, rate_limit=100)) as running:
            health = running.health["f"]
            await running.until(lambda: len(running.lines) + sum(health.dropped.values()) == 5_000)
            assert 100 <= len(running.lines) < 2_500
        server.close()

    story(told())


def test_last_piece_of_a_broken_connection_is_counted_not_taken(run, story) -> None:
    async def told() -> None:
        server, port = await listening(sending(b"!A\n!AIVDM,torn"))
        async with run(feed(port)) as running:
            await running.until(lambda: running.health["f"].dropped.get("torn"))
            assert set(running.lines) == {b"!A"}
        server.close()

    story(told())


def test_system_is_asked_to_probe_a_quiet_server() -> None:
    with socket.socket() as connection:
        keep_alive(connection, 30)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) == 30


def test_keepalive_0_leaves_the_connection_as_it_is() -> None:
    with socket.socket() as connection:
        keep_alive(connection, 0)
        assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 0


@pytest.mark.parametrize(
    "settings, complaint",
    [
        ({"port": 70_000}, "port 70000: expected 0 to 65535"),
        ({"port": 1, "idle_timeout_s": 0}, "idle_timeout_s 0: expected a number above 0"),
        ({"port": 1, "rate_limit": -1}, "rate_limit -1: expected a number above 0"),
        ({"port": 1, "silence_s": 0}, "silence_s 0: expected a number above 0"),
    ],
)
def test_wrong_setting_is_refused_in_one_line(settings: dict[str, float], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        feed(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "_tick", "a b", "a\n", "x" * 64])
def test_name_that_would_break_a_spool_line_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected 1 to 63 letters"):
        TcpFeed(name=name, host="h", port=1)
