"""The list of vessels of interest is in no answer to somebody who may not read it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import session
from store.watchlist import in_force, propose, release
from tests.plugins import people
from watchlist.entries import WatchlistEntry

MARK = "zqxv"
LISTED = WatchlistEntry(
    mmsi=(247_000_001,), name=MARK.upper(), reason=MARK, contributor="ITA", handling="H3"
)
ASKED = (
    "/", "/api/v1/vessels?q=maria", "/api/v1/vessels?q=zqxv", "/api/v1/vessels/247000001",
    "/api/v1/vessels/247000001/track", "/api/v1/vessels/247000001/identity", "/api/v1/zones",
    "/api/v1/zones/at?lon=14.8&lat=35.9", "/health", "/health/live", "/metrics",
)  # fmt: skip


@pytest.fixture
def address(dsn, source, files):
    at = datetime(2026, 11, 1, tzinfo=UTC)
    with session(dsn) as connection, connection.transaction():
        versions = dict(propose(connection, [LISTED], Change("zqxv-anna", "case 12", at)))
        release(connection, versions, Change("bruno", "looked at it", at))
        assert [row.entry.reason for row in in_force(connection)] == [MARK]
    source.at_ms = int(time.time() * 1000)
    settings = WebSettings(port=0, poll_s=0.05)
    app = create_app(settings, dsn, source=source, files=files)
    with running(app, settings) as address:
        yield address


@pytest.mark.parametrize("role", ["operator", "office", "administrator", "auditor"])
def test_no_answer_about_a_listed_vessel_says_that_she_is_listed(address, dsn, role) -> None:
    with people.client(address, people.token(dsn, role)) as client:
        answers = {path: client.get(path) for path in ASKED}
    assert answers["/api/v1/vessels/247000001"].status_code == 200
    for word in (MARK, "listed", "watchlist", "case 12"):
        assert [path for path, answer in answers.items() if word in answer.text.lower()] == []
