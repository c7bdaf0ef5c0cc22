"""Who changes what people keep here, when and why; and that such changes happen one by one.

Three turns, always taken in this order, so that no two transactions wait for each other:

    lists ──▶ desk ──▶ audit
    lists  the list, zones, editions: an import may have it for a minute
    desk   accounts, cases, contacts, the watch log: short acts
    audit  a row of the chain: last in its transaction, for as long as the row needs

Who only acts on an alert takes the last one, and waits for no import.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from store.errors import RuleError, TurnError

if TYPE_CHECKING:
    import psycopg

Turn: TypeAlias = Literal["lists", "desk", "audit"]
# Any numbers of our own, in the order in which they are taken.
_TURNS: dict[Turn, int] = {"lists": 0x7EDE77C, "desk": 0x7EDE77D, "audit": 0x7EDE77B}
_HELD = "SELECT coalesce(current_setting('vedetta.turns', true), '')"
_TAKE = "SELECT pg_advisory_xact_lock(%s), set_config('vedetta.turns', %s, true)"


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


def in_turn(connection: psycopg.Connection, turn: Turn = "lists") -> None:
    """Wait until no other transaction has ``turn``; it ends with the caller's transaction.

    Raises TurnError where the transaction has a later turn already: two that take them in
    different orders would each wait for the other.
    """
    [said] = connection.execute(_HELD).fetchone() or ("",)
    held, order = said.split(), list(_TURNS)
    if turn in held:
        return
    if late := [one for one in held if order.index(one) > order.index(turn)]:
        raise TurnError(turn, late[0])
    connection.execute(_TAKE, [_TURNS[turn], " ".join([*held, turn])])


def folded(who: str) -> str:
    """Return what is the same for two names of one person: no case, spaces, forms of letters."""
    bare = unicodedata.normalize("NFKC", who).casefold()
    return "".join(unicodedata.normalize("NFKC", bare).split())
