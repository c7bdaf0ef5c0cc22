"""What is refused to somebody stands in the audit: requests behind the answer, files before it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

import anyio
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.routing import Match

from alerts.plain import plain
from service.signing_in import key_of
from service.web.refusals import Refusal, Refusals
from service.web.rights import MACHINE, PUBLIC
from store import audit
from store.changes import Change
from store.errors import StoreError

if TYPE_CHECKING:
    from starlette.types import Message, Scope, Send

    from service.rights import Person
    from service.web.sessions import Sessions
    from service.web.sign_in import Entrance

_PATIENCE_S = 15.0
_LONGEST_WHY, _LONGEST_NAME = 500, 80
_NOT_THERE, _TOO_MUCH, _TOO_OFTEN = 404, 413, 429
_OPEN = frozenset({MACHINE, PUBLIC, "map.read", "zones.read", "account.own"})
"""Deeds whose «not there» tells of nobody's rights."""
_SOCKET = "SOCKET"
_SECRET = "{token}"  # noqa: S105 (part of a path: what stands there gives rights)
_log = structlog.get_logger()


def turned_away(
    connection: HTTPConnection, kind: str, status: int, why: str,
    headers: Mapping[str, str] | None = None,
) -> HTTPException:  # fmt: skip
    """Return what to raise for a request that is refused, once it is counted for the audit."""
    note(connection, kind, why)
    return HTTPException(status, why, dict(headers) if headers else None)


def note(
    connection: HTTPConnection, kind: str, why: str = "", *, who: str = "", held: str = "",
    subject: str = "",
) -> None:  # fmt: skip
    """Have it noted that a request was refused; never waits, never raises.

    ``kind`` of refusals.WORDS; ``who`` where no person is in the state; ``held`` the session's or
    token's text; ``subject`` where it is not the route. The row is written behind the answer.
    """
    scope, person = connection.scope, getattr(connection.state, "person", None)
    scope["state"]["noted"] = True
    route = path_of(connection)
    method = scope.get("method", _SOCKET)
    path = route if _SECRET in route else scope["path"]
    if kind == "too_much" and scope.get("query_string"):
        path += "?" + scope["query_string"].decode("ascii", "replace")
    key = key_of(held) if held else b""
    details = {
        "asked": f"{method} {path}", "said": why, "session": key.hex()[:12],
        "origin": connection.headers.get("origin", ""),
    }  # fmt: skip
    address = connection.client.host if connection.client else ""
    by = who or (person.name if person else "")
    refusals: Refusals = connection.app.state.refusals
    refusals.note(Refusal(kind, subject or route or "no page", address, by, key, details))


def ended(connection: HTTPConnection, held: str, *, bearer: bool = False) -> None:
    """Note that a session or a token was shown that is none any more: one group, not by route."""
    state, kind = connection.app.state, "token" if bearer else "session"
    sessions: Sessions = state.tokens if bearer else state.sessions
    note(connection, kind, who=sessions.was(held), held=held, subject=f"a {kind}")


def too_often(connection: HTTPConnection, why: str = "", held: str = "", who: str = "") -> None:
    """Note that somebody asked too often: one group, not by route, however many they ask for."""
    note(connection, "too_often", why, who=who, held=held, subject="too many requests")


def watched(deed: str | None, scope: Scope, send: Send) -> Send:
    """Return ``send`` that notes what the application behind refuses and nobody noted yet.

    ``deed`` of the route, None where there is no such page.
    """

    async def answer(message: Message) -> None:
        """Note it where it is a refusal, and pass it on."""
        status = message.get("status")
        if status == _TOO_OFTEN and "noted" not in scope["state"]:
            too_often(Request(scope))
        elif status in {_NOT_THERE, _TOO_MUCH} and "noted" not in scope["state"]:
            hides = scope["state"]["person"] and deed is not None and deed not in _OPEN
            if status == _TOO_MUCH or hides:
                note(Request(scope), "too_much" if status == _TOO_MUCH else "unknown")
        await send(message)

    return answer


def path_of(connection: HTTPConnection) -> str:
    """Return the path of the route that answers, with its placeholders; "" where none does."""
    found = ""
    for route in connection.app.routes:
        fit = route.matches(connection.scope)[0]
        if fit == Match.FULL:
            return str(getattr(route, "path", ""))
        if fit == Match.PARTIAL:
            found = found or str(getattr(route, "path", ""))
    return found


def leads_out(path: str) -> bool:
    """Tell whether a path would lead out of its folder, as it came or decoded once more."""
    return any(".." in one.replace("\\", "/").split("/") for one in (path, unquote(path)))


async def note_refused(request: Request, subject: str, why: str, name: str = "") -> None:
    """Note that a file was refused; ``subject`` path of the form, ``name`` of the file.

    A database that is away keeps nobody from being told why.
    """
    person: Person = request.state.person
    door: Entrance = request.app.state.entrance
    change = Change(person.name, "brought a file", dt.datetime.now(dt.UTC))
    details = {"why": plain(why, _LONGEST_WHY), "file": plain(name, _LONGEST_NAME)}
    request.scope["state"]["noted"] = True

    def work() -> None:
        """Note it in a transaction of its own."""
        with door.steps.connection() as connection:
            audit.append(connection, change, "upload.refused", subject, details)

    try:
        with anyio.fail_after(_PATIENCE_S):
            await anyio.to_thread.run_sync(
                work, abandon_on_cancel=True, limiter=request.app.state.notes
            )
    except (StoreError, TimeoutError) as error:
        _log.warning("refused_not_noted", path=subject, error=type(error).__name__)
