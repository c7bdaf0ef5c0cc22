"""Pages that a mail leads to are in one language, whole: read from the code, and asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.routing import LANGUAGES, Office, RoutingSettings, Rule
from alerts.texts import catalogue
from service.web import pages
from store.people import MUST_SET
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.desks import Desk, desk
from tests.plugins.notices import alert
from tests.plugins.told import put

ROOT = Path(__file__).parents[3]
PAGES = Path(pages.__file__).parent
SPOKEN = ("frame", "alert", "alerts", "say", "trends", "sign_in", "password", "enrol", "code",
          "nobody")  # fmt: skip
SENTENCES = (
    "service/web/sign_in.py", "service/web/doorkeeper.py", "service/web/bodies.py",
    "service/web/alert_pages.py",
    "service/signing_in.py", "service/passwords.py", "service/alert_acts.py",
    "service/alert_desk.py", "alerts/incidents/acts.py",
)  # fmt: skip
SAID_BY = {"HTTPException", "Refused", "ActError", "IncidentError", "UnknownAlertError"}
ELSEWHERE = re.compile(
    # Of an account's own page, of acts that these pages do not have, of programs.
    "present password|A token has|choose |chosen at the desk|nobody who may|a token reads|snooze|"
    "assigned to|verdict|as resolved|another verdict|to silence|silenced|not signed in|JSON|"
    # Only values, told of below.
    r"^x+ does not include this|^x+\.$"
)
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "EURTF Catania", country="ITA", channels=("log",), language="it"),
        Office("piraeus", "EURTF Piraeus", country="GRC", channels=("log",), language="el"),
    ),
    rules=(Rule("all", ("catania", "piraeus")),),
)
ALERT = "A-000000000001"
AT = {"catania": "ITA", "piraeus": "GRC"}
WORDS = re.compile(r"[A-Za-z]{2,}")
PROPER = {"VEDETTA", "Vedetta", "UTC", "TLP", "MMSI", "PDF", "HTML", "vedetta", "user", "add",
          "NAME", "role", "administrator", "display", "First", "Last", "why", "first", "one",
          "config", "yaml"}  # fmt: skip
"""Names, and the command that makes the first administrator."""


def bare(template: str) -> str:
    """What a template says itself: its text and the texts of its attributes."""
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", " ", template, flags=re.DOTALL)
    told = re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    return " ".join([re.sub(r"<[^>]*>", " ", text), *told]).replace("&nbsp;", " ")


@pytest.mark.parametrize(
    "path", [*(PAGES / f"{one}.html" for one in SPOKEN), PAGES.parent / "acknowledge.html"],
    ids=lambda path: path.stem,
)  # fmt: skip
def test_no_sentence_stands_in_a_page_that_speaks_three_languages(path) -> None:
    assert set(WORDS.findall(bare(path.read_text("utf-8")))) - PROPER == set()


def sentences(path: str) -> Iterator[str]:
    """What code refuses with: texts of errors, with x where a value stands."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    for node in ast.walk(tree):
        name = getattr(getattr(node, "func", None), "id", "")
        given: list[ast.AST] = list(node.args) if name in SAID_BY else []
        of_fault = isinstance(node, ast.FunctionDef) and node.name == "fault_of"
        if of_fault:
            given += [one.value for one in ast.walk(node) if isinstance(one, ast.Return)]
        yield from filter(None, map(text_of, given))


def text_of(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(one.value if isinstance(one, ast.Constant) else "x" for one in node.values)
    return ""


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_whatever_these_pages_refuse_is_said_in_the_reader_s_language(language) -> None:
    w = catalogue(language)
    found = {said for path in SENTENCES for said in sentences(path)}
    assert len(found) > 20
    assert [
        one for one in sorted(found) if w.refusal(one) == one and not ELSEWHERE.search(one)
    ] == []
    assert w.refusal("of nobody's list") == "of nobody's list"


def test_values_stay_in_a_refusal_and_roles_are_words() -> None:
    it, el = catalogue("it"), catalogue("el")
    assert it.refusal("Too many tries. Wait 12 s, then try again.").endswith(
        "12 s, poi riprovate."
    )
    assert "(γραφείο)" in el.refusal("your role (office) does not include this")


@pytest.fixture(scope="module")
def room(database_server) -> Iterator[Desk]:
    with (
        fresh_database(database_server) as dsn,
        desk(dsn, routing=ROUTING) as made,
    ):
        put(dsn, alert("distress", id=ALERT, place="12 nm SE of Lampedusa"), ROUTING)
        yield made


@pytest.mark.parametrize(
    "office, language, words",
    [
        ("catania", "it", ("Esci", "Allarmi", "Protezione dei dati", "Tendenze", ">ufficio")),
        ("piraeus", "el", ("Αποσύνδεση", "Συναγερμοί", "Προστασία δεδομένων", ">γραφείο")),
    ],
)
def test_an_office_reads_every_page_of_its_mail_in_its_language(
    room, office, language, words
) -> None:
    client = room.as_("office", office, office=office, member_state=AT[office])
    form = {"version": "1"}
    for answer in (
        client.get("/alerts"), client.get(f"/alerts/{ALERT}"), client.get("/trends"),
        client.get("/nowhere"), client.get("/log"), client.get("/alerts/A-00000000000f"),
        client.post(f"/alerts/{ALERT}/comment", data=form),
        client.post(f"/alerts/{ALERT}/acknowledge", data={"version": "9"}),
        client.post(f"/alerts/{ALERT}/comment", data=form, headers={"x-form-token": "x"}),
        client.post(f"/alerts/{ALERT}/acknowledge", data=form),
    ):  # fmt: skip
        assert f'<html lang="{language}">' in answer.text
        assert [one for one in words if one not in answer.text] == []
        main = answer.text.partition("<main")[2]
        assert not re.search(r"\b(the|this|does|is|not)\b", re.sub(r"<[^>]*>", " ", main))


def test_a_stranger_signs_in_in_the_language_of_their_browser(room) -> None:
    client = room.clients.enter_context(people.client(room.address, ""))
    greek = {"accept-language": "el-GR,el;q=0.9,en;q=0.5"}
    assert '<html lang="el">' in client.get("/sign-in", headers=greek).text
    sent = {"name": "nobody", "password": "x" * 12}
    refused = client.post("/sign-in", data=sent, headers=greek | {"origin": room.address})
    assert catalogue("el").refusals["wrong"] in refused.text
    assert '<html lang="en">' in client.get("/sign-in", headers={"accept-language": "fr"}).text


def test_who_is_known_takes_the_steps_in_the_language_of_their_office(room) -> None:
    new = people.add(room.dsn, "office", "m.conti", office="catania", state=MUST_SET)
    client = room.clients.enter_context(people.client(room.address, ""))
    sent = {"name": new.name, "password": people.PASSWORD}
    said = {"origin": room.address, "accept-language": "el"}
    token = client.post("/sign-in", data=sent, headers=said).cookies["vedetta"]
    page = client.get("/sign-in/password", headers=said | {"cookie": f"vedetta={token}"})
    assert (page.status_code, '<html lang="it">' in page.text) == (200, True)
    assert catalogue("it").words["in_choose"] in page.text
