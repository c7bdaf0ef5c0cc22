"""Who may go how far with a case: rules without a database."""

from __future__ import annotations

import datetime as dt

import pytest

from alerts.alert import Codes
from service.cases import (
    CaseError,
    UnknownCaseError,
    codes_of,
    marked,
    reason_of,
    require,
    standing,
)
from store.case_parts import Case, Item, Member, Whole
from tests.plugins.people import person

REVIEW = dt.date(2027, 5, 1)


def whole(role: str = "", account: str = "U-analyst", **said) -> Whole:
    case = Case("a", "b", "c", "the inquiry", REVIEW, id="K-000001", **said)
    return Whole(case, (Member(account, "ana", role),) if role else ())


@pytest.mark.parametrize(
    "who, role, may",
    [
        ("analyst", "", "nothing"),
        ("supervisor", "", "exists"),
        ("administrator", "", "nothing"),
        ("auditor", "lead", "nothing"),
        ("analyst", "reader", "reads"),
        ("analyst", "member", "changes"),
        ("analyst", "lead", "leads"),
        ("operator", "lead", "reads"),
    ],
)
def test_how_far_a_person_goes(who, role, may) -> None:
    assert standing(whole(role, f"U-{who}"), person(who)) == may


def test_clearance_bounds_a_member_too() -> None:
    strict = whole("lead", handling="H2", contributor="GRC")
    assert standing(strict, person("analyst")) == "exists"
    assert standing(strict, person("analyst", member_state="GRC")) == "leads"


def test_the_codes_are_the_strictest_of_all_that_is_in_it() -> None:
    held = whole("lead")
    item = Item("alert", "A-1", "", Codes("H3", "x", "red", contributors=("ITA",)))
    inside = Whole(held.case, held.members, (item,))
    assert marked(codes_of(inside)) == "H3, TLP:RED, ITA"


def test_the_reason_is_given_to_members_of_an_open_case_only() -> None:
    assert reason_of(whole("reader"), person("analyst")) == "K-000001: the inquiry"
    with pytest.raises(UnknownCaseError):
        reason_of(whole(), person("analyst"))
    with pytest.raises(CaseError, match="no member"):
        reason_of(whole(), person("supervisor"))
    with pytest.raises(CaseError, match="closed"):
        reason_of(whole("reader", state="closed"), person("analyst"))


def test_a_closed_case_is_changed_by_nobody_but_opened_by_its_lead() -> None:
    closed = whole("lead", state="closed")
    with pytest.raises(CaseError, match="closed"):
        require(closed, person("analyst"), "changes")
    require(closed, person("analyst"), "leads")
