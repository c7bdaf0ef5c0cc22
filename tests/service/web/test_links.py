"""The page of links and the same for programs: purpose, rights, evidence, bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.plugins import linked
from tests.plugins.database import fresh_database
from tests.plugins.desks import Desk, desk
from tests.plugins.linked import CONSORT, HIDDEN, MARIA, REFLAGGED, STELLA, TWIN

PAGE = f"/links?vessel={MARIA}&hops=3"


@pytest.fixture(scope="module")
def room(database_server, files_of_module) -> Iterator[Desk]:
    with fresh_database(database_server) as dsn:
        linked.fill(dsn)
        with desk(dsn, files=files_of_module) as made:
            yield made


@pytest.fixture(scope="module")
def files_of_module(tmp_path_factory):
    from service.web.files import WebFiles

    folder = tmp_path_factory.mktemp("files")
    (folder / "leaflet" / "dist").mkdir(parents=True)
    for name in ("leaflet.js", "leaflet.css"):
        (folder / "leaflet" / "dist" / name).write_text("/* none */")
    return WebFiles(folder)


@pytest.fixture(scope="module")
def high(room) -> httpx.Client:
    client = room.as_("analyst", "high", clearance="H3")
    client.post("/watchlist/purpose", data={"purpose": "case 12", "to": "/links"})
    return client


@pytest.fixture(scope="module")
def low(room) -> httpx.Client:
    client = room.as_("operator", "low", clearance="H1")
    client.post("/watchlist/purpose", data={"purpose": "the watch", "to": "/links"})
    return client


def test_the_purpose_is_asked_first(room) -> None:
    stranger = room.as_("analyst", "stranger")
    page = stranger.get(PAGE)
    assert "For what do you read the list?" in page.text
    assert "STELLA" not in page.text


def test_each_link_opens_its_evidence(high) -> None:
    page = high.get(PAGE).text
    assert f'href="/alerts/{linked.MET}"' in page
    assert 'href="/watchlist/V-000002"' in page
    assert 'href="/watchlist/V-000005/persons"' in page
    assert f'href="/#6/38/15?vessel={MARIA}"' in page
    at = re.search(
        r'href="(/#12/35\.0000/14\.\d+\?vessel=\d+&amp;replay=\d{8}T\d{6}&amp;[^"]+)"', page
    )
    assert at, "a meeting without an alert opens the map at its time and place"


def test_the_picture_is_never_alone(high) -> None:
    page = high.get(PAGE).text
    drawn = {*re.findall(r'class="edge [^"]*" data-one="([^"]+)" data-other="([^"]+)"', page)}
    listed = {
        *re.findall(
            r'<tr id="pair-\d+" tabindex="-1" data-one="([^"]+)" data-other="([^"]+)"', page
        )
    }
    assert drawn == listed != set()
    for number in re.findall(r'href="#pair-(\d+)"', page):
        assert f'id="pair-{number}"' in page


def test_the_chain_and_who_lies_between_stand_in_words(high) -> None:
    page = high.get(f"{PAGE}&to={TWIN}").text
    assert "3 steps: MARIA K and STELLA: lay beside each other" in page
    assert "she lies between" in page


@pytest.mark.parametrize("called", ["stella", " Stella "])
def test_a_vessel_is_named_by_what_she_calls_herself(high, called) -> None:
    page = high.get("/links", params={"vessel": called}).text
    assert "Links of STELLA" in page


def test_where_several_are_meant_each_is_offered(high) -> None:
    page = high.get("/links", params={"vessel": "mari", "hops": "2"}).text
    assert "Which vessel do you mean?" in page
    links = re.findall(r'<li><a href="(/links[^"]+)">(MARIA[^<]*)', page)
    assert {said.split(", IMO")[0] for _, said in links} == {
        f"MARIA K, MMSI {MARIA}", f"MARIA, MMSI {REFLAGGED}"
    }  # fmt: skip
    assert "hops=2" in links[0][0]
    assert "Links of MARIA" in high.get(links[0][0].replace("&amp;", "&")).text


def test_a_slip_is_offered_and_never_taken_for_granted(high) -> None:
    page = high.get("/links", params={"vessel": MARIA, "to": "STELA"}).text
    assert "Which vessel do you mean?" in page
    assert f"vessel={MARIA}&amp;to={STELLA}" in page
    assert "is no vessel that we heard by this name" in high.get("/links?vessel=ZZZZZZ").text
    told = high.get("/api/v1/links?vessel=STELA")
    assert told.status_code == 400
    assert f"STELLA, MMSI {STELLA}" in told.text


def test_hostile_names_are_text(high) -> None:
    page = high.get(PAGE).text
    assert "&lt;b&gt;&#34;CON&amp;SORT" in page
    assert '<b>"CON' not in page


def test_a_listed_vessel_that_one_may_not_know_of_is_as_any_other(low, high) -> None:
    page = low.get(PAGE).text
    assert "V-000003" not in page
    assert "SECRET SISTER" not in page
    assert "GRC" not in page.replace("cargo, GRC", "")
    told = low.get(f"/api/v1/links?vessel={MARIA}&hops=3").json()
    [her] = [one for one in told["nodes"] if one["mmsi"] == HIDDEN]
    assert her["listed"] == []
    assert [one for one in told["links"] if f"{HIDDEN}" in (one["one"], one["other"])] == [
        one for one in told["links"]
        if {one["one"], one["other"]} == {f"{HIDDEN}", f"{CONSORT}"}
    ]  # fmt: skip
    assert "V-000003" in high.get(PAGE).text


def test_programs_get_the_list_only_with_a_purpose(room, high) -> None:
    asked = f"/api/v1/links?vessel={MARIA}"
    told = high.get(asked).json()
    assert told["purpose"]
    assert "V-000001" in {one["id"] for one in told["nodes"]}
    bare = room.as_("analyst", "unsaid", clearance="H3").get(asked).json()
    assert not bare["purpose"]
    assert {one["id"] for one in bare["nodes"]} == {
        f"{one}" for one in (MARIA, STELLA, REFLAGGED, CONSORT, HIDDEN)
    }
    assert all(one["listed"] == [] for one in bare["nodes"])


@pytest.mark.parametrize(
    ("asked", "status", "because"),
    [
        ("vessel=x", 400, "is no vessel"),
        ("vessel=imo:1234567", 404, "nobody has sent this IMO number"),
        ("vessel=247000001&since=2019-01-01", 400, "at most 400 days"),
        ("all=1&since=2026-01-01", 400, "at most 31 days for the whole sea"),
        ("vessel=247000001&hops=9", 400, "expected 1 to 3 steps"),
        ("vessel=247000001&tie=<script>", 400, "expected some of"),
    ],
)
def test_bounds_are_said_in_words(high, asked, status, because) -> None:
    page = high.get(f"/links?{asked}")
    assert (page.status_code, because in page.text) == (status, True)
    assert "<script>" not in page.text
    told = high.get(f"/api/v1/links?{asked}")
    assert (told.status_code, because in told.json()["error"]) == (status, True)


def test_where_nothing_is_known_it_says_what_was_looked_at(high) -> None:
    page = high.get("/links?vessel=271999999").text
    assert "Nothing ties MMSI 271999999 to anybody" in page
    assert "who sends no AIS is in no tie" in page


def test_without_a_vessel_there_is_only_the_question(high) -> None:
    page = high.get("/links").text
    assert "The whole sea, the last 7 days" in page
    assert "STELLA" in high.get("/links?all=1").text


def test_every_look_stands_in_the_audit_with_its_purpose(room, high) -> None:
    high.get(PAGE)
    with room.connection() as connection:
        [who, why, details] = connection.execute(
            "SELECT who, why, details FROM audit WHERE action = 'links.read' "
            "AND subject = %s AND why = 'case 12' ORDER BY number DESC LIMIT 1", [f"MMSI {MARIA}"],
        ).fetchone()  # fmt: skip
    assert (who, why) == ("high", "case 12")
    assert details["hops"] == 3


def test_the_export_is_offered_filled_in_and_leaves_by_its_form(high) -> None:
    page = high.get(PAGE).text
    [form] = re.findall(r'href="(/exports/new\?kind=links&amp;format=graphml[^"]+)"', page)
    shown = high.get(form.replace("&amp;", "&")).text
    assert f'value="{MARIA}"' in shown
    assert '<input type="hidden" name="hops" value="3">' in shown
    asked = {"kind": "links", "format": "graphml", "vessel": f"{MARIA}", "hops": "2",
             "from": f"{linked.SPAN[0]:%Y-%m-%dT%H:%MZ}", "reason": "case 12"}  # fmt: skip
    done = high.get("/api/v1/export/links", params=asked)
    assert done.status_code == 200, done.text
    got = high.get(done.json()["file"])
    assert got.content.startswith(b'<?xml version="1.0"')
    assert "entry:V-000003" in {one["what"] for one in done.json()["sidecar"]["kept_back"]}
