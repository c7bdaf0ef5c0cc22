"""What a reader of one format hands over: features as the file has them, not yet judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely.geometry.base import BaseGeometry

WGS84 = "EPSG:4326"
MOST_MARKS = 2_000_000
"""Brackets or elements of a text: each becomes an object of a hundred bytes or more."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a file.

    number      counted through the file, from 1
    properties  as written, names in lower case; values text, number, bool, None, list or mapping
    geometry    None where there is none
    trouble     why ``geometry`` could not be made, "" where it could
    """

    number: int
    properties: Mapping[str, Any]
    geometry: BaseGeometry | None
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Layer:
    """Features that share a coordinate system.

    crs   as GDAL names it (``EPSG:3857`` or WKT); "" where the file says none
    """

    crs: str
    features: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class ZoneDefaults:
    """What a zone gets where its feature does not say it.

    id_prefix   put before every id that does not begin with it, so that sources do not collide
    """

    kind: str = "custom"
    source: str = ""
    licence: str = ""
    version: str = ""
    legal_status: str = "indicative"
    id_prefix: str = ""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a file is read.

    swap              True: coordinates stand latitude first; False: they do not, whatever it looks
                      like; None: a file that looks so is refused
    reproject         coordinates of another system are turned into WGS 84
    feature_vertices  a feature with more is refused; file_vertices, features: of the whole file
    """

    swap: bool | None = None
    reproject: bool = False
    feature_vertices: int = 100_000
    file_vertices: int = 500_000
    features: int = 5_000


@dataclass(slots=True)
class Counter:
    """Numbers the features of a file across its layers."""

    last: int = field(default=0)

    def next(self) -> int:
        """Return the next number, from 1."""
        self.last += 1
        return self.last
