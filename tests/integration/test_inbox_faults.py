"""The inbox where a server hangs, a browser is mute, and somebody types past the focus."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.plugins.browsing import click_at, until
from tests.plugins.still import FIRST, alert, mark, still, watching

pytestmark = pytest.mark.browser

A, B = "A-00000000000a", "A-00000000000b"
NEVER_PRESSED = """
  Object.defineProperty(navigator, "userActivation", { get: () => ({ hasBeenActive: false }) });
"""
HEARD = "vedetta.inbox.tones.heard"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with still(inbox=True) as at:
        yield at


@pytest.fixture(scope="module")
def shared(browser: Browser, address: str) -> Iterator[Page]:
    yield from sat(browser, address)


@pytest.fixture
def desk(shared: Page) -> Page:
    """The map of all these tests, with nothing open and everything heard."""
    shared.unroute_all()
    shared.mouse.move(400, 400)  # under a pointer the list holds still
    if shared.evaluate("vedetta.replay.on"):
        shared.evaluate("vedetta.replay.back()")
    shared.evaluate("vedetta.inbox.opened.close()")
    mark(shared)
    until(shared, "!vedetta.inbox.tones.sounding.size")
    return shared


@pytest.fixture
def fresh(browser: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Somebody who has pressed nothing yet; the parameter: what the last one left behind."""
    yield from sat(browser, address, NEVER_PRESSED + getattr(request, "param", ""))


def sat(browser: Browser, address: str, script: str = "") -> Iterator[Page]:
    errors: list[str] = []
    with watching(
        browser, address, folded=False, viewport={"width": 1280, "height": 720}
    ) as context:
        context.add_init_script(script)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.clock.install()
        page.goto(f"{address}/#8/35.9/15.3")
        until(page, "vedetta.layer.count > 0 && vedetta.inbox.known && vedetta.replay.allowed")
        # Tests let hours pass in which no server says anything.
        page.evaluate("clearInterval(vedetta.link.watch)")
        if not script:
            page.locator(".source").click(force=True)
            until(page, "!vedetta.inbox.tones.blocked")
        yield page
    assert errors == []


def law(name: str, **more: Any) -> dict[str, Any]:
    said = {"id": name, "headline": f"Gap of {name}", "version": 1, "who": "", "started": 0}
    return alert("law", **said | {"snoozed": None} | more)


def rescue(name: str, **more: Any) -> dict[str, Any]:
    return law(name, headline=f"Distress call of {name}") | {"lane": "sar"} | more


