"""Fifty people at live maps while 1,000 lines a second come in: nobody waits, nothing grows.

::

    lines ─▶ ingest (here) ─▶ TimescaleDB ─▶ web (a process) ─▶ 50 sockets (bench.crowd, a process)

First forty sockets of five roles and several classes of rights that keep up; then ten more, of
which five read one message in five seconds and five never read. Devices call for help all the
time; what is timed: from the moment at which a feed hands over the line, until a socket that keeps
up has the alert. All share the cores of this machine.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import numpy as np
import psutil
from pyais.encode import encode_dict

from service.exercise.exercise import Exercise
from service.exercise.scenario import load_scenario
from service.ingest import Ingest
from service.log import set_up_log
from service.settings import LogSettings, Settings, parse_settings
from service.signing_in import key_of
from service.supervisor import command
from store.changes import Change
from store.connect import session
from store.embedded import embedded
from store.migrate import migrate
from store.people import ACTIVE, Account, add_account
from store.sessions import IN, Session, put_session

VESSELS = 20_000
RATE = 1_000
WARM_S, QUIET_S, LOADED_S = 45.0, 30.0, 90.0
EVERY_S = 1.0
STEP_S = 0.05
PATIENCE_S = 300.0
FLOOR_S, FLOOR_BACKLOG_S, FLOOR_KB, FLOOR_VESSELS = 1.0, 10.0, 4_096.0, 5_000.0
FIRST_MMSI = 970_200_000
PEOPLE = (
    ("operator", "", "", "H1", 16),
    ("supervisor", "ITA", "", "H3", 8),
    ("analyst", "GRC", "", "H2", 6),
    ("office", "ITA", "catania", "H1", 6),
    ("auditor", "", "", "", 4),
)
"""role, Member State, office, clearance, how many."""
SLOW = FROZEN = 5
_NUMBERS = itertools.count(FIRST_MMSI)


def figures() -> list[dict[str, object]]:
    """Measure without and with slow and frozen clients, once all is compiled."""
    set_up_log(LogSettings(level="error"))
    with tempfile.TemporaryDirectory(prefix="vedetta-bench-") as name:
        folder = Path(name)
        with embedded(folder / "db", database="bench") as dsn:
            migrate(dsn)
            settings, config = _settings(folder)
            with _fed(settings, dsn) as (ingest, stop), _web(config, dsn, settings) as web:
                return _measured(ingest, stop, web, dsn, settings.web.port)


def _measured(
    ingest: Ingest, stop: threading.Event, web: psutil.Process, dsn: str, port: int
) -> list[dict[str, object]]:
    calls: dict[int, float] = {}
    with _Crowd(f"ws://127.0.0.1:{port}/live") as crowd:
        crowd.ask({"quick": _tokens(dsn, sum(one[-1] for one in PEOPLE))})
        _calling(ingest, calls, WARM_S)
        _known(crowd, {max(calls)} if calls else set())
        quiet = _span(ingest, web, crowd, calls, QUIET_S)
        crowd.ask({"slow": _tokens(dsn, SLOW), "frozen": _tokens(dsn, FROZEN)})
        before = web.memory_info().rss
        loaded = _span(ingest, web, crowd, calls, LOADED_S)
        grown = (web.memory_info().rss - before) / 1000 / (SLOW + FROZEN)
        shown = _metrics(port)
        stop.set()
        backlog_s = _drained(ingest)
    return _rows(quiet, loaded, grown, backlog_s, shown)


@dataclass(frozen=True, slots=True)
class _Span:
    """What was measured in a span.

    waits  from line to alert, s · busy  share of a core · rss  bytes · each, slow  bytes that a
    socket was sent a second · lag  of ingest at most, s · opened  sockets that came (back)
    """

    waits: list[float]
    busy: float
    rss: int
    each: float
    slow: float
    lag: float
    opened: int


def _span(
    ingest: Ingest, web: psutil.Process, crowd: _Crowd, calls: dict[int, float], span_s: float
) -> _Span:
    calls.clear()
    crowd.ask()
    begun, spent = time.monotonic(), sum(web.cpu_times()[:2])
    lag = _calling(ingest, calls, span_s)
    took, used = time.monotonic() - begun, sum(web.cpu_times()[:2]) - spent
    rss, said = web.memory_info().rss, crowd.ask()
    known = said["known"] + _known(crowd, calls.keys() - {mmsi for mmsi, _ in said["known"]})
    waits = [at - calls[mmsi] for mmsi, at in known if mmsi in calls]
    quick = sum(one[-1] for one in PEOPLE)
    sent, opened = said["sent"], said["opened"]
    return _Span(waits, used / took, rss, sent["quick"] / quick / took,
                 sent.get("slow", 0) / SLOW / took, lag, sum(opened.values()))  # fmt: skip


def _known(crowd: _Crowd, missed: set[int]) -> list[tuple[int, float]]:
    """Wait until each of these calls is known to somebody; return who knew of what when."""
    end, known = time.monotonic() + PATIENCE_S, []
    while missed:
        if time.monotonic() > end:
            msg = f"bench clients: {len(missed)} calls reached no socket within {PATIENCE_S:g} s"
            raise TimeoutError(msg)
        time.sleep(EVERY_S)
        known += crowd.ask()["known"]
        missed = missed - {mmsi for mmsi, _ in known}
    return known


def _rows(
    quiet: _Span, loaded: _Span, grown: float, backlog_s: float, shown: dict[str, float]
) -> list[dict[str, object]]:
    alone, all_of_them = (float(np.percentile(one.waits, 95)) for one in (quiet, loaded))
    told = [
        ("line to alert in 40 sockets, p95", all_of_them, "s", f"no slow ones, {alone:.2f} s",
         FLOOR_S),
        ("web process busy, 50 sockets", 100 * loaded.busy, "%",
         f"40 sockets, {100 * quiet.busy:.0f} %", None),
        ("web process RSS, 50 sockets", loaded.rss / 1000, "KB",
         f"40 sockets, {quiet.rss / 1e6:.0f} MB", None),
        ("memory for a slow or frozen socket", grown, "KB", None, FLOOR_KB),
        ("sent to a socket each second", loaded.each, "B", f"slow, {loaded.slow:,.0f} B", None),
        ("backlog gone after the last line", backlog_s, "s",
         f"lag before at most {max(quiet.lag, loaded.lag):.1f} s", FLOOR_BACKLOG_S),
        ("vessels on the maps", shown["vedetta_map_vessels"], "vessels", None, FLOOR_VESSELS),
        ("deltas that slow sockets were spared", shown["vedetta_map_skipped_frames_total"],
         "frames", f"{loaded.opened} sockets came back", None),
    ]  # fmt: skip
    return [
        {"bench": "clients", "name": name, "value": round(value, 3), "unit": unit,
         "beside": beside, "ratio": None, "floor": floor}
        for name, value, unit, beside, floor in told
    ]  # fmt: skip


def _settings(folder: Path) -> tuple[Settings, Path]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    office = {"id": "catania", "name": "EURTF Catania", "country": "ITA"}
    said = {
        "folder": str(folder / "live"),
        "exercise": True,
        "people": {"totp": "off"},
        "routing": {
            "offices": [office],
            "rules": [{"name": "sar", "offices": ["*"], "lanes": ["sar"]}],
        },
        "web": {"port": port, "max_per_peer": 100},
        "log": {"level": "error"},
    }
    config = folder / "config.yaml"
    config.write_text(json.dumps(said), encoding="utf-8")
    return parse_settings(said), config


def _metrics(port: int) -> dict[str, float]:
    """Return what the web process says of itself."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


