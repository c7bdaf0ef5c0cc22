"""Sections that are right each for itself and cannot work together are refused at start."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from service.errors import SettingsError
from service.settings import parse_settings

MAIL = {"kind": "email", "host": "localhost", "port": 25, "security": "none",
        "sender": "v@desk.example"}  # fmt: skip
GOOD: dict[str, Any] = {
    "channels": [
        {**MAIL, "name": "mail", "offices": {"catania": {"to": ["duty@catania.example"]}}},
        {**MAIL, "name": "anna", "offices": {"catania": {"to": ["anna@catania.example"]}}},
        {"kind": "log", "name": "log"},
    ],
    "routing": {
        "offices": [
            {"id": "catania", "name": "Catania", "channels": ["mail"]},
            {"id": "tunis", "name": "Tunis", "kind": "third_country", "channels": ["log"]},
        ],
        "rules": [{"name": "all", "offices": ["*"]}],
    },
    "duty": {"rosters": [{
        "office": "catania", "people": [{"id": "a", "name": "A", "channels": ["anna"]}],
        "shifts": [{"people": ["a"], "begins": "00:00", "ends": "00:00"}],
    }]},
    "receipts": {"inboxes": [{"folder": "/in", "offices": ["catania"]}]},
}  # fmt: skip


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """GOOD with one value changed."""
    made = deepcopy(GOOD)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = to
    return made


def test_what_fits_together_is_taken():
    assert parse_settings(GOOD).receipts.inboxes[0].offices == ("catania",)


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (changed("channels", 0, "offices", to={}), "office catania: channel mail has no mailbox"),
        (
            changed("routing", "rules", 0, to={"name": "x", "offices": ["tunis"],
                                               "channels": ["mail"]}),
            "office tunis: channel mail has no mailbox",
        ),
        (
            changed("duty", "rosters", 0, "office", to="catanai"),
            "roster catanai: is no office; expected catania, tunis",
        ),
        (
            changed("duty", "rosters", 0, "people", 0, "channels", to=["no-such"]),
            "roster catania: a: channel 'no-such' is unknown; expected mail, anna, log",
        ),
        (
            changed("channels", 1, "offices", to={}),
            "roster catania: a: channel anna has no mailbox of catania",
        ),
        (
            changed("receipts", "inboxes", 0, "offices", to=["tunisi"]),
            r"receipts.inboxes\[0\].offices: 'tunisi' is no office",
        ),
    ],
)  # fmt: skip
def test_what_could_never_be_delivered_is_refused_at_start(made, says):
    with pytest.raises(SettingsError, match=says) as refused:
        parse_settings(made)
    assert "\n" not in str(refused.value)


def test_an_office_that_is_off_needs_no_mailbox():
    off = {"id": "tunis", "name": "Tunis", "channels": ["mail"], "enabled": False}
    parse_settings(changed("routing", "offices", 1, to=off))
