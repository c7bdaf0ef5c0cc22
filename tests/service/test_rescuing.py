"""Help on an alert: the newest place of the vessel, contacts of the database, and no self-help."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import shapely

from alerts.alert import Alert
from alerts.contacts import Contact
from alerts.sar import SarSettings
from geofence.zones import Zone, ZoneSet
from service.rescuing import Rescuing
from store.changes import Change
from store.connect import session
from store.contacts import add_contact
from store.editions import Adoption, publish, put_adoptions
from store.writer import Writer
from tests.plugins.rows import positions, statics, writes
from tests.plugins.stories import us

ANNA = Change("anna", "call", datetime(2026, 3, 1, 12, tzinfo=UTC))
SART, MERCHANT = 970123456, 247000001
NOW = us("2026-05-10T00:30:00")


def alert(kind: str, mmsis: tuple[int, ...], lon: float | None, lat: float | None) -> Alert:
    at = us("2026-05-10T00:05:00")
    return Alert(
        "A-000000000001", 1, "new", "sar", "critical", kind, "", 1.0, (), (), mmsis, (), lon, lat,
        "", at, at, None, (),
    )  # fmt: skip


@pytest.fixture
def rescuing(dsn: str) -> Rescuing:
    """A device heard at 00:20 and a merchant at 00:30, nine miles north of it."""
    heard = ["2026-05-10T00:20:00", "2026-05-10T00:30:00"]
    last = positions(mmsi=[SART, MERCHANT], time=heard, received=heard, segment=[0, 1],
                     lon_deg=[12.5, 12.5], lat_deg=[35.0, 35.15], sog_kn=[0.0, 6.0])  # fmt: skip
    with Writer(dsn) as writer:
        said = statics(mmsi=[MERCHANT], received=heard[1:])
        writer.commit(writes(last, last=last, reports=[20, 20], statics=said, now_us=NOW))
    return Rescuing(SarSettings())


def test_the_place_is_the_last_report_of_the_vessel(dsn: str, rescuing: Rescuing) -> None:
    with session(dsn) as connection:
        help_ = rescuing(connection, alert("distress", (SART,), None, None), NOW)
    assert help_ is not None
    assert (help_.lon, help_.lat, help_.known_at_us) == (12.5, 35.0, us("2026-05-10T00:20:00"))
    assert [one.mmsi for one in help_.nearest] == [MERCHANT]
    assert help_.nearest[0].minutes == pytest.approx(90, abs=2)


def test_ships_that_converge_are_helpers_themselves(dsn: str, rescuing: Rescuing) -> None:
    converging = alert("converging_rescue", (241000002, MERCHANT), 12.5, 35.15)
    with session(dsn) as connection:
        help_ = rescuing(connection, converging, NOW)
    assert help_ is not None
    assert MERCHANT in {one.mmsi for one in help_.nearest}
    assert help_.error_nm == 3.0


def test_a_contact_of_the_database_gives_the_newer_place(dsn: str, rescuing: Rescuing) -> None:
    boat = Contact("navy", 12.501, 35.001, 0.5, us("2026-05-10T00:28:00"), "raft")
    with session(dsn) as connection:
        add_contact(connection, boat, ANNA)
        help_ = rescuing(connection, alert("distress", (SART,), 12.5, 35.0), NOW)
    assert help_ is not None
    assert (help_.lon, help_.error_nm) == (12.501, 0.5)
    assert "contact C-000001" in help_.assumed


def test_an_unknown_vessel_without_a_place_says_so(dsn: str, rescuing: Rescuing) -> None:
    with session(dsn) as connection:
        help_ = rescuing(connection, alert("distress", (972000001,), None, None), NOW)
    assert help_ is not None
    assert help_.lon is None
    assert help_.assumed == "no place is known: no drift, no distances"


def test_the_centres_are_those_of_the_zones_that_took_effect(dsn: str, rescuing: Rescuing) -> None:
    official = Zone(
        "srr-official", "SRR official", "sar_region", shapely.box(12, 34, 13, 36), "test", "none",
        details={"rescue_centres": ["MRCC Official"]},
    )  # fmt: skip
    with session(dsn) as connection:
        before = rescuing(connection, alert("distress", (SART,), None, None), NOW)
        edition = publish(connection, "zones", ZoneSet((official,)).to_bytes(), ANNA)
        adoption = Adoption("zones", edition.version, edition.sha256, 1, NOW)
        put_adoptions(connection, [adoption], 0)
        after = rescuing(connection, alert("distress", (SART,), None, None), NOW)
    assert before is not None
    assert after is not None
    assert "MRCC Official" not in {one.name for one in before.centres}
    assert [one.name for one in after.centres] == ["MRCC Official"]
