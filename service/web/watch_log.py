"""``/log``: what happened since one's last watch, and notes by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from service import watch_log
from service.sight import sight
from service.web import fields
from service.web.answers import answer
from service.web.clock import now_of
from service.web.fields import FieldError
from service.web.noting import looked_once
from service.web.pages import HEADERS, page
from service.web.texts import say
from store.changes import Change
from store.errors import RuleError
from store.hand_overs import last_signed, sign_ins
from store.log_notes import LogNote, add_log_note
from store.watch_log import Span, alert_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person
    from service.watch_log import Line
    from service.web.transactions import Transactions

_USUAL = dt.timedelta(hours=12)
_LONGEST = dt.timedelta(days=31)
_MOST_MMSI = 999_999_999


@dataclass(frozen=True, slots=True)
class Asked:
    """A span, and in words why it begins where it does."""

    span: Span
    because: str


async def log(request: Request) -> Response:
    """Answer the log of the span that is asked for."""
    did = say("log.added") if request.query_params.get("did") == "note" else ""
    return await _shown(request, did)


async def add_note(request: Request) -> Response:
    """POST: add a note; it cannot be changed afterwards."""
    person: Person = request.state.person
    form = await request.form(max_files=0, max_fields=20)
    try:
        note, now = _note(form), now_of(request)

        def work(connection: psycopg.Connection) -> LogNote:
            """Keep the note, if its alert may be known."""
            _check_known(connection, person, note.alert)
            return add_log_note(connection, note, Change(person.name, "watch log", now))

        await desk_of(request).do(work)
    except (FieldError, RuleError) as error:
        return await _shown(request, str(error), 400, given=form)
    return RedirectResponse("/log?did=note#notes", 303, HEADERS)


async def as_json(request: Request) -> Response:
    """GET /api/v1/log: the lines of a span, since and until or hours, as the person may know."""
    try:
        asked = await asked_span(request, request.query_params)
    except FieldError as error:
        raise HTTPException(400, str(error)) from error
    lines = [
        {"section": one.section, "at": one.at.isoformat(), "text": one.text, "who": one.who,
         "tag": one.tag, "lane": one.lane, "link": one.link}
        for one in await lines_of(request, asked)
    ]  # fmt: skip
    span = asked.span
    return answer({"since": span.since.isoformat(), "until": span.until.isoformat(),
                   "lines": lines})  # fmt: skip


async def lines_of(request: Request, asked: Asked) -> list[Line]:
    """Return what the person who asks may know of a span; noted in the audit once an hour."""
    rosters = request.app.state.rosters
    found = await desk_of(request).do(lambda one: watch_log.gather(one, asked.span, rosters))
    lines = watch_log.seen(request.state.person, found)
    if lines:
        await looked_once(request, "log.read", "log", "read the watch log")
    return lines


async def asked_span(request: Request, given: Mapping[str, str]) -> Asked:
    """Return the span of ``given`` (since, until or hours), else the person's own.

    Raises FieldError for a span that cannot be.
    """
    until = fields.moment(given.get("until", ""), "Until") or now_of(request)
    if until - dt.datetime.min.replace(tzinfo=dt.UTC) < _LONGEST:
        raise FieldError("Until: is before any time that a log has.")
    hours = given.get("hours", "")
    past = int(hours[:9]) if hours.isascii() and hours.isdigit() else 0
    if 0 < past <= _LONGEST.total_seconds() / 3600:
        return Asked(
            Span(until - dt.timedelta(hours=past), until), say("log.because_hours", hours=past)
        )
    since = fields.moment(given.get("since", ""), "From")
    if since is None:
        return await _own(request, until)
    if not until - _LONGEST <= since < until:
        raise FieldError("From: must be before Until, and at most 31 days before it.")
    return Asked(Span(since, until), say("log.because_chosen"))


def desk_of(request: Request) -> Transactions:
    """Return the application's transactions."""
    found: Transactions = request.app.state.transactions
    return found


async def _own(request: Request, until: dt.datetime) -> Asked:
    person: Person = request.state.person

    def work(connection: psycopg.Connection) -> tuple[dt.datetime | None, list[dt.datetime]]:
        """Read the last hand-over and the last sign-ins."""
        return last_signed(connection, person.account), sign_ins(connection, person.name)

    signed, ins = await desk_of(request).do(work)
    first = until - _LONGEST
    if signed and signed < until:
        return Asked(Span(max(signed, first), until), say("log.because_signed"))
    if len(ins) > 1 and ins[1] < until:
        return Asked(Span(max(ins[1], first), until), say("log.because_in"))
    return Asked(Span(until - _USUAL, until), say("log.because_usual"))


async def _shown(
    request: Request, said: str = "", status: int = 200, given: FormData | None = None
) -> Response:
    query = request.query_params if request.method == "GET" else {}
    try:
        asked = await asked_span(request, query)
    except FieldError as error:
        asked, said, status = await asked_span(request, {}), str(error), 400
    lines = await lines_of(request, asked)
    names = ("text", "corrects", "mmsi", "alert", "place")
    return page(
        request, "log", status, said=said, tone="good" if status < 400 else "bad",  # noqa: PLR2004
        asked=asked, sections=watch_log.sections(lines), moment=watch_log.moment,
        given={name: fields.raw(given, name) if given else "" for name in names},
        may_sign=request.state.person.may("log.sign"),
    )  # fmt: skip


def _note(form: FormData) -> LogNote:
    return LogNote(
        fields.text(form, "text", "Note", most=2000),
        fields.number(form, "corrects", "Corrects note", 1, 2**53),
        fields.number(form, "mmsi", "MMSI", 1, _MOST_MMSI),
        fields.line(form, "alert", "Alert", needed=False, most=20) or None,
        fields.line(form, "place", "Place", needed=False, most=120),
    )


def _check_known(connection: psycopg.Connection, person: Person, alert_id: str | None) -> None:
    """Raise RuleError where ``person`` may not know of the alert that a note names."""
    found = alert_by(connection, alert_id) if alert_id else None
    if alert_id and (found is None or sight(person, found) == "nothing"):
        raise RuleError(f"Alert {alert_id}: there is none; look at its id again.")
