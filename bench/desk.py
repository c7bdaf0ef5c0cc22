"""What analysts wait for: questions to the sea, the page of a vessel, dossiers; of 20 M positions.

Two days of traffic and ten years before them (``bench.sea``). Questions, pages and two exports are
asked in a process that is up, best of three; a dossier is the command line in a process of its
own, whose peak memory the system tells. What takes longer than a page waits for the database is
given up, as a page does, and counts as that long.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench import sea
from bench.export import MEMORY_MB, WAIT_S, answered, ran
from geofence.builtin import builtin_zones
from service.errors import WrongUseError
from service.finding.finding import find
from service.finding.question import PATIENCE_S
from service.identity import identity_on_page
from store import panel
from store.connect import session
from store.embedded import embedded
from store.errors import UnavailableError
from store.events import events_between
from store.live import track, vessel
from store.migrate import migrate

if TYPE_CHECKING:
    import psycopg

ROWS = 20_000_000
NOW = sea.START + dt.timedelta(days=sea.DAYS)
PAGE_S, DOSSIER_S, LONG_DOSSIER_S = 1.0, 5.0, 30.0
_DAY = dt.timedelta(days=1)
_LANDED = f"{NOW - _DAY / 4:%Y-%m-%dT%H:%M}"
_SEA, _HALF = "5,31,30,43", {"from": f"{NOW - _DAY * 0.75:%Y-%m-%dT%H:%M}",
                             "to": f"{NOW - _DAY / 3:%Y-%m-%dT%H:%M}"}  # fmt: skip
_BOAT = {"time": _LANDED, "slowest": "4"}


def asked() -> dict[str, tuple[str, dict[str, str]]]:
    """Return the questions: what the table calls each, its name and its fields."""
    port, other = (one.id for one in builtin_zones().of_kind("port").zones[:2])
    turn = {"a": "11,36,13,38", "b": "14,35,16,37"}
    near = {"at": "36.2 14.5", "nm": "20", "time": _LANDED, "minutes": "120"}
    return {
        "mother ship, 6 h": ("mother-ship", {
            **_BOAT, "at": "36.8 15.1", "fastest": "20", "hours": "6"}),
        "mother ship, 12 h": ("mother-ship", {
            **_BOAT, "at": "35.49 12.6", "fastest": "20", "hours": "12"}),
        "mother ship, 12 h, 30 kn": ("mother-ship", {
            **_BOAT, "at": "37.0 11.05", "fastest": "30", "hours": "12"}),
        "mother ship, many in reach": ("mother-ship", {
            **_BOAT, "at": "38.0 9.5", "fastest": "33", "hours": "12"}),
        "in turn, two boxes, 2 days": ("in-turn", turn),
        "in turn, two ports, 2 days": ("in-turn", {"a": port, "b": other}),
        "near a point, 20 nm, 4 h": ("near", near),
        "silent 6 h, a box, 2 days": ("gaps", {"zone": "14,35,16,37", "hours": "6"}),
        "silent 1 h, whole sea, 10 h": ("gaps", {"zone": _SEA, "hours": "1", **_HALF}),
        "first heard in a day": ("first-seen", {"from": f"{NOW - _DAY:%Y-%m-%dT%H:%M}"}),
        "first heard, in a box, cargo": ("first-seen", {
            "from": f"{NOW - _DAY:%Y-%m-%dT%H:%M}", "zone": _SEA, "type": "cargo"}),
        "never in port, 2 days": ("no-port", {"days": "1"}),
    }  # fmt: skip


def figures() -> Iterator[dict[str, Any]]:
    """Measure; the database is made first, which takes some minutes."""
    with tempfile.TemporaryDirectory(prefix="vedetta-bench-") as name:
        folder = Path(name)
        with embedded(folder / "db", database="bench") as dsn:
            migrate(dsn)
            sea.fill(dsn, ROWS)
            yield from measured(dsn, folder)


def measured(dsn: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Measure on a database that ``bench.sea`` has filled."""
    usual = _usual(dsn)
    for words, (name, given) in asked().items():
        yield _figure(words, _best(dsn, _question(name, given)), "s", WAIT_S)
    for words, mmsi in (("the page of a vessel", usual), ("the page of ten years", sea.LONG)):
        yield _figure(words, _best(dsn, _page(mmsi)), "s", PAGE_S)
    begin, hour = sea.START - sea.OLD_DAYS * _DAY, (NOW - _DAY, NOW - _DAY * 23 / 24)
    decade = answered(dsn, folder, begin, NOW, (str(usual),))
    yield _figure("10 years of a vessel", decade, "s", WAIT_S)
    yield _figure("an hour of the whole sea", answered(dsn, folder, *hour), "s", WAIT_S)
    spans = (
        ("a dossier of two days", usual, sea.START, DOSSIER_S),
        ("a dossier of ten years", sea.LONG, begin, LONG_DOSSIER_S),
    )
    for words, mmsi, since, most_s in spans:
        run = ran(dsn, folder / "out.pdf", "dossier", str(mmsi), "--from", since.isoformat(),
                  "--to", NOW.isoformat())  # fmt: skip
        yield _figure(words, run.seconds, "s", most_s)
        yield _figure(f"{words}, peak memory", run.peak_mb, "MB", MEMORY_MB)


def _best(dsn: str, work: Callable[[psycopg.Connection], object]) -> float:
    """Return the seconds that ``work`` takes in a transaction of its own, best of three.

    A statement that is given up counts as long as it may take: a slow machine has figures too.
    """
    taken = []
    for _ in range(3):
        begin = time.monotonic()
        try:
            with session(dsn) as connection:
                work(connection)
        except (UnavailableError, WrongUseError):
            taken.append(max(PATIENCE_S, time.monotonic() - begin))
        else:
            taken.append(time.monotonic() - begin)
    return min(taken)


def _question(name: str, given: dict[str, str]) -> Callable[[psycopg.Connection], object]:
    return lambda connection: find(connection, name, given, 0.25, NOW)


def _page(mmsi: int) -> Callable[[psycopg.Connection], object]:
    """Return what the drawer of a vessel reads, all of it one after the other."""

    def work(connection: psycopg.Connection) -> None:
        """Read it."""
        since = NOW - _DAY
        vessel(connection, mmsi)
        track(connection, mmsi, since, NOW, 40_000)
        identity_on_page(connection, mmsi)
        panel.receivers(connection, mmsi, since, NOW)
        panel.visits(connection, mmsi, NOW - 366 * _DAY, 500)
        events_between(connection, NOW - 366 * _DAY, NOW, mmsi)
        panel.listing(connection, mmsi)

    return work


def _usual(dsn: str) -> int:
    """Return a ship of which there is more than of most."""
    text = "SELECT mmsi FROM latest ORDER BY reports DESC OFFSET 300 LIMIT 1"
    with session(dsn) as connection:
        row = connection.execute(text).fetchone()
    assert row is not None
    return int(row[0])


def _figure(name: str, value: float, unit: str, floor: float) -> dict[str, Any]:
    row = {"bench": "desk", "name": name, "value": round(value, 2), "unit": unit}
    return {**row, "beside": None, "ratio": None, "floor": floor}
