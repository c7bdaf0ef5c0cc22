"""Endpoints that are down, slow, busy or wrong: all is delivered after, and others do not wait."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import dataclass, field, replace
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from alerts.alert import Notice
from alerts.kinds import LANES
from alerts.notices import Delivery
from alerts.notifier import Later, Partly, Receipt, Refused
from alerts.notifiers.webhook import Webhook
from service.delivering import Courier, DeliverySettings, Dispatcher, wait_s
from store import outbox
from store.connect import connect
from tests.plugins.database import fresh_database
from tests.plugins.endpoint import listening
from tests.plugins.notices import NOON_US, alert, distress, notice

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
SETTINGS = DeliverySettings()
OTHER_PROCESS = """
import sys, threading
from alerts.notifiers.webhook import Webhook
from service.delivering import DeliverySettings, Dispatcher
hook = Webhook("hook", sys.argv[1], "HOOK_SECRET", ("127.0.0.0/8",))
Dispatcher([hook], DeliverySettings(), sys.argv[2]).start()
threading.Event().wait(60)
"""


@dataclass
class Clock:
    """A clock that stands until somebody moves it."""

    now_us: int = NOON_US

    def __call__(self) -> int:
        return self.now_us


@dataclass
class Fake:
    """A channel that does as its ``mood`` says; no server, so that an hour takes a moment."""

    kind: ClassVar[str] = "fake"
    name: str = "mail"
    mood: BaseException | None = None
    poison: str = ""
    keys: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def ready(self) -> None:
        """Need nothing."""

    def send(self, told: Notice, key: str) -> Receipt:
        """Raise the mood, or remember the key."""
        self.tried.append(key)
        if told.alert.id == self.poison:
            raise Later("this one is odd")
        if self.mood is not None:
            raise self.mood
        self.keys.append(key)
        return Receipt(key, "250 ok")


@dataclass
class Several(Fake):
    """A channel of three mailboxes, of which one is full."""

    def send(self, told: Notice, key: str) -> Receipt:
        """Tell all but one."""
        self.keys.append(key)
        raise Partly("452 over quota", ["full@catania.example"])

    def send_to(self, _told: Notice, key: str, left: tuple[str, ...]) -> Receipt:
        """Tell those who are left, as the mood has it."""
        self.tried.append(key)
        assert left == ("full@catania.example",)
        if self.mood is not None:
            raise self.mood
        return Receipt(key, "250 ok")


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


def delivery(number: int, channel: str = "mail", kind: str = "gap") -> Delivery:
    about = alert(kind, id=f"A-{number:012x}")
    made = (distress if kind == "distress" else notice)(
        alert=about, id=f"{about.id}.1.catania", sent_us=NOON_US
    )
    return Delivery(made, channel, "rule all")


def keys(*made: Delivery) -> list[str]:
    return [one.key for one in made]


def run(courier: Courier, clock: Clock, desk, until_us: int) -> None:
    """Let the courier work until ``until_us``, the clock going on by a second where it waits."""
    while clock.now_us < until_us:
        if not courier.turn(desk):
            clock.now_us += SECOND_US


def courier(channel, clock: Clock, **changes) -> Courier:
    changes = {"ticks": clock} | changes
    return Courier(channel, SETTINGS, clock=clock, chance=lambda: 0.5, **changes)


def test_all_that_waits_is_sent_and_settled(desk):
    made = [delivery(n) for n in range(5)]
    outbox.enqueue(desk, made)
    fake, clock = Fake(), Clock()
    run(courier(fake, clock), clock, desk, NOON_US + SECOND_US)
    assert fake.keys == keys(*made)
    assert {(row.state, row.said, row.attempts) for row in outbox.deliveries(desk)} == {
        ("sent", "250 ok", 1)
    }


def test_an_endpoint_that_was_down_for_an_hour_gets_everything_within_a_minute_after(desk):
    made = [delivery(n) for n in range(30)] + [delivery(99, kind="distress")]
    outbox.enqueue(desk, made)
    fake, clock = Fake(mood=Later("connection refused")), Clock()
    working = courier(fake, clock)
    run(working, clock, desk, NOON_US + HOUR_US)
    assert fake.keys == []
    # It is asked now and then, not by every message that waits.
    assert 30 < len(fake.tried) < 150
    fake.mood = None
    run(working, clock, desk, NOON_US + HOUR_US + 60 * SECOND_US)
    assert sorted(fake.keys) == sorted(keys(*made))
    assert fake.keys[0] == made[-1].key or made[-1].key in fake.keys[:5]


def test_another_channel_is_not_held_up_by_one_that_is_down(desk):
    outbox.enqueue(desk, [delivery(1, "mail"), delivery(1, "hook")])
    clock = Clock()
    down, up = Fake("mail", Later("down")), Fake("hook")
    courier(down, clock).turn(desk)
    courier(up, clock).turn(desk)
    assert up.keys == keys(delivery(1, "hook"))


def test_a_busy_endpoint_is_left_alone_as_long_as_it_asks(desk):
    outbox.enqueue(desk, [delivery(1), delivery(2)])
    fake, clock = Fake(mood=Later("429", retry_after_s=120)), Clock()
    working = courier(fake, clock)
    run(working, clock, desk, NOON_US + 119 * SECOND_US)
    assert len(fake.tried) == 1
    fake.mood = None
    run(working, clock, desk, NOON_US + 130 * SECOND_US)
    assert sorted(fake.keys) == sorted(keys(delivery(1), delivery(2)))


def test_a_rescue_is_tried_again_within_a_minute_whatever_the_endpoint_asks(desk):
    outbox.enqueue(desk, [delivery(1, kind="distress"), delivery(2, kind="distress")])
    fake, clock = Fake(mood=Later("429", retry_after_s=3600)), Clock()
    working = courier(fake, clock, lanes=("sar",))
    working.turn(desk)
    fake.mood = None
    run(working, clock, desk, NOON_US + 62 * SECOND_US)
    assert len(fake.keys) == 2


def test_a_clock_that_is_set_back_keeps_no_rescue_waiting(desk):
    made = delivery(1, kind="distress")
    outbox.enqueue(desk, [made])
    fake, clock, ticks = Fake(mood=Later("down")), Clock(), Clock(0)
    working = courier(fake, clock, ticks=ticks, failures=5)
    working.turn(desk)
    fake.mood, clock.now_us = None, NOON_US - 2 * HOUR_US
    for _ in range(61):
        working.turn(desk)
        clock.now_us += SECOND_US
        ticks.now_us += SECOND_US
    assert fake.keys == keys(made)


def test_what_is_refused_is_a_dead_letter_and_the_next_one_goes_out(desk):
    outbox.enqueue(desk, [delivery(1), delivery(2)])
    fake, clock = Fake(mood=Refused("550 no such mailbox")), Clock()
    working = courier(fake, clock)
    working.turn(desk)
    fake.mood = None
    run(working, clock, desk, NOON_US + SECOND_US)
    assert fake.keys == keys(delivery(2))
    [dead] = outbox.deliveries(desk, state="dead")
    assert dead.said == "550 no such mailbox"


def test_one_odd_message_does_not_keep_the_others(desk):
    made = [delivery(n) for n in range(1, 8)]
    outbox.enqueue(desk, made)
    fake, clock = Fake(poison="A-000000000001"), Clock()
    run(courier(fake, clock), clock, desk, NOON_US + 4 * SECOND_US)
    assert fake.keys == keys(*made[1:])


def test_one_full_mailbox_holds_up_no_update_and_sends_nothing_twice_to_the_others(desk):
    first, update = delivery(1, kind="distress"), delivery(1, kind="distress")
    told = replace(update.notice, id="A-000000000001.2.catania", change="update")
    update = replace(update, notice=told)
    outbox.enqueue(desk, [first, update])
    several, clock = Several(mood=Later("452 over quota")), Clock()
    working = courier(several, clock, lanes=("sar",))
    run(working, clock, desk, NOON_US + 600 * SECOND_US)
    assert several.keys == keys(first, update)
    assert working.failures == 0
    several.mood = None
    run(working, clock, desk, NOON_US + 700 * SECOND_US)
    assert several.keys == keys(first, update)
    assert [row.state for row in outbox.deliveries(desk)] == ["sent", "sent"]


def test_a_rescue_that_is_refused_is_tried_for_some_minutes_and_holds_up_no_update(desk):
    made, other = delivery(1, kind="distress"), delivery(1, kind="distress")
    told = replace(other.notice, id="A-000000000001.2.catania", change="update")
    other = replace(other, notice=told)
    outbox.enqueue(desk, [made])
    fake, clock = Fake(mood=Refused("552 over quota")), Clock()
    working = courier(fake, clock)
    working.turn(desk)
    outbox.enqueue(desk, [other])
    fake.mood = None
    run(working, clock, desk, NOON_US + SECOND_US)
    assert fake.keys == keys(other)
    run(working, clock, desk, NOON_US + 60 * SECOND_US)
    assert fake.keys == keys(other, made)


def test_a_rescue_that_is_refused_for_good_is_a_dead_letter_that_is_told_at_once(desk):
    outbox.enqueue(desk, [delivery(1, kind="distress")])
    told: list[tuple[str, str]] = []
    fake, clock = Fake(mood=Refused("552 over quota")), Clock()
    working = courier(fake, clock, on_dead=lambda _db, _one, *said: told.append(said[:2]))
    run(working, clock, desk, NOON_US + 900 * SECOND_US)
    assert len(fake.tried) == 10
    assert told == [("mail", "552 over quota")]
    assert [row.state for row in outbox.deliveries(desk)] == ["dead"]


def test_a_new_rescue_does_not_wait_behind_calls_that_repeat(desk):
    called = delivery(1, kind="distress")
    again = replace(called, notice=replace(called.notice, id=f"{called.notice.id}.r4"))
    new = delivery(2, kind="distress")
    outbox.enqueue(desk, [again, new])
    fake, clock = Fake(), Clock()
    run(courier(fake, clock), clock, desk, NOON_US + SECOND_US)
    assert fake.keys == keys(new, again)


def test_an_error_of_a_channels_own_is_tried_again_like_any_other(desk):
    outbox.enqueue(desk, [delivery(1)])
    fake, clock = Fake(mood=ZeroDivisionError("oh")), Clock()
    working = courier(fake, clock)
    working.turn(desk)
    [row] = outbox.deliveries(desk)
    assert (row.state, row.said) == ("waiting", "ZeroDivisionError: oh")
    fake.mood = None
    run(working, clock, desk, NOON_US + 20 * SECOND_US)
    assert len(fake.keys) == 1


def test_after_three_days_it_is_given_up_and_seen(desk):
    outbox.enqueue(desk, [delivery(1)])
    fake, clock = Fake(mood=Later("down")), Clock()
    working = courier(fake, clock)
    for hour in (0, *range(65, 73)):
        clock.now_us = NOON_US + hour * HOUR_US
        working.turn(desk)
    assert outbox.deliveries(desk, state="dead") == []
    clock.now_us += HOUR_US
    working.turn(desk)
    [dead] = outbox.deliveries(desk, state="dead")
    assert dead.said == "given up: down"


def test_what_is_old_because_we_were_stopped_is_not_given_up_at_the_first_failure(desk):
    outbox.enqueue(desk, [delivery(1)])
    courier(Fake(mood=Later("down")), Clock(NOON_US + 400 * HOUR_US)).turn(desk)
    assert outbox.deliveries(desk, state="dead") == []


def test_a_worker_that_died_while_sending_loses_nothing(desk):
    outbox.enqueue(desk, [delivery(1)])
    fake, clock = Fake(mood=KeyboardInterrupt()), Clock()
    with pytest.raises(KeyboardInterrupt):
        courier(fake, clock, worker="dies").turn(desk)
    fake.mood = None
    heir = courier(fake, clock, worker="heir")
    assert not heir.turn(desk)
    clock.now_us += 600 * SECOND_US
    assert heir.turn(desk)
    assert fake.keys == keys(delivery(1))


@given(st.integers(1, 5000), st.sampled_from(LANES), st.floats(0, 1),
       st.none() | st.floats(0, 1e9))  # fmt: skip
def test_no_wait_is_longer_than_the_settings_say(attempt, lane, share, asked):
    wait = wait_s(attempt, lane, SETTINGS, asked, share)
    longest, heeded = (60, 60) if lane == "sar" else (900, 3600)
    assert 2.5 <= wait <= max(longest, min(asked or 0, heeded))
    assert wait >= min(asked or 0, heeded)


def test_waits_double_and_are_spread():
    waits = [wait_s(n, "law", SETTINGS, None, 1.0) for n in range(1, 6)]
    assert waits == [5, 10, 20, 40, 80]
    assert wait_s(3, "law", SETTINGS, None, 0.0) == 10


@pytest.fixture
def partners(monkeypatch):
    monkeypatch.setenv("HOOK_SECRET", "s" * 32)
    with listening() as slow, listening() as quick:
        yield slow, quick


def hook(name: str, partner, timeout_s: float = 20) -> Webhook:
    return Webhook(name, partner.url, "HOOK_SECRET", ("127.0.0.0/8",), timeout_s)


def until(seen, patience: threading.Event) -> None:
    for _ in range(2000):
        if seen():
            return
        patience.wait(0.01)
    pytest.fail("it was not delivered in 20 s")


def test_a_partner_that_hangs_holds_up_neither_other_channels_nor_sar(dsn, desk, partners):
    slow, quick = partners
    slow.hang = threading.Event()
    running = Dispatcher([hook("slow", slow), hook("quick", quick)], DeliverySettings(), dsn)
    running.start()
    try:
        outbox.enqueue(desk, [delivery(1, "slow")])
        until(lambda: slow.got, running.stop)
        outbox.enqueue(
            desk, [delivery(2, "quick"), delivery(3, "slow"), delivery(4, "slow", "distress")]
        )
        until(lambda: quick.got, running.stop)
        sar = delivery(4, "slow", "distress").key
        until(lambda: sar in {got.headers["webhook-id"] for got in slow.got}, running.stop)
        assert delivery(3, "slow").key not in {got.headers["webhook-id"] for got in slow.got}
    finally:
        slow.hang.set()
        running.close()


def test_a_process_that_is_killed_while_it_sends_keeps_nothing_waiting(dsn, desk, partners):
    partner, _ = partners
    partner.hang = threading.Event()
    made = [delivery(n, "hook", "distress" if n < 3 else "gap") for n in range(6)]
    outbox.enqueue(desk, made)
    killed = subprocess.Popen([sys.executable, "-c", OTHER_PROCESS, partner.url, dsn])
    running = Dispatcher([hook("hook", partner)], SETTINGS, dsn)
    try:
        until(lambda: len(partner.got) == 2, running.stop)
        killed.kill()
        killed.wait()
        hanging, partner.hang = partner.hang, None
        hanging.set()
        running.start()
        # Its leases would have lasted ten minutes more.
        until(lambda: len(outbox.deliveries(desk, state="sent")) == 6, running.stop)
    finally:
        killed.kill()
        running.close()
    got = [one.headers["webhook-id"] for one in partner.got]
    assert {*got} == {*keys(*made)}
    assert len(got) == 8, "what was being sent goes again, under its key; nothing else does"


def test_faults_of_a_real_server_are_outlived_and_each_key_arrives(dsn, desk, partners):
    partner, _ = partners
    faults = [(500, {}, b""), (429, {"Retry-After": "0"}, b""), (502, {}, b"<html>")]
    partner.answer = lambda _: faults.pop() if faults else (204, {}, b"")
    quick = replace(
        SETTINGS, poll_s=0.05, first_wait_s=0.02, longest_wait_s=0.1, longest_sar_wait_s=0.05
    )
    made = [delivery(n, "hook") for n in range(20)]
    outbox.enqueue(desk, made)
    running = Dispatcher([hook("hook", partner)], quick, dsn)
    running.start()
    try:
        until(lambda: len(outbox.deliveries(desk, state="sent")) == 20, running.stop)
    finally:
        running.close()
    got = [one.headers["webhook-id"] for one in partner.got]
    assert {*got} == {*keys(*made)}
    assert len(got) == 23
    assert not any(thread.is_alive() for thread in running.threads)


def test_a_channel_that_lacks_its_secret_is_named_at_start_and_tried_all_the_same(
    dsn, desk, partners, monkeypatch
):
    partner, _ = partners
    monkeypatch.setenv("HOOK_SECRET", "short")
    outbox.enqueue(desk, [delivery(1, "hook")])
    running = Dispatcher([hook("hook", partner)], DeliverySettings(), dsn)
    with capture_logs() as lines:
        running.start()
        until(lambda: outbox.deliveries(desk, state="dead"), running.stop)
        running.close()
    assert "channel_not_ready" in {line["event"] for line in lines}
    [dead] = outbox.deliveries(desk, state="dead")
    assert "$HOOK_SECRET has 5 characters" in dead.said
