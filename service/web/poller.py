"""Reads the picture each second and gives it to the hub; a database that is away is only said.

1. read rows and health in a thread      3. hub: delta and status to every client
2. picture: delta                        4. wait for the next second
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import structlog

from maps.live.picture import ROWS, Picture
from service.web.answers import to_json
from service.web.hub import Hub
from service.web.source import PartHealth, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

_SHORTEST_REST_S = 0.05
_SILENT_MS = 10_000  # ingest reports each second: ten missing are no hiccup
_JOBS_SILENT_MS = 30_000  # jobs report each five seconds
_READY_LAG_S = 30.0
_FEED_FIELDS = ("name", "kind", "state", "lines")
_log = structlog.get_logger()


@dataclass(slots=True)
class Poller:
    """The web process' view of the world, refreshed every ``poll_s`` seconds.

    clock        wall clock, epoch ms; passed in so that tests decide what time it is
    away_since   since when the database has not answered, epoch ms; None while it does
    poll_s, keep_h   as in WebSettings
    patience_s   a read that takes longer counts as a database that is away, seconds
    """

    source: Source
    poll_s: float = 1.0
    keep_h: float = 24.0
    clock: Callable[[], int] = lambda: int(time.time() * 1000)
    patience_s: float = 5.0
    picture: Picture = field(init=False)
    hub: Hub = field(init=False)
    rows: NDArray[np.void] = field(default_factory=lambda: np.empty(0, ROWS))
    parts: dict[str, PartHealth] = field(default_factory=dict)
    away_since: int | None = None
    away_error: str = ""
    read_ms: float = 0.0
    # Its own thread: many slow questions about vessels must not hold up the picture.
    _thread: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="poller")
    )

    def __post_init__(self) -> None:
        """Make an empty picture and a hub without clients."""
        self.picture = Picture(keep_s=self.keep_h * 3600)
        self.hub = Hub(lambda: self.picture.snapshot() if self.picture.sequence else b"")

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set; a read that has begun is finished first."""
        while not stop.is_set():
            began = time.monotonic()
            await self.poll()
            rest = max(_SHORTEST_REST_S, self.poll_s - (time.monotonic() - began))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), rest)

    async def poll(self) -> None:
        """Do one round; never raises for what the database does."""
        began, delta = time.monotonic(), b""
        try:
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(self.patience_s):
                self.rows, self.parts = await loop.run_in_executor(self._thread, self._read)
            delta = self.picture.update(self.rows, self.now_ms() * 1000)
        except Exception as error:  # noqa: BLE001 (the one place where a failed read is caught)
            self._away(error)
        else:
            self._back()
        self.read_ms = (time.monotonic() - began) * 1000
        self.hub.publish(delta, to_json(self.status()))

    def close(self) -> None:
        """Let the reading thread go, without waiting for a read that hangs."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _read(self) -> tuple[NDArray[np.void], dict[str, PartHealth]]:
        return self.source.rows(), self.source.health()

    def _away(self, error: Exception) -> None:
        said = str(error).strip().splitlines()
        self.away_error = said[0] if said else type(error).__name__
        if self.away_since is None:
            self.away_since = self.clock()
            _log.warning("database_away", error=self.away_error)

    def _back(self) -> None:
        if self.away_since is not None:
            _log.info("database_back", away_ms=self.clock() - self.away_since)
        self.away_since, self.away_error = None, ""

    def now_ms(self) -> int:
        """Return the pipeline's time, epoch ms: an exercise may run its clock faster than ours."""
        ingest = self.parts.get("ingest")
        if ingest is None or not isinstance(ingest.state.get("now_ms"), int):
            return self.clock()
        return int(ingest.state["now_ms"]) + self.clock() - ingest.at_ms

    @property
    def ready(self) -> bool:
        """Whether the picture is read, and what ingest writes into it is whole and new."""
        read = self.picture.sequence > 0 and self.away_since is None
        work = self.work()
        wrong = work["spool_trouble"] or work["database_error"]
        # Not known: the pipeline has just begun, or fails again and again; nothing is screened.
        behind = work["lag_s"] is None or work["lag_s"] >= _READY_LAG_S
        return read and bool(self.ingest()["ok"]) and not wrong and not behind

    def ingest(self) -> dict[str, Any]:
        """Return whether the ingest process reports, and since when it does not, epoch ms."""
        return self._beat("ingest", _SILENT_MS)

    def jobs(self) -> dict[str, Any]:
        """Return whether the jobs process reports, and since when it does not, epoch ms."""
        return self._beat("jobs", _JOBS_SILENT_MS)

    def _beat(self, name: str, silent_ms: int) -> dict[str, Any]:
        part = self.parts.get(name)
        ok = part is not None and self.clock() - part.at_ms < silent_ms
        return {"ok": ok, "since": None if ok or part is None else part.at_ms}

    def work(self) -> dict[str, Any]:
        """Return how ingest's work goes, without the texts of errors: they name hosts and users.

        ``lag_s`` is how old the newest line in the picture is, seconds; None not known.
        ``clock_ahead_s`` is by how much receive times are ahead of the system's clock.
        """
        part = self.parts.get("ingest")
        state = part.state if part else {}
        spool = state.get("spool") or {}
        return {
            "lag_s": spool.get("lag_s"),
            "clock_ahead_s": spool.get("clock_ahead_s"),
            "spool_trouble": bool(spool.get("trouble")),
            "database_error": bool(state.get("database_error")),
            "pipeline_error": bool(state.get("pipeline_error")),
            "snapshot_error": bool(state.get("snapshot_error")),
        }

    def database(self) -> dict[str, Any]:
        """Return whether the database answers, and since when it does not, epoch ms."""
        return {"ok": self.away_since is None, "since": self.away_since}

    def feeds(self) -> list[dict[str, Any]]:
        """Return each feed as the ingest process last described it; times in epoch ms.

        ``idle_ms`` is how long it has brought no line: by our clock, as the pipeline's may run
        faster. ``fault_at`` is since when it is broken; of what, only ``faults`` says.
        """
        gone = not self.ingest()["ok"]
        feeds = []
        for state in self._listed():
            feed: dict[str, Any] = {name: state.get(name) for name in _FEED_FIELDS}
            last = feed["last_line_at"] = _ms(state.get("last_line_at"))
            feed["fault_at"] = _ms(state.get("fault_at"))
            feed["idle_ms"] = None if last is None else self.clock() - last
            feed["state"] = "unknown" if gone else feed["state"]
            feeds.append(feed)
        return feeds

    def faults(self) -> dict[str, str]:
        """Return what is wrong with which feed: its text tells addresses, so not to everybody."""
        return {str(one["name"]): str(one.get("last_error") or "not said")
                for one in self._listed() if one.get("fault_at") is not None}  # fmt: skip

    def _listed(self) -> list[dict[str, Any]]:
        part = self.parts.get("ingest")
        return part.state.get("feeds", []) if part else []

    def status(self) -> dict[str, Any]:
        """Return what the page's bar and banner need; no error text of the database."""
        return {
            "database": self.database(),
            "ingest": self.ingest(),
            "jobs": self.jobs(),
            "work": self.work(),
            "feeds": self.feeds(),
        }


def _ms(at_s: float | None) -> int | None:
    """Return Unix seconds as epoch ms."""
    return None if at_s is None else int(at_s * 1000)
