"""What became of alerts since a cursor, as one person may know of it: for programs that ask on.

A cursor is two numbers: a rescue never waits behind what else is to be told. They count the
changes of all alerts, also of those that somebody may not know of, so nobody is shown them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken

from alerts.incidents.incident import OVER
from service.errors import ServiceError
from service.marks import mark, seen_by
from store.alert_numbers import MOST, given_number, newest_number, since
from store.server_keys import server_key

if TYPE_CHECKING:
    import psycopg

    from alerts.routing import RoutingSettings
    from service.rights import Person
    from store.alert_numbers import Numbered

CURSOR = r"^[0-9A-Za-z_=-]{100,200}$"
_KEY = "cursor"
GONE = "gone"
"""The kind of an event about an alert that its person may not know of any more."""


class CursorError(ServiceError):
    """A cursor is none of ours."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a program has read: the number of the last change, of rescues and of the others."""

    sar: int = 0
    others: int = 0


class CursorSeal:
    """Cursors as programs have them: texts that say nothing to anybody but us."""

    def __init__(self, key: str) -> None:
        """Seal with ``key``, one of Fernet."""
        self._fernet = Fernet(key)

    @classmethod
    def of(cls, connection: psycopg.Connection) -> CursorSeal:
        """Return the seal of a database, the same for all processes and after a restart."""
        return cls(server_key(connection, _KEY, Fernet.generate_key().decode()))

    def text(self, cursor: Cursor) -> str:
        """Return ``cursor`` as a program sends it back."""
        return self._fernet.encrypt(f"{cursor.sar}.{cursor.others}".encode()).decode()

    def cursor(self, text: str) -> Cursor:
        """Return the cursor that ``text`` says; raises CursorError."""
        try:
            sar, others = self._fernet.decrypt(text.encode()).split(b".")
        except InvalidToken:
            msg = f"since={text[:40]!r}: this database gave no such cursor; list the alerts anew"
            raise CursorError(msg) from None
        return Cursor(int(sar), int(others))


def check(connection: psycopg.Connection, cursor: Cursor) -> None:
    """Raise CursorError for a cursor that this database cannot have given."""
    if max(cursor.sar, cursor.others) > given_number(connection):
        msg = "since: this database has not come so far; list the alerts anew"
        raise CursorError(msg)


def head(connection: psycopg.Connection) -> Cursor:
    """Return the cursor from which on all is told that is not yet known now."""
    newest = newest_number(connection)
    return Cursor(newest, newest)


def changed(
    connection: psycopg.Connection, person: Person, cursor: Cursor, routing: RoutingSettings
) -> tuple[list[dict[str, Any]], Cursor, bool]:
    """Return the alerts that changed, SAR first, the next cursor, and whether there is more.

    At most ``store.alert_numbers.MOST`` of each kind. Raises CursorError.
    """
    check(connection, cursor)
    told: list[dict[str, Any]] = []
    reached, more = [], False
    for sar, after in ((True, cursor.sar), (False, cursor.others)):
        newest = newest_number(connection)
        rows = since(connection, after, office_of(person), sar=sar)
        full = len(rows) == MOST
        reached.append(rows[-1].number if full else max(after, newest, *_numbers(rows)))
        more = more or full
        shown = (shown_to(person, one, routing) for one in rows if one.current)
        told += [one for one in shown if one is not None]
    return told, Cursor(*reached), more


def shown_to(person: Person, one: Numbered, routing: RoutingSettings) -> dict[str, Any] | None:
    """Return an alert as ``person`` may see it, as the list has it; None = not at all."""
    how = seen_by(person, one.alert, one.told, routing)
    return None if how == "nothing" else mark(one.alert, how, one.taken)


def office_of(person: Person) -> str:
    """Return the office whose messages decide what ``person`` sees, "" of who is at the desk."""
    return person.office if person.role == "office" else ""


def kind_of(shown: dict[str, Any]) -> str:
    """Return how an event about an alert is called: alert, resolved or retracted."""
    return str(shown["state"]) if shown["state"] in OVER else "alert"


def _numbers(rows: list[Numbered]) -> list[int]:
    return [one.number for one in rows]
