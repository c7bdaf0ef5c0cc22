"""For what a person reads the list: asked once in a session, shown on each page, in the audit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service import reading as reads
from service.cases import CaseError, UnknownCaseError
from service.desk import LIST, Desk, change
from service.known import UnknownError
from service.web.pages import HEADERS, page
from service.web.refusing import note
from service.web.sign_in import inside
from service.web.texts import say
from service.web.workroom import Endpoint, person_of, text, workroom
from store import audit
from store.changes import Change
from store.purposes import Purpose, put_purpose

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.web.pages import Tone

_LONGEST_CASE, _LONGEST_TO = 40, 32_000  # an export names each of 500 zones


async def state_purpose(request: Request) -> Response:
    """POST why the list is read, or for which case; then what was asked for.

    The reason of a case was asked when it was opened, and is not asked again.
    """
    form, person = await request.form(), person_of(request)
    said, to = text(form, "purpose"), inside(text(form, "to", _LONGEST_TO) or "/watchlist")
    case = text(form, "case", _LONGEST_CASE)
    if not said and not case:
        raise HTTPException(400, "say for what you read the list: it is kept in the audit")
    now = dt.datetime.now(dt.UTC)

    def work(at: Desk) -> None:
        """Work at one desk, in one transaction."""
        meant = Purpose(said, now)
        if case:
            meant = reads.for_case(at.connection, person, case, now)
        mark = Change(person.name, meant.text, now)
        put_purpose(at.connection, person.account, person.session, meant)
        more = {"said": said} if case and said else {}
        audit.append(at.connection, mark, f"{LIST}.purpose", LIST, reads.told(meant) | more)

    try:
        await workroom(request).apart(work)
    except CaseError as error:
        note(request, "unknown", f"read for case {case}: {error}")
        return await _ask(request, None, _Given(to, said, case), str(error), _status(error))
    return RedirectResponse(to, 303, HEADERS)


def with_purpose(endpoint: Endpoint) -> Endpoint:
    """Ask for the purpose before ``endpoint`` shows anything of the list; once in a session.

    Who reads for a case says which, and is not asked for its reason. ``?purpose=`` and ``?case=``
    of an address fill the form in; they change nothing by themselves.
    """

    async def ask_first(request: Request) -> Response:
        """Answer, or ask for what."""
        person, asked = person_of(request), request.query_params
        try:
            stated = await workroom(request).apart(lambda at: reads.stated(at.connection, person))
        except CaseError as error:
            return await _ask(request, None, said=str(error), status=_status(error))
        other = "case" in asked and (stated is None or asked["case"] != stated.case_id)
        if stated is None or other or "purpose" in asked:
            return await _ask(request, stated)
        request.state.purpose = stated
        try:
            return await endpoint(request)
        except UnknownError as error:
            raise HTTPException(404, str(error)) from None

    return ask_first


@dataclass(frozen=True, slots=True)
class _Given:
    """What the form is filled with: where it leads, own words, case."""

    to: str
    text: str = ""
    case: str = ""


async def _ask(
    request: Request, stated: Purpose | None, given: _Given | None = None, said: str = "",
    status: int = 200,
) -> Response:  # fmt: skip
    person = person_of(request)
    given = given or _given(request, stated)
    cases = await workroom(request).apart(lambda at: reads.readable(at.connection, person))
    # What the case of an address is, is said only to its members: it may be none at all.
    case = given.case if given.case in {one.id for one in cases} else ""
    if given.case and not case and not said:
        said, status = say("purpose.not_yours"), 404
    return page(
        request, "purpose", status, said=said, to=given.to, asked=_question(given.to),
        purpose_text=given.text, case=case, cases=cases,
    )  # fmt: skip


def _given(request: Request, stated: Purpose | None) -> _Given:
    """Return what an address asks for, else what was stated before."""
    asked, path = request.query_params, request.url.path
    kept = [
        (name, value) for name, value in asked.multi_items() if name not in {"purpose", "case"}
    ]
    if request.method == "POST":
        path += "/new"  # a form is asked for again, not sent again
    own = stated.text if stated and not stated.case_id else ""
    case = asked.get("case") or (stated.case_id if stated else "")
    to = f"{path}?{urlencode(kept)}" if kept else path
    return _Given(to, asked.get("purpose") or own, case[:_LONGEST_CASE])


def _status(error: CaseError) -> int:
    return 404 if isinstance(error, UnknownCaseError) else 409


def _question(path: str) -> str:
    """Return of what the page asks: zones, papers or the list."""
    if path.startswith("/zones"):
        return "zones"
    return "papers" if path.startswith(("/dossiers", "/evidence")) else "list"


def reading(request: Request) -> Change:
    """Return the mark of a reading: who, now, and for what they said they read."""
    stated: Purpose = request.state.purpose
    return change(person_of(request).name, stated.text)


def for_case(request: Request) -> dict[str, Any]:
    """Return what the audit's details say of the case that a reading belongs to."""
    stated: Purpose = request.state.purpose
    return dict(reads.told(stated))


def list_page(
    request: Request, template: str, status: int = 200, /, *, said: str = "", tone: Tone = "bad",
    **values: Any,  # noqa: ANN401 (what its template shows)
) -> Response:  # fmt: skip
    """Return a page of the list, with the purpose where one was stated."""
    stated: Purpose | None = getattr(request.state, "purpose", None)
    now = dt.datetime.now(dt.UTC)
    return page(request, template, status, said=said, tone=tone, purpose=stated, today=now.date(),
                **values)  # fmt: skip
