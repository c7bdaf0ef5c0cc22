"""The watch log and its hand-over, with the real database and as people of each role."""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import httpx
import psycopg
import pyotp
import pytest

from alerts.alert import Codes
from alerts.contacts import Contact
from alerts.events import Event, Fact
from alerts.incidents import acts
from alerts.roster import Person, Roster, Shift
from service import casework
from service.hand_over import fault_of, said
from store import audit
from store.changes import Change
from store.connect import session
from store.contacts import add_contact
from store.events import put_events
from store.hand_overs import hand_over
from store.live import put_health
from store.watchlist import propose
from tests.plugins import people
from tests.plugins.desks import Desk, desk, put_alert
from tests.plugins.waiting import until
from watchlist.entries import WatchlistEntry

SECRET = Codes("H3", "named people", "red", contributors=("GRC",))
RED = {"clearance": "H3", "member_state": "GRC"}
ROSTER = Roster(
    "jot", (Person("anna", "Anna Rossi"),), (Shift(("anna",), dt.time(0), dt.time(0)),)
)


@pytest.fixture
def room(dsn, files) -> Iterator[Desk]:
    with desk(dsn, files=files, rosters=(ROSTER,)) as made:
        yield made


def change(who: str = "anna") -> Change:
    return Change(who, "a test", dt.datetime.now(dt.UTC))


def told(page: httpx.Response, section: str) -> str:
    """The text of one section of a log."""
    assert page.status_code == 200, page.text
    part = re.search(rf'aria-labelledby="{section}".*?</section>', page.text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part[0])) if part else ""


def test_a_log_tells_what_is_open_sar_first_and_what_is_over(room) -> None:
    put_alert(room.dsn, 1)
    put_alert(room.dsn, 2, "distress", minutes=60, headline="a call for help")
    over = put_alert(room.dsn, 3, headline="a tug that was silent")
    with room.connection() as connection:
        casework.done(connection, over.id, lambda one: acts.resolve(one, "explained", "tow"),
                      "resolve", change())  # fmt: skip
    page = room.as_("operator").get("/log")
    still = told(page, "open")
    assert still.index("a call for help") < still.index("a listed cargo ship")
    assert "nobody has taken it on" in still
    assert "resolved by anna, explained" in told(page, "over")
    assert "a tug that was silent" not in still


def test_what_a_person_may_not_know_of_is_not_in_their_log(room) -> None:
    put_alert(room.dsn, 1, codes=SECRET, headline="the silent one")
    put_alert(room.dsn, 2, "distress", codes=SECRET, headline="the one in need")
    shown = room.as_("operator").get("/log").text
    assert "the silent one" not in shown
    assert "the one in need" not in shown
    assert "SAR alert A-000000000002, 12 nm SE of Lampedusa" in shown
    cleared = room.as_("operator", "maria", **RED).get("/log").text
    assert "the silent one" in cleared


def test_a_note_stays_and_a_second_one_corrects_it(room) -> None:
    client = room.as_("operator")
    first = client.post("/log/notes", data={"text": "mayday\n<b>heard</b>", "place": "off Gavdos"})
    assert first.headers["location"] == "/log?did=note#notes"
    client.post("/log/notes", data={"text": "it was a drill", "corrects": "1"})
    notes = told(client.get("/log"), "notes")
    assert "N-2 corrects N-1" in notes
    assert "off Gavdos: mayday" in notes
    assert "&lt;b&gt;heard&lt;/b&gt;" in notes
    with room.connection() as connection, pytest.raises(psycopg.Error, match="only ever added"):
        connection.execute("UPDATE log_note SET text = 'nothing'")


@pytest.mark.parametrize(
    "form, why",
    [
        ({"text": "  "}, "Note: is empty"),
        ({"text": "x", "corrects": "9"}, "note 9: is not there"),
        ({"text": "x", "mmsi": "abc"}, "is no number"),
        ({"text": "x", "alert": "A-000000000009"}, "there is none"),
        ({"text": "x" * 2001}, "2,000 are the most"),
    ],
)
def test_a_note_that_cannot_be_is_given_back_with_what_is_wrong(room, form, why) -> None:
    answer = room.as_("operator").post("/log/notes", data=form)
    assert (answer.status_code, why in answer.text) == (400, True)


