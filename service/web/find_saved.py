"""Saved questions: kept, proposed as watch rules, released by a second, reviewed, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from service.finding import saving
from service.web.pages import HEADERS
from service.web.workroom import made, person_of, text, workroom

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.desk import Desk

_OWN = {"q", "name", "why", "watch", "form_token"}
"""Fields of the form that are none of the question."""


async def save(request: Request) -> Response:
    """POST a question with a name; ``watch`` proposes it as a rule."""
    form = await request.form()
    change, name, question = made(request, form), text(form, "name"), text(form, "q", 40)
    given = {key: text(form, key, 200) for key in list(form)[:20] if key not in _OWN}
    given = {key: value for key, value in given.items() if value}
    watch = text(form, "watch", 3) == "yes"

    def work(at: Desk) -> str:
        """Work at one desk, in one transaction."""
        return saving.save(at.connection, name, question, given, change, watch=watch)

    await workroom(request).apart(work)
    return _back()


async def release(request: Request) -> Response:
    """POST that a rule is in force from now on."""
    change, number = made(request, await request.form()), request.path_params["id"]
    await workroom(request).apart(
        lambda at: saving.release(at.connection, number, change, four_eyes=at.four_eyes)
    )
    return _back()


async def review(request: Request) -> Response:
    """POST that a question or rule is still needed."""
    change, number = made(request, await request.form()), request.path_params["id"]
    every = person_of(request).may("find.release")
    await workroom(request).apart(
        lambda at: saving.review(at.connection, number, change, any_of_them=every)
    )
    return _back()


async def withdraw(request: Request) -> Response:
    """POST that a question or rule is no more."""
    change, number = made(request, await request.form()), request.path_params["id"]
    every = person_of(request).may("find.release")
    await workroom(request).apart(
        lambda at: saving.withdraw(at.connection, number, change, any_of_them=every)
    )
    return _back()


def _back() -> Response:
    return RedirectResponse("/find#saved", 303, HEADERS)
