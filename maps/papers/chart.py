"""Maps for documents, drawn without a network: day theme, scale, north, graticule and source.

Equirectangular about the middle of the box: true there, and good enough for a page.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import shapely

from maps.coast import Box, land_in, land_tree, polygons, rings
from maps.papers.graticule import QUIET, graticule, north, scale

if TYPE_CHECKING:
    from numpy.typing import NDArray

LineKind: TypeAlias = Literal["track", "silence", "other"]
SEA, LAND, COAST = "#DDE8EE", "#F4F1EA", "#8A9499"
TRACK, MARK, _ZONE = "#0B5C8A", "#D55E00", "#7A5195"
_STYLES: dict[str, dict[str, Any]] = {
    "track": {"color": TRACK, "lw": 1.3},
    "silence": {"color": TRACK, "lw": 1.0, "ls": (0, (3, 3))},
    "other": {"color": "#CC79A7", "lw": 1.0},
}
_WHOLE: Box = (-6.5, 30.0, 36.5, 46.5)
"""The sea, for the small picture that says where the large one is."""
_LEAST_DEG = 0.12
DPI = 170
_PLACES = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points (n, 2) of lon, lat in degrees."""

    points: NDArray[np.float64]
    kind: LineKind = "track"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place with a label; ``kind`` number = a numbered disc, end = of a track."""

    lon: float
    lat: float
    label: str
    kind: Literal["number", "end"] = "number"


@dataclass(frozen=True, slots=True)
class Chart:
    """What a map shows.

    zones  (name, geometry) of areas that are spoken of
    places (name, lon, lat) to find one's way
    source  of the coast and the positions, under the map · bare  said where no coast is known
    view   what has to be in it instead of all points
    """

    lines: tuple[Line, ...]
    marks: tuple[Mark, ...] = ()
    zones: tuple[tuple[str, Any], ...] = ()
    places: tuple[tuple[str, float, float], ...] = ()
    source: str = "Natural Earth"
    wide_cm: float = 16.0
    high_cm: float = 10.0
    view: Box | None = None
    bare: str = ""

    def points(self) -> NDArray[np.float64]:
        """Return all points that have to be seen, (n, 2)."""
        parts = [one.points for one in self.lines if len(one.points)]
        parts += [np.array([[one.lon, one.lat]]) for one in self.marks]
        every = np.vstack(parts) if parts else np.zeros((0, 2))
        return every[np.isfinite(every).all(axis=1)]


def png(chart: Chart) -> bytes:
    """Return the map as PNG; raises ValueError where it has no point at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    box = _box(chart)
    figure = Figure(figsize=(chart.wide_cm / 2.54, chart.high_cm / 2.54), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.0, 0.055, 1.0, 0.945))
    _sea(axes, box)
    graticule(axes, box)
    _zones(axes, chart, box)
    _places(axes, chart, box)
    _lines(axes, chart, box)
    _marks(axes, chart, box)
    scale(axes, box)
    north(axes)
    _where(figure, chart, box)
    source = chart.source if within_coast(box) else chart.bare or chart.source
    figure.text(0.0, 0.008, source, fontsize=5.6, color=QUIET, ha="left", va="bottom")
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor="white", metadata={"Software": None})
    return out.getvalue()


def sharpened() -> None:
    """Load what draws, which takes a second or two: the first map is then as quick as others."""
    png(Chart((), (Mark(15.0, 36.0, "1"),), wide_cm=4.0, high_cm=3.0))


def within_coast(box: Box) -> bool:
    """Tell whether the coast that comes along reaches the middle of ``box``."""
    west, south, east, north = _known()
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return bool(west < lon < east and south < lat < north)


@cache
def _known() -> Box:
    west, south, east, north = shapely.total_bounds(land_tree().geometries).tolist()
    return west, south, east, north


def _box(chart: Chart) -> Box:
    """Return a box of the picture's shape round all points, with room, and some coast if near."""
    points = chart.points() if chart.view is None else np.array(chart.view).reshape(2, 2)
    if not len(points):
        raise ValueError("a map without a place; expected at least one")
    (west, south), (east, north) = points.min(axis=0), points.max(axis=0)
    lon, lat = (west + east) / 2, (south + north) / 2
    narrow = max(0.2, math.cos(math.radians(lat)))
    shape = chart.wide_cm / (chart.high_cm * 0.945)
    high = max(north - south, (east - west) * narrow / shape, _LEAST_DEG) * 1.3
    coast = shapely.distance(shapely.MultiPolygon(land_in((lon - 4, lat - 4, lon + 4, lat + 4))),
                             shapely.Point(lon, lat))  # fmt: skip
    # With a piece of coast in it people see where it is.
    if np.isfinite(coast) and coast < _FAR_DEG:
        high = max(high, min(2.3 * coast * narrow, _FAR_DEG * 2))
    wide = high * shape / narrow
    return (lon - wide / 2, lat - high / 2, lon + wide / 2, lat + high / 2)


_FAR_DEG = 1.2


