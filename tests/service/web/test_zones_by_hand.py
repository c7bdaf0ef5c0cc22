"""Zones on pages: listed, drawn, imported after a look, exported, removed; who and why."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest
import shapely

from geofence.zones import Zone, ZoneSet
from service.web.zone_drawing import id_of
from service.web.zone_pages import FORMATS, written
from store import audit
from store.changes import in_turn
from store.connect import session
from store.zones import zone_history, zones_now
from tests.plugins.waiting import until

BOX = shapely.box(14.0, 40.7, 14.2, 40.9)
TIE = {"type": "Polygon", "coordinates": [[[14, 40], [15, 41], [15, 40], [14, 41], [14, 40]]]}


def drawn(**said: Any) -> dict[str, Any]:
    return {"name": "Patrol box", "why": "operation", "kind": "custom", "leave_m": "800",
            "geometry": shapely.geometry.mapping(BOX)} | said  # fmt: skip


def stored(dsn: str) -> list[Zone]:
    with psycopg.connect(dsn) as connection:
        return [one.zone for one in zones_now(connection)]


def test_a_drawn_zone_is_a_version_with_who_and_why(dsn, enter) -> None:
    client = enter(name="rossi")
    said = drawn(valid_from="2026-05-01T00:00", valid_until="2026-06-01T00:00", note="by night")
    done = client.post("/api/v1/zones", json=said).json()
    assert (done["id"], done["done"]) == ("drawn-patrol-box", "added")
    [zone] = stored(dsn)
    assert (zone.leave_m, zone.legal_status, zone.details) == (
        800,
        "operational",
        {"note": "by night"},
    )
    assert zone.valid_until == dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
    page = client.get("/zones/drawn-patrol-box").text
    assert "rossi" in page
    assert "operation" in page
    assert "from 01 May 2026 00:00 UTC until 01 Jun 2026 00:00 UTC" in page


def test_a_second_zone_of_a_name_gets_a_number(enter) -> None:
    client = enter()
    ids = [client.post("/api/v1/zones", json=drawn()).json()["id"] for _ in range(2)]
    assert ids == ["drawn-patrol-box", "drawn-patrol-box-2"]
    assert id_of("Canale di Sicília, sud") == "drawn-canale-di-sicilia-sud"


def test_a_change_of_an_old_version_is_refused(dsn, enter) -> None:
    client = enter()
    zone = client.post("/api/v1/zones", json=drawn()).json()["id"]
    seen = client.get(f"/api/v1/zones/{zone}").json()
    assert (seen["version"], seen["properties"]["name"]) == (1, "Patrol box")
    change = drawn(id=zone, version=1, name="Patrol box, wide")
    assert client.post("/api/v1/zones", json=change).json()["done"] == "changed"
    late = client.post("/api/v1/zones", json=change | {"name": "other"})
    assert (late.status_code, "open it again" in late.json()["error"]) == (409, True)
    with psycopg.connect(dsn) as connection:
        assert [one.version for one in zone_history(connection, zone)] == [1, 2]


def test_of_two_who_change_one_version_at_the_same_time_one_is_refused(dsn, enter) -> None:
    client = enter()
    zone = client.post("/api/v1/zones", json=drawn()).json()["id"]
    forms = [drawn(id=zone, version=1, name=name) for name in ("One", "Two")]
    with ThreadPoolExecutor(2) as pool:
        with session(dsn) as first:
            in_turn(first)
            sent = [pool.submit(client.post, "/api/v1/zones", json=form) for form in forms]
            until(lambda: waiting(first) == 2)
        assert sorted(one.result().status_code for one in sent) == [200, 409]


def waiting(connection: psycopg.Connection) -> int:
    """How many transactions wait for their turn."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
    return connection.execute(asked).fetchone()[0]


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"geometry": TIE}, "the border crosses itself near 40.500° north, 14.500° east"),
        ({"geometry": {"type": "Point", "coordinates": [14, 40]}}, "is a Point"),
        ({"geometry": {"type": "Polygon", "coordinates": [[[0]]]}}, "no zone"),
        ({"name": ""}, "give the zone a name"),
        ({"why": ""}, "say why"),
        ({"kind": "secret"}, "expected one of"),
        ({"leave_m": "50000"}, "expected 0 to 20000 metres"),
        ({"leave_m": "far"}, "no zone"),
        ({"valid_from": "tomorrow"}, "no zone"),
        ({"kind": "land"}, "land is not drawn by hand"),
        ({"valid_from": "2026-05-02", "valid_until": "2026-05-01"}, "end before it begins"),
    ],
)
def test_what_is_no_zone_is_refused_in_a_sentence(dsn, enter, wrong, sentence) -> None:
    answer = enter().post("/api/v1/zones", json=drawn(**wrong))
    assert answer.status_code in {400, 409}
    assert sentence in answer.json()["error"]
    assert stored(dsn) == []


def test_zones_are_listed_by_kind_with_source_and_history(enter) -> None:
    client = enter("operator")
    none = client.get("/zones").text
    assert "Nobody has drawn or imported a zone yet" in none
    ports = client.get("/zones?kind=port&q=valletta").text
    assert "Valletta" in ports
    assert "comes along" in ports
    assert "Draw a zone" not in ports
    assert "Draw a zone" in enter().get("/zones").text
    assert client.get("/zones/nowhere").status_code == 404