def test_a_note_on_an_alert_is_for_those_who_may_know_of_it(room) -> None:
    put_alert(room.dsn, 1, codes=SECRET)
    form = {"text": "called the owner", "alert": "A-000000000001"}
    assert room.as_("operator").post("/log/notes", data=form).status_code == 400
    assert room.as_("operator", "maria", **RED).post("/log/notes", data=form).status_code == 303
    assert "called the owner" not in room.as_("operator").get("/log").text


def test_a_note_on_a_rescue_is_for_the_whole_desk(room) -> None:
    put_alert(room.dsn, 1, "distress", codes=SECRET, headline="the one in need")
    form = {"text": "Rome was called", "alert": "A-000000000001"}
    assert room.as_("operator").post("/log/notes", data=form).status_code == 303
    shown = room.as_("analyst").get("/log").text
    assert "Rome was called" in shown
    assert "the one in need" not in shown


def test_the_log_tells_who_was_on_duty_and_what_was_sighted(room) -> None:
    boat = Contact("call", 12.5, 35.2, 5, 1_764_000_000_000_000, "grey rubber boat", 40)
    with room.connection() as connection:
        add_contact(connection, boat, change())
        add_contact(connection, replace(boat, persons=1), change())
    page = room.as_("operator").get("/log")
    assert "jot: Anna Rossi" in told(page, "duty")
    assert "grey rubber boat" in told(page, "sightings")
    assert "40 persons" in told(page, "sightings")
    assert ", 1 person, seen" in told(page, "sightings")


def test_the_span_begins_at_the_last_hand_over_else_sign_in_else_12_hours(room) -> None:
    client = room.as_("operator")
    assert "no hand-over of yours" in client.get("/log").text
    with room.connection() as connection:
        for _ in range(2):
            audit.append(connection, Change("operator", "signed in", dt.datetime.now(dt.UTC)),
                         "people.sign_in", "operator")  # fmt: skip
    assert "since the sign-in before your last one" in client.get("/log").text
    sign(client)
    assert "since the hand-over that you signed last" in client.get("/log").text


def test_the_log_tells_outages_of_feeds_and_ships_out_of_hearing_as_one_figure(room) -> None:
    now_us = int((time.time() - 3600) * 1e6)
    silent = Event.begin(
        "feed_outage", 1, started_us=now_us, lon=None, lat=None, evidence={"feed": Fact("malta")}
    )
    lost = [
        Event.begin(
            "coverage_loss", 1, mmsi=247_000_001 + n, started_us=now_us, lon=14.0, lat=36.0
        )
        for n in range(3)
    ]
    with room.connection() as connection:
        put_events(connection, [silent, *lost])
    told_of = told(room.as_("operator").get("/log"), "feeds")
    assert "Nothing heard of feed malta since" in told_of
    assert "3 ships sailed out of hearing" in told_of


def test_the_log_tells_what_happened_to_the_list_to_who_may_know_of_it(room) -> None:
    made = Change("lena", "seen at sea", dt.datetime.now(dt.UTC))
    entries = [
        WatchlistEntry(mmsi=(247_000_001,), name="MARIA K", reason="x", handling="H1"),
        WatchlistEntry(mmsi=(247_000_002,), name="GHOST", reason="x", handling="H2"),
    ]
    with room.connection() as connection:
        propose(connection, entries, made)
    told_of = told(room.as_("operator").get("/log"), "lists")
    assert "(MARIA K), version 1, proposed by lena: seen at sea" in told_of
    assert "GHOST" not in told_of


@pytest.mark.parametrize("asked", ["since=then", "since=2031-01-01", "since=2020-01-01T00:00"])
def test_a_span_that_cannot_be_is_said(room, asked) -> None:
    answer = room.as_("operator").get(f"/log?{asked}")
    assert (answer.status_code, "From:" in answer.text) == (400, True)


def sign(client: httpx.Client, **changes: str) -> httpx.Response:
    """Hand over as the page has it."""
    page = client.get("/log/hand-over?hours=6").text
    given = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1].replace("&#43;", "+")
             for name in ("since", "read")}  # fmt: skip
    form = {**given, "summary": "All calm.", "password": people.PASSWORD, **changes}
    return client.post("/log/hand-over", data=form)


