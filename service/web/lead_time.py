"""``/lead-time``: how early people were told, by route, and where they could not be."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from service.lead_time import lead_times
from service.web.answers import answer
from service.web.noting import looked_once
from service.web.pages import page
from service.web.workroom import person_of

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request
    from starlette.responses import Response

    from service.lead_time import Lead
    from service.web.transactions import Transactions

USUAL_DAYS, MOST_DAYS = 90, 1095
SPANS = (30, 90, 365)


async def shown(request: Request) -> Response:
    """Answer the page for ``?days=``."""
    days = _days(request)
    leads = await _leads(request, days)
    return page(
        request, "lead_time", leads=leads, days=days, spans=SPANS,
        arrived=sum(one.arrived for one in leads), missed=sum(one.missed for one in leads),
        present=sum(one.present for one in leads),
    )  # fmt: skip


async def as_json(request: Request) -> Response:
    """GET /api/v1/lead-time?days=: the same as JSON."""
    days = _days(request)
    leads = await _leads(request, days)
    return answer({"days": days, "leads": [asdict(one) | {"words": one.words} for one in leads]})


async def _leads(request: Request, days: int) -> list[Lead]:
    end = dt.datetime.now(dt.UTC)
    cell_deg: float = request.app.state.cell_deg
    person = person_of(request)

    def work(connection: psycopg.Connection) -> list[Lead]:
        """Read them."""
        return lead_times(connection, end - dt.timedelta(days=days), end, cell_deg, person)

    transactions: Transactions = request.app.state.transactions
    found = await transactions.do(work)
    if found:
        await looked_once(
            request, "lead_time.read", "lead times", "read how early people were told"
        )
    return found


def _days(request: Request) -> int:
    text = request.query_params.get("days", str(USUAL_DAYS))
    if text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= MOST_DAYS:
        return int(text)
    raise HTTPException(400, f"days={text[:20]!r}: expected a whole number from 1 to {MOST_DAYS}")
