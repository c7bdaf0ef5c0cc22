"""The table of deeds: every word is one, and the document says the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.rights import DEEDS, ROLES, TOKEN_DEEDS, Person
from service.web.account import TOKEN_WORDS
from service.web.pages import ANALYSIS, NAV
from service.web.rights import ROUTES
from tests.plugins.people import person

PAGE = Path(__file__).parents[2] / "docs" / "people.md"


def documented() -> dict[str, set[str]]:
    """The roles of each deed as the document's table has them."""
    told: dict[str, set[str]] = {}
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 1 + len(ROLES) and cells[0].startswith("`"):
            roles = {role for role, mark in zip(ROLES, cells[1:], strict=True) if mark}
            told |= dict.fromkeys(re.findall(r"`([\w.]+)`", cells[0]), roles)
    return told


def test_the_document_says_what_the_table_says() -> None:
    assert documented() == {deed: set(roles) for deed, roles in DEEDS.items()}


def test_every_deed_names_roles_that_there_are() -> None:
    assert {role for roles in DEEDS.values() for role in roles} == set(ROLES)


@pytest.mark.parametrize("role", ROLES)
def test_a_person_may_what_the_table_gives_the_role_and_nothing_unknown(role) -> None:
    who = person(role)
    assert [deed for deed in DEEDS if who.may(deed)] == [
        deed for deed, roles in DEEDS.items() if role in roles
    ]
    assert not who.may("everything")
    assert not who.may("")


def test_an_unknown_role_may_nothing() -> None:
    who = Person("U-1", "x", "X", "captain")
    assert not any(who.may(deed) for deed in DEEDS)


def test_no_token_changes_anything_or_reaches_people() -> None:
    assert not {"account.own", "people.manage", "alerts.act", "contacts.enter"} & {*TOKEN_DEEDS}
    assert {*TOKEN_WORDS} == {*TOKEN_DEEDS}


def test_who_gives_the_keys_does_not_hold_them_all() -> None:
    # Nobody both manages accounts and reads the list, or the audit of it.
    for role in DEEDS["people.manage"]:
        assert not [deed for deed in DEEDS if deed.startswith(("watchlist", "audit"))
                    and role in DEEDS[deed]]  # fmt: skip


def test_pages_of_the_bar_are_pages_that_there_are() -> None:
    for path, _, deed in (*NAV, *ANALYSIS):
        assert ROUTES["GET", path] == deed
