"""What pages say by the name of a state, a role or an act has a text for each, and none over."""

from __future__ import annotations

from typing import get_args

import pytest

from alerts.alert import HANDLING, AlertState
from alerts.contacts import KINDS
from service.web import texts
from service.web.case_acts import ACTS
from store.case_parts import ITEM_KINDS, MemberRole

TABLES = {
    "cases.done.": ACTS,
    "cases.state.": ("open", "closed"),
    "cases.role.": get_args(MemberRole),
    "cases.as.": get_args(MemberRole),
    "cases.handling.": HANDLING,
    "cases.ref.": ITEM_KINDS,
    "cases.add.": ITEM_KINDS,
    "cases.alert_state.": get_args(AlertState),
    "contacts.state.": ("open", "closed"),
    "contacts.teller_": KINDS,
}


@pytest.mark.parametrize("begun", TABLES)
def test_each_name_has_its_text(begun) -> None:
    told = {key.removeprefix(begun) for key in texts.texts() if key.startswith(begun)}
    assert told == set(TABLES[begun])
