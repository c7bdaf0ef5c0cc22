"""What stands behind a link that a message carried: the alert as it is now, and who was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.notices import alert_of

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert


@dataclass(frozen=True, slots=True)
class Linked:
    """One message and its alert.

    office    id of the office that the message went to · language  it was written in: en, it, el
    limited   whether it carried lane, place, time and link only
    """

    office: str
    language: str
    limited: bool
    alert: Alert


def linked(connection: psycopg.Connection, notice_id: str) -> Linked | None:
    """Return what ``notice_id`` was about, None where message or alert are not there (any more).

    Nothing is locked: the alert may change at any time.
    """
    row = connection.execute(
        "SELECT office, language, limited, content FROM delivery "
        "JOIN alert ON alert.id = delivery.alert WHERE notice_id = %s LIMIT 1",
        [notice_id],
    ).fetchone()
    if row is None:
        return None
    office, language, limited, content = row
    return Linked(office, language, limited, alert_of(content))
