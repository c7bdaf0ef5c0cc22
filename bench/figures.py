"""The rows that ``vedetta bench`` prints, and which benches there are."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bench.clients import figures as clients
from bench.decode import figures as decode
from bench.desk import figures as desk
from bench.export import figures as export
from bench.ingest import figures as ingest
from bench.latency import figures as latency
from bench.least_changes import figures as least_changes
from bench.live import figures as live
from bench.memory import figures as memory
from bench.past import figures as past
from bench.replay import figures as replay
from bench.trends import figures as trends
from bench.watchlist import figures as watchlist
from bench.zones import figures as zones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LESS_IS_BETTER = frozenset({"ms", "s", "B", "KB", "MB", "%"})
"""Units whose floor is a ceiling."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure beside what it must beat.

    bench, name  which measurement
    value, unit  what was measured
    beside       what it was measured against in the same run, None for nothing
    ratio        value / that, None where there is nothing beside
    floor        what DESIGN §7 asks of the ratio, or of the value without one; None for nothing
    """

    bench: str
    name: str
    value: float
    unit: str
    beside: str | None = None
    ratio: float | None = None
    floor: float | None = None

    def missed(self) -> bool:
        """Tell whether the figure is on the wrong side of its floor."""
        if self.floor is None:
            return False
        if self.ratio is not None:
            return self.ratio < self.floor
        if self.unit in LESS_IS_BETTER:
            return self.value > self.floor
        return self.value < self.floor


BENCHES: dict[str, Callable[[], Iterable[dict[str, Any]]]] = {
    "decode": decode,
    "ingest": ingest,
    "live": live,
    "past": past,
    "latency": latency,
    "clients": clients,
    "replay": replay,
    "memory": memory,
    "zones": zones,
    "watchlist": watchlist,
    "export": export,
    "desk": desk,
    "trends": trends,
    "least-changes": least_changes,
}
ON_REQUEST = frozenset({"least-changes"})
"""Benches without a floor that take many minutes: run where they are named."""


def as_rows(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return the figures as plain mappings, for JSON."""
    return [asdict(figure) for figure in figures]


HEAD = f"{'figure':<44}{'value':>16}  {'beside':<30}{'ratio':>8}{'floor':>8}"
"""Over the lines of figures, for people."""


def line(figure: Figure) -> str:
    """Return a figure as an aligned line below ``HEAD``."""
    value = f"{figure.value:,.6g} {figure.unit}"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    floor = "" if figure.floor is None else f"{figure.floor:g}"
    mark = "  missed" if figure.missed() else ""
    name = f"{figure.bench}: {figure.name}"
    return f"{name:<44}{value:>16}  {figure.beside or '':<30}{ratio:>8}{floor:>8}{mark}"


def table(figures: Iterable[Figure]) -> str:
    """Return an aligned table for people."""
    return "\n".join([HEAD, *map(line, figures)])
