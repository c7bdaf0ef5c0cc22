"""Handing over a watch: who goes and who comes sign the same log, and prove who they are."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from alerts.incidents.codes import strictest
from service import hand_over, watch_log
from service.cases import marked
from service.hand_over import HandOverError
from service.proving import Proving
from service.signing_in import Refused, Where
from service.web import fields
from service.web.clock import now_of
from service.web.fields import FieldError
from service.web.noting import looked_once
from service.web.pages import HEADERS, page
from service.web.sign_in import entrance
from service.web.texts import many, say
from service.web.watch_log import Asked, asked_span, desk_of, lines_of
from store import hand_overs as kept
from store.changes import Change, folded
from store.errors import RuleError
from store.watch_log import Span

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person
    from service.watch_log import Line
    from store.hand_overs import HandOver

_BAD = 400


async def ask(request: Request) -> Response:
    """GET: the log and a summary to be signed by who goes."""
    try:
        asked = await asked_span(request, request.query_params)
    except FieldError as error:
        return await _form(request, await asked_span(request, {}), str(error), _BAD)
    return await _form(request, asked)


async def sign(request: Request) -> Response:
    """POST: freeze the log as it is now, signed by who goes."""
    form, person = await request.form(max_files=0, max_fields=20), request.state.person
    summary = fields.raw(form, "summary")
    try:
        since = await asked_span(request, {"since": fields.raw(form, "since")})
        read = fields.moment(fields.raw(form, "read"), "Read")
    except FieldError as error:
        return await _form(request, await asked_span(request, {}), str(error), _BAD, summary)
    lines = await lines_of(request, since)
    if read and (new := await _news(request, since, read, lines)):
        said = many("hand_over.new.news", new)
        return await _form(request, since, said, 409, summary)
    if why := await _not_proven(request, fields.raw(form, "password")):
        return await _form(request, since, why, _BAD, summary)
    exercise = request.app.state.exercise

    def work(connection: psycopg.Connection) -> str:
        """Freeze and sign in one transaction; return the id."""
        given, span = kept.next_id(connection), since.span
        content = hand_over.content_of(given, span, summary, lines, exercise=exercise)
        made = hand_over.frozen(given, span, content)
        signed = hand_over.signature(made, "outgoing", person, span.until)
        change = Change(person.name, "handed over the watch", span.until)
        kept.put_hand_over(connection, made, signed, change)
        return given

    try:
        given = await desk_of(request).do(work)
    except HandOverError as error:
        return await _form(request, since, str(error), _BAD, summary)
    return RedirectResponse(f"/log/hand-overs/{given}", 303, HEADERS)


async def listed(request: Request) -> Response:
    """GET: the hand-overs that there were."""
    found = await desk_of(request).do(kept.hand_overs)
    if found:
        await looked_once(request, "hand_over.list", "log", "listed the hand-overs")
    return page(request, "hand_overs", rows=found, moment=watch_log.moment)


async def shown(request: Request) -> Response:
    """GET: a log that was handed over, to read, to print, and to sign by who comes."""
    return await _frozen(request, await _kept(request))


async def take_over(request: Request) -> Response:
    """POST: sign by who comes, in their own session or at the screen of who goes."""
    form, made = await request.form(max_files=0, max_fields=20), await _kept(request)
    signer = await _signer(request, form)
    if isinstance(signer, Refused):
        return await _frozen(request, made, signer.why, _BAD)
    if not signer.may("log.sign"):
        said = say("hand_over.not_theirs", name=signer.display, role=signer.role)
        return await _frozen(request, made, said, _BAD)
    try:
        signed = hand_over.signature(made, "incoming", signer, now_of(request))
        change = Change(signer.name, "took over the watch", signed.at)
        await desk_of(request).do(lambda one: kept.take_over(one, signed, change))
    except (HandOverError, RuleError) as error:
        return await _frozen(request, await _kept(request), str(error), 409)
    return RedirectResponse(f"/log/hand-overs/{made.id}", 303, HEADERS)


async def _news(request: Request, asked: Asked, read: dt.datetime, lines: list[Line]) -> int:
    """Return how many open alerts of ``lines`` were not there when the page was read."""
    if not asked.span.since < read < asked.span.until:
        return 0
    before = await lines_of(request, Asked(Span(asked.span.since, read), ""))
    there = {one.link for one in before if one.section == "open"}
    return sum(one.section == "open" and one.link not in there for one in lines)


async def _signer(request: Request, form: FormData) -> Person | Refused:
    """Return who signs: who is signed in by their password, or another by all that they have."""
    person, password = request.state.person, fields.raw(form, "password")
    name = fields.raw(form, "name").strip()
    if not name:
        why = await _not_proven(request, password)
        return Refused(why) if why else person
    door, code = entrance(request), fields.raw(form, "code")
    at = request.client.host if request.client else ""
    # As at the sign-in: who is in must not try the passwords of all others from here.
    if wait := max(door.addresses.take(at), door.names.take(folded(name))):
        return Refused(say("account.tries", seconds=f"{wait:.0f}"))
    found = await door.apart(lambda: _proving(request).other(name, password, code))
    if not isinstance(found, Refused):
        door.names.forget(folded(name))
        door.addresses.refund(at)
    elif door.names.waits(folded(name)):
        where = Where(at, request.headers.get("user-agent", ""))
        await door.apart(lambda: door.steps.refused(name, where))
    return found


async def _not_proven(request: Request, password: str) -> str:
    """Return why the password of who is signed in does not prove them, "" where it does."""
    door, person = entrance(request), request.state.person
    if wait := door.names.take(f"{person.account} sign"):
        return say("account.tries", seconds=f"{wait:.0f}")
    found = await door.apart(lambda: _proving(request).again(person, password))
    if isinstance(found, Refused):
        return found.why
    door.names.forget(f"{person.account} sign")
    return ""


def _proving(request: Request) -> Proving:
    found: Proving = request.app.state.proving
    return found


async def _kept(request: Request) -> HandOver:
    asked = request.path_params["id"]
    found = await desk_of(request).do(lambda one: kept.hand_over(one, asked))
    if found is None:
        raise HTTPException(404, "there is no such hand-over")
    return found


async def _form(
    request: Request, asked: Asked, said: str = "", status: int = 200, summary: str = ""
) -> Response:
    lines = await lines_of(request, asked)
    kept_out = [one for one in lines if one.section == "open" and
                not watch_log.is_for_everybody(one)]  # fmt: skip
    return page(
        request, "hand_over_new", status, said=said, asked=asked, moment=watch_log.moment,
        summary=(summary or watch_log.words_of(lines)).splitlines(), kept_out=len(kept_out),
        sections=watch_log.sections(lines), longest=hand_over.LONGEST,
    )  # fmt: skip


async def _frozen(request: Request, made: HandOver, said: str = "", status: int = 200) -> Response:
    person: Person = request.state.person
    await looked_once(request, "hand_over.read", made.id, "opened the hand-over")
    told = hand_over.readable(person, made.content)
    own = bool(made.outgoing and hand_over.is_same(made.outgoing, person))
    return page(
        request, "hand_over", status, said=said, made=made, told=told, own=own,
        may_sign=person.may("log.sign") and not own, fault=hand_over.fault_of(made),
        sections=watch_log.sections(told["lines"]), moment=watch_log.moment,
        codes=marked(strictest(*(one.codes for one in told["lines"] if one.codes))),
        code_step=request.app.state.people.totp != "off",
    )  # fmt: skip
