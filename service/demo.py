"""The demo: an own database and spool, an exercise over a real socket, the whole service.

    exercise ──TCP──▶ ingest ──▶ spool ──▶ TimescaleDB ──▶ web ──▶ your browser

Nothing leaves the machine, and nothing of an earlier demo is kept.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fcntl
import http.client
import json
import os
import shutil
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import click
import platformdirs
import yaml

from service import importing, watch
from service.assets import assets_folder
from service.demo_people import make_people
from service.desk import Desk, change
from service.errors import ServiceError, WrongUseError
from service.exercise.background import carried
from service.exercise.company import Company
from service.exercise.incidents.staging import Stage
from service.exercise.listing import write_list
from service.exercise.receivers import Masts
from service.exercise.scenario import load_scenario
from service.exercise.timetables import at_sea, scheduled
from service.log import set_up_log
from service.settings import LogSettings
from service.supervisor import Child, Supervisor, command, stop_on_signals
from service.traffic import learning
from store.connect import session
from store.embedded import embedded, locate
from store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from alerts.traffic.lines import Line
    from service.exercise.incidents.script import Identity
    from service.exercise.scenario import Scenario

HOST = "127.0.0.1"
PORTS_TRIED = 50
HIGHEST_PORT = 65_535
POLL_S = 0.3
LOG = LogSettings(level="warning")
_LISTED_FERRIES = 2
"""Ships of a line that the demo's list holds: their alerts say so as an innocent explanation."""


# Nothing leaves the machine: messages become files in the demo's folder.
OFFICES: list[dict[str, object]] = [
    {"id": "eurtf-catania", "name": "EURTF Catania", "country": "ITA", "language": "it",
     "channels": ["drop"]},
    {"id": "eurtf-piraeus", "name": "EURTF Piraeus", "country": "GRC", "language": "el",
     "channels": ["drop"]},
    {"id": "jot-mare", "name": "JOT Mare desk", "channels": ["drop"]},
]  # fmt: skip
RULES: list[dict[str, object]] = [
    {"name": "rescue", "lanes": ["sar"], "offices": ["*"]},
    {"name": "law", "lanes": ["law"], "severity_at_least": "medium", "offices": ["jot-mare"]},
    {"name": "Italy", "lanes": ["law"], "severity_at_least": "high", "member_states": ["ITA"],
     "offices": ["eurtf-catania"]},
    {"name": "Greece", "lanes": ["law"], "severity_at_least": "high", "member_states": ["GRC"],
     "offices": ["eurtf-piraeus"]},
    {"name": "system", "lanes": ["infrastructure"], "severity_at_least": "high",
     "offices": ["jot-mare"]},
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Demo:
    """How the demo runs.

    minutes  ends after so long, None = until a signal
    speed    how much faster than real time the exercise's clock runs
    port     of the page; the next free one is taken
    seed     of the exercise
    vessels  number of vessels, None = the scenario's
    scenario the exercise's file, None = the Mediterranean one
    totp     whether the second step is asked for
    """

    minutes: float | None
    speed: float
    port: int
    seed: int
    vessels: int | None
    scenario: Path | None = None
    totp: bool = False


def run_demo(demo: Demo) -> int:
    """Run the demo until its end or a signal; returns the exit code.

    1. Assets and database are made ready. 2. What an earlier demo left is removed. 3. The
    processes start. 4. The address and who may sign in are printed once
    ships are in the picture.
    """
    set_up_log(LOG)
    folder = platformdirs.user_data_path("vedetta") / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        assets_folder()
        _clear(folder)
        (folder / "sent").mkdir(mode=0o700, exist_ok=True)
        with embedded(folder / "database", database="vedetta_demo") as dsn:
            migrate(dsn)
            now = dt.datetime.now(dt.UTC)
            usual = _Usual.of(demo, now)
            _list(folder / "list.csv", demo, dsn, usual.at_sea)
            _learned(demo, dsn, usual.lines, now)
            people = make_people(dsn)
            # Held until the end: a port that is only looked at may be somebody else's a moment
            # later, when its process is up.
            with _door(demo.port) as page, _door(0) as nmea:
                config = folder / "config.yaml"
                settings = _settings(folder, demo, _port(page), _port(nmea))
                config.write_text(yaml.safe_dump(settings), "utf-8")
                return _supervise(demo, config, dsn, (page, nmea), people)


@dataclass(frozen=True, slots=True)
class _Usual:
    """What is ordinary in the demo's sea: the lines its ferries keep to, and some now at sea."""

    lines: tuple[Line, ...] = ()
    at_sea: tuple[Identity, ...] = ()

    @classmethod
    def of(cls, demo: Demo, now: dt.datetime) -> Self:
        """Return it for the company that the demo will send; nothing of another scenario."""
        if demo.scenario:
            return cls()
        scenario = _scenario(demo)
        company = Company.of(scenario, demo.seed, demo.vessels)
        lines = scheduled(company, scenario, _midnight(now).timestamp())
        ferries = at_sea(company, {one.mmsi for one in lines}, now.timestamp())
        return cls(lines, tuple(ferries[:_LISTED_FERRIES]))


def _list(path: Path, demo: Demo, dsn: str, ferries: Sequence[Identity]) -> None:
    """Put whom the incidents look for on the list, in force before the first line comes.

    Some ferries too: somebody aboard is looked for, and the ship does what she always does.
    """
    scenario = _scenario(demo)
    stage = Stage.of(scenario, Masts.of(scenario), demo.seed, 0.0)
    write_list((*stage.listed, *ferries), path)
    review = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).date().isoformat()
    made = change("demo", "the exercise's own list")
    with session(dsn) as connection:
        # An exercise needs no second pair of eyes.
        desk = Desk(connection, grace_days=0, four_eyes=False)
        read = importing.read_file(path, {"review_by": [review]}, "csv")
        done = importing.apply(desk, importing.plan(desk, read, keep_all=True), path, made)
        watch.release(desk, [f"{one}:{version}" for one, version in done], made)


