"""Alerts for programs: the list since a cursor, and the stream of events."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import httpx
import psycopg
import pytest

from alerts.alert import Codes, Vessel
from service.signing_in import key_of
from service.web import alert_stream
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.changes import Change
from store.connect import session
from store.incidents import act as acted
from store.incidents import incident
from store.tokens import ApiToken, add_token, end_token
from tests.plugins import people
from tests.plugins.alerted import ROUTING, raised, seen
from tests.plugins.database import fresh_database
from tests.plugins.streams import PATH, following
from tests.plugins.waiting import until

ALERTS = "/api/v1/alerts"


@pytest.fixture(scope="module")
def world(database_server) -> Iterator[tuple[str, str]]:
    settings = WebSettings(port=0, poll_s=0.2, token_per_min=10_000, account_per_min=10_000,
                           streams_per_token=2)  # fmt: skip
    with fresh_database(database_server) as dsn:
        app = create_app(settings, dsn, routing=ROUTING)
        with running(app, settings) as address:
            until(lambda: app.state.alert_log.floor is not None)
            yield dsn, address


@pytest.fixture
def dsn(world) -> str:
    return world[0]


@pytest.fixture
def address(world) -> str:
    return world[1]


@pytest.fixture
def follow(address):
    with ExitStack() as open_ones:
        yield lambda last="", path=PATH, **headers: open_ones.enter_context(
            following(address, last, path, **headers)
        )


@pytest.fixture
def ship() -> int:
    ship.number += 1
    return 247_100_000 + ship.number


ship.number = 0


def bearer(dsn: str, role: str = "operator", name: str = "", **said) -> tuple[dict[str, str], str]:
    """Headers of a program of somebody, and the token's key."""
    account, made = people.add(dsn, role, name, **said), f"vedetta_{secrets.token_urlsafe(24)}"
    now = dt.datetime.now(dt.UTC)
    with session(dsn) as connection:
        one = ApiToken(key_of(made), account.id, made[-8:], ("alerts.read",), now,
                       now + dt.timedelta(days=1))  # fmt: skip
        add_token(connection, one, Change("operator", "a test", now))
    return {"authorization": f"Bearer {made}"}, made


def gap(dsn: str, mmsi: int) -> str:
    """An alert of the lane law."""
    vessel = Vessel(mmsi, f"SHIP {mmsi}", role="cargo")
    said = {"silence": (5400, "s", 3600)}
    raised(dsn, seen("gap", mmsi, evidence=said), seen("drift", mmsi), vessels=(vessel,))
    return named(dsn, mmsi)


def rescue(dsn: str, mmsi: int) -> str:
    raised(dsn, seen("distress", mmsi), vessels=())
    return named(dsn, mmsi)


def named(dsn: str, mmsi: int) -> str:
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT id FROM alert WHERE %s = ANY(mmsis)", [mmsi]
        ).fetchone()[0]  # fmt: skip


def act(address: str, dsn: str, alert: str, name: str, **said) -> None:
    with people.client(address, people.token(dsn, "operator")) as anna:
        version = anna.get(f"{ALERTS}/{alert}").json()["version"]
        done = anna.post(f"{ALERTS}/{alert}/{name}", json={"version": version, **said})
    assert done.status_code == 200, done.text


def since(address: str, headers: dict[str, str], cursor: str) -> dict:
    answer = httpx.get(f"{address}{ALERTS}", params={"since": cursor}, headers=headers,
                       verify=people.NO_TLS)  # fmt: skip
    assert answer.status_code == 200, answer.text
    return answer.json()


def caught_up(address: str, headers: dict[str, str]) -> str:
    """The cursor after all that is there now has its number."""
    return httpx.get(f"{address}{ALERTS}", headers=headers, verify=people.NO_TLS).json()["next"]


def test_an_alert_arrives_with_what_the_list_says_of_it(dsn, address, follow, ship) -> None:
    headers, _ = bearer(dsn)
    stream = follow(**headers)
    assert stream.headers["content-type"].startswith("text/event-stream")
    alert = gap(dsn, ship)
    stream.has(lambda one: one.of(alert))
    [(number, kind, said)] = [one for one in stream.events if one[2]["id"] == alert]
    [listed] = [one for one in httpx.get(f"{address}{ALERTS}", headers=headers).json()["alerts"]
                if one["id"] == alert]  # fmt: skip
    assert (kind, said, number != "") == ("alert", listed, True)


def test_a_page_of_ours_follows_with_its_cookie_and_begins_with_what_is_open(
    dsn, follow, ship
) -> None:
    alert = gap(dsn, ship)
    stream = follow(**people.headers(people.token(dsn, "operator")))
    stream.has(lambda one: one.of(alert))


