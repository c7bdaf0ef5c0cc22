"""How a new zone set or list takes effect in a running service: through a line in the spool."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import structlog

from service.editions import bring_up_to_date
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
    prepared when it comes to the line, and does not pause.

    told   by what: SHA-256 of the newest edition in the spool
    error  why editions cannot be looked for now, empty when they can
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
        self.told: dict[str, str] = {}
        self.error = ""
        self._now_ms = now_ms
        self._grace_days = grace_days
        self._begun = False

    def run(self, stop: threading.Event) -> None:
        """Look every second until ``stop``."""
        while not stop.is_set():
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 (what is in force stays so, whatever failed)
                if str(error) != self.error:
                    _log.warning("editions_not_looked_for", error=str(error))
                self.error = str(error)
            else:
                self.error = ""
            stop.wait(POLL_S)

    def look(self) -> None:
        """Say in the spool what has become newest since the last look.

        1. At the first look publish what this version of the program would compose. 2. Begin with
        what the spool has said already. 3. Bytes to the shelf, made ready. 4. The line.
        """
        if not self._begun and lacking(self.dsn):
            raise StoreError("the database's tables are not made yet; the pipeline makes them")
        with session(self.dsn) as connection:
            if not self._begun:
                bring_up_to_date(connection, self._grace_days, dt.datetime.now(dt.UTC))
                self.told = {what: one.sha256 for what, one in adopted(connection).items()}
                self._begun = True
            rows = [newest(connection, what) for what in WHAT]
            news = [row for row in rows if row and self.told.get(row.what) != row.sha256]
            contents = [content(connection, row.sha256) for row in news]
        for row, data in zip(news, contents, strict=True):
            self._say(row, data)

    def _say(self, row: EditionRow, data: bytes) -> None:
        self.shelf.put(row.what, data)
        self.shelf.prepare(row.what, row.sha256)
        said: dict[str, Any] = {"what": row.what, "version": row.version, "sha256": row.sha256}
        line = json.dumps(said, separators=(",", ":")).encode()
        self.spool.append(CONTROL_FEED, [line], self._now_ms())
        self.told[row.what] = row.sha256
        _log.info("edition_adopted", **said)
