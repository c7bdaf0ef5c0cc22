"""What fails under an open map, in Chromium: it is said, and mended without a new page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.plugins.browsing import until
from tests.plugins.still import FIRST, alert, mark, still, watching

pytestmark = pytest.mark.browser

ME = "**/api/v1/me"
LIVE = "vedetta.link.socket.readyState === 1 && vedetta.link.sequence !== null"
COUNT = """window.tried = []; window.WebSocket = class extends WebSocket {
constructor(at) { super(at); tried.push(performance.now()); } };"""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with still(inbox=True) as at:
        yield at


@pytest.fixture
def opens(browser: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Give a page at the map; ``before`` prepares it."""
    with ExitStack() as opened:

        def go(before: Callable[[Page], object] = lambda _page: None, wait: str = LIVE) -> Page:
            context = opened.enter_context(
                watching(browser, address, folded=False, viewport={"width": 1280, "height": 720})
            )
            page = context.new_page()
            page.errors = []
            page.on("pageerror", lambda error: page.errors.append(str(error)))
            before(page)
            page.goto(f"{address}/#9/35.9/15.2")
            until(page, wait)
            return page

        yield go


def away(route: Route) -> None:
    route.fulfill(status=503, json={"error": "the database does not answer"})


def banner(page: Page, text: str) -> None:
    expect(page.locator("#banner-text")).to_contain_text(text)


def test_who_is_signed_in_is_asked_until_it_is_told(opens) -> None:
    page = opens(lambda page: page.route(ME, away))
    banner(page, "what you may do and see, is not loaded")
    expect(page.locator("#inbox")).to_be_visible()
    page.evaluate(f"vedetta.open({FIRST}, 1)")
    expect(page.locator("#panel-known")).to_contain_text(
        "on the list, in alerts or in events is not"
    )
    expect(page.locator("#panel-charts h3")).to_be_visible()
    page.unroute(ME)
    for there in ("#me", "#sign-out", "#sighting-button", "#replay-button"):
        expect(page.locator(there)).to_be_visible()
    expect(page.locator("#panel-known")).not_to_contain_text("has not said yet")
    expect(page.locator("#banner")).to_be_hidden()
    assert page.errors == []


def test_a_question_that_hangs_holds_nothing_up(opens) -> None:
    page = opens(lambda page: page.route(ME, lambda _route: None))
    expect(page.locator("#inbox")).to_be_visible()
    banner(page, "is not loaded")
    page.unroute(ME)
    expect(page.locator("#sign-out")).to_be_visible(timeout=60_000)


def test_a_session_of_which_nobody_knows_the_end_leaves_the_page_standing(opens) -> None:
    page = opens(lambda page: page.route(ME, away))
    page.evaluate("window.mark = 'the same page'; vedetta.session.out(false)")
    expect(page.locator("#session.out p")).to_contain_text("NOT LIVE")
    assert page.evaluate("mark") == "the same page"


@pytest.mark.parametrize(
    "wakes",
    ["dispatchEvent(new Event('online'))", "dispatchEvent(new Event('pageshow'))",
     "document.dispatchEvent(new Event('visibilitychange'))"],
    ids=["network", "page", "tab"],
)  # fmt: skip
def test_a_map_that_wakes_is_linked_again_at_once_and_without_a_storm(opens, wakes) -> None:
    page = opens(lambda page: page.add_init_script(COUNT))
    page.evaluate("vedetta.link.wait = 3_600_000; vedetta.link.socket.close()")
    until(page, "vedetta.link.since !== null")
    page.wait_for_timeout(2_100)  # the one try of two seconds is not used up
    page.evaluate(f"tried.length = 0; for (let n = 0; n < 50; n += 1) {wakes};")
    until(page, f"{LIVE} && vedetta.link.since === null")
    assert page.evaluate("tried.length") == 1
    page.evaluate(wakes)
    page.wait_for_timeout(500)
    assert page.evaluate("tried.length") == 1


def test_tries_of_who_wakes_again_and_again_are_two_seconds_apart(opens) -> None:
    page = opens(lambda page: page.add_init_script(COUNT))
    page.evaluate("vedetta.link.address = '/nowhere'; tried.length = 0; vedetta.link.again()")
    until(page, "tried.length >= 3 || void dispatchEvent(new Event('pageshow'))")
    apart = page.evaluate("tried.slice(1).map((at, n) => at - tried[n])")
    assert min(apart) > 700  # by itself it tries after a second


def test_a_link_that_fell_silent_in_sleep_is_not_believed(opens) -> None:
    page = opens(lambda page: page.add_init_script(COUNT))
    page.evaluate(
        "tried.length = 0; vedetta.link.socket.onmessage = null; vedetta.link.triedAt -= 9e9; "
        "vedetta.link.heardWhen -= 9e9; document.dispatchEvent(new Event('visibilitychange'))"
    )
    until(page, f"tried.length === 1 && {LIVE}")