def test_after_a_break_it_goes_on_with_nothing_lost_and_nothing_twice(
    dsn, address, follow, ship
) -> None:
    headers, _ = bearer(dsn)
    first = follow(last=caught_up(address, headers), **headers)
    before = gap(dsn, ship)
    first.has(lambda one: one.of(before))
    cursor = first.last
    first.sock.shutdown(2)
    act(address, dsn, before, "acknowledge")
    meanwhile, other = gap(dsn, ship + 5000), rescue(dsn, 970_000_000 + ship % 1000)
    until(lambda: len(since(address, headers, cursor)["alerts"]) == 3)
    again = follow(last=cursor, **headers)
    later = gap(dsn, ship + 6000)
    again.has(lambda one: one.of(later))
    assert [again.of(one) for one in (before, meanwhile, other, later)] == [
        [("alert", 2)], [("alert", 1)], [("alert", 1)], [("alert", 1)]]  # fmt: skip
    kinds = [said["lane"] for _, _, said in again.events]
    assert kinds[0] == "sar"
    assert len(again.events) == 4


def test_resumed_from_any_event_the_rest_comes_once(dsn, address, follow, ship) -> None:
    headers, _ = bearer(dsn)
    start = caught_up(address, headers)
    made = {gap(dsn, ship + 100 * i) for i in range(4)} | {rescue(dsn, 970_001_000 + ship % 1000)}
    until(lambda: len(since(address, headers, start)["alerts"]) == 5)
    whole = follow(last=start, **headers)
    whole.has(lambda one: len(one.events) >= 5)
    told = [(number, said["id"]) for number, _, said in whole.events]
    assert {one for _, one in told} == made
    whole.sock.shutdown(2)
    for place, (number, _) in enumerate(told[:-1]):
        rest = follow(last=number, **headers)
        rest.has(lambda one: len(one.events) >= len(told) - place - 1)  # noqa: B023 (at once)
        assert [said["id"] for _, _, said in rest.events] == [one for _, one in told[place + 1 :]]
        rest.sock.shutdown(2)
        rest.has(lambda one: one.ended)


def test_what_is_over_says_so(dsn, address, follow, ship) -> None:
    headers, _ = bearer(dsn)
    alert, wrong = gap(dsn, ship), gap(dsn, ship + 3000)
    stream = follow(last=caught_up(address, headers), **headers)
    act(address, dsn, alert, "resolve", verdict="explained", why="a test of theirs")
    retract(dsn, wrong)
    stream.has(lambda one: ("resolved", 2) in one.of(alert))
    stream.has(lambda one: ("retracted", 2) in one.of(wrong))


def retract(dsn: str, alert: str) -> None:
    """As the service does where what an alert rests on turns out to be wrong."""
    changed(dsn, alert, state="retracted")


def changed(dsn: str, alert: str, **said) -> None:
    """Another version of an alert, by the service."""
    with session(dsn) as connection:
        there = incident(connection, alert)
        after = replace(there.alert, version=there.alert.version + 1, **said)
        change = Change("vedetta", "it was not so", dt.datetime.now(dt.UTC))
        acted(connection, replace(there, alert=after), "cancel", change)


def test_what_somebody_may_not_know_of_any_more_is_gone(dsn, address, follow, ship) -> None:
    headers, _ = bearer(dsn)
    supervisor, _ = bearer(dsn, "supervisor", "g.supervisor", clearance="H3")
    alert = gap(dsn, ship)
    stream, above = follow(**headers), follow(**supervisor)
    stream.has(lambda one: one.of(alert))
    changed(dsn, alert, codes=Codes("H3"))
    stream.has(lambda one: ("gone", 0) in one.of(alert))
    above.has(lambda one: ("alert", 2) in one.of(alert))
    assert [said for _, kind, said in stream.events if kind == "gone"] == [{"id": alert}]


def test_an_office_is_told_of_what_it_was_told_and_of_nothing_else(dsn, follow, ship) -> None:
    catania, _ = bearer(dsn, "office", "catania-1", office="catania", member_state="ITA")
    desk, _ = bearer(dsn)
    office, all_of_it = follow(**catania), follow(**desk)
    hidden, shown = gap(dsn, ship), rescue(dsn, 970_002_000 + ship % 1000)
    all_of_it.has(lambda one: one.of(hidden) and one.of(shown))
    office.has(lambda one: one.of(shown))
    assert office.of(hidden) == []
    assert hidden not in json.dumps(office.events)


def test_an_office_that_is_told_later_learns_of_it_then_and_nobody_else_twice(
    dsn, address, follow, ship
) -> None:
    catania, _ = bearer(dsn, "office", "catania-1", office="catania", member_state="ITA")
    desk, _ = bearer(dsn)
    alert = gap(dsn, ship)
    office, operators = follow(**catania), follow(**desk)
    operators.has(lambda one: one.of(alert))
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO alert_told (alert, version, office, lane, at, held) "
            "VALUES (%s, 1, 'catania', 'law', now(), true)", [alert])  # fmt: skip
    office.has(lambda one: one.of(alert))
    later = rescue(dsn, 970_003_000 + ship % 1000)
    operators.has(lambda one: one.of(later))
    assert (len(office.of(alert)), len(operators.of(alert))) == (1, 1)


