"""The page and the routes of questions: asked, noted, saved, released; text stays text."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import geopandas
import pytest

from service.finding import finding
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.connect import session
from tests.plugins import asked, people
from tests.plugins.database import fresh_database

SETTINGS = WebSettings(port=0, poll_s=5)
MOTHER = {
    "at": asked.LANDED,
    "time": asked.LANDED_AT,
    "slowest": "4",
    "fastest": "20",
    "hours": "12",
}
TURN = {"a": "11,36,11.5,36.5", "b": "13,35.9,13.5,36.5", "within": "12",
        "from": "2026-05-01T00:00", "to": "2026-05-02T00:00"}  # fmt: skip


@pytest.fixture(scope="module")
def site(database_server, files):
    finding.ready()  # a question has some seconds, and compiling may take more
    with fresh_database(database_server) as dsn:
        asked.write(dsn)
        with running(create_app(SETTINGS, dsn, files=files), SETTINGS) as address:
            yield dsn, address


def client(site, role, name=""):
    dsn, address = site
    made = people.client(address, people.token(dsn, role, name=name))
    made.timeout = 60.0
    return made


def test_an_answer_has_reasons_a_map_and_links(site):
    with client(site, "analyst") as one:
        text = one.get("/find", params={"q": "mother-ship", **MOTHER}).text
    assert "PELAGIA" in text
    assert "turned back" in text
    assert 'class="reached band0"' in text
    assert f"?vessel={asked.MOTHER}" in text
    assert "Who sends no AIS is in no answer." in text


def test_a_name_that_came_by_radio_stays_text(site):
    with client(site, "analyst") as one:
        text = one.get("/find", params={"q": "in-turn", **TURN}).text
    assert "&lt;b&gt;RUNNER" in text
    assert "<b>RUNNER" not in text


def test_a_question_stands_in_the_audit_with_its_reason(site):
    dsn, _ = site
    with client(site, "analyst") as one:
        assert (
            one.get("/api/v1/find/in-turn", params={**TURN, "why": "route 7"}).status_code == 200
        )
    with session(dsn) as connection:
        found = connection.execute(
            "SELECT who, subject, why, details FROM audit WHERE action = 'sea.ask' "
            "ORDER BY number DESC LIMIT 1"
        ).fetchone()
    assert found[:3] == ("analyst", "in-turn", "route 7")
    assert found[3] == {"asked": TURN, "ships": 1}


def test_a_form_states_its_reason_in_the_audit_and_in_no_address(site):
    with client(site, "analyst") as one:
        form = {"q": "in-turn", **TURN, "why": "an informer says so"}
        answer = one.post("/find", data=form)
    assert (answer.status_code, "RUNNER" in answer.text) == (200, True)
    with session(site[0]) as connection:
        [why] = connection.execute(
            "SELECT why FROM audit WHERE action = 'sea.ask' ORDER BY number DESC LIMIT 1"
        ).fetchone()
    assert why == "an informer says so"
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', unescape(answer.text))
    again = [one for one in addresses if one.startswith("/find?q=in-turn&")]
    assert len(again) == 1
    assert not any("informer" in one or "why=" in one for one in addresses)
    with client(site, "analyst") as one:
        assert "RUNNER" in one.get(again[0]).text


def test_an_address_that_states_a_reason_leads_to_the_question_without_it(site):
    with client(site, "analyst") as one:
        answer = one.get("/find", params={"q": "in-turn", **TURN, "why": "not mine"})
        assert answer.status_code == 303
        assert "not" not in answer.headers["location"]
        assert "RUNNER" in one.get(answer.headers["location"]).text


def test_programs_get_ships_reasons_and_areas(site):
    with client(site, "operator") as one:
        told = one.get("/api/v1/find/mother-ship", params=MOTHER).json()
    assert told["ships"][0]["mmsi"] == asked.MOTHER
    assert told["count"] == len(told["ships"])
    assert [one["geometry"]["type"] for one in told["areas"]["features"]]


def test_the_reach_and_the_ships_leave_as_a_file_that_a_map_reads(site):
    with client(site, "analyst") as one:
        form = {"q": "mother-ship", **MOTHER, "why": "boat of 1 May", "format": "geojson"}
        answer = one.post("/find", data=form)
    with session(site[0]) as connection:
        noted = connection.execute(
            "SELECT why, details->>'format' FROM audit WHERE action = 'sea.ask' "
            "ORDER BY number DESC LIMIT 1"
        ).fetchone()
    assert noted == ("boat of 1 May", "geojson")
    assert 'filename="mother-ship.geojson"' in answer.headers["content-disposition"]
    shapes = geopandas.read_file(BytesIO(answer.content))
    assert shapes["what"].value_counts()[["area", "place"]].to_dict() == {"area": 3, "place": 1}
    first = shapes[shapes["number"] == 1].iloc[0]
    assert (first["mmsi"], first["name"]) == (asked.MOTHER, "PELAGIA")
    reached = shapes[shapes["what"] == "area"].union_all()
    assert reached.buffer(0.05).contains(first.geometry)


@pytest.mark.parametrize(
    "path, status, said",
    [
        ("/api/v1/find/near?format=shp", 400, "json or geojson"),
        ("/api/v1/find/whales", 404, "expected one of"),
        ("/api/v1/find/near?at=here&time=now", 400, "expected a position"),
        ("/find?q=near&at=here&time=now", 400, "expected a position"),
        ("/find?q=whales", 404, "no question"),
        ("/find?" + "&".join(f"x{n}=1" for n in range(30)), 400, "at most"),
    ],
)
def test_what_is_not_understood_is_said(site, path, status, said):
    with client(site, "analyst") as one:
        answer = one.get(path)
    assert answer.status_code == status
    assert said in answer.text


def test_a_rule_is_proposed_by_one_and_released_by_another(site):
    with client(site, "analyst") as one:
        form = {"q": "in-turn", **TURN, "name": "to Sicily", "why": "route 7", "watch": "yes"}
        assert one.post("/find/saved", data=form).status_code == 303
        assert "Waits for a release" in one.get("/find").text
    with client(site, "supervisor") as other:
        text = other.get("/find").text
        [number] = {part.split("/")[0] for part in text.split("/find/saved/")[1:]}
        assert other.post(f"/find/saved/{number}/release", data={"why": "yes"}).status_code == 303
        assert "<b>Watches</b>" in other.get("/find").text
        assert other.post(f"/find/saved/{number}/release", data={"why": "yes"}).status_code == 409
        assert "unless somebody says that it is still needed" in other.get("/find").text
        assert other.post(f"/find/saved/{number}/review", data={"why": "yes"}).status_code == 303
        assert other.post(f"/find/saved/{number}/withdraw", data={"why": "no"}).status_code == 303
        assert "to Sicily" not in other.get("/find").text


def test_who_proposed_a_rule_may_not_release_it_on_the_page_either(site):
    with client(site, "supervisor") as one:
        form = {"q": "in-turn", **TURN, "name": "my own", "why": "route 8", "watch": "yes"}
        assert one.post("/find/saved", data=form).status_code == 303
        number = one.get("/find").text.split("/find/saved/")[1].split("/")[0]
        answer = one.post(f"/find/saved/{number}/release", data={"why": "yes"})
    assert answer.status_code == 409
    assert "four eyes" in answer.text
