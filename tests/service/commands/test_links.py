"""``vedetta links``: a table with the evidence, JSON, and GraphML as an export under its codes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from maps.errors import MapsError
from service.cli import vedetta
from service.errors import WrongUseError
from store.connect import connect
from tests.plugins import linked
from tests.plugins.database import fresh_database
from tests.plugins.linked import CONSORT, HIDDEN, MARIA, NAMES, STELLA

WHY = ("--reason", "a test")


@pytest.fixture(scope="module")
def sea(database_server: str) -> Iterator[str]:
    with fresh_database(database_server) as dsn:
        linked.fill(dsn)
        yield dsn


def run(sea: str, *words: str, verb: str = "links") -> Result:
    environment = {"DATABASE_URL": sea, "VEDETTA_USER": "a.greco"}
    return CliRunner().invoke(vedetta, [verb, *words], env=environment)


def audited(sea: str, action: str) -> list[dict]:
    with connect(sea) as connection:
        rows = connection.execute("SELECT details FROM audit WHERE action = %s", [action])
        return [details for (details,) in rows]


def test_a_table_says_who_is_tied_and_by_what(sea: str) -> None:
    done = run(sea, str(MARIA), *WHY)
    assert done.exit_code == 0, done.output
    assert "met at sea" in done.stdout
    assert f"alert:{linked.MET}" in done.stdout
    assert f"{MARIA} MARIA K*" in done.stdout
    assert "Handling H2" in done.stderr
    assert audited(sea, "links.read")


def test_json_holds_the_chain_and_who_lies_between(sea: str) -> None:
    done = run(sea, str(MARIA), "--hops", "2", "--to", "247000005", "--format", "json", *WHY)
    told = json.loads(done.stdout)
    assert told["chain"] == ["247000001", "247000002", "247000004", "247000005"]
    assert told["central"][0]["node"] == f"{MARIA}"
    assert {one["id"] for one in told["nodes"]} >= {f"{STELLA}", "V-000001"}


def test_graphml_is_read_back_and_lacks_what_codes_forbid(sea: str, tmp_path: Path) -> None:
    out = tmp_path / "maria.graphml"
    done = run(sea, str(MARIA), "--hops", "2", "--format", "graphml", "-o", str(out), *WHY)
    assert done.exit_code == 0, done.output
    read = nx.read_graphml(out)
    assert read.nodes[f"{MARIA}"]["listed_as"] == "V-000002"
    assert read.nodes[f"{CONSORT}"]["name"] == NAMES[CONSORT]
    # Her meeting carries the codes of her entry, her stay in port none.
    assert not read.has_edge(f"{MARIA}", f"{HIDDEN}")
    assert read.has_edge(f"{CONSORT}", f"{HIDDEN}")
    assert "listed_as" not in read.nodes[f"{HIDDEN}"]
    assert "SECRET" not in out.read_text()
    said = json.loads((tmp_path / "maria.graphml.json").read_text())
    assert (said["rows"], said["query"]["hops"]) == (read.number_of_edges(), 2)
    # To whoever gets the file its number only; what and why is for who asked.
    assert (said["kept_back_count"] > 0, "kept_back" in said) == (True, False)
    assert "entry:V-000003 is kept back" in done.stderr
    assert said["codes"]["handling"] == "H1"
    assert audited(sea, "links.export")[-1]["rows"] == said["rows"]


def test_who_is_permitted_gets_all_of_it(sea: str, tmp_path: Path) -> None:
    out = tmp_path / "all.graphml"
    done = run(sea, str(MARIA), "--format", "graphml", "-o", str(out), *WHY,
               "--permission", "GRC by letter 7")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert nx.read_graphml(out).has_edge(f"{MARIA}", f"{HIDDEN}")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg", "parquet"])
def test_links_leave_as_a_table_too(sea: str, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"links.{ending}"
    since = f"{linked.SPAN[0]:%Y-%m-%dT%H:%M:%SZ}"
    done = run(sea, "links", str(MARIA), "--from", since, *WHY, "-o", str(out), verb="export")
    assert done.exit_code == 0, done.output
    if ending == "csv":
        rows = pd.read_csv(out)
        assert {*rows["kind"]} == {"met", "imo", "together", "sister_ship", "port"}


@pytest.mark.parametrize(
    ("words", "because"),
    [
        ((), "a vessel or --all"),
        (("247000001", "--all"), "a vessel or --all"),
        (("nobody",), "is no vessel"),
        (("247000001", "--format", "graphml"), "-o names the file"),
        (("--all", "--to", "247000002"), "a chain needs a vessel"),
        (("247000001", "--since", "2020-01-01"), "at most 400 days"),
    ],
)
def test_wrong_use_is_said_in_one_line(sea: str, words: tuple[str, ...], because: str) -> None:
    error = run(sea, *words, *WHY).exception
    assert isinstance(error, WrongUseError | MapsError)
    assert because in str(error)