def test_a_token_that_is_taken_away_ends_its_stream(dsn, follow, monkeypatch) -> None:
    monkeypatch.setattr(alert_stream, "_STILL_IN_S", 0.1)
    headers, token = bearer(dsn, "analyst", "b.analyst")
    stream = follow(**headers)
    with session(dsn) as connection:
        [account] = [people.add(dsn, "analyst", "b.analyst").id]
        change = Change("b.analyst", "lost it", dt.datetime.now(dt.UTC))
        end_token(connection, account, token[-8:], change)
    stream.has(lambda one: one.ended)
    assert stream.events[-1][1] == "closed"


def test_another_clearance_ends_the_stream(dsn, follow, monkeypatch) -> None:
    monkeypatch.setattr(alert_stream, "_STILL_IN_S", 0.1)
    headers, _ = bearer(dsn, "analyst", "c.analyst", clearance="H2")
    stream = follow(**headers)
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE account SET clearance = 'H0' WHERE name = 'c.analyst'")
    stream.has(lambda one: one.ended)


def test_more_streams_than_a_token_may_have_are_refused(dsn, address, follow) -> None:
    headers, _ = bearer(dsn, "supervisor", "d.supervisor")
    first, second = follow(**headers), follow(**headers)
    assert (first.status, second.status) == (200, 200)
    refused = httpx.get(f"{address}{PATH}", headers=headers, verify=people.NO_TLS)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "5")
    first.sock.shutdown(2)
    until(lambda: opened(address, headers) == 200)


def opened(address: str, headers: dict[str, str]) -> int:
    with httpx.stream("GET", f"{address}{PATH}", headers=headers, verify=people.NO_TLS) as answer:
        return answer.status_code


def test_the_stream_and_what_it_told_stand_in_the_audit(dsn, follow, ship) -> None:
    headers, token = bearer(dsn, "supervisor", "e.supervisor")
    stream = follow(**headers)
    alert = gap(dsn, ship)
    stream.has(lambda one: one.of(alert))

    def rows(action: str) -> list[dict]:
        with session(dsn) as connection:
            found = audit.rows(connection, action=action)
        return [json.loads(one.details) for one in found if one.who == "e.supervisor"]

    until(lambda: any(alert in one.get("alert", ()) for one in rows("alert.streamed")))
    [row] = rows("alert.stream")
    assert row["session"] == key_of(token).hex()[:12]


def test_the_list_since_a_cursor_tells_what_changed_and_then_nothing(dsn, address, ship) -> None:
    headers, _ = bearer(dsn)
    start = caught_up(address, headers)
    alert = gap(dsn, ship)
    told = until(
        lambda: since(address, headers, start)["alerts"] and since(address, headers, start)
    )
    assert [one["id"] for one in told["alerts"]] == [alert]
    after = since(address, headers, told["next"])
    assert (after["alerts"], after["more"]) == ([], 0)
    act(address, dsn, alert, "resolve", verdict="true", why="it was")
    until(lambda: since(address, headers, told["next"])["alerts"])
    [one] = since(address, headers, told["next"])["alerts"]
    assert (one["state"], one["version"]) == ("resolved", 2)


@pytest.mark.parametrize("cursor", ["x", "1.2", "gAAAAAB" + "x" * 93, "²2.1", ""])
def test_a_cursor_that_is_none_of_ours_is_refused_in_a_sentence(dsn, address, cursor) -> None:
    headers, _ = bearer(dsn)
    answer = httpx.get(f"{address}{ALERTS}", params={"since": cursor}, headers=headers)
    assert (answer.status_code, "since=" in answer.json()["error"]) == (400, True)
    if cursor:
        stream = httpx.get(f"{address}{PATH}", params={"since": cursor}, headers=headers)
        assert stream.status_code == 400


def test_a_reader_that_does_not_read_holds_nobody_up(dsn, address, follow, ship) -> None:
    headers, _ = bearer(dsn)
    stopped, _ = bearer(dsn, "supervisor", "f.supervisor")
    with httpx.stream("GET", f"{address}{PATH}", headers=stopped, verify=people.NO_TLS):
        stream = follow(last=caught_up(address, headers), **headers)
        alert = gap(dsn, ship)
        stream.has(lambda one: one.of(alert))


def test_when_nothing_can_be_read_the_stream_says_so_and_when_it_can_again(
    world, follow, monkeypatch
) -> None:
    dsn, _ = world
    headers, _ = bearer(dsn)
    stream = follow(**headers)
    with psycopg.connect(dsn) as connection:
        connection.execute("LOCK TABLE alert_turn IN ACCESS EXCLUSIVE MODE")
        stream.has(
            lambda one: any(kind == "unread" and said["since"] for _, kind, said in one.events)
        )
    stream.has(lambda one: [said for _, kind, said in one.events if kind == "unread"][-1:]
               == [{"since": None}])  # fmt: skip
