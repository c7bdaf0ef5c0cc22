"""A look at what is not everybody's stands in the audit before it is answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
from anyio import CapacityLimiter

from service.consulting import hour_of
from service.web.sign_in import entrance
from store import audit
from store.changes import Change
from store.panel import consulted

if TYPE_CHECKING:
    import psycopg
    from starlette.requests import Request

    from service.consulting import Consulting
    from service.rights import Person

Got = TypeVar("Got")
LONGEST_WHY = 500
PATIENCE_S, PROOF_S = 15.0, 300.0
"""How long a look, and a walk along the whole chain, may take, seconds."""
_AT_ONCE = 4


def threads() -> CapacityLimiter:
    """Return the threads for looks: of their own, so that they keep nobody from signing in."""
    return CapacityLimiter(_AT_ONCE)


async def looked(
    request: Request,
    action: str,
    subject: str,
    read: Callable[[psycopg.Connection], Got],
    *,
    why: str = "",
    details: Mapping[str, Any] | Callable[[Got], Mapping[str, Any]] | None = None,
    patience_s: float = PATIENCE_S,
) -> Got:
    """Return what ``read`` finds, once the look stands in the audit: one transaction for both.

    ``details`` may be made of what was found; ``why`` "" = opened on the page; ``patience_s``
    seconds. Raises StoreError, TimeoutError, and RuleError for a reason that does not print.
    """
    change = change_of(request, why)
    door = entrance(request)

    def work() -> Got:
        """Read and note in one transaction."""
        with door.steps.connection() as connection:
            found = read(connection)
            # Afterwards: the turn of the audit is held no longer than the row needs.
            told = details(found) if callable(details) else details
            audit.append(connection, change, action, subject, told)
            return found

    with anyio.fail_after(patience_s):
        return await anyio.to_thread.run_sync(
            work, abandon_on_cancel=True, limiter=request.app.state.looks
        )


async def looked_once(
    request: Request, action: str, subject: str, why: str, patience_s: float = PATIENCE_S
) -> None:
    """Note that something of ``subject`` is shown, once a person, subject and hour.

    For what pages ask for again and again, or whose looks are many: call it before answering,
    and only where something is shown. Raises as ``looked``; then nothing may be shown, but for a
    rescue after a TimeoutError: the row is still written once the audit is free.
    """
    consulting: Consulting = request.app.state.consulting
    change, door = change_of(request, why), entrance(request)
    if consulting.stands(change, action, subject):
        return

    def work() -> None:
        """Note it, where no other process did."""
        with door.steps.connection() as connection:
            consulted(connection, change, action, subject, hour_of(change.at))

    with anyio.fail_after(patience_s):
        # Threads of their own: who searches the audit must not keep anybody from the alerts.
        await anyio.to_thread.run_sync(
            work, abandon_on_cancel=True, limiter=request.app.state.notes
        )
    # Only once it is committed: what is remembered is not asked of the database again.
    consulting.remember(change, action, subject)


def change_of(request: Request, why: str = "") -> Change:
    """Return who asks, why and when; "" = opened on the page."""
    person: Person = request.state.person
    said = " ".join(why.split())[:LONGEST_WHY]
    return Change(person.name, said or "opened on the page", dt.datetime.now(dt.UTC))
