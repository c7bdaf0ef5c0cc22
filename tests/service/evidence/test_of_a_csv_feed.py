"""From a file of rows to a package: a CSV feed, its spool, an alert, its proof somewhere else."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from ais.feeds.file import FileFeed
from service.ingest import Ingest
from service.settings import IngestSettings, Settings
from store.connect import connect
from store.incidents import alerts
from tests.plugins.database import fresh_database
from tests.plugins.forged import flip, members
from tests.plugins.waiting import at_work, until

BEGIN = datetime.now(UTC) - timedelta(minutes=30)
SHIP, OTHER = 247_000_001, 247_000_002
HEAD = "when,vessel,x,y,kn,course,status,long,label"
LAYOUT = (
    "id=vessel,time=when,lon=x,lat=y,sog=kn,cog=course,nav_status=status,length_m=long,name=label"
)


def rows() -> list[str]:
    """Two ships east of Sicily, a row a minute; one of them is not under command after ten."""
    said = []
    for minute in range(20):
        at = f"{BEGIN + timedelta(minutes=minute):%Y-%m-%dT%H:%M:%SZ}"
        status = "2" if minute >= 10 else "0"
        lon = 17.0 + min(minute, 10) / 250
        said.append(f"{at},{SHIP},{lon:.5f},36.50000,{0 if minute >= 10 else 12},90,{status},"
                    "120,BLUE")  # fmt: skip
        said.append(f"{at},{OTHER},{16.5 + minute / 250:.5f},36.00000,12,90,0,180,RED")
    return said


@pytest.fixture(scope="module")
def config(database_server, tmp_path_factory) -> Path:
    """A service that was fed by a CSV, and stands still since."""
    folder = tmp_path_factory.mktemp("csv")
    (folder / "ships.csv").write_text("\n".join([HEAD, *rows(), ""]))
    feed = FileFeed(name="archive", path=str(folder / "ships.csv"), follow=False, time="source",
                    layout=LAYOUT)  # fmt: skip
    settings = Settings(folder=folder, feeds=(feed,), ingest=IngestSettings(block_ms=10))
    given = {"kind": "file", "name": "archive", "path": feed.path, "follow": False,
             "time": "source", "layout": LAYOUT}  # fmt: skip
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump({"folder": str(folder), "feeds": [given]}))
    with fresh_database(database_server) as dsn:
        with at_work(Ingest(settings, dsn)):
            until(lambda: _alert(dsn), 60)
        yield path, dsn


def _alert(dsn: str) -> str | None:
    with connect(dsn) as connection:
        return next((one.id for one in alerts(connection) if one.mmsis == (SHIP,)), None)


@pytest.fixture
def file(config, vedetta, monkeypatch, tmp_path) -> Path:
    """Its package, in a folder where nothing else of the service is."""
    path, dsn = config
    monkeypatch.setenv("DATABASE_URL", dsn)
    made = tmp_path / "made.zip"
    told = vedetta("evidence", "make", _alert(dsn), "-o", made, "--reason", "note 17", "-c", path)
    assert told.code == 0, told
    there = tmp_path / "elsewhere" / "case17.zip"
    there.parent.mkdir()
    made.rename(there)
    monkeypatch.setenv("DATABASE_URL", "host=nowhere.invalid")
    monkeypatch.chdir(there.parent)
    return there


def test_its_rows_tell_the_same_events_again_in_another_folder(file, vedetta):
    told = vedetta("evidence", "verify", file.name, "--json")
    said = json.loads(told.out)
    assert (told.code, said["ok"], said["faults"]) == (0, True, [])
    assert {one["outcome"] for one in said["events"]} == {"same"}
    assert "not_under_command" in {one["kind"] for one in said["events"]}
    lines = [text for name, text in members(file).items() if name.endswith(".log")]
    assert sum(text.count(b",247000001,") for text in lines) == 20
    assert not any(b"247000002" in text for text in lines)


def test_one_byte_of_one_row_is_found(file, vedetta):
    name = next(one for one, text in members(file).items()
                if one.endswith(".log") and b",247000001," in text)  # fmt: skip
    flip(file, name, b"Z,247000001,17.0")
    told = vedetta("evidence", "verify", file.name)
    assert told.code == 1
    assert f"{name}, bytes" in told.err
