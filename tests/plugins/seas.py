"""Three ships off Malta in a database, as ingest would have written them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ais.batches import PositionBatch, StaticBatch
from store.connect import connect
from store.live import put_health
from store.writer import Writer, Writes

HOSTILE = b"<img src=x onerror=hit()>"
MMSI = 247_000_001


def columns(kind: Any, n: int, **values: object) -> Any:
    made = {name: np.zeros(n, dtype) for name, dtype in kind.dtypes().items()}
    for name, value in values.items():
        made[name][:] = value
    return kind(**made)


@dataclass
class Sea:
    """Three ships and a database; ``say`` is what ingest would write."""

    dsn: str
    writer: Writer
    offset: int = 0

    def say(
        self,
        lon: float = 14.5,
        nav_status: tuple[int, ...] = (0, 1, 15),
        quiet_s: float = 0,
        **state: object,
    ) -> None:
        now_us = int(time.time() * 1e6)
        self.offset += 100
        at = np.full(3, now_us, "i8").view("M8[us]")
        batch = columns(
            PositionBatch, 3, mmsi=[MMSI, MMSI + 1, MMSI + 2], time=at, received=at,
            lon_deg=[lon, 15.5, 16.5], lat_deg=[35.9, 36.4, 35.4], sog_kn=[12, 0, 7],
            cog_deg=[90, np.nan, 200], heading_deg=np.nan, nav_status=nav_status, message=1,
            spool=self.offset + np.arange(3), segment=[1, 2, 3],
        )  # fmt: skip
        statics = columns(
            StaticBatch, 3, mmsi=batch.mmsi, received=at, spool=batch.spool, message=5,
            name=[b"MARIA K", HOSTILE, b"STELLA"], ship_type=[71, 84, 60], imo=[9_074_729, 0, 0],
            call_sign=[b"IABC", b"", b""], to_bow_m=60, to_stern_m=14, destination=b"GIOIA TAURO",
            eta_month=255, eta_day=255, eta_hour=255, eta_minute=255,
        )  # fmt: skip
        reports = np.full(3, 5, np.uint32)
        self.writer.commit(
            Writes(batch, statics, batch, reports, self.offset, ["malta"], 3, now_us)
        )
        feeds = [{"name": "malta", "kind": "tcp", "state": "connected", "lines": 3}]
        feeds[0]["last_line_at"] = now_us / 1e6 - quiet_s
        with connect(self.dsn, autocommit=True) as connection:
            state = {"now_ms": now_us // 1000, "feeds": feeds, "spool": {"lag_s": 0.5}} | state
            put_health(connection, "ingest", state, datetime.now(UTC))
        self.beat()

    def beat(self, ago_s: float = 0) -> None:
        """Write what the jobs process says of itself each five seconds, as of ``ago_s`` ago."""
        with connect(self.dsn, autocommit=True) as connection:
            at = datetime.now(UTC) - timedelta(seconds=ago_s)
            put_health(connection, "jobs", {"done": {}, "deliveries": {}}, at)


@pytest.fixture
def sea(dsn: str) -> Iterator[Sea]:
    with Writer(dsn) as writer:
        sea = Sea(dsn, writer)
        sea.say()
        yield sea
