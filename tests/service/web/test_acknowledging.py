"""Links of messages: looking changes nothing, a name and one button acknowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
from markupsafe import escape

from alerts.alert import Codes
from alerts.routing import Office, RoutingSettings, Rule
from alerts.texts import catalogue
from service.receipts import Links, ReceiptSettings
from service.web.acknowledging import Acknowledging, acknowledging_of
from service.web.app import create_app
from service.web.metering import Meter
from service.web.server import running
from service.web.settings import WebSettings
from store import audit
from store.changes import Change, in_turn
from store.connect import connect
from store.incidents import changes, incident
from store.outbox import deliveries
from tests.plugins.notices import HOSTILE, alert
from tests.plugins.told import put

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ID = "A-0123456789ab"
SECRET = {"VEDETTA_LINK_SECRET": "s" * 32}
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Catania <b>", channels=("mail",), language="it"),
        Office("piraeus", "Piraeus", channels=("mail",), language="el"),
        Office("valletta", "Valletta", channels=("mail",)),
        Office("tunis", "Tunis", kind="third_country", channels=("mail",), handling_at_most="H3"),
    ),
    rules=(Rule("all", ("catania", "piraeus", "valletta", "tunis")),),
    page="https://desk.example",
)
OPEN = Codes("H0", "", "green", "B", 3, ())


class Desk:
    """The web process with the links' page, and what the database then says."""

    def __init__(self, dsn: str, client: httpx.Client) -> None:
        self.dsn, self.client, self.now = dsn, client, NOON

    def path(self, office: str = "valletta", alert_id: str = ID) -> str:
        links = Links(ROUTING.page, ReceiptSettings(), SECRET, clock=lambda: NOON)
        return links.link_of(f"{alert_id}.1.{office}").removeprefix(ROUTING.page)

    def take(self, who: str = "Anna Borg", office: str = "valletta", **headers: str):
        return self.client.post(self.path(office), data={"who": who}, headers=headers)

    def state(self) -> str:
        with connect(self.dsn) as connection:
            return incident(connection, ID).alert.state

    def newest(self):
        with connect(self.dsn) as connection:
            return changes(connection, ID)[-1]


@contextmanager
def served(page: Acknowledging | None, source, files, facts, **said) -> Iterator[httpx.Client]:
    settings = WebSettings(port=0, poll_s=5)
    app = create_app(
        settings, "", source=source, files=files, facts=facts, acknowledging=page, **said
    )
    with running(app, settings) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture
def told(dsn, source, files, facts) -> Iterator[Callable[..., Desk]]:
    """Put an alert of which four offices were told, and open the page."""
    opened = []

    def begin(kind: str = "distress", **said) -> Desk:
        put(dsn, alert(kind, **said), ROUTING)
        desk = Desk(dsn, httpx.Client())
        links = Links(ROUTING.page, ReceiptSettings(), SECRET, clock=lambda: desk.now)
        page = Acknowledging(dsn, links, ROUTING, clock=lambda: desk.now)
        opened.append(served(page, source, files, facts))
        desk.client = opened[-1].__enter__()
        return desk

    yield begin
    for one in opened:
        one.__exit__(None, None, None)


def words(language: str, key: str) -> str:
    return str(escape(catalogue(language).words[key].partition("{")[0]))


def test_whose_link_was_opened_stands_in_the_audit(told) -> None:
    desk = told()
    desk.client.get(desk.path("catania"))
    desk.client.head(desk.path("piraeus"))
    with connect(desk.dsn) as connection:
        [row] = audit.rows(connection)
    assert (row.who, row.action, row.subject) == ("catania (by link)", "alert.read", ID)
    assert row.why == f"opened the signed link of message {ID}.1.catania"


def test_a_link_opens_though_the_audit_has_to_wait(told) -> None:
    desk = told()
    with connect(desk.dsn) as busy:
        in_turn(busy, "audit")
        assert "distress" in desk.client.get(desk.path(), timeout=20).text


def test_looking_shows_the_rescue_and_changes_nothing(told) -> None:
    desk = told()
    for ask in (desk.client.get, desk.client.head, desk.client.get):
        assert ask(desk.path()).status_code == 200
    text = desk.client.get(desk.path()).text
    for said in ("Search and rescue: distress", "12 nm SE of Lampedusa", "20 Nov 12:00 UTC",
                 "35°30.0′N 012°36.0′E", "acknowledged by nobody"):  # fmt: skip
        assert said in text
    assert desk.state() == "new"
    with connect(desk.dsn) as connection:
        assert len(changes(connection, ID)) == 1
        assert all(one.acknowledged_at is None for one in deliveries(connection))


def test_no_page_says_more_than_a_plain_mail(told) -> None:
    desk = told("watchlist", codes=OPEN)
    texts = [
        desk.client.get(desk.path()).text,
        desk.take().text,
        desk.client.get(desk.path()).text,
    ]
    for text in texts:
        assert "Law enforcement" in text
        for secret in ("MARIA", "247320162", "V-000001", "listed", "silent", "TGO", ID):
            assert secret not in text


