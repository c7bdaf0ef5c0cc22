"""A file of entries in two steps: what it would change is shown first, then it is proposed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from service import importing
from service.desk import Desk, change
from service.errors import WrongUseError
from service.sight import sees
from service.web import list_words as words
from service.web.answers import answer
from service.web.bodies import upload_bytes
from service.web.purpose import list_page
from service.web.refusing import note_refused
from service.web.texts import say
from service.web.uploads import form_of, goes_ahead
from service.web.workroom import REFUSALS, made, person_of, sentence, text, workroom
from store.changes import in_turn
from watchlist.formats import ENDINGS, FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from service.importing import Plan
    from service.rights import Person
    from service.web.uploads import Upload
    from watchlist.formats import ReadList

_DEFAULTS = ("reason", "contributor", "handling", "source_grade", "info_grade", "tlp", "priority",
             "review_by")  # fmt: skip
_FIELDS = tuple(one for one in words.FIELDS if one.name in _DEFAULTS)
_SHOWN = 500
_MERGE, _KEEP = "merge", "keep"


async def ask(request: Request) -> Response:
    """Answer the form that takes a file."""
    return _form(request, {})


def _form(request: Request, given: Mapping[str, str], wrong: str = "") -> Response:
    return list_page(
        request, "list_import", 400 if wrong else 200, said=wrong, fields=_FIELDS,
        given=dict(given), layouts=tuple(FORMATS), endings=", ".join(ENDINGS),
        most=upload_bytes(request, "/watchlist/import"),
    )  # fmt: skip


async def preview(request: Request) -> Response:
    """POST a file: show what it would change; nothing is written but a line in the audit."""
    form, brought = await form_of(request)
    given, person, room = _given(form), person_of(request), workroom(request)
    upload = await room.uploads.of(person.account, form, brought)
    if goes_ahead(request):
        return answer({"token": upload.token})
    mark = change(person.name, f"import of {upload.name}, a look at what it would change")

    def work(at: Desk) -> Plan:
        """Work at one desk, in one transaction."""
        plan = _plan(at, _read(upload, given), person, {})
        importing.compared(at, plan, upload.path, mark)
        return plan

    try:
        plan = await room.apart(work)
    except REFUSALS as error:
        said = sentence(error).replace(str(upload.path), upload.name)
        await note_refused(request, "/watchlist/import", said, upload.name)
        return _form(request, given, said)
    return _preview(request, upload.name, upload.token, given, plan)


def _given(form: FormData) -> dict[str, str]:
    return {name: text(form, name) for name in ("layout", *_DEFAULTS)}


def _read(upload: Upload, given: Mapping[str, str]) -> ReadList:
    defaults = {name: (given[name],) for name in _DEFAULTS if given[name]}
    return importing.read_file(upload.path, defaults, given["layout"] or None)


def _plan(at: Desk, read: ReadList, person: Person, answers: Mapping[int, str]) -> Plan:
    """Return what a file does to the list as ``person`` knows it, with questions answered."""
    merge, keep = ([number for number, one in answers.items() if one == word]
                   for word in (_MERGE, _KEEP))  # fmt: skip
    named = next((read.lines[row] for row, those in enumerate(read.persons) if those), None)
    if named is not None and not person.may("watchlist.persons"):
        msg = f"line {named}: names persons, whom your role ({person.role}) does not enter"
        raise WrongUseError(f"{msg}; ask an analyst to bring the file")
    plan = importing.plan(at, read, merge, keep, knows=lambda entry: sees(person, entry))
    for row, entry in enumerate(read.entries):
        if not sees(person, entry):
            msg = f"line {read.lines[row]}: its codes are above your clearance; ask a supervisor"
            raise WrongUseError(msg)
    return plan


def _preview(
    request: Request, name: str, token: str, given: Mapping[str, str], plan: Plan
) -> Response:
    lines = plan.read.lines
    added = [(lines[row], one) for row, one in plan.added.items()]
    changed = [(lines[row], one.new, words.told(one.fields)) for row, one in plan.changed.items()]
    return list_page(
        request, "list_preview", file=name, token=token, given=dict(given),
        fingerprint=_fingerprint(plan), bad=plan.read.bad[:_SHOWN], bad_count=len(plan.read.bad),
        notes=plan.read.notes, added=added[:_SHOWN], added_count=len(added),
        changed=changed[:_SHOWN], changed_count=len(changed), unchanged=len(plan.unchanged),
        questions=_questions(plan), layout=plan.read.layout,
    )  # fmt: skip


def _questions(plan: Plan) -> list[dict[str, Any]]:
    """Return the rows that are perhaps listed already, by their number."""
    lines = plan.read.lines
    return [
        {
            "number": number, "line": lines[one.row], "name": plan.read.entries[one.row].name,
            "other": one.other.id if one.other_row is None else "",
            "other_name": one.other.name, "reason": one.reason,
            "other_line": None if one.other_row is None else lines[one.other_row],
        }
        for number, one in enumerate(plan.questions, 1)
    ]  # fmt: skip


def _fingerprint(plan: Plan) -> str:
    """Return what must be the same when the file is applied: else the numbers mean others."""
    asked = [(one.row, one.other_row, one.other.id, one.reason) for one in plan.questions]
    found = repr(
        (asked, sorted(plan.added), sorted((r, c.old.id) for r, c in plan.changed.items()))
    )
    return hashlib.sha256(found.encode()).hexdigest()[:32]


async def apply(request: Request) -> Response:
    """POST: propose what was looked at, with the questions answered; all of it or nothing."""
    form = await request.form()
    given, person, room, mark = (
        _given(form),
        person_of(request),
        workroom(request),
        made(request, form),
    )
    upload = room.uploads.get(person.account, text(form, "token"))
    answers = {int(name[1:]): str(one) for name, one in form.items()
               if name[:1] == "q" and name[1:].isdigit()}  # fmt: skip

    def work(at: Desk) -> tuple[Plan, list[tuple[str, int]]]:
        """Work at one desk, in one transaction."""
        read = _read(upload, given)
        # Then the turn: nobody may change the list between the check and the proposals.
        in_turn(at.connection)
        if _fingerprint(_plan(at, read, person, {})) != text(form, "fingerprint"):
            raise HTTPException(409, "the list was changed meanwhile: bring the file once more")
        plan = _plan(at, read, person, answers)
        return plan, importing.apply(at, plan, upload.path, mark)

    plan, done = await room.apart(work)
    said = say("list.applied.said", proposed=len(done), left_out=len(plan.undecided))
    return list_page(
        request, "list_applied", said=said, tone="good", done=done[:_SHOWN],
        count=len(done), file=upload.name,
    )  # fmt: skip
