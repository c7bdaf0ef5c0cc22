"""From events to alerts and to the outbox, over a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest
import shapely

from alerts.alert import Codes, SarHelp, Vessel
from alerts.incidents.settings import BudgetSettings
from alerts.notices import thawed
from alerts.routing import Office, RoutingSettings, Rule
from geofence.builtin import builtin_zones
from geofence.zones import Zone
from service.alerting import Alerting, AlertSettings
from store.changes import Change
from store.incidents import alerts, changes
from store.outbox import deliveries
from store.told import held
from store.watchlist import propose, release
from tests.plugins.database import fresh_database
from tests.plugins.incidents import AYLA, BORA, HOUR, NOON, closed, event, retracted
from watchlist.entries import WatchlistEntry

NOW = datetime(2026, 5, 10, 12, tzinfo=UTC)
CATANIA = Office("catania", "EURTF Catania", channels=("log",), country="ITA")
PIRAEUS = Office("piraeus", "EURTF Piraeus", channels=("log", "mail"), country="GRC")
ROUTING = RoutingSettings((CATANIA, PIRAEUS), (Rule("all", ("*",)),))
PATROL = Zone("patrol", "Patrol box", "custom", shapely.box(16, 35, 17, 37), "office", "own",
              details={"country": "GRC"})  # fmt: skip


@pytest.fixture(scope="module")
def one_database(database_server):
    with fresh_database(database_server) as dsn:
        yield dsn


@pytest.fixture
def connection(one_database):
    """A transaction of its own for each test, which leaves nothing behind."""
    with psycopg.connect(one_database) as connection:
        yield connection
        connection.rollback()


def service(**options) -> Alerting:
    budget = options.pop("budget", BudgetSettings())
    routing = options.pop("routing", ROUTING)
    zones = [*builtin_zones().of_kind("port").zones, PATROL]
    return Alerting(AlertSettings(budget=budget), routing, zones=zones, **options)


def outbox(connection) -> list[tuple[str, str, str]]:
    """Office, channel and change of what waits, oldest first."""
    rows = deliveries(connection, limit=10_000)
    return [(one.office, one.channel, one.change) for one in reversed(rows)]


def notices(connection):
    """The notices that wait, oldest first."""
    rows = connection.execute("SELECT notice::text FROM delivery ORDER BY number")
    return [thawed(line) for (line,) in rows]


def test_an_event_becomes_an_alert_and_messages_to_those_whom_the_table_names(connection):
    service()(connection, [event("encounter", AYLA, BORA, zone="patrol")], {}, NOON)
    [alert] = alerts(connection)
    assert alert.offices == ("catania", "piraeus")
    assert outbox(connection) == [
        ("catania", "log", "alert"), ("piraeus", "log", "alert"), ("piraeus", "mail", "alert"),
    ]  # fmt: skip
    notice = notices(connection)[-1]
    assert notice.zone_names == ("Patrol box",)
    assert notice.alert.version == 1


def test_the_same_block_again_tells_nobody_twice(connection):
    events = [event("encounter", AYLA, BORA)]
    for _ in range(2):
        service()(connection, events, {}, NOON)
    assert len(outbox(connection)) == 3


def test_a_block_that_is_rolled_back_leaves_nothing(connection):
    grow = service()
    with connection.transaction(force_rollback=True):
        grow(connection, [event("gap", AYLA)], {}, NOON)
    assert (alerts(connection), outbox(connection)) == ([], [])
    grow(connection, [event("gap", AYLA)], {}, NOON)
    assert len(alerts(connection)) == 1


def test_what_smoulders_is_told_to_nobody(connection):
    service()(connection, [event("loitering", AYLA)], {}, NOON)
    assert (alerts(connection), outbox(connection)) == ([], [])


def test_a_retraction_reaches_all_who_were_told(connection):
    grow, silent = service(), event("gap", AYLA)
    grow(connection, [silent], {}, NOON)
    grow(connection, [closed(silent, 2)], {}, NOON + HOUR)
    grow(connection, [retracted(silent).next("retracted", NOON + HOUR, reason="heard")], {},
         NOON + 2 * HOUR)  # fmt: skip
    said = [change for office, _, change in outbox(connection) if office == "catania"]
    assert said == ["alert", "update", "cancel"]
    [alert] = alerts(connection)
    assert (alert.state, alert.reason) == ("retracted", "heard")
    assert len(changes(connection, alert.id)) == 3


def test_a_storm_is_few_messages_and_all_rows(connection):
    grow = service(budget=BudgetSettings(law_an_hour=5))
    grow(connection, [event("gap", 200_000_000 + n) for n in range(300)], {}, NOON)
    grow(connection, [event("distress", AYLA)], {}, NOON)
    assert len(alerts(connection)) == 301
    told = [one for one in outbox(connection) if one[0] == "catania"]
    assert len(told) == 6
    assert len(held(connection, "catania", ("law",))) == 295
    later = [event("gap", 300_000_000, hours=2)]
    grow(connection, later, {}, NOON + 2 * HOUR)
    assert len([one for one in outbox(connection) if one[0] == "catania"]) == 7


def test_an_alert_that_was_held_is_an_alert_when_its_turn_comes(connection):
    grow = service(budget=BudgetSettings(law_an_hour=0))
    grow(connection, [event("gap", AYLA)], {}, NOON)
    service()(connection, [event("drift", AYLA, hours=1)], {}, NOON + HOUR)
    assert {change for _, _, change in outbox(connection)} == {"alert"}


def test_an_event_that_is_left_over_after_a_restart_keeps_the_codes_of_the_list(connection):
    """Nobody has its vessels in memory any more: what the list says is read again."""
    who, other = Change("a.rossi", "report 114", NOW), Change("m.papas", "read", NOW)
    entry = WatchlistEntry(name="Ayla", mmsi=(AYLA,), contributor="GRC", handling="H2", tlp="red")
    [(entry_id, version)] = propose(connection, [entry], who)
    release(connection, {entry_id: version}, other)
    connection.execute(
        "INSERT INTO watchlist_hit (run_id, mmsi, received, spool, entry, version, matched_on, "
        "score, agrees, disagrees) VALUES (0, %s, now(), 1, %s, %s, 0, 1, 0, 0)",
        [AYLA, entry_id, version],
    )
    service()(connection, [event("gap", AYLA), event("drift", AYLA)], {}, NOON)
    [alert] = alerts(connection)
    assert (alert.codes.handling, alert.codes.tlp) == ("H2", "red")
    assert alert.vessels[0].listed_as == (entry_id,)


def test_codes_of_the_list_go_with_what_rests_on_it(connection):
    who, other = Change("a.rossi", "report 114", NOW), Change("m.papas", "read", NOW)
    entry = WatchlistEntry(name="Ayla", mmsi=(AYLA,), contributor="GRC", handling="H2", tlp="red")
    [(entry_id, version)] = propose(connection, [entry], who)
    release(connection, {entry_id: version}, other)
    ayla = Vessel(AYLA, "AYLA", listed_as=(entry_id,))
    service()(connection, [event("watchlist", AYLA), event("distress", AYLA)], {AYLA: ayla}, NOON)
    sar, law = alerts(connection)
    assert (law.codes.handling, law.codes.tlp, law.codes.contributors) == ("H2", "red", ("GRC",))
    assert (sar.codes, sar.vessels[0].listed_as) == (Codes(), ())


def test_a_rescue_gives_nothing_of_the_list_away(connection):
    facts = {"listed": (True,), "handling": ("H2",), "speed_after": (0.1, "kn", 1)}
    service()(connection, [event("sudden_stop", AYLA, evidence=facts)], {}, NOON)
    [notice, *_] = notices(connection)
    assert [list(one.evidence) for one in notice.events] == [["speed_after"]]


def test_an_entry_that_is_not_there_is_handled_with_care(connection):
    ayla = Vessel(AYLA, listed_as=("V-999999",))
    service()(connection, [event("watchlist", AYLA)], {AYLA: ayla}, NOON)
    [alert] = alerts(connection)
    assert (alert.codes.handling, alert.codes.tlp) == ("H1", "amber")


def test_a_rescue_is_told_with_help_and_without_it_where_that_fails(connection):
    help_ = SarHelp(16.5, 36.0, 0.1, NOON, (), "none", (), ())

    def works(_connection, alert, _now_us):
        return replace(help_, lon=alert.lon)

    def fails(connection, _alert, _now_us):
        connection.execute("SELECT 1 / 0")

    service(sar_help=works)(connection, [event("distress", AYLA)], {}, NOON)
    service(sar_help=fails)(connection, [event("distress", BORA)], {}, NOON)
    told = [one.sar for one in notices(connection) if one.office == "catania"]
    assert told == [help_, None]


def test_the_help_is_not_asked_for_in_a_flood(connection):
    asked = []
    grow = service(
        budget=BudgetSettings(sar_an_hour=3), sar_help=lambda _c, alert, _n: asked.append(alert.id)
    )
    grow(connection, [event("distress", 970_000_000 + n) for n in range(20)], {}, NOON)
    assert len(asked) == 3
    assert len(alerts(connection)) == 20


def test_zones_name_the_states_that_are_told(connection):
    greek = RoutingSettings((PIRAEUS,), (Rule("greek", ("piraeus",), member_states=("GRC",)),))
    grow = service(routing=greek)
    grow(connection, [event("encounter", AYLA, BORA)], {}, NOON)
    assert outbox(connection) == []
    grow(connection, [event("zone_dwell", AYLA, zone="patrol", severity="medium")], {}, NOON)
    assert {change for _, _, change in outbox(connection)} == {"alert"}


def test_an_exercise_is_marked(connection):
    service(exercise=True)(connection, [event("gap", AYLA)], {}, NOON)
    assert alerts(connection)[0].exercise


def test_hostile_names_reach_the_outbox_as_data(connection):
    evil = Vessel(AYLA, "<script>\r\nBcc: x'); DROP TABLE alert; --\u202e")
    service()(connection, [event("gap", AYLA)], {AYLA: evil}, NOON)
    [notice, *_] = notices(connection)
    assert notice.alert.vessels[0].name == evil.name
    assert "script" not in notice.alert.headline


REGIONS = builtin_zones().of_kind("sar_region").zones
ROMA = Office("roma", "MRCC Roma", "rescue_centre", channels=("mail",), agreement="2026-1",
              centre="mrcc-roma")  # fmt: skip


@pytest.mark.parametrize("help_", [None, lambda *_: 1 / 0])
def test_the_rescue_centre_of_the_region_is_told_also_where_no_help_is_made(connection, help_):
    table = RoutingSettings((CATANIA, ROMA), ROUTING.rules)
    grow = Alerting(AlertSettings(), table, zones=REGIONS, sar_help=help_)
    grow(connection, [event("distress", AYLA, at=(12.6, 39.5))], {}, NOON)
    assert [office for office, *_ in outbox(connection)] == ["roma", "catania"]


def test_a_beacon_under_test_is_shown_and_pages_nobody_until_it_calls(connection):
    grow = Alerting(
        AlertSettings(), RoutingSettings((CATANIA, ROMA), ROUTING.rules), zones=REGIONS
    )
    tested = event("distress", AYLA, at=(12.6, 39.5), severity="info")
    grow(connection, [tested], {}, NOON)
    [alert] = alerts(connection)
    assert (alert.severity, outbox(connection)) == ("info", [])
    real = tested.next("updated", tested.updated_us + 1, severity="critical")
    grow(connection, [real], {}, NOON + 1)
    assert [(one[0], one[2]) for one in outbox(connection)] == [
        ("roma", "alert"), ("catania", "alert"),
    ]  # fmt: skip


def test_a_true_call_among_a_thousand_forged_ones_is_queued_behind_forty_at_most(connection):
    grow = service()
    forged = [event("distress", 970_000_000 + n, at=(12 + n / 1000, 36)) for n in range(1000)]
    grow(connection, forged, {}, NOON)
    grow(connection, [event("distress", 970_999_999)], {}, NOON + 1)
    assert len([one for one in outbox(connection) if one[:2] == ("catania", "log")]) == 40
    waiting = held(connection, "catania", ("sar",))
    assert len(waiting) == 961
    assert (970_999_999,) in {one.mmsis for one in waiting}


def test_a_distress_that_moves_on_is_told_again_and_to_the_centre_it_comes_to(connection):
    grow = Alerting(
        AlertSettings(), RoutingSettings((CATANIA, ROMA), ROUTING.rules), zones=REGIONS
    )
    call = event("distress", AYLA, at=(12.6, 33.0))
    grow(connection, [call], {}, NOON)
    steps = [(33.02, []), (33.05, [("catania", "update")]), (33.07, [])]
    steps.append((39.5, [("roma", "alert"), ("catania", "update")]))
    for n, (lat, told) in enumerate(steps, 1):
        there = len(outbox(connection))
        call = call.next("updated", call.updated_us + 1, lat=lat)
        grow(connection, [call], {}, NOON + n)
        assert [(one[0], one[2]) for one in outbox(connection)[there:]] == told
    assert changes(connection, alerts(connection)[0].id)[-1].why.startswith("moved 387.3 nm")