def _learned(demo: Demo, dsn: str, lines: tuple[Line, ...], now: dt.datetime) -> None:
    """Have what is usual in the exercise's sea in force, as if learned until last midnight.

    Its lines are those of this very company: other seeds have other ferries.
    """
    if demo.scenario:
        return
    made = change("demo", "the exercise's own sea")
    model = dataclasses.replace(carried(learning.micros(_midnight(now))), lines=lines)
    with session(dsn) as connection:
        version = learning.keep(connection, model, made)
        learning.adopt(connection, version, made)


def _midnight(now: dt.datetime) -> dt.datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _scenario(demo: Demo) -> Scenario:
    return load_scenario(demo.scenario) if demo.scenario else load_scenario()


def _supervise(
    demo: Demo, config: Path, dsn: str, doors: tuple[socket.socket, socket.socket], people: str
) -> int:
    page, nmea = doors
    sender = ["exercise", "send", "--fd", str(nmea.fileno()), "--seed", str(demo.seed)]
    sender += ["--speed", str(demo.speed)]
    if demo.vessels:
        sender += ["--vessels", str(demo.vessels)]
    if demo.scenario:
        sender += ["--scenario", str(demo.scenario)]
    run = ["-c", str(config)]
    web = command("run", "web", *run, "--fd", str(page.fileno()))
    children = [
        Child("exercise", command(*sender), (nmea.fileno(),)),
        Child("web", web, (page.fileno(),)),
        *(Child(part, command("run", part, *run)) for part in ("ingest", "jobs")),
    ]
    supervisor = Supervisor(children, {"DATABASE_URL": dsn})
    stop_on_signals(supervisor.stop)
    threading.Thread(
        target=_announce, args=(_port(page), people, demo.minutes, supervisor.stop), daemon=True
    ).start()
    return supervisor.run()


def _settings(folder: Path, demo: Demo, page: int, nmea: int) -> dict[str, object]:
    """Return the demo's config.yaml: everything stays on loopback."""
    return {
        "folder": str(folder),
        "exercise": True,
        "watchlist": {"four_eyes": False},
        "feeds": [{"kind": "tcp", "name": "exercise", "host": HOST, "port": nmea}],
        "ingest": {"clock_speed": demo.speed},
        "audit": {"anchor_file": str(folder / "anchors" / "demo.anchors"), "every_h": 1},
        "people": {"totp": "required" if demo.totp else "off", "demo": True},
        "web": {"host": HOST, "port": page},
        "channels": [
            {
                "kind": "cap",
                "name": "drop",
                "folder": str(folder / "sent"),
                "sender": "exercise@vedetta.invalid",
                "sender_name": "Vedetta, exercise",
            },
        ],
        "routing": {"offices": OFFICES, "rules": RULES},
        "log": dataclasses.asdict(LOG),
    }


def _announce(page: int, people: str, minutes: float | None, stop: threading.Event) -> None:
    """Print address and sign-in when ships are in the picture; end the demo at its time."""
    click.echo("vedetta: starting, the first ships appear in some seconds", err=True)
    begun = time.monotonic()
    while not stop.is_set() and _ships(page) == 0:
        stop.wait(POLL_S)
    if not stop.is_set():
        click.echo(f"EXERCISE, simulated vessels only. Open http://{HOST}:{page}/")
        click.echo(people)
        click.echo("vedetta: Ctrl-C ends the demo", err=True)
    if minutes is not None:
        stop.wait(max(0.0, minutes * 60 - (time.monotonic() - begun)))
        stop.set()


def _ships(page: int) -> int:
    """Return how many vessels the page shows, 0 while it does not answer."""
    connection = http.client.HTTPConnection(HOST, page, timeout=2)
    try:
        connection.request("GET", "/health")
        state = json.load(connection.getresponse())
    except (OSError, ValueError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return int((state.get("map") or {}).get("vessels", 0))


def _door(wanted: int) -> socket.socket:
    """Return a socket that listens on ``wanted`` or the next free port; 0 = any.

    Raises WrongUseError where none is free.
    """
    last = min(wanted + PORTS_TRIED, HIGHEST_PORT + 1)
    for port in range(wanted, last) if wanted else [0]:
        with contextlib.suppress(OSError):
            return socket.create_server((HOST, port))
    msg = f"--port {wanted}: it and the next {PORTS_TRIED} are in use or out of range; try others"
    raise WrongUseError(msg)


def _port(door: socket.socket) -> int:
    return int(door.getsockname()[1])


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Refuse a second demo of this user: it would remove the first one's database."""
    with (folder / "demo.lock").open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            msg = f"a demo runs already (process {lock.read().strip()}); stop it first"
            raise ServiceError(msg) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left, its database server too if that was killed."""
    server = locate(folder / "database")
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)
    server.folder.mkdir(parents=True, exist_ok=True)
    server.account.give(server.folder)
    for name in ("spool", "snapshots", "anchors", "sent", "digests", "editions"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "quarantine.jsonl").unlink(missing_ok=True)
