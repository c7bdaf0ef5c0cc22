"""Whose request this is: the cookie's token, looked up and remembered for some seconds."""

from __future__ import annotations

import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

import anyio
import structlog
from anyio import CapacityLimiter

from alerts.routing import RoutingSettings
from service.people_settings import PeopleSettings
from service.rights import Person, Role
from service.sight import cleared
from service.signing_in import key_of
from service.web.connections import Connections
from store.people import Account
from store.sessions import IN, held
from store.tokens import token_held

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection
    from starlette.responses import Response

_FRESH_S = 2.0  # who is disabled or signed out elsewhere is out after so long
_MOST = 10_000
_THREADS = 4
_log = structlog.get_logger()


class SessionSource(Protocol):
    """Blocking reads of who is signed in."""

    def person(self, key: bytes) -> Person | None:
        """Return who holds the session with ``key``; raises when the database is away."""

    def close(self) -> None:
        """Let go of what reading needed."""


class StoreSessions:
    """The database as SessionSource."""

    def __init__(
        self,
        dsn: str,
        settings: PeopleSettings,
        routing: RoutingSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet."""
        self._connections = Connections(dsn)
        self._routing, self._clock = routing, clock
        self._idle = dt.timedelta(minutes=settings.idle_min)

    def person(self, key: bytes) -> Person | None:
        """Return who holds the session with ``key`` and has signed in."""
        with self._connections.one() as connection:
            found = held(connection, key, self._clock(), self._idle)
        if found is None or found[0].step != IN:
            return None
        return person_of(found[1], self._routing, key)

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()


class StoreTokens:
    """The tokens of programs in the database, as SessionSource."""

    def __init__(
        self,
        dsn: str,
        routing: RoutingSettings,
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        """Open nothing yet."""
        self._connections = Connections(dsn)
        self._routing, self._clock = routing, clock

    def person(self, key: bytes) -> Person | None:
        """Return in whose name the token with ``key`` asks, with its scopes."""
        with self._connections.one() as connection:
            found = token_held(connection, key, self._clock())
        if found is None:
            return None
        token, account = found
        return person_of(account, self._routing, key, frozenset(token.deeds))

    def close(self) -> None:
        """Close the idle connections."""
        self._connections.close()


def person_of(
    account: Account, routing: RoutingSettings, key: bytes, scopes: frozenset[str] | None = None
) -> Person:
    """Return whom an account is; an office's person is cleared for no more than the office."""
    clearance = account.clearance
    if account.role == "office":
        clearance = cleared(clearance, routing.office(account.office))
    return Person(
        account.id, account.name, account.display, cast("Role", account.role),
        account.member_state, account.office, clearance, key.hex()[:12], scopes,
    )  # fmt: skip


class GivenSessions:
    """Sessions that were given by their tokens: for benches, and tests without a database."""

    def __init__(self, persons: Mapping[str, Person]) -> None:
        """``persons`` by token; who is taken out is signed out."""
        self.persons = {key_of(token): person for token, person in persons.items()}

    def person(self, key: bytes) -> Person | None:
        """Return who was given for ``key``."""
        return self.persons.get(key)

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person
    asked_at: float


class Sessions:
    """Persons by token, asked anew every two seconds.

    While the database is away, who was signed in stays so: the page says what is wrong, and a
    sign-in page that does not work would only hide it.
    """

    def __init__(self, source: SessionSource, clock: Callable[[], float] = time.monotonic) -> None:
        """Ask ``source``; ``clock`` in seconds."""
        self.source, self._clock = source, clock
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._were: OrderedDict[bytes, str] = OrderedDict()
        # Threads of its own: slow questions about vessels must not keep people out.
        self._threads = CapacityLimiter(_THREADS)

    async def person(self, token: str) -> Person | None:
        """Return who holds ``token``, None where nobody does; raises when that is not known."""
        if not token:
            return None
        key = key_of(token)
        known = self._known.get(key)
        if known and self._clock() - known.asked_at < _FRESH_S:
            return known.person
        try:
            person = await anyio.to_thread.run_sync(self.source.person, key, limiter=self._threads)
        except Exception as error:
            if known is None:
                raise
            _log.warning("session_not_asked", error=str(error).split("\n")[0])
            return known.person
        self._keep(key, person)
        return person

    def knows(self, token: str) -> bool:
        """Tell whether ``token`` was somebody's when it was asked for last."""
        return key_of(token) in self._known

    def was(self, token: str) -> str:
        """Return the name of who held ``token`` when it was asked for, "" where none is known."""
        return self._were.get(key_of(token), "")

    def forget(self, token: str = "") -> None:
        """Ask anew for ``token``, or for everybody."""
        if token:
            self._known.pop(key_of(token), None)
        else:
            self._known.clear()

    def _keep(self, key: bytes, person: Person | None) -> None:
        self._known.pop(key, None)
        if person is None:
            return
        self._known[key] = _Known(person, self._clock())
        self._were.pop(key, None)
        self._were[key] = person.name
        for kept in (self._known, self._were):
            while len(kept) > _MOST:
                kept.popitem(last=False)


def is_safe(connection: HTTPConnection) -> bool:
    """Tell whether the browser speaks to us (or to the proxy before us) over TLS."""
    return connection.url.scheme in {"https", "wss"}


def cookie_name(connection: HTTPConnection) -> str:
    """Return the cookie's name: over TLS one that no other host or path can set."""
    return "__Host-vedetta" if is_safe(connection) else "vedetta"


def token_of(connection: HTTPConnection) -> str:
    """Return the token that the browser holds, "" without one."""
    return connection.cookies.get(cookie_name(connection), "")


def give_cookie(connection: HTTPConnection, response: Response, token: str) -> None:
    """Have the browser hold ``token`` until it is closed; "" takes away what it holds."""
    response.set_cookie(
        cookie_name(connection),
        token,
        max_age=None if token else 0,
        path="/",
        secure=is_safe(connection),
        httponly=True,
        samesite="strict",
    )