def test_a_database_that_is_away_is_not_called_a_map_too_many(opens) -> None:
    for code, said in ((4503, "The database does not answer, so"), (1013, "as many open maps")):
        page = opens(
            lambda page, code=code: page.route_web_socket(
                "**/live", lambda socket: socket.close(code=code)
            ),
            "vedetta.link.since !== null",
        )
        banner(page, said)


@pytest.mark.parametrize("part", ["fleet.js", "leaflet.js"])
def test_a_map_that_does_not_start_says_so_and_what_to_do(opens, part) -> None:
    page = opens(
        lambda page: page.route(f"**/{part}", lambda route: route.abort()),
        "!document.querySelector('#broken').hidden",
    )
    said = page.inner_text("#broken")
    assert "The map did not start" in said
    assert "Load the page again" in said
    assert "(" in said  # and why
    page.unroute(f"**/{part}")
    page.click("#broken-again")
    until(page, LIVE)
    assert not page.is_visible("#broken")


def test_a_choice_that_is_kept_and_broken_does_not_stop_the_map(opens) -> None:
    for broken in ("{", "null", "[]"):
        kept = f"localStorage.setItem('vedetta.inbox.hides', '{broken}')"
        page = opens(lambda page, kept=kept: page.add_init_script(kept))
        assert page.errors == []


def test_what_fails_later_is_said_one_thing_at_a_time_and_covers_nothing(opens) -> None:
    page = opens()
    mark(page, listed=[], alerts=[alert("sar", FIRST)], contacts=[])
    expect(page.locator("#sar-call")).to_be_visible()
    page.evaluate("void Promise.reject(new DOMException('', 'AbortError'))")
    page.evaluate("setTimeout(() => { throw new Error('first thing'); })")
    expect(page.locator("#broken")).to_contain_text("A part of this page failed")
    page.evaluate("void Promise.reject(new Error('second thing'))")
    assert "first thing" in page.inner_text("#broken")
    box = page.locator("#broken").bounding_box()
    for one in ("#sar-call", "#inbox"):
        assert page.locator(one).bounding_box()["y"] >= box["y"] + box["height"]
    assert box["height"] < 60
    page.click("#broken-close")
    page.evaluate("void Promise.reject(new Error('third thing'))")
    expect(page.locator("#broken")).to_contain_text("third thing")


def test_a_link_that_is_lost_is_no_part_of_the_page_that_failed(opens) -> None:
    page = opens()
    page.route("**/nowhere", lambda route: route.abort())
    page.evaluate("void fetch('/nowhere')")
    page.evaluate("void Promise.reject(new DOMException('', 'TimeoutError'))")
    page.evaluate("void Promise.reject(new TypeError('a real one'))")
    expect(page.locator("#broken")).to_contain_text("a real one")


def test_answers_that_are_cut_off_are_said_where_they_were_asked_for(opens) -> None:
    page = opens()
    page.route("**/api/v1/vessels**", lambda route: route.fulfill(status=200, body="{"))
    page.fill("#search", "maria")
    expect(page.locator("#search-list")).to_contain_text("does not answer")
    assert not page.is_visible("#broken")
    assert page.errors == []


def test_an_older_search_is_given_up(opens) -> None:
    page = opens()
    page.route("**/api/v1/vessels?q=mar", lambda _route: None)
    with page.expect_event("requestfailed", lambda lost: lost.url.endswith("q=mar")):
        page.fill("#search", "mar")
        with page.expect_request("**/api/v1/vessels?q=mar"):
            pass
        page.fill("#search", "maria")


def test_who_is_not_signed_in_is_not_asked_for_ever(opens) -> None:
    asked = []

    def nobody(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=401, json={"error": "sign in"})

    page = opens(lambda page: page.route(ME, nobody))
    until(page, "vedetta.link.sequence !== null")
    page.wait_for_timeout(1_500)  # whoever asked again would have done so
    before = len(asked)
    page.wait_for_timeout(4_000)
    assert len(asked) == before
    page.unroute(ME)
    page.evaluate("vedetta.session.renew()")
    expect(page.locator("#sign-out")).to_be_visible()


def test_signing_out_that_fails_says_so(opens) -> None:
    page = opens()
    page.route("**/sign-out", away)
    page.click("#sign-out")
    expect(page.locator("#sign-out")).to_have_text("Not signed out: try again")
    assert page.evaluate("location.pathname") == "/"


def test_what_was_sent_and_not_answered_may_be_done_all_the_same(opens) -> None:
    page = opens()
    page.route("**/api/v1/contacts", lambda route: route.abort())
    page.click("#sighting-button")
    page.get_by_label("Where", exact=True).fill("35°42.0′N 015°00.0′E")
    page.get_by_label("What it is").fill("rubber boat")
    page.get_by_label("Why it is entered").fill("by radio")
    page.click("text=Enter the sighting")
    expect(page.locator(".hand-said")).to_contain_text("look before you send it again")
