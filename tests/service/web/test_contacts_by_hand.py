"""Contacts on pages and on the map: entered, placed, reported again, closed; who is near."""

from __future__ import annotations

import datetime as dt
import re
import time

import numpy as np
import psycopg
import pytest
from shapely import Polygon

from geofence.zones import Zone
from maps.live.picture import ROWS
from service.web.reckoning import start_called
from store.contacts import contact_history, contacts_now
from store.writer import Writer
from tests.plugins.memory import MemorySource
from tests.plugins.rows import positions, statics, writes
from tests.plugins.waiting import until

AHEAD = dt.timedelta(hours=1)


@pytest.fixture
def source() -> MemorySource:
    return MemorySource().heard_now()


def sighting(**said: str) -> dict[str, str]:
    return {
        "place": "35°06.0′N 012°54.0′E", "start": "", "bearing": "", "distance": "", "time": "",
        "error_nm": "2", "description": "wooden boat, blue, stopped", "persons": "40",
        "kind": "aircraft", "source_grade": "B", "info_grade": "2", "why": "Osprey 2",
    } | said  # fmt: skip


def test_a_sighting_is_kept_as_the_command_line_keeps_it(dsn, enter) -> None:
    page = enter("operator").post("/contacts/new", data=sighting())
    assert "35°06.0′N 012°54.0′E" in page.text
    assert "Who is near it now" in page.text
    assert "after 1 h: " in page.text
    assert "Assumed: no wind and no current stated" in page.text
    with psycopg.connect(dsn) as connection:
        [one] = contacts_now(connection)
        [(who, why)] = connection.execute(
            "SELECT who, why FROM audit WHERE action = 'contact.add'"
        ).fetchall()
    contact = one.contact
    assert (contact.lon, contact.lat) == (pytest.approx(12.9), pytest.approx(35.1))
    assert (contact.persons, contact.grade, contact.kind) == (40, "B2", "aircraft")
    assert (who, why) == ("operator", "Osprey 2")


def test_a_place_is_reckoned_from_a_zone_or_a_vessel(dsn, enter) -> None:
    client = enter("operator")
    for start in ("Sicily-Channel", "MARIA K", "247000001"):
        given = sighting(place="", start=start, bearing="180", distance="60")
        assert client.post("/contacts/new", data=given).url.path.startswith("/contacts/C-")
    with psycopg.connect(dsn) as connection:
        zone, ship, number = (one.contact for one in contacts_now(connection))
    assert (zone.lon, zone.lat) == (pytest.approx(14.5), pytest.approx(35.0, abs=0.01))
    assert (ship.lon, ship.lat) == (pytest.approx(14.5), pytest.approx(34.9, abs=0.01))
    assert (number.lon, number.lat) == (ship.lon, ship.lat)
    assert zone.reckoned == "180°, 60 nm from Sicily-Channel (sub basin)"
    assert ship.reckoned == "180°, 60 nm from MARIA K MMSI 247000001, position 0 min old"


def test_a_contact_tells_from_which_ship_it_was_reckoned_and_how_old_her_place_was(
    source, enter
) -> None:
    source.table["time"][0] -= 75 * 60_000_000
    client, given = enter("operator"), {"place": "", "bearing": "90", "distance": "10"}
    said = sighting(**given, start="MARIA K")
    until(lambda: "position 1 h 15 min old" in client.post("/contacts/new", data=said).text)
    assert "reckoned" not in client.post("/contacts/new", data=sighting()).text
    assert client.get("/api/v1/contacts").json()["contacts"][-1]["reckoned"] == ""


@pytest.mark.parametrize("start", ["MARIA", "MARJA K", "247000009", "24700000"])
def test_no_place_is_reckoned_from_a_ship_that_was_not_named_whole(dsn, enter, start) -> None:
    given = sighting(place="", start=start, bearing="90", distance="10")
    answer = enter("operator").post("/contacts/new", data=given)
    assert answer.status_code == 400
    assert "Is one of these meant: MARIA K MMSI 247000001, position" in answer.text
    assert f'value="{start}"' in answer.text
    with psycopg.connect(dsn) as connection:
        assert contacts_now(connection) == []


def test_none_of_two_ships_with_one_name_is_taken(source, enter) -> None:
    source.table["name"][1] = b"MARIA K"
    given = sighting(place="", start="MARIA K", bearing="90", distance="10")
    client = enter("operator")
    until(lambda: client.post("/contacts/new", data=given).status_code == 400)
    answer = client.post("/contacts/new", data=given).text
    assert "several are called MARIA K: MARIA K MMSI 24" in answer
    assert "248000002" in answer


def test_none_of_two_zones_with_one_name_is_taken() -> None:
    square = Polygon([(14, 35), (15, 35), (15, 36), (14, 36)])
    zones = tuple(Zone(one, "Porto", "port", square, "test", "own") for one in ("it-1", "gr-1"))
    with pytest.raises(ValueError, match=r"several are called porto: Porto \(port\), id it-1; "):
        start_called("porto", zones, np.zeros(0, ROWS), 0)
    assert start_called("gr-1", zones, np.zeros(0, ROWS), 0).name == "Porto (port)"


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"place": "over there"}, "over there is no position"),
        ({"place": ""}, "say where"),
        (
            {"place": "", "start": "Atlantis", "bearing": "1", "distance": "1"},
            "is called Atlantis",
        ),
        ({"place": "", "start": "MARIA K", "bearing": "400", "distance": "1"}, "0 to 360"),
        ({"persons": "many"}, "many"),
        ({"error_nm": "900"}, "nautical miles from 0 to 200"),
        ({"time": "2999-01-01T00:00"}, "lies ahead"),
        ({"description": ""}, "description"),
    ],
)
def test_what_is_no_sighting_comes_back_with_a_sentence(dsn, enter, wrong, sentence) -> None:
    answer = enter("operator").post("/contacts/new", data=sighting(**wrong))
    assert answer.status_code == 400
    assert sentence in answer.text.split('role="alert"')[1].split("</p>")[0]
    assert 'value="Osprey 2"' in answer.text
    with psycopg.connect(dsn) as connection:
        assert contacts_now(connection) == []


