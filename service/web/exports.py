"""Exports at pages and for programs: made at once or later, fetched until they expire."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, RedirectResponse, Response

from alerts.alert import Codes
from alerts.routing import LANGUAGES
from maps.errors import MapsError
from maps.export import KINDS, WORDS
from maps.exports import EXPORTS
from service import reading
from service.cases import CaseError, UnknownCaseError, require
from service.errors import ServiceError, WrongUseError
from service.exporting import asking
from service.exporting.asking import FOR_CASE, Asked
from service.exporting.choosing import Viewer, reason_in
from service.exporting.ordering import Orders, sidecar_text
from service.known import UnknownError
from service.links.asking import MOST_HOPS
from service.moments import moment
from service.papers.ordering import FIRST_LINE, NEEDED
from service.papers.ordering import WORDS as PAPERS
from service.sight import sees
from service.signing_in import form_token
from service.web.answers import answer
from service.web.doorkeeper import FORM_HEADER
from service.web.pages import HEADERS, page
from service.web.sessions import token_of
from service.web.texts import say, word
from service.web.workroom import person_of, sentence
from store import audit, export_orders
from store.cases import whole
from store.changes import Change
from store.connect import session
from store.errors import RuleError

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData, QueryParams
    from starlette.requests import Request

    from service.rights import Person
    from store.export_orders import ExportOrder

Got = TypeVar("Got")
_DEEDS = {
    "watchlist": "watchlist.read", "alerts": "alerts.read", "events": "alerts.read",
    "links": "links.read", "evidence": "alerts.read", "dossier": "watchlist.read",
    "alert": "alerts.read", "case": "cases.read",
}  # fmt: skip
"""What may be read, by the kind of an export or by what it is asked of, beyond ``export``."""
PATIENCE_S = 900.0
_AT_ONCE = 2  # each reads and writes for seconds: the map's questions come first
_LONGEST_REASON = 500
_SHOWN = 50
_WORDS: dict[str, str] = {**WORDS, **PAPERS}  # type: ignore[dict-item]  # kinds are texts
_ASKED = {
    name: word(f"exports.asked.{name}")
    for name in ("vessels", "from", "to", "bbox", "polygon", "zones", "alert", "case",
                 "permission", FOR_CASE, "hops", "vessel", "language", "since")
}  # fmt: skip
_PLAINLY: dict[str, dict[str, str]] = {
    "language": {one: word(f"exports.languages.{one}") for one in LANGUAGES},
    "since": {one: word(f"papers.begins.{one}") for one in (NEEDED, FIRST_LINE)},
}
"""Words of a question that are codes, for people."""
_FIELDS = ("kind", "format", "from", "to", "bbox", "polygon", "alert", "case", "reason",
           "permission", "hops")  # fmt: skip


def threads() -> CapacityLimiter:
    """Return the threads that make exports."""
    return CapacityLimiter(_AT_ONCE)


async def ask(request: Request) -> Response:
    """GET /api/v1/export/{kind}: make it, or have it made; answers where the file is.

    For programs, by a token, and for scripts of our pages, which send the session's form token: a
    link to it makes nothing in the name of who follows it.
    """
    if person_of(request).scopes is None:
        given, wanted = request.headers.get(FORM_HEADER, ""), form_token(token_of(request))
        if not hmac.compare_digest(given.encode(), wanted.encode()):
            raise HTTPException(400, "ask with a token of a program, or by the page Exports")
    asked = dict(request.query_params) | {"kind": request.path_params["kind"]}
    order = await _ordered(request, asked, request.query_params)
    return answer(_said(order), 200)


async def as_json(request: Request) -> Response:
    """GET /api/v1/exports: the newest exports of who asks."""
    orders = await _own(request)
    return answer({"exports": [_said(one) for one in orders]})


async def state(request: Request) -> Response:
    """GET /api/v1/exports/{id}: what became of one, with its sidecar."""
    return answer(_said(await _one(request)))


async def file(request: Request) -> Response:
    """GET the file of an export, until it expires."""
    order = await _one(request)
    path = _orders(request).path_of(order)
    if order.state != "ready" or not await anyio.Path(path).exists():
        raise HTTPException(404, f"{order.id} is {order.state}: there is no file to fetch")
    by = Change(person_of(request).name, order.why, dt.datetime.now(dt.UTC))

    def handed(connection: psycopg.Connection) -> None:
        """Note it: what is not in the audit is not given."""
        export_orders.taken(connection, order.id, by.at)
        said = {"sha256": (order.sidecar or {}).get("file", {}).get("sha256", "")}
        audit.append(connection, by, f"{order.asked['kind']}.fetch", order.id, said)

    await _apart(request, lambda: _with(request, handed), quick=True)
    return FileResponse(path, media_type="application/octet-stream", filename=path.name,
                        headers={"cache-control": "no-store"})  # fmt: skip


async def sidecar(request: Request) -> Response:
    """GET the sidecar of an export as a file."""
    order = await _one(request)
    name = f"{_orders(request).path_of(order).name}.json"
    more = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(sidecar_text(order), headers=HEADERS | more, media_type="application/json")


async def listed(request: Request) -> Response:
    """GET the page of one's own exports."""
    return page(request, "exports", rows=[_shown(one) for one in await _own(request)])


