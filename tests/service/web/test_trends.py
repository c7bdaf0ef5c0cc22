"""The page of trends: each reads what they may know of; who takes a document is in the audit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.routing import Office, RoutingSettings
from service.people_settings import PeopleSettings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import trends as rows
from store.connect import session
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.trending import REPORT, UNTIL

ROUTING = RoutingSettings(offices=(Office("catania", "EURTF Catania", country="ITA"),))


@pytest.fixture(scope="module")
def desk(database_server):
    settings = WebSettings(port=0)
    with fresh_database(database_server) as dsn:
        app = create_app(settings, dsn, people=PeopleSettings(totp="off"), routing=ROUTING)
        with running(app, settings) as address:
            yield dsn, address


def as_(desk, role: str):
    dsn, address = desk
    client = people.client(address, people.token(dsn, role, clearance="H3"))
    client.timeout = 60
    return client


def test_before_the_first_report_it_says_when_there_will_be_one(desk):
    with as_(desk, "analyst") as analyst:
        assert "Each Monday at 05:10 UTC" in analyst.get("/trends").text
        assert analyst.get("/api/v1/trends").status_code == 404


@pytest.fixture(scope="module")
def told(desk):
    with session(desk[0]) as connection:
        rows.put_report(connection, UNTIL, REPORT.as_dict(), UNTIL)
        own = replace(REPORT, office="EURTF Catania")
        rows.put_report(connection, UNTIL, own.as_dict(), UNTIL, "catania")
    return desk


def test_the_desk_reads_of_the_pair_and_an_office_does_not(told):
    with as_(told, "analyst") as analyst, as_(told, "office") as office:
        read, less = analyst.get("/trends").text, office.get("/trends").text
    assert "2 changes beyond the ordinary swing of weeks" in read
    assert "Cyrenaica → Crete: a new route" in read
    assert "247900001" in read
    assert "�" not in read
    assert "One change beyond the ordinary swing of weeks" in less
    assert "247900001" not in less
    assert "what the routing table sends to EURTF Catania is told here" in less
    assert "data:image/png;base64," in less


def test_programs_get_the_same(told):
    with as_(told, "analyst") as analyst, as_(told, "office") as office:
        families = [
            [one["family"] for one in client.get("/api/v1/trends").json()["findings"]]
            for client in (analyst, office)
        ]
    assert families == [["route", "pair"], ["route"]]


def test_who_takes_a_document_stands_in_the_audit(told):
    with as_(told, "analyst") as analyst:
        file = analyst.get("/trends/document?until=2026-11-23&format=pdf&language=el")
        page = analyst.get("/trends/document?until=2026-11-23&format=html")
    assert (file.content[:5], page.text[:9]) == (b"%PDF-", "<!DOCTYPE")
    assert "trends-2026-11-23.pdf" in file.headers["content-disposition"]
    with session(told[0]) as connection:
        noted = connection.execute(
            "SELECT who, subject, details->>'language' FROM audit WHERE action = 'trends.paper' "
            "ORDER BY number"
        ).fetchall()
        opened = connection.execute(
            "SELECT who, subject FROM audit WHERE action = 'trends.open' AND who = 'analyst'"
        ).fetchall()
    assert opened == [("analyst", "trends 2026-11-23")]
    assert noted == [("analyst", "trends 2026-11-23", one) for one in ("el", "en")]


@pytest.mark.parametrize(
    "path, status",
    [("/trends?until=2026-11-16", 404), ("/trends?until=monday", 400),
     ("/trends?language=xx", 400), ("/trends/document?until=2026-11-23&format=doc", 400),
     ("/trends/document?until=2026-11-16", 404), ("/trends/document", 400)],
)  # fmt: skip
def test_what_is_not_there_is_said_so(told, path, status):
    with as_(told, "analyst") as analyst:
        assert analyst.get(path).status_code == status
