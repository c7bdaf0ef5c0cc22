"""The HTTP server against a real client on the loopback."""

import asyncio
import gzip

import httpx
import pytest

from ais.feeds.ais_catcher_http import AisCatcherHttpFeed

ONE = b'{"class":"AIS","nmea":["!AIVDM,1"]}'
POST = b'{"protocol":"jsonaiscatcher","msgs":[' + ONE + b"," + ONE + b"]}"


def feed(**settings: object) -> AisCatcherHttpFeed:
    return AisCatcherHttpFeed(name="f", port=0, **settings)  # type: ignore[arg-type]


def to(port: int) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20)


def test_posts_over_one_connection_become_lines(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running, to(await running.port()) as client:
            answers = [await client.post("/", content=POST) for _ in range(2)]
            assert [(one.status_code, one.text) for one in answers] == [(200, "OK\n")] * 2
            assert running.lines == [ONE] * 4
            assert running.health["f"].clients == 1

    story(told())


def test_gzip_body_is_unpacked(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running, to(await running.port()) as client:
            packed, headers = gzip.compress(POST), {"Content-Encoding": "gzip"}
            answer = await client.post("/", content=packed, headers=headers)
            assert (answer.status_code, running.lines) == (200, [ONE, ONE])

    story(told())


@pytest.mark.parametrize(
    "method, path, content, status",
    [
        ("GET", "/", b"", 405),
        ("POST", "/other", POST, 404),
        ("POST", "/", b"{", 400),
        ("POST", "/", b" " * 1_048_577, 413),
    ],
)
def test_anything_else_is_refused_and_counted(run, story, method, path, content, status) -> None:
    async def told() -> None:
        async with run(feed()) as running, to(await running.port()) as client:
            answer = await client.request(method, path, content=content)
            assert answer.status_code == status
            assert running.lines == []
            assert running.health["f"].dropped == {f"post refused: {status}": 1}

    story(told())


def test_body_of_unsaid_length_is_cut_off_at_the_cap(run, story) -> None:
    async def endless():
        for _ in range(100):
            yield b" " * 65_536

    async def told() -> None:
        async with run(feed()) as running, to(await running.port()) as client:
            try:
                status = (await client.post("/", content=endless())).status_code
            except httpx.TransportError:  # the answer came before the client had sent it all
                status = 413
            await running.until(lambda: running.health["f"].dropped)
            assert (status, running.health["f"].dropped) == (413, {"post refused: 413": 1})

    story(told())


def test_bomb_of_zeros_is_refused(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running, to(await running.port()) as client:
            packed = gzip.compress(bytes(50_000_000))
            headers = {"Content-Encoding": "gzip"}
            assert (await client.post("/", content=packed, headers=headers)).status_code == 413

    story(told())


def test_log_in_is_asked_for_and_kept_secret(run, story, monkeypatch) -> None:
    monkeypatch.setenv("FEED_LOGIN", "station:passw0rd")

    async def told() -> None:
        async with run(feed(login_variable="FEED_LOGIN")) as running:
            async with to(await running.port()) as client:
                assert (await client.post("/", content=POST)).status_code == 401
                wrong = await client.post("/", content=POST, auth=("station", "no"))
                right = await client.post("/", content=POST, auth=("station", "passw0rd"))
                assert (wrong.status_code, right.status_code) == (401, 200)
            assert "passw0rd" not in repr(running.health)

    story(told())


def test_login_variable_that_is_not_set_is_named(run, story) -> None:
    async def told() -> None:
        async with run(feed(login_variable="NOT_SET_ANYWHERE")) as running:
            await running.until(lambda: running.health["f"].state == "failed")
            assert "NOT_SET_ANYWHERE" in running.health["f"].last_error

    story(told())


def test_client_that_dawdles_or_talks_nonsense_is_let_go(run, story) -> None:
    async def told() -> None:
        async with run(feed(request_timeout_s=0.1)) as running:
            for words in (b"POST / HTTP/1.1\r\n", b"\x16\x03\x01 nonsense\r\n\r\n"):
                reader, writer = await asyncio.open_connection("127.0.0.1", await running.port())
                writer.write(words)
                await reader.read()
                writer.close()
            assert running.health["f"].state == "connected"

    story(told())


def test_client_too_many_is_sent_away_and_counted(run, story) -> None:
    async def told() -> None:
        async with run(feed(max_clients=1)) as running, to(await running.port()) as first:
            await first.post("/", content=POST)
            with pytest.raises(httpx.TransportError):
                async with to(await running.port()) as second:
                    await second.post("/", content=POST)
            assert running.health["f"].dropped == {"client refused": 1}

    story(told())


def test_messages_too_many_are_dropped_and_counted(run, story) -> None:
    async def told() -> None:
        async with run(feed(rate_limit=1)) as running, to(await running.port()) as client:
            await client.post("/", content=POST)
            assert (running.lines, running.health["f"].dropped) == ([ONE], {"rate limit": 1})

    story(told())


def test_client_that_waits_to_be_told_to_go_on_is_told(run, story) -> None:
    async def told() -> None:
        async with run(feed()) as running:
            reader, writer = await asyncio.open_connection("127.0.0.1", await running.port())
            head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(POST)}\r\n"
            writer.write(f"{head}Expect: 100-continue\r\n\r\n".encode())
            assert b"100" in await reader.readuntil(b"\r\n\r\n")
            writer.write(POST)
            await running.until(lambda: len(running.lines) == 2)
            writer.close()

    story(told())
