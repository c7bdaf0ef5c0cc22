"""Fifty maps, some slow, some frozen: nobody waits for them, and nothing grows."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from httpx import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from alerts.alert import Codes
from maps.live import wire
from maps.live.picture import ROWS
from service.marks import Concern
from service.web import live as web
from service.web.app import create_app
from service.web.sessions import GivenSessions
from service.web.settings import WebSettings
from tests.plugins.notices import alert
from tests.plugins.people import headers, person
from tests.plugins.sockets import Frozen, Served, served, until

VESSELS = 5_000
OPEN = alert("gap", id="A-00000000000b", codes=Codes())
SECRET = alert("watchlist", id="A-00000000000a", codes=Codes("H3", "ask", "red", "A", 1, ("GRC",)))
LOOKING = json.dumps({"type": "looking", "alert": OPEN.id})
CLEARED = {"plain": "H1", "named": "H3", "none": ""}
HIGH_WATER = 65_536


class Told:
    """What people are concerned with, in memory; ``tell`` changes it."""

    def __init__(self) -> None:
        self.concern, self._new = Concern((OPEN, SECRET)), threading.Event()

    def tell(self, *alerts: Any) -> None:
        self.concern = Concern(alerts)
        self._new.set()

    def read(self) -> Concern:
        self._new.clear()
        return self.concern

    def wait(self, longest_s: float) -> bool:
        return self._new.wait(longest_s)

    def close(self) -> None: ...


class Sea:
    """The web process with many people in it and many vessels that move."""

    def __init__(self, process: Served, told: Told, sessions: GivenSessions) -> None:
        self.process, self.told, self.sessions, self.hub = process, told, sessions, process.hub

    def map(self, who: str = "plain-0", **said: Any) -> ClientConnection:
        address = f"ws://{self.process.host}:{self.process.port}/live"
        return connect(address, max_size=None, compression=None, proxy=None,
                       additional_headers=headers(who), ping_interval=None,
                       close_timeout=0.2, **said)  # fmt: skip

    def frozen(self, who: str = "plain-1") -> Frozen:
        return Frozen(self.process.host, self.process.port, who)

    def narrow(self) -> socket.socket:
        """Return a connection whose far end takes little in advance."""
        way = socket.socket()
        way.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * HIGH_WATER)
        way.connect((self.process.host, self.process.port))
        return way

    def metrics(self) -> dict[str, float]:
        with Client(base_url=f"http://{self.process.host}:{self.process.port}") as client:
            lines = [line for line in client.get("/metrics").text.splitlines() if line[0] != "#"]
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


@pytest.fixture
def at_sea(source, files) -> Callable[..., Any]:
    @contextmanager
    def made(vessels: int = VESSELS, **said: Any) -> Iterator[Sea]:
        table = np.zeros(vessels, ROWS)
        table["segment"] = table["mmsi"] = np.arange(1, vessels + 1)
        table["reports"] = table["message"] = 3
        source.table = table

        def rows() -> np.ndarray:
            source.at_ms = time.time_ns() // 1_000_000
            table["time"] = table["received"] = source.at_ms * 1000
            table["lon_deg"] = (table["lon_deg"] + 0.001) % 30
            return table.copy()

        source.rows = rows
        names = {f"{kind}-{n}": code for kind, code in CLEARED.items() for n in range(20)}
        people = {name: replace(person(clearance=code), account=name, display=name.title())
                  for name, code in names.items()}  # fmt: skip
        told, sessions = Told(), GivenSessions(people)
        settings = WebSettings(port=0, poll_s=0.05, max_per_peer=100, **said)
        app = create_app(settings, "", source=source, files=files, sessions=sessions, concern=told)
        with served(app, settings) as process:
            yield Sea(process, told, sessions)

    return made


def of_kind(link: ClientConnection, kind: str) -> dict[str, Any]:
    """The next text of a kind."""
    while True:
        part = link.recv(timeout=30)
        if isinstance(part, str) and (said := json.loads(part)).get("type") == kind:
            return said


def frame(link: ClientConnection) -> wire.Frame:
    """The next frame."""
    while not isinstance(part := link.recv(timeout=30), bytes):
        pass
    return wire.decode(part)


def clogged(sea: Sea) -> bool:
    """Whether so much waits before a socket that the server sends it nothing more."""
    return max(sea.process.waiting_bytes(), default=0) > HIGH_WATER


def test_a_frozen_client_never_grows_the_server(at_sea) -> None:
    with at_sea() as sea:
        stuck, largest = sea.frozen(), 0
        until(lambda: clogged(sea))
        with sea.map() as quick:
            largest = len(sea.process.app.state.poller.picture.snapshot())
            for number in range(20):
                sea.told.tell(replace(OPEN, version=number + 2))
                said = of_kind(quick, "marks")
                while said["alerts"][0]["version"] != number + 2:
                    said = of_kind(quick, "marks")
                assert max(sea.process.waiting_bytes()) <= HIGH_WATER + largest
                for client in list(sea.hub.clients):
                    assert len(client.deltas) <= 4
                    assert {*client.texts} <= {"marks", "present"}
            shown = sea.metrics()
        assert shown["vedetta_map_skipped_frames_total"] > 0
        assert shown["vedetta_map_replaced_texts_total"] >= 15
        stuck.close()


def test_a_slow_client_gets_the_newest_marks_and_the_newest_picture(at_sea) -> None:
    with at_sea() as sea, sea.map(max_queue=1) as slow:
        until(lambda: clogged(sea))
        [client] = sea.hub.clients
        for number in range(10):
            sea.told.tell(replace(OPEN, version=number + 2))
            until(lambda n=number + 2: json.loads(client.marks)["alerts"][0]["version"] == n)
        now = sea.process.app.state.poller.picture.sequence
        versions, newest = [], 0
        while 11 not in versions or newest < now:
            part = slow.recv(timeout=30)
            if isinstance(part, bytes):
                newest = wire.decode(part).sequence
            elif (said := json.loads(part)).get("type") == "marks":
                versions.append(said["alerts"][0]["version"])
        assert versions[-1] == 11
        assert len(versions) <= 4


def test_marks_are_encoded_once_for_each_class_of_rights(at_sea) -> None:
    with at_sea(vessels=2) as sea, ExitStack() as opened:
        people = [f"{kind}-{n}" for n in range(17) for kind in CLEARED]
        sockets = [opened.enter_context(sea.map(name)) for name in people]
        until(lambda: all(client.marks for client in sea.hub.clients))
        assert len(sea.hub.clients) == 51
        assert len({id(client.marks) for client in sea.hub.clients}) == 3
        sea.told.tell(SECRET)
        for place, one in enumerate(sockets):
            kind = [*CLEARED][place % 3]
            told = {one["id"] for one in of_kind(one, "marks")["alerts"]}
            assert told == {"plain": {OPEN.id}, "named": {OPEN.id, SECRET.id}, "none": set()}[kind]


def test_a_client_that_comes_back_gets_all_without_a_reload(at_sea) -> None:
    with at_sea() as sea:
        with sea.map() as first:
            assert frame(first).kind == wire.SNAPSHOT
        until(lambda: not sea.hub.clients)
        sea.told.tell(replace(OPEN, version=7))
        until(lambda: sea.process.app.state.marking.concern is sea.told.concern)
        with sea.map() as again:
            assert of_kind(again, "marks")["alerts"][0]["version"] == 7
            shown = frame(again)
        assert shown.kind == wire.SNAPSHOT
        assert len(shown.moved) == VESSELS


@pytest.mark.parametrize("reads", [True, False])
def test_a_session_that_ends_closes_its_socket(at_sea, monkeypatch, reads) -> None:
    monkeypatch.setattr(web, "_STILL_IN_S", 0.1)
    with at_sea() as sea, sea.map("plain-0") as stays, ExitStack() as opened:
        goes = opened.enter_context(
            sea.map("plain-1") if reads else closing(sea.frozen("plain-1"))
        )
        until(lambda: len(sea.hub.clients) == 2 and (reads or clogged(sea)))
        sea.sessions.persons.pop(next(key for key, one in sea.sessions.persons.items()
                                      if one.account == "plain-1"))  # fmt: skip
        until(lambda: [one.person.account for one in list(sea.hub.clients)] == ["plain-0"])
        assert frame(stays)
        if reads:
            with pytest.raises(ConnectionClosed) as closed:
                of_kind(goes, "nothing")
            assert closed.value.rcvd.code == 4401


@pytest.mark.parametrize("vessels", [2, VESSELS])
def test_presence_of_who_vanishes_goes_away(at_sea, vessels) -> None:
    with at_sea(vessels, silent_s=1.0) as sea, sea.map("plain-0") as stays:
        of_kind(stays, "marks")
        gone = sea.frozen("plain-1")
        gone.say(LOOKING)
        until(lambda: any(one.looking for one in list(sea.hub.clients)))
        stays.send(LOOKING)
        people: list[Any] = [None]
        while people != []:
            people = of_kind(stays, "present")["people"]
        assert len(sea.hub.clients) == 1
        gone.close()


def test_who_is_slow_but_reads_is_not_cut(at_sea) -> None:
    with at_sea(silent_s=2.0) as sea, sea.map(sock=sea.narrow(), max_queue=1) as slow:
        until(lambda: clogged(sea))
        shown = [frame(slow) for _ in range(60) if not threading.Event().wait(0.1)]
        assert len(shown) == 60
        assert len(sea.hub.clients) == 1


def test_who_may_not_know_of_an_alert_any_more_is_not_seen_there(at_sea, monkeypatch) -> None:
    monkeypatch.setattr(web, "_STILL_IN_S", 0.1)
    with at_sea(vessels=2) as sea, sea.map("named-0") as stays, sea.map("named-1") as changed:
        for one in (stays, changed):
            of_kind(one, "marks")
            one.send(json.dumps({"type": "looking", "alert": SECRET.id}))
        while not (people := of_kind(stays, "present")["people"]):
            pass
        assert [one["name"] for one in people] == ["Named-1"]
        persons = sea.sessions.persons
        [key] = [key for key, one in persons.items() if one.account == "named-1"]
        persons[key] = replace(persons[key], clearance="H1")
        assert of_kind(stays, "present")["people"] == []
