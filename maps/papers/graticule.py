"""By what a chart is measured: its graticule, its scale, and where north is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from maps.coast import Box

INK, QUIET = "#14202A", "#55636D"
_STEPS_DEG = (1 / 60, 2 / 60, 5 / 60, 10 / 60, 0.25, 0.5, 1.0, 2.0, 5.0)
_BARS_NM = (1, 2, 5, 10, 20, 50, 100, 200)
_MOST_LINES = 7


def graticule(axes: Any, box: Box) -> None:  # noqa: ANN401 (matplotlib's own)
    """Draw lines of longitude and latitude, at most some seven each way, with their degrees."""
    west, south, east, top = box
    step = next((one for one in _STEPS_DEG if (east - west) / one <= _MOST_LINES), _STEPS_DEG[-1])
    edge = {"fontsize": 5.4, "color": QUIET, "zorder": 9}
    for lon in np.arange(math.ceil(west / step) * step, east, step):
        axes.axvline(lon, color="white", lw=0.5, zorder=3)
        if west + (east - west) * 0.05 < lon < west + (east - west) * 0.95:
            axes.text(lon, south, degrees(float(lon), "EW"), ha="center", va="bottom", **edge)
    for lat in np.arange(math.ceil(south / step) * step, top, step):
        axes.axhline(lat, color="white", lw=0.5, zorder=3)
        if south + (top - south) * 0.06 < lat < south + (top - south) * 0.94:
            axes.text(west, lat, f" {degrees(float(lat), 'NS')}", ha="left", va="center", **edge)


def degrees(value: float, ends: str) -> str:
    """Return a degree of the graticule, as 12°30′E."""
    minutes = round(abs(value) * 60)
    return f"{minutes // 60}°{minutes % 60:02d}′{ends[0] if value >= 0 else ends[1]}"


def scale(axes: Any, box: Box) -> None:  # noqa: ANN401
    """Draw a bar of nautical miles, true in the middle of the box."""
    west, south, east, top = box
    narrow = max(0.2, math.cos(math.radians((south + top) / 2)))
    room_nm = (east - west) * narrow * 60 * 0.22
    miles = max((one for one in _BARS_NM if one <= room_nm), default=1)
    wide = miles / 60 / narrow
    x, y = east - (east - west) * 0.03 - wide, south + (top - south) * 0.07
    axes.plot([x, x + wide], [y, y], color=INK, lw=1.4, zorder=9, solid_capstyle="butt")
    axes.text(x + wide / 2, y, f"{miles} nm", fontsize=6, color=INK, ha="center", va="bottom",
              zorder=9)  # fmt: skip


def north(axes: Any) -> None:  # noqa: ANN401
    """Draw the arrow that points north."""
    axes.annotate("N", (0.972, 0.965), (0.972, 0.885), xycoords="axes fraction", fontsize=7,
                  textcoords="axes fraction", ha="center", va="top", color=INK, zorder=9,
                  arrowprops={"arrowstyle": "-|>", "color": INK, "lw": 0.9})  # fmt: skip
