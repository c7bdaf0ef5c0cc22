"""``replay --zones``, ``--watchlist`` and ``--rules``: a recording is screened with files."""

from __future__ import annotations

import json

import psycopg
import pytest
import shapely

from alerts.rules import Rule, Rules

SHIP = 247_320_162
LIST = "mmsi,name,handling\n247320162,GHOST,H1\n999,NOBODY,H1\n"
OFF_NAPLES = {
    "type": "Feature",
    "properties": {"id": "patrol", "name": "Patrol", "kind": "custom"},
    "geometry": {
        "type": "Polygon",
        "coordinates": [[[14.2004, 40.7], [14.4, 40.7], [14.4, 40.9], [14.2004, 40.9],
                         [14.2004, 40.7]]],
    },
}  # fmt: skip


@pytest.fixture
def listed(tmp_path):
    """A list with one good row and one whose MMSI is none."""
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    return file


@pytest.fixture
def patrol(tmp_path):
    """A zone that the ships of the recording sail into."""
    file = tmp_path / "patrol.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [OFF_NAPLES]}))
    return file


def test_a_listed_ship_is_named_and_a_bad_row_too(vedetta, harbour, listed):
    told = vedetta("replay", harbour, "--watchlist", listed)
    assert f"list: MMSI {SHIP} answers to line-2 by mmsi 1.00" in told.err
    assert "list, line 3: left out: " in told.err
    assert json.loads(told.err.splitlines()[-1])["rows"]["hits"] == 1
    assert told.code == 0


def test_given_zones_stand_in_place_of_those_that_come_along(vedetta, harbour, patrol):
    told = vedetta("replay", harbour, "--zones", patrol)
    assert told.err.startswith("zones: 2 entered\n")


@pytest.fixture
def rules(tmp_path):
    """A watch rule for who comes into the zone of ``patrol``."""
    file = tmp_path / "rules.json"
    area = shapely.box(14.2004, 40.7, 14.4, 40.9)
    file.write_bytes(Rules((Rule("r-000001", "off Naples", "enters", area),)).to_bytes())
    return file


def test_given_watch_rules_tell_the_same_however_the_recording_is_cut(
    vedetta, harbour, rules, tmp_path
):
    told = []
    for lines in (1, 7, 65_536):
        out = tmp_path / f"events-{lines}.jsonl"
        done = vedetta("replay", harbour, "--rules", rules, "--events", out, "--block-lines",
                       lines)  # fmt: skip
        assert done.code == 0
        told.append(out.read_bytes())
    assert told[0] == told[1] == told[2]
    events = [json.loads(line) for line in told[0].splitlines()]
    assert {
        one["evidence"]["named"]["value"] for one in events if one["kind"] == "watch_rule"
    } == {"off Naples"}
    without = tmp_path / "without.jsonl"
    vedetta("replay", harbour, "--events", without)
    assert b"watch_rule" not in without.read_bytes()


def test_without_files_the_zones_that_come_along_are_looked_at(vedetta, harbour):
    assert " present" in vedetta("replay", harbour).err


@pytest.mark.parametrize(
    "option,name,content,says",
    [
        ("--watchlist", "list.csv", "mmsi,name\n247320162,=cmd|calc\n", "line 2"),
        ("--zones", "z.geojson", '{"type": "FeatureCollection", "features": []}', "no feature"),
        ("--zones", "z.gml", "<gml/>", ".gml"),
        ("--watchlist", "missing.csv", None, "missing.csv"),
        ("--rules", "rules.json", '{"rules": [{"id": "r-000001"}]}', "is no rule"),
        ("--rules", "rules.txt", "", ".txt"),
    ],
)
def test_a_file_that_cannot_be_used_stops_before_the_work(
    vedetta, harbour, tmp_path, option, name, content, says
):
    file = tmp_path / name
    if content is not None:
        file.write_text(content)
    told = vedetta("replay", harbour, option, file)
    assert told.code in {1, 2}
    assert says in told.complaint


def test_another_list_is_another_run(vedetta, harbour, listed, dsn, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", dsn)
    first = vedetta("replay", harbour, "--into-db", "--watchlist", listed).out
    again = vedetta("replay", harbour, "--into-db", "--watchlist", listed).out
    listed.write_text(LIST.replace("GHOST", "PHANTOM"))
    other = vedetta("replay", harbour, "--into-db", "--watchlist", listed).out
    assert [words.split()[0] for words in (first, again, other)] == ["20", "0", "20"]
    with psycopg.connect(dsn) as connection:
        runs = connection.execute(
            "SELECT run_id, count(*) FROM watchlist_hit GROUP BY run_id ORDER BY run_id"
        ).fetchall()
        adopted = connection.execute("SELECT count(*) FROM adoption").fetchone()
    assert (runs, adopted) == ([(1, 1), (2, 1)], (4,))
