"""Replay over HTTP, with a real database."""

from __future__ import annotations

import json
from datetime import timedelta

import httpx
import numpy as np
import pytest

from alerts.alert import Codes
from maps.live.past import HEADER, SHIP
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.sailed import MARIA, QUIET, STELLA, hour_ago, over, sailed, told

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
    said = ships(desk.get("/api/v1/replay", params=span(30, 40, lead=3600)))
    assert said["mmsi"].tolist() == [MARIA, STELLA, QUIET]
    assert said["rows"].tolist()[2] == 1


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
