"""``/hearing``: what we cannot hear, as a page: feeds, coverage, what AIS never shows.

That a feed has a fault, and since when, everybody reads; what it is, who has it mended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.texts import catalogue
from service.web.answers import answer
from service.web.pages import page
from service.web.unheard import age, heard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from service.web.poller import Poller


async def shown(request: Request) -> Response:
    """Answer the page."""
    poller: Poller = request.app.state.poller
    texts = poller.faults() if request.state.person.may("feeds.mend") else {}
    feeds = [_row(one, texts.get(one["name"], "")) for one in poller.feeds()]
    return page(request, "hearing", feeds=feeds)


async def faults(request: Request) -> Response:
    """Answer what is wrong with which feed."""
    return answer({"faults": request.app.state.poller.faults()})


def _row(feed: dict[str, Any], fault: str) -> dict[str, Any]:
    idle, broken, w = feed["idle_ms"], feed["fault_at"], catalogue("en")
    since = "" if broken is None else w.time(broken * 1000)
    known = {"heard": heard(feed), "age": "" if idle is None else age(idle)}
    return {**feed, **known, "since": since, "fault": fault}
