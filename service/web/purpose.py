"""For what a person reads the list: asked once in a session, shown on each page, in the audit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service.desk import LIST, Desk, change
from service.known import UnknownError
from service.web.pages import HEADERS, page
from service.web.sign_in import inside
from service.web.workroom import Endpoint, person_of, text, workroom
from store import audit
from store.purposes import Purpose, purpose_of, put_purpose

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.web.pages import Tone
    from store.changes import Change

_LONGEST_CASE, _LONGEST_TO = 40, 32_000  # an export names each of 500 zones


@dataclass(frozen=True, slots=True)
class _Question:
    """What the page asks: heading, why it asks, the word on its button, where else to go."""

    heading: str
    why: str
    button: str
    back: str


_LIST = _Question(
    "For what do you read the list?",
    "The list holds vessels of interest, and the law asks who read it and why.",
    "Read the list",
    "/watchlist",
)
_ZONES = _Question(
    "For what do you take zones along?",
    "What leaves with somebody is kept with its reason.",
    "Take the file along",
    "/zones",
)
_PAPERS = _Question(
    "For what is it needed?",
    "A document tells what the list says, and the law asks who read it and why.",
    "Go on",
    "/exports",
)


async def state_purpose(request: Request) -> Response:
    """POST why the list is read, and perhaps for which case; then what was asked for."""
    form, person = await request.form(), person_of(request)
    said, to = text(form, "purpose"), inside(text(form, "to", _LONGEST_TO) or "/watchlist")
    if not said:
        raise HTTPException(400, "say for what you read the list: it is kept in the audit")
    case = text(form, "case", _LONGEST_CASE)

    def work(at: Desk) -> None:
        """Work at one desk, in one transaction."""
        mark = change(person.name, said)
        put_purpose(at.connection, person.account, person.session, Purpose(said, mark.at, case))
        audit.append(at.connection, mark, f"{LIST}.purpose", LIST, {"case": case})

    await workroom(request).apart(work)
    return RedirectResponse(to, 303, HEADERS)


def with_purpose(endpoint: Endpoint) -> Endpoint:
    """Ask for the purpose before ``endpoint`` shows anything of the list; once in a session.

    ``?purpose=`` and ``?case=`` of an address fill the form in: so a case leads here.
    """

    async def ask_first(request: Request) -> Response:
        """Answer, or ask for what."""
        person = person_of(request)
        stated = await workroom(request).apart(
            lambda at: purpose_of(at.connection, person.account, person.session)
        )
        if stated is None or "purpose" in request.query_params:
            return _ask(request, stated)
        request.state.purpose = stated
        try:
            return await endpoint(request)
        except UnknownError as error:
            raise HTTPException(404, str(error)) from None

    return ask_first


def _ask(request: Request, stated: Purpose | None) -> Response:
    asked = request.query_params
    kept = [
        (name, value) for name, value in asked.multi_items() if name not in {"purpose", "case"}
    ]
    path = request.url.path
    if request.method == "POST":
        path += "/new"  # a form is asked for again, not sent again
    return page(
        request, "purpose", to=f"{path}?{urlencode(kept)}" if kept else path,
        asked=_question(path),
        purpose_text=asked.get("purpose") or (stated.text if stated else ""),
        case=asked.get("case") or (stated.case_id if stated else ""),
    )  # fmt: skip


def _question(path: str) -> _Question:
    if path.startswith("/zones"):
        return _ZONES
    return _PAPERS if path.startswith(("/dossiers", "/evidence")) else _LIST


def reading(request: Request) -> Change:
    """Return the mark of a reading: who, now, and for what they said they read."""
    stated: Purpose = request.state.purpose
    return change(person_of(request).name, stated.text)


def for_case(request: Request) -> dict[str, Any]:
    """Return what the audit's details say of the case that a reading belongs to."""
    stated: Purpose = request.state.purpose
    return {"case": stated.case_id} if stated.case_id else {}


def list_page(
    request: Request, template: str, status: int = 200, /, *, said: str = "", tone: Tone = "bad",
    **values: Any,  # noqa: ANN401 (what its template shows)
) -> Response:  # fmt: skip
    """Return a page of the list, with the purpose where one was stated."""
    stated: Purpose | None = getattr(request.state, "purpose", None)
    now = dt.datetime.now(dt.UTC)
    return page(request, template, status, said=said, tone=tone, purpose=stated, today=now.date(),
                **values)  # fmt: skip
