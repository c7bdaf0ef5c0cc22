"""Exports at pages and by the API: made at once or by the jobs process, and whose they are."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from service.exporting.asking import Asked
from service.exporting.ordering import KEPT, Orders
from store.connect import session
from store.export_orders import order_of, orders_of
from tests.plugins import people
from tests.plugins.desks import Desk, desk
from tests.plugins.exported import BEGIN, END, FORMULA, SECRET, WHY, audited

ASKED = {"format": "geojson", "vessel": str(FORMULA), "from": "2026-05-01T08:00:00Z",
         "to": "2026-05-01T09:00:00Z", "reason": "a look"}  # fmt: skip


@pytest.fixture(scope="module")
def room(sea: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("exports")
    with desk(sea, exports=Orders(sea, folder)) as one:
        yield one


def test_a_program_asks_and_fetches_the_file_with_its_sidecar(room: Desk) -> None:
    client = room.as_("analyst")
    said = client.get("/api/v1/export/positions", params=ASKED, timeout=60).json()
    assert said["state"] == "ready"
    answer = client.get(said["file"])
    assert hashlib.sha256(answer.content).hexdigest() == said["sidecar"]["file"]["sha256"]
    assert said["export"] in answer.headers["content-disposition"]
    assert said["sidecar"]["who"] == "analyst"
    assert client.get(f"/api/v1/exports/{said['export']}").json()["taken"]


def test_an_export_is_its_askers_alone(room: Desk) -> None:
    said = room.as_("analyst").get("/api/v1/export/tracks", params=ASKED, timeout=60).json()
    other = room.as_("supervisor")
    for path in (f"/api/v1/exports/{said['export']}", f"/exports/{said['export']}", said["file"]):
        assert other.get(path).status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"reason": ""}, 400, "say why"),
        ({"from": "yesterday"}, 400, "is no time"),
        ({"format": "cap"}, 400, "ask for alerts"),
        ({"vessel": "imo:1234567"}, 404, "nobody has sent"),
        ({"vessel": "999"}, 409, "nothing to export"),
        ({"alert": SECRET}, 404, "no such alert"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    room: Desk, changes: dict[str, str], status: int, why: str
) -> None:
    answer = room.as_("analyst").get("/api/v1/export/tracks", params=ASKED | changes, timeout=60)
    assert answer.status_code == status
    assert why in answer.json()["error"]


def test_codes_forbid_at_the_page_too_and_the_audit_knows(room: Desk) -> None:
    # Cleared for H2 of the contributor: they may read it, and it may not leave all the same.
    client = room.as_("analyst", "named", clearance="H3", member_state="GRC")
    form = {"kind": "alerts", "format": "csv", "alert": SECRET, "reason": "a look"}
    answer = client.post("/exports", data=form, timeout=60)
    assert answer.status_code == 409
    assert "handling H2" in answer.text
    *_, told = audited(room.dsn, "alerts.export_refused")
    assert told["query"]["alert"] == SECRET


def test_a_person_exports_by_the_form(room: Desk) -> None:
    client = room.as_("supervisor")
    form = client.get("/exports/new", params={"kind": "tracks", "vessel": str(FORMULA)}).text
    assert f'value="{FORMULA}"' in form
    made = client.post("/exports", data={"kind": "tracks", **ASKED}, timeout=60)
    assert made.status_code == 303
    page = client.get(made.headers["location"]).text
    assert "Fetch the file" in page
    assert "H0, TLP:GREEN" in page
    assert client.get(f"{made.headers['location']}/sidecar").json()["kind"] == "tracks"
    assert made.headers["location"] in client.get("/exports").text


def test_what_is_long_is_made_by_the_jobs_process_and_expires(sea: str, tmp_path: Path) -> None:
    now = dt.datetime.now(dt.UTC)
    orders = Orders(sea, tmp_path, most=10, clock=lambda: now)
    account = people.add(sea, "analyst")
    person = people.person("analyst")
    person = type(person)(account.id, account.name, "A", "analyst")
    asked = Asked("positions", "csv", start=BEGIN, end=END, polygon=((14, 35), (17, 35), (15, 37)))
    order = orders.order(asked, WHY, person)
    assert order.state == "waiting"
    assert not list(tmp_path.iterdir())
    assert orders.work(lambda: False) == {"made": 1, "gone": 0}
    with session(sea) as connection:
        ready = order_of(connection, order.id, account.id)
    assert ready is not None
    assert (ready.state, ready.asked) == ("ready", order.asked)
    assert ready.sidecar["rows"] > 10
    assert orders.path_of(ready).exists()
    later = Orders(sea, tmp_path, clock=lambda: now + KEPT + dt.timedelta(seconds=1))
    assert later.work(lambda: False)["gone"] >= 1
    assert not list(tmp_path.iterdir())


def test_a_job_of_somebody_who_may_no_longer_export_fails(sea: str, tmp_path: Path) -> None:
    orders = Orders(sea, tmp_path, most=1)
    account = people.add(sea, "operator", "demoted")
    person = type(people.person("analyst"))(account.id, account.name, "D", "analyst")
    orders.order(Asked("positions", "csv", start=BEGIN, end=END), WHY, person)
    orders.work(lambda: False)
    with session(sea) as connection:
        [kept] = orders_of(connection, account.id, 10)
    assert kept.state == "failed"
    assert "may not export" in kept.said


@pytest.mark.parametrize("kind", ["alerts", "events", "watchlist", "links"])
def test_a_token_for_exports_alone_opens_no_alerts_no_list_and_no_links(
    room: Desk, kind: str
) -> None:
    client = room.as_("analyst")
    given = {"label": kind, "days": "3", "old": people.PASSWORD, "deed": ["export"]}
    made = client.post("/account/tokens", data=given).text
    token = re.search(r'<code class="token">([^<]+)</code>', made)[1]
    layout = {"links": "graphml", "watchlist": "csv"}.get(kind, "geojson")
    asked = {**ASKED, "format": layout}
    if kind == "watchlist":
        del asked["from"], asked["to"]
    with httpx.Client(base_url=room.address, headers={"authorization": f"Bearer {token}"},
                      timeout=60) as program:  # fmt: skip
        assert program.get("/api/v1/export/tracks", params=ASKED).status_code == 200
        answer = program.get(f"/api/v1/export/{kind}", params=asked)
        assert (answer.status_code, "not given here" in answer.text) == (403, True)
        own = client.get(f"/api/v1/export/{kind}", params=asked, timeout=60).json()
        if "export" in own:
            assert program.get(f"/api/v1/exports/{own['export']}/file").status_code == 404


def test_a_file_is_given_out_no_longer_than_its_codes_allow_and_each_time_is_a_row(
    room: Desk,
) -> None:
    client = room.as_("analyst", "moved", clearance="H3")
    asked = {name: ASKED[name] for name in ("from", "to")}
    asked |= {"format": "csv", "reason": "note 3", "permission": "GRC, note 3"}
    made = client.get("/api/v1/export/alerts", params=asked, timeout=60).json()
    assert made["sidecar"]["codes"]["handling"] == "H2"
    for _ in range(2):
        assert client.get(made["file"]).status_code == 200
    assert len([*audited(room.dsn, "alerts.fetch")]) == 2
    with session(room.dsn) as connection:
        connection.execute("UPDATE account SET clearance = 'H1' WHERE name = 'moved'")
    room.app.state.sessions.forget()
    for path in (made["file"], f"/exports/{made['export']}", f"/exports/{made['export']}/sidecar"):
        assert client.get(path).status_code == 404
    assert len([*audited(room.dsn, "alerts.fetch")]) == 2
