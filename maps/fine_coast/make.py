"""Makes the file of the fine coast: ``python -m maps.fine_coast.make FILE``.

A program of its own, run once for a machine by ``service.fine_coast``: it needs the wheel, some
400 MB and half a minute, which no process that serves should give.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from geofence.sources.derive_land import BOX_DEG
from maps.errors import CoastError
from maps.fine_coast.blocks import blocks
from maps.fine_coast.packing import packed
from maps.fine_coast.shelf import put
from maps.fine_coast.source import carried, polygons_in

_LESS_URGENT = 10  # than whatever serves


def make(path: Path, world: bytes) -> None:
    """Write the coast of ``world`` (WKB) within the map's box to ``path``."""
    land = polygons_in(world, BOX_DEG)
    put(path, ((place, packed(pieces, place)) for place, pieces in blocks(land, BOX_DEG)), BOX_DEG)


if __name__ == "__main__":
    os.nice(_LESS_URGENT)
    try:
        make(Path(sys.argv[1]), carried())
    except (CoastError, OSError) as error:
        sys.exit(f"error: {error}")
