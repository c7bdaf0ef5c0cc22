"""Who looked at what: one line of the audit a person, subject and hour."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from service.reading import told
from store.changes import Change
from store.panel import consulted

if TYPE_CHECKING:
    import psycopg

    from store.purposes import Purpose

ACTION = "vessel.consult"
LISTING = "watchlist.consult"
_WHY = "opened the panel of the vessel"
_MOST = 10_000


class Consulting:
    """Notes looks; remembers those of this process, so that most cost nothing."""

    def __init__(self) -> None:
        """Begin without any."""
        self._noted: OrderedDict[tuple[str, str, str, datetime], None] = OrderedDict()

    def note(
        self, connection: psycopg.Connection, who: str, mmsi: int, at: datetime,
        purpose: Purpose | None = None,
    ) -> None:  # fmt: skip
        """Note that ``who`` was shown something of ``mmsi`` at ``at``; raises what the store does.

        ``purpose``: for what they read the list, of which they were shown an entry; another
        purpose is another line. Nothing may be shown where this raises: what is not in the audit
        was not shown.
        """
        since = max(hour_of(at), purpose.at) if purpose else hour_of(at)
        action, why = (LISTING, purpose.text) if purpose else (ACTION, _WHY)
        key = (who, action, f"MMSI {mmsi:09d}", since)
        if key not in self._noted:
            change, subject = Change(who, why, at), f"MMSI {mmsi:09d}"
            consulted(connection, change, action, subject, since, told(purpose))
            self._keep(key)

    def stands(self, made: Change, action: str, subject: str) -> bool:
        """Tell whether this process noted such a look in the hour of ``made``."""
        return _key(made, action, subject) in self._noted

    def remember(self, made: Change, action: str, subject: str) -> None:
        """Remember that such a look stands in the audit, committed."""
        self._keep(_key(made, action, subject))

    def _keep(self, key: tuple[str, str, str, datetime]) -> None:
        self._noted[key] = None
        while len(self._noted) > _MOST:
            self._noted.popitem(last=False)


def hour_of(at: datetime) -> datetime:
    """Return when the hour of a time began, UTC."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _key(made: Change, action: str, subject: str) -> tuple[str, str, str, datetime]:
    return made.who, action, subject, hour_of(made.at)