def whole(mark: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An alert as its address answers it."""
    lists = ("shares", "vessels", "zones", "events", "unknown", "tracks", "history", "deliveries")
    nothing: dict[str, Any] = {name: [] for name in lists}
    codes = {"handling": "H1", "tlp": "amber", "source_grade": "B", "info_grade": 3,
             "contributors": [], "comment": ""}  # fmt: skip
    said = {"title": "Distress", "place": "off Malta", "position": "36 N", "ended": None,
            "score": 1.0, "sentence": "", "codes": codes, "assignee": "", "snooze_reason": "",
            "verdict": None, "reason": "", "sar": None, "kind": "gap", "limited": False,
            "may": ["acknowledge", "comment", "snooze", "resolve"]}  # fmt: skip
    return mark | nothing | said | more


def answers(page: Page, said: dict[str, Any], status: int = 200) -> list[int]:
    """Have the address of an alert answer so from now on; the list grows with each reading."""
    read: list[int] = []

    def answer(route: Route) -> None:
        read.append(1)
        route.fulfill(json=said, status=status)

    page.route(f"**/api/v1/alerts/{said.get('id', A)}", answer)
    return read


def hangs(page: Page, path: str) -> None:
    page.route(f"**/api/v1/alerts/{path}", lambda _route: None)


def open_(page: Page, name: str) -> None:
    page.evaluate(f"vedetta.inbox.open('{name}')")


def acts(page: Page) -> Any:
    return page.locator("#inbox-open .acts button[data-act]")


def test_a_reading_that_hangs_keeps_no_other_alert_from_being_read(desk):
    hangs(desk, A)
    answers(desk, whole(rescue(B)))
    mark(desk, alerts=[rescue(B), law(A)])
    open_(desk, A)
    desk.locator("#sar-call button").click()
    expect(acts(desk).first).to_be_visible()
    open_(desk, A)
    desk.clock.fast_forward(8000)
    expect(desk.locator("#inbox-open .parts")).to_contain_text("did not answer within 8 s")


def test_an_act_that_is_not_answered_is_said_to_be_uncertain_and_the_alert_read_again(desk):
    read = answers(desk, whole(law(A)))
    hangs(desk, f"{A}/acknowledge")
    mark(desk, alerts=[law(A)])
    open_(desk, A)
    desk.get_by_role("button", name="Acknowledge", exact=True).click()
    expect(desk.locator(".acts-said")).to_have_text("Sending…")
    desk.clock.fast_forward(8000)
    expect(desk.locator(".acts-said")).to_contain_text("not known whether this was done")
    until(desk, "!vedetta.inbox.opened.reading")
    assert len(read) == 2


def test_an_alert_that_is_gone_or_kept_from_me_leaves_the_screen_at_once(desk):
    answers(desk, whole(law(A), place="a secret place"))
    mark(desk, alerts=[law(A)])
    open_(desk, A)
    expect(desk.locator("#inbox-open")).to_contain_text("a secret place")
    desk.unroute_all()
    read = answers(desk, {"error": "there is no such alert"}, 404)
    mark(desk)
    told = desk.locator("#inbox-open")
    expect(told).to_contain_text("This alert is not there any more")
    assert "secret" not in told.inner_text()
    assert A not in told.inner_text()
    expect(acts(desk)).to_have_count(0)
    mark(desk, alerts=[rescue(B)])
    assert len(read) == 1  # a frame says nothing new of it
    desk.unroute_all()
    answers(desk, whole(law(A)))
    mark(desk, alerts=[law(A)])
    expect(acts(desk).first).to_be_visible()


def test_an_alert_that_cannot_be_read_again_says_since_when_it_is_old(desk):
    answers(desk, whole(law(A)))
    mark(desk, alerts=[law(A)])
    open_(desk, A)
    expect(acts(desk).first).to_be_visible()
    desk.unroute_all()
    answers(desk, {"error": "the database does not answer"}, 503)
    mark(desk, alerts=[law(A, version=2)])
    old = desk.locator("#inbox-open .old")
    expect(old).to_contain_text(
        re.compile(r"^Not up to date since .*: the database does not answer")
    )
    desk.unroute_all()
    answers(desk, whole(law(A, version=2)))
    desk.clock.fast_forward(20_000)
    expect(old).to_be_hidden()


def test_an_alert_that_was_withdrawn_is_not_read_with_every_frame(desk):
    read = answers(desk, whole(law(A, state="retracted"), may=[]))
    open_(desk, A)
    expect(desk.locator("#inbox-open")).to_contain_text("off Malta")
    for number in range(5):
        mark(desk, alerts=[law(B, version=number)])
        desk.evaluate("new Promise((done) => requestAnimationFrame(done))")
    assert len(read) == 1


def test_letters_of_an_alert_that_was_opened_on_the_map_act_on_it(desk):
    """K takes it for everybody: where the focus is elsewhere it only leads in, and says so."""
    answers(desk, whole(rescue(A, lat=35.6, lon=15.3)))
    sent: list[str] = []
    desk.on("request", lambda request: sent.append(request.url))
    desk.route("**/acknowledge", lambda route: route.fulfill(json=whole(rescue(A, version=2))))
    mark(desk, alerts=[rescue(A)])
    until(desk, "vedetta.concern.drawn.length")
    click_at(desk, 35.6, 15.3)
    expect(acts(desk).first).to_be_visible()
    for key in ("r", "Escape", "z", "Escape"):
        desk.keyboard.press(key)
    assert desk.locator("#rings, #zones").evaluate_all("(all) => all.every((one) => one.hidden)")
    expect(acts(desk).first).to_be_visible()
    for elsewhere in ("#inbox-settings-button", "#map_live"):
        desk.locator(elsewhere).focus()
        for _ in range(3):  # all but the first are repeats of a key that is held
            desk.keyboard.down("k")
        desk.keyboard.up("k")
        expect(desk.locator("#inbox-open")).to_be_focused()
        expect(desk.locator("#inbox-open .news")).to_contain_text("K again, in this frame")
    assert not desk.evaluate("vedetta.replay.on")
    with desk.expect_request(f"**/{A}/acknowledge"):
        desk.keyboard.press("k")
    until(desk, "vedetta.inbox.opened.alert.version === 2")
    assert len([url for url in sent if url.endswith("/acknowledge")]) == 1
    desk.locator(f"#inbox-sar .card[data-id='{A}']").focus()
    desk.keyboard.press("r")
    assert desk.locator("#rings").is_hidden()
    desk.evaluate("vedetta.inbox.opened.close()")
    desk.locator("#map_live").focus()
    desk.keyboard.press("k")
    until(desk, "vedetta.replay.on")


def test_what_was_typed_is_there_again_after_a_rescue_was_looked_at(desk):
    answers(desk, whole(law(A)))
    answers(desk, whole(rescue(B)))
    mark(desk, alerts=[law(A)])
    open_(desk, A)
    desk.get_by_role("button", name="Comment", exact=True).click()
    field = desk.locator(".act-form input")
    field.fill("her engine has failed")
    mark(desk, alerts=[rescue(B), law(A)])
    desk.locator("#sar-call button").click()
    expect(desk.locator("#open-title")).to_contain_text("Distress")
    expect(field).to_have_count(0)
    open_(desk, A)
    expect(field).to_have_value("her engine has failed")
    desk.get_by_role("button", name="Cancel").click()
    desk.get_by_role("button", name="Comment", exact=True).click()
    expect(field).to_have_value("")


def test_what_was_typed_for_an_act_that_closes_meanwhile_stays_to_be_read(desk):
    answers(desk, whole(law(A)))
    mark(desk, alerts=[law(A)])
    open_(desk, A)
    desk.get_by_role("button", name="Resolve").click()
    desk.get_by_label("Why this is the verdict").fill("a fault of the receiver")
    answers(desk, whole(law(A, version=2, state="resolved"), may=["comment"]))
    mark(desk)
    said = desk.locator(".acts-said")
    expect(said).to_contain_text("«Resolve» cannot be done here any more")
    expect(said).to_contain_text("a fault of the receiver")


def test_a_silence_that_ends_is_heard_and_seen_as_what_came_now(desk):
    now = desk.evaluate("vedetta.inbox.time()")
    before = desk.evaluate(f"{HEARD}.length")
    mark(desk, alerts=[law(A, snoozed=now + 2000)])
    assert desk.evaluate(f"{HEARD}.length") == before
    until(desk, f"{HEARD}.length > {before}")
    assert desk.evaluate(f"{HEARD}.at(-1)") == "law"
    expect(desk.locator(f".card[data-id='{A}']")).to_contain_text("silence ended")


def test_the_tab_says_how_many_rescues_nobody_has_taken(desk):
    mark(desk, alerts=[rescue(A), rescue(B), rescue("A-00000000000c", state="acknowledged")])
    expect(desk).to_have_title(re.compile("^✚ 2 .*Vedetta", re.IGNORECASE))
    desk.evaluate("vedetta.replay.last(3600000)")
    expect(desk).to_have_title(re.compile("^✚ 2 "))
    mark(desk)
    desk.evaluate("vedetta.replay.back()")
    expect(desk).not_to_have_title(re.compile("✚"))


def test_a_screen_that_is_not_live_is_heard_seldom_and_never_over_a_rescue(desk):
    desk.evaluate("vedetta.inbox.lost()")
    desk.clock.run_for(10_000)
    before = desk.evaluate(f"{HEARD}.length")
    desk.clock.run_for(15_000)
    until(desk, f"{HEARD}.length > {before}")
    assert desk.evaluate(f"{HEARD}.at(-1)") == "lost"
    desk.clock.run_for(40_000)
    assert desk.evaluate(f"{HEARD}.length") == before + 1
    mark(desk, alerts=[rescue(A)])
    desk.clock.run_for(30_000)
    until(desk, f"{HEARD}.includes('sar')")
    desk.evaluate("vedetta.inbox.back()")
    mark(desk)
    until(desk, "!vedetta.inbox.tones.sounding.size")
    told = desk.evaluate(f"{HEARD}.length")
    desk.clock.run_for(120_000)
    assert desk.evaluate(f"{HEARD}.length") == told


def test_alerts_that_are_not_read_are_heard_too(desk):
    before = desk.evaluate(f"{HEARD}.length")
    desk.evaluate("vedetta.inbox.unread(vedetta.inbox.time() - 30000)")
    desk.clock.run_for(2000)
    until(desk, f"{HEARD}.length > {before}")
    desk.evaluate("vedetta.inbox.unread(null)")


def test_after_a_long_outage_the_next_one_is_heard_as_soon_as_any(desk):
    desk.evaluate("vedetta.inbox.lost()")
    for _ in range(5):  # then a quarter of an hour lies between two tones
        before = desk.evaluate(f"{HEARD}.length")
        desk.clock.fast_forward(17 * 60_000)
        until(desk, f"{HEARD}.length > {before} && !vedetta.inbox.tones.sounding.size")
    desk.evaluate("vedetta.inbox.back()")
    desk.clock.run_for(60_000)
    before = desk.evaluate(f"{HEARD}.length")
    desk.evaluate("vedetta.inbox.unread(vedetta.inbox.time() - 30000)")
    desk.clock.run_for(2000)
    until(desk, f"{HEARD}.length > {before}")
    desk.evaluate("vedetta.inbox.unread(null)")


def test_who_may_help_now_is_not_named_in_the_past(desk):
    near = [{"mmsi": FIRST, "name": "MARIA K", "lat": 35.9, "lon": 14.6}]
    there = rescue(A) | {"sar": {"nearest": near, "adrift": []}}
    helpers = "[...vedetta.layer.helpers]"
    desk.evaluate("(alert) => vedetta.inbox.drawing.show(alert)", there)
    assert desk.evaluate(helpers) == [FIRST]
    desk.evaluate("vedetta.replay.last(3600000)")
    assert desk.evaluate(helpers) == []
    desk.evaluate("(alert) => vedetta.inbox.drawing.show(alert)", there)
    assert desk.evaluate(helpers) == []
    desk.evaluate("vedetta.replay.back()")
    assert desk.evaluate(helpers) == [FIRST]
    desk.evaluate("vedetta.inbox.drawing.show(null)")


ONCE = "localStorage.setItem('vedetta.again', 'off');"
FOLDED = "localStorage.setItem('vedetta.inbox', 'folded');"


@pytest.mark.parametrize("fresh", [ONCE + FOLDED], indirect=True)
def test_a_rescue_that_came_while_the_browser_was_mute_is_heard_at_the_first_press(fresh):
    note, bar = fresh.locator("#inbox-blocked"), fresh.locator("#sound-note")
    for line in (note, bar):
        expect(line).to_be_visible()
    expect(note).to_contain_text("until somebody clicks")
    expect(note).to_contain_text("sounds only once here")
    expect(bar).to_have_text("No sound")
    mark(fresh, alerts=[rescue(A)])
    assert fresh.evaluate(f"{HEARD}.length") == 0
    fresh.locator(".source").click(force=True)
    until(fresh, f"{HEARD}.join() === 'sar'")
    expect(bar).to_have_text("Little sound")
    bar.click()
    fresh.get_by_label("A rescue that nobody takes sounds again").check()
    expect(note).to_be_hidden()
    expect(bar).to_be_hidden()


@pytest.mark.parametrize("fresh", ["localStorage.setItem('vedetta.volume', '5');"], indirect=True)
def test_a_volume_that_nobody_hears_is_said(fresh):
    fresh.locator(".source").click(force=True)
    expect(fresh.locator("#inbox-blocked")).to_have_text(
        re.compile("hardly heard here.* 5 of 100")
    )