def test_a_zone_is_removed_with_a_reason_and_stays_in_the_history(dsn, enter) -> None:
    client = enter()
    zone = client.post("/api/v1/zones", json=drawn()).json()["id"]
    for lacks in ({"why": " ", "seen": "1"}, {"why": "operation ended"}):
        assert client.post(f"/zones/{zone}/remove", data=lacks).status_code == 400
    said = {"why": "operation ended", "seen": "1"}
    page = client.post(f"/zones/{zone}/remove", data=said).text
    assert "it is not in force" in page
    assert "operation ended" in page
    assert stored(dsn) == []
    builtin = client.post("/zones/port-valletta/remove", data={"why": "x", "seen": "1"})
    assert builtin.status_code == 409


def test_a_zone_that_somebody_changed_meanwhile_is_not_removed_and_says_who(dsn, enter) -> None:
    client = enter()
    zone = client.post("/api/v1/zones", json=drawn()).json()["id"]
    page = client.get(f"/zones/{zone}").text
    assert '<input type="hidden" name="seen" value="1">' in page
    change = drawn(id=zone, version=1, name="Wider", why="the boats drift east")
    assert enter(name="m.papas").post("/api/v1/zones", json=change).status_code == 200
    late = client.post(f"/zones/{zone}/remove", data={"why": "ended", "seen": "1"})
    assert late.status_code == 409
    for said in ("m.papas", "the boats drift east", "open it again"):
        assert said in late.text
    assert len(stored(dsn)) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_zones_leave_in_every_format_for_a_purpose(dsn, enter, form) -> None:
    client = enter()
    zone = client.post("/api/v1/zones", json=drawn()).json()["id"]
    where = f"/zones/export?format={form}&id={zone}&id=port-valletta"
    assert "For what do you take zones along?" in client.get(where).text
    said = {"purpose": "patrol of May", "to": where}
    assert client.post("/watchlist/purpose", data=said).url.query.count(b"id=") == 2
    answer = client.get(f"/zones/export?format={form}&id={zone}")
    assert answer.status_code == 200
    with psycopg.connect(dsn) as connection:
        row = audit.rows(connection, action="zones.export")[0]
    assert row.why == "patrol of May"
    assert answer.headers["content-disposition"] == f'attachment; filename="{zone}.{form}"'
    assert len(answer.content) > 100


def file_of(*zones: Zone, form: str = "geojson") -> bytes:
    return written(zones, form)


def made(name: str, west: float = 14.0) -> Zone:
    shape = shapely.normalize(shapely.box(west, 40.7, west + 0.2, 40.9))
    return Zone(name, name.title(), "custom", shape, "partners", "own")


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found if name != "form_token"}


def brought(client: httpx.Client, data: bytes, name: str) -> httpx.Response:
    return client.post("/zones/import", files={"file": (name, data)}, data={"licence": "own"})


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_looked_at_before_it_takes_effect(dsn, enter, form) -> None:
    client = enter()
    first = brought(client, file_of(made("one")), "z.geojson")
    client.post("/zones/import/apply", data=hidden_fields(first.text) | {"why": "first"})
    data = file_of(made("one", 14.1), made("two", 15.0), form=form)
    page = brought(client, data, f"patrol.{form}").text
    assert "1 new" in page
    assert "1 changed" in page
    assert 'data-states="one=changed two=added"' in page
    assert [zone.id for zone in stored(dsn)] == ["one"]
    done = client.post("/zones/import/apply", data=hidden_fields(page) | {"why": "exchange"})
    assert "1 new, 1 changed" in done.text
    assert [zone.id for zone in stored(dsn)] == ["one", "two"]
    with psycopg.connect(dsn) as connection:
        [*_, (who, why, details)] = connection.execute(
            "SELECT who, why, details FROM audit WHERE action = 'zones.import' ORDER BY number"
        ).fetchall()
    assert (who, why) == ("analyst", "exchange")
    assert json.loads(json.dumps(details))["file"] == f"patrol.{form}"


def test_a_preview_of_zones_that_were_changed_since_is_not_applied(dsn, enter) -> None:
    client = enter()
    first = brought(client, file_of(made("one")), "z.geojson")
    client.post("/zones/import/apply", data=hidden_fields(first.text) | {"why": "first"})
    page = brought(client, file_of(made("one", 14.1)), "z.geojson").text
    mine = drawn(id="one", version=1, name="Mine")
    assert client.post("/api/v1/zones", json=mine).json()["done"] == "changed"
    late = client.post("/zones/import/apply", data=hidden_fields(page) | {"why": "exchange"})
    assert (late.status_code, "bring the file once more" in late.text) == (409, True)
    assert [zone.name for zone in stored(dsn)] == ["Mine"]


def test_what_a_file_has_wrong_is_said_feature_by_feature(dsn, enter) -> None:
    bad = json.loads(ZoneSet((made("one"),)).to_bytes())
    bad["features"].append({"type": "Feature", "id": "two", "properties": {"name": "<b>tie</b>"},
                            "geometry": TIE})  # fmt: skip
    answer = brought(enter(), json.dumps(bad).encode(), "bad.geojson")
    assert answer.status_code == 400
    assert "feature 2" in answer.text
    assert "&lt;b&gt;tie" in answer.text
    assert "vedetta-uploads" not in answer.text
    assert stored(dsn) == []


def test_a_preview_belongs_to_the_person_who_brought_the_file(dsn, enter) -> None:
    page = brought(enter(), file_of(made("one")), "z.geojson").text
    other = enter("supervisor").post(
        "/zones/import/apply", data=hidden_fields(page) | {"why": "x"}
    )
    assert other.status_code == 404
    assert stored(dsn) == []


def test_a_form_without_a_file_says_so(enter) -> None:
    answer = enter().post("/zones/import", data={"kind": "custom"}, files={"file": ("", b"")})
    assert (answer.status_code, "Choose a file first" in answer.text) == (400, True)
