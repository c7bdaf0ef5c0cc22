"""``vedetta export``: the words of the command line, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import vedetta
from service.errors import WrongUseError
from service.exporting.making import KeptBackError
from tests.plugins import exported
from tests.plugins.database import fresh_database

SPAN = ("--from", "2026-05-01T08:00:00Z", "--to", "2026-05-01T09:00:00Z")


@pytest.fixture(scope="module")
def sea(database_server: str) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        exported.fill(dsn)
        yield dsn


def run(sea: str, *words: str) -> Result:
    environment = {"DATABASE_URL": sea, "VEDETTA_USER": "a.greco"}
    return CliRunner().invoke(vedetta, ["export", *words], env=environment)


def test_the_format_is_told_by_the_ending_and_the_rest_stands_beside(
    sea: str, tmp_path: Path
) -> None:
    out = tmp_path / "track.gpx"
    done = run(sea, "tracks", "247000011", *SPAN, "--reason", "a test", "-o", str(out))
    assert done.exit_code == 0, done.output
    assert "1 tracks; H0, TLP:GREEN; sha256 " in done.output
    said = json.loads((tmp_path / "track.gpx.json").read_text())
    assert (said["who"], said["format"]) == ("a.greco", "gpx")


def test_what_is_kept_back_is_named(sea: str, tmp_path: Path) -> None:
    done = run(sea, "alerts", "--reason", "a test", "-o", str(tmp_path / "a.csv"))
    assert f"{exported.SECRET} is kept back: handling H2" in done.output
    asked = ("alerts", "--alert", exported.SECRET, "--reason", "x", "-o", str(tmp_path / "b.csv"))
    assert isinstance(run(sea, *asked).exception, KeptBackError)


@pytest.mark.parametrize(
    "words",
    [
        ("tracks", *SPAN, "-o", "a.gpx"),
        ("tracks", *SPAN, "--reason", " ", "-o", "a.gpx"),
        ("tracks", *SPAN, "--reason", "why", "-o", "a.doc"),
        ("tracks", *SPAN, "--reason", "why", "-o", "nowhere/a.gpx"),
        ("zones", "--reason", "why", "-o", "a.gpx"),
        ("positions", "ship", *SPAN, "--reason", "why", "-o", "a.csv"),
    ],
)
def test_wrong_use_is_said_before_any_work(
    sea: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert isinstance(run(sea, *words).exception, WrongUseError)
    assert not list(tmp_path.iterdir())
