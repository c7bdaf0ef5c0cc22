"""Alerts over HTTP: one database, several people, and what each may see and do."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace

import psycopg
import pytest
from websockets.sync.client import connect as open_socket

from alerts.alert import Vessel
from geofence.builtin import builtin_zones
from store import audit
from store.changes import Change, in_turn
from store.connect import session
from store.incidents import changes, incident
from store.watchlist import propose
from store.zones import put_zones
from tests.plugins import people
from tests.plugins.alerted import SHIP, listed, raised, seen, shown
from tests.plugins.database import fresh_database
from tests.plugins.incidents import AYLA, BORA
from tests.plugins.waiting import until as happens
from watchlist.entries import WatchlistEntry

CALL = 970_123_456
GAP = {"silence": (5400, "s", 3600)}


@pytest.fixture(scope="module")
def world(database_server) -> Iterator[tuple[str, str]]:
    """A database and the address of its pages."""
    with fresh_database(database_server) as dsn, shown(dsn) as address:
        yield dsn, address


@pytest.fixture
def dsn(world) -> str:
    return world[0]


@pytest.fixture
def ask(world):
    """A client of one person, by role and name."""
    dsn, address = world
    with ExitStack() as open_ones:
        yield lambda role="operator", name="", **said: open_ones.enter_context(
            people.client(address, people.token(dsn, role, name, **said))
        )


@pytest.fixture
def gap(dsn) -> str:
    """A ship that went silent; each test has a vessel of its own."""
    gap.number += 1
    mmsi = 247_000_000 + gap.number
    events = [seen("gap", mmsi, evidence=GAP), seen("drift", mmsi)]
    found = raised(dsn, *events, vessels=(Vessel(mmsi, f"SHIP {mmsi}", role="cargo"),))
    return next(one.id for one in found if mmsi in one.mmsis)


gap.number = 0


def rescue(dsn: str, mmsi: int) -> str:
    found = raised(dsn, seen("distress", mmsi), vessels=())
    return next(one.id for one in found if mmsi in one.mmsis)


def act(client, alert: str, name: str, **said):
    version = said.pop("version", None) or client.get(f"/api/v1/alerts/{alert}").json()["version"]
    return client.post(f"/api/v1/alerts/{alert}/{name}", json={"version": version, **said})


def test_an_alert_says_why_with_value_threshold_and_unit_and_what_is_not_known(ask, gap):
    said = ask().get(f"/api/v1/alerts/{gap}").json()
    assert "SHIP" in said["headline"]
    assert said["sentence"].startswith("Score 0.")
    facts = [fact for event in said["events"] for fact in event["facts"]]
    assert facts[0]["value"] == 5400
    assert facts[0]["threshold"] == 3600
    assert facts[0]["unit"] == "s"
    assert any(share["points"] > 0 for share in said["shares"])
    assert any("Why she is silent" in line for line in said["unknown"])
    assert [one["name"] for one in said["deliveries"]] == ["EURTF Piraeus"]
    assert said["may"] == ["acknowledge", "assign", "comment", "snooze", "escalate", "resolve"]


def test_an_acknowledgement_stands_in_log_and_audit_and_those_who_were_told_learn_it(
    ask, dsn, gap
):
    answer = act(ask(name="a.rossi"), gap, "acknowledge")
    assert (answer.status_code, answer.json()["state"]) == (200, "acknowledged")
    with psycopg.connect(dsn) as connection:
        assert changes(connection, gap)[-1].who == "a.rossi"
        [row] = audit.rows(connection, action="alert.acknowledge", subject=gap)
    assert row.who == "a.rossi"
    assert answer.json()["deliveries"][0]["change"] == "ack"


def test_who_comes_second_is_told_what_the_first_did_and_changes_nothing(ask, dsn, gap):
    first, second = ask(name="a.rossi"), ask(name="m.papas")
    version = first.get(f"/api/v1/alerts/{gap}").json()["version"]
    act(first, gap, "resolve", version=version, verdict="explained", why="bunkering off Augusta")
    answer = act(second, gap, "escalate", version=version, why="nobody answers")
    assert answer.status_code == 409
    [change] = answer.json()["changes"]
    assert (change["who"], change["action"]) == ("a.rossi", "resolve")
    assert change["why"] == "bunkering off Augusta"
    with psycopg.connect(dsn) as connection:
        assert incident(connection, gap).alert.state == "resolved"


def test_news_of_the_service_holds_up_a_verdict_but_no_acknowledgement(ask, dsn, gap):
    client = ask()
    before = client.get(f"/api/v1/alerts/{gap}").json()
    [mmsi] = before["mmsis"]
    raised(dsn, seen("identity_change", mmsi, minutes=1), vessels=())
    late = {"version": before["version"], "verdict": "false alarm", "why": "a fault"}
    answer = act(client, gap, "resolve", **late)
    assert (answer.status_code, answer.json()["changes"][0]["who"]) == (409, "vedetta")
    assert act(client, gap, "acknowledge", version=before["version"]).status_code == 200


def test_a_distress_cannot_be_silenced_before_somebody_took_it(ask, dsn):
    alert, client = rescue(dsn, CALL), ask()
    answer = act(client, alert, "snooze", minutes=30, why="too loud")
    assert answer.status_code == 400
    assert "nobody acknowledged" in answer.json()["error"]
    assert "snooze" not in client.get(f"/api/v1/alerts/{alert}").json()["may"]
    act(client, alert, "acknowledge")
    assert "snooze" in client.get(f"/api/v1/alerts/{alert}").json()["may"]
    answer = act(client, alert, "snooze", minutes=30, why="lifeboat is alongside")
    assert answer.json()["snoozed"] > time.time() * 1000


@pytest.mark.parametrize(
    "name, said, why",
    [
        ("resolve", {"verdict": "true"}, "say why"),
        ("resolve", {"verdict": "perhaps", "why": "x"}, "choose a verdict"),
        ("assign", {"to": "nobody", "why": "x"}, "is nobody who may take it"),
        ("snooze", {"minutes": -5, "why": "x"}, "minutes: '-5'"),
        ("snooze", {"minutes": 60 * 24 * 30, "why": "x"}, "at most 168 h"),
        ("comment", {"why": "a\u202eb"}, "characters that print"),
        ("comment", {"why": "x" * 1001}, "at most 1,000"),
    ],
)
def test_a_form_that_says_too_little_is_refused_in_words(ask, gap, name, said, why):
    answer = act(ask(), gap, name, **said)
    assert answer.status_code == 400
    assert why in answer.json()["error"]


def test_an_alert_is_given_to_somebody_who_may_act_on_it(ask, gap):
    client = ask(name="a.rossi")
    ask("supervisor", "m.papas")
    ask("auditor", "w.blind")
    names = [one["name"] for one in client.get(f"/api/v1/alerts/{gap}/people").json()["people"]]
    assert "m.papas" in names
    assert "w.blind" not in names
    said = act(client, gap, "assign", to="m.papas", why="off Gavdos").json()
    assert (said["state"], said["assignee"]) == ("assigned", "m.papas")


def test_an_office_sees_what_it_was_told_and_nothing_else_exists_for_it(ask, dsn, gap):
    own = rescue(dsn, CALL + 1)
    client = ask("office", "c.catania", office="catania", member_state="ITA")
    assert client.get(f"/api/v1/alerts/{own}").status_code == 200
    hidden, never = (
        client.get(f"/api/v1/alerts/{gap}"),
        client.get("/api/v1/alerts/A-ffffffffffff"),
    )
    assert hidden.status_code == never.status_code == 404
    assert hidden.text.replace(gap, "A-ffffffffffff") == never.text
    assert act(client, gap, "comment", version=1, why="x").status_code == 404
    assert gap not in client.get("/api/v1/alerts").text
    assert client.get(f"/alerts/{gap}").status_code == 404


def test_the_acknowledgement_of_an_office_is_noted_at_what_it_was_told(ask, dsn):
    alert = rescue(dsn, CALL + 2)
    client = ask("office", "c.catania", office="catania", member_state="ITA")
    [told] = list(act(client, alert, "acknowledge").json()["deliveries"])
    assert (told["by"], told["how"], told["office"]) == ("c.catania", "page", "catania")


def test_an_office_may_say_that_it_has_seen_what_the_desk_took(ask, dsn):
    alert = rescue(dsn, CALL + 5)
    act(ask(name="a.rossi"), alert, "acknowledge")
    client = ask("office", "c.catania", office="catania", member_state="ITA")
    assert "acknowledge" in client.get(f"/api/v1/alerts/{alert}").json()["may"]
    said = act(client, alert, "acknowledge").json()
    assert (said["state"], said["who"]) == ("acknowledged", "a.rossi")
    assert {one["by"] for one in said["deliveries"]} == {"c.catania"}
    assert "acknowledge" not in said["may"]


def test_two_classes_of_people_get_the_same_bytes_but_for_what_one_may_not_know(
    world, database_server
):
    strict = {"handling": "H3", "handling_comment": "ask", "tlp": "red", "contributor": "GRC"}
    with fresh_database(database_server) as dsn:
        raised(dsn, seen("gap", AYLA), seen("drift", AYLA), vessels=(SHIP,))
        with shown(dsn) as address:
            before = answers(address, people.token(dsn, clearance="H1"))
            listed(dsn, BORA, **strict)
            entry = listed(dsn, BORA + 1, **strict)
            secret = Vessel(BORA, "BORA", listed_as=(entry,))
            raised(dsn, seen("watchlist", BORA), seen("gap", BORA), vessels=(secret,))
            time.sleep(0.5)
            clerk = answers(address, people.token(dsn, clearance="H1"))
            chief = answers(address, people.token(dsn, "supervisor", clearance="H3"))
    assert clerk == before
    assert str(BORA) in chief["frame"]
    assert str(BORA) in chief["/api/v1/alerts"]


def answers(address: str, token: str) -> dict[str, str]:
    """All that a person is told without asking for one alert."""
    where = address.replace("http", "ws", 1) + "/live"
    with open_socket(where, additional_headers=people.headers(token)) as socket:
        frame = next(text for text in iter(lambda: socket.recv(timeout=5), None)
                     if isinstance(text, str) and '"marks"' in text)  # fmt: skip
    paths = ("/api/v1/alerts", "/api/v1/alerts?state=all", f"/api/v1/vessels/{BORA}",
             f"/api/v1/vessels/{BORA}/track")  # fmt: skip
    with people.client(address, token) as client:
        # A cursor is sealed anew in each answer, and says nothing.
        said = {path: re.sub(r'"next":"[^"]+"', "", client.get(path).text) for path in paths}
    return {"frame": frame, **said}


def test_who_looked_at_which_alert_is_kept_once_for_each_hour(ask, dsn, gap):
    client = ask(name="n.newcomer")
    for _ in range(3):
        client.get(f"/api/v1/alerts/{gap}")
    client.get(f"/alerts/{gap}")
    with psycopg.connect(dsn) as connection:
        rows = audit.rows(connection, action="alert.read", subject=gap, who="n.newcomer")
    assert len(rows) == 1


def test_an_alert_reaches_an_open_socket_and_an_act_of_somebody_else_too(
    world, ask, record_property
):
    dsn, address = world
    where = address.replace("http", "ws", 1) + "/live"
    headers = people.headers(people.token(dsn))
    with open_socket(where, additional_headers=headers) as socket:
        until(socket, lambda said: said.get("type") == "marks")
        began = time.monotonic()
        alert = rescue(dsn, CALL + 3)
        until(socket, lambda said: alert in json.dumps(said))
        record_property("from commit to socket, s", round(time.monotonic() - began, 3))
        act(ask(name="a.rossi"), alert, "acknowledge")
        frame = until(socket, lambda said: '"a.rossi"' in json.dumps(said))
    [mark] = [one for one in frame["alerts"] if one["id"] == alert]
    assert (mark["state"], mark["who"]) == ("acknowledged", "a.rossi")


def test_two_people_on_one_alert_see_each_other(world, gap):
    dsn, address = world
    where = address.replace("http", "ws", 1) + "/live"
    tokens = [people.token(dsn, name=name) for name in ("a.rossi", "m.papas")]
    with (
        open_socket(where, additional_headers=people.headers(tokens[0])) as one,
        open_socket(where, additional_headers=people.headers(tokens[1])) as other,
    ):
        for socket in (one, other):
            until(socket, lambda said: gap in json.dumps(said))
            socket.send(json.dumps({"type": "looking", "alert": gap, "writing": socket is other}))
        said = until(one, lambda said: said.get("type") == "present" and said["people"])
        assert said["people"] == [{"name": "M.Papas", "writing": True}]
        other.close()
        assert until(one, lambda said: said.get("type") == "present")["people"] == []


def test_who_may_not_see_an_alert_any_more_is_no_company_there(world, gap):
    dsn, address = world
    where = address.replace("http", "ws", 1) + "/live"
    low = people.token(dsn, "supervisor", name="lowered", clearance="H2")
    with (
        open_socket(where, additional_headers=people.headers(low)) as one,
        open_socket(
            where, additional_headers=people.headers(people.token(dsn, name="stays"))
        ) as other,
    ):
        until(one, lambda said: gap in json.dumps(said))
        until(other, lambda said: gap in json.dumps(said))
        one.send(json.dumps({"type": "looking", "alert": gap}))
        until(one, lambda said: said.get("type") == "present")
        with session(dsn) as connection:
            connection.execute("UPDATE account SET role = 'auditor' WHERE name = 'lowered'")
        until(one, lambda said: said.get("type") == "marks" and not said["alerts"])
        other.send(json.dumps({"type": "looking", "alert": gap, "writing": True}))
        said = until(other, lambda said: said.get("type") == "present")
        assert said["people"] == []
        told = [one.recv(timeout=5) for _ in range(4)]
    assert not any(isinstance(part, str) and '"stays"' in part.lower() for part in told)


def test_an_alert_is_escalated_to_somebody_who_may_take_it_or_to_nobody_in_particular(ask, gap):
    assert act(ask(), gap, "escalate", to="nobody at all", why="x").status_code == 400
    assert act(ask(), gap, "escalate", why="x").json()["state"] == "escalated"


def test_json_without_end_is_refused_in_a_sentence(ask, gap):
    sent = ask().post(f"/api/v1/alerts/{gap}/comment", content="[" * 8000)
    assert (sent.status_code, "JSON object" in sent.json()["error"]) == (400, True)


def until(socket, wanted):
    for _ in range(200):
        part = socket.recv(timeout=10)
        if isinstance(part, str) and wanted(said := json.loads(part)):
            return said
    pytest.fail("it was not told")


def test_nobody_learns_who_looks_at_what_they_may_not_see(world, gap):
    dsn, address = world
    where = address.replace("http", "ws", 1) + "/live"
    clerk = people.token(dsn, "office", "c.catania", office="catania", member_state="ITA")
    with open_socket(where, additional_headers=people.headers(clerk)) as socket:
        until(socket, lambda said: said.get("type") == "marks")
        socket.send(json.dumps({"type": "looking", "alert": gap}))
        socket.send("{not json")
        socket.send('"snapshot"')
        told = [socket.recv(timeout=5) for _ in range(6)]
    assert not any(isinstance(one, str) and "present" in one for one in told)


@pytest.mark.parametrize(
    "language, said",
    [
        ("it", ("Prendere in carico", "Quante persone")),
        ("el", ("πιβεβαίωση", "Πόσοι άνθρωποι")),
    ],
)
def test_the_page_of_an_office_is_in_its_language(ask, dsn, language, said):
    alert = rescue(dsn, CALL + 4)
    office = {"it": ("catania", "ITA"), "el": ("piraeus", "GRC")}[language]
    client = ask("office", f"c.{language}", office=office[0], member_state=office[1])
    page = client.get(f"/alerts/{alert}").text
    for text in (*said, f'lang="{language}"', "<svg"):
        assert text in page


def test_an_event_is_told_in_a_sentence_of_the_language_that_the_browser_asks_for(ask, gap):
    page = ask().get(f"/alerts/{gap}", headers={"accept-language": "it-IT,it;q=0.9"}).text
    assert "Qui è stata sentita per l&#39;ultima volta, poi per" in page
    assert "<summary>Numeri</summary>" in page


def test_the_page_acknowledges_without_a_script_and_says_who_was_faster(ask, dsn, gap):
    client = ask(name="a.rossi")
    version = client.get(f"/api/v1/alerts/{gap}").json()["version"]
    page = client.post(f"/alerts/{gap}/acknowledge", data={"version": version})
    assert (page.status_code, "Acknowledged. It stands" in page.text) == (200, True)
    late = {"version": version, "why": 'a "long" remark'}
    late = ask(name="m.papas").post(f"/alerts/{gap}/comment", data=late)
    assert (late.status_code, "a.rossi was faster" in late.text) == (409, True)
    assert 'value="a &#34;long&#34; remark"' in late.text


def test_a_remark_that_is_refused_comes_back(ask, gap):
    client = ask()
    version = client.get(f"/api/v1/alerts/{gap}").json()["version"]
    told = {"version": version, "why": "y" * 1001}
    answer = client.post(f"/alerts/{gap}/comment", data=told)
    assert (answer.status_code, f'value="{"y" * 1001}"' in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "as of "), ("it", "situazione al "), ("el", "κατάσταση στις ")],
)
def test_the_pages_of_alerts_say_as_of_when_they_are(ask, gap, language, said):
    for path in ("/alerts", f"/alerts/{gap}"):
        page = ask().get(path, headers={"accept-language": language}).text
        assert re.search(rf'class="as-of">{said}\d+ \S+ \d\d:\d\d UTC<', page)
    empty = ask().get("/alerts?state=retracted", headers={"accept-language": language}).text
    assert re.search(rf'class="empty">[^<]*{said}\d', empty)
    assert '<noscript><meta http-equiv="refresh"' in empty


def test_hostile_names_are_text_on_every_page(ask, dsn):
    mmsi = 248_111_111
    bad = Vessel(mmsi, "<img src=x onerror=hit()>", role="cargo")
    raised(dsn, seen("gap", mmsi), seen("drift", mmsi), vessels=(bad,))
    client = ask()
    [alert] = [one["id"] for one in client.get("/api/v1/alerts").json()["alerts"]
               if mmsi in one["mmsis"]]  # fmt: skip
    for path in ("/alerts", f"/alerts/{alert}"):
        page = client.get(path).text
        assert "<img src=x" not in page
        assert "&lt;img src=x" in page


def test_a_remark_that_one_may_not_read_keeps_nobody_from_taking_a_rescue(ask, dsn):
    entry = listed(dsn, 229_555_077, handling="H3", handling_comment="x", contributor="GRC")
    vessel = Vessel(229_555_077, "IN NEED", listed_as=(entry,))
    found = raised(dsn, seen("distress", 229_555_077), vessels=(vessel,))
    alert = next(one.id for one in found if 229_555_077 in one.mmsis)
    with session(dsn) as connection:
        strict = replace(incident(connection, alert).alert.codes, handling="H3", comment="x",
                         contributors=("GRC",))  # fmt: skip
        said = json.dumps(asdict(strict))
        connection.execute(
            "UPDATE alert SET content = jsonb_set(content::jsonb, '{codes}', %s::jsonb) "
            "WHERE id = %s", [said, alert])  # fmt: skip
    low = ask("operator", "lowly", clearance="H1")
    looked = low.get(f"/api/v1/alerts/{alert}").json()
    assert looked["limited"]
    assert (looked["codes"]["comment"], looked["codes"]["contributors"]) == ("", [])
    cleared = ask("supervisor", "cleared", clearance="H3")
    assert act(cleared, alert, "comment", why="the owner is known").status_code == 200
    taken = act(low, alert, "acknowledge", version=looked["version"])
    assert (taken.status_code, taken.json()["state"]) == (200, "acknowledged")


def test_a_rescue_opens_while_somebody_holds_the_audit_and_is_noted_afterwards(ask, dsn):
    alert = rescue(dsn, 229_555_078)
    client = ask("operator", "hurried")
    with session(dsn) as importing:
        in_turn(importing, "audit")
        assert client.get(f"/api/v1/alerts/{alert}").json()["lane"] == "sar"
        assert "hurried" not in read_by(dsn, alert)
    happens(lambda: "hurried" in read_by(dsn, alert))


def test_a_rescue_is_acknowledged_while_somebody_imports_a_list_and_zones(ask, dsn):
    alert = rescue(dsn, 229_555_079)
    client = ask("operator", "quick")
    made = Change("importer", "a long import", dt.datetime.now(dt.UTC))
    with session(dsn) as importing:
        propose(importing, [WatchlistEntry(name="IMPORTED")], made)
        put_zones(importing, builtin_zones().zones[:1], made)
        taken = act(client, alert, "acknowledge")
        assert (taken.status_code, taken.json()["state"]) == (200, "acknowledged")
        assert act(client, alert, "comment", why="on scene").status_code == 200
        importing.rollback()
    with session(dsn) as connection:
        noted = [one.action for one in audit.rows(connection, subject=alert, who="quick")]
    assert {"alert.acknowledge", "alert.comment", "alert.read"} <= set(noted)


def read_by(dsn: str, alert: str) -> list[str]:
    with session(dsn) as connection:
        return [one.who for one in audit.rows(connection, subject=alert)
                if one.action == "alert.read"]  # fmt: skip


def test_a_version_that_is_yet_to_come_was_looked_at_by_nobody(ask, gap):
    late = act(ask(), gap, "comment", version=2**31 - 1, why="x")
    assert late.status_code == 400
    assert "version" in late.json()["error"]


def test_a_limited_alert_shows_lane_place_and_time_and_can_be_acknowledged(ask, dsn):
    entry = listed(dsn, 229_555_001, handling="H1", contributor="GRC")
    vessel = Vessel(229_555_001, "HIDDEN SHIP", listed_as=(entry,))
    found = raised(dsn, seen("watchlist", 229_555_001), vessels=(vessel,))
    alert = next(one.id for one in found if 229_555_001 in one.mmsis)
    client = ask("office", "low", office="piraeus", member_state="GRC", clearance="H0")
    said = client.get(f"/api/v1/alerts/{alert}")
    assert said.json()["limited"]
    for text in (said.text, client.get(f"/alerts/{alert}").text, client.get("/alerts").text):
        for hidden in ("hidden ship", "229555001", "listed"):
            assert hidden not in text.lower()
    assert act(client, alert, "resolve", verdict="true", why="x").status_code == 400
    assert act(client, alert, "acknowledge").json()["state"] == "acknowledged"
