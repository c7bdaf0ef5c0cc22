"""A source in memory, so that the web process is tested without a database."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import numpy as np
import shapely

from ais.coverage import MAP_CELL
from geofence.zones import Zone, ZoneSet
from maps.live.picture import ROWS
from service.web.facts import Shown
from service.web.source import PartHealth
from watchlist.vessels import SentIdentity, VesselIdentity, identity_of

NOW_MS = 1_700_000_000_000
TRACK = np.dtype([("time", "M8[us]"), ("lon_deg", "f8"), ("lat_deg", "f8"), ("segment", "i4")])


class MemorySource:
    """Two vessels; ``away`` makes every read fail."""

    def __init__(self) -> None:
        self.away = False
        self.trouble: dict[str, Any] = {}
        self.at_ms, self.ahead_ms = NOW_MS, 0
        self.points = np.zeros(0, TRACK)
        self.feeds = [
            {"name": "malta", "kind": "tcp", "state": "connected", "lines": 7, "last_error": ""},
            {"name": 'x"\n<b>', "kind": "udp", "state": "failed", "lines": 0,
             "fault_at": NOW_MS / 1000, "last_error": "10.9.8.7 says no"},
        ]  # fmt: skip
        self.table = np.zeros(2, ROWS)
        self.table["segment"], self.table["mmsi"] = [1, 2], [247_000_001, 248_000_002]
        self.table["reports"], self.table["message"], self.table["imo"] = 3, 1, [9_074_729, 0]
        self.table["lon_deg"], self.table["lat_deg"] = [14.5, 15.5], [35.9, 36.9]
        self.table["name"] = [b"MARIA K", b"<script>alert(1)</script>"]
        self.table["time"] = self.table["received"] = NOW_MS * 1000

    def heard_now(self, ahead_s: float = 0.0) -> MemorySource:
        """Let both be heard just now; ``ahead_s`` is how far the picture's clock is ahead."""
        self.at_ms, self.ahead_ms = int(time.time() * 1000), int(ahead_s * 1000)
        self.table["time"] = self.table["received"] = (self.at_ms + self.ahead_ms) * 1000
        return self

    def _answer(self) -> None:
        if self.away:
            raise OSError("connection refused by /var/run/x\nmore")

    def rows(self) -> np.ndarray:
        self._answer()
        return self.table.copy()

    def health(self) -> dict[str, PartHealth]:
        self._answer()
        state = {
            "now_ms": self.at_ms + self.ahead_ms,
            "feeds": self.feeds,
            "spool": {"head": 99, "lag_s": 0.5, "trouble": "", "dropped": {"full": 4}},
            "poisoned": 2,
            "refused": 5,
            "counts": {"lines": 10, "other": {"_tick": 3}},
            "events": 12,
            "alerts": {"failed": 1, "error": "KeyError('/a/path')"},
            "detectors_failed": {"gap": 2},
        }
        return {"ingest": PartHealth(state | self.trouble, self.at_ms)}

    def vessel(self, mmsi: int) -> dict[str, Any] | None:
        self._answer()
        if mmsi not in self.table["mmsi"]:
            return None
        at = datetime.fromtimestamp(NOW_MS / 1000, UTC)
        last = {"segment": 1, "time": at, "nav_status": 1, "message": 1, "feed": "malta"}
        last |= {"lon_deg": 14.8, "lat_deg": 35.9}
        identity = {"name": "MARIA K", "ship_type": 71, "imo": 9_074_729, "draught_m": 8.5}
        return {"mmsi": mmsi, "identity": identity, "positions": [last]}

    def track(self, mmsi: int, start: datetime, end: datetime) -> np.ndarray:
        self._answer()
        self.asked = (start, end)
        return self.points

    def close(self) -> None:
        self.closed = True


def area(name: str, kind: str, **said: Any) -> Zone:
    shape = shapely.box(13, 35, 16, 37)
    return Zone(name.lower(), name, kind, shape, "drawn by hand", "own", **said)


class MemoryFacts:
    """A sub-basin and a port; ``away`` makes every read fail, ``read`` counts those of zones."""

    def __init__(self) -> None:
        self.away, self.read, self.version = False, 0, 3
        self.set = ZoneSet((area("Sicily-Channel", "sub_basin"),))

    def edition(self) -> tuple[int | None, str]:
        if self.away:
            raise OSError("connection refused by /var/run/x\nmore")
        return self.version, self.set.sha256()

    def zones(self, sha256: str) -> ZoneSet:
        assert sha256 == self.set.sha256()
        self.read += 1
        return self.set

    def identity(self, mmsi: int) -> VesselIdentity | None:
        if mmsi != 247_000_001:
            return None
        at = datetime(2023, 11, 1, tzinfo=UTC)
        names = [SentIdentity(mmsi, at, name="OLD ONE"), SentIdentity(mmsi, at, name="MARIA K")]
        return identity_of(names)

    def traffic(self) -> Shown:
        if self.away:
            raise OSError("connection refused by /var/run/x\nmore")
        return Shown(3, "ab" * 32, "2026-05-01", ((14.1, 35.8, 912, 118), (14.2, 35.8, 40, None)))

    def coverage(self) -> np.ndarray:
        if self.away:
            raise OSError("connection refused by /var/run/x\nmore")
        return np.array([(14.125, 35.875, 90.52, 2, 31.4, 6), (14.375, 35.875, 2, 1, np.inf, 1)],
                        MAP_CELL)  # fmt: skip

    def close(self) -> None:
        self.closed = True
