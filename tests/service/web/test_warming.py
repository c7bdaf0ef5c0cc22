"""The first reader of a report of trends finds it drawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import anyio
import pytest
from anyio import CapacityLimiter

from service.trends.drawings import Drawings
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.transactions import Transactions
from service.web.warming import Warming
from store import trends as rows
from store.connect import session
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.waiting import until
from tests.service.web.test_trends import REPORT, ROUTING, UNTIL

WEEK = dt.timedelta(days=7)


def keep(dsn: str, office: str = "", weeks: int = 0) -> None:
    """Keep a report as the job does."""
    report = replace(REPORT, until=UNTIL + weeks * WEEK, office=office)
    with session(dsn) as connection:
        rows.put_report(connection, report.until, report.as_dict(), UNTIL, office)


@pytest.fixture
def dsn(database_server):
    with fresh_database(database_server) as dsn:
        yield dsn


def test_the_first_readers_of_desk_and_office_draw_nothing(dsn):
    keep(dsn)
    keep(dsn, "catania")
    settings = WebSettings(port=0)
    app = create_app(settings, dsn, routing=ROUTING)
    with running(app, settings) as address:
        drawings = app.state.drawings
        until(lambda: len(drawings) == 2, seconds=120)
        for role in ("analyst", "office"):
            client = people.client(address, people.token(dsn, role, clearance="H3"))
            with client:
                assert "data:image/png;base64," in client.get("/trends", timeout=60).text
        assert len(drawings) == 2, "what was read is what had been drawn"


def test_a_report_is_drawn_once_and_the_next_week_s_is_another(dsn):
    drawings = Drawings()
    warming = Warming(Transactions(dsn), ROUTING, drawings, CapacityLimiter(1))

    async def looks() -> list[int]:
        told = [await warming.look()]
        for weeks in (0, 1):
            keep(dsn, weeks=weeks)
            told += [await warming.look(), await warming.look()]
        return told

    assert anyio.run(looks) == [0, 1, 0, 1, 0]
    assert len(drawings) == 2
