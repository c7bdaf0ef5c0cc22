"""A vessel's speed over time, with what happened: what a map cannot show."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maps.papers.chart import COAST, DPI, MARK, TRACK
from maps.papers.going import SILENT_S
from maps.papers.graticule import INK, QUIET
from maps.papers.pace import Pace

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDE_CM, _HIGH_CM = 16.0, 3.6
_MOST_POINTS = 6000

_FORMATS = ["%Y", "%m/%Y", "%d/%m", "%H:%M", "%H:%M", "%H:%M:%S"]
"""Times by years, months, days, hours, minutes, seconds: figures read the same in any language."""


def speeds(track: NDArray[Any], happened_us: Sequence[int]) -> bytes:
    """Return a PNG of the speed (kn) over time; ``happened_us`` get their numbers, from 1.

    Dotted where she sent none and it is the one between her positions.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
    from matplotlib.figure import Figure

    figure = Figure(figsize=(_WIDE_CM / 2.54, _HIGH_CM / 2.54), dpi=DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.045, 0.17, 0.95, 0.68))
    step = max(1, len(track) // _MOST_POINTS)
    thin = track[::step]
    pace = Pace.of(track)
    times, knots, measured = thin["time"], pace.knots[::step], pace.measured[::step]
    silent = np.flatnonzero(np.diff(track["time"]).astype(np.int64) > SILENT_S * 1e6)
    cuts = np.unique(silent // step + 1)
    # One line with gaps, and one row of bars: of years there are thousands.
    for said, style in ((~measured, "solid"), (measured, "dotted")):
        axes.plot(np.insert(times, cuts, times[cuts - 1]),
                  np.insert(np.where(said, knots, np.nan), cuts, np.nan),
                  color=TRACK, lw=1.1, ls=style, zorder=4)  # fmt: skip
    _silences(axes, track["time"], silent)
    top = max(3.0, float(np.nanmax(knots, initial=0.0)) * 1.15)
    axes.set_ylim(0, top)
    _numbers(axes, happened_us, (times[0], times[-1]))
    locator = AutoDateLocator()  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_locator(locator)
    form = ConciseDateFormatter(
        locator, formats=_FORMATS, zero_formats=_FORMATS, show_offset=False
    )  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(form)
    axes.tick_params(labelsize=5.6, colors=QUIET, width=0.5, length=2)
    axes.grid(axis="y", color="#E4E8EA", lw=0.5, zorder=0)
    for side, spine in axes.spines.items():
        spine.set(visible=side in {"left", "bottom"}, color=COAST, linewidth=0.6)
    axes.patch.set_edgecolor(INK)
    out = io.BytesIO()
    figure.savefig(out, format="png", facecolor="white", metadata={"Software": None})
    return out.getvalue()


def _silences(axes: Any, times: NDArray[Any], silent: NDArray[np.int64]) -> None:  # noqa: ANN401
    """Shade where nothing was heard; what a picture of this width cannot tell apart is one."""
    if not len(silent):
        return
    begins, ends = times[silent], times[silent + 1]
    near = (times[-1] - times[0]) / (_WIDE_CM / 2.54 * DPI)
    first = np.append(True, begins[1:] - ends[:-1] > near)
    last = np.append(first[1:], True)
    bars = list(zip(begins[first], ends[last] - begins[first], strict=True))
    axes.broken_barh(bars, (0.0, 1.0), transform=axes.get_xaxis_transform(), color="#E4E8EA",
                     lw=0, zorder=1)  # fmt: skip


def _numbers(axes: Any, happened_us: Sequence[int], ends: tuple[Any, Any]) -> None:  # noqa: ANN401
    """Mark when things happened; numbers that would lie on each other stand side by side."""
    first, last = (int(one.astype("M8[us]").astype(np.int64)) for one in ends)
    near = max(1, (last - first) // 40)
    groups: list[tuple[int, list[str]]] = []
    for number, at in enumerate(happened_us, 1):
        if groups and at - groups[-1][0] < near:
            groups[-1][1].append(str(number))
        elif first - near <= at <= last + near:
            groups.append((at, [str(number)]))
    for at, numbers in groups:
        moment = np.datetime64(at, "us")
        axes.axvline(moment, color=MARK, lw=0.7, zorder=3)
        axes.annotate(", ".join(numbers), (moment, 1.02), xycoords=("data", "axes fraction"),
                      fontsize=6.5, fontweight="bold", color=MARK, ha="center", va="bottom",
                      annotation_clip=False)  # fmt: skip