def test_a_name_and_the_button_acknowledge_as_that_name_by_link(told) -> None:
    desk = told()
    answer = desk.take("  Anna   Borg ")
    assert answer.status_code == 200
    assert "Acknowledged. The record says: Anna Borg (valletta, by link), 20 Nov 12:00 UTC" in (
        answer.text
    )
    assert "<form" not in answer.text
    newest = desk.newest()
    assert (newest.who, newest.state) == ("Anna Borg (valletta, by link)", "acknowledged")
    assert f"signed link of message {ID}.1.valletta" in newest.why
    assert "not checked" in newest.why
    with connect(desk.dsn) as connection:
        [mail] = deliveries(connection, office="valletta")
    assert (mail.acknowledged_by, mail.acknowledged_how) == (newest.who, "link")


def test_who_comes_second_is_told_so_and_changes_nothing(told) -> None:
    desk = told()
    desk.take("Anna Borg")
    answer = desk.take("Nikos", office="piraeus")
    assert words("el", "page_there") in answer.text
    assert desk.newest().who == "Anna Borg (valletta, by link)"
    assert "<form" not in desk.client.get(desk.path()).text


def test_what_is_over_says_so_and_stays(told) -> None:
    desk = told()
    over = {"resolved": "page_closed", "retracted": "cancel_line", "assigned": "page_there"}
    for state, key in over.items():
        with connect(desk.dsn) as connection:
            connection.execute(
                "UPDATE alert SET content = regexp_replace(content::text, "
                '\'"state": *"[a-z]+"\', %s)::json',
                [f'"state": "{state}"'],
            )
        for answer in (desk.client.get(desk.path()), desk.take(), desk.take("")):
            assert words("en", key) in answer.text
            assert "<form" not in answer.text
        assert desk.state() == state


def test_an_escalated_alert_is_not_said_to_be_acknowledged_by_an_answer_used_before(told) -> None:
    desk = told()
    desk.take()
    with connect(desk.dsn) as connection:
        from alerts.incidents.acts import escalate
        from service.casework import done

        done(connection, ID, escalate, "escalate", Change("m.papas", "nobody went", NOON))
    answer = desk.take()
    assert answer.status_code == 409
    assert words("en", "page_again") in answer.text
    assert desk.state() == "escalated"
    assert desk.take("Ben Vella").status_code == 200
    assert desk.state() == "acknowledged"


def test_a_partner_notes_its_message_and_our_desk_still_has_to_answer(told) -> None:
    desk = told(codes=OPEN)
    answer = desk.take("Amel", office="tunis")
    assert "Noted: Amel (tunis, by link)" in answer.text
    assert desk.state() == "new"


@pytest.mark.parametrize("language, office", [("it", "catania"), ("el", "piraeus")])
def test_an_office_reads_its_own_language(told, language, office) -> None:
    desk = told()
    page = desk.client.get(desk.path(office)).text
    assert f'<html lang="{language}">' in page
    for key in ("page_title", "page_name", "page_hint", "page_button", "state_new", "place"):
        assert words(language, key) in page
    assert words(language, "page_done") in desk.take("Ελένη Ò", office).text
    assert desk.newest().who == f"Ελένη Ò ({office}, by link)"


def test_a_name_that_is_none_is_refused_with_the_form_again(told) -> None:
    desk = told()
    faults = {
        "page_no_name": ["", "   "],
        "page_long_name": ["x" * 101, "x" * 5000],
        "page_odd_name": ["Anna\u202eB", "a\x00b", "12345", "A\u200bB"],
    }
    for key, names in faults.items():
        for who in names:
            answer = desk.take(who)
            assert answer.status_code == 400, ascii(who)
            assert words("en", key) in answer.text
            assert '<form method="post">' in answer.text
    for body in (b"who=%ff", b"\xff", b"&" * 20, b"other=1"):
        assert desk.client.post(desk.path(), content=body).status_code == 400
    assert desk.state() == "new"


def test_a_hundred_letters_of_two_bytes_are_a_name(told) -> None:
    desk = told()
    assert desk.take("Ω" * 100).status_code == 200
    assert desk.newest().who == f"{'Ω' * 100} (valletta, by link)"


@pytest.mark.parametrize(
    "text", [*HOSTILE[:2], HOSTILE[5], '"><img src=x onerror=hit()>'], ids=ascii
)
def test_hostile_names_and_places_stay_text(told, text) -> None:
    desk = told(place=text)
    for answer in (desk.client.get(desk.path()), desk.take(text), desk.take("", "catania")):
        assert not any(tag in answer.text for tag in ("<script", "<img", "<x>", "Catania <b>"))


