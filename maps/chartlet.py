"""A small drawing of a place at sea as inline SVG: coast, track, drift, helpers; no scripts.

Equirectangular about the middle: true in the middle of a box some hundred miles wide. Colours come
from the page's style sheet by class, so that day and night both fit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import shapely
from markupsafe import Markup
from shapely.geometry.base import BaseGeometry

from maps.coast import land_in, land_tree, polygons, rings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 400
_LEAST_NM, _MOST_NM = 12.0, 120.0
_NM_A_DEGREE = 60.0
_STEPS_NM = (1, 2, 5, 10, 20, 50, 100, 200)
_PX_OF_SCALE = 150
_LETTER_PX, _LINE_PX = 12.0, 23.0
"""Of a label on a telephone, where letters are largest beside the drawing."""
_MARK = 2
"""So many characters refer to a list beside the drawing, and are always written."""
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}


class Chartlet:
    """One drawing round ``lon``, ``lat`` (degrees) that shows ``places`` as far as they fit."""

    def __init__(
        self,
        lon: float,
        lat: float,
        places: Iterable[tuple[float, float]] = (),
        most_nm: float = _MOST_NM,
    ) -> None:
        """Choose the scale; ``places`` are lon, lat in degrees, ``most_nm`` up and down."""
        self.lon, self.lat = lon, lat
        self._narrow = max(0.1, math.cos(math.radians(lat)))
        reach = max([self._reach_nm(*place) for place in places], default=0.0)
        # With a piece of coast in it people see where it is.
        reach = max(reach, _coast_nm(lon, lat))
        self.reach_nm = min(most_nm, max(_LEAST_NM, reach * 1.15))
        self._scale = HEIGHT / 2 / (self.reach_nm / _NM_A_DEGREE)  # px a degree of latitude
        self._parts: list[Markup] = [self._coast()]
        self._labels: list[tuple[float, float, str]] = []

    def circle(self, lon: float, lat: float, radius_nm: float, kind: str) -> None:
        """Draw a circle of the class ``kind``."""
        x, y = self._at(lon, lat)
        shape = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}"/>')
        radius = radius_nm / _NM_A_DEGREE * self._scale
        self._parts.append(shape.format(kind, x, y, radius))

    def area(self, shape: BaseGeometry, kind: str) -> None:
        """Draw an area (polygons, degrees) of the class ``kind``."""
        said = " ".join(self._ring(ring) for part in polygons([shape]) for ring in rings(part))
        self._parts.append(Markup('<path class="{}" d="{}"/>').format(kind, said))

    def line(self, points: Sequence[tuple[float, float]], kind: str) -> None:
        """Draw a line through ``points``."""
        if len(points) > 1:
            said = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self._at(*one) for one in points))
            self._parts.append(Markup('<polyline class="{}" points="{}"/>').format(kind, said))

    def point(self, lon: float, lat: float, kind: str, label: str = "") -> None:
        """Draw a mark with its label; of labels with no room for all, the last one is written."""
        x, y = self._at(lon, lat)
        if not (0 <= x <= WIDTH and 0 <= y <= HEIGHT):
            return
        shape = Markup('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="5"/>')
        self._parts.append(shape.format(kind, x, y))
        if label:
            self._labels.append((x, y, label))

    def svg(self, title: str) -> Markup:
        """Return the drawing; ``title`` is what a screen reader says of it."""
        head = Markup('<svg class="chartlet" viewBox="0 0 {} {}" role="img" aria-label="{}">')
        frame = Markup('<rect class="sea" width="{}" height="{}"/>').format(WIDTH, HEIGHT)
        body = Markup("").join([*self._parts, *self._written()])
        return head.format(WIDTH, HEIGHT, title) + frame + body + self._bar() + Markup("</svg>")

    def _written(self) -> Iterator[Markup]:
        """Yield the labels, each where it lies on no other; names on one another nobody reads."""
        text = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>')
        taken: list[tuple[float, float, float, float]] = []
        for x, y, label in reversed(self._labels):
            wide = len(label) * _LETTER_PX
            sides = [("start", 9, 4), ("end", -9, 4), ("middle", 0, 28), ("middle", 0, -12)]
            if x > WIDTH * 0.7:
                sides[0], sides[1] = sides[1], sides[0]
            boxes = [_box(x + dx, y + dy, side, wide) for side, dx, dy in sides]
            free = (k for k, box in enumerate(boxes) if not any(_meet(box, one) for one in taken))
            k = next(free, 0 if len(label) <= _MARK else None)
            if k is not None:
                side, dx, dy = sides[k]
                taken.append(boxes[k])
                yield text.format(x + dx, y + dy, side, label)

    def _reach_nm(self, lon: float, lat: float) -> float:
        east = abs(lon - self.lon) * self._narrow * _NM_A_DEGREE * HEIGHT / WIDTH
        return max(abs(lat - self.lat) * _NM_A_DEGREE, east)

    def _at(self, lon: float, lat: float) -> tuple[float, float]:
        x = WIDTH / 2 + (lon - self.lon) * self._narrow * self._scale
        return x, HEIGHT / 2 - (lat - self.lat) * self._scale

    def _coast(self) -> Markup:
        half = HEIGHT / 2 / self._scale
        wide = WIDTH / 2 / self._scale / self._narrow
        box = (self.lon - wide, self.lat - half, self.lon + wide, self.lat + half)
        said = [self._ring(ring) for shape in land_in(box) for ring in rings(shape)]
        return Markup('<path class="land" d="{}"/>').format(" ".join(said))

    def _ring(self, points: NDArray[np.float64]) -> str:
        said = [f"{x:.1f} {y:.1f}" for x, y in (self._at(*one) for one in points.tolist())]
        return f"M{'L'.join(said)}Z"

    def _bar(self) -> Markup:
        a_mile = self._scale / _NM_A_DEGREE
        miles = max((one for one in _STEPS_NM if one * a_mile <= _PX_OF_SCALE), default=1)
        said = Markup(
            '<path class="scale" d="M16 {0}v6h{1:.1f}v-6"/><text x="20" y="{0}">{2} nm</text>'
        )
        return said.format(HEIGHT - 20, miles * a_mile, miles)


def _box(x: float, y: float, side: str, wide: float) -> tuple[float, float, float, float]:
    left = x - _BEFORE[side] * wide
    return left, y - _LINE_PX, left + wide, y


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _coast_nm(lon: float, lat: float) -> float:
    """Return about how far the nearest land is, nautical miles."""
    tree, point = land_tree(), shapely.Point(lon, lat)
    return float(shapely.distance(tree.geometries[tree.nearest(point)], point)) * _NM_A_DEGREE
