"""``/hearing``: what we cannot hear, as a page: feeds, coverage, what AIS never shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service.web.pages import page
from service.web.unheard import age, heard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def shown(request: Request) -> Response:
    """Answer the page."""
    feeds = [
        {**one, "heard": heard(one), "age": "" if one["idle_ms"] is None else age(one["idle_ms"])}
        for one in request.app.state.poller.feeds()
    ]
    return page(request, "hearing", feeds=feeds)
