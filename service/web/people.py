"""The administrator's pages: who may sign in, and every change with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from alerts.alert import HANDLING
from service import accounts
from service.errors import ServiceError
from service.meanwhile import StaleError
from service.rights import ROLES, Person
from service.web.account import browser
from service.web.noting import change_of, looked
from service.web.pages import HEADERS, Tone, page
from service.web.sign_in import entrance
from service.web.texts import say
from store import audit
from store.changes import Change
from store.errors import RuleError
from store.people import DISABLED, Account, account_by
from store.people import accounts as all_accounts
from store.sessions import end_sessions, sessions_of, sessions_open

if TYPE_CHECKING:
    import psycopg
    from starlette.datastructures import FormData
    from starlette.requests import Request

_HISTORY = 50
_LONGEST_WHY = 500
_NEW: dict[str, str] = dict.fromkeys((*accounts.FIELDS, "name"), "") | {"clearance": "H1"}


async def listed(request: Request) -> Response:
    """Answer all accounts."""

    def read(connection: psycopg.Connection) -> tuple[list[Account], dict[str, int]]:
        """Read them with their sessions."""
        return all_accounts(connection), sessions_open(connection, _now())

    found, counts = await looked(request, "account.read", "accounts", read)
    rows = [
        {"one": one, "state": accounts.shown_state(one, _now()), "sessions": counts.get(one.id, 0)}
        for one in found
    ]
    return page(request, "people", rows=rows)


async def new(request: Request) -> Response:
    """Answer the form for a new account."""
    return _form_page(request, _NEW)


async def add(request: Request) -> Response:
    """POST: make an account; the answer shows its temporary password, once."""
    form = await request.form()
    said = {"name": _text(form, "name"), **_said(form)}
    first_h = request.app.state.people.first_h

    def work(connection: psycopg.Connection, change: Change) -> tuple[Account, str]:
        """Make it."""
        name = said["name"].strip()
        return accounts.add(connection, name, said, request.app.state.routing, first_h, change)

    try:
        account, password = await _changed(request, form, work)
    except (RuleError, ServiceError) as error:
        return _form_page(request, said | {"why": _text(form, "why")}, str(error))
    return await _shown(request, account, say("people.made"), password=password)


async def one(request: Request) -> Response:
    """Answer one account: what it is, what can be done, and what was done."""
    return await _shown(request, await _account(request), look=True)


async def edit(request: Request) -> Response:
    """POST: change what is said of an account."""
    account, form = await _account(request), await request.form()
    if not _text(form, "seen"):
        raise HTTPException(400, "the form does not say what it shows: open the page again")
    said = _said(form)
    routing = request.app.state.routing
    return await _done(
        request, account, form, say("people.changed"),
        lambda connection, change: (
            accounts.edit(connection, account.name, said, routing, change), ""),
    )  # fmt: skip


async def act(request: Request) -> Response:
    """POST one of the acts: disable, enable, reset, second-step, sign-out."""
    account, form = await _account(request), await request.form()
    first_h, name = request.app.state.people.first_h, account.name
    acts: Mapping[str, tuple[str, _Work]] = {
        "disable": (say("people.closed"),
                    lambda c, change: (accounts.disable(c, name, change), "")),
        "enable": (say("people.opened"),
                   lambda c, change: accounts.enable(c, name, first_h, change)),
        "reset": (say("people.is_reset"),
                  lambda c, change: accounts.reset(c, name, first_h, change)),
        "second-step": (say("people.second_reset"),
                        lambda c, change: (accounts.reset_second_factor(c, name, change), "")),
        "sign-out": (say("people.out"), lambda c, change: (_out(c, account, change), "")),
    }  # fmt: skip
    found = acts.get(request.path_params["act"])
    if found is None:
        raise HTTPException(404, f"there is no such act; expected one of {', '.join(acts)}")
    return await _done(request, account, form, *found)


_Work = Callable[["psycopg.Connection", Change], tuple[Account, str]]


async def _done(
    request: Request, account: Account, form: FormData, said: str, work: _Work
) -> Response:
    """Do a change and show the account as it is then, or why it could not be done."""
    try:
        kept, password = await _changed(request, form, work, account)
    except StaleError as error:
        now = await _account(request)
        return await _shown(
            request, now, say("people.not_done", why=str(error)), tone="bad", status=409
        )
    except (RuleError, ServiceError) as error:
        return await _shown(request, account, str(error), tone="bad", status=400)
    person: Person = request.state.person
    if kept.id == person.account and kept.state == DISABLED:
        return RedirectResponse("/sign-in", 303, HEADERS)
    return await _shown(request, kept, said, password=password)


async def _changed(
    request: Request, form: FormData, work: _Work, account: Account | None = None
) -> tuple[Account, str]:
    """Do ``work`` in one transaction with its reason; sessions are asked anew afterwards.

    Raises StaleError where ``account`` is no longer as the form showed it.
    """
    door, person = entrance(request), request.state.person
    why = " ".join(_text(form, "why").split())[:_LONGEST_WHY]
    if not why:
        raise RuleError("why: is empty; say in a few plain words why, it is kept in the audit")
    change = Change(person.name, why, _now())

    def apart() -> tuple[Account, str]:
        """Do it in a transaction of its own."""
        with door.steps.connection() as connection:
            if account and (seen := _text(form, "seen")):
                accounts.must_be_as_seen(connection, account.name, seen)
            return work(connection, change)

    done = await door.apart(apart)
    request.app.state.sessions.forget()
    return done


def _out(connection: psycopg.Connection, account: Account, change: Change) -> Account:
    count = end_sessions(connection, account.id)
    audit.append(connection, change, "people.sign_out", account.name, {"sessions": count})
    return account


async def _account(request: Request) -> Account:
    door, asked = entrance(request), request.path_params["account"]

    def work() -> Account | None:
        """Read it."""
        with door.steps.connection() as connection:
            return account_by(connection, asked)

    found = await door.apart(work)
    if found is None:
        raise HTTPException(404, "there is no such account")
    return found


async def _shown(
    request: Request, account: Account, said: str = "", *, tone: Tone = "good",
    password: str = "", status: int = 200, look: bool = False,
) -> Response:  # fmt: skip
    door = entrance(request)
    change = change_of(request)

    def work() -> tuple[list[audit.AuditRow], list[dict[str, object]]]:
        """Read what was done, and where they are signed in."""
        with door.steps.connection() as connection:
            rows = audit.rows(connection, subject=account.name, limit=4 * _HISTORY)
            sessions = sessions_of(connection, account.id)
            if look:
                # Its id and not its name: looks must not push what was done out of the history.
                audit.append(connection, change, "account.read", "accounts", {"id": account.id})
        told = [row for row in rows if row.action.startswith("people.")][:_HISTORY]
        return told, [
            {"made_at": one.made_at, "used_at": one.used_at, "address": one.address,
             "agent": browser(one.agent)} for one in sessions
        ]  # fmt: skip

    history, sessions = await door.apart(work)
    return page(
        request, "person", status, said=said, tone=tone, one=account, password=password,
        seen=accounts.seen_as(account),
        state=accounts.shown_state(account, _now()), history=history, sessions=sessions,
        lasts=f"{request.app.state.people.hours(account.name):g}",
        first_h=f"{request.app.state.people.first_h:g}", **_choices(request),
    )  # fmt: skip


def _form_page(request: Request, given: Mapping[str, str], said: str = "") -> Response:
    status = 400 if said else 200
    return page(request, "person_new", status, said=said, given={"why": "", **given},
                **_choices(request))  # fmt: skip


def _said(form: FormData) -> dict[str, str]:
    """Return what the form says of an account; a field that its role has not is empty."""
    said = {name: _text(form, name) for name in accounts.FIELDS}
    return said | {"member_state" if said["role"] == "office" else "office": ""}


def _choices(request: Request) -> dict[str, Any]:
    offices = [one for one in request.app.state.routing.offices if one.kind == "office"]
    return {"roles": ROLES, "offices": offices, "clearances": HANDLING}


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
