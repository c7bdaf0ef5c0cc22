"""Who changes what people keep here, when and why; and that such changes happen one by one."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from store.errors import RuleError

if TYPE_CHECKING:
    import psycopg

# Any number of our own; the audit has one order only because every change waits for it.
_CHANGES = 0x7EDE77B


@dataclass(frozen=True, slots=True)
class Change:
    """One act of one person: ``who`` did it, ``why``, and ``at`` what time (aware of its zone).

    Raises RuleError where who or why is empty or holds characters that nobody sees, or where the
    time has no zone.
    """

    who: str
    why: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse what would say nothing later."""
        for name in ("who", "why"):
            said = getattr(self, name)
            # An invisible letter would make one person look like two.
            if not said.strip() or not said.isprintable():
                msg = f"change with {name} {said!r}: expected printable text that is not empty"
                raise RuleError(msg)
        if self.at.tzinfo is None:
            msg = f"change at {self.at.isoformat()}: expected a time with its zone"
            raise RuleError(msg)


def same_person(one: str, other: str) -> bool:
    """Tell whether two names differ at most by case, spaces and the form of their letters."""
    return folded(one) == folded(other)


def in_turn(connection: psycopg.Connection) -> None:
    """Wait until no other transaction changes lists, zones, editions or the audit.

    The turn ends with the caller's transaction. One lock for all of them: two could be taken in
    different orders, and each would wait for the other.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_CHANGES])


def folded(who: str) -> str:
    """Return what is the same for two names of one person: no case, spaces, forms of letters."""
    bare = unicodedata.normalize("NFKC", who).casefold()
    return "".join(unicodedata.normalize("NFKC", bare).split())
