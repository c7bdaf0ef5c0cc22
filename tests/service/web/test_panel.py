"""The panel of a vessel over HTTP, with a real database: what is told to whom, and the audit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from alerts.events import Fact
from geofence.builtin import builtin_zones
from geofence.visits import ENTERED, LEFT
from service.web.app import create_app
from service.web.panel import thinned
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.connect import connect
from store.events import put_events
from store.live import TRACK
from store.purposes import Purpose, put_purpose
from store.writer import Writer
from tests.plugins import people
from tests.plugins.notices import event
from tests.plugins.rows import writes
from tests.plugins.sailed import MARIA, STELLA, hour_ago, listed, sailed, told
from tests.plugins.where_and_who import visited

BEGIN = hour_ago()
PORT = builtin_zones().of_kind("port").zones[0]


def us(minutes: float) -> int:
    return int((BEGIN + timedelta(minutes=minutes)).timestamp() * 1e6)


@pytest.fixture
def sea(dsn):
    sailed(dsn, BEGIN)
    return dsn


@pytest.fixture
def address(sea, files):
    settings = WebSettings(port=0)
    with running(create_app(settings, sea, files=files), settings) as address:
        yield address


@pytest.fixture
def ask(address, sea):
    """Ask as somebody of a role, each in one session; return status and answer."""
    tokens: dict[str, str] = {}

    def ask(what: str, role: str = "operator", mmsi: int = MARIA, **said):
        token = tokens.get(f"{role} {said}") or people.token(sea, role, **said)
        tokens[f"{role} {said}"] = token
        with people.client(address, token) as client:
            answer = client.get(f"/api/v1/vessels/{mmsi}/{what}")
        return answer.status_code, answer.json()

    return ask


def test_reports_are_in_order_with_speed_and_course(ask) -> None:
    status, said = ask("reports?hours=3")
    assert (status, said["stored"], said["gap_s"]) == (200, 120, 900)
    at, speed, course, lon, lat = said["points"][0]
    assert (at, speed, course, lon, lat) == (us(0) // 1000, 12, 90, 14.5, 35.9)
    assert said["points"][-1][0] > at


def test_a_speed_that_was_not_sent_is_null(ask, sea) -> None:
    with connect(sea) as connection:
        connection.execute("UPDATE position SET sog_kn = NULL WHERE mmsi = %s", [MARIA])
    assert ask("reports?hours=3")[1]["points"][0][1] is None


def test_thinning_keeps_both_ends_of_a_gap() -> None:
    rows = np.zeros(6000, TRACK)
    rows["time"] = np.arange(6000) * np.timedelta64(10, "s")
    rows["time"][3001:] += np.timedelta64(3600, "s")
    kept = thinned(rows)["time"]
    assert len(kept) < 1600
    assert {rows["time"][3000], rows["time"][3001], rows["time"][-1]} <= set(kept)


def test_receivers_are_named(ask) -> None:
    [one] = ask("receivers?hours=24")[1]["receivers"]
    # An hour begins within a minute, and ends within one.
    assert (one["feed"], one["minutes"] in {60, 61}) == ("malta", True)


def test_a_port_call_has_a_name_a_begin_and_an_end(ask, sea) -> None:
    times = [np.datetime64(us(minutes), "us") for minutes in (5, 25)]
    [(visits, _)] = visited(mmsi=[MARIA] * 2, change=[ENTERED, LEFT], time=times,
                            since=times[:1] * 2)  # fmt: skip
    with Writer(sea) as writer:
        block = writes(offset=writer.offset() + 10)
        writer.commit(replace(block, visits=((visits, ("not a port", PORT.id)),)))
    [call] = ask("port-calls?days=30")[1]["calls"]
    begun, left = us(5) // 1000, us(25) // 1000
    assert call == {"port": PORT.name, "from_ms": begun, "to_ms": left, "heard_ms": left}


def test_of_a_call_whose_end_nobody_heard_it_is_told_when_she_was_last_heard_there(
    ask, sea
) -> None:
    since = np.datetime64(us(5), "us")
    with connect(sea) as connection:
        [segment] = connection.execute(
            "SELECT max(segment) FROM position WHERE mmsi = %s", [MARIA]
        ).fetchone()
    [(visits, _)] = visited(mmsi=[MARIA], change=[ENTERED], time=[since], since=[since],
                            segment=[segment])  # fmt: skip
    with Writer(sea) as writer:
        block = writes(offset=writer.offset() + 10)
        writer.commit(replace(block, visits=((visits, ("not a port", PORT.id)),)))
    [call] = ask("port-calls?days=30")[1]["calls"]
    last = ask("reports?hours=3")[1]["points"][-1][0]
    assert (call["to_ms"], call["heard_ms"] // 1000) == (None, last // 1000)


def happens(dsn: str, kind: str = "gap", mmsi: int = MARIA) -> None:
    facts = {"silence": Fact(5400.0, "s", 3600.0)}
    with connect(dsn) as connection:
        put_events(connection, [event(kind, mmsi=mmsi, started_us=us(10), evidence=facts)])


def test_an_event_is_in_words_with_its_evidence(ask, sea) -> None:
    happens(sea)
    [one] = ask("events")[1]["events"]
    assert (one["kind"], one["lane"], one["from_ms"]) == ("went silent", "law", us(10) // 1000)
    fact = {"name": "silence", "value": 5400.0, "unit": "s", "threshold": 3600.0}
    assert one["evidence"] == [fact]


def states(dsn: str, why: str) -> None:
    """Everybody says in all their sessions for what they read the list."""
    with connect(dsn) as connection:
        rows = connection.execute("SELECT account, key FROM session").fetchall()
        for account, key in rows:
            put_purpose(connection, account, key.hex()[:12], Purpose(why, datetime.now(UTC)))


def test_why_she_is_listed_is_read_for_a_purpose_that_the_audit_keeps(ask, sea) -> None:
    listed(sea, BEGIN)
    ask("listing")
    states(sea, "watch of May")
    for _ in range(2):
        assert ask("listing")[1]["entries"][0]["reason"] == "sold twice"
    with connect(sea) as connection:
        rows = audit.rows(connection, action="watchlist.consult")
    assert [(row.who, row.why) for row in rows] == [("operator", "watch of May")]


def test_the_list_is_told_to_who_may_know(ask, sea) -> None:
    entry = listed(sea, BEGIN, handling="H2", contributor="ESP")
    happens(sea)
    cleared = {"name": "cleared", "clearance": "H3"}
    [bare] = ask("listing", "analyst", **cleared)[1]["entries"]
    assert (bare["id"], bare["reason"], bare["name"]) == (entry, None, None)
    states(sea, "watch of May")
    [said] = ask("listing", "analyst", **cleared)[1]["entries"]
    assert (said["id"], said["reason"], said["matched_on"]) == (entry, "sold twice", "imo")
    assert ask("listing", clearance="H1") == (200, {"entries": []})
    assert ask("events", clearance="H1")[1]["events"] == []
    assert len(ask("events", "analyst", **cleared)[1]["events"]) == 1


def test_the_alerts_she_is_in_are_told(ask, sea) -> None:
    told(sea, BEGIN + timedelta(minutes=20))
    [one] = ask("alerts")[1]["alerts"]
    assert (one["id"], one["told_ms"]) == ("A-0123456789ab", us(20) // 1000)
    assert ask("alerts", mmsi=STELLA)[1]["alerts"] == []


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_has_no_part_in_the_work_sees_the_sea_only(ask, role) -> None:
    assert ask("reports", role)[0] == 200
    assert [ask(what, role)[0] for what in ("events", "alerts", "listing")] == [403] * 3


def looks(dsn: str) -> list[tuple[str, str]]:
    with connect(dsn) as connection:
        rows = audit.rows(connection, action="vessel.consult")
    return [(row.who, row.subject) for row in rows]


def test_a_look_at_what_is_known_stands_in_the_audit_once_an_hour(ask, sea) -> None:
    listed(sea, BEGIN)
    happens(sea)
    for what in ("listing", "events", "alerts", "events", "listing"):
        ask(what)
    assert looks(sea) == [("operator", f"MMSI {MARIA:09d}")]


def test_a_look_at_nothing_is_none(ask, sea) -> None:
    for what in ("listing", "events", "alerts", "reports", "receivers", "port-calls"):
        ask(what)
    assert looks(sea) == []
