"""Notifications of trends drawn before anybody asks: as soon as the job has kept a new report."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import anyio
import structlog

from alerts.roles import RoleSettings
from service.errors import ServiceError
from service.trends.desk import Kept, drawing_of, kept_report
from service.trends.drawings import MOST
from store.errors import StoreError

if TYPE_CHECKING:
    import datetime as dt

    import psycopg
    from anyio import CapacityLimiter

    from alerts.routing import RoutingSettings
    from alerts.trends.report import Report
    from maps.papers.trends import Drawn
    from service.trends.drawings import Drawings
    from service.web.transactions import Transactions

EVERY_S = 60.0
LANGUAGE = "en"
"""In which the page opens."""
_log = structlog.get_logger()


class Warming:
    """Draws the newest report of the desk and of each office, for who sees all of it.

    Of more offices than half of what is kept the others draw their own when they read, as does who
    sees less or reads another language.
    """

    def __init__(
        self, transactions: Transactions, routing: RoutingSettings, drawings: Drawings,
        threads: CapacityLimiter,
    ) -> None:  # fmt: skip
        """Draw into ``drawings``, in ``threads``."""
        self._transactions, self._drawings, self._threads = transactions, drawings, threads
        self._offices = ("", *(one.id for one in routing.offices))[: MOST // 2]
        self._seen: dict[str, tuple[dt.datetime, dt.datetime]] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look once a minute until ``stop``; what fails is logged and tried again."""
        while not stop.is_set():
            try:
                await self.look()
            except (StoreError, ServiceError, TimeoutError) as error:
                _log.warning("trends_not_drawn", error=str(error).split("\n")[0])
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_S)

    async def look(self) -> int:
        """Draw the reports that are new since the last look; return how many those are."""
        drawn = 0
        for office in self._offices:
            found = await self._transactions.do(partial(self._new, office=office))
            if found is None:
                continue
            kept, drawing = found
            await anyio.to_thread.run_sync(
                self._drawings.paper, *drawing, LANGUAGE, limiter=self._threads
            )
            self._seen[office] = kept
            drawn += 1
        return drawn

    def _new(
        self, connection: psycopg.Connection, office: str
    ) -> tuple[tuple[dt.datetime, dt.datetime], tuple[Report, Drawn]] | None:
        """Return which report is new to this, and what it is drawn from; None = none is."""
        kept = kept_report(connection, office=office)
        if kept is None or self._seen.get(office) == (kept.report.until, kept.made):
            return None
        report = kept.report.nameless() if office else kept.report
        # As it is shown: without what hides from a reader from whom nothing hides.
        shown = Kept(report.withheld(frozenset()), kept.made)
        return (kept.report.until, kept.made), drawing_of(connection, shown, RoleSettings())
