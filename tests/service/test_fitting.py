"""Sections that are right each for itself and cannot work together are refused at start."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import shapely

from alerts.routing import Office, RoutingSettings, Rule
from geofence.zones import Zone
from service.errors import SettingsError
from service.fitting import unknown_places
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


@pytest.mark.parametrize("code,meant", [("GRE", "GRC"), ("Greece", "GRC"), ("XXX", "GRC")])
def test_a_state_that_is_none_is_refused(code, meant):
    by_rule = changed("routing", "rules", 0, "member_states", to=[code])
    by_office = changed("routing", "offices", 0, "country", to=code)
    for wrong in (by_rule, by_office):
        with pytest.raises(SettingsError, match=f"{code}' is no state; .* alpha-3, as {meant}"):
            parse_settings(wrong)


def test_what_the_routing_names_and_no_zone_has_is_found():
    centre = Office("roma", "Roma", "rescue_centre", enabled=False, centre="mrcc-rome")
    rule = Rule("odd", ("*",), zones=("nowhere", "sar-it"))
    region = Zone("sar-it", "I", "sar_region", shapely.box(0, 0, 1, 1), "test", "none",
                  details={"rescue_centres": ["MRCC Roma"]})  # fmt: skip
    found = unknown_places(RoutingSettings((centre,), (rule,)), [region])
    assert found == ["office roma: centre mrcc-rome", "rule odd: zone nowhere"]


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
