"""The description of /api/v1: all of it, nothing else, and true."""

from __future__ import annotations

import datetime as dt
import secrets
import time

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as bounded
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.rights import TOKEN_DEEDS
from service.signing_in import key_of
from service.web.app import create_app
from service.web.openapi import API
from service.web.operations import OPERATIONS
from service.web.rights import ROUTES
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import session
from store.tokens import ApiToken, add_token
from store.writer import Writer
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.rows import positions, writes

SETTINGS = WebSettings(port=0, poll_s=5, token_per_min=10_000, account_per_min=10_000,
                       stream_s=0.2)  # fmt: skip
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_schema_conformance,
]  # fmt: skip


@pytest.fixture(scope="module")
def dsn(database_server):
    with fresh_database(database_server) as dsn:
        with Writer(dsn) as writer:
            writer.commit(
                writes(positions(mmsi=[247000001], time=["2026-05-01T08:00:00"],
                                 lon_deg=[14.5], lat_deg=[35.5]))
            )  # fmt: skip
        yield dsn


@pytest.fixture(scope="module")
def app(dsn, files):
    return create_app(SETTINGS, dsn, files=files)


@pytest.fixture(scope="module")
def address(app):
    with running(app, SETTINGS) as address:
        yield address


def token_of(dsn: str, *deeds: str) -> str:
    account, made = people.add(dsn, "supervisor"), f"vedetta_{secrets.token_urlsafe(24)}"
    now = dt.datetime.now(dt.UTC)
    with session(dsn) as connection:
        one = ApiToken(key_of(made), account.id, made[-8:], deeds, now, now + dt.timedelta(days=1))
        add_token(connection, one, Change("operator", "a test", now))
    return made


READS = tuple(one for one in TOKEN_DEEDS if one.endswith(".read"))


@pytest.fixture(scope="module")
def client(dsn, address):
    """A program with a token for all that a supervisor reads."""
    token = token_of(dsn, *READS)
    with httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"},
                      timeout=30) as client:  # fmt: skip
        charted(client)
        yield client


def charted(client: httpx.Client) -> None:
    """Wait for the chart of the zones, which takes some seconds whenever they change."""
    while 503 in {
        client.get(f"{API}{one}").status_code for one in ("zones", "zones/at?lon=14&lat=36")
    }:
        time.sleep(0.2)


@pytest.fixture(scope="module")
def person(dsn, address):
    """A supervisor at a page of ours: who may do most."""
    with people.client(address, people.token(dsn, "supervisor")) as person:
        person.timeout = 30
        yield person


@pytest.fixture(scope="module")
def document(client):
    return client.get(f"{API}openapi.json").json()


def test_every_route_is_described_and_nothing_else(document) -> None:
    told = {(m.upper(), path) for path, several in document["paths"].items() for m in several}
    routes = {row for row in ROUTES if row[1].startswith(API)}
    assert told == routes
    # A new route of /api/v1 needs a row in service/web/operations.py.
    assert routes == OPERATIONS.keys()


def test_every_described_route_answers_its_own_example(client, person, document) -> None:
    wrong = []
    for path, several in document["paths"].items():
        for method, one in several.items():
            asks = client if by_token(one) and one["x-deed"] in READS else person
            sent = one.get("requestBody", {"content": {}})["content"].get("application/json", {})
            charted(client)
            answer = asks.request(method, one["x-query"], json=sent.get("example"))
            if answer.status_code not in {200, 404}:
                wrong.append((method, path, answer.status_code, answer.text[:80]))
    assert wrong == []


def by_token(one: dict) -> bool:
    """Whether a program may ask, with a token."""
    return {"token": []} in one["security"]


def test_what_a_token_may_not_do_is_not_described_as_its(client, document) -> None:
    others = [
        (method, one) for several in document["paths"].values() for method, one in several.items()
        if not by_token(one)
    ]  # fmt: skip
    got = {client.request(method, one["x-query"]).status_code for method, one in others}
    assert (got, len(others) > 9) == ({403}, True)


def test_every_example_is_of_the_shape_that_is_described(document) -> None:
    shapes = {"components": document["components"]}
    found = 0
    for several in document["paths"].values():
        for one in several.values():
            for content in one["responses"]["200"]["content"].values():
                Draft202012Validator.check_schema(content["schema"])
                if "example" in content:
                    Draft202012Validator(content["schema"] | shapes).validate(content["example"])
                    found += 1
            for content in one.get("requestBody", {"content": {}})["content"].values():
                Draft202012Validator.check_schema(content["schema"])
                Draft202012Validator(content["schema"] | shapes).validate(content["example"])
    assert found >= 15


@pytest.mark.slow
def test_odd_questions_get_described_answers_and_no_500(client, person, document, address) -> None:
    schema = schemathesis.openapi.from_dict(document)
    schema.config.base_url = address
    wide = {"suppress_health_check": [*HealthCheck], "deadline": None, "database": None,
            "phases": (Phase.explicit, Phase.generate), "derandomize": True}  # fmt: skip
    asked: list[str] = []
    charted(client)
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == f"{API}me":
            continue
        charted(client)  # a zone that was drawn on the way makes the chart anew

        @bounded(max_examples=15, **wide)
        @given(case=operation.as_strategy())
        def ask(case) -> None:
            asked.append(case.operation.path)
            asks = client if by_token(case.operation.definition.raw) else person
            response = case.call(headers=dict(asks.headers))
            case.validate_response(response, checks=CHECKS)

        ask()
    assert {*asked} == {*document["paths"]} - {f"{API}me"}