async def new(request: Request) -> Response:
    """GET the form, filled with what the address says."""
    return await _form(request, request.query_params)


async def begin(request: Request) -> Response:
    """POST the form: make it, or have it made, and show what became of it."""
    form = await request.form()
    texts = {name: value for name, value in form.items() if isinstance(value, str)}
    try:
        order = await _ordered(request, texts, form)
    except HTTPException as error:
        why = f"{error.detail[:1].upper()}{error.detail[1:]}."
        return await _form(request, form, error.status_code, said=why)
    return RedirectResponse(f"/exports/{order.id}", 303, HEADERS)


async def one(request: Request) -> Response:
    """GET the page of one export."""
    order = await _one(request)
    return page(request, "export", order=_shown(order), sidecar=order.sidecar or {})


async def _ordered(
    request: Request, texts: Mapping[str, str], given: QueryParams | FormData
) -> ExportOrder:
    """Make what is asked for; raises HTTPException saying in a sentence why not."""
    orders, person = _orders(request), person_of(request)
    several = {name: [str(one) for one in given.getlist(name)] for name in ("vessel", "zone")}

    def work() -> ExportOrder:
        """Make it in a thread."""
        asked = _asked(texts, several)
        if lacks := _lacks(person, asked.query()):
            raise HTTPException(403, f"this needs {lacks} as well, which is not given here")
        with session(orders.dsn) as connection:
            asked, why = _reasoned(connection, asked, _why(texts), person)
        made = Change(person.name, why, dt.datetime.now(dt.UTC))
        return orders.order(asked, made, person)

    try:
        return await _apart(request, work)
    except (UnknownError, UnknownCaseError) as error:
        raise HTTPException(404, _plain(error)) from None
    except asking.TooMuchError as error:
        raise HTTPException(413, _plain(error)) from None
    except WrongUseError as error:
        raise HTTPException(400, _plain(error)) from None
    except (ServiceError, MapsError) as error:
        raise HTTPException(409, _plain(error)) from None


def _reasoned(
    connection: psycopg.Connection, asked: Asked, why: str, person: Person
) -> tuple[Asked, str]:
    """Return the question and why it leaves: within a case its reason, which is not asked again.

    Raises CaseError, UnknownError, and WrongUseError without any reason.
    """
    if asked.case:
        reason = reason_in(connection, asked.case, Viewer(person))
        return asked, f"{reason} ({why})" if why else reason
    stated = reading.stated_or_none(connection, person)
    if stated and stated.case_id and why in {"", stated.text}:
        return replace(asked, within=stated.case_id), stated.text
    if not why:
        raise WrongUseError("say why in a few words (reason), or for which case: it is kept")
    return asked, why


def _lacks(person: Person, query: Mapping[str, Any]) -> str:
    """Return the deed that an export needs and ``person`` (or their token) has not, "" = none."""
    about = (query["kind"], *(name for name in ("alert", "case") if query.get(name)))
    needed = [_DEEDS[one] for one in about if one in _DEEDS]
    return next((one for one in needed if not person.may(one)), "")


def _asked(texts: Mapping[str, str], several: Mapping[str, list[str]]) -> Asked:
    case = texts.get("case", "").strip()
    return Asked(
        kind=texts.get("kind", ""),  # type: ignore[arg-type]  # checked there
        layout=texts.get("format", ""),
        vessels=asking.vessels(" ".join(several["vessel"]).replace(",", " ").split()),
        start=moment("from", texts.get("from")),
        end=moment("to", texts.get("to")),
        box=asking.box("bbox", texts.get("bbox")),
        polygon=asking.polygon("polygon", texts.get("polygon")),
        zones=tuple(dict.fromkeys(" ".join(several["zone"]).replace(",", " ").split())),
        alert=texts.get("alert", "").strip(),
        case=case,
        hops=_hops(texts),
        permission=" ".join(texts.get("permission", "").split())[:_LONGEST_REASON],
    )


def _hops(texts: Mapping[str, str]) -> int:
    text = texts.get("hops", "").strip() or "1"
    if text not in {str(one) for one in range(1, MOST_HOPS + 1)}:
        raise WrongUseError(f"hops {text[:20]!r}: expected 1 to {MOST_HOPS} steps")
    return int(text)


def _why(texts: Mapping[str, str]) -> str:
    why = " ".join(texts.get("reason", "").split())[:_LONGEST_REASON]
    if not why.isprintable():
        raise WrongUseError("the reason holds control characters; write plain words")
    return why


