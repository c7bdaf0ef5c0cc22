"""A desk with something on every page: people, alerts, list, cases, zones, exports, questions."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from service.exporting.ordering import Orders
from service.passwords import new_secret
from service.people_settings import PeopleSettings
from service.receipts import Links, ReceiptSettings
from service.signing_in import key_of
from service.web.acknowledging import Acknowledging
from service.web.app import create_app
from service.web.server import running
from service.web.settings import WebSettings
from store import trends
from store.connect import session
from store.live import put_health
from store.people import MUST_SET
from store.sessions import Session, put_session
from tests.plugins import linked, people, sailed
from tests.plugins.alerted import ROUTING, SHIP, raised, seen
from tests.plugins.trending import REPORT, UNTIL

SECRET = {"VEDETTA_LINK_SECRET": "s" * 32}
_CODES = {"handling": "H1", "source_grade": "B", "info_grade": "3", "tlp": "amber",
          "priority": "high"}  # fmt: skip
_BOX = {"type": "Polygon", "coordinates": [[[14, 35.2], [14.6, 35.2], [14.6, 35.7], [14, 35.7],
                                            [14, 35.2]]]}  # fmt: skip
ZONES = (
    '{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "patrol-a", "properties"'
    ': {"name": "Patrol A", "kind": "custom"}, "geometry": {"type": "Polygon", "coordinates": '
    "[[[14, 40.7], [14.2, 40.7], [14.2, 40.9], [14, 40.9], [14, 40.7]]]}}]}"
)


@dataclass
class Furnished:
    """What stands there: ``ids`` by a short word, ``app`` and where it answers."""

    dsn: str
    app: Starlette
    address: str
    ids: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, role: str) -> str:
        """The session of somebody of ``role``, who may see all that such a role may."""
        if role not in self.tokens:
            self.tokens[role] = people.token(self.dsn, role, clearance="H2")
        return self.tokens[role]

    def as_(self, role: str) -> httpx.Client:
        """A client of somebody of ``role``, to be closed by who asks."""
        return people.signed_in(self.address, self.token(role))

    def at_step(self, step: str) -> str:
        """A session of somebody who is on the way in, at ``step``."""
        now, token = dt.datetime.now(dt.UTC), f"on-the-way-{step}"
        state = {"state": MUST_SET} if step == "password" else {}
        secret = new_secret() if step == "enrol" else ""
        account = people.add(self.dsn, "office", f"new.{step}", **state)
        ends = now + dt.timedelta(minutes=10)
        with session(self.dsn) as connection:
            kept = Session(key_of(token), account.id, step, now, now, ends, secret)
            put_session(connection, kept)
        return token


@contextmanager
def furnished(dsn: str, folder: Path, **said: Any) -> Iterator[Furnished]:
    """Run the application on ``dsn``, with something on every page."""
    now = dt.datetime.now(dt.UTC)
    linked.fill(dsn)
    sailed.sailed(dsn, now - dt.timedelta(hours=1), offset=5000)
    feeds = [{"name": "malta", "kind": "tcp", "state": "connected", "lines": 3,
              "last_line_at": now.timestamp()}]  # fmt: skip
    with session(dsn) as connection:
        trends.put_report(connection, UNTIL, REPORT.as_dict(), UNTIL)
        put_health(connection, "ingest", {"feeds": feeds, "spool": {"lag_s": 0.5}}, now)
        put_health(connection, "jobs", {}, now)
    settings = WebSettings(port=0, poll_s=0.5)
    links = Links("http://desk", ReceiptSettings(), SECRET)
    app = create_app(
        settings, dsn, routing=ROUTING, people=PeopleSettings(totp="off"),
        exports=Orders(dsn, folder), acknowledging=Acknowledging(dsn, links, ROUTING), **said,
    )  # fmt: skip
    with running(app, settings) as address:
        made = Furnished(dsn, app, address)
        _alerts(made, links)
        for fill in (_log, _cases, _by_hand, _list, _analysts, _people):
            fill(made)
        yield made


def _alerts(made: Furnished, links: Links) -> None:
    mayday = seen("distress", sailed.STELLA, lane="sar", lon=15.5, lat=36.4, minutes=6)
    gap = seen("gap", sailed.MARIA, minutes=20, lon=14.7, lat=35.9)
    met = seen("encounter", SHIP.mmsi, linked.QUIET, minutes=40)
    for one in sorted(raised(made.dsn, mayday, gap, met), key=lambda one: one.started_us):
        made.ids[one.lane] = one.id
    made.ids["ack"] = links.link_of(f"{made.ids['sar']}.1.catania").rsplit("/", 1)[-1]
    made.ids["ack_el"] = links.link_of(f"{made.ids['sar']}.1.piraeus").rsplit("/", 1)[-1]


def _log(made: Furnished) -> None:
    with made.as_("operator") as anna:
        _good(anna.post("/log/notes", data={"text": "called MRCC Rome\nthey take it on",
                                            "place": "off Gavdos"}))  # fmt: skip
        page = anna.get("/log/hand-over?hours=6").text
        given = {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1].replace("&#43;", "+")
                 for name in ("since", "read")}  # fmt: skip
        told = {**given, "summary": "All calm.\nRome has the boat.", "password": people.PASSWORD}
        made.ids["hand_over"] = _last(_good(anna.post("/log/hand-over", data=told)))
    with made.as_("supervisor") as boris:
        where = f"/log/hand-overs/{made.ids['hand_over']}/signature"
        _good(boris.post(where, data={"password": people.PASSWORD}))


def _cases(made: Furnished) -> None:
    review = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90))
    with made.as_("supervisor") as lead:
        case = _good(lead.post("/cases", data={
            "title": "Grey fleet off Crete", "basis": "Regulation (EU) 2019/1896, art. 28",
            "reference": "GRC-2026-117", "reason": "inquiry into the grey fleet",
            "review_by": review, "handling": "H1", "tlp": "amber", "comment": "",
            "contributor": "",
        }))  # fmt: skip
        made.ids["case"] = _last(case)
        at = f"/cases/{made.ids['case']}"
        _good(lead.post(f"{at}/vessels", data={"ref": str(linked.MARIA), "note": "met STELLA"}))
        _good(lead.post(f"{at}/notes", data={"text": "asked Piraeus\nno answer yet"}))
        _good(lead.post(f"{at}/alerts", data={"ref": made.ids["law"], "note": ""}))
        pdf = ("letter.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        _good(lead.post(f"{at}/files", data={"note": "letter"}, files={"file": pdf}))


def _by_hand(made: Furnished) -> None:
    with made.as_("supervisor") as vera:
        zone = vera.post("/api/v1/zones", json={
            "name": "Patrol box", "why": "operation", "kind": "custom", "leave_m": "800",
            "geometry": _BOX,
        })  # fmt: skip
        made.ids["zone"] = zone.json()["id"]
        made.ids["contact"] = _last(_good(vera.post("/contacts/new", data={
            "place": "35°06.0′N 012°54.0′E", "start": "", "bearing": "", "distance": "",
            "time": "", "error_nm": "2", "description": "wooden boat, blue, stopped",
            "persons": "40", "kind": "aircraft", "source_grade": "B", "info_grade": "2",
            "why": "Osprey 2",
        })))  # fmt: skip


def _list(made: Furnished) -> None:
    soon = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=20))
    for role in ("supervisor", "analyst", "operator"):
        with made.as_(role) as one:
            _good(one.post("/watchlist/purpose", data={"purpose": "watch of May"}))
    with made.as_("analyst") as author:
        entry = _good(author.post("/watchlist/new", data=_CODES | {
            "name": "GHOST", "mmsi": "671000009", "reason": "loitered", "contributor": "MLT",
            "review_by": soon, "why": "report 114",
        }))  # fmt: skip
        made.ids["proposed"] = _last(entry)
    with session(made.dsn) as connection:
        [(made.ids["entry"],)] = connection.execute(
            "SELECT entry FROM watchlist_hit WHERE mmsi = %s", [linked.MARIA]
        ).fetchall()
    with made.as_("supervisor") as one:
        page = _good(one.post(
            "/watchlist/check", data={"lines": f"{linked.MARIA}\nIMO 9074729", "why": "port call"},
            files={"file": ("", b"")},
        ))  # fmt: skip
        made.ids["checked"] = re.search(r'href="/watchlist/check/([^"]+)"', page.text)[1]


def _analysts(made: Furnished) -> None:
    today = dt.datetime.now(dt.UTC).replace(microsecond=0)
    made.ids["now"] = f"{today:%Y-%m-%dT%H:%M}"
    span = {"from": (today - dt.timedelta(hours=2)).isoformat(), "to": today.isoformat()}
    with made.as_("supervisor") as one:
        export = _good(one.post("/exports", data={
            "kind": "tracks", "vessel": str(sailed.MARIA), "format": "csv", "reason": "a look",
            **span,
        }))  # fmt: skip
        made.ids["export"] = _last(export)
        _good(one.post("/find/saved", data={
            "q": "near", "at": "35.9 14.6", "time": made.ids["now"], "name": "off Valletta",
            "why": "route 7",
        }))  # fmt: skip
        _good(one.post("/account/tokens", data={
            "old": people.PASSWORD, "label": "statistics", "deed": "alerts.read", "days": "30",
        }))  # fmt: skip


def _people(made: Furnished) -> None:
    made.ids["account"] = people.add(made.dsn, "operator", "m.galea").id
    with session(made.dsn) as connection:
        [(number,)] = connection.execute("SELECT max(number) FROM audit").fetchall()
    made.ids["audit"] = str(number)


def _good(answer: httpx.Response) -> httpx.Response:
    said = re.findall(r"<main.*?</p>", answer.text, re.DOTALL)
    assert answer.status_code == 200, (answer.url, said)
    return answer


def _last(answer: httpx.Response) -> str:
    """The id at the end of the address to which a form led."""
    return answer.url.path.rsplit("/", 1)[-1]