def _sea(axes: Any, box: Box) -> None:  # noqa: ANN401 (matplotlib's own)
    west, south, east, north = box
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("auto")
    axes.set_facecolor(SEA)
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(color=COAST, linewidth=0.6)
    _land(axes, box)


def _land(axes: Any, box: Box, width: float = 0.5) -> None:  # noqa: ANN401
    from matplotlib.patches import PathPatch

    path = _coast(box, axes.get_window_extent().width)
    if path is not None:
        # Not add_patch: it would measure every coast anew, and the box is known.
        axes.add_artist(PathPatch(path, facecolor=LAND, edgecolor=COAST, lw=width, zorder=2))


@lru_cache(maxsize=16)
def _coast(box: Box, wide_px: float) -> Any:  # noqa: ANN401 (matplotlib's own)
    """Return the land of a box as one path, no finer than the picture shows; None = none."""
    from matplotlib.path import Path

    fine = (box[2] - box[0]) / wide_px / 4
    pieces = polygons([shapely.simplify(one, fine) for one in land_in(box)])
    every = [Path(ring, closed=True) for piece in pieces for ring in rings(piece)]
    return Path.make_compound_path(*every) if every else None


def _zones(axes: Any, chart: Chart, box: Box) -> None:  # noqa: ANN401
    for name, geometry in chart.zones:
        edges = shapely.clip_by_rect(geometry, *box)
        for piece in polygons([edges]):
            inner = shapely.intersection(piece.boundary, shapely.box(*box).buffer(-1e-9))
            for part in shapely.get_parts(inner):
                xy = shapely.get_coordinates(part)
                axes.plot(xy[:, 0], xy[:, 1], color=_ZONE, lw=0.7, ls=(0, (5, 2)), zorder=4)
        points = chart.points()
        under = [points[:: max(1, len(points) // 300)], _labels(chart, box)]
        spot = _spot(edges, name, box, np.concatenate(under))
        if spot is not None:
            axes.text(spot[0], spot[1], name, fontsize=5.6, color=_ZONE, ha="left", va="bottom",
                      zorder=6, clip_on=True, parse_math=False)  # fmt: skip


def _labels(chart: Chart, box: Box) -> NDArray[np.float64]:
    """Return points under the labels of marks and places, which stand to their right (n, 2)."""
    west, south, east, north = box
    labels = [(one.lon, one.lat, 0.06) for one in chart.marks]
    labels += [(lon, lat, 0.01 + _LETTER * len(name)) for name, lon, lat in _named(chart, box)]
    found = [
        (lon + x * (east - west), lat + y * (north - south))
        for lon, lat, wide in labels
        for x in np.arange(0.01, wide + 0.01, 0.015)
        for y in (0.0, 0.03)
    ]
    return np.array(found).reshape(-1, 2)


def _spot(
    edges: Any, name: str, box: Box, taken: NDArray[np.float64]  # noqa: ANN401
) -> tuple[float, float] | None:  # fmt: skip
    """Return where the name of a zone begins: on its border, where least is drawn under it."""
    west, south, east, north = box
    size = np.array([east - west, north - south])
    text = np.array([min(0.6, _LETTER * len(name)), 0.05]) * size
    room = shapely.box(
        west + 0.02 * size[0], south + 0.1 * size[1], east - text[0], north - text[1]
    )
    border = shapely.intersection(edges.boundary, room)
    points = shapely.get_coordinates(shapely.segmentize(border, size[0] / 40))
    if not len(points):
        return None
    apart = (taken[None] - points[:, None]) / size
    under = (apart > -_ROOM).all(axis=2) & (apart < text / size + _ROOM).all(axis=2)
    best = int(under.sum(axis=1).argmin())
    return float(points[best, 0]), float(points[best, 1])


_ROOM = 0.02
_LETTER = 0.0075
"""About how wide a letter of a zone's name is, of the width of the picture."""


def _places(axes: Any, chart: Chart, box: Box) -> None:  # noqa: ANN401
    """Name some places within the box."""
    for name, lon, lat in _named(chart, box):
        axes.plot(lon, lat, "s", ms=2.2, color=QUIET, zorder=6)
        axes.annotate(name, (lon, lat), (3, 2), textcoords="offset points", fontsize=6,
                      color=QUIET, zorder=6, parse_math=False)  # fmt: skip


def _named(chart: Chart, box: Box) -> list[tuple[str, float, float]]:
    """Return the places within the box that are not too close to each other."""
    west, south, east, north = box
    found: list[tuple[str, float, float]] = []
    taken: list[tuple[float, float]] = []
    for name, lon, lat in chart.places:
        x, y = (lon - west) / (east - west), (lat - south) / (north - south)
        if not (0.06 < x < 0.84 and 0.08 < y < 0.93) or len(taken) >= _PLACES:  # noqa: PLR2004
            continue
        if any(abs(x - a) < 0.17 and abs(y - b) < 0.08 for a, b in taken):  # noqa: PLR2004
            continue
        taken.append((x, y))
        found.append((name, lon, lat))
    return found


def _lines(axes: Any, chart: Chart, box: Box) -> None:  # noqa: ANN401
    """Draw all lines of a kind as one, with gaps: a track of years has thousands of pieces."""
    for kind, style in _STYLES.items():
        parts = [one.points for one in chart.lines if one.kind == kind]
        if parts:
            xy = joined(parts)
            fine = _FINE if len(xy) > _DENSE else {}
            for first in range(0, len(xy), _AT_ONCE):
                part = xy[first : first + _AT_ONCE + 1]
                axes.plot(part[:, 0], part[:, 1], zorder=5, solid_capstyle="round",
                          **(style | fine))  # fmt: skip
    _arrows(axes, [one.points for one in chart.lines if one.kind == "track"], box)


def joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lines as one with a gap (NaN) after each, (n, 2)."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([piece for part in parts for piece in (part, gap)])


def _arrows(axes: Any, tracks: Sequence[NDArray[np.float64]], box: Box) -> None:  # noqa: ANN401
    """Show which way tracks go: an arrow head each seventh of the picture, not too many."""
    along = [np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(one, axis=0).T))])
             for one in tracks]  # fmt: skip
    every = max((box[2] - box[0]) / 7, sum(float(one[-1]) for one in along) / _MOST_HEADS)
    for points, far in zip(tracks, along, strict=True):
        for at in np.arange(every / 2, far[-1], every):
            k = int(np.searchsorted(far, at))
            (x0, y0), (x1, y1) = points[k - 1], points[k]
            if (x0, y0) != (x1, y1):
                axes.annotate("", (x1, y1), (x0, y0), zorder=6,
                              arrowprops={"arrowstyle": "-|>", "color": TRACK, "lw": 0,
                                          "mutation_scale": 9})  # fmt: skip