def test_a_watch_is_handed_over_by_two_signatures_and_frozen(room) -> None:
    put_alert(room.dsn, 1, headline="the first ship")
    anna = room.as_("operator", "anna")
    page = anna.get("/log/hand-over?hours=6").text
    assert "Open: the first ship" in page
    where = sign(anna).headers["location"]
    assert "not yet" in anna.get("/log/hand-overs").text
    put_alert(room.dsn, 2, headline="the second ship", minutes=0)
    boris = room.as_("operator", "boris")
    done = boris.post(f"{where}/signature", data={"password": people.PASSWORD})
    assert done.headers["location"] == where
    shown = boris.get(where).text
    assert all(word in shown for word in ("Anna", "Boris", "All calm.", "the first ship"))
    assert "the second ship" not in shown
    with room.connection() as connection:
        kept = hand_over(connection, where.rsplit("/", 1)[-1])
        signed = audit.rows(connection, action="log.sign")
        assert (fault_of(kept), audit.verify(connection)) == ("", None)
    assert [one.who for one in signed] == ["boris", "anna"]
    assert kept.incoming.sha256 in signed[0].details
    assert said(kept.content)["summary"] == "All calm."


def test_in_an_exercise_that_runs_ahead_who_comes_signs_after_who_goes(dsn, files) -> None:
    now = dt.datetime.now(dt.UTC)
    ahead = int(now.timestamp() * 1000) + 3_600_000
    with session(dsn) as connection:
        put_health(connection, "ingest", {"now_ms": ahead}, now)
    with desk(dsn, files=files) as room:
        until(lambda: room.app.state.poller.parts)
        anna, boris = (room.as_("operator", name) for name in ("anna", "boris"))
        anna.post("/log/notes", data={"text": "called MRCC Rome"})
        where = sign(anna).headers["location"]
        boris.post(f"{where}/signature", data={"password": people.PASSWORD})
        with room.connection() as connection:
            kept = hand_over(connection, where.rsplit("/", 1)[-1])
    assert kept.outgoing.at < kept.incoming.at
    assert kept.incoming.at > now + dt.timedelta(minutes=59)
    assert "called MRCC Rome" in kept.content


def test_a_signature_that_was_altered_is_seen(room) -> None:
    where = sign(room.as_("operator", "anna")).headers["location"]
    with room.connection() as connection:
        connection.execute("ALTER TABLE hand_over DISABLE TRIGGER hand_over_only_added")
        connection.execute("UPDATE hand_over SET content = replace(content, 'calm', 'bad')")
    assert "Do not trust this page" in room.as_("operator").get(where).text


@pytest.mark.parametrize("change", [{"password": "wrong"}, {"summary": " "}, {"since": "then"}])
def test_nothing_is_handed_over_without_password_summary_and_span(room, change) -> None:
    client = room.as_("operator", "anna")
    assert sign(client, **change).status_code == 400
    assert "No watch was handed over yet" in client.get("/log/hand-overs").text


def test_an_alert_that_came_up_while_one_wrote_is_read_before_one_signs(room) -> None:
    client = room.as_("operator", "anna")
    before = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=5)
    put_alert(room.dsn, 1, "distress", minutes=1, headline="a late call")
    answer = sign(client, read=before.isoformat())
    assert (answer.status_code, "1 alert came up" in answer.text) == (409, True)
    assert sign(client).status_code == 303


def test_who_hands_over_does_not_take_over_and_nobody_does_it_twice(room) -> None:
    anna = room.as_("operator", "anna")
    where = sign(anna).headers["location"]
    own = anna.post(f"{where}/signature", data={"password": people.PASSWORD})
    assert (own.status_code, "another person" in own.text) == (409, True)
    room.as_("operator", "boris").post(f"{where}/signature", data={"password": people.PASSWORD})
    again = room.as_("operator", "carla").post(f"{where}/signature",
                                               data={"password": people.PASSWORD})  # fmt: skip
    assert (again.status_code, "by Boris already" in again.text) == (409, True)


def test_an_analyst_does_not_take_over_a_watch(room) -> None:
    where = sign(room.as_("operator", "anna")).headers["location"]
    answer = room.as_("analyst").post(f"{where}/signature", data={"password": people.PASSWORD})
    assert (answer.status_code, "does not take over" in answer.text) == (400, True)