@contextmanager
def _fed(settings: Settings, dsn: str) -> Iterator[tuple[Ingest, threading.Event]]:
    """Run ingest and the traffic; yield it, and what ends the traffic."""
    ingest, stop = Ingest(settings, dsn), threading.Event()
    works = [
        threading.Thread(target=ingest.run),
        threading.Thread(target=_send, args=(ingest, stop)),
    ]
    for work in works:
        work.start()
    try:
        yield ingest, stop
    finally:
        stop.set()
        ingest.stop.set()
        for work in works:
            work.join()


def _send(ingest: Ingest, stop: threading.Event) -> None:
    """Send what so many vessels say, at the pace at which they say it, until ``stop``."""
    sea, begun, sent_s = Exercise(load_scenario(), seed=1, vessels=VESSELS), 0.0, 0.0
    epoch_s = time.time() // 60 * 60
    sea.lines(epoch_s, epoch_s + 1)
    begun = time.monotonic()
    while not stop.wait(STEP_S):
        due_s = time.monotonic() - begun
        heard = sea.lines(epoch_s + sent_s, epoch_s + due_s)
        ingest.sink("bench", [heard.line(k) for k in range(len(heard))])
        sent_s = due_s


@contextmanager
def _web(config: Path, dsn: str, settings: Settings) -> Iterator[psutil.Process]:
    """Run the web process; yield it once it listens."""
    root = Path(__file__).resolve().parent.parent
    words = command("run", "web", "-c", str(config))
    with subprocess.Popen(words, cwd=root, env={**os.environ, "DATABASE_URL": dsn}) as process:
        try:
            _listens(process, settings.web.port)
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _listens(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"bench clients: no web process on port {port}; see the log")


