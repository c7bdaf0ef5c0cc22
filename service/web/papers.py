"""Documents at pages: a vessel's dossier, an alert's evidence; fetched where exports are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import anyio
from starlette.responses import RedirectResponse, Response

from alerts.routing import LANGUAGES
from maps.errors import MapsError
from service.disclosure import CURE
from service.errors import ServiceError, WrongUseError
from service.exporting import asking
from service.known import UnknownError
from service.moments import moment
from service.papers.order import Order
from service.papers.ordering import FIRST_LINE, NEEDED
from service.web.pages import HEADERS, page
from service.web.purpose import for_case
from service.web.speaking import spoken
from service.web.texts import say
from service.web.workroom import person_of, sentence, text
from store.changes import Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request

    from service.papers.ordering import Papers
    from store.export_orders import ExportOrder
    from store.purposes import Purpose

LAYOUTS = ("pdf", "html")
_USUAL = dt.timedelta(days=7)
_DOSSIER = ("vessel", "from", "to", "language", "format", "reason", "permission")
_EVIDENCE = ("alert", "language", "begin", "since", "reason", "permission")
_BEGINS = (NEEDED, FIRST_LINE, "time")


async def new_dossier(request: Request) -> Response:
    """GET the form, filled with what the address says."""
    given = {name: request.query_params.get(name, "") for name in _DOSSIER}
    now = dt.datetime.fromtimestamp(request.app.state.poller.now_ms() // 1000, dt.UTC)
    span = {"from": _minutes(now - _USUAL), "to": _minutes(now + dt.timedelta(minutes=1))}
    return _form(request, "dossier_new", {**span, **_said(given)})


async def make_dossier(request: Request) -> Response:
    """POST the form: make the document, and lead to where it is fetched."""
    form = await request.form()
    given = _texts(form, _DOSSIER)

    def work() -> ExportOrder:
        """Make it in a thread."""
        return _papers(request).dossier(_order(request, given), person_of(request), _layout(given))

    return await _made(request, "dossier_new", given, work)


async def new_evidence(request: Request) -> Response:
    """GET the form of an alert's package."""
    given = {name: request.query_params.get(name, "") for name in _EVIDENCE}
    return _form(request, "evidence_new", _said(given))


async def make_evidence(request: Request) -> Response:
    """POST the form: have the package made, and lead to where it will be fetched."""
    form = await request.form()
    given = _texts(form, _EVIDENCE)

    def work() -> ExportOrder:
        """Ask the codes in a thread; the jobs process makes it."""
        return _papers(request).evidence(
            given["alert"], _change(request, given), person_of(request), given["permission"],
            _language(request, given), _begin(given), for_case(request),
        )  # fmt: skip

    return await _made(request, "evidence_new", given, work)


async def _made(
    request: Request, template: str, given: Mapping[str, str], work: Callable[[], ExportOrder]
) -> Response:
    """Do ``work``, or show the form again with what is wrong in a sentence."""
    try:
        # Not abandoned: what is half written has to be cleared away by who writes it.
        order = await anyio.to_thread.run_sync(work, limiter=request.app.state.export_threads)
    except UnknownError as error:
        return _form(request, template, given, 404, sentence(error))
    except WrongUseError as error:
        return _form(request, template, given, 400, sentence(error))
    except (ServiceError, MapsError) as error:
        return _form(request, template, given, 409, _refused(error))
    return RedirectResponse(f"/exports/{order.id}", 303, HEADERS)


def _refused(error: Exception) -> str:
    """Return a refusal as a page says it: the command line's cure is a field of the form here."""
    whole = sentence(error)
    said = whole.removesuffix(sentence(ValueError(CURE)))
    return whole if said == whole else say("papers.permit", refused=said)


def _order(request: Request, given: Mapping[str, str]) -> Order:
    if not given["vessel"]:
        raise WrongUseError("say which vessel: its MMSI, or imo: and the number")
    since, until = moment("from", given["from"]), moment("to", given["to"])
    if since is None or until is None:
        raise WrongUseError("say from when until when the document tells")
    if until <= since:
        raise WrongUseError("the span ends before it begins; swap the two")
    return Order(
        asking.vessels([given["vessel"]])[0], since, until, _change(request, given),
        _language(request, given), 0, given["permission"], person_of(request), for_case(request),
    )  # fmt: skip


def _change(request: Request, given: Mapping[str, str]) -> Change:
    """Return the mark; within a case its reason is the reason, and none is asked for."""
    purpose: Purpose = request.state.purpose
    why = purpose.text if purpose.case_id else given["reason"]
    if not why:
        raise WrongUseError("say why in a few words: it is kept in the audit")
    return Change(person_of(request).name, why, dt.datetime.now(dt.UTC))


def _language(request: Request, given: Mapping[str, str]) -> str:
    return given["language"] if given["language"] in LANGUAGES else spoken(request)


def _begin(given: Mapping[str, str]) -> str:
    """Return from where on the spool is read; what a form does not say is worked out."""
    begin = given["begin"] or NEEDED
    if begin not in _BEGINS:
        raise WrongUseError(f"begin: {begin[:20]!r}; expected {', '.join(_BEGINS)}")
    if begin in {NEEDED, FIRST_LINE}:
        return begin
    since = moment("from", given["since"])
    if since is None:
        raise WrongUseError("say from when on the lines are read, or let it be worked out")
    return asking.said(since)


def _layout(given: Mapping[str, str]) -> str:
    if given["format"] not in LAYOUTS:
        raise WrongUseError(f"format: {given['format'][:20]!r}; expected {' or '.join(LAYOUTS)}")
    return given["format"]


def _form(
    request: Request, template: str, given: Mapping[str, str], status: int = 200, said: str = ""
) -> Response:
    purpose: Purpose = request.state.purpose
    filled = {"from": "", "to": "", "format": "pdf", "reason": purpose.text, "permission": "",
              "vessel": "", "alert": "", "begin": NEEDED, "since": "",
              "language": spoken(request), **_said(given)}  # fmt: skip
    return page(request, template, status, said=said, given=filled, languages=LANGUAGES,
                layouts=LAYOUTS, begins=_BEGINS, purpose=purpose)  # fmt: skip


def _texts(form: FormData, names: tuple[str, ...]) -> dict[str, str]:
    return {name: text(form, name) for name in names}


def _said(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _minutes(at: dt.datetime) -> str:
    return at.replace(second=0, microsecond=0, tzinfo=None).isoformat("T", "minutes")


def _papers(request: Request) -> Papers:
    papers: Papers = request.app.state.papers
    return papers
