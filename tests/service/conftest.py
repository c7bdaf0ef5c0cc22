"""The command line as a user has it: words in; exit code, stdout and stderr out."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from service.cli import main
from tests.plugins.database import fresh_database
from tests.plugins.nmea import encoded, tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.plugins.exercised import Exercised

START_S = 1_593_874_260
SHIP, OTHER = 247_320_162, 239_000_001


@dataclass(frozen=True)
class Told:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def complaint(self) -> str:
        """The only line on stderr; there is nothing on stdout."""
        [line] = self.err.splitlines()
        assert self.out == ""
        return line


@pytest.fixture
def vedetta(capsys, monkeypatch) -> Callable[..., Told]:
    """Run ``vedetta WORDS`` in this process, its last words and its exit code included."""

    def run(*words: object) -> Told:
        monkeypatch.setattr(sys, "argv", ["vedetta", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Told(ended.value.code or 0, *capsys.readouterr())

    return run


def report(mmsi: int = SHIP, lon: float = 14.2) -> bytes:
    """A position report of a ship off Naples that makes 10 knots eastward."""
    return encoded(type=1, mmsi=mmsi, lon=lon, lat=40.8, speed=10, course=90, turn=0)[0]


def recorded(lines: int) -> list[bytes]:
    """Two ships in turn, a line each 5 s, behind tag blocks that carry the time."""
    return [
        tagged(b"c:%d" % (START_S + 5 * n), report((SHIP, OTHER)[n % 2], 14.2 + n * 1e-4))
        for n in range(lines)
    ]


@pytest.fixture
def harbour(tmp_path) -> Path:
    """A recording of 20 reports and one line that is no sentence."""
    file = tmp_path / "harbour.nmea"
    file.write_bytes(b"\r\n".join([*recorded(20), b"!AIVDM,broken"]) + b"\r\n")
    return file


@pytest.fixture
def timeless(tmp_path) -> Path:
    """A recording without any time."""
    file = tmp_path / "timeless.nmea"
    file.write_bytes(report() + b"\n")
    return file


@pytest.fixture(scope="session")
def freighter(
    database_server: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Exercised]:
    """The ghost freighter of the exercise, 42 minutes of it, from real lines in a real spool."""
    from tests.plugins.exercised import exercised

    with fresh_database(database_server) as dsn:
        yield exercised(dsn, tmp_path_factory.mktemp("freighter"), 42, ("ghost_freighter",), 24,
                        watched="12.15,38.0,12.28,38.08")  # fmt: skip
