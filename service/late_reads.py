"""Lines of the audit about rescues that were looked at while others held the audit.

A rescue is shown at once, whoever imports a list meanwhile; that somebody looked is noted as soon
as the audit is free, with the time at which they did.
"""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor

import structlog

from store.connect import connect
from store.consulting import note_read

_PATIENCE_S = 60
_REST_S = 1.0
_MOST_TRIES = 600
_log = structlog.get_logger()


class LateReads:
    """One thread that notes, one line after the other."""

    def __init__(self, dsn: str) -> None:
        """Open nothing yet."""
        self._dsn, self._stop = dsn, threading.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="late-reads")

    def note(self, who: str, alert: str, at: dt.datetime) -> None:
        """Have it noted that ``who`` looked at ``alert``; also the log of the process says so."""
        _log.warning("alert_read_noted_late", who=who, alert=alert, at=at.isoformat())
        self._thread.submit(self._noted, who, alert, at)

    def close(self) -> None:
        """Wait until what is left was tried once more."""
        self._stop.set()
        self._thread.shutdown()

    def _noted(self, who: str, alert: str, at: dt.datetime) -> None:
        last = ""
        for _ in range(_MOST_TRIES):
            try:
                with connect(self._dsn, patience_s=_PATIENCE_S) as connection:
                    note_read(connection, who, alert, at)
            except Exception as error:  # noqa: BLE001 (whatever it is: it is tried again, and told)
                last = repr(error)
            else:
                return
            if self._stop.wait(_REST_S):
                break
        _log.error("alert_read_not_noted", who=who, alert=alert, at=at.isoformat(), error=last)
