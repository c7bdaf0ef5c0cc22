"""The outbox: nothing lost, SAR first, no update before what it updates."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import psycopg
import pytest

from alerts.kinds import LANES
from alerts.notices import Delivery
from alerts.notifier import Receipt
from store import outbox
from store.connect import connect
from tests.plugins.database import fresh_database
from tests.plugins.notices import HOSTILE, MINUTE_US, NOON_US, alert, distress, hostile, notice

HOUR_US = 60 * MINUTE_US


@pytest.fixture(scope="module")
def shared(database_server):
    """One database for all tests here: a new one for each would take most of their time."""
    with fresh_database(database_server) as found:
        yield found


@pytest.fixture
def dsn(shared):
    """A database whose outbox is empty."""
    with connect(shared, autocommit=True) as connection:
        connection.execute("TRUNCATE delivery RESTART IDENTITY")
    return shared


@pytest.fixture
def desk(dsn):
    with connect(dsn, autocommit=True) as connection:
        yield connection


def delivery(number: int = 1, channel: str = "mail", version: int = 1, **changes) -> Delivery:
    about = alert(id=f"A-{number:012x}", version=version)
    return Delivery(
        notice(alert=about, id=f"{about.id}.{version}.catania", **changes), channel, "rule all"
    )


def urgent(number: int = 9) -> Delivery:
    about = alert("distress", id=f"A-{number:012x}")
    return Delivery(distress(alert=about, id=f"{about.id}.1.catania"), "mail", "rule sar")


def take(desk, at_us: int = HOUR_US + NOON_US, lanes=LANES, worker: str = "w", channel="mail"):
    return outbox.lease(desk, channel, lanes, worker, at_us, at_us + 10 * MINUTE_US)


def test_a_delivery_comes_out_as_it_went_in(desk):
    assert outbox.enqueue(desk, [delivery()]) == 1
    leased = take(desk)
    assert leased.notice == delivery().notice
    assert (leased.key, leased.attempt) == (delivery().key, 1)
    assert leased.enqueued_us == delivery().notice.sent_us


def test_what_is_enqueued_twice_is_there_once(desk):
    outbox.enqueue(desk, [delivery(), delivery(2)])
    assert outbox.enqueue(desk, [delivery(), delivery(3)]) == 1
    assert len(outbox.deliveries(desk)) == 3


def test_what_is_rolled_back_was_never_there(dsn, desk):
    with connect(dsn) as connection:
        outbox.enqueue(connection, [delivery()])
        connection.rollback()
    assert take(desk) is None


def test_a_commit_wakes_whoever_delivers(dsn, desk):
    desk.execute(f"LISTEN {outbox.CHANNEL}")
    with connect(dsn) as connection:
        outbox.enqueue(connection, [delivery()])
    assert [one.channel for one in desk.notifies(timeout=10, stop_after=1)] == [outbox.CHANNEL]


def test_sar_comes_first_however_long_others_wait(desk):
    outbox.enqueue(desk, [delivery(n) for n in range(1, 4)])
    outbox.enqueue(desk, [urgent()])
    assert take(desk).notice.alert.lane == "sar"


def test_a_worker_for_sar_leaves_the_rest_alone(desk):
    outbox.enqueue(desk, [delivery(), urgent()])
    assert take(desk, lanes=("sar",)).notice.alert.lane == "sar"
    assert take(desk, lanes=("sar",)) is None


def test_channels_do_not_take_each_others_deliveries(desk):
    outbox.enqueue(desk, [delivery(channel="hook")])
    assert take(desk) is None
    assert take(desk, channel="hook") is not None


def test_a_leased_delivery_is_nobody_elses_until_the_lease_runs_out(desk):
    outbox.enqueue(desk, [delivery()])
    first = take(desk)
    assert take(desk, worker="other") is None
    second = take(desk, NOON_US + HOUR_US + 11 * MINUTE_US, worker="other")
    assert second.attempt == 2
    # Who took too long must not settle what somebody else is sending.
    assert not outbox.sent(desk, first, Receipt("r"), NOON_US)
    assert outbox.sent(desk, second, Receipt("r"), NOON_US + 2 * HOUR_US)


def test_an_update_waits_for_what_it_updates_and_other_offices_do_not(desk):
    outbox.enqueue(desk, [delivery(1), delivery(1, version=2)])
    other = delivery(1, version=2)
    other = replace(other, notice=replace(other.notice, office="piraeus", id="A-1.2.piraeus"))
    outbox.enqueue(desk, [other])
    first = take(desk)
    outbox.later(desk, first, "busy", NOON_US + 2 * HOUR_US)
    second = take(desk)
    assert second.notice.office == "piraeus"
    outbox.sent(desk, second, Receipt("r"), NOON_US + HOUR_US)
    assert take(desk) is None
    again = take(desk, NOON_US + 2 * HOUR_US)
    assert again.notice.id == first.notice.id
    outbox.sent(desk, again, Receipt("r"), NOON_US + 2 * HOUR_US)
    assert take(desk, NOON_US + 2 * HOUR_US).notice.id == "A-000000000001.2.catania"


def test_an_update_does_not_wait_for_a_dead_letter(desk):
    outbox.enqueue(desk, [delivery(1), delivery(1, version=2)])
    outbox.dead(desk, take(desk), "refused", NOON_US)
    assert take(desk).notice.id == "A-000000000001.2.catania"


def test_many_workers_share_the_work_and_none_is_done_twice(dsn, desk):
    outbox.enqueue(desk, [delivery(n) for n in range(60)])
    taken: list[int] = []

    def work(name: str) -> None:
        with connect(dsn, autocommit=True) as connection:
            while (leased := take(connection, worker=name)) is not None:
                assert outbox.sent(connection, leased, Receipt("r"), NOON_US)
                taken.append(leased.number)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted({*taken})
    assert len(taken) == 60


def test_a_dead_letter_is_seen_and_can_be_tried_again(desk):
    outbox.enqueue(desk, [delivery()])
    leased = take(desk)
    outbox.dead(desk, leased, "no such mailbox", NOON_US + HOUR_US)
    [row] = outbox.deliveries(desk, state="dead")
    assert (row.said, row.attempts, row.state) == ("no such mailbox", 1, "dead")
    assert outbox.retry(desk, [leased.number, 999], NOON_US + 2 * HOUR_US) == [leased.number]
    assert take(desk, NOON_US + 2 * HOUR_US).key == leased.key
    assert outbox.retry(desk, [leased.number], NOON_US) == []


def test_a_row_that_cannot_be_read_becomes_a_dead_letter_and_the_next_one_is_taken(desk):
    outbox.enqueue(desk, [delivery(1), delivery(2)])
    desk.execute("UPDATE delivery SET notice = '{}' WHERE number = 1")
    assert take(desk) is None
    [dead] = outbox.deliveries(desk, state="dead")
    assert "is no" in dead.said
    assert take(desk).notice == delivery(2).notice


def test_what_an_office_was_told_of_an_alert_is_remembered_in_order(desk):
    outbox.enqueue(desk, [delivery(1), delivery(1, channel="hook")])
    outbox.enqueue(desk, [delivery(1, version=2, change="update", sent_us=NOON_US + HOUR_US,
                                   limited=True, language="it"), delivery(2)])  # fmt: skip
    told = outbox.told_before(desk, "A-000000000001")
    assert list(told) == ["catania"]
    past = told["catania"]
    assert past.references == (
        ("A-000000000001.1.catania", NOON_US + MINUTE_US),
        ("A-000000000001.2.catania", NOON_US + HOUR_US),
    )
    assert past.channels == ("mail", "hook")
    assert (past.change, past.limited, past.language) == ("update", True, "it")


def test_the_first_acknowledgement_stays_whether_by_notice_or_by_reference(desk):
    outbox.enqueue(desk, [delivery()])
    outbox.sent(desk, take(desk), Receipt("<k@desk>"), NOON_US)
    assert outbox.acknowledge(desk, "<k@desk>", "a.rossi", "link", NOON_US) == "A-000000000001"
    assert outbox.acknowledge(desk, delivery().notice.id, "b", "CAP", NOON_US + 1) is not None
    [row] = outbox.deliveries(desk)
    assert (row.acknowledged_by, row.acknowledged_how) == ("a.rossi", "link")
    assert outbox.acknowledge(desk, "nothing", "a", "link", NOON_US) is None


def test_a_channel_that_works_again_is_tried_at_once(desk):
    outbox.enqueue(desk, [delivery()])
    outbox.later(desk, take(desk), "busy", NOON_US + 9 * HOUR_US)
    outbox.hurry(desk, "hook", NOON_US + 2 * HOUR_US)
    assert take(desk, NOON_US + 2 * HOUR_US) is None
    outbox.hurry(desk, "mail", NOON_US + 2 * HOUR_US)
    assert take(desk, NOON_US + 2 * HOUR_US) is not None


def test_counts_and_the_oldest_one_tell_how_a_channel_is(desk):
    outbox.enqueue(desk, [delivery(1), delivery(2)])
    outbox.sent(desk, take(desk), Receipt("r"), NOON_US)
    assert outbox.counts(desk) == {("mail", "sent"): 1, ("mail", "waiting"): 1}
    assert outbox.oldest_waiting(desk) == {"mail": outbox.moment(NOON_US + MINUTE_US)}


def test_retention_takes_what_is_settled_and_leaves_what_waits(desk):
    outbox.enqueue(desk, [delivery(1), delivery(2)])
    outbox.sent(desk, take(desk), Receipt("r"), NOON_US)
    assert outbox.drop_settled(desk, outbox.moment(NOON_US)) == 0
    assert outbox.drop_settled(desk, outbox.moment(NOON_US + 1)) == 1
    assert [row.state for row in outbox.deliveries(desk)] == ["waiting"]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_names_and_answers_are_kept_and_harm_nothing(desk, text):
    outbox.enqueue(desk, [Delivery(hostile(text), "mail", text)])
    leased = take(desk)
    assert leased.notice == hostile(text)
    assert outbox.sent(desk, leased, Receipt("r", text), NOON_US)
    [row] = outbox.deliveries(desk)
    assert row.said.isprintable()
    assert row.why.isprintable()


def test_every_state_that_is_not_one_is_refused_by_the_database(desk):
    outbox.enqueue(desk, [delivery()])
    with pytest.raises(psycopg.errors.CheckViolation):
        desk.execute("UPDATE delivery SET state = 'lost'")


def test_times_keep_their_microseconds():
    at = dt.datetime(2026, 11, 20, 12, 0, 0, 123_457, tzinfo=dt.UTC)
    assert outbox.moment(outbox.microseconds(at)) == at