def test_passwords_of_others_are_not_tried_at_a_signature(room) -> None:
    anna = room.as_("operator", "anna")
    where = sign(anna).headers["location"]
    people.add(room.dsn, "operator", "boris")
    form = {"name": "boris", "password": "wrong"}
    for _ in range(5):
        assert "do not fit" in anna.post(f"{where}/signature", data=form).text
    assert "Too many tries" in anna.post(f"{where}/signature", data=form).text
    with room.connection() as connection:
        rows = audit.rows(connection, action="people.sign_in_refused")
    assert [one.subject for one in rows] == ["boris"]
    for number in range(40):
        last = anna.post(f"{where}/signature", data=form | {"name": f"somebody-{number}"})
    assert "Too many tries" in last.text


@pytest.mark.parametrize("hours", ["²", "0001999999999999", "9" * 400])
def test_hours_that_are_none_are_left_out_or_said(room, hours) -> None:
    assert room.as_("operator").get("/log", params={"hours": hours}).status_code in (200, 400)


def test_a_colleague_signs_at_the_same_screen_with_name_password_and_code(dsn, files) -> None:
    secret = pyotp.random_base32()
    people.add(dsn, "supervisor", "boris", totp=secret)
    with desk(dsn, totp="required", files=files) as room:
        anna = room.as_("operator", "anna")
        where = sign(anna).headers["location"]
        form = {"name": "boris", "password": people.PASSWORD}
        assert "code does not fit" in anna.post(f"{where}/signature", data=form).text
        wrong = {**form, "password": "wrong"}
        assert "do not fit" in anna.post(f"{where}/signature", data=wrong).text
        code = {"code": pyotp.TOTP(secret).now()}
        assert anna.post(f"{where}/signature", data=form | code).status_code == 303
        assert "Boris" in anna.get(where).text
        # The screen still belongs to who was signed in.
        assert anna.get("/api/v1/me").json()["name"] == "anna"


def test_who_comes_reads_only_what_their_clearance_allows(room) -> None:
    put_alert(room.dsn, 1, codes=SECRET, headline="the silent one")
    maria = room.as_("operator", "maria", **RED)
    page = maria.get("/log/hand-over?hours=6").text
    summary = re.search(r"<textarea.*?</textarea>", page, re.DOTALL)[0]
    assert "the silent one" not in summary
    assert "1 open alert under H2" in page
    where = sign(maria).headers["location"]
    assert "the silent one" in maria.get(where).text
    assert "the silent one" not in room.as_("operator").get(where).text


def test_the_summary_tells_nobody_of_alerts_that_are_not_for_them(room) -> None:
    put_alert(room.dsn, 1, codes=Codes("H1"), headline="the silent one")
    put_alert(room.dsn, 2, "distress", codes=Codes("H1"), headline="a call for help")
    anna = room.as_("operator", "anna", clearance="H1")
    page = anna.get("/log/hand-over?hours=6").text
    words = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)[1].strip()
    number = re.search(r"Open: the silent one.*?(A-\w+)", words)[1]
    words += f"\nAll calm.\nWatch {number.lower()} closely."
    where = sign(anna, summary=words).headers["location"]
    whole = anna.get(where).text
    assert "Watch a-" in whole
    low = room.as_("operator", "boris", clearance="H0").get(where).text
    for hidden in ("the silent one", "call for help", "closely"):
        assert hidden not in low
    assert "All calm." in low
    assert "SAR alert" in low
    with room.connection() as connection:
        kept = hand_over(connection, where.rsplit("/", 1)[-1])
        assert fault_of(kept) == ""
        readers = {one.who for one in audit.rows(connection, action="hand_over.read")}
    assert {"anna", "boris"} <= readers


def test_a_program_reads_what_its_person_may_know_of(room) -> None:
    put_alert(room.dsn, 1, headline="the first ship")
    put_alert(room.dsn, 2, codes=SECRET, headline="the silent one")
    told_of = room.as_("operator").get("/api/v1/log?hours=2").json()
    texts = [one["text"] for one in told_of["lines"] if one["section"] == "open"]
    assert len(texts) == 1
    assert texts[0].startswith("the first ship")
    assert room.as_("operator").get("/api/v1/log?since=then").status_code == 400


def test_a_hand_over_that_is_not_there_is_not_found(room) -> None:
    assert room.as_("operator").get("/log/hand-overs/W-999999").status_code == 404
