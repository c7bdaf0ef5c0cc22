from datetime import UTC, datetime

import pytest
import shapely

from geofence.builtin import builtin_zones
from geofence.zones import Zone, ZoneSet
from service.web.facts import StoreFacts
from store.changes import Change
from store.connect import connect
from store.editions import publish
from store.writer import Writer
from tests.plugins.seas import MMSI, Sea

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def facts(dsn):
    facts = StoreFacts(dsn)
    yield facts
    facts.close()


def test_before_the_first_edition_our_own_zones_are_in_force(facts) -> None:
    version, sha256 = facts.edition()
    assert (version, sha256) == (None, builtin_zones().sha256())
    assert facts.zones(sha256) is builtin_zones()


def test_the_newest_published_zones_are_in_force_and_no_list(facts, dsn) -> None:
    zones = ZoneSet((Zone("box", "Box", "custom", shapely.box(14, 35, 15, 36), "own", "own"),))
    with connect(dsn) as connection:
        publish(connection, "zones", b"{}", Change("rossi", "first", NOW))
        publish(connection, "zones", zones.to_bytes(), Change("rossi", "second", NOW))
        publish(connection, "watchlist", b"secret", Change("rossi", "list", NOW))
    version, sha256 = facts.edition()
    assert (version, sha256) == (2, zones.sha256())
    assert facts.zones(sha256) == zones


def test_a_vessel_never_heard_has_no_identity(facts) -> None:
    assert facts.identity(247_000_001) is None


def test_an_identity_is_what_was_stored_of_a_vessel(facts, dsn) -> None:
    with Writer(dsn) as writer:
        sea = Sea(dsn, writer)
        sea.say()
        sea.say()
    identity = facts.identity(MMSI)
    assert [span.value for span in identity.name] == ["MARIA K"]
    assert [span.value for span in identity.flag] == ["ITA"]
    assert [segment.positions for segment in identity.segments] == [2]
