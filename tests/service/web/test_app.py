import json
import re
import socket
import time

import httpx
import numpy as np
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from maps.live import wire
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from service.web.source import PartHealth
from tests.plugins.memory import NOW_MS
from tests.plugins.people import TOKENS, everybody, headers
from tests.plugins.waiting import until

TOLD_OF_FAULTS = {"operator": True, "supervisor": True, "administrator": True, "analyst": False,
                  "office": False, "auditor": False}  # fmt: skip
SIGNED_IN = headers(TOKENS["operator"])


class Client(httpx.Client):
    """A browser of sorts: questions by HTTP, and the live socket."""

    def live(self, **said: str) -> ClientConnection:
        address = str(self.base_url).replace("http", "ws", 1) + "/live"
        return connect(address, additional_headers=SIGNED_IN | said, compression=None)


@pytest.fixture
def client(source, files, facts):
    source.at_ms = int(time.time() * 1000)
    source.table["received"] = source.table["time"] = source.at_ms * 1000
    settings = WebSettings(port=0, max_clients=1, poll_s=0.05)
    app = create_app(settings, "", source=source, files=files, facts=facts,
                     sessions=everybody())  # fmt: skip
    with (
        running(app, settings) as address,
        Client(base_url=address, headers=SIGNED_IN) as client,
    ):
        yield client


def wait_ready(client, status: int = 200) -> dict:
    for _ in range(200):
        answer = client.get("/health")
        if answer.status_code == status:
            return answer.json()
    pytest.fail(f"/health never answered {status}: {answer.json()}")


