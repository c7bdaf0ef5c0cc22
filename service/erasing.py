"""What jobs erase: how many rows of which table, up to what time; a row of the audit each run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from store import audit
from store.changes import Change
from store.connect import session
from store.retention import Removed

SERVICE = "vedetta"
"""Who the service itself is, in the audit and in the logs of alerts."""
ERASE = "retention.erase"
"""What the audit calls it."""
REMOVED_FROM = {
    "chunks": ("position", "positions_days"),
    "latest": ("latest", "latest_days"),
    "health": ("health", "latest_days"),
    "runs": ("run", "runs_days"),
    "visits": ("zone_visit", "visits_days"),
    "hits": ("watchlist_hit", "hits_days"),
    "editions": ("edition", "hits_days"),
    "events": ("event", "events_days"),
    "alerts": ("alert", "alerts_days"),
    "notes": ("log_note", "watch_days"),
    "hand_overs": ("hand_over", "watch_days"),
    "cases": ("case_file", "cases_days"),
    "contacts": ("contact_version", "contacts_days"),
}
"""Fields of store.retention.Removed: their table, and the setting that bounds it."""


@dataclass(frozen=True, slots=True)
class Erased:
    """``count`` rows (days of position, segments of spool) of ``table``, older than ``before``."""

    table: str
    count: int
    before: dt.datetime

    def said(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"table": self.table, "count": self.count, "before": self.before.isoformat()}


def erased(removed: Removed, days: Mapping[str, float], now: dt.datetime) -> list[Erased]:
    """Return what one call of ``drop_old`` took; ``days`` by the name of their setting."""
    found = []
    for name, (table, setting) in REMOVED_FROM.items():
        value = getattr(removed, name)
        count = value if isinstance(value, int) else len(value)
        kept = max(days[setting], days["visits_days"]) if table == "edition" else days[setting]
        if count:
            found.append(Erased(table, count, now - dt.timedelta(days=kept)))
    return found


def note(dsn: str, job: str, what: list[Erased], now: dt.datetime) -> list[dict[str, Any]]:
    """Add one row to the audit for all that a run erased, none for nothing; return it as JSON."""
    said = [one.said() for one in what if one.count]
    if said:
        with session(dsn) as connection:
            change = Change(SERVICE, "older than the settings allow", now)
            audit.append(connection, change, ERASE, job, {"erased": said})
    return said
