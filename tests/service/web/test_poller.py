import asyncio
import threading
from collections.abc import Iterator

import pytest

from maps.live import wire
from service.web.poller import Poller
from service.web.source import PartHealth

NOW_MS = 1_700_000_000_000


class Clock:
    ms = NOW_MS

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def poller(source, clock) -> Iterator[Poller]:
    poller = Poller(source, clock=clock)
    yield poller
    poller.close()


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
    assert poller.database() == {"ok": False, "since": NOW_MS + 5_000}
    assert not poller.ready
    assert len(poller.picture) == 2


def test_pages_do_not_see_the_database_error_text(poller, source) -> None:
    source.away = True
    poll(poller)
    assert poller.away_error
    assert poller.away_error not in str(poller.status())


@pytest.fixture
def stuck(source) -> Iterator[threading.Event]:
    """Reads hang until the event is set."""
    released = threading.Event()
    there, source.rows = source.rows, lambda: released.wait(30) and there()
    yield released
    released.set()


def test_a_database_that_hangs_is_away_and_the_page_is_told(poller, stuck) -> None:
    poller.patience_s = 0.05
    poll(poller)
    assert poller.database()["ok"] is False
    assert '"database":{"ok":false' in poller.hub.join().status
    assert poller.away_error == "TimeoutError"


def test_a_database_that_goes_on_after_hanging_is_read_again(poller, stuck) -> None:
    poller.patience_s = 0.05
    poll(poller)
    stuck.set()
    poller.patience_s = 10
    poll(poller)
    assert poller.ready


def test_slow_questions_do_not_hold_up_the_picture(poller, source) -> None:
    async def told() -> None:
        released = threading.Event()
        questions = [asyncio.to_thread(released.wait, 30) for _ in range(64)]
        waiting = asyncio.gather(*questions)
        await poller.poll()
        released.set()
        await waiting

    asyncio.run(told())
    assert poller.ready


@pytest.mark.parametrize(
    "changes",
    [
        {"spool": {"lag_s": 30.0}},
        {"spool": {"lag_s": None}},
        {"spool": {"lag_s": 0.0, "trouble": "No space left on device"}},
        {"database_error": 'connection to "10.1.2.3", user "vedetta" refused'},
    ],
)
def test_it_is_not_ready_while_ingest_s_work_suffers(poller, changes) -> None:
    poll(poller)
    poller.parts["ingest"].state.update(changes)
    assert not poller.ready
    assert "10.1.2.3" not in str(poller.status())


def test_jobs_are_up_while_they_report(poller, clock) -> None:
    poll(poller)
    assert not poller.jobs()["ok"]
    poller.parts["jobs"] = PartHealth({}, NOW_MS)
    assert poller.jobs()["ok"]
    clock.ms += 30_000
    assert poller.jobs() == {"ok": False, "since": NOW_MS}


def test_pages_are_told_whether_jobs_report(poller, clock) -> None:
    poll(poller)
    assert poller.status()["jobs"] == {"ok": False, "since": None}
    poller.parts["jobs"] = PartHealth({}, NOW_MS)
    assert poller.status()["jobs"] == {"ok": True, "since": None}
    clock.ms += 30_000
    assert poller.status()["jobs"] == {"ok": False, "since": NOW_MS}


def test_a_feed_s_silence_is_measured_by_our_clock(poller, source, clock) -> None:
    source.feeds[0]["last_line_at"] = NOW_MS / 1000 - 45
    source.at_ms += 3_600_000
    poll(poller)
    assert poller.feeds()[0]["idle_ms"] == 45_000
    assert poller.feeds()[1]["idle_ms"] is None


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
