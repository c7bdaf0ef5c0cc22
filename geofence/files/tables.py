"""Features of a layer that GDAL reads: the one place where it is called for reading."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geofence.files.faults import ZoneFileError
from geofence.files.features import Counter, Feature, Layer

_DRIVERS = {".gpkg": "GPKG", ".shp": "ESRI Shapefile"}


def read_table(path: Path, layer: str | None, counter: Counter, most: int) -> Layer:
    """Return the features of one layer of a file whose first bytes and ending were checked.

    Raises ZoneFileError where GDAL cannot read it, opens it as another format than its ending
    says, or the file has more than ``most`` features.
    """
    import pyogrio.errors  # type: ignore[import-untyped]  # carries no types
    import pyogrio.raw  # type: ignore[import-untyped]

    try:
        with warnings.catch_warnings():
            # GDAL warns of what it repairs by itself, a ring's direction for one.
            warnings.simplefilter("ignore", RuntimeWarning)
            driver = pyogrio.read_info(path, layer=layer)["driver"]
            if driver != _DRIVERS[path.suffix]:
                raise ZoneFileError(f"is read as {driver}; expected what its ending says")
            meta, _, shapes, values = pyogrio.raw.read(
                path, layer=layer, datetime_as_string=True, max_features=most - counter.last + 1
            )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError,
            RuntimeError) as error:  # fmt: skip
        # The text may name the folder into which the file was laid out.
        reason = " ".join(str(error).replace(str(path.parent), "").split())[:120]
        raise ZoneFileError(f"cannot be read ({reason}); export it again") from None
    if counter.last + len(shapes) > most:
        raise ZoneFileError(f"more than {most:,} features; divide the file")
    names = [str(name).lower() for name in meta["fields"]]
    features = (
        _feature(counter.next(), shape, dict(zip(names, row, strict=True)))
        for shape, row in zip(shapes, _rows(values, len(shapes)), strict=True)
    )
    return Layer(str(meta["crs"] or ""), tuple(features))


def _rows(columns: list[Any], count: int) -> list[tuple[Any, ...]]:
    plain = [[_plain(value) for value in column] for column in columns]
    return list(zip(*plain, strict=True)) if plain else [()] * count


def _plain(value: Any) -> Any:  # noqa: ANN401 (a cell)
    """Return a cell as Python has it; NULL of a column of numbers comes as NaN."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value


def _feature(number: int, shape: bytes | None, properties: dict[str, Any]) -> Feature:
    if shape is None:
        return Feature(number, properties, None)
    try:
        # NaN makes GEOS say so at every step; the judge of geometries says it once.
        with np.errstate(invalid="ignore"):
            return Feature(number, properties, shapely.from_wkb(shape))
    except shapely.GEOSException:
        return Feature(number, properties, None, "geometry cannot be read; draw it again")