class _Crowd:
    """The process with the clients; ``ask`` sits more of them down and tells what happened."""

    def __init__(self, address: str) -> None:
        root = Path(__file__).resolve().parent.parent
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.crowd", address],
            cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, more: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """Sit more people down; return what everybody was told since the last time."""
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("bench clients: the crowd has no pipes")
        self._process.stdin.write(json.dumps(more or {}) + "\n")
        self._process.stdin.flush()
        said: dict[str, Any] = json.loads(self._process.stdout.readline())
        return said


def _tokens(dsn: str, some: int) -> list[str]:
    """Make so many accounts, of all roles by turns, each signed in; return their tokens."""
    now = dt.datetime.now(dt.UTC)
    kinds = [one[:4] for one in PEOPLE for _ in range(one[4])][:some]
    tokens = []
    with session(dsn) as connection:
        for role, state, office, clearance in kinds:
            made = secrets.token_urlsafe(32)
            name = f"{role}.{made[:8].lower().replace('_', '-')}"
            account = Account(name, name, role, state, office, clearance or "H0", state=ACTIVE)
            there = add_account(connection, account, Change("bench", "a bench", now))
            ends = now + dt.timedelta(hours=14)
            put_session(connection, Session(key_of(made), there.id, IN, now, now, ends))
            tokens.append(made)
    return tokens


def _calling(ingest: Ingest, calls: dict[int, float], span_s: float) -> float:
    """Let a device call for help each second; note in ``calls`` when each began, epoch s.

    Returns how far ingest was behind at most, seconds.
    """
    end, lag = time.monotonic() + span_s, 0.0
    while time.monotonic() < end:
        mmsi = next(_NUMBERS)
        line = encode_dict({"msg_type": 14, "mmsi": mmsi, "text": "SART ACTIVE"})[0].encode()
        calls[mmsi] = time.time()
        ingest.sink("bench", [line])
        lag = max(lag, ingest.state()["spool"]["lag_s"] or 0.0)
        time.sleep(EVERY_S)
    return lag


def _drained(ingest: Ingest) -> float:
    """Return the seconds until all that was received is committed."""
    begun = time.monotonic()
    time.sleep(2 * STEP_S)  # what is being sent ends
    ingest.spool.sync()
    head = ingest.spool.head
    while ingest.state()["spool"]["committed"] < head:
        if time.monotonic() - begun > PATIENCE_S:
            raise TimeoutError(f"bench clients: a backlog after {PATIENCE_S:g} s; see the log")
        time.sleep(0.02)
    return time.monotonic() - begun
