import asyncio

import pytest

from maps.live import wire
from service.web.poller import Poller

NOW_MS = 1_700_000_000_000


class Clock:
    ms = NOW_MS

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def poller(source, clock) -> Poller:
    return Poller(source, clock=clock)


def poll(poller: Poller) -> None:
    asyncio.run(poller.poll())


def test_it_is_ready_once_the_picture_was_read(poller) -> None:
    assert not poller.ready
    poll(poller)
    assert poller.ready
    assert len(poller.picture) == 2


def test_a_database_that_goes_away_is_said_and_the_picture_stays(poller, source, clock) -> None:
    poll(poller)
    source.away = True
    clock.ms += 5_000
    poll(poller)
    clock.ms += 5_000
    poll(poller)
    assert poller.database() == {
        "ok": False,
        "since": NOW_MS + 5_000,
        "error": "connection refused by /var/run/x",
    }
    assert not poller.ready
    assert len(poller.picture) == 2


def test_pages_do_not_see_the_database_error_text(poller, source) -> None:
    source.away = True
    poll(poller)
    assert "error" not in poller.status()["database"]


def test_it_recovers_by_itself(poller, source) -> None:
    source.away = True
    poll(poller)
    source.away = False
    poll(poller)
    assert poller.database()["ok"]
    assert poller.ready


def test_an_ingest_that_stops_reporting_is_said_after_ten_seconds(poller, clock) -> None:
    poll(poller)
    clock.ms += 10_000
    assert poller.ingest() == {"ok": False, "since": NOW_MS}
    assert {feed["state"] for feed in poller.feeds()} == {"unknown"}


def test_time_is_the_pipeline_s_which_an_exercise_may_shift(poller, source, clock) -> None:
    poll(poller)
    part = poller.parts["ingest"]
    part.state["now_ms"] = NOW_MS + 3_600_000
    clock.ms += 2_000
    assert poller.now_ms() == NOW_MS + 3_602_000


def test_frames_carry_the_pipeline_s_time(poller) -> None:
    poll(poller)
    assert wire.decode(poller.picture.snapshot()).now_ms == NOW_MS
