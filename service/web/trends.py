"""``/trends``: what changed at sea from week to week, with maps; as a document and as JSON."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import anyio
from starlette.exceptions import HTTPException
from starlette.responses import Response

from alerts.roles import RoleSettings
from alerts.routing import LANGUAGES
from maps.papers.paper import Picture
from service.trends.desk import TAKEN, Kept, drawing_of, drawn_as, kept_report, shown_to
from service.web.answers import answer
from service.web.noting import looked, looked_once
from service.web.pages import HEADERS, page
from service.web.speaking import spoken
from service.web.workroom import person_of
from store import trends as rows

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request

    from alerts.trends.report import Report
    from maps.papers.paper import Paper
    from maps.papers.trends import Drawn
    from service.rights import Person
    from service.trends.drawings import Drawings
    from service.web.transactions import Transactions

_MEDIA = {"pdf": "application/pdf", "html": "text/html; charset=utf-8"}
OPENED = "trends.open"
_LATER = 30
Drawing: TypeAlias = "tuple[Report, Drawn]"


@dataclass(frozen=True, slots=True)
class _Asked:
    """Which report, for whom."""

    until: dt.datetime | None
    language: str
    person: Person

    @property
    def office(self) -> str:
        """Return whose report it is: an office reads its own, the desk all of it."""
        return self.person.office if self.person.role == "office" else ""


async def shown(request: Request) -> Response:
    """Answer the page of a report, the newest without ``?until=``."""
    asked = _asked(request)

    def work(connection: psycopg.Connection) -> tuple[Drawing | None, list[str]]:
        """Read what is drawn."""
        found = rows.reports(connection, limit=_LATER, office=asked.office)
        weeks = [f"{until:%Y-%m-%d}" for until, _ in found]
        return _drawing(connection, asked), weeks

    transactions: Transactions = request.app.state.transactions
    drawing, weeks = await transactions.do(work)
    if drawing is None and asked.until is not None:
        raise HTTPException(404, f"there is no report of the weeks until {asked.until:%Y-%m-%d}")
    if drawing is None:
        return _page(request, asked, None, weeks)
    await looked_once(request, OPENED, f"trends {drawing[0].until:%Y-%m-%d}", "")
    return _page(request, asked, await _drawn(request, drawing, asked.language), weeks)


def _page(request: Request, asked: _Asked, paper: Paper | None, weeks: list[str]) -> Response:
    return page(
        request, "trends", paper=paper, weeks=weeks, languages=LANGUAGES, language=asked.language,
        until=paper.reference if paper else "", kind_of=lambda block: type(block).__name__,
        picture=_data_address, made=paper.made.replace("\u00a0", " ") if paper else "",
    )  # fmt: skip


async def document(request: Request) -> Response:
    """GET the notification as a file, ``?format=pdf`` or html; the audit says who took it."""
    asked, layout = _asked(request), request.query_params.get("format", "pdf")
    if layout not in _MEDIA:
        raise HTTPException(400, f"format={layout[:20]!r}: expected pdf or html")
    if asked.until is None:
        raise HTTPException(400, "until is missing: expected the last day as 2026-11-23")
    subject = f"trends {asked.until:%Y-%m-%d}"

    def work(connection: psycopg.Connection) -> Drawing:
        """Read what is drawn."""
        drawing = _drawing(connection, asked)
        if drawing is None:
            raise HTTPException(404, f"there is no report: {subject}")
        return drawing

    drawing = await looked(
        request, TAKEN, subject, work,
        details=lambda drawing: {"marks": drawing[1].marks, "format": layout,
                                 "language": asked.language},
    )  # fmt: skip
    paper = await _drawn(request, drawing, asked.language)
    content = await anyio.to_thread.run_sync(drawn_as, paper, f".{layout}")
    name = f'attachment; filename="trends-{paper.reference}.{layout}"'
    return Response(content, media_type=_MEDIA[layout],
                    headers=HEADERS | {"content-disposition": name})  # fmt: skip


async def as_json(request: Request) -> Response:
    """GET /api/v1/trends?until=: the report as far as the person may know of it."""
    asked = _asked(request)
    transactions: Transactions = request.app.state.transactions
    kept = await transactions.do(lambda connection: _kept(connection, asked))
    if kept is None:
        raise HTTPException(404, "there is no such report; the first is made on a Monday")
    await looked_once(request, OPENED, f"trends {kept.report.until:%Y-%m-%d}", "")
    return answer(kept.report.as_told() | {"made": kept.made.isoformat()})


def _kept(connection: psycopg.Connection, asked: _Asked) -> Kept | None:
    """Return the report that is asked for, without what the person may not know of."""
    kept = kept_report(connection, asked.until, asked.office)
    if kept is None:
        return None
    return Kept(shown_to(connection, kept.report, asked.person), kept.made)


def _drawing(connection: psycopg.Connection, asked: _Asked) -> Drawing | None:
    kept = _kept(connection, asked)
    return drawing_of(connection, kept, RoleSettings()) if kept else None


async def _drawn(request: Request, drawing: Drawing, language: str) -> Paper:
    """Draw it in a thread, once: a page that draws keeps nobody from the database."""
    drawings: Drawings = request.app.state.drawings
    if (paper := drawings.kept(*drawing, language)) is not None:
        return paper
    work = partial(drawings.paper, *drawing, language)
    return await anyio.to_thread.run_sync(work, limiter=request.app.state.export_threads)


def _asked(request: Request) -> _Asked:
    language = request.query_params.get("language", spoken(request))
    if language not in LANGUAGES:
        raise HTTPException(400, f"language={language[:20]!r}: expected en, it or el")
    text = request.query_params.get("until", "")
    try:
        day = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC) if text else None
    except ValueError:
        raise HTTPException(400, f"until={text[:20]!r}: expected a day as 2026-11-23") from None
    return _Asked(day, language, person_of(request))


def _data_address(picture: Picture) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture.png).decode('ascii')}"
