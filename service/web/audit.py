"""The auditor's page: who did what, when and why; found, shown whole, proven, taken along.

Every look is a row of the audit itself, with what was looked for.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response

from service.anchors import ANCHOR_JOB, Anchor, AnchorError
from service.anchors import read as read_anchors
from service.audit_sight import rows_shown
from service.web.cells import csv_of
from service.web.noting import PROOF_S, looked
from service.web.pages import HEADERS, Tone, page
from service.web.texts import say
from service.web.workroom import person_of
from store import audit
from store.audit import AuditRow, Wanted
from store.job_runs import JobRun, job_runs

if TYPE_CHECKING:
    from pathlib import Path

    import psycopg
    from starlette.requests import Request

AUDIT = "audit"
"""What the audit calls itself as a subject."""
_PAGE = 50
_MOST_EXPORTED = 50_000
_LONGEST = 200
_HEADS = ("row", "time UTC", "who", "action", "subject", "why", "details", "hash")


async def listed(request: Request) -> Response:
    """Answer the rows that fit what is asked, newest first, some fifty at a time."""
    asked = _asked(request)
    return await _shown(request, asked, _number(request, "before"))


async def one(request: Request) -> Response:
    """Answer one row whole, with the hash of the row before it."""
    number: int = request.path_params["number"]
    # Beyond what the column holds there is none either.
    if number > _MOST_NUMBER:
        raise HTTPException(404, "there is no such row")

    def read(connection: psycopg.Connection) -> tuple[AuditRow | None, str | None]:
        """Read it."""
        found = audit.row_with(connection, number)
        shown = rows_shown(connection, person_of(request), [found], found=False) if found else []
        return next(iter(shown), None), audit.hash_of(connection, number - 1)

    row, before = await looked(request, "audit.read", AUDIT, read, details={"row": number})
    if row is None:
        raise HTTPException(404, "there is no such row")
    details = json.dumps(json.loads(row.details), indent=2, ensure_ascii=False)
    return page(request, "audit_row", row=row, before=before or "", details=details)


async def prove(request: Request) -> Response:
    """POST: walk the whole chain against every anchor and say in a sentence what was found."""
    path: Path | None = request.app.state.anchor_file

    def read(connection: psycopg.Connection) -> tuple[str, Tone]:
        """Read it."""
        return _proof(connection, path)

    said, tone = await looked(request, "audit.verify", AUDIT, read, patience_s=PROOF_S)
    return await _shown(request, _asked(request), None, said, tone)


async def export(request: Request) -> Response:
    """Answer the rows that fit as CSV, newest first."""
    asked = _asked(request)
    if asked.fault:
        raise HTTPException(400, asked.fault)

    def read(connection: psycopg.Connection) -> list[AuditRow]:
        """Read it."""
        rows = audit.search(connection, asked.wanted, limit=_MOST_EXPORTED)
        return rows_shown(connection, person_of(request), rows, found=asked.by_content)

    found = await looked(request, "audit.export", AUDIT, read, details=asked.said)
    rows = [
        (one.number, _time(one.at), one.who, one.action, one.subject, one.why, one.details,
         one.hash.hex())
        for one in found
    ]  # fmt: skip
    name = f"vedetta-audit-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}.csv"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_of(_HEADS, rows), headers=headers, media_type="text/csv; charset=utf-8")


class _Asked(NamedTuple):
    """What was looked for, as rows are searched and as it was typed; ``fault`` "" = nothing."""

    wanted: Wanted
    said: dict[str, str]
    fault: str

    @property
    def by_content(self) -> bool:
        """Tell whether rows are looked for by what they say."""
        return bool({"subject", "text"} & self.said.keys())


_FIELDS = ("who", "action", "subject", "since", "until", "text")
_MOST_NUMBER = 2**62


async def _shown(
    request: Request, asked: _Asked, before: int | None, said: str = "", tone: Tone = "bad"
) -> Response:
    path: Path | None = request.app.state.anchor_file

    def read(
        connection: psycopg.Connection,
    ) -> tuple[list[AuditRow], int | None, list[str], list[JobRun]]:
        """Read it, where older rows begin, and how the last anchor went."""
        rows = audit.search(connection, asked.wanted, before=before, limit=_PAGE + 1)
        more = rows[_PAGE - 1].number if len(rows) > _PAGE else None
        shown = rows_shown(connection, person_of(request), rows[:_PAGE], found=asked.by_content)
        return shown, more, audit.actions(connection), job_runs(connection, ANCHOR_JOB, 1)

    details: dict[str, Any] = {**asked.said, **({"before": before} if before else {})}
    rows, more, actions, runs = await looked(request, "audit.read", AUDIT, read, details=details)
    return page(
        request, "audit", 400 if asked.fault else 200, said=said or asked.fault, tone=tone,
        rows=rows, actions=actions, given=dict.fromkeys(_FIELDS, "") | asked.said,
        searched=bool(asked.said), first=before is None,
        newest=f"/audit?{urlencode(asked.said)}",
        older=f"/audit?{urlencode({**asked.said, 'before': more})}" if more else "",
        taken=f"/audit/export.csv?{urlencode(asked.said)}", anchors=_kept(path),
        anchored=request.app.state.anchored,
        trouble=next((run.note.get("error", "") for run in runs if run.state == "failed"), ""),
    )  # fmt: skip


def _asked(request: Request) -> _Asked:
    given = {name: request.query_params.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    said = {name: text for name, text in given.items() if text}
    fault, times = "", {}
    for name in ("since", "until"):
        try:
            times[name] = _moment(given[name], end=name == "until")
        except ValueError:
            times[name] = None
            fault = f"{name}: {given[name]!r} is no time; expected 2026-05-01 or 2026-05-01 08:00"
    wanted = Wanted(given["who"], given["action"], given["subject"], text=given["text"], **times)
    return _Asked(wanted, said, fault)


def _moment(text: str, *, end: bool) -> dt.datetime | None:
    """Return a time in UTC; a day alone is all of it."""
    if not text:
        return None
    moment = dt.datetime.fromisoformat(text)
    if len(text) == len("2026-05-01") and end:
        moment += dt.timedelta(days=1)
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    return (
        int(text)
        if text.isascii() and text.isdigit() and len(text) < len(str(_MOST_NUMBER))
        else None
    )


def _proof(connection: psycopg.Connection, path: Path | None) -> tuple[str, Tone]:
    try:
        kept = _anchors(path)
    except AnchorError as error:
        return say("audit.not_proven", why=str(error)), "bad"
    fault = audit.verify(connection, [one.head for one in kept])
    if fault:
        return say("audit.not_sound", n=fault.number, what=fault.what), "bad"
    last = audit.head(connection)
    if not kept:
        return say("audit.sound_alone", n=last.number), "good"
    time = _time(kept[-1].at)
    return say("audit.sound", n=last.number, anchors=len(kept), time=time), "good"


def _anchors(path: Path | None) -> list[Anchor]:
    return read_anchors(path) if path and path.exists() else []


def _kept(path: Path | None) -> str:
    """Return in words what is kept outside; never raises."""
    try:
        kept = _anchors(path)
    except AnchorError as error:
        return say("audit.anchors.unreadable", why=str(error))
    if not kept:
        return ""
    last = kept[-1]
    return say("audit.anchors.kept", n=len(kept), row=last.head.number, time=_time(last.at))


def _time(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"
