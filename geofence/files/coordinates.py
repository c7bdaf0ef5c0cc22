"""Are a layer's coordinates WGS 84 degrees, longitude first; if not, what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from geofence.files.faults import ZoneFileError
from geofence.files.features import Feature, Layer, ReadOptions

_Change: TypeAlias = Callable[[NDArray[np.float64]], NDArray[np.float64]]
REGION = (-10.0, 28.0, 43.0, 48.0)
"""West, south, east, north of the Mediterranean and the Black Sea, degrees: zones lie here."""
_WGS84 = frozenset({("EPSG", "4326"), ("EPSG", "4979"), ("OGC", "CRS84"), ("OGC", "CRS84h")})


def placed(layers: list[Layer], options: ReadOptions) -> list[Layer]:
    """Return the layers with coordinates in WGS 84 degrees, longitude first.

    1. swapped where ``options`` say so, 2. turned into WGS 84 where the layer says another system,
    3. refused where they are swapped all the same. Raises ZoneFileError with the cure.
    """
    if options.swap:
        layers = [_changed(layer, lambda points: points[:, ::-1]) for layer in layers]
    layers = [_in_degrees(layer, reproject=options.reproject) for layer in layers]
    if options.swap is None and _looks_swapped(_bounds(layers)):
        raise ZoneFileError(
            "coordinates stand latitude first, it seems: as they are, all lies outside of the "
            "Mediterranean, and inside when swapped; add --swap (or --no-swap if they are right)"
        )
    return layers


def _in_degrees(layer: Layer, *, reproject: bool) -> Layer:
    if not layer.crs:
        west, south, east, north = _bounds([layer])
        if west < -360 or east > 360 or south < -90 or north > 90:  # noqa: PLR2004 (degrees)
            reach = max(map(abs, (west, south, east, north)))
            raise ZoneFileError(
                f"coordinates reach {reach:,.0f} and no coordinate system is named: "
                "they are no degrees; export the file in WGS 84 (EPSG:4326)"
            )
        return layer
    try:
        crs = CRS.from_user_input(layer.crs)
    except CRSError:
        raise ZoneFileError(
            "coordinate system cannot be understood; export the file in WGS 84 (EPSG:4326)"
        ) from None
    authority = crs.to_authority(min_confidence=70)
    if authority in _WGS84:
        return layer
    name = ":".join(authority) if authority else "without an EPSG code"
    if not reproject:
        raise ZoneFileError(
            f"coordinates are in {' '.join(crs.name.split())[:60]} ({name}); expected WGS 84 "
            "(EPSG:4326): export it so, or add --reproject"
        )
    try:
        transformer = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
        return _changed(layer, lambda points: _transformed(transformer, points))
    except ProjError:
        raise ZoneFileError(
            f"coordinates cannot be turned from {name} into WGS 84; export it in EPSG:4326"
        ) from None


def _transformed(transformer: Transformer, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points in degrees; what has no place there becomes infinite and is refused later."""
    x, y = transformer.transform(points[:, 0], points[:, 1])
    return np.column_stack([x, y])


def _changed(layer: Layer, change: _Change) -> Layer:
    return replace(layer, features=tuple(_moved(feature, change) for feature in layer.features))


def _moved(feature: Feature, change: _Change) -> Feature:
    if feature.geometry is None:
        return feature
    return replace(feature, geometry=shapely.transform(feature.geometry, change))


def _bounds(layers: list[Layer]) -> tuple[float, float, float, float]:
    """Return west, south, east, north of all finite coordinates; NaN where there are none."""
    shapes = [f.geometry for layer in layers for f in layer.features if f.geometry is not None]
    points = shapely.get_coordinates(np.array(shapes, object))
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return (np.nan, np.nan, np.nan, np.nan)
    west, south = points.min(axis=0).tolist()
    east, north = points.max(axis=0).tolist()
    return west, south, east, north


def _looks_swapped(bounds: tuple[float, float, float, float]) -> bool:
    """Tell whether all lies outside of the region as given, and in it when swapped."""
    west, south, east, north = bounds
    return not _touches(west, south, east, north) and _within(south, west, north, east)


def _touches(west: float, south: float, east: float, north: float) -> bool:
    return west <= REGION[2] and east >= REGION[0] and south <= REGION[3] and north >= REGION[1]


def _within(west: float, south: float, east: float, north: float) -> bool:
    return west >= REGION[0] and east <= REGION[2] and south >= REGION[1] and north <= REGION[3]