def test_positions_come_as_geojson(client) -> None:
    span = {"from": "2026-05-01T00:00:00Z", "to": "2026-05-02T00:00:00Z"}
    answer = client.get(f"{API}positions", params={"bbox": "14,35,15,36", **span})
    assert answer.status_code == 200
    [one] = answer.json()["features"]
    assert one["geometry"] == {"type": "Point", "coordinates": [14.5, 35.5]}
    assert (one["properties"]["mmsi"], one["properties"]["time"]) == (
        247000001, "2026-05-01T08:00:00Z")  # fmt: skip
    beside = client.get(f"{API}positions", params={"bbox": "14.6,35,15,36", **span})
    assert beside.json()["features"] == []


@pytest.mark.parametrize(
    "path, status, said",
    [
        ("positions?bbox=0,30,10,40&from=2026-05-01&to=2026-05-02", 413, "more than 25"),
        ("positions?bbox=14,35,15,36&from=2026-05-01&to=2026-05-03", 413, "a day at a time"),
        ("positions?bbox=14,35,17,38&from=2026-05-01&to=2026-05-02", 413, "at most 2.6 h at a"),
        ("positions?bbox=12,34,17,39&from=2026-05-01&to=2026-05-02", 413, "at most 0.9 h at a"),
        ("positions?bbox=14,35,15,36", 400, "both are needed"),
        ("positions?bbox=15,35,14,36&from=2026-05-01&to=2026-05-02", 400, "W < E"),
        ("positions?bbox=a&from=2026-05-01&to=2026-05-02", 400, "expected W,S,E,N"),
        ("positions?bbox=14,35,15,36&from=2026-05-02&to=2026-05-01", 400, "is not before"),
        ("positions?bbox=14,35,15,36&from=0001-01-01T00:00%2B10:00&to=x", 400, "expected a time"),
        ("vessels/247000001/track?hours=96", 413, "96.0 h of a track are more than 72"),
        ("replay?from=0&to=9000000&west=0&south=0&east=90&north=90", 413, "ask for at most"),
        ("replay/alerts?from=0&to=900000000", 413, "ask for at most 49 h"),
        ("log?until=0001-01-01", 400, "before any time"),
        ("log?since=0001-01-01T00:00%2B10:00", 400, "is no time"),
        ("log?hours=%C2%B2&since=x", 400, "is no time"),
        ("alerts/A-%00", 400, "NUL"),
        ("places?q=%00", 400, "NUL"),
        ("vessels/247000001/track?from=2026-05-01&to=2026-05-09", 413, "by from and to"),
        ("vessels/247000001/track?from=2026-05-01", 400, "expected a time"),
    ],
)
def test_what_costs_too_much_says_how_to_ask_for_less(client, person, path, status, said) -> None:
    answer = (person if path.startswith(("replay", "places")) else client).get(f"{API}{path}")
    assert (answer.status_code, said in answer.json()["error"]) == (status, True)


def test_a_track_of_the_past_is_asked_by_its_times(client) -> None:
    span = "from=2026-05-01T07:00:00Z&to=2026-05-01T09:00:00Z"
    [point] = client.get(f"{API}vessels/247000001/track?{span}").json()["points"]
    assert point[1:] == [14.5, 35.5]


def test_the_readable_page_lists_every_route(address, dsn) -> None:
    with people.client(address, people.token(dsn)) as one:
        page = one.get("/api")
    assert page.status_code == 200
    for method, path in OPERATIONS:
        assert f"<code>{method} {path}</code>" in page.text


@pytest.mark.parametrize(
    "path, wrong",
    [
        ("zones", {"id": "a\0b", "version": 1}),
        ("zones", {"id": "drawn-x", "version": "1e999"}),
        ("contacts", {"info_grade": 10**400}),
        ("contacts", {"persons": 10**30}),
        ("contacts", {"same_as": "a\0b"}),
    ],
)
def test_a_value_that_cannot_be_is_refused_in_a_sentence(person, path, wrong) -> None:
    sent = OPERATIONS["POST", f"{API}{path}"].sent | wrong
    answer = person.post(f"{API}{path}", json=sent)
    assert (answer.status_code in {400, 409}, answer.json()["error"] != "") == (True, True)


@pytest.mark.parametrize("who", ["token", "account"])
def test_who_asks_too_often_is_told_when_to_ask_again(dsn, files, source, facts, who) -> None:
    most = {"token_per_min": 3} if who == "token" else {"account_per_min": 3}
    few = WebSettings(port=0, poll_s=5, **most)
    app = create_app(few, dsn, files=files, source=source, facts=facts)
    headers = (
        {"authorization": f"Bearer {token_of(dsn, 'map.read')}"}
        if who == "token" else people.headers(people.token(dsn))
    )  # fmt: skip
    with running(app, few) as address, httpx.Client(base_url=address, headers=headers) as client:
        asked = [client.get(f"{API}vessels?q=maria") for _ in range(5)]
        assert [one.status_code for one in asked] == [200, 200, 200, 429, 429]
        assert 1 <= int(asked[-1].headers["retry-after"]) <= 60
        assert f"this {who} asks more than 3 times a minute" in asked[-1].json()["error"]
        if who == "account":
            assert client.get("/data-protection").status_code == 200
