"""``/cases``: whose case it is, what is in it; what one may not know of is not there (404)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service import cases as rules
from service.cases import CaseError, UnknownCaseError
from service.proving import person_of
from service.sight import sees
from service.watch_log import moment
from service.web import fields
from service.web.answers import answer
from service.web.case_acts import ACTS, Doing, case_of, seen_as
from service.web.case_known import Known, known
from service.web.fields import FieldError
from service.web.noting import looked_once
from service.web.pages import HEADERS, Tone, page
from service.web.texts import word
from service.web.watch_log import desk_of
from store import cases as kept
from store.case_parts import Member, Whole
from store.changes import Change
from store.errors import RuleError
from store.people import account_by

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from service.cases import Standing
    from service.rights import Person
    from store.case_parts import Paper

Got = TypeVar("Got")
_LISTED = ("case.list", "cases", "listed the cases")
_REVIEW = dt.timedelta(days=365)
_ATTACHED = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A case for one person: how far they go, and what is known of its parts."""

    held: Whole
    standing: Standing
    known: dict[str, Known]
    members: list[dict[str, object]]


async def listed(request: Request) -> Response:
    """GET: the cases of the person; a supervisor sees of the others that they exist."""
    person: Person = request.state.person
    everything = person.may("cases.release")
    found = await desk_of(request).do(
        lambda one: kept.cases(one, None if everything else person.account)
    )
    rows = [(one, may) for one in found if (may := rules.standing(one, person)) != "nothing"]
    if rows:
        await looked_once(request, *_LISTED)
    return page(
        request, "cases", rows=[_row(one, may) for one, may in rows], today=_today(),
        may_open=person.may("cases.edit"),
    )  # fmt: skip


async def as_json(request: Request) -> Response:
    """GET /api/v1/cases: the open cases of the person, for «add to case»."""
    person: Person = request.state.person
    found = await desk_of(request).do(lambda one: kept.cases(one, person.account))
    told = []
    for one in found:
        may = rules.standing(one, person)
        if one.case.state == "open" and may in {"reads", "changes", "leads"}:
            codes = rules.codes_of(one)
            told.append({
                "id": one.case.id, "title": one.case.title, "handling": codes.handling,
                "tlp": codes.tlp, "contributors": codes.contributors, "changes": may != "reads",
            })  # fmt: skip
    if told:
        await looked_once(request, *_LISTED)
    return answer({"cases": told})


async def new(request: Request) -> Response:
    """GET: the form of a new case."""
    return _form(request)


async def begin(request: Request) -> Response:
    """POST: open a case; who opens it leads it."""
    person: Person = request.state.person
    form = await request.form(max_files=0, max_fields=20)
    try:
        case = case_of(form, _today())
        rules.check_opens(person, case.codes)
        lead = Member(person.account, person.name, "lead")
        change = Change(person.name, case.reason, _now())
        made = await desk_of(request).do(lambda one: kept.open_case(one, case, lead, change))
    except (CaseError, FieldError, RuleError) as error:
        return _form(request, str(error), 400, form)
    return RedirectResponse(f"/cases/{made.id}", 303, HEADERS)


async def shown(request: Request) -> Response:
    """GET: one case; noted in the audit once an hour."""
    did = request.query_params.get("did", "")
    return await _case_page(request, word(f"cases.done.{did}") if did in ACTS else "")


async def act(request: Request) -> Response:
    """POST: one act of ACTS on a case, named by the end of the path."""
    person: Person = request.state.person
    name = request.url.path.rsplit("/", 1)[-1]
    one, form = ACTS[name], await request.form(max_files=1, max_fields=30)
    content = await _content(form)

    def work(connection: psycopg.Connection) -> None:
        """Do the act, in one transaction with the check of what it made of the case."""
        kept.hold(connection, request.path_params["id"])
        held = _whole(connection, request.path_params["id"])
        rules.require(held, person, one.needs)
        one.work(Doing(connection, held, person, form, content, _now()))
        after = kept.whole(connection, held.case.id)
        # Who puts in what they may not read would lock themselves out.
        if one.needs != "exists" and not sees(person, rules.codes_of(after)):
            raise CaseError("With this the case would be beyond your own clearance.")

    try:
        await desk_of(request).do(work)
    except UnknownCaseError as error:
        if _wants_json(request):
            return answer({"error": str(error)}, 404)
        raise HTTPException(404, str(error).rstrip(".")) from error
    except (CaseError, FieldError, RuleError) as error:
        status = 409 if isinstance(error, CaseError) else 400
        if _wants_json(request):
            return answer({"error": str(error)}, status)
        return await _case_page(request, str(error), status)
    if _wants_json(request):
        return answer({"said": word(f"cases.done.{name}")})
    return RedirectResponse(f"/cases/{request.path_params['id']}?did={name}", 303, HEADERS)


