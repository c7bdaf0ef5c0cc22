"""What an empty list is worth is said beside it, from the feeds and the coverage of now."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.unheard import Coverage, coverage_said, feeds_said
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.memory import MemoryFacts, MemorySource
from tests.plugins.waiting import until


def feed(state: str = "connected", idle_ms: int | None = 2000) -> dict[str, object]:
    return {"name": "one", "state": state, "idle_ms": idle_ms, "lines": 5}


@pytest.mark.parametrize(("feeds", "said"), [
    ([], "No feed has reported yet: nothing is heard."),
    ([feed(idle_ms=None)], "No feed has brought a line yet (of 1): nothing is heard."),
    ([feed(), feed("failed"), feed(idle_ms=240_000)],
     "Feeds heard: 1 of 3; the last line came 2 s ago."),
    ([feed("unknown", 7_300_000)], "Feeds heard: 0 of 1; the last line came 2 h ago."),
])  # fmt: skip
def test_how_the_feeds_are_is_one_sentence(feeds, said):
    assert feeds_said(feeds) == said


NOON_MS = 1_795_435_200_000


@pytest.mark.parametrize(("cells", "feeds", "minutes", "said"), [
    (0, [], 0, "is not known yet: it is counted once a minute"),
    (0, [feed()], 1, "not known yet: the first count is due at 23 Nov 12:02 UTC."),
    (0, [feed()], 5, "is not known yet: it is counted once a minute"),
    (7, [feed()], 1, "heard lately in 7 squares of 15 nm"),
])  # fmt: skip
def test_before_anything_is_counted_it_says_from_when_on_it_is_known(cells, feeds, minutes, said):
    coverage = Coverage()
    coverage.look(cells, feeds, NOON_MS)
    assert said in coverage_said(coverage, NOON_MS + minutes * 60_000, 0.25)


def test_a_count_that_is_due_does_not_move_away_with_each_look():
    coverage = Coverage()
    for minutes in (0, 1):
        coverage.look(0, [feed()], NOON_MS + minutes * 60_000)
    assert coverage.due_ms == NOON_MS + 120_000


@pytest.fixture(scope="module")
def address(files, database_server) -> Iterator[str]:
    settings = WebSettings(port=0, poll_s=0.05)
    with fresh_database(database_server) as dsn:
        app = create_app(settings, dsn, source=MemorySource(), files=files, facts=MemoryFacts(),
                         sessions=people.everybody())  # fmt: skip
        with running(app, settings) as address:
            yield address


@pytest.fixture
def operator(address) -> Iterator[httpx.Client]:
    with people.client(address, people.TOKENS["operator"]) as client:
        yield client


@pytest.mark.parametrize("path", ["/alerts", "/contacts", "/log", "/lead-time"])
def test_an_empty_page_says_what_it_is_worth(address, path):
    with people.client(address, people.TOKENS["supervisor"]) as client:
        text = client.get(path).text
    assert 'class="unheard"' in text
    assert "feed" in text
    assert "Boats without AIS" in text
    assert 'href="/hearing"' in text


def test_it_is_said_in_the_language_of_the_page(operator):
    text = operator.get("/alerts", headers={"accept-language": "it"}).text
    assert "Le barche senza AIS" in text
    assert "Boats without AIS" not in text


def test_the_page_tells_feeds_and_coverage(operator):
    until(lambda: "Ships were heard lately in" in operator.get("/hearing").text)
    text = operator.get("/hearing").text
    assert "Feeds now" in text
    assert "Class B" in text
