"""How a new zone set or list takes effect in a running service: through a line in the spool."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import structlog

from service.editions import bring_up_to_date
from service.errors import ServiceError
from service.pipeline.shelf import WHAT
from store.connect import session
from store.editions import adopted, content, newest
from store.errors import StoreError
from store.schema import lacking

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from ais.spool.writer import SpoolWriter
    from service.pipeline.shelf import Shelf
    from store.editions import EditionRow

POLL_S = 1.0
CONTROL_FEED = "_control"
_log = structlog.get_logger()


class Adopter:
    """Watches for editions newer than what the spool says, and says them there.

    The edition is put beside the spool and made ready first, in this thread: the pipeline finds it
    prepared when it comes to the line, and does not pause. What goes wrong with one edition holds
    up no other; what is in force stays so meanwhile.

    told   by what: version of the newest edition in the spool
    error  why an edition is not adopted, or none can be looked for; empty when all is well
    """

    def __init__(
        self,
        dsn: str,
        shelf: Shelf,
        spool: SpoolWriter,
        now_ms: Callable[[], int],
        grace_days: int,
    ) -> None:
        """Look in ``dsn``; lines are stamped with ``now_ms``."""
        self.dsn, self.shelf, self.spool = dsn, shelf, spool
        self.told: dict[str, int] = {}
        self.error = ""
        self._now_ms = now_ms
        self._grace_days = grace_days
        self._begun = False
        self._faults: dict[str, str] = {}
        self._unusable: dict[str, int] = {}

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop``."""
        while not stop.is_set():
            try:
                self.look()
                error = "; ".join(self._faults.values())
            except Exception as away:  # noqa: BLE001 (what is in force stays so, whatever failed)
                error = str(away) or repr(away)
            if error and error != self.error:
                _log.warning("edition_not_adopted", error=error)
            self.error = error
            stop.wait(POLL_S)

    def look(self) -> None:
        """Say in the spool what has become newest since the last look.

        1. At the first look publish what this version of the program would compose, and begin with
        what the spool has said already. 2. Bytes to the shelf, made ready. 3. The line.
        Raises StoreError while the database is away.
        """
        if not self._begun:
            self._begin()
        with session(self.dsn) as connection:
            rows = [row for what in WHAT if (row := newest(connection, what)) is not None]
        for row in rows:
            if row.version not in {self.told.get(row.what), self._unusable.get(row.what)}:
                self._try(row)

    def _begin(self) -> None:
        if lacking(self.dsn):
            raise StoreError("the database's tables are not made yet; the pipeline makes them")
        with session(self.dsn) as connection:
            now = dt.datetime.now(dt.UTC)
            self._faults = bring_up_to_date(connection, self._grace_days, now)
            said = adopted(connection).items()
        # One whose file is gone is said again: the pipeline could not use it without the file.
        self.told = {what: one.version for what, one in said if self.shelf.holds(what, one.sha256)}
        self._begun = True

    def _try(self, row: EditionRow) -> None:
        """Say one edition; what goes wrong is noted, and tried again where that may help."""
        try:
            self._say(row)
        except Exception as error:  # noqa: BLE001 (one bad edition must not hold up the other)
            self._faults[row.what] = (
                f"{row.what}, edition {row.version}: {str(error) or repr(error)}"
            )
        else:
            self._faults.pop(row.what, None)

    def _say(self, row: EditionRow) -> None:
        with session(self.dsn) as connection:
            data = content(connection, row.sha256)
        self.shelf.put(row.what, data)
        try:
            self.shelf.prepare(row.what, row.sha256)
        except ServiceError:
            raise
        except Exception:
            # Its content will not get better, and each try may take a second.
            self._unusable[row.what] = row.version
            raise
        said: dict[str, Any] = {"what": row.what, "version": row.version, "sha256": row.sha256}
        line = json.dumps(said, separators=(",", ":")).encode()
        dropped = sum(self.spool.dropped.values())
        self.spool.append(CONTROL_FEED, [line], self._now_ms())
        if sum(self.spool.dropped.values()) != dropped:
            # Perhaps it was another's line: saying it twice changes nothing.
            raise ServiceError("the spool is full and takes no line; free its disk")
        self.told[row.what] = row.version
        _log.info("edition_adopted", **said)
