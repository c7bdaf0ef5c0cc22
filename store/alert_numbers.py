"""Changes of alerts by numbers: whoever has seen one has seen every smaller one.

::

    change, told ─▶ alert_turn ─▶ number_turns, once it is committed ─▶ alert_number ─▶ since
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from alerts.notices import alert_of
from store.marks import taken_by, told_offices
from store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from alerts.alert import Alert

_LOCK = 0x616C_6572_7473  # «alerts» in ASCII
MOST = 500
"""So many changes are read at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Numbered:
    """A change of an alert, with the alert as it is since.

    office   "" = a new version; else the office that was told of it for the first time
    told     ids of the offices to which it was routed · taken  who changed its state last
    current  False: it has changed again, and a greater number is to come
    """

    number: int
    office: str
    alert: Alert
    told: frozenset[str] = field(default_factory=frozenset)
    taken: str = ""
    current: bool = True


def number_turns(connection: psycopg.Connection) -> None:
    """Give numbers to what has changed; ``connection`` in autocommit, as others wait meanwhile."""
    if connection.execute("SELECT EXISTS (SELECT FROM alert_turn)").fetchone() == (True,):
        connection.execute(query("number_alerts"), {"lock": _LOCK})


def newest_number(connection: psycopg.Connection) -> int:
    """Return the greatest number that can be seen, 0 before the first."""
    row = connection.execute("SELECT max(number) FROM alert_number").fetchone()
    return int(row[0] or 0) if row else 0


def given_number(connection: psycopg.Connection) -> int:
    """Return the greatest number that was ever given: alerts are erased after their time."""
    row = connection.execute("SELECT last_value FROM alert_numbers").fetchone()
    return int(row[0]) if row else 0


def numbered(connection: psycopg.Connection, after: int, most: int = MOST) -> list[Numbered]:
    """Return what got a number after ``after``, in order, for whomever it concerns."""
    asked = {"after": after, "most": most}
    rows = [(number, office, alert_of(said), True)
            for number, office, said in connection.execute(query("alerts_numbered"), asked)
            ]  # fmt: skip
    return _with_people(connection, rows)


def since(
    connection: psycopg.Connection,
    after: int,
    office: str,
    *,
    sar: bool,
    only_open: bool = False,
    most: int = MOST,
) -> list[Numbered]:
    """Return the alerts of the lane ``sar``, or of the others, that changed after ``after``.

    Each once, as it is now. ``office`` "" = the desk's view; else also of what it was told first.
    """
    asked = {"after": after, "office": office, "sar": sar, "only_open": only_open, "most": most}
    rows = [(number, office, alert_of(said), current)
            for number, current, said in connection.execute(query("alerts_since"), asked)
            ]  # fmt: skip
    return _with_people(connection, rows)


def _with_people(
    connection: psycopg.Connection, rows: Sequence[tuple[int, str, Alert, bool]]
) -> list[Numbered]:
    ids = [one.id for _, _, one, _ in rows]
    told = told_offices(connection, ids) if ids else {}
    taken = taken_by(connection, ids) if ids else {}
    return [
        Numbered(
            number, office, one, told.get(one.id, frozenset()), taken.get(one.id, ""), current
        )
        for number, office, one, current in rows
    ]