def test_a_later_report_is_the_next_place_and_closing_needs_a_reason(dsn, enter) -> None:
    client = enter("operator")
    one = client.post("/contacts/new", data=sighting()).url.path
    client.post(f"{one}/report", data=sighting(place="35.2 12.95", description="under way"))
    assert client.post(f"{one}/close", data={"why": "", "seen": "2"}).status_code == 400
    late = client.post(f"{one}/close", data={"why": "nobody seen", "seen": "1"})
    assert (late.status_code, "open it again" in late.text) == (409, True)
    said = {"why": "all aboard a merchant ship", "seen": "2"}
    page = client.post(f"{one}/close", data=said).text
    assert "closed" in page
    assert "all aboard a merchant ship" in page
    assert "A later report" not in page
    with psycopg.connect(dsn) as connection:
        kept = [row.contact for row in contact_history(connection, one.rsplit("/", 1)[-1])]
    assert [(row.version, row.closed) for row in kept] == [(1, False), (2, False), (3, True)]
    assert "No contact is open" in client.get("/contacts").text
    assert one in client.get("/contacts?closed=yes").text
    assert client.post(f"{one}/report", data=sighting()).status_code == 400


def test_the_map_enters_and_reads_them(enter) -> None:
    client = enter("operator")
    said = sighting() | {"lon": 12.9, "lat": 35.1}
    kept = client.post("/api/v1/contacts", json=said).json()
    assert (kept["version"], kept["nearest"]) == (1, [])
    assert kept["centres"]
    [one] = client.get("/api/v1/contacts").json()["contacts"]
    assert (one["id"], one["persons"], one["error_nm"]) == (kept["id"], 40, 2)
    next_one = client.post("/api/v1/contacts", json=said | {"same_as": kept["id"]}).json()
    assert (next_one["id"], next_one["version"]) == (kept["id"], 2)
    wrong = client.post("/api/v1/contacts", json=said | {"kind": "rumour"})
    assert (wrong.status_code, "kind 'rumour'" in wrong.json()["error"]) == (409, True)


def test_places_are_found_by_name(enter) -> None:
    client = enter("operator")
    [place] = client.get("/api/v1/places?q=sicily").json()["places"]
    assert (place["name"], place["kind"]) == ("Sicily-Channel", "sub_basin")
    assert client.get("/api/v1/places?q=").json() == {"places": []}
    assert client.get("/api/v1/rescue?lon=x&lat=35").status_code == 400
    assert client.get("/api/v1/rescue?lon=12.9&lat=35.1").json()["centres"]


@pytest.fixture
def merchant(dsn: str) -> int:
    """The MMSI of a merchant ship under way, heard just now nine miles north of the sighting."""
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0)
    last = positions(
        mmsi=[247_000_001], time=[now.isoformat()], received=[now.isoformat()], lon_deg=[12.9],
        lat_deg=[35.25], sog_kn=[6.0],
    )  # fmt: skip
    with Writer(dsn) as writer:
        said = statics(mmsi=[247_000_001], received=[now.isoformat()])
        at_us = int(time.time() * 1e6)
        writer.commit(writes(last, last=last, reports=[20], statics=said, now_us=at_us))
    return 247_000_001


def test_who_is_near_is_told_at_once(enter, merchant) -> None:
    client = enter("operator")
    asked = client.get("/api/v1/rescue?lon=12.9&lat=35.1&error_nm=2").json()
    [near] = asked["nearest"]
    assert (near["mmsi"], near["distance_nm"]) == (merchant, pytest.approx(9, abs=0.2))
    assert near["minutes"] == pytest.approx(90, abs=3)
    kept = client.post("/api/v1/contacts", json=sighting() | {"lon": 12.9, "lat": 35.1}).json()
    assert [one["mmsi"] for one in kept["nearest"]] == [merchant]
    page = client.get(f"/contacts/{kept['id']}").text
    assert re.search(r"1 h (29|30)", page)


class TestAnExerciseThatRunsAhead:
    """Its picture is an hour ahead of the wall's clock, and so is who writes of it."""

    @pytest.fixture
    def source(self) -> MemorySource:
        return MemorySource().heard_now(AHEAD.total_seconds())

    def test_a_sighting_is_of_the_picture_s_time(self, dsn, enter) -> None:
        client = enter("operator")
        until(lambda: client.get("/api/v1/vessels?q=maria").json()["vessels"])
        client.post("/api/v1/contacts", json=sighting() | {"lon": 12.9, "lat": 35.1})
        client.post("/contacts/new", data=sighting())
        soon = dt.datetime.now(dt.UTC) + AHEAD - dt.timedelta(minutes=5)
        with psycopg.connect(dsn) as connection:
            kept = contacts_now(connection)
        assert [one.contact.time_us / 1e6 > soon.timestamp() for one in kept] == [True, True]
        assert all(one.at > soon for one in kept)
        form = client.get("/contacts/new").text
        shown = re.search(r'name="time"[^>]*value="([^"]+)"', form)[1]
        assert dt.datetime.fromisoformat(f"{shown}+00:00") > soon
