"""Exports of pages and programs: made at once, or by the jobs process where they are long.

::

    order ──▶ row «waiting» ──▶ at most 2 M rows: made now ──▶ ready ──▶ fetched ──▶ gone
                        └─────▶ more: the jobs process ──▶ ready, the pages say so
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from maps.errors import MapsError
from maps.export import KINDS
from maps.exports import EXPORTS
from service.errors import ServiceError
from service.exporting.asking import FOR_CASE, Asked
from service.exporting.choosing import Viewer
from service.exporting.making import MOST, Outlet, TooLongError, leaving_sidecar, make, new_id
from service.moments import moment
from service.rights import Person
from service.schedule import Every, Job, Turn
from store import export_orders
from store.connect import session
from store.export_orders import ExportOrder
from store.history import Box
from store.people import ACTIVE, account_by

if TYPE_CHECKING:
    import psycopg

    from store.changes import Change

KEPT = dt.timedelta(hours=24)
"""A file can be fetched for so long."""
_EVERY_S = 10


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, slots=True)
class Orders:
    """Makes exports into ``folder`` and knows whose they are.

    most  result rows that are made at once
    """

    dsn: str
    folder: Path
    outlet: Outlet = field(default_factory=Outlet)
    most: int = MOST
    clock: Callable[[], dt.datetime] = _utc

    def order(self, asked: Asked, made: Change, person: Person) -> ExportOrder:
        """Make what ``person`` asks for, or leave it to the jobs process where it is long.

        Raises what ``make`` raises; then nothing is kept but the audit's line.
        """
        order = ExportOrder(new_id(), person.account, made.at, made.who, made.why, _kept(asked))
        try:
            sidecar = self._make(order, asked, Viewer(person), self.most)
        except TooLongError:
            sidecar = None
        with session(self.dsn) as connection:
            export_orders.put_order(connection, order)
            return order if sidecar is None else self.ready(connection, order, sidecar)

    def path_of(self, order: ExportOrder) -> Path:
        """Return where the file of an order stands; its name is made of ids alone."""
        return self.folder / f"{order.id}-{order.asked['kind']}.{_ending(order)}"

    def job(self) -> Job:
        """Return the job: every ten seconds it makes what waits."""

        def work(turn: Turn) -> Mapping[str, Any]:
            """Make what waits, and remove what is past its time."""
            return self.work(turn.over)

        return Job("exports", Every(_EVERY_S), work, retry_s=_EVERY_S)

    def work(self, over: Callable[[], bool]) -> dict[str, Any]:
        """Make every order that waits; one that fails does not stop the others."""
        done = 0
        with session(self.dsn) as connection:
            there = export_orders.waiting(connection)
        for order in there:
            if order.asked["kind"] not in KINDS:
                continue  # a document: service.papers makes it
            if over():
                break
            self._fulfil(order)
            done += 1
        return {"made": done, "gone": self._expire()}

    def _fulfil(self, order: ExportOrder) -> None:
        with session(self.dsn) as connection:
            viewer = viewer_of(connection, order.account)
        if viewer is None:
            self.failed(order, "the account may not export any more")
            return
        try:
            sidecar = self._make(order, asked_of(order), viewer, None)
        except (ServiceError, MapsError) as error:
            self.failed(order, str(error))
            return
        with session(self.dsn) as connection:
            self.ready(connection, order, sidecar)

    def _make(
        self, order: ExportOrder, asked: Asked, viewer: Viewer, most: int | None
    ) -> dict[str, Any]:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.path_of(order)
        return make(self.dsn, asked, order.change, path, viewer=viewer, outlet=self.outlet,
                    name=order.id, most=most).sidecar  # fmt: skip

    def ready(
        self, connection: psycopg.Connection, order: ExportOrder, sidecar: dict[str, Any]
    ) -> ExportOrder:
        """Note that the file of an order stands at ``path_of``; return the order as it is then."""
        now = self.clock()
        export_orders.end_order(connection, order.id, "ready", now, sidecar=sidecar,
                                expires_at=now + KEPT)  # fmt: skip
        return replace(order, state="ready", sidecar=sidecar, ready_at=now, expires_at=now + KEPT)

    def failed(self, order: ExportOrder, why: str) -> None:
        """Note why an order cannot be made."""
        with session(self.dsn) as connection:
            export_orders.end_order(connection, order.id, "failed", self.clock(), said=why)

    def _expire(self) -> int:
        """Remove files that are past their time, and those that no row knows."""
        with session(self.dsn) as connection:
            gone = export_orders.expired(connection, self.clock())
        oldest = (self.clock() - 2 * KEPT).timestamp()
        for path in self.folder.glob("X-*") if self.folder.is_dir() else ():
            if path.name[: len(new_id())] in gone or path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
        return len(gone)


def sidecar_text(order: ExportOrder) -> str:
    """Return the sidecar of an order as the file beside it says it."""
    said = leaving_sidecar(order.sidecar or {})
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def asked_of(order: ExportOrder) -> Asked:
    """Return the question that an order keeps."""
    said = order.asked
    box = said.get("bbox")
    return Asked(
        kind=said["kind"], layout=said["format"], vessels=tuple(said.get("vessels", ())),
        start=moment("from", said.get("from")), end=moment("to", said.get("to")),
        box=Box(*box) if box else None,
        polygon=tuple((lon, lat) for lon, lat in said.get("polygon", ())),
        zones=tuple(said.get("zones", ())), alert=said.get("alert", ""),
        case=said.get("case", ""), permission=said.get("permission", ""),
        hops=said.get("hops") or 1, within=said.get(FOR_CASE, ""),
    )  # fmt: skip


def _kept(asked: Asked) -> dict[str, Any]:
    return {**asked.query(), **({"permission": asked.permission} if asked.permission else {})}


def _ending(order: ExportOrder) -> str:
    layout = EXPORTS.get(order.asked["format"])
    return str(order.asked["format"]) if layout is None else layout.ending


def viewer_of(connection: psycopg.Connection, account: str) -> Viewer | None:
    """Return what an account may see now; None where it may not export any more."""
    found = account_by(connection, account)
    if found is None or found.state != ACTIVE:
        return None
    person = Person(found.id, found.name, found.display, found.role,  # type: ignore[arg-type]  # the table's own check
                    member_state=found.member_state, clearance=found.clearance)  # fmt: skip
    return Viewer(person) if person.may("export") else None
