"""A file that somebody brought and that was refused stands in the audit, with the reason."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import anyio
import structlog

from alerts.plain import plain
from store import audit
from store.changes import Change
from store.errors import StoreError

if TYPE_CHECKING:
    from starlette.requests import Request

    from service.rights import Person
    from service.web.sign_in import Entrance

_PATIENCE_S = 15.0
_LONGEST_WHY, _LONGEST_NAME = 500, 80
_log = structlog.get_logger()


async def note_refused(request: Request, subject: str, why: str, name: str = "") -> None:
    """Note that a file was refused; ``subject`` path of the form, ``name`` of the file.

    A database that is away keeps nobody from being told why.
    """
    person: Person = request.state.person
    door: Entrance = request.app.state.entrance
    change = Change(person.name, "brought a file", dt.datetime.now(dt.UTC))
    details = {"why": plain(why, _LONGEST_WHY), "file": plain(name, _LONGEST_NAME)}

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
