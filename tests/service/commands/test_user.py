"""``user``: accounts are made, listed, changed, closed; the password goes to stdout alone."""

from __future__ import annotations

import json

import pytest

from service import cli, passwords
from service.commands import user as commands
from store import audit
from store.connect import session
from store.people import DISABLED, MUST_SET, account_named

WHY = ("--why", "new watch")
CONFIG = """
routing:
  offices:
    - {id: catania, name: EURTF Catania, country: ITA}
"""


@pytest.fixture(autouse=True)
def _verb(monkeypatch) -> None:
    monkeypatch.setitem(cli.vedetta.commands, "user", commands.user)


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG)
    return ("-c", path)


def account(dsn: str, name: str):
    with session(dsn) as connection:
        return account_named(connection, name)


def test_the_first_administrator_is_made_here(dsn, office) -> None:
    said = office("user", "add", "root", "--role", "administrator", "--display", "Anna", *WHY)
    assert said.code == 0
    password = said.out.strip()
    kept = account(dsn, "root")
    assert (kept.role, kept.display, kept.state) == ("administrator", "Anna", MUST_SET)
    assert passwords.matches(kept.password, password)
    assert "hand it over in person" in said.err
    assert password not in said.err
    with session(dsn) as connection:
        [row] = audit.rows(connection)
    assert (row.action, row.subject, row.who, row.why) == (
        "people.add", "root", "a.rossi", "new watch",
    )  # fmt: skip


def test_an_office_must_be_in_the_routing_table(dsn, office, config) -> None:
    words = ("user", "add", "rita", "--role", "office", *WHY, *config)
    assert "office '': expected catania" in office(*words).complaint
    assert "office 'roma': expected catania" in office(*words, "--office", "roma").complaint
    assert office(*words, "--office", "catania").code == 0
    assert account(dsn, "rita").member_state == "ITA"


def test_accounts_are_listed_without_what_opens_them(dsn, office) -> None:
    office("user", "add", "root", "--role", "administrator", *WHY)
    office("user", "add", "m.galea", "--role", "operator", "--state", "mlt", *WHY)
    said = office("user", "list")
    assert "m.galea  m.galea  operator       -       MLT    H1         first sign-in" in said.out
    assert said.err == "2 accounts\n"
    told = json.loads(office("user", "list", "--json").out)
    assert [one["name"] for one in told] == ["m.galea", "root"]
    assert "argon2" not in json.dumps(told)


def test_an_account_is_changed_closed_and_opened(dsn, office) -> None:
    office("user", "add", "root", "--role", "administrator", *WHY)
    office("user", "add", "anna", "--role", "operator", *WHY)
    edit = ("user", "edit", "anna", "--role", "supervisor", "--clearance", "H3", *WHY)
    assert office(*edit).out == "anna: changed\n"
    assert (account(dsn, "anna").role, account(dsn, "anna").clearance) == ("supervisor", "H3")
    assert "is so already" in office(*edit).complaint
    assert office("user", "disable", "Anna", *WHY).out == "anna: disabled\n"
    assert account(dsn, "anna").state == DISABLED
    first = office("user", "enable", "anna", *WHY).out.strip()
    second = office("user", "reset", "anna", *WHY).out.strip()
    assert first != second
    assert passwords.matches(account(dsn, "anna").password, second)


@pytest.mark.parametrize(
    "words, said",
    [
        (("edit", "root", "--role", "auditor"), "last administrator"),
        (("disable", "root"), "last administrator"),
        (("enable", "root"), "is not disabled"),
        (("disable", "nobody"), "there is no such account"),
        (("add", "root", "--role", "operator"), "has it; choose another"),
        (("add", "Ann a", "--role", "operator"), "expected 2 to 64 letters"),
        (("add", "anna"), "--role: is missing"),
    ],
)
def test_what_cannot_be_is_one_line(dsn, office, words, said) -> None:
    office("user", "add", "root", "--role", "administrator", *WHY)
    assert said in office("user", *words, *WHY).complaint


@pytest.mark.parametrize("verb", ["add", "edit", "disable", "enable", "reset"])
def test_every_change_needs_a_reason(dsn, office, verb) -> None:
    role = ("--role", "auditor") if verb in {"add", "edit"} else ()
    told = office("user", verb, "anna", *role)
    assert (told.code, "--why" in told.err) == (2, True)
