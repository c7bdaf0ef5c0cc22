"""Datagrams, with one or many lines, and with JSON."""

import socket

import pytest

from ais.feeds.ais_catcher_udp import AisCatcherUdpFeed, datagram_lines
from ais.feeds.udp import UdpFeed


def send(port: int, *datagrams: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for datagram in datagrams:
            sender.sendto(datagram, ("127.0.0.1", port))


def test_datagram_holds_one_line_or_many(run, story) -> None:
    async def told() -> None:
        async with run(UdpFeed(name="f", port=0)) as running:
            send(await running.port(), b"!A", b"!B\r\n!C\r\n", b"")
            await running.until(lambda: running.lines == [b"!A", b"!B", b"!C"])

    story(told())


def test_lines_of_two_datagrams_are_never_joined(run, story) -> None:
    async def told() -> None:
        async with run(UdpFeed(name="f", port=0)) as running:
            send(await running.port(), b"!AIVDM,half", b"!AIVDM,whole\n")
            await running.until(lambda: running.lines == [b"!AIVDM,half", b"!AIVDM,whole"])

    story(told())


def test_datagrams_of_two_hosts_are_told_apart(run, story) -> None:
    async def told() -> None:
        async with run(UdpFeed(name="f", port=0, host="0.0.0.0")) as running:
            port = await running.port()
            for number, host in enumerate(("127.0.0.1", "127.0.0.2", "127.0.0.1")):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    sender.bind((host, 0))
                    sender.sendto(b"!%d" % number, ("127.0.0.1", port))
            await running.until(lambda: running.of == {"f": [b"!0", b"!2"], "f~1": [b"!1"]})

    story(told())


def test_long_line_and_flood_are_dropped_and_counted(run, story) -> None:
    async def told() -> None:
        async with run(UdpFeed(name="f", port=0, rate_limit=2)) as running:
            send(await running.port(), b"x" * 2_000, b"!A\n" * 50)
            await running.until(lambda: len(running.lines) == 2)
            assert running.health["f"].dropped == {"too long": 1, "rate limit": 48}

    story(told())


def test_port_in_use_is_named(run, story) -> None:
    async def told() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind(("127.0.0.1", 0))
            async with run(UdpFeed(name="f", port=other.getsockname()[1])) as running:
                await running.until(lambda: running.health["f"].state == "waiting")
                assert "address already in use" in running.health["f"].last_error.lower()

    story(told())


def test_ais_catcher_sends_a_message_in_each_datagram(run, story) -> None:
    async def told() -> None:
        message = b'{"class":"AIS","nmea":["!AIVDM,1"]}'
        async with run(AisCatcherUdpFeed(name="f", port=0)) as running:
            send(await running.port(), message + b"\r\n", b'{\n"class": "AIS"\n}', b"!AIVDM,2")
            expected = [message, b'{ "class": "AIS" }', b"!AIVDM,2"]
            await running.until(lambda: running.lines == expected)

    story(told())


@pytest.mark.parametrize(
    "datagram, lines",
    [
        (b'{"a":1}\n{"b":2}\n', [b'{"a":1}', b'{"b":2}']),
        (b'{"a":\n{"b":2}\n}', [b'{"a": {"b":2} }']),
        (b"\\c:1*53\\!AIVDM\r\n$GPZDA", [b"\\c:1*53\\!AIVDM", b"$GPZDA"]),
    ],
)
def test_messages_of_a_datagram(datagram: bytes, lines: list[bytes]) -> None:
    assert datagram_lines(datagram) == lines
