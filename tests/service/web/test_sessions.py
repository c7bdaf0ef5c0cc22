"""Who is signed in: asked anew every two seconds, and what an open map does when it ends."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import unquote

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from service.signing_in import key_of
from service.web import live as live_of
from service.web.app import create_app
from service.web.server import running
from service.web.sessions import GivenSessions, Sessions
from service.web.settings import WebSettings
from tests.plugins import people


class Counted(GivenSessions):
    """Given sessions that count how often they are asked; ``away`` makes them fail."""

    asked, away = 0, False

    def person(self, key: bytes):
        self.asked += 1
        if self.away:
            raise OSError("connection refused")
        return super().person(key)


@pytest.fixture
def source() -> Counted:
    return Counted({"t": people.person()})


@pytest.fixture
def sessions(source, clock) -> Sessions:
    return Sessions(source, clock)


def ask(sessions: Sessions, token: str = "t"):  # noqa: S107 (of a test)
    return asyncio.run(sessions.person(token))


def test_the_database_is_asked_at_most_every_two_seconds(sessions, source, clock) -> None:
    assert [ask(sessions).name for _ in range(5)] == ["operator"] * 5
    assert source.asked == 1
    clock.at += 2
    ask(sessions)
    assert source.asked == 2


def test_who_is_signed_out_elsewhere_is_out_after_two_seconds(sessions, source, clock) -> None:
    ask(sessions)
    source.persons.clear()
    assert ask(sessions) is not None
    clock.at += 2
    assert ask(sessions) is None


def test_who_was_in_stays_in_while_the_database_is_away(sessions, source, clock) -> None:
    ask(sessions)
    source.away = True
    clock.at += 60
    assert ask(sessions).name == "operator"


def test_a_stranger_is_not_let_in_while_the_database_is_away(sessions, source) -> None:
    source.away = True
    with pytest.raises(OSError, match="refused"):
        ask(sessions)


def test_who_has_nothing_is_not_looked_up(sessions, source) -> None:
    assert ask(sessions, "") is None
    assert source.asked == 0


def test_what_is_forgotten_is_asked_anew(sessions, source) -> None:
    ask(sessions)
    sessions.forget("t")
    ask(sessions)
    sessions.forget()
    ask(sessions)
    assert source.asked == 3


@pytest.fixture
def served(files, facts, monkeypatch):
    from tests.plugins.memory import MemorySource

    monkeypatch.setattr(live_of, "_STILL_IN_S", 0.05)
    memory = MemorySource()
    memory.at_ms = int(time.time() * 1000)
    given = people.everybody()
    settings = WebSettings(port=0, poll_s=0.05)
    app = create_app(settings, "", source=memory, files=files, facts=facts, sessions=given)
    with running(app, settings) as address:
        yield app, given, address


def drain(socket) -> None:
    while True:
        socket.recv(timeout=10)


def test_an_open_map_is_closed_when_its_session_ends(served) -> None:
    app, given, address = served
    where = f"{address.replace('http', 'ws', 1)}/live"
    mine = people.headers(people.TOKENS["operator"])
    with connect(where, additional_headers=mine) as socket:
        socket.recv(timeout=10)
        del given.persons[key_of(people.TOKENS["operator"])]
        app.state.sessions.forget()
        with pytest.raises(ConnectionClosed) as closed:
            drain(socket)
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4401, "signed out")


def test_without_the_database_a_stranger_is_told_that_it_is_away(files, facts, source) -> None:
    from tests.plugins.memory import MemorySource

    source.away, settings = True, WebSettings(port=0)
    app = create_app(
        settings, "", source=MemorySource(), files=files, facts=facts, sessions=source
    )
    with running(app, settings) as address:
        answers = [
            httpx.get(address + path, headers={"cookie": "vedetta=t"})
            for path in ("/", "/api/v1/vessels")
        ]
        where = f"{address.replace('http', 'ws', 1)}/live"
        with (
            connect(where, additional_headers={"cookie": "vedetta=t"}) as socket,
            pytest.raises(ConnectionClosed) as closed,
        ):
            socket.recv(timeout=10)
    assert [answer.status_code for answer in answers] == [503, 503]
    assert all("database does not answer" in answer.text for answer in answers)
    # Not signed out, and not one map too many: only that nobody can say who they are now.
    assert closed.value.rcvd.code == 4503


@pytest.mark.parametrize(
    ("referer", "to"),
    [
        ("{address}/log?hours=8", "/log?hours=8"),
        ("{address}/log/notes", "/"),  # a page that a form brought forth cannot be opened
        ("{address}//evil.example/log", "/"),
        ("http://evil.example/log", "/"),
        ("", "/"),
    ],
)
def test_who_sends_a_form_after_the_end_comes_back_to_its_page(served, referer, to) -> None:
    _, _, address = served
    said = {"origin": address, "referer": referer.format(address=address), "cookie": "vedetta=t"}
    sent = httpx.post(f"{address}/log/notes", data={"text": "x"}, headers=said)
    assert sent.status_code == 303
    assert unquote(sent.headers["location"]) == f"/sign-in?to={to}"