_DENSE, _FINE = 10_000, {"lw": 0.4, "alpha": 0.3}
"""From so many points on a line goes to and fro: finer, it leaves what is under it readable."""
_AT_ONCE = 3_000
"""Points of a line drawn at once: what draws holds each pixel that a line crosses."""
_MOST_HEADS = 80
"""A track of years goes to and fro: more arrow heads would hide it."""


def _marks(axes: Any, chart: Chart, box: Box) -> None:  # noqa: ANN401
    for mark in chart.marks:
        if mark.kind == "end":
            axes.plot(mark.lon, mark.lat, "o", ms=3.4, color=TRACK, mec="white", mew=0.6, zorder=8)
            axes.annotate(mark.label, (mark.lon, mark.lat), (-5, -8), textcoords="offset points",
                          fontsize=6, color=TRACK, zorder=9, ha="right")  # fmt: skip
    for label, lon, lat in grouped([one for one in chart.marks if one.kind == "number"], box):
        axes.plot(lon, lat, "o", ms=4, color=MARK, mec="white", mew=0.7, zorder=8)
        axes.annotate(label, (lon, lat), (6, 3), textcoords="offset points", fontsize=7,
                      fontweight="bold", color=MARK, zorder=9,
                      bbox={"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none",
                            "alpha": 0.8})  # fmt: skip


def grouped(marks: Sequence[Mark], box: Box) -> list[tuple[str, float, float]]:
    """Return labels with their places; marks that would lie on each other share one."""
    west, south, east, north = box
    found: list[tuple[list[str], float, float]] = []
    for mark in marks:
        for labels, lon, lat in found:
            near = abs(lon - mark.lon) < 0.03 * (east - west)
            if near and abs(lat - mark.lat) < 0.045 * (north - south):
                labels.append(mark.label)
                break
        else:
            found.append(([mark.label], mark.lon, mark.lat))
    return [(", ".join(labels), lon, lat) for labels, lon, lat in found]


def _where(figure: Any, chart: Chart, box: Box) -> None:  # noqa: ANN401
    """Show in a corner where in the sea the picture is; where least is drawn under it."""
    lon, lat = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    inside = _WHOLE[0] < lon < _WHOLE[2] and _WHOLE[1] < lat < _WHOLE[3]
    if not inside or box[2] - box[0] > (_WHOLE[2] - _WHOLE[0]) * 0.5:
        return
    small = figure.add_axes((0.008, _corner(chart, box), _INSET[0], _INSET[1]))
    _sea(small, _WHOLE)
    west, south, east, north = box
    small.plot([west, east, east, west, west], [south, south, north, north, south], color=MARK,
               lw=0.9, zorder=5)  # fmt: skip
    small.plot((west + east) / 2, (south + north) / 2, "s", ms=2.4, mfc="none", mec=MARK, mew=0.9,
               zorder=5)  # fmt: skip


def _corner(chart: Chart, box: Box) -> float:
    """Return how high the inset stands: above on the left, or below where that hides less."""
    west, south, east, north = box
    points = np.concatenate([chart.points(), _labels(chart, box)])
    xy = (points - [west, south]) / [east - west, north - south]
    left = xy[:, 0] < _INSET[0] + _ROOM
    above, below = left & (xy[:, 1] > _TOP), left & (xy[:, 1] < _INSET[1] + 0.1)
    return _TOP if above.sum() <= below.sum() else 0.1


_INSET, _TOP = (0.24, 0.195), 0.795
"""Width and height of the inset, and where it begins above, of the picture."""
