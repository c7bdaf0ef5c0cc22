"""The data protection page: what is kept, why and until when, and what was erased of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from service.erasing import ERASE
from service.holdings import HOLDINGS
from service.web.pages import page
from service.web.sign_in import entrance
from store import audit, job_runs

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request
    from starlette.responses import Response

_JOBS = ("retention", "duty_rows", "questions")
_NEWEST = 20


async def shown(request: Request) -> Response:
    """Answer the page; it names nobody, so that its reading is no row of the audit."""
    door = entrance(request)

    def work() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Read when the jobs ran and what they erased."""
        with door.steps.connection() as connection:
            return [_ran(connection, job) for job in _JOBS], _erasures(connection)

    ran, erasures = await door.apart(work)
    rows = [{"one": one, "until": one.until(request.app.state.retention)} for one in HOLDINGS]
    return page(request, "protection", rows=rows, ran=ran, erasures=erasures)


def _ran(connection: psycopg.Connection, job: str) -> dict[str, Any]:
    runs = job_runs.job_runs(connection, job, 1)
    last = job_runs.last_done(connection, job)
    return {"job": job, "newest": runs[0] if runs else None, "done": last}


def _erasures(connection: psycopg.Connection) -> list[dict[str, Any]]:
    return [
        {"at": row.at, "job": row.subject, **one}
        for row in audit.rows(connection, action=ERASE, limit=_NEWEST)
        for one in json.loads(row.details).get("erased", [])
    ]
