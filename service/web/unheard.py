"""What we cannot hear: said beside every empty list of a page, and on a page of its own.

The map says the same of its view: maps/assets/unheard.js.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog

from alerts.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request

    from service.web.facts import Facts
    from service.web.poller import Poller

_AGAIN_S, _SOON_S = 300.0, 20.0  # the second while nothing is counted yet
_COUNT_MS = 120_000
"""After so long from the first line a count stands here: one a minute, and read soon after."""
_QUIET_MS = 15_000
"""A feed that brought nothing for so long is not heard, as in maps/assets/trouble.js."""
_NM_A_DEGREE = 60
_SECOND_MS, _MINUTE_S, _HOUR_S, _DAY_S = 1000, 60, 3600, 86_400
_log = structlog.get_logger()


@dataclass(slots=True)
class Coverage:
    """In how many cells ships were heard lately; None: nothing is counted yet.

    due_ms   when the first count is due, epoch ms of the pipeline; None while no feed brings lines
    """

    cells: int | None = None
    due_ms: int | None = None

    async def run(self, facts: Facts, poller: Poller) -> None:
        """Read it again and again until cancelled."""
        while True:
            try:
                cells = len(await asyncio.to_thread(facts.coverage))
                self.look(cells, poller.feeds(), poller.now_ms())
            except Exception as error:  # noqa: BLE001 (the database may be away: it comes back)
                _log.debug("coverage_not_read", error=str(error).split("\n", maxsplit=1)[0])
            await asyncio.sleep(_AGAIN_S if self.cells else _SOON_S)

    def look(self, cells: int, feeds: Sequence[dict[str, Any]], now_ms: int) -> None:
        """Take what was read: no cell at all says that nobody has counted yet."""
        self.cells = cells or None
        if cells or not any(heard(one) for one in feeds):
            self.due_ms = None
        elif self.due_ms is None:
            self.due_ms = now_ms + _COUNT_MS


@dataclass(frozen=True, slots=True)
class Told:
    """The words for a page: unheard.html prints them."""

    title: str
    sentences: tuple[str, ...]
    more: str


def told(request: Request, language: str = "en") -> Told:
    """Return what stands beside an empty list."""
    say = catalogue(language).say
    return Told(say("hear_title"), sentences(request, language), say("hear_more"))


def sentences(request: Request, language: str = "en") -> tuple[str, ...]:
    """Return what an empty list is worth now: feeds, coverage, who sends no AIS."""
    state, say = request.app.state, catalogue(language).say
    where = coverage_said(state.coverage, state.poller.now_ms(), state.cell_deg, language)
    return feeds_said(state.poller.feeds(), language), where, say("hear_never")


def coverage_said(coverage: Coverage, now_ms: int, cell_deg: float, language: str = "en") -> str:
    """Return where ships were heard lately, or from when on that will be known."""
    w = catalogue(language)
    if coverage.cells is not None:
        miles = round(cell_deg * _NM_A_DEGREE)
        return w.say("hear_cells", count=f"{coverage.cells:,}", nm=miles)
    if coverage.due_ms is not None and coverage.due_ms >= now_ms:
        return w.say("hear_due", time=w.time(coverage.due_ms * _SECOND_MS))
    return w.say("hear_unknown")


def feeds_said(feeds: Sequence[dict[str, Any]], language: str = "en") -> str:
    """Return how the feeds are, in one sentence."""
    say = catalogue(language).say
    if not feeds:
        return say("hear_no_feed")
    idle = [one["idle_ms"] for one in feeds if one["idle_ms"] is not None]
    good = sum(heard(one) for one in feeds)
    if not idle:
        return say("hear_no_line", all=len(feeds))
    return say("hear_feeds", good=good, all=len(feeds), age=age(min(idle)))


def heard(feed: dict[str, Any]) -> bool:
    """Tell whether a feed brings lines now."""
    idle = feed["idle_ms"]
    return feed["state"] == "connected" and idle is not None and idle < _QUIET_MS


def age(ms: float) -> str:
    """Return a span of milliseconds as ``14 s`` or ``3 h``: alike in every language."""
    seconds = max(0, int(ms / _SECOND_MS))
    if seconds < _MINUTE_S:
        return f"{seconds} s"
    if seconds < _HOUR_S:
        return f"{seconds // _MINUTE_S} min"
    return f"{seconds // _HOUR_S} h" if seconds < 2 * _DAY_S else f"{seconds // _DAY_S} d"
