"""Write zones as a file that ``reading`` reads back as equal zones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from geofence.errors import GeofenceError
from geofence.files import geojson, geopackage, kml, shapefile
from geofence.zones import Zone

_WRITERS: Mapping[str, Callable[[Sequence[Zone], Path], None]] = {
    ".gpkg": geopackage.write,
    ".shp": shapefile.write,
    ".zip": shapefile.write,
    ".geojson": geojson.write,
    ".json": geojson.write,
    ".kml": kml.write,
}


def write_zones(zones: Sequence[Zone], path: Path) -> None:
    """Write ``zones`` to ``path`` in the format that its ending names; an old file is replaced.

    Equal on the way back are zones whose geometry is normalised, as imported ones are. Raises
    GeofenceError for no zones, an unknown ending, and what a Shapefile cannot hold.
    """
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        raise GeofenceError(f"{path}: ends in {ending or 'nothing'}; expected one of "
                            f"{', '.join(_WRITERS)}")  # fmt: skip
    if not zones:
        raise GeofenceError(f"{path}: no zone to write; expected at least one")
    # Beside the target, so that the last step is a rename: a half-written file is never seen.
    with TemporaryDirectory(prefix=".vedetta-", dir=path.absolute().parent) as folder:
        _WRITERS[ending](zones, Path(folder) / f"{path.stem}{ending}")
        for part in sorted(Path(folder).iterdir()):
            part.replace(path.with_name(path.name if part.suffix == ending else part.name))
