"""Replay over HTTP, with a real database."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import numpy as np
import pytest

from alerts.alert import Codes
from alerts.contacts import Contact
from geofence.zones import ZoneSet
from maps.live.past import HEADER, SHIP
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import connect
from store.contacts import add_contact
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.memory import area
from tests.plugins.sailed import (
    MARIA,
    QUIET,
    STELLA,
    hour_ago,
    listed,
    over,
    said,
    said_anew,
    sailed,
    told,
    zoned,
)

BEGIN = hour_ago()
SEA = {"west": 10, "south": 30, "east": 20, "north": 40}


def ms(minutes: float) -> int:
    return int((BEGIN + timedelta(minutes=minutes)).timestamp() * 1000)


@pytest.fixture(scope="module")
def dsn(database_server):
    with fresh_database(database_server) as dsn:
        sailed(dsn, BEGIN)
        first = told(dsn, BEGIN + timedelta(minutes=20), id="A-1")
        over(dsn, first, BEGIN + timedelta(minutes=40))
        told(dsn, BEGIN + timedelta(minutes=30), id="A-2", codes=Codes("H3", "ask"))
        told(dsn, BEGIN + timedelta(minutes=35), "distress", id="A-3", codes=Codes("H3", "ask"))
        yield dsn


@pytest.fixture(scope="module")
def address(dsn, files):
    settings = WebSettings(port=0)
    with running(create_app(settings, dsn, files=files), settings) as address:
        yield address


@pytest.fixture
def desk(address, dsn):
    with people.client(address, people.token(dsn, "operator", clearance="H1")) as client:
        yield client


def span(start: float, end: float, **more: object) -> dict[str, object]:
    return {"from": ms(start), "to": ms(end), **SEA, **more}


def ships(answer: httpx.Response) -> np.ndarray:
    [head] = np.frombuffer(answer.content, HEADER, 1)
    return np.frombuffer(answer.content, SHIP, int(head["ships"]), HEADER.itemsize)


def test_a_span_holds_who_was_there_in_it(desk) -> None:
    answer = desk.get("/api/v1/replay", params=span(30, 40))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert ships(answer)["mmsi"].tolist() == [MARIA, STELLA]


def test_with_a_lead_it_holds_who_had_been_heard_before(desk) -> None:
    found = ships(desk.get("/api/v1/replay", params=span(30, 40, lead=3600)))
    assert found["mmsi"].tolist() == [MARIA, STELLA, QUIET]
    assert found["rows"].tolist()[2] == 1


def test_a_coarser_step_is_fewer_rows(desk) -> None:
    fine, coarse = (
        ships(desk.get("/api/v1/replay", params=span(0, 60, step=step)))["rows"].sum()
        for step in (30, 600)
    )
    assert coarse < fine / 5


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"east": 50, "west": -10, "south": 20, "north": 60}, "ask for at most 38 min"),
        ({"to": ms(30 * 60), "east": 11, "north": 31}, "ask for at most 18 h"),
    ],
)
def test_too_much_is_refused_and_says_how_to_ask_for_less(desk, asked, said) -> None:
    answer = desk.get("/api/v1/replay", params=span(0, 60) | asked)
    assert answer.status_code == 413
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    "wrong", [{"from": "x"}, {"to": 0}, {"west": 30}, {"north": 95}, {"step": 0}, {"lead": -1}]
)
def test_a_question_that_makes_no_sense_is_told_why(desk, wrong) -> None:
    answer = desk.get("/api/v1/replay", params=span(0, 10) | wrong)
    assert answer.status_code == 400
    assert "expected" in answer.json()["error"]


def alerts(client, start: float, end: float) -> list[dict]:
    asked = {"from": ms(start), "to": ms(end)}
    answer = client.get("/api/v1/replay/alerts", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["alerts"]


def test_an_alert_carries_when_it_was_told_and_over(desk) -> None:
    [law, rescue] = alerts(desk, 0, 60)
    assert (law["id"], law["told_ms"], law["over_ms"]) == ("A-1", ms(20), ms(40))
    assert law["mmsis"] == [MARIA]
    assert rescue["id"] == "A-3"


def test_of_a_rescue_above_the_clearance_only_place_and_time_are_told(desk) -> None:
    rescue = alerts(desk, 0, 60)[-1]
    assert (rescue["limited"], rescue["mmsis"], rescue["lane"]) == (True, [], "sar")
    assert "MARIA" not in json.dumps(rescue)


def test_an_alert_carries_how_it_stood(address, dsn, desk) -> None:
    first = told(dsn, BEGIN - timedelta(days=3), id="A-4", headline="first words")
    later = BEGIN - timedelta(days=3) + timedelta(minutes=9)
    over(dsn, said_anew(dsn, first, later, headline="second words"), later)
    start = -3 * 24 * 60
    [one] = [one for one in alerts(desk, start - 1, start + 20) if one["id"] == "A-4"]
    said = [(each["headline"], each["state"], each["as_now"]) for each in one["versions"]]
    assert said == [("first words", "new", False), ("second words", "new", False),
                    ("second words", "retracted", False)]  # fmt: skip
    assert one["versions"][0]["from_ms"] == ms(start)


def test_words_of_a_stricter_version_are_not_told_though_the_alert_is_seen_now(dsn, desk) -> None:
    at = BEGIN - timedelta(days=4)
    strict = told(dsn, at, id="A-5", headline="from a source", codes=Codes("H3", "ask"))
    over(dsn, said_anew(dsn, strict, at, headline="open now", codes=Codes("H0")), at)
    start = -4 * 24 * 60
    [one] = [one for one in alerts(desk, start - 1, start + 20) if one["id"] == "A-5"]
    assert [each["headline"] for each in one["versions"]] == [
        "Law enforcement alert", "open now", "open now",
    ]  # fmt: skip
    assert "source" not in json.dumps(one)


def test_of_a_long_span_it_is_told_when_and_where_and_no_more(desk) -> None:
    asked = {"from": ms(-60 * 24 * 90), "to": ms(60), "brief": "1"}
    answer = desk.get("/api/v1/replay/alerts", params=asked)
    assert answer.status_code == 200
    assert "A-1" in {one["id"] for one in answer.json()["alerts"]}
    assert "headline" not in answer.text


def test_the_list_and_the_contacts_of_then_as_far_as_the_person_may_know(address, dsn) -> None:
    at = BEGIN - timedelta(days=2)
    listed(dsn, at, handling="H0")
    listed(dsn, at, mmsi=STELLA, handling="H3", handling_comment="ask")
    boat = Contact("call", 14.0, 35.0, 2.0, 0, "a rubber boat")
    with connect(dsn) as connection:
        add_contact(connection, boat, Change("anna", "a test", at))
    asked = {"from": ms(-2 * 24 * 60 - 60), "to": ms(-2 * 24 * 60 + 60)}

    def marks(role: str, clearance: str) -> dict:
        token = people.token(dsn, role, clearance=clearance)
        with people.client(address, token) as client:
            answer = client.get("/api/v1/replay/marks", params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    low, high = marks("operator", "H1"), marks("analyst", "H3")
    assert [one["mmsi"] for one in low["listed"]] == [MARIA]
    assert [one["mmsi"] for one in high["listed"]] == [MARIA, STELLA]
    assert low["contacts"][0]["words"] == "call: a rubber boat"
    assert low["contacts"][0]["from_ms"] == ms(-2 * 24 * 60)
    with connect(dsn) as connection:
        [(noted,)] = connection.execute(
            "SELECT count(*) FROM audit WHERE action = 'marks.replayed' AND who = 'operator'"
        ).fetchall()
    assert noted >= 1


def test_who_is_cleared_sees_all(address, dsn) -> None:
    token = people.token(dsn, "analyst", clearance="H3")
    with people.client(address, token) as client:
        assert [one["id"] for one in alerts(client, 0, 60)] == ["A-1", "A-2", "A-3"]


def test_more_alerts_than_anybody_plays_are_refused(desk) -> None:
    asked = {"from": ms(-6000), "to": ms(0)}
    answer = desk.get("/api/v1/replay/alerts", params=asked)
    assert (answer.status_code, "at most 49 h" in answer.text) == (413, True)


def test_what_is_stored_is_told(desk) -> None:
    said = desk.get("/api/v1/replay/span").json()
    assert said["last_ms"] == ms(59.5)
    assert said["first_ms"] <= ms(0)


def names(answer: httpx.Response) -> list[tuple[int, bytes, int]]:
    return [(int(one["mmsi"]), one["name"].tobytes().rstrip(b"\0"), int(one["since"]))
            for one in ships(answer)]  # fmt: skip


def test_a_ship_is_called_as_she_had_said_by_then(desk, dsn) -> None:
    said(dsn, STELLA, BEGIN + timedelta(minutes=33), "STELLA NOVA", 80)
    assert names(desk.get("/api/v1/replay", params=span(20, 30)))[1] == (STELLA, b"STELLA", 0)
    assert names(desk.get("/api/v1/replay", params=span(30, 40))) == [
        (MARIA, b"MARIA K", 0), (STELLA, b"STELLA", 0), (STELLA, b"STELLA NOVA", 180),
    ]  # fmt: skip
    assert names(desk.get("/api/v1/replay", params=span(40, 50)))[1][1] == b"STELLA NOVA"


def test_a_vessel_is_told_as_she_had_said_by_then(desk) -> None:
    one = desk.get(f"/api/v1/replay/vessels/{MARIA}", params={"at": ms(10)}).json()
    assert (one["name"], one["type"], one["since_ms"], one["until_ms"]) == (
        "MARIA K", "Cargo, hazard A", ms(0), None,
    )  # fmt: skip
    before = desk.get(f"/api/v1/replay/vessels/{MARIA}", params={"at": ms(-1)}).json()
    assert (before["name"], before["type"], before["flag"]) == (None, None, "Italy")
    assert (before["since_ms"], before["first_ms"]) == (None, ms(0))
    assert desk.get(f"/api/v1/replay/vessels/{MARIA}").status_code == 400


def test_zones_of_then_are_drawn_and_asked_about(desk, dsn) -> None:
    day = -24 * 60 * 5
    old = ZoneSet((area("Old-Area", "custom"),)).to_bytes()
    first = zoned(dsn, BEGIN + timedelta(minutes=day), old)
    zoned(dsn, BEGIN + timedelta(minutes=day + 60), ZoneSet((area("New", "custom"),)).to_bytes())
    asked = {"from": ms(day + 10), "to": ms(day + 20)}
    said = desk.get("/api/v1/replay/zones", params=asked).json()
    assert said["editions"] == [
        {"version": first, "from_ms": ms(day), "to_ms": ms(day + 60), "kept": True}
    ]
    then = desk.get(f"/api/v1/replay/zones/{first}")
    assert [one["properties"]["name"] for one in then.json()["features"]] == ["Old-Area"]
    tag = {"if-none-match": then.headers["etag"]}
    assert desk.get(f"/api/v1/replay/zones/{first}", headers=tag).status_code == 304
    place = {"lon": 14, "lat": 36, "at": ms(day + 10)}
    there = desk.get(f"/api/v1/replay/zones/{first}/at", params=place).json()
    assert [one["name"] for one in there["zones"]] == ["Old-Area"]


def test_before_the_first_edition_the_zones_are_those_delivered(desk) -> None:
    asked = {"from": ms(-24 * 60 * 9), "to": ms(-24 * 60 * 9 + 5)}
    [one] = desk.get("/api/v1/replay/zones", params=asked).json()["editions"]
    assert (one["version"], one["from_ms"]) == (0, None)
    kinds = desk.get("/api/v1/replay/zones/0").json()["features"]
    assert "port" in {zone["properties"]["kind"] for zone in kinds}


@pytest.mark.parametrize("edition", ["999", "x", "-1"])
def test_zones_that_are_not_kept_are_not_found(desk, edition) -> None:
    answer = desk.get(f"/api/v1/replay/zones/{edition}")
    assert (answer.status_code, "edition" in answer.json()["error"]) == (404, True)