def test_the_page_allows_only_our_files_and_one_script(client) -> None:
    answer = client.get("/")
    policy = answer.headers["content-security-policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)[1]
    assert f'<script nonce="{nonce}">' in answer.text
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_each_answer_has_a_nonce_of_its_own(client) -> None:
    policies = {client.get("/").headers["content-security-policy"] for _ in range(3)}
    assert len(policies) == 3


@pytest.mark.parametrize("path", ["/", "/health", "/metrics", "/api/v1/vessels", "/nowhere"])
def test_every_answer_carries_the_security_headers(client, path) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in {"no-referrer", "same-origin"}
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_files_are_cached_for_good_and_packed(client) -> None:
    path = re.search(r"/assets/\w+/live\.css", client.get("/").text)[0]
    answer = client.get(path)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    again = client.get(path, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/assets/old/live.css", "/assets/x/../../pyproject.toml"])
def test_other_files_are_not_found(client, path) -> None:
    assert client.get(path).status_code == 404


def test_the_coast_is_served_by_us(client, files) -> None:
    answer = client.get(f"{files.prefix}/mediterranean_land.geojson")
    assert answer.json()["type"] == "FeatureCollection"


def test_health_tells_every_part(client) -> None:
    report = wait_ready(client)
    assert report["live"]
    assert report["database"]["ok"]
    assert report["spool"]["lag_s"] == 0.5
    assert [feed["state"] for feed in report["feeds"]] == ["connected", "failed"]
    assert report["map"]["vessels"] == 2


def test_health_is_503_while_the_database_is_away_and_the_page_stays(client, source) -> None:
    wait_ready(client)
    source.away = True
    answered = wait_ready(client, 503)
    assert not answered["database"]["ok"]
    assert "/var/run" not in json.dumps(answered)
    assert client.get("/health/live").json() == {"live": True}
    assert client.get("/").status_code == 200
    assert client.get("/api/v1/vessels/247000001").status_code == 503
    source.away = False
    wait_ready(client)


def test_health_tells_what_failed_but_not_to_whom_it_talks(client, source) -> None:
    wait_ready(client)
    source.trouble = {"database_error": 'connection to "10.1.2.3", user "vedetta" refused'}
    report = wait_ready(client, 503)
    assert report["database_error"] is True
    assert "10.1.2.3" not in json.dumps(report)
    assert (report["poisoned"], report["refused"]) == (2, 5)
    assert report["jobs"] == {"ok": False, "since": None}


def test_metrics_name_feeds_and_counts(client) -> None:
    wait_ready(client)
    text = client.get("/metrics").text
    assert 'vedetta_feed_lines_total{feed="malta"} 7.0' in text
    assert 'vedetta_feed_up{feed="x\\"\\n<b>"} 0.0' in text
    assert 'vedetta_decoded_total{what="other._tick"} 3.0' in text
    assert 'vedetta_spool{what="lag_s"} 0.5' in text
    assert 'vedetta_spool{what="dropped.full"} 4.0' in text
    for line in ("map_vessels 2", "poisoned 2", "refused 5", "ingest_up 1", "jobs_up 0"):
        assert f"\nvedetta_{line}.0\n" in text


def test_metrics_name_a_job_that_failed(client, source) -> None:
    done = {"audit_anchor": {"state": "failed", "error": "/a/path"}, "reviews": {"state": "done"}}
    heard = source.health
    source.health = lambda: {**heard(), "jobs": PartHealth({"done": done}, source.at_ms)}
    wait_ready(client)
    text = until(
        lambda: (said := client.get("/metrics").text).count("vedetta_job_failed{") and said
    )
    assert 'vedetta_job_failed{job="audit_anchor"} 1.0' in text
    assert 'vedetta_job_failed{job="reviews"} 0.0' in text
    assert "/a/path" not in text


def test_a_vessel_is_told_in_words(client) -> None:
    told = client.get("/api/v1/vessels/247000001").json()
    assert told["flag"] == "Italy"
    assert told["type"] == "Cargo, hazard A"
    assert told["status"] == "At anchor"
    assert told["destination"] is None
    assert told["eta"] is None


def test_a_vessel_is_told_where_it_is(client) -> None:
    # The first answers may come before the shore is ready: they go without.
    told = until(
        lambda: (said := client.get("/api/v1/vessels/247000001").json())["sub_basins"] and said, 60
    )
    assert told["sub_basins"] == ["Sicily-Channel"]
    assert told["shore_nm"] == pytest.approx(11.5, abs=1.5)
    assert (told["nearest_port"], told["nearest_port_nm"]) == (None, None)


@pytest.fixture
def no_zones(facts) -> None:
    facts.away = True


def test_a_vessel_is_told_also_where_zones_cannot_be_read(no_zones, client) -> None:
    told = client.get("/api/v1/vessels/247000001").json()
    assert told["flag"] == "Italy"
    assert told["sub_basins"] is None


def test_an_identity_over_time_is_answered(client) -> None:
    told = client.get("/api/v1/vessels/247000001/identity").json()
    assert not told["one"]
    assert {value["value"] for value in told["facts"][0]["values"]} == {"OLD ONE", "MARIA K"}
    assert client.get("/api/v1/vessels/248000002/identity").status_code == 404


@pytest.mark.parametrize(
    "mmsi, status",
    [("123456789", 404), ("12345678901", 404), ("1" * 5000, 404), ("x", 404), ("٣", 404)],
)
def test_an_unknown_vessel_is_not_found(client, mmsi, status) -> None:
    assert client.get(f"/api/v1/vessels/{mmsi}").status_code == status


def test_search_answers_name_and_place(client) -> None:
    wait_ready(client)
    found = client.get("/api/v1/vessels?q=maria").json()["vessels"]
    assert [vessel["mmsi"] for vessel in found] == [247_000_001]
    assert (found[0]["lon"], found[0]["imo"]) == (14.5, 9_074_729)


def track_of(source, n: int) -> None:
    source.points = np.zeros(n, source.points.dtype)
    source.points["time"] = (np.arange(n) * 1_000_000).astype("M8[us]")
    source.points["segment"] = np.arange(n) % 2


def test_a_track_is_of_one_segment_if_asked(client, source) -> None:
    track_of(source, 10)
    points = client.get("/api/v1/vessels/247000001/track?segment=1").json()["points"]
    assert [point[0] for point in points] == [1000, 3000, 5000, 7000, 9000]


def test_a_long_track_is_thinned_and_keeps_its_end(client, source) -> None:
    track_of(source, 20_000)
    points = client.get("/api/v1/vessels/247000001/track").json()["points"]
    assert 2_500 <= len(points) <= 3_000
    assert points[-1][0] == 19_999_000


@pytest.mark.parametrize("query", ["hours=-1", "hours=nan", "hours=inf", "hours=x", "segment=-2"])
def test_a_wrong_number_is_refused_in_words(client, query) -> None:
    answer = client.get(f"/api/v1/vessels/247000001/track?{query}")
    assert answer.status_code == 400
    assert "expected a number from 0" in answer.json()["error"]


def frames(socket: ClientConnection, count: int) -> list[wire.Frame]:
    found: list[wire.Frame] = []
    while len(found) < count:
        message = socket.recv(timeout=10)
        if isinstance(message, bytes):
            found.append(wire.decode(message))
    return found


def test_the_live_socket_sends_a_snapshot_then_numbered_deltas(client) -> None:
    wait_ready(client)
    with client.live() as socket:
        first, second, third = frames(socket, 3)
    assert (first.kind, len(first.ships)) == (wire.SNAPSHOT, 2)
    assert (second.kind, second.sequence) == (wire.DELTA, first.sequence + 1)
    assert third.sequence == first.sequence + 2


def test_a_client_that_lost_count_gets_a_snapshot(client) -> None:
    wait_ready(client)
    with client.live() as socket:
        frames(socket, 2)
        socket.send("snapshot")
        assert wire.SNAPSHOT in {frame.kind for frame in frames(socket, 5)}


def test_the_live_socket_says_how_the_feeds_are(client) -> None:
    wait_ready(client)
    with client.live() as socket:
        status = json.loads(socket.recv(timeout=10))
    assert status["feeds"][0]["name"] == "malta"


def test_that_a_feed_is_broken_everybody_is_told_and_what_it_is_who_has_it_mended(client) -> None:
    wait_ready(client)
    with client.live() as socket:
        status = socket.recv(timeout=10)
    assert json.loads(status)["feeds"][1]["fault_at"] == NOW_MS
    assert "10.9.8.7" not in status
    for role, told in TOLD_OF_FAULTS.items():
        client.headers["cookie"] = headers(TOKENS[role])["cookie"]
        # Who came here through a proxy is a person; the house's own machine is told all.
        report = client.get("/health", headers={"x-forwarded-for": "10.0.0.9"}).json()
        page = client.get("/hearing").text
        answered = client.get("/api/v1/feeds/faults")
        assert report["feeds"][1]["fault_at"] == NOW_MS
        assert "a fault since 14 Nov 22:13 UTC" in page
        assert ("10.9.8.7" in page, "10.9.8.7" in json.dumps(report)) == (told, told), role
        assert answered.status_code == (200 if told else 403)
        assert ("10.9.8.7" in answered.text) == told


def test_a_foreign_page_may_not_open_the_live_socket(client) -> None:
    with pytest.raises(InvalidStatus) as refused:
        client.live(origin="http://evil.example")
    assert refused.value.response.status_code == 403


def test_a_page_by_another_scheme_is_a_foreign_page(client) -> None:
    with pytest.raises(InvalidStatus):
        client.live(origin=str(client.base_url).replace("http", "https", 1))


@pytest.mark.parametrize("path", ["/", "/health", "/api/v1/vessels?q=maria", "/nowhere"])
def test_a_foreign_name_that_points_here_is_refused(client, path) -> None:
    answer = client.get(path, headers={"host": "rebound.example"})
    assert answer.status_code == 400
    assert "web.hosts" in answer.text


def test_a_foreign_name_opens_no_socket(client) -> None:
    way = socket.create_connection((client.base_url.host, client.base_url.port))
    with way, pytest.raises(InvalidStatus) as refused:
        connect("ws://rebound.example/live", sock=way, origin="http://rebound.example")
    assert refused.value.response.status_code == 403


def test_our_own_page_may_open_the_live_socket(client) -> None:
    wait_ready(client)
    with client.live(origin=str(client.base_url)) as socket:
        assert frames(socket, 1)


def test_one_map_too_many_is_turned_away(client) -> None:
    with client.live() as first, client.live() as second:
        first.recv(timeout=10)
        with pytest.raises(ConnectionClosed) as refused:
            second.recv(timeout=10)
    assert refused.value.rcvd.code == 1013


def test_one_address_cannot_take_all_places(source, files) -> None:
    settings = WebSettings(port=0, max_clients=50, max_per_peer=2, poll_s=0.05)
    app = create_app(settings, "", source=source, files=files, sessions=everybody())
    with (
        running(app, settings) as address,
        Client(base_url=address) as client,
        client.live() as one,
        client.live() as two,
        client.live() as three,
    ):
        assert one.recv(timeout=10)
        assert two.recv(timeout=10)
        with pytest.raises(ConnectionClosed) as refused:
            three.recv(timeout=10)
    assert refused.value.rcvd.code == 1013


def test_the_usual_traffic_is_cells_with_ships_and_the_axis_of_their_courses(client):
    said = client.get("/api/v1/traffic").json()
    assert (said["version"], said["until"], said["cell_deg"]) == (3, "2026-05-01", 0.1)
    assert said["cells"] == [[14.1, 35.8, 912, 118], [14.2, 35.8, 40, None]]


def test_the_coverage_is_cells_with_what_is_heard_there(client):
    said = client.get("/api/v1/coverage").json()
    assert said == {
        "cell_deg": 0.25,
        "cells": [[14.125, 35.875, 90.5, 2, 31.0], [14.375, 35.875, 2.0, 1, None]],
    }


def test_what_detectors_and_alerts_could_not_do_is_in_health_and_metrics(client) -> None:
    report = wait_ready(client)
    assert (report["events"], report["alerts_failed"]) == (12, 1)
    assert report["detectors_failed"] == {"gap": 2}
    told = client.get("/metrics").text
    for line in (
        "vedetta_events_total 12.0",
        "vedetta_alerts_failed 1.0",
        'vedetta_detector_failures_total{detector="gap"} 2.0',
    ):
        assert line in told
    assert "/a/path" not in told + str(report)


def test_figures_that_would_tell_of_a_hidden_alert_are_for_machines(client) -> None:
    wait_ready(client)
    proxied = {"x-forwarded-for": "192.0.2.7"}
    report = client.get("/health", headers=proxied).json()
    assert report["ready"]
    assert not {"events", "deliveries"} & report.keys()
    told = client.get("/metrics", headers=proxied).text
    assert "vedetta_ready" in told
    assert "vedetta_events" not in told
    assert "vedetta_deliver" not in told
    assert "vedetta_map_sent_bytes" not in told
    assert "vedetta_map_replaced_texts" not in told
    assert "vedetta_map_sent_bytes" in client.get("/metrics").text


def test_messages_that_wait_are_in_health_and_metrics(client, source) -> None:
    mail = {"sent": 4, "waiting": 1, "oldest_waiting_s": 7.5}
    health = source.health
    source.health = lambda: (
        health() | {"jobs": PartHealth({"deliveries": {"mail": mail}}, source.at_ms)}
    )
    until(lambda: client.get("/health").json()["deliveries"] == {"mail": mail})
    told = client.get("/metrics").text
    assert 'vedetta_deliveries{channel="mail",state="waiting"} 1.0' in told
    assert 'vedetta_delivery_oldest_seconds{channel="mail"} 7.5' in told
