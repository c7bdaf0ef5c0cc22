"""The form of an entry: a new one, or the next version of one; both are proposals."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service import watch
from service.desk import Desk, noted
from service.errors import WrongUseError
from service.known import UnknownError, known, whole
from service.list_seen import must_be_as_seen, seen_as
from service.meanwhile import StaleError
from service.sight import sees
from service.web import list_words as words
from service.web.pages import HEADERS
from service.web.purpose import list_page
from service.web.texts import say
from service.web.workroom import REFUSALS, made, person_of, sentence, text, workroom
from store.changes import in_turn
from watchlist.duplicates import proposals

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from service.rights import Person
    from service.watch import Cells
    from store.changes import Change
    from watchlist.entries import WatchlistEntry

_LONGEST, _LONGEST_SEEN = 4000, 400


async def ask_new(request: Request) -> Response:
    """Answer the empty form; ``?mmsi=`` and other fields of an address fill it in."""
    asked = {field.name: request.query_params.get(field.name, "")[:200] for field in words.FIELDS}
    return _form(request, "", words.DEFAULTS | {name: one for name, one in asked.items() if one})


async def ask_change(request: Request) -> Response:
    """Answer the form with the newest version of an entry."""
    entry_id, person = request.path_params["id"], person_of(request)

    def work(at: Desk) -> tuple[WatchlistEntry, str]:
        """Work at one desk, in one transaction."""
        versions = whole(at, person, entry_id)
        return versions[-1].entry, seen_as(at.connection, versions)

    newest, seen = await workroom(request).apart(work)
    return _form(request, entry_id, words.filled(newest), seen=seen)


def _form(
    request: Request, entry_id: str, given: dict[str, str], *, seen: str = "", why: str = "",
    wrong: str = "", alike: list[tuple[str, str]] | None = None,
) -> Response:  # fmt: skip
    groups = [(group, [one for one in words.FIELDS if one.group == group])
              for group in words.GROUPS]  # fmt: skip
    return list_page(
        request, "entry_form", 400 if wrong else 200, said=wrong, id=entry_id, given=given,
        groups=groups, seen=seen, why=why, alike=alike or [],
    )  # fmt: skip


async def add(request: Request) -> Response:
    """POST: propose a new entry; one that seems to be listed already asks once more."""
    form = await request.form()
    given, mark, person = _given(form), made(request, form), person_of(request)
    try:
        done, alike = await workroom(request).apart(
            lambda at: _added(at, person, words.cells(given), mark, sure=bool(text(form, "sure")))
        )
    except REFUSALS as error:
        return _form(request, "", given, why=mark.why, wrong=_plainer(error))
    if alike:
        return _form(request, "", given, why=mark.why, wrong=say("list.form.look"), alike=alike)
    return RedirectResponse(f"/watchlist/{done}", 303, HEADERS)


def _added(
    at: Desk, person: Person, said: Cells, mark: Change, *, sure: bool
) -> tuple[str, list[tuple[str, str]]]:
    """Return the id of the new entry, or instead of it the entries that it may be, and why."""
    entry = watch.drafted(said)
    _must_see(person, entry)
    there = [one.entry for one in known(at, person)]
    alike = [] if sure else proposals([dataclasses.replace(entry, id="")], there)
    if alike:
        noted(at, mark, "compare", list(dict.fromkeys(one.other.id for one in alike)))
        return "", [(one.other.id, one.reason) for one in alike]
    return watch.add(at, said, mark)[0], []


def _must_see(person: Person, entry: object) -> None:
    if not sees(person, entry):  # type: ignore[arg-type]  # an entry carries codes
        msg = "these codes are above your clearance, and you would not see it: ask a supervisor"
        raise WrongUseError(msg)


async def change(request: Request) -> Response:
    """POST: propose the next version of an entry, made from the one that was shown."""
    form, entry_id = await request.form(), request.path_params["id"]
    given, mark, person = _given(form), made(request, form), person_of(request)
    seen, said = text(form, "seen", _LONGEST_SEEN), words.cells(_given(form))

    def work(at: Desk) -> None:
        """Work at one desk, in one transaction."""
        # First the turn: of two who changed one version the second has to see the first.
        in_turn(at.connection)
        versions = whole(at, person, entry_id)
        must_be_as_seen(at.connection, versions, seen)
        newest = versions[-1]
        gone = {name for name, one in words.filled(newest.entry).items()
                if one and name not in said}  # fmt: skip
        if needed := gone & {"reason", "contributor", "review_by"}:
            raise WrongUseError(f"{words.LABELS[min(needed)]} cannot be empty")
        watch.edit(at, entry_id, said, gone, mark)
        _must_see(person, whole(at, person, entry_id)[-1].entry)

    try:
        await workroom(request).apart(work)
    except UnknownError as error:
        raise HTTPException(404, str(error)) from None
    except StaleError as error:
        wrong = say("list.form.stale", why=str(error))
        response = _form(request, entry_id, given, seen=seen, why=mark.why, wrong=wrong)
        response.status_code = 409
        return response
    except REFUSALS as error:
        return _form(request, entry_id, given, seen=seen, why=mark.why,
                     wrong=_plainer(error))  # fmt: skip
    return RedirectResponse(f"/watchlist/{entry_id}", 303, HEADERS)


def _given(form: FormData) -> dict[str, str]:
    """Return the fields of the form as they were written; lines stay lines."""
    found = {}
    for field in words.FIELDS:
        value = form.get(field.name, "")
        found[field.name] = value[:_LONGEST] if isinstance(value, str) else ""
    return found


def _plainer(error: Exception) -> str:
    """Return a sentence with the labels of the form in place of names of fields."""
    said = sentence(error)
    for field in words.FIELDS:
        said = said.replace(field.name, field.label).replace(
            field.name.replace("_", "-"), field.label
        )
    return said
