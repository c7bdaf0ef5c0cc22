"""Where an alert was told, and its codes, are read whatever its vessels are called."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from alerts.routing import Office, RoutingSettings, Rule
from store.connect import connect
from store.lead_times import alert_codes
from store.told import told_place
from tests.plugins.notices import alert
from tests.plugins.told import put

ROUTING = RoutingSettings(
    offices=(Office("catania", "Catania", channels=("mail",)),), rules=(Rule("all", ("catania",)),)
)
SPAN = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("name", ["ABC\0DEF", "ABC\\u0000DEF", "ABC\\"])
def test_place_and_codes_are_read_whatever_a_vessel_is_called(dsn: str, name: str) -> None:
    usual = alert("distress")
    about = replace(usual, vessels=(replace(usual.vessels[0], name=name),))
    put(dsn, about, ROUTING)
    with connect(dsn) as connection:
        assert told_place(connection, about.id) == (12.6, 35.5)
        assert alert_codes(connection, *SPAN)[about.id] == about.codes
