"""What a list or a digest told is taken back the same way: from the event to the office's text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from alerts.incidents.settings import BudgetSettings
from alerts.routing import Office, RoutingSettings, Rule
from service.alerting import Alerting, AlertSettings
from service.digests import Digests, DigestSettings
from service.flooding import Flooding
from service.schedule import Turn
from store.connect import connect
from store.escalations import listed_waiting
from store.incidents import alerts
from store.outbox import deliveries
from tests.plugins.incidents import AYLA, NOON, event, retracted

AT = dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ROUTING = RoutingSettings(
    (Office("catania", "EURTF Catania", channels=("mail",)),),
    (Rule("all", ("*",)),),
    page="https://desk.example/",
)
NOTHING = BudgetSettings(sar_an_hour=0, law_an_hour=0)
MINUTE = 60_000_000


@dataclass
class Letters:
    """Keeps what is written."""

    written: list[tuple[str, str]] = field(default_factory=list)

    def write(self, _office: str, subject: str, text: str, _key: str) -> None:
        self.written.append((subject, text))


@pytest.fixture
def letters() -> Letters:
    return Letters()


def grow(dsn: str, events: list, minutes: int = 0, budget: BudgetSettings = NOTHING) -> None:
    """Take events in, in an hour in which the office has had its messages."""
    service = Alerting(AlertSettings(budget=budget), ROUTING, zones=())
    with connect(dsn) as connection:
        service(connection, events, {}, NOON + minutes * MINUTE)


def digest(dsn: str, letters: Letters, at: dt.datetime) -> str:
    """Write and send the digest that is due at a time; return its text."""
    Digests(dsn, DigestSettings(), ROUTING, letters, clock=lambda: at).daily(
        Turn(at, None, lambda: False)
    )
    return letters.written[-1][1]


def flood(dsn: str, letters: Letters) -> dict[str, int]:
    """Tell in a list what was held of rescues."""
    flooding = Flooding(dsn, ROUTING, letters, mailboxes={"mail": ["catania"]}, clock=lambda: AT)
    return dict(flooding.work(Turn(AT, None, lambda: False)))


def only(dsn: str) -> str:
    with connect(dsn) as connection:
        [alert] = alerts(connection)
    return alert.id


def test_what_only_a_digest_told_is_retracted_by_the_next_one(dsn, letters):
    silent = event("gap", AYLA)
    grow(dsn, [silent])
    first = digest(dsn, letters, AT)
    assert "not told before: 1" in first
    grow(dsn, [retracted(silent)], 60)
    second = digest(dsn, letters, AT + DAY)
    assert "Retracted since a digest told them: 1\n  retracted: Law enforcement, " in second
    assert f"https://desk.example/alerts/{only(dsn)}" in second
    assert "not told before" not in second
    assert "etracted" not in digest(dsn, letters, AT + 2 * DAY)
    with connect(dsn) as connection:
        assert deliveries(connection) == []


def test_what_was_taken_back_before_any_digest_is_not_told_at_all(dsn, letters):
    silent = event("gap", AYLA)
    grow(dsn, [silent])
    grow(dsn, [retracted(silent)], 60)
    said = digest(dsn, letters, AT)
    assert "etracted" not in said
    assert "/alerts/" not in said


def test_what_a_digest_and_then_a_message_told_is_retracted_by_a_message(dsn, letters):
    silent = event("gap", AYLA)
    grow(dsn, [silent])
    digest(dsn, letters, AT)
    grow(dsn, [event("drift", AYLA, hours=1)], 60, BudgetSettings())
    grow(dsn, [retracted(silent), retracted(event("drift", AYLA, hours=1))], 90)
    with connect(dsn) as connection:
        assert [one.change for one in deliveries(connection)] == ["cancel", "alert"]
    assert "etracted" not in digest(dsn, letters, AT + DAY)


def test_a_rescue_is_told_by_its_list_and_not_by_a_digest(dsn, letters):
    """A digest between two looks of the list must not take a distress from it."""
    grow(dsn, [event("distress", AYLA)])
    assert "/alerts/" not in digest(dsn, letters, AT)
    assert flood(dsn, letters) == {"told": 1, "again": 0}


def test_a_flood_that_a_list_told_is_retracted_by_a_list(dsn, letters):
    """Thousands of messages «withdrawn» would stand before the next true call."""
    calls = [event("distress", 970_000_000 + n) for n in range(60)]
    grow(dsn, calls)
    flood(dsn, letters)
    grow(dsn, [*map(retracted, calls[:59]), event("distress", AYLA)], 10)
    assert flood(dsn, letters) == {"told": 60, "again": 0}
    subject, text = letters.written[-1]
    assert subject == "Search and rescue: 1 rescue alerts in one message, 59 retracted"
    assert text.count("\nretracted: distress, MMSI 9700000") == 59
    with connect(dsn) as connection:
        cancels = [one for one in deliveries(connection) if one.change == "cancel"]
    assert {one.state for one in cancels} == {"sent"}
    assert len(cancels) == 59
    assert flood(dsn, letters) == {"told": 0, "again": 0}


def test_a_rescue_that_a_list_told_is_followed_up_with_the_others_when_it_moves_on(dsn, letters):
    """Else a flood of beacons that move would be ten thousand calls all the same."""
    calls = [event("distress", 970_000_000 + n) for n in range(3)]
    grow(dsn, calls)
    flood(dsn, letters)
    moved = calls[0].next("updated", calls[0].updated_us + MINUTE, lat=36.5)
    grow(dsn, [moved], 10)
    with connect(dsn) as connection:
        told = deliveries(connection)
        assert [one.change for one in told].count("update") == 1
        assert len(listed_waiting(connection, "catania")) == 3
