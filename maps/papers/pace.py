"""Her speeds over a span: as she sent them, and where she sent none, those between positions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from alerts.traffic.motion import LONGEST_S, completed
from alerts.traffic.passages import SAILED

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pace:
    """Speeds of a track, row by row.

    time_us (n,) i8 · knots (n,) f8, NaN where neither way says one · sent (n,) she sent it herself
    """

    time_us: NDArray[np.int64]
    knots: NDArray[np.float64]
    sent: NDArray[np.bool_]

    @classmethod
    def of(cls, track: NDArray[Any]) -> Self:
        """Return the speeds of POINT rows in order of time; positions of one segment tell one."""
        rows = np.zeros(len(track), SAILED)
        rows["mmsi"] = track["segment"].astype("i8") + 1
        rows["time"] = track["time"].astype("M8[us]").astype(np.int64)
        for name, column in (("lon", "lon_deg"), ("lat", "lat_deg"), ("sog", "sog_kn"),
                             ("cog", "cog_deg")):  # fmt: skip
            rows[name] = track[column]
        order = np.argsort(rows["mmsi"], kind="stable")
        knots = np.empty(len(rows))
        knots[order] = completed(rows[order])["sog"]
        return cls(rows["time"], knots, np.isfinite(track["sog_kn"]))

    @property
    def measured(self) -> NDArray[np.bool_]:
        """Return which speeds are those between positions, (n,)."""
        found: NDArray[np.bool_] = ~self.sent & np.isfinite(self.knots)
        return found

    def at(self, time_us: int) -> float | None:
        """Return the speed between her positions that was the newest then; None without one."""
        last = int(np.searchsorted(self.time_us, time_us, side="right")) - 1
        near = last >= 0 and time_us - int(self.time_us[last]) <= LONGEST_S * 1e6
        return float(self.knots[last]) if near and self.measured[last] else None
