"""Replay in a real Chromium: the map as it was, and that nobody takes it for now."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route, expect

from alerts.alert import Codes
from alerts.contacts import Contact
from geofence.zones import ZoneSet
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store.changes import Change
from store.connect import connect
from store.contacts import add_contact, close_contact
from store.live import put_health
from store.watchlist import withdraw
from tests.plugins.browsing import until
from tests.plugins.memory import area
from tests.plugins.sailed import (
    MARIA,
    QUIET,
    STELLA,
    hour_ago,
    listed,
    over,
    said,
    said_anew,
    sailed,
    told,
    zoned,
)
from tests.plugins.seats import seats

pytestmark = pytest.mark.browser

AT = "vedetta.replay.at"
KEYS = {MARIA: 1, STELLA: 2, QUIET: 3}


@pytest.fixture
def begin() -> datetime:
    return hour_ago() - timedelta(minutes=5)


@pytest.fixture
def sea(dsn, begin):
    sailed(dsn, begin)
    about = told(dsn, begin + timedelta(minutes=30), codes=Codes("H0"))
    over(dsn, about, begin + timedelta(minutes=50))
    feeds = [{"name": "malta", "kind": "tcp", "state": "connected", "lines": 3}]
    feeds[0]["last_line_at"] = time.time() + 3600
    with connect(dsn, autocommit=True) as connection:
        put_health(connection, "ingest", {"feeds": feeds}, datetime.now(UTC) + timedelta(hours=1))
    return dsn


@pytest.fixture
def opened(browser, sea):
    """Open the map as somebody at an address."""
    app = create_app(WebSettings(poll_s=0.2), sea)
    with running(app, WebSettings(port=0)) as address, seats(browser, address, sea) as sits:

        def opened(address_hash: str = "#8/35.9/15.3", role: str = "operator", **said):
            page = sits(role, path=f"/{address_hash}", **said)
            until(page, "vedetta.fleet.size === 3 || vedetta.replay.on")
            return page

        yield opened


@pytest.fixture
def page(opened, begin):
    """A replay of the whole hour, at its begin."""
    page = opened()
    until(page, "!document.querySelector('#replay-button').hidden")
    start = ms(begin)
    page.evaluate(f"void vedetta.replay.open({start}, {start + 3_600_000})")
    until(page, "vedetta.replay.alerts.length === 1 && vedetta.fleet.size === 3")
    return page


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def seek(page, begin: datetime, minutes: float) -> None:
    page.evaluate(f"vedetta.replay.seek({ms(begin) + round(minutes * 60_000)})")
    until(page, f"vedetta.fleet.now === {AT} && vedetta.replay.store.has({AT})")


def of(page, column: str, mmsi: int) -> float:
    return page.evaluate(f"vedetta.fleet.{column}[vedetta.fleet.slots.get({KEYS[mmsi]})]")


def test_a_replay_cannot_be_taken_for_now(page) -> None:
    assert page.locator("#replay-stripe").is_visible()
    assert page.inner_text("#replay-stripe strong").startswith("REPLAY, ")
    assert page.inner_text("#replay-stripe strong").endswith(" UTC")
    assert page.title().startswith("REPLAY")
    page.click("#replay-live")
    assert page.locator("#replay-stripe").is_hidden()
    assert page.locator("#replay").is_hidden()
    assert not page.title().startswith("REPLAY")


def test_ships_are_where_they_were_between_two_reports(page, begin) -> None:
    seek(page, begin, 0)
    assert of(page, "lon", MARIA) == pytest.approx(14.5, abs=1e-4)
    seek(page, begin, 20.25)
    assert of(page, "lon", MARIA) == pytest.approx(14.5 + 20.25 * 60 * 0.00007, abs=1e-4)
    assert of(page, "course", MARIA) == 90
    assert of(page, "lon", STELLA) == pytest.approx(15.5, abs=1e-5)


def test_who_fell_silent_fades_where_she_was_heard_last(page, begin) -> None:
    look = f"vedetta.layer.look(vedetta.fleet.slots.get({KEYS[QUIET]}))"
    seek(page, begin, 10)
    assert page.evaluate(look) == 0
    seek(page, begin, 40)
    assert page.evaluate(look) == 2
    assert of(page, "lon", QUIET) == pytest.approx(16.5, abs=1e-5)


def test_an_alert_appears_when_it_was_told_and_leaves_when_it_was_over(page, begin) -> None:
    ring = f"vedetta.concern.lane({MARIA})"
    seek(page, begin, 29.9)
    assert page.evaluate(ring) is None
    seek(page, begin, 30.1)
    until(page, ring, lambda lane: lane == "law")
    seek(page, begin, 50.1)
    assert page.evaluate(ring) is None


INK = """([lon, key]) => {
    const { layer, fleet } = vedetta;
    const { width, height, data } = layer.blitter.image;
    const slot = fleet.slots.get(key);
    const place = layer.pixels([lon / 360 + 0.5, fleet.y[slot]]);
    const [x, y] = place.map((px) => Math.round(px * layer.ratio));
    if (x < 0 || y < 2 || x >= width || y >= height - 2) return null;
    return Math.max(...[-1, 0, 1].map((row) => data[((y + row) * width + x) * 4 + 3]));
}"""


def test_zones_that_do_not_come_take_no_alert_with_them(opened, begin) -> None:
    page = opened()
    until(page, "!document.querySelector('#replay-button').hidden")
    fault = {"error": "the zones are away"}
    zones = "**/api/v1/replay/zones?**"
    page.route(zones, lambda route: route.fulfill(status=503, json=fault))
    page.evaluate(f"void vedetta.replay.open({ms(begin)}, {ms(begin) + 3_600_000})")
    seek(page, begin, 40)
    until(page, "vedetta.concern.alerts.length === 1")
    expect(page.locator("#replay-stripe")).to_contain_text("Zones not loaded: the zones are away")
    page.unroute(zones)
    expect(page.locator("#replay-stripe")).not_to_contain_text("not loaded", timeout=30_000)
    assert page.evaluate("vedetta.concern.alerts.length") == 1


def test_her_trail_lies_behind_a_ship_and_not_before_her(page, begin) -> None:
    page.evaluate("vedetta.map.setView([35.9, 14.58], 11, { animate: false })")
    seek(page, begin, 20)
    key = KEYS[MARIA]
    here = 14.5 + 20 * 60 * 0.00007
    until(page, f"({INK})([{here - 0.04}, {key}])", lambda ink: (ink or 0) > 50)
    assert page.evaluate(INK, [here, key]) > 50
    # As far as six minutes lead her, and no further.
    assert page.evaluate(INK, [here + 0.015, key]) > 50
    assert page.evaluate(INK, [here + 0.04, key]) == 0


def test_what_is_shown_of_a_moment_is_drawn_in_the_frame_that_shows_it(page, begin) -> None:
    late = """([from, to]) => new Promise((done) => {
        const { layer, replay } = vedetta, own = Object.getPrototypeOf(layer).paint;
        const shown = replay.onFrame;
        let [painted, missed, frames] = [0, 0, 0];
        layer.paint = function paint() { painted = this.fleet.now; own.call(this); };
        replay.onFrame = (whole) => {
            shown(whole);
            frames += 1;
            if (painted !== replay.at) missed += 1;
            if (frames < 20) return;
            delete layer.paint;
            replay.onFrame = shown;
            done(missed);
        };
        replay.seek(from);
        replay.play(true);
    })"""
    assert page.evaluate(late, [ms(begin), ms(begin) + 3_600_000]) == 0


def test_playing_an_hour_shows_its_alert(page, begin) -> None:
    page.select_option("#replay-speed", "600")
    page.click("#replay-play")
    until(page, f"vedetta.concern.lane({MARIA})", lambda lane: lane == "law")
    assert page.evaluate(AT) >= ms(begin + timedelta(minutes=30))
    said = "document.querySelector('#replay-stripe span').textContent"
    until(page, said, lambda text: "a listed cargo ship went silent" in (text or ""))
    until(page, "!vedetta.replay.playing")
    assert page.evaluate(AT) == ms(begin) + 3_600_000
    assert page.evaluate(f"vedetta.concern.lane({MARIA})") is None


def test_contacts_and_rings_are_those_of_then_and_not_of_now(page, begin, sea) -> None:
    boat = Contact("call", 14.9, 35.8, 2.0, 0, "a rubber boat")
    with connect(sea) as connection:
        change = Change("anna", "a test", begin + timedelta(minutes=10))
        found = add_contact(connection, boat, change)
        close_contact(connection, found.id, replace(change, at=begin + timedelta(minutes=20)))
    entry = listed(sea, begin + timedelta(minutes=12), handling="H0")
    with connect(sea) as connection:
        ended = Change("anna", "a test", begin + timedelta(minutes=25))
        withdraw(connection, [entry], ended)
    page.evaluate("vedetta.replay.then.clear()")
    there = f"[vedetta.concern.contacts.length, vedetta.concern.listed.has({MARIA})]"
    for minute, wanted in ((9, [0, False]), (11, [1, False]), (15, [1, True]), (22, [0, True]),
                           (30, [0, False])):  # fmt: skip
        seek(page, begin, minute)
        until(page, there, lambda said, wanted=wanted: said == wanted)
    seek(page, begin, 15)
    page.evaluate(f"vedetta.on.contact('{found.id}')")
    expect(page.locator(".contact-card")).to_contain_text("as it was known then")


NAME = f"vedetta.fleet.name[vedetta.fleet.slots.get({KEYS[STELLA]})]"


def test_a_ship_is_called_what_she_had_said_by_then(page, begin, sea) -> None:
    said(sea, STELLA, begin + timedelta(minutes=22), "STELLA NOVA", 80)
    page.evaluate("vedetta.replay.store.clear()")
    kind = "vedetta.layer.options.classes[vedetta.fleet.kind[vedetta.fleet.slots.get(2)]].key"
    before, after = ("STELLA", "passenger"), ("STELLA NOVA", "tanker")
    for minute, called in ((21.9, before), (22.1, after), (45, after), (5, before)):
        seek(page, begin, minute)
        assert (page.evaluate(NAME), page.evaluate(kind)) == called
    seek(page, begin, 21)
    page.evaluate("vedetta.replay.speed = 600; vedetta.replay.play(true)")
    until(page, NAME, lambda name: name == "STELLA NOVA")
    assert page.evaluate(AT) >= ms(begin) + 22 * 60_000


def test_her_details_are_of_then_and_no_name_of_later_is_told(page, begin, sea) -> None:
    said(sea, STELLA, begin + timedelta(minutes=22), "STELLA NOVA", 80, destination=b"BARI")
    page.evaluate(f"vedetta.openKey({KEYS[STELLA]})")
    title, where = page.locator("#drawer-title"), page.locator("#drawer-identity")
    seek(page, begin, 10)
    expect(title).to_have_text("STELLA")
    expect(where).to_contain_text("NAPOLI")
    expect(page.locator("#drawer-then")).to_contain_text("as she had said by the moment shown")
    seek(page, begin, 30)
    expect(title).to_have_text("STELLA NOVA")
    expect(where).to_contain_text("BARI")
    # As if she had said nothing before.
    with connect(sea) as connection:
        connection.execute("DELETE FROM static_report WHERE name = 'STELLA'")
    page.evaluate("vedetta.replay.store.clear(); vedetta.drawer.refresh()")
    seek(page, begin, 10)
    expect(title).to_have_text(f"MMSI {STELLA}")
    expect(page.locator("#drawer-then")).to_contain_text("she first said it on")
    page.click("#replay-live")
    expect(title).to_have_text("STELLA NOVA")
    expect(page.locator("#drawer-then")).to_be_hidden()


TICKS = """(wanted) => new Promise((done) => {
    const { drawer } = vedetta;
    let ticks = 0;
    drawer.tick = () => {
        Object.getPrototypeOf(drawer).tick.call(drawer);
        if ((ticks += 1) === wanted) delete drawer.tick, done();
    };
})"""


def test_of_a_ship_one_question_is_out_at_a_time_and_a_failure_is_waited_after(
    page, begin, sea
) -> None:
    said(sea, STELLA, begin + timedelta(minutes=22), "STELLA NOVA", 80)
    page.evaluate(f"vedetta.openKey({KEYS[STELLA]})")
    seek(page, begin, 10)
    title = page.locator("#drawer-title")
    expect(title).to_have_text("STELLA")
    until(page, "vedetta.drawer.details && !vedetta.drawer.asking")
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/api/v1/replay/vessels/**", hold)
    seek(page, begin, 30)  # who she is known to be ended before
    until(page, "vedetta.drawer.asking !== null")
    page.evaluate(TICKS, 3)
    assert len(asked) == 1
    asked[0].fulfill(status=503, json={"error": "the database does not answer"})
    expect(page.locator("#drawer-said")).to_contain_text("the database does not answer")
    page.evaluate(TICKS, 3)
    assert len(asked) == 1
    page.unroute_all()
    page.evaluate("vedetta.drawer.answeredAt -= 10000")  # as long as after a success
    until(page, "vedetta.drawer.details?.name === 'STELLA NOVA'")


def test_zones_are_those_that_were_in_force_then(page, begin, sea) -> None:
    early, late = begin + timedelta(minutes=10), begin + timedelta(minutes=20)
    ends = replace(area("Ending", "custom"), valid_until=begin + timedelta(minutes=15))
    zoned(sea, early, ZoneSet((area("Old-Area", "custom"), ends)).to_bytes())
    zoned(sea, late, ZoneSet((area("New-Area", "custom"),)).to_bytes())
    page.evaluate("vedetta.replay.then.clear()")
    page.click("#zones-button")
    page.check(".zone-row:has-text('Drawn here') input")
    drawn = "Object.values(vedetta.areas.inView()).flat().map(({ name }) => name).sort().join()"
    for minute, names in ((5, ""), (12, "Ending,Old-Area"), (16, "Old-Area"), (25, "New-Area"),
                          (12, "Ending,Old-Area")):  # fmt: skip
        seek(page, begin, minute)
        until(page, drawn, lambda said, names=names: said == names)
    place = "vedetta.map.latLngToContainerPoint([36.5, 15.8])"
    page.locator("#map_live").click(
        position=page.evaluate(f"(({{ x, y }}) => ({{ x, y }}))({place})")
    )
    expect(page.locator("#place-zones")).to_contain_text("Old-Area")
    page.click("#replay-live")
    expect(page.locator("#place")).to_be_hidden()
    until(page, drawn, lambda said: "Old-Area" not in said)


def test_an_alert_says_what_it_said_then(page, begin, sea) -> None:
    at = begin + timedelta(minutes=5)
    first = told(sea, at, id="A-2", mmsis=(STELLA,), headline="first words", codes=Codes("H0"))
    said_anew(sea, first, begin + timedelta(minutes=15), headline="second words")
    page.evaluate("vedetta.replay.then.clear()")
    words = "vedetta.concern.alerts.find(({ id }) => id === 'A-2')?.headline ?? null"
    for minute, wanted in ((4, None), (6, "first words"), (16, "second words")):
        seek(page, begin, minute)
        until(page, words, lambda said, wanted=wanted: said == wanted)


def test_a_span_of_weeks_is_played_day_by_day(page, begin, sea) -> None:
    start = ms(begin) - 20 * 86_400_000
    page.evaluate(f"void vedetta.replay.open({start}, {ms(begin) + 3_600_000})")
    until(page, "vedetta.replay.alerts.length === 1")
    seek(page, begin, 31)
    until(page, f"vedetta.concern.lane({MARIA})", lambda lane: lane == "law")
    assert page.evaluate("vedetta.replay.then.days.size") <= 4
    labels = page.inner_text("#replay .labels")
    assert f"{begin:%b}" in labels
    expect(page.locator("#replay-stripe")).to_contain_text("a report of each ship in")
    address = page.evaluate("vedetta.replay.written()")
    page.evaluate(f"vedetta.replay.back(); vedetta.replay.read({json.dumps(address)})")
    until(page, "vedetta.replay.on")


def test_next_alert_goes_to_the_moment_of_telling(page, begin) -> None:
    page.click("#replay-next")
    assert page.evaluate(AT) == ms(begin + timedelta(minutes=30))
    until(page, "document.querySelector('#replay-next').disabled")


def test_steps_and_keys_move_the_time(page, begin) -> None:
    page.click("text=+1 min")
    page.keyboard.press(".")
    assert page.evaluate(AT) == ms(begin) + 70_000
    page.keyboard.press(",")
    assert page.evaluate(AT) == ms(begin) + 60_000
    page.keyboard.press("k")
    assert page.evaluate("vedetta.replay.playing")


def test_live_frames_go_on_unseen_and_are_there_at_once(page, begin) -> None:
    seek(page, begin, 5)
    before = of(page, "lon", MARIA)
    sequence = page.evaluate("vedetta.link.sequence")
    until(page, "vedetta.link.sequence", lambda now: now > sequence + 3)
    assert of(page, "lon", MARIA) == before
    page.click("#replay-back")
    assert of(page, "lon", MARIA) > before + 0.1
    until(page, "vedetta.fleet.now > Date.now() - 10000")


def test_a_new_rescue_is_said_while_the_map_shows_then(page) -> None:
    page.evaluate("window.rang = []; vedetta.on.urgent = (alert) => rang.push(alert.id); 0")
    alert = {"id": "A-9", "lane": "sar", "mmsis": [STELLA], "place": "off Malta"}
    marks = json.dumps({"type": "marks", "listed": [], "alerts": [alert], "contacts": []})
    page.evaluate(f"vedetta.link.take({json.dumps(marks)})")
    assert page.inner_text("#replay-stripe .urgent") == "Live now: Safety of life alert, off Malta"
    assert page.evaluate("rang") == ["A-9"]
    assert page.evaluate(f"vedetta.concern.lane({STELLA}) ?? null") is None
    page.click("#replay-back")
    assert page.evaluate(f"vedetta.concern.lane({STELLA})") == "sar"


def test_the_address_carries_the_time(page, opened, begin) -> None:
    seek(page, begin, 31)
    address = until(page, "location.hash", lambda text: "replay=" in (text or ""))
    other = opened(address)
    until(other, "vedetta.replay.on && vedetta.fleet.size === 3")
    assert other.evaluate(AT) == ms(begin) + 31 * 60_000
    until(other, f"vedetta.concern.lane({MARIA})", lambda lane: lane == "law")


def test_another_span_is_chosen_in_utc(page, begin) -> None:
    page.click("#replay-choose")
    for end in ("From", "To"):
        page.fill(f"[aria-label='{end}: day']", f"{begin:%Y-%m-%d}")
        page.fill(f"[aria-label='{end}: time, UTC']", f"{begin:%H:%M}")
    page.click("text=Show this span")
    assert "must come after" in page.inner_text("#replay-span")
    later = begin + timedelta(minutes=30)
    page.fill("[aria-label='To: day']", f"{later:%Y-%m-%d}")
    page.fill("[aria-label='To: time, UTC']", f"{later:%H:%M}")
    page.click("text=Show this span")
    until(page, "vedetta.replay.to - vedetta.replay.from === 1800000")
    page.click("#replay-choose")
    page.click("text=Last 6 h")
    until(page, "vedetta.replay.to - vedetta.replay.from === 6 * 3600000")


def test_the_details_are_those_of_then(page, begin) -> None:
    seek(page, begin, 10)
    # At once, though a paused replay draws no frame of its own.
    points = f"(vedetta.openKey({KEYS[MARIA]}), vedetta.layer.track?.length)"
    assert page.evaluate(points) > 5
    seek(page, begin, 20.25)
    newest = page.evaluate("vedetta.layer.track.at(-1).at")
    assert newest == ms(begin) + 1_215_000
    heard = "document.querySelector('#drawer-report').textContent"
    until(page, heard, lambda text: "15 s ago" in (text or ""))
    assert "Feed" not in page.inner_text("#drawer-report")


def test_who_may_not_replay_is_not_offered_it(opened, begin) -> None:
    page = opened(role="auditor")
    until(page, "vedetta.replay.allowed === false")
    assert page.locator("#replay-button").is_hidden()
    page.evaluate(f"void vedetta.replay.open({ms(begin)}, {ms(begin) + 60_000})")
    assert page.evaluate("vedetta.replay.on") is False


def test_a_page_that_was_just_loaded_asks_for_the_past_at_once(page, begin) -> None:
    # Only a failure is waited after, and the page's clock begins at zero.
    asking = page.evaluate(
        """(at) => {
        const store = new vedetta.replay.store.constructor(() => {}), now = performance.now;
        performance.now = () => 1;
        store.want(at, 1, at + 60000, vedetta.map.getBounds());
        performance.now = now;
        return store.asking;
    }""",
        ms(begin),
    )
    assert asking is not None


def test_memory_stays_bounded(page) -> None:
    rows = page.evaluate(
        """async () => {
        const { Tracks } = await import(document.querySelector("link[href*='replay.css']").href
            .replace("replay.css", "replaytracks.js"));
        const tracks = new Tracks(), n = 1000;
        const chunk = (begin) => ({ begin, rows: n, ships: [{ key: 7, first: 0, rows: n }],
            lon: new Int32Array(n), lat: new Int32Array(n), motion: new Uint32Array(n),
            second: Uint16Array.from({ length: n }, (_, i) => i) });
        for (let i = 0; i < 5; i += 1) tracks.add(chunk(i * 1000000));
        const before = tracks.rows;
        tracks.drop(3500000);
        return [before, tracks.rows, tracks.all.get(7).time[0]];
    }"""
    )
    assert rows == [5000, 1500, 3_500_000]
