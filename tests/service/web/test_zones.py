import asyncio
import threading
import time

import pytest

from geofence.zones import ZoneSet
from maps.live.zones import ZoneChart
from service.web import zones as zones_of
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.zones import ZonesInForce
from tests.plugins.memory import area
from tests.plugins.people import TOKENS, everybody
from tests.plugins.people import client as signed_in


def test_the_zones_are_made_ready_once_for_each_edition(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)
    first = in_force.chart()
    clock.at += 60
    assert in_force.chart() is first
    assert facts.read == 1


def test_a_new_edition_is_taken_after_some_seconds(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)
    in_force.chart()
    facts.set = ZoneSet((area("Box", "custom"),))
    assert [zone.id for zone in in_force.chart().zones] == ["sicily-channel"]
    clock.at += 6
    assert [zone.id for zone in in_force.chart().zones] == ["box"]


def test_the_last_zones_stay_while_the_database_is_away(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)
    first = in_force.chart()
    facts.away = True
    clock.at += 60
    assert in_force.chart() is first


def test_the_same_zones_under_a_new_number_are_a_new_edition(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)
    in_force.chart()
    facts.version += 1
    clock.at += 6
    assert in_force.chart().version == 4


def test_many_who_ask_at_once_are_one_reading(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)

    async def many() -> list[ZoneChart]:
        return await asyncio.gather(*(in_force.newest() for _ in range(50)))

    assert len({id(chart) for chart in asyncio.run(many())}) == 1
    assert facts.read == 1


def test_nobody_waits_for_a_new_edition_who_can_have_the_last(facts, clock) -> None:
    in_force = ZonesInForce(facts, clock)
    first = in_force.chart()
    clock.at += 60
    going_on = threading.Event()
    begun = threading.Event()

    def slow() -> tuple[int, str]:
        begun.set()
        assert going_on.wait(10)
        return 4, facts.set.sha256()

    facts.edition = slow

    async def two() -> tuple[ZoneChart, ZoneChart]:
        asking = asyncio.create_task(in_force.newest())
        await asyncio.to_thread(begun.wait, 10)
        at_once = await in_force.newest()
        going_on.set()
        return at_once, await asking

    at_once, later = asyncio.run(two())
    assert at_once is first
    assert later.version == 4


def test_before_the_first_zones_a_failure_is_told(facts, clock) -> None:
    facts.away = True
    with pytest.raises(OSError, match="refused"):
        ZonesInForce(facts, clock).chart()


@pytest.fixture
def client(source, files, facts):
    source.at_ms = int(time.time() * 1000)
    settings = WebSettings(port=0, poll_s=0.05)
    app = create_app(settings, "", source=source, files=files, facts=facts, sessions=everybody())
    with running(app, settings) as address, signed_in(address, TOKENS["operator"]) as client:
        client.app = app
        yield client


def test_zones_are_sent_packed_and_not_twice(client, facts) -> None:
    answer = client.get("/api/v1/zones")
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["etag"] == f'"{facts.set.sha256()}-3"'
    assert answer.json()["version"] == 3
    assert answer.json()["features"][0]["properties"]["name"] == "Sicily-Channel"
    again = client.get("/api/v1/zones", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_who_cannot_unpack_gets_them_plain(client) -> None:
    packed = client.get("/api/v1/zones")
    plain = client.get("/api/v1/zones", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.json() == packed.json()


def test_a_place_names_its_zones_and_what_they_are_worth(client) -> None:
    told = client.get("/api/v1/zones/at?lon=14.5&lat=36").json()
    assert told["zones"] == [
        {
            "id": "sicily-channel",
            "name": "Sicily-Channel",
            "kind": "sub_basin",
            "source": "drawn by hand",
            "licence": "own",
            "version": "",
            "legal_status": "indicative",
        }
    ]
    assert client.get("/api/v1/zones/at?lon=0&lat=36").json()["zones"] == []


@pytest.mark.parametrize(
    "query",
    ["", "lon=14", "lon=x&lat=1", "lon=nan&lat=1", "lon=1&lat=91", "lon=1e999&lat=1", "lon=&lat=0",
     "lon=-inf&lat=0", "lon=1%0A2&lat=0", f"lon={'9' * 5000}&lat=0"],
)  # fmt: skip
def test_a_place_that_is_none_is_refused_in_words(client, query) -> None:
    answer = client.get(f"/api/v1/zones/at?{query}")
    assert answer.status_code == 400
    said = answer.json()["error"]
    assert "expected degrees from -" in said
    assert "\n" not in said
    assert len(said) < 90


@pytest.fixture
def away(facts) -> None:
    facts.away = True


def test_zones_that_cannot_be_read_are_503_in_one_sentence(away, client) -> None:
    answer = client.get("/api/v1/zones")
    assert answer.status_code == 503
    assert answer.json() == {"error": "the database does not answer; try again in a moment"}


def test_zones_that_are_long_in_the_making_are_said_to_be(facts, client, monkeypatch) -> None:
    monkeypatch.setattr(zones_of, "_PATIENCE_S", 0.05)
    going_on = threading.Event()
    client.app.state.zones = ZonesInForce(facts)
    facts.zones = lambda _: going_on.wait(10) and facts.set
    answer = client.get("/api/v1/zones")
    going_on.set()
    assert answer.status_code == 503
    assert answer.json() == {"error": "the zones are being made ready; try again in a moment"}
