"""What is done to entries: released by a second person, rejected, withdrawn, erased; persons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from service import watch
from service.desk import Desk, noted
from service.errors import WrongUseError
from service.known import UnknownError, known, whole
from service.list_seen import must_be_as_seen
from service.web.list_pages import version_values
from service.web.pages import HEADERS
from service.web.purpose import for_case, list_page, reading
from service.web.workroom import made, person_of, text, workroom
from store.changes import in_turn
from watchlist.entries import PERSON_ROLES, Person

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from service.known import Known
    from store.changes import Change
    from store.watchlist import EntryVersion

_AT_ONCE = 20
_MOST = 8
_LONGEST_SEEN = 400


async def _act(
    request: Request,
    work: Callable[[Desk, str, FormData, Change], object],
    to: str = "",
    looks: Literal["", "versions", "persons"] = "",
) -> Response:
    """Do ``work`` to the entry of the path, where this person may; lead back to it.

    looks  what must be as it was shown: its versions, or its persons too; raises StaleError
    """
    form, entry_id = await request.form(), request.path_params["id"]
    mark, person = made(request, form), person_of(request)

    def act(at: Desk) -> None:
        """Do it where this person may, in one transaction."""
        # First the turn: of two who act at once the second has to see what the first did.
        in_turn(at.connection)
        versions = whole(at, person, entry_id)
        if looks:
            seen = text(form, "seen", _LONGEST_SEEN)
            must_be_as_seen(at.connection, versions, seen, persons=looks == "persons")
        work(at, entry_id, form, mark)

    try:
        await workroom(request).apart(act)
    except UnknownError as error:
        raise HTTPException(404, str(error)) from None
    return RedirectResponse(to or f"/watchlist/{entry_id}", 303, HEADERS)


async def release(request: Request) -> Response:
    """POST: put the very version that was shown in force."""
    return await _act(
        request, lambda at, one, form, mark: watch.release(at, [_proposal(one, form)], mark)
    )


async def reject(request: Request) -> Response:
    """POST: refuse the very version that was shown."""
    return await _act(
        request, lambda at, one, form, mark: watch.reject(at, [_proposal(one, form)], mark)
    )


def _proposal(entry_id: str, form: FormData) -> str:
    """Return ID:VERSION of the form; without a number nobody can have read it."""
    number = text(form, "version", _MOST)
    if not (number.isascii() and number.isdigit()):
        raise WrongUseError("the form names no version: open the entry again")
    return f"{entry_id}:{number}"


async def withdraw(request: Request) -> Response:
    """POST: take an entry out of force."""
    return await _act(request, lambda at, one, _, mark: watch.withdraw(at, [one], mark),
                      looks="versions")  # fmt: skip


async def erase(request: Request) -> Response:
    """POST: erase an entry with all versions and persons, its id typed once more."""

    def work(at: Desk, entry_id: str, form: FormData, mark: Change) -> None:
        """Work at one desk, in one transaction."""
        if text(form, "confirm").upper() != entry_id.upper():
            raise WrongUseError(f"nothing was erased: type the id {entry_id} to confirm it")
        watch.erase(at, [entry_id], mark)

    return await _act(request, work, "/watchlist", looks="persons")


async def add_person(request: Request) -> Response:
    """POST: note an owner or a person of an entry."""

    def work(at: Desk, entry_id: str, form: FormData, mark: Change) -> None:
        """Work at one desk, in one transaction."""
        role, name = text(form, "role"), text(form, "name", 200)
        if role not in PERSON_ROLES or not name:
            raise WrongUseError("name the person, and what they are to the vessel")
        watch.add_person(at, entry_id, Person(role, name, text(form, "note")), mark)

    return await _act(request, work, f"/watchlist/{request.path_params['id']}/persons")


async def remove_person(request: Request) -> Response:
    """POST: remove an owner or a person of an entry."""

    def work(at: Desk, entry_id: str, form: FormData, mark: Change) -> None:
        """Work at one desk, in one transaction."""
        watch.remove_person(at, entry_id, text(form, "role"), text(form, "name", 200), mark)

    return await _act(request, work, f"/watchlist/{request.path_params['id']}/persons")


async def proposals(request: Request) -> Response:
    """Answer the open proposals in full, twenty to a page: an import has many to be released."""
    person, mark = person_of(request), reading(request)

    def work(at: Desk) -> tuple[int, list[tuple[list[EntryVersion], Known]]]:
        """Work at one desk, in one transaction."""
        waiting = [one for one in known(at, person) if one.version.state == "proposed"]
        some = waiting[:_AT_ONCE]
        if some:
            ids = [one.entry.id for one in some]
            noted(at, mark, "proposals", ids, for_case(request))
        return len(waiting), [(whole(at, person, one.entry.id), one) for one in some]

    count, rows = await workroom(request).apart(work)
    values = [version_values(versions, one) for versions, one in rows]
    return list_page(request, "proposals", rows=values, count=count)


async def release_shown(request: Request) -> Response:
    """POST: put those of the shown versions in force that were ticked."""
    form = await request.form()
    mark, person = made(request, form), person_of(request)
    asked = [str(one) for one in form.getlist("version")][:_AT_ONCE]
    if not asked:
        raise WrongUseError("tick the versions that you have read")

    def act(at: Desk) -> None:
        """Do it where this person may, in one transaction."""
        for one in asked:
            whole(at, person, one.partition(":")[0])
        watch.release(at, asked, mark)

    try:
        await workroom(request).apart(act)
    except UnknownError as error:
        raise HTTPException(404, str(error)) from None
    return RedirectResponse("/watchlist/proposals", 303, HEADERS)
