"""Every real recording, beside pyais: each message accounted for, each difference explained.

The explanations are those of docs/decoding.md, under the same names.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from ais import proving
from ais.messages import objects_of, plain
from ais.sentences import SENTENCE, scan
from tests.plugins.nmea import bare, decoder, recorded_block, recording

pytestmark = pytest.mark.data

# lines, sentences, messages, decoded
EXPECTED = {
    "nmea/australia_2012-01-27_2h.nmea.gz": (44_688, 34_013, 34_009, 33_609),
    "nmea/denmark_2010-06-11_28s.nmea.gz": (8_552, 4_500, 4_051, 4_049),
    "nmea/greece_undated.nmea": (898, 898, 878, 778),
    "nmea/norway_tagblocks_2024-12-09.nmea": (224, 223, 196, 196),
    "nmea/seine_2016-03-31_24h.nmea.gz": (57_235, 57_054, 56_584, 56_583),
    "nmea/tyrrhenian_2020-07-04_1h.nmea.gz": (11_373, 11_372, 11_039, 11_039),
    "nmea/world_tagblocks_2021-11-01.nmea": (1_001, 997, 979, 978),
    "cases/drift_2014-09-28_538004030.nmea.gz": (16_105, 5_475, 5_252, 5_252),
    "cases/saturated_speed_2014-10-05_219165000.nmea.gz": (250, 89, 80, 80),
}
REJECTED = {
    "nmea/australia_2012-01-27_2h.nmea.gz": {"length": 21, "mmsi": 378, "unknown type": 1},
    "nmea/denmark_2010-06-11_28s.nmea.gz": {"mmsi": 2},
    "nmea/greece_undated.nmea": {"empty payload": 100},
    "nmea/seine_2016-03-31_24h.nmea.gz": {"length": 1},
    "nmea/world_tagblocks_2021-11-01.nmea": {"mmsi": 1},
}
OUT_OF_ORDER = {"nmea/tyrrhenian_2020-07-04_1h.nmea.gz": 2}

SENTINELS = {
    "lon": lambda v: abs(v) > 180,
    "lat": lambda v: abs(v) > 90,
    "speed": lambda v: v in {102.3, 1023, 63},
    "course": lambda v: v >= 360,
    "heading": lambda v: v >= 360,
    "turn": lambda v: v == -128,
    "second": lambda v: v == 60,
    "hour": lambda v: v >= 24,
    "minute": lambda v: v >= 60,
    "alt": lambda v: v == 4095,
    **dict.fromkeys(("imo", "draught", "year", "month", "day"), lambda v: v == 0),
}
CLAMPED = {"ship_type", "epfd", "aid_type", "status", "maneuver", "station_type", "interval"}


@cache
def both(path: Path) -> tuple[Any, list[tuple[bytes, dict[str, Any]]], list[tuple[bytes, dict]]]:
    """(our counts, our objects and pyais' messages, each with its payload)."""
    lines = recording(path)
    machine, block = decoder(), recorded_block(lines)
    parsed = machine.parse(block)
    ours = list(zip(_payloads(parsed), objects_of(parsed, machine.names), strict=True))
    machine.finish()
    theirs = []
    for message in IterMessages([bare(line) for line in lines]):
        try:
            theirs.append((message.payload, message.decode().asdict()))
        except AISBaseException:
            theirs.append((message.payload, {}))
    return machine.counts, ours, theirs


def _payloads(parsed) -> list[bytes]:
    good = parsed.said.messages[parsed.reading.verdicts["reason"] == proving.GOOD]
    sources = (parsed.block.data, parsed.said.joined)
    return [sources[m["joined"]][m["start"] : m["end"]].tobytes() for m in good]


def explanation(name: str, ours: Any, theirs: Any) -> str | None:
    """Which paragraph of docs/decoding.md explains the difference; None if none does."""
    if ours is None and name in SENTINELS and SENTINELS[name](theirs):
        return "not available"
    if name in CLAMPED and isinstance(ours, int):
        return "raw enumerations"
    if name in {"name_ext", "full_name"} and theirs.startswith(ours):
        return "whole characters" if len(theirs[len(ours) :].lstrip("@")) == 1 else None
    if ours is None and name[:-1] in {"offset", "number", "timeout", "increment"}:
        return "whole fields"
    return None


@pytest.mark.parametrize("name", EXPECTED)
def test_every_message_is_accounted_for(shared_data, name):
    counts, ours, _ = both(shared_data / name)
    assert (counts.lines, counts.sentences, counts.messages, counts.decoded) == EXPECTED[name]
    assert counts.decoded == len(ours) > 0
    assert counts.messages_rejected == REJECTED.get(name, {})
    assert counts.balanced()


@pytest.mark.parametrize("name", EXPECTED)
def test_fields_differ_from_pyais_only_as_documented(shared_data, name):
    _, ours, theirs = both(shared_data / name)
    reference = dict(theirs)
    unexplained = Counter()
    compared = 0
    for payload, said in ours:
        for field, value in reference.get(payload, {}).items():
            compared += 1
            value = plain(value)  # noqa: PLW2901 (as JSON knows it)
            if said[field] != value and not explanation(field, said[field], value):
                unexplained[said["msg_type"], field, said[field], value] += 1
    assert not unexplained
    assert compared > 10 * len(ours)


@pytest.mark.parametrize("name", EXPECTED)
def test_messages_differ_from_pyais_only_as_documented(shared_data, name):
    counts, ours, theirs = both(shared_data / name)
    mine, other = Counter(p for p, _ in ours), Counter(p for p, said in theirs if said)
    assert (mine - other).total() == OUT_OF_ORDER.get(name, 0)
    damaged = counts.rejected.get("checksum", 0) + counts.rejected.get("no checksum", 0)
    refused = sum(counts.messages_rejected.values()) - counts.messages_rejected.get(
        "empty payload", 0
    )
    assert (other - mine).total() <= damaged + refused


def test_phantom_positions_of_truncated_seine_lines_do_not_exist(shared_data):
    lines = recording(shared_data / "nmea/seine_2016-03-31_24h.nmea.gz")
    rejected = scan(recorded_block(lines)).kind != SENTENCE
    broken = [bare(line) for line, bad in zip(lines, rejected, strict=True) if bad]
    phantoms = [m.decode().asdict() for m in IterMessages(broken)]
    far = [m for m in phantoms if abs((m.get("lat") or 49) - 49) > 1]
    assert len(far) > 100
    batch = decoder().decode(recorded_block(lines)).positions
    placed = batch.take(~np.isnat(batch.time) & ~np.isnan(batch.lat_deg))
    assert len(placed) > 40_000
    assert np.all((np.abs(placed.lat_deg - 49.5) < 1) & (np.abs(placed.lon_deg - 0.5) < 2))
