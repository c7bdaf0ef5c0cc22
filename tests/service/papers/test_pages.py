"""Documents at pages: with a purpose and a reason, refused by codes, kept in the audit."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest

from alerts.alert import Codes
from service.desk import change
from service.disclosure import RefusedByCodesError
from service.evidence.desk import evidence
from service.evidence.making import Wish
from service.evidence.verifying import verify
from service.exporting.ordering import Orders
from service.papers.ordering import Papers
from store import audit
from tests.plugins.desks import Desk, desk
from tests.plugins.exercised import BEGIN, Exercised
from tests.plugins.paged import texts_of
from tests.service.web.test_cases import CASE

SPAN = {"from": f"{BEGIN:%Y-%m-%dT%H:%M}", "to": f"{BEGIN + dt.timedelta(hours=1):%Y-%m-%dT%H:%M}"}


@pytest.fixture(scope="module")
def papers(freighter: Exercised, tmp_path_factory: pytest.TempPathFactory) -> Papers:
    orders = Orders(freighter.dsn, tmp_path_factory.mktemp("papers"))
    return Papers(orders, freighter.settings)


@pytest.fixture(scope="module")
def room(freighter: Exercised, papers: Papers) -> Iterator[Desk]:
    with desk(freighter.dsn, exports=papers.orders, papers=papers) as one:
        yield one


@pytest.fixture(scope="module")
def ship(freighter: Exercised) -> str:
    return f"{freighter.alert_of('watchlist').mmsis[0]:09d}"


def reader(room: Desk, role: str = "analyst", name: str = "", **said: str) -> httpx.Client:
    """Somebody who has said for what they read."""
    client = room.as_(role, name, **said)
    client.timeout = 120
    client.post("/watchlist/purpose", data={"purpose": "case 17", "case": ""})
    return client


def asked(ship: str, **changes: str) -> dict[str, str]:
    return {"vessel": ship, **SPAN, "language": "en", "format": "pdf", "reason": "note 17",
            "permission": ""} | changes  # fmt: skip


def rows(room: Desk, action: str) -> list[audit.Row]:
    with room.connection() as connection:
        return list(audit.rows(connection, action=action, limit=100))


def test_the_purpose_is_asked_first_and_stands_in_the_form_as_the_reason(room, ship):
    client = room.as_("analyst", "newcomer")
    said = client.get("/dossiers/new", params={"vessel": ship}).text
    assert "For what is it needed" in said
    assert ship in re.search(r'name="to" value="([^"]*)"', said)[1]
    said = reader(room, name="newcomer").get("/dossiers/new", params={"vessel": ship}).text
    assert f'name="vessel" value="{ship}"' in said
    assert 'name="reason" value="case 17"' in said


def test_a_form_that_is_sent_without_a_purpose_makes_nothing(room, ship):
    before = len(rows(room, "dossier.make"))
    said = room.as_("analyst", "hasty").post("/dossiers", data=asked(ship)).text
    assert "For what is it needed" in said
    assert 'name="to" value="/dossiers/new"' in said
    assert len(rows(room, "dossier.make")) == before


def test_a_dossier_is_made_shown_fetched_and_in_the_audit(room, ship):
    client = reader(room)
    led = client.post("/dossiers", data=asked(ship))
    assert led.status_code == 303
    told = client.get(led.headers["location"]).text
    assert "Dossier as PDF" in told
    assert "H1, TLP:AMBER" in told
    file = client.get(f"{led.headers['location']}/file")
    text = " ".join(texts_of(file.content))
    for said in (ship, "Her name changed", "H1 · TLP:AMBER", "EXERCISE"):
        assert said in text
    row = rows(room, "dossier.make")[0]
    assert (row.who, row.why, row.subject) == ("analyst", "note 17", f"MMSI {ship}")
    assert json.loads(row.details)["content"][:16] in text
    other = reader(room, "supervisor")
    assert other.get(f"{led.headers['location']}/file").status_code == 404


def test_within_a_case_its_reason_is_the_reason_and_is_not_asked_again(room, ship):
    client = room.as_("analyst", "lena")
    client.timeout = 120
    case = client.post("/cases", data=CASE).headers["location"].rpartition("/")[2]
    form = "/dossiers/new"
    led = client.post("/watchlist/purpose", data={"case": case, "to": form})
    assert (led.status_code, led.headers["location"]) == (303, form)
    assert 'name="reason"' not in client.get(form).text
    assert 'name="reason"' not in client.get("/evidence/new").text
    led = client.post("/dossiers", data=asked(ship, reason=""))
    assert led.status_code == 303, led.text
    assert case in client.get(led.headers["location"]).text
    row, why = rows(room, "dossier.make")[0], f"{case}: {CASE['reason']}"
    assert (row.who, row.why, json.loads(row.details)["case"]) == ("lena", why, case)


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"reason": ""}, 400, "say why in a few words"),
        ({"vessel": ""}, 400, "say which vessel"),
        ({"from": "yesterday"}, 400, "is no time"),
        ({"to": "2026-05-01T00:00"}, 400, "ends before it begins"),
        ({"format": "doc"}, 400, "pdf or html"),
        ({"vessel": "999999999"}, 409, "999999999"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(room, ship, changes, status, said):
    answer = reader(room).post("/dossiers", data=asked(ship, **changes))
    assert answer.status_code == status
    assert said in answer.text
    assert "Make the dossier" in answer.text


def test_who_may_not_see_the_entry_finds_nothing_of_it_in_the_dossier(room, ship):
    client = reader(room, name="cleared", clearance="H0")
    led = client.post("/dossiers", data=asked(ship, format="html"))
    page = client.get(f"{led.headers['location']}/file").text
    assert "No entry in force names her" in page
    assert "V-0" not in page


def test_evidence_is_refused_by_its_codes_with_the_reason(room, freighter):
    one = freighter.alert_of("watchlist")
    form = {"alert": one.id, "language": "en", "reason": "note 17", "permission": ""}
    answer = reader(room).post("/evidence", data=form)
    assert answer.status_code == 409
    assert "handling H1, not in judicial proceedings" in answer.text
    assert "Where it was permitted, say below by whom" in answer.text
    assert rows(room, "evidence.refuse")[0].who == "analyst"


def test_evidence_is_made_by_the_jobs_process_and_proves_itself(room, freighter, papers, tmp_path):
    client, one = reader(room), freighter.alert_of("watchlist")
    form = {"alert": one.id, "language": "it", "reason": "note 17", "permission": "ITA, note 3"}
    led = client.post("/evidence", data=form)
    place = led.headers["location"]
    assert "gathered and run again" in client.get(place).text
    papers.orders.work(lambda: False)
    assert papers.work() == {"made": 1}
    told = client.get(place).text
    assert "Evidence package as ZIP" in told
    assert "come out the same" in told
    assert "from its first line on" in told
    path = Path(tmp_path / "case.zip")
    path.write_bytes(client.get(f"{place}/file").content)
    assert verify(path).ok
    assert rows(room, "evidence.make")[0].why == "note 17"


@pytest.mark.parametrize(
    ("begin", "since", "said"),
    [("time", "", "say from when on the lines are read"), ("time", "once", "is no time"),
     ("often", "", "expected needed, first, time")],
)  # fmt: skip
def test_where_a_package_begins_is_worked_out_or_said(room, freighter, begin, since, said):
    one, client = freighter.alert_of("watchlist"), reader(room)
    form = client.get(f"/evidence/new?alert={one.id}").text
    assert 'value="needed" checked' in form
    assert "less the longest time that the detectors which told them look back" in form
    given = {"alert": one.id, "language": "en", "reason": "note 17", "permission": "ITA, note 3"}
    answer = client.post("/evidence", data={**given, "begin": begin, "since": since})
    assert answer.status_code == 400
    assert said in answer.text


def test_evidence_of_an_alert_that_one_may_not_know_of_is_not_there(room, freighter):
    client = reader(room, name="cleared", clearance="H0")
    form = {"alert": freighter.alert_of("watchlist").id, "language": "en", "reason": "note 17"}
    answer = client.post("/evidence", data=form)
    none = client.post("/evidence", data=form | {"alert": "A-000000000000"})
    assert (answer.status_code, none.status_code) == (404, 404)


def test_the_alert_and_the_list_lead_to_both(room, freighter, ship):
    client, one = reader(room), freighter.alert_of("watchlist")
    page = client.get(f"/alerts/{one.id}").text
    assert f'href="/evidence/new?alert={one.id}"' in page
    assert f'href="/dossiers/new?vessel={ship}"' in page
    [entry] = one.vessels[0].listed_as
    assert f'href="/dossiers/new?vessel={ship}"' in client.get(f"/watchlist/{entry}").text
    assert "/dossiers/new" not in reader(room, "operator").get(f"/alerts/{one.id}").text


@pytest.fixture
def rescue(room: Desk, freighter: Exercised) -> Iterator[str]:
    """The freighter's alert as a rescue: under nobody's codes, whatever the list says of her."""
    one = freighter.alert_of("watchlist")
    with room.connection() as connection:
        [kept] = connection.execute(
            "SELECT content::text FROM alert WHERE id = %s", [one.id]
        ).fetchone()
        said = json.loads(kept) | {"codes": json.loads(json.dumps(asdict(Codes())))}
        set_content(connection, one.id, json.dumps(said))
    yield one.id
    with room.connection() as connection:
        set_content(connection, one.id, kept)


def set_content(connection, alert: str, content: str) -> None:
    connection.execute("UPDATE alert SET content = %s WHERE id = %s", [content, alert])


def fetched(room: Desk, papers: Papers, alert: str, name: str, clearance: str) -> tuple[str, str]:
    """What the page of a package says once it was made, and its sidecar."""
    client = reader(room, name=name, clearance=clearance)
    form = {"alert": alert, "language": "en", "reason": "note 17", "permission": "ITA, note 3"}
    place = client.post("/evidence", data=form).headers["location"]
    papers.work()
    return client.get(place).text, client.get(f"{place}/sidecar").text


def test_evidence_of_a_rescue_hands_out_no_entry_that_one_may_not_know_of(room, papers, rescue):
    said, _ = fetched(room, papers, rescue, "low", "H0")
    assert "/file" not in said
    assert "not all that the package would carry is for your eyes" in said
    assert "V-0" not in said
    refused = rows(room, "evidence.refuse")[0]
    assert (refused.who, refused.subject) == ("low", rescue)
    assert "V-0" not in refused.details


def test_evidence_of_a_rescue_is_under_the_codes_of_the_entries_in_it(room, papers, rescue):
    said, sidecar = fetched(room, papers, rescue, "high", "H1")
    assert "/file" in said
    assert json.loads(sidecar)["codes"]["handling"] == "H1"


def test_evidence_of_a_rescue_of_who_is_listed_needs_her_contributors_word(freighter, rescue):
    with pytest.raises(RefusedByCodesError, match="H1, not in judicial proceedings"):
        evidence(freighter.dsn, freighter.settings, rescue, Wish(change("a.rossi", "case 17")))
