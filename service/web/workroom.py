"""Where pages change what people keep: threads of their own, one transaction for each act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

import anyio
import structlog
from anyio import CapacityLimiter
from starlette.exceptions import HTTPException

from alerts.errors import AlertsError
from alerts.plain import plain
from geofence.errors import GeofenceError
from service.desk import Desk, change
from service.errors import ServiceError
from service.keeping import Keeping
from service.web.answers import answer
from service.web.pages import say
from service.web.sign_in import guarded
from service.web.uploads import Uploads
from store.connect import session
from store.errors import FourEyesError, RefusedError, RuleError, StoreError

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request
    from starlette.responses import Response

    from service.rights import Person
    from store.changes import Change

Got = TypeVar("Got")
Endpoint = Callable[["Request"], Awaitable["Response"]]
REFUSALS = (RuleError, ServiceError, AlertsError, GeofenceError)
"""What people may do wrong, in one sentence each; nothing was changed then."""
LONGEST_REASON = 500
_PATIENCE_S = 60.0  # a list of 50,000 entries is compared in some seconds
_AT_ONCE = 3
_OPTION = "--"
_log = structlog.get_logger()


class Workroom:
    """The database with the rules of keeping, and the files that people brought."""

    def __init__(self, dsn: str, keeping: Keeping) -> None:
        """Open nothing yet."""
        self._dsn, self.keeping, self.uploads = dsn, keeping, Uploads()
        self._threads = CapacityLimiter(_AT_ONCE)

    async def apart(self, work: Callable[[Desk], Got]) -> Got:
        """Do blocking ``work`` at a desk of its own, in a thread; committed without an error."""

        def act() -> Got:
            """Do it where this person may, in one transaction."""
            rules = self.keeping.watchlist
            with session(self._dsn) as connection:
                return work(Desk(connection, int(rules.grace_days), rules.four_eyes))

        with anyio.fail_after(_PATIENCE_S):
            return await anyio.to_thread.run_sync(act, abandon_on_cancel=True,
                                                  limiter=self._threads)  # fmt: skip


def workroom(request: Request) -> Workroom:
    """Return the application's workroom."""
    found: Workroom = request.app.state.workroom
    return found


def person_of(request: Request) -> Person:
    """Return who asks; routes that are not public have somebody."""
    person: Person = request.state.person
    return person


def answered(endpoint: Endpoint) -> Callable[[Request], object]:
    """Answer through ``endpoint``; what a person may not do so is said on a page of its own."""

    async def guard(request: Request) -> Response:
        """Answer, or say in one sentence what is wrong."""
        try:
            return await endpoint(request)
        except REFUSALS as error:
            return say(request, 409, sentence(error).removesuffix("."))

    return guarded(guard)


def told(endpoint: Endpoint) -> Endpoint:
    """Answer a program through ``endpoint``; what changes something is waited for to its end."""

    async def guard(request: Request) -> Response:
        """Answer, or say in one sentence what is wrong."""
        try:
            return await endpoint(request)
        except HTTPException as error:
            return answer({"error": error.detail}, error.status_code)
        except REFUSALS as error:
            return answer({"error": sentence(error).removesuffix(".")}, 409)
        except RefusedError:
            return answer({"error": "a value is none that the database can keep"}, 400)
        except (StoreError, TimeoutError) as error:
            said = str(error).split("\n")[0] or type(error).__name__
            _log.warning("change_failed", path=request.url.path, error=said)
            return answer({"error": "the database does not answer; try again in a moment"}, 503)

    return guard


def sentence(error: Exception) -> str:
    """Return an error's line as a page says it: the command line's words are left out."""
    if isinstance(error, FourEyesError):
        return (
            f"{error.author} proposed this version and may not release it too: "
            "another person has to (four eyes)"
        )
    text = str(error)
    for word in ("; see vedetta watchlist list", "; see vedetta watchlist show"):
        text = text.replace(word, "")
    return plain(text.replace(_OPTION, ""), 600)


def text(form: FormData, name: str, most: int = LONGEST_REASON) -> str:
    """Return a field of a form on one line; "" where it is not there or is a file."""
    value = form.get(name, "")
    return plain(value, most) if isinstance(value, str) else ""


def seen(form: FormData) -> int:
    """Return the version that a form shows; raises HTTPException without one."""
    number = text(form, "seen", 12)
    if not (number.isascii() and number.isdigit()):
        raise HTTPException(400, "the form names no version: open the page again")
    return int(number)


def made(request: Request, form: FormData, name: str = "why") -> Change:
    """Return the mark of what this person does now; raises HTTPException without a reason."""
    why = text(form, name)
    if not why:
        raise HTTPException(400, "say why in a few words: it is kept in the audit")
    return change(person_of(request).name, why)