def test_a_form_of_another_page_is_refused(told) -> None:
    desk = told()
    for origin in ("https://evil.example", "null", "http://desk.example"):
        answer = desk.take(origin=origin)
        assert answer.status_code == 403
        assert words("en", "page_foreign") in answer.text
        assert words("it", "page_foreign") in desk.take(office="catania", origin=origin).text
    assert desk.state() == "new"
    assert desk.take(origin="https://desk.example").status_code == 200


def test_a_link_that_is_cut_altered_foreign_or_old_says_which(told) -> None:
    desk = told()
    path = desk.path("catania")
    other = Links("https://x", ReceiptSettings(), {"VEDETTA_LINK_SECRET": "t" * 32},
                  clock=lambda: NOON)  # fmt: skip
    forged = other.link_of(f"{ID}.1.catania").removeprefix("https://x")
    for bad in (path[:-3], path + "A", "/ack/x", "/ack/%00", "/ack/" + "A" * 3000, forged):
        for answer in (desk.client.get(bad), desk.client.post(bad, data={"who": "Anna"})):
            assert answer.status_code == 404
            assert words("en", "page_altered") in answer.text
    assert words("el", "page_altered") in desk.client.get(
        "/ack/x", headers={"accept-language": "fr-FR,el;q=0.8"}
    ).text  # fmt: skip
    desk.now += dt.timedelta(days=31)
    for answer in (desk.client.get(path), desk.client.post(path, data={"who": "Anna"})):
        assert answer.status_code == 410
        assert words("it", "page_old") in answer.text
    assert desk.state() == "new"


def test_an_alert_that_is_gone_or_an_office_that_may_not_know_of_it_leads_nowhere(told) -> None:
    desk = told()
    answer = desk.client.get(desk.path(alert_id="A-ffffffffffff"))
    assert (answer.status_code, words("en", "page_unknown") in answer.text) == (404, True)
    assert desk.client.get(desk.path("nowhere")).status_code == 404
    with connect(desk.dsn) as connection:
        connection.execute(
            "UPDATE alert SET content = replace(replace(content::text, '\"sar\"', '\"law\"'), "
            "'distress', 'gap')::json"
        )
    assert desk.client.get(desk.path("tunis")).status_code == 404
    assert desk.take(office="tunis").status_code == 404


def test_drills_are_marked(told) -> None:
    desk = told(exercise=True)
    page = desk.client.get(desk.path()).text
    assert "<title>EXERCISE " in page
    assert "This is not a real alert." in page


def test_the_page_runs_no_script_keeps_nothing_and_sends_its_form_only_here(told) -> None:
    desk = told()
    answer = desk.client.get(desk.path())
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "<script" not in answer.text
    assert "style=" not in answer.text


def test_one_address_that_asks_on_and_on_has_to_wait(told) -> None:
    desk = told()
    answers = [desk.client.post("/ack/x", data={}).status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]
    late = desk.take()
    assert (late.status_code, late.headers["retry-after"]) == (429, "60")
    assert words("en", "page_busy") in late.text
    assert desk.state() == "new"
    assert desk.client.get(desk.path()).status_code == 200


def test_a_minute_later_an_address_may_ask_again_and_others_always() -> None:
    now = [0.0]
    meter = Meter(2, lambda: now[0])
    assert [meter.passes("10.0.0.1") for _ in range(3)] == [True, True, False]
    assert meter.passes("10.0.0.2")
    now[0] = 60.0
    assert meter.passes("10.0.0.1")
    assert [meter.passes(f"2001:db8::{n}") for n in (1, 2, 3)] == [True, True, False]
    for n in range(10_050):
        meter.passes(f"name-{n}")
    assert len(meter._seen) == 10_000


def test_a_database_that_is_away_is_said_and_nothing_else(source, files, facts) -> None:
    links = Links(ROUTING.page, ReceiptSettings(), SECRET, clock=lambda: NOON)
    page = Acknowledging("host=127.0.0.1 port=1 user=x", links, ROUTING, clock=lambda: NOON)
    path = links.link_of(f"{ID}.1.catania").removeprefix(ROUTING.page)
    with served(page, source, files, facts) as client:
        for answer in (client.get(path), client.post(path, data={"who": "Anna"})):
            assert answer.status_code == 503
            assert words("it", "page_away") in answer.text


def test_without_a_secret_there_is_no_such_page(source, files, facts, monkeypatch) -> None:
    from service.settings import Settings

    monkeypatch.delenv("VEDETTA_LINK_SECRET", raising=False)
    assert acknowledging_of(Settings(), "") is None
    with served(None, source, files, facts) as client:
        for answer in (client.get("/ack/x"), client.post("/ack/x")):
            assert (answer.status_code, len(answer.text.splitlines())) == (404, 1)
            assert "receipts.secret_env" in answer.text
    monkeypatch.setenv("VEDETTA_LINK_SECRET", "s" * 32)
    assert isinstance(acknowledging_of(Settings(), ""), Acknowledging)
