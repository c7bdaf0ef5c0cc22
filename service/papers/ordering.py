"""Documents that people ask for at pages: they are fetched where exports are, for as long.

::

    dossier  ──▶ made at once ─────────────────────────────▶ ready
    evidence ──▶ codes asked ──▶ «waiting» ──▶ jobs process ──▶ ready, the page says so
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ais.errors import AisError
from ais.spool.layout import split
from alerts.errors import AlertsError
from geofence.errors import GeofenceError
from service.errors import ServiceError
from service.evidence.desk import case_of, evidence, permitted, sha256_of
from service.evidence.making import Wish
from service.exporting import asking
from service.exporting.asking import FOR_CASE
from service.exporting.choosing import Viewer
from service.exporting.making import coded, new_id
from service.exporting.ordering import Orders, viewer_of
from service.known import UnknownError
from service.leaving import make_private
from service.moments import moment
from service.papers.cards import card_drawer
from service.papers.desk import make_dossier
from service.schedule import Every, Job, Turn
from store import export_orders
from store.connect import session
from store.export_orders import ExportOrder
from watchlist.errors import WatchlistError

if TYPE_CHECKING:
    from alerts.alert import Codes
    from service.evidence.making import Case, Made
    from service.papers.order import Order
    from service.rights import Person
    from service.settings import Settings
    from store.changes import Change

DOSSIER, EVIDENCE = "dossier", "evidence"
WORDS = {DOSSIER: "dossier", EVIDENCE: "evidence package"}
"""What documents are called in a sentence, by kind."""
NEEDED, FIRST_LINE = "needed", "first"
"""Where a package begins in the spool: as far back as its events can rest on, or all of it."""
_EVERY_S = 10
_FAILURES = (ServiceError, AisError, AlertsError, GeofenceError, WatchlistError, OSError)
"""What a package may fail of for good; a database that is away is tried again."""
_NOTE = "AIS is what ships say of themselves; most small boats carry none"


@dataclass(frozen=True, slots=True)
class Papers:
    """Makes documents by ``settings`` into the folder of ``orders``."""

    orders: Orders
    settings: Settings

    def dossier(self, asked: Order, person: Person, layout: str) -> ExportOrder:
        """Make a dossier now, as ``layout`` (pdf, html); raises what ``make_dossier`` does."""
        found = make_dossier(self.orders.dsn, self.settings, asked, f".{layout}")
        query = {
            "kind": DOSSIER, "format": layout, "vessel": asked.vessel,
            "from": asking.said(asked.since), "to": asking.said(asked.until),
            "language": asked.language, **_for(asked.within),
        }  # fmt: skip
        order = _order(query, asked.made, person, asked.permission)
        sources = [one.feed for one in found.facts.heard]
        sidecar = self._written(order, found.content, found.facts.codes, sources)
        with session(self.orders.dsn) as connection:
            export_orders.put_order(connection, order)
            return self.orders.ready(connection, order, sidecar)

    def evidence(
        self, alert: str, made: Change, person: Person, permission: str, language: str,
        since: str = NEEDED, within: Mapping[str, str] | None = None,
    ) -> ExportOrder:  # fmt: skip
        """Have the evidence of an alert made by the jobs process.

        ``since``: NEEDED, FIRST_LINE or a time of the spool. Raises UnknownError where the alert
        is not there for ``person``, RefusedByCodesError, and WrongUseError for another ``since``.
        """
        case = _case(self.orders.dsn, alert, Viewer(person))
        permitted(self.orders.dsn, case, _wish(made, permission, since, within or {}))
        query = {"kind": EVIDENCE, "format": "zip", "alert": alert, "language": language,
                 "since": since, **_for(within or {})}  # fmt: skip
        order = _order(query, made, person, permission)
        with session(self.orders.dsn) as connection:
            export_orders.put_order(connection, order)
        return order

    def job(self) -> Job:
        """Return the job: every ten seconds it makes what waits."""

        def work(turn: Turn) -> Mapping[str, Any]:
            """Make what waits."""
            return self.work(turn.over)

        return Job("evidence", Every(_EVERY_S), work, retry_s=_EVERY_S)

    def work(self, over: Callable[[], bool] = lambda: False) -> dict[str, Any]:
        """Make every package that waits; one that fails does not stop the others."""
        with session(self.orders.dsn) as connection:
            there = export_orders.waiting(connection)
        done = 0
        for order in there:
            if order.asked["kind"] != EVIDENCE:
                continue
            if over():
                break
            self._fulfil(order)
            done += 1
        return {"made": done}

    def _fulfil(self, order: ExportOrder) -> None:
        with session(self.orders.dsn) as connection:
            viewer = viewer_of(connection, order.account)
        if viewer is None:
            self.orders.failed(order, "the account may not export any more")
            return
        try:
            sidecar = self._packed(order, viewer)
        except _FAILURES as error:
            self.orders.failed(order, str(error))
            return
        with session(self.orders.dsn) as connection:
            self.orders.ready(connection, order, sidecar)

    def _packed(self, order: ExportOrder, viewer: Viewer) -> dict[str, Any]:
        dsn, asked = self.orders.dsn, order.asked
        _case(dsn, asked["alert"], viewer)
        within = {"case": asked[FOR_CASE]} if asked.get(FOR_CASE) else {}
        since = asked.get("since", FIRST_LINE)
        wish = _wish(order.change, asked.get("permission", ""), since, within)
        draw = card_drawer(self.settings, dsn, order.change, asked["language"])
        made = evidence(dsn, self.settings, asked["alert"], wish, draw, person=viewer.person)
        same = sum(one.outcome == "same" for one in made.events)
        told = (
            f"Run again alone, {same} of {len(made.events)} versions of events come out the same"
        )
        read = f"{made.read:,} read of the spool, {_begin(made)}"
        lines = [f"{made.lines:,} lines as received, of {read}"]
        held = f"The spool is held from now on: {made.hold}"
        return self._written(order, made.content, made.codes, lines, (told, held))

    def _written(
        self, order: ExportOrder, content: bytes, codes: Codes, sources: list[str],
        notes: tuple[str, ...] = (),
    ) -> dict[str, Any]:  # fmt: skip
        """Write the file of its owner alone; return what stands beside it."""
        path = self.orders.path_of(order)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_private(path)
        path.write_bytes(content)
        return {
            "export": order.id, "made_by": "Vedetta", "exercise": self.settings.exercise,
            "kind": order.asked["kind"], "format": order.asked["format"], "query": order.asked,
            "sources": sources, "codes": coded(codes),
            "permission": order.asked.get("permission", ""), "who": order.who, "why": order.why,
            "at": asking.said(order.at), "notes": [*notes, _NOTE],
            "file": {"name": path.name, "bytes": len(content), "sha256": sha256_of(content)},
        }  # fmt: skip


def _wish(made: Change, permission: str, since: str, within: Mapping[str, str]) -> Wish:
    begin = None if since in {NEEDED, FIRST_LINE} else moment("since", since)
    return Wish(made, begin, permission, since == NEEDED, within)


def _for(within: Mapping[str, str]) -> dict[str, str]:
    """Return what an order keeps of the case for which it is read."""
    return {FOR_CASE: within["case"]} if within else {}


def _begin(made: Made) -> str:
    if made.about["span"]["from_the_beginning"]:
        return "from its first line on"
    return f"from segment {split(made.about['span']['first'])[0]} on"


def _order(query: dict[str, Any], made: Change, person: Person, permission: str) -> ExportOrder:
    asked = query | ({"permission": permission} if permission else {})
    return ExportOrder(new_id(), person.account, made.at, made.who, made.why, asked)


def _case(dsn: str, alert: str, viewer: Viewer) -> Case:
    """Return an alert's case; raises UnknownError for one that is not there for ``viewer``."""
    try:
        case = case_of(dsn, alert)
    except ServiceError:
        case = None
    if case is None or not viewer.sees(case.alert.codes):
        raise UnknownError(f"{alert[:40]}: there is no such alert")
    return case
