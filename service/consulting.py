"""Who looked at what is known of a vessel: one line of the audit a person, vessel and hour."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

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
        self._noted: OrderedDict[tuple[str, int, datetime, str], None] = OrderedDict()

    def note(
        self, connection: psycopg.Connection, who: str, mmsi: int, at: datetime,
        purpose: Purpose | None = None,
    ) -> None:  # fmt: skip
        """Note that ``who`` was shown something of ``mmsi`` at ``at``; raises what the store does.

        ``purpose``: for what they read the list, of which they were shown an entry; another
        purpose is another line. Nothing may be shown where this raises: what is not in the audit
        was not shown.
        """
        since = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        action, why = (LISTING, purpose.text) if purpose else (ACTION, _WHY)
        since = max(since, purpose.at) if purpose else since
        key = (who, mmsi, since, action)
        if key in self._noted:
            return
        consulted(connection, Change(who, why, at), action, f"MMSI {mmsi:09d}", since)
        self._noted[key] = None
        while len(self._noted) > _MOST:
            self._noted.popitem(last=False)