async def _form(
    request: Request, given: QueryParams | FormData, status: int = 200, said: str = ""
) -> Response:
    now = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0, tzinfo=None)
    texts = {name: str(given.get(name, "")) for name in _FIELDS}
    texts |= {name: " ".join(map(str, given.getlist(name))) for name in ("vessel", "zone")}
    moving = texts["kind"] in {"", "tracks", "positions", "links"}
    if not said and not texts["from"] and moving and not texts["alert"]:
        texts["from"] = (now - dt.timedelta(hours=24)).isoformat("T", "minutes")
        texts["to"] = texts["to"] or now.isoformat("T", "minutes")
    able = [(name, one.word, [kind for kind in KINDS if kind in one.kinds])
            for name, one in EXPORTS.items()]  # fmt: skip
    person = person_of(request)
    stated = await _apart(request, lambda: _with(request, reading.stated_or_none, person),
                          quick=True)  # fmt: skip
    return page(
        request, "export_new", status, said=said, given=texts, kinds=WORDS, able=able,
        within=stated.text if stated and stated.case_id else "",
    )  # fmt: skip


def _said(order: ExportOrder) -> dict[str, Any]:
    """Return an export as the API says it."""
    ready = order.state == "ready"
    return {
        "export": order.id, "state": order.state, "said": order.said, "query": order.asked,
        "at": asking.said(order.at), "expires_at": asking.said(order.expires_at),
        "taken": order.taken_at is not None,
        "file": f"/api/v1/exports/{order.id}/file" if ready else None, "sidecar": order.sidecar,
    }  # fmt: skip


def _row(order: ExportOrder) -> dict[str, Any]:
    """Return an export as pages say it."""
    told = order.sidecar or {}
    return {
        "id": order.id, "state": order.state, "said": order.said, "why": order.why,
        "at": order.at, "expires_at": order.expires_at, "what": _WORDS[order.asked["kind"]],
        "format": order.asked["format"], "rows": told.get("rows"), "asked": {
            name: value for name, value in order.asked.items() if name not in {"kind", "format"}
        },
        "codes": told.get("codes", {}).get("marked", ""), "taken": order.taken_at is not None,
        "paper": order.asked["kind"] in PAPERS,
    }  # fmt: skip


def _shown(order: ExportOrder) -> dict[str, Any]:
    """Return an export with its question in words."""
    row = _row(order)
    layout = EXPORTS.get(row["format"])
    asked = {_ASKED.get(name, name): _told(name, one) for name, one in row["asked"].items()}
    return {**row, "format": layout.word if layout else row["format"].upper(), "asked": asked}


def _told(name: str, value: Any) -> str:  # noqa: ANN401 (as JSON keeps it)
    """Return a part of a question as pages say it."""
    if name in {"from", "to"} and value:
        return f"{dt.datetime.fromisoformat(value):%d %b %Y %H:%M} UTC"
    if name in _PLAINLY:
        return _PLAINLY[name].get(value, str(value))
    if name == "polygon":
        return say("exports.corners", n=len(value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


async def _own(request: Request) -> list[ExportOrder]:
    account = person_of(request).account
    return await _apart(
        request, lambda: _with(request, export_orders.orders_of, account, _SHOWN), quick=True
    )


async def _one(request: Request) -> ExportOrder:
    """Return the export of the path; 404 where it is not (or, by its codes, no more) theirs."""
    person, order = person_of(request), request.path_params["id"]

    def work(connection: psycopg.Connection) -> ExportOrder | None:
        """Read it, as far as the person's rights are what they were."""
        found = export_orders.order_of(connection, order[:40], person.account)
        return found if found is not None and _still(connection, found, person) else None

    found = await _apart(request, lambda: _with(request, work), quick=True)
    if found is None:
        raise HTTPException(404, "there is no such export of yours, or not any more")
    return found


def _still(connection: psycopg.Connection, order: ExportOrder, person: Person) -> bool:
    """Tell whether ``person`` may have what was made for them: its codes, its case, its kind."""
    said = (order.sidecar or {}).get("codes", {})
    codes = Codes(**{
        **{name: value for name, value in said.items() if name != "marked"},
        "contributors": tuple(said.get("contributors", ())),
    })  # fmt: skip
    if _lacks(person, order.asked) or not sees(person, codes):
        return False
    if case := order.asked.get("case"):
        try:
            require(whole(connection, case), person, "reads")
        except (CaseError, RuleError):
            return False
    return True


def _with(request: Request, work: Callable[..., Got], *said: Any) -> Got:  # noqa: ANN401
    with session(_orders(request).dsn) as connection:
        return work(connection, *said)


async def _apart(request: Request, work: Callable[[], Got], *, quick: bool = False) -> Got:
    """Do blocking ``work`` in a thread; what is quick does not wait for exports."""
    limiter = None if quick else request.app.state.export_threads
    # Not abandoned: what is half written has to be cleared away by who writes it.
    return await anyio.to_thread.run_sync(work, limiter=limiter)


def _orders(request: Request) -> Orders:
    orders: Orders = request.app.state.exports
    return orders


def _plain(error: Exception) -> str:
    return sentence(error).removesuffix(".")
