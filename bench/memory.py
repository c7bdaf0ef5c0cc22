"""Memory that a vessel costs: the whole path with 100,000 vessels, less that with 10,000.

Zones that come along, a list, coverage, tracks and all detectors, as in ``replay``. Each size is
measured in a process of its own, after rounds of position reports and one static report of each
vessel. What the interpreter and the loops take is in both, and falls out.
"""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ais.encode import payloads, sentences
from ais.lines import LineBlock
from bench.replay import START_S, path_in_force

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from ais.encode import Payloads

SIZES = (10_000, 100_000)
_WARM = 100
ROUNDS = 4
ROUND_S = 60
BLOCK = 4_096
FLOOR = 2.0
_FIRST_MMSI = 247_000_000
_PLACES = "/proc/self/statm"
_PAGE_BYTES = 4096


def figures() -> list[dict[str, object]]:
    """Measure: one figure, kilobytes (1,000 bytes) a vessel."""
    _measured(_WARM)  # compiles what is not in the cache: that would weigh on the first
    few, many = (_measured(vessels) for vessels in SIZES)
    a_vessel = (many - few) / (SIZES[1] - SIZES[0]) / 1000
    return [
        {"bench": "memory", "name": "state of a vessel, all parts", "value": round(a_vessel, 2),
         "unit": "KB", "beside": f"{many / 1e6:.0f} MB with {SIZES[1]:,}", "ratio": None,
         "floor": FLOOR},
    ]  # fmt: skip


def _measured(vessels: int) -> int:
    root = Path(__file__).resolve().parent.parent
    asked = [sys.executable, "-m", "bench.memory", str(vessels)]
    done = subprocess.run(asked, cwd=root, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1])


def resident(vessels: int) -> int:
    """Return the bytes that this process holds after ``vessels`` went through the whole path."""
    path = path_in_force()
    for block in _blocks(vessels):
        path.step(block, int(block.spool[-1]) + 1)
    del block
    gc.collect()
    if path.detecting is None or len(path.detecting.screening.context) < vessels:
        msg = f"{vessels} vessels were sent; some did not arrive"
        raise RuntimeError(msg)
    return int(Path(_PLACES).read_text(encoding="ascii").split()[1]) * _PAGE_BYTES


def _blocks(vessels: int) -> Iterator[LineBlock]:
    """Yield the rounds in blocks as live ingest makes them, so that no block fills the memory."""
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(16.6, 18.9, vessels), rng.uniform(33.5, 35.8, vessels)
    for number in range(ROUNDS + 1):
        at_s = START_S + ROUND_S * number
        for first in range(0, vessels, BLOCK):
            some = slice(first, min(first + BLOCK, vessels))
            mmsi = _FIRST_MMSI + np.arange(vessels)[some]
            if number == ROUNDS:
                lines = _lines(payloads(5, _said(mmsi)))
            else:
                lines = _lines(payloads(1, _heard(mmsi, lon[some] + 0.003 * number, lat[some])))
            yield LineBlock.of(lines, np.full(len(lines), at_s * 1_000_000, np.int64))


def _heard(
    mmsi: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> Mapping[str, NDArray[np.generic]]:
    some = len(mmsi)
    return {"mmsi": mmsi, "lon": lon, "lat": lat, "speed": np.full(some, 12.0),
            "course": np.full(some, 90.0), "heading": np.full(some, 90)}  # fmt: skip


def _said(mmsi: NDArray[np.int64]) -> Mapping[str, NDArray[np.generic]]:
    texts, some = [f"SHIP {number}" for number in mmsi.tolist()], len(mmsi)
    return {"mmsi": mmsi, "shipname": np.array(texts, "S20"), "to_bow": np.full(some, 90),
            "to_stern": np.full(some, 10), "ship_type": np.full(some, 70),
            "callsign": np.array([text[-7:] for text in texts], "S7")}  # fmt: skip


def _lines(packed: Payloads) -> list[bytes]:
    rows = np.arange(len(packed))
    sent = sentences(
        packed, rows, channel=np.full(len(rows), ord("A"), np.uint8),
        sequence=(rows % 10).astype(np.uint8),
    )  # fmt: skip
    data = sent.data.tobytes()
    return [data[a:b] for a, b in zip(sent.start.tolist(), sent.end.tolist(), strict=True)]


if __name__ == "__main__":
    print(resident(int(sys.argv[1])))
