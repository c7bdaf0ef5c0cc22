"""Derive the bands within 12 nm and 24 nm of each coast.

Run by hand: ``python -m geofence.sources.derive_bands [countries-10m.json]``.

They are distances from a coast that is 0.5-2 km off, not territorial seas or contiguous zones:
they overlap where coasts face each other, and states claim from baselines, less, or more.
"""

from __future__ import annotations

import sys
from typing import Any

from geofence.sources import world_atlas
from geofence.sources.coasts import COASTS, at_sea, coastal_land, within
from geofence.sources.zone_file import Origin, tidy, write_zones
from geofence.zones import Zone

ORIGIN = Origin(
    title="Distance bands of 12 nm and 24 nm by coast",
    source=world_atlas.SOURCE,
    version=world_atlas.VERSION,
    licence=world_atlas.LICENCE,
    date=world_atlas.DATE,
    derived_by="geofence/sources/derive_bands.py",
    note="Distances from an approximate coast that overlap: no territorial seas, no legal limits.",
)
WIDTHS_NM = (12, 24)


def main(argv: list[str]) -> None:
    """Write the bands and their sidecar; ``argv`` may name a ``countries-10m.json``."""
    print(
        write_zones(
            "distance_bands", bands(world_atlas.topology(argv, "countries-10m.json")), ORIGIN
        )
    )


def bands(world: dict[str, Any]) -> list[Zone]:
    """Return one zone per coast and width; the wider one has the narrower one in it."""
    land = coastal_land(world)
    return [
        Zone(
            id=f"band{width_nm}-{coast.country.lower()}",
            name=f"Within {width_nm} nm of {coast.name} (distance band)",
            kind=f"band_{width_nm}nm",
            geometry=tidy(at_sea(within(land[coast.country], width_nm))),
            source=ORIGIN.source,
            licence=ORIGIN.licence,
            version=ORIGIN.version,
            details={"country": coast.country, "note": ORIGIN.note},
        )
        for coast in COASTS
        for width_nm in WIDTHS_NM
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