async def file(request: Request) -> Response:
    """GET: the bytes of one file, always as something to keep, never to be shown."""
    person: Person = request.state.person

    def work(connection: psycopg.Connection) -> tuple[Paper, bytes]:
        """Find the file, and note that it was given."""
        held = _whole(connection, request.path_params["id"])
        rules.require(held, person, "reads")
        wanted = request.path_params["file"]
        paper = next((one for one in held.papers if one.id == wanted), None)
        if paper is None:
            raise UnknownCaseError("There is no such file in this case.")
        found = paper, kept.paper_content(connection, paper.sha256)
        change = Change(person.name, held.case.reason, _now())
        kept.paper_given(connection, held.case.id, paper, change)
        return found

    paper, content = await _or_404(request, work)
    name = f'attachment; filename="{paper.id}.{paper.ending}"'
    return Response(content, 200, _ATTACHED | {"content-disposition": name}, paper.media)


async def _case_page(request: Request, said: str = "", status: int = 200) -> Response:
    person: Person = request.state.person

    def work(connection: psycopg.Connection) -> Shown:
        """Read the case, as far as the person goes."""
        held = _whole(connection, request.path_params["id"])
        rules.require(held, person, "exists")
        return _seen(connection, held, person)

    found = await _or_404(request, work)
    tone: Tone = "good" if status < 400 else "bad"  # noqa: PLR2004
    held, codes = found.held, rules.codes_of(found.held)
    if found.standing == "exists":
        return page(
            request, "case_door", status, said=said, tone=tone, id=held.case.id,
            state=held.case.state, why=rules.why_not(held, person), review_by=held.case.review_by,
            leads=[one.name for one in held.members if one.role == "lead"],
            may_take=person.may("cases.release") and held.member(person.account) is None,
        )  # fmt: skip
    return page(
        request, "case", status, said=said, tone=tone, held=held, case=held.case,
        known=found.known, codes=rules.marked(codes), members=found.members, moment=moment,
        today=_today(),
        changes=found.standing in ("changes", "leads") and held.case.state == "open",
        leads=found.standing == "leads", marked=rules.marked, seen=seen_as(held.case),
        present=rules.marked(held.present), may_lower=rules.may_lower(held, person),
    )  # fmt: skip


def _seen(connection: psycopg.Connection, held: Whole, person: Person) -> Shown:
    """Return what a page shows of a case, and note that it was read."""
    may = rules.standing(held, person)
    if may == "exists":
        return Shown(held, may, {}, [])
    change = Change(person.name, held.case.reason, _now())
    kept.read_noted(connection, held.case.id, person.account, change)
    codes, members = rules.codes_of(held), []
    for one in held.members:
        account = account_by(connection, one.account)
        reads = account is not None and sees(person_of(account), codes)
        members.append({"name": one.name, "account": one.account, "role": one.role,
                        "display": account.display if account else one.name,
                        "reads": reads})  # fmt: skip
    return Shown(held, may, known(connection, held), members)


async def _or_404(request: Request, work: Callable[[psycopg.Connection], Got]) -> Got:
    """Do ``work``; what a person may not know of, or not read, is not there for them."""
    try:
        return await desk_of(request).do(work)
    except CaseError as error:
        raise HTTPException(404, str(error).rstrip(".")) from error


def _whole(connection: psycopg.Connection, case_id: str) -> Whole:
    try:
        return kept.whole(connection, case_id)
    except RuleError as error:
        raise UnknownCaseError("There is no such case, or you are no member of it.") from error


def _row(held: Whole, may: Standing) -> dict[str, object]:
    case = held.case
    hidden = may == "exists"
    return {
        "id": case.id, "title": "" if hidden else case.title, "state": case.state,
        "codes": "" if hidden else rules.marked(rules.codes_of(held)), "hidden": hidden,
        "leads": ", ".join(one.name for one in held.members if one.role == "lead"),
        "review_by": case.review_by, "opened_at": case.opened_at,
    }  # fmt: skip


def _form(
    request: Request, said: str = "", status: int = 200, given: FormData | None = None
) -> Response:
    names = ("title", "basis", "reference", "reason", "handling", "comment", "tlp", "contributor",
             "review_by")  # fmt: skip
    usual = {"handling": "H1", "tlp": "amber", "review_by": str(_today() + _REVIEW)}
    filled = {one: fields.raw(given, one) if given else usual.get(one, "") for one in names}
    return page(request, "case_new", status, said=said, given=filled, today=_today())


async def _content(form: FormData) -> tuple[str, bytes]:
    """Return name and bytes of the file of a form, both empty where there is none."""
    given = form.get("file")
    if given is None or isinstance(given, str):
        return "", b""
    content = await given.read()
    await form.close()
    return given.filename or "", content


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _today() -> dt.date:
    return _now().date()
