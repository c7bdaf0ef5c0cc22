"""Two vessels beside each other: what is seen of them now, and what is remembered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from ais.compiled import allocating
from alerts.distances import NM_M, metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US


class Pair(NamedTuple):
    """Two vessels that are together now, the lower MMSI first, unless only the other is listed.

    key      of their two segments · time_us position time of the older of both places
    speed_kn the faster of both, None where neither says · roles, slots, segments, spools of each
    """

    key: str
    mmsi: int
    other_mmsi: int
    roles: tuple[int, int]
    slots: tuple[int, int]
    segments: tuple[int, int]
    spools: tuple[int, int]
    began_us: int
    time_us: int
    lon: float
    lat: float
    distance_m: float
    speed_kn: float | None

    @classmethod
    def all_of(
        cls, rows: NDArray[Any], pairs: NDArray[np.int64], vessels: NDArray[Any]
    ) -> list[Self]:
        """Return the ``pairs``, (n, 2) indices into ``rows`` of the fleet, sorted by key."""
        # Columns first: a field of a single row costs more than all else that is done with it.
        ends = rows[pairs]
        ends = np.take_along_axis(ends, np.argsort(ends["mmsi"], axis=1, kind="stable"), axis=1)
        keys = ends["segment"].tolist()
        only = vessels["listed"][ends["vessel"]]
        ends = np.where((only[:, 1] & ~only[:, 0])[:, None], ends[:, ::-1], ends)
        lon, lat, time = ends["lon"], ends["lat"], ends["time"]
        met = zip(
            keys, ends["mmsi"].tolist(), vessels["role"][ends["vessel"]].tolist(),
            ends["slot"].tolist(), ends["segment"].tolist(), ends["spool"].tolist(),
            time.max(axis=1).tolist(), time.min(axis=1).tolist(), lon.tolist(), lat.tolist(),
            apart(lon, lat).tolist(), np.fmax(ends["sog"][:, 0], ends["sog"][:, 1]).tolist(),
            strict=True,
        )  # fmt: skip
        return sorted((cls._of(*one) for one in met), key=lambda pair: pair.key)

    @classmethod
    def _of(  # noqa: PLR0913, PLR0917 (a row of columns)
        cls, key: list[int], mmsis: list[int], roles: list[int], slots: list[int],
        segments: list[int], spools: list[int], began_us: int, time_us: int, lon: list[float],
        lat: list[float], distance_m: float, speed_kn: float,
    ) -> Self:  # fmt: skip
        return cls(
            f"{key[0]}-{key[1]}", mmsis[0], mmsis[1], (roles[0], roles[1]), (slots[0], slots[1]),
            (segments[0], segments[1]), (spools[0], spools[1]), began_us, time_us,
            _between(lon[0], lon[1]), round((lat[0] + lat[1]) / 2, 5), distance_m,
            None if math.isnan(speed_kn) else speed_kn,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bridge:
    """What counts between two looks at a pair.

    heard_us    a step of at most so long counts as heard
    silence_us  a longer one, up to this, as bridged, where both went no faster than ``slow_kn``
    """

    heard_us: int
    silence_us: int
    slow_kn: float


class Met(NamedTuple):
    """What is remembered of a pair from one look to the next; JSON keeps it as a list.

    first_us, last_us  position times: since when and until when both were seen together
    heard_us, bridged_us  how long of it both were heard, and silent between
    seen_us   of the last look that found them together
    apart_us  of the first look that found them apart since then, 0 none
    closest_m, fastest_kn of all looks · slots, segments, spools of the first look
    """

    first_us: int
    last_us: int
    heard_us: int
    bridged_us: int
    seen_us: int
    apart_us: int
    lon: float
    lat: float
    last_lon: float
    last_lat: float
    closest_m: float
    fastest_kn: float | None
    slots: tuple[int, int]
    segments: tuple[int, int]
    spools: tuple[int, int]

    @classmethod
    def begun(cls, pair: Pair, now_us: int) -> Self:
        """Return what is known after the first look."""
        return cls(
            pair.began_us, pair.began_us, 0, 0, now_us, 0, pair.lon, pair.lat, pair.lon, pair.lat,
            pair.distance_m, pair.speed_kn, pair.slots, pair.segments, pair.spools,
        )  # fmt: skip

    @property
    def minutes(self) -> float:
        """Minutes for which both were together, heard or bridged, one decimal."""
        return round((self.heard_us + self.bridged_us) / _MINUTE_US, 1)

    @property
    def minutes_heard(self) -> float:
        """Minutes for which both were heard together, one decimal."""
        return round(self.heard_us / _MINUTE_US, 1)

    def together(self, pair: Pair, now_us: int, bridge: Bridge) -> Self:
        """Return what is known after one more look."""
        step = 0 if self.apart_us else max(pair.time_us - self.last_us, 0)
        heard = step if step <= bridge.heard_us else 0
        bridged = step if not heard and self._stayed(pair, step, bridge) else 0
        said = [one for one in (self.fastest_kn, pair.speed_kn) if one is not None]
        return type(self)(
            self.first_us, max(self.last_us, pair.time_us), self.heard_us + heard,
            self.bridged_us + bridged, now_us, 0, self.lon, self.lat, pair.lon, pair.lat,
            min(self.closest_m, pair.distance_m), max(said) if said else None,
            self.slots, self.segments, self.spools,
        )  # fmt: skip

    def _stayed(self, pair: Pair, step_us: int, bridge: Bridge) -> bool:
        """Tell whether both were found where they can have drifted to together meanwhile."""
        if not 0 < step_us <= bridge.silence_us:
            return False
        far = metres(self.last_lon, self.last_lat, pair.lon, pair.lat)
        return far / NM_M / (step_us / _HOUR_US) < bridge.slow_kn

    def apart(self, now_us: int) -> Self:
        """Return what is known after a look that found them apart."""
        return self._replace(apart_us=self.apart_us or now_us)

    @classmethod
    def of(cls, known: Sequence[Any]) -> Self:
        """Return what is remembered, also where a snapshot made a list of it."""
        return known if isinstance(known, cls) else cls(*known)


@allocating
def apart(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres between the two places of each row of ``lon`` and ``lat`` (n, 2)."""
    out = np.empty(len(lon))
    for k in range(len(lon)):
        out[k] = metres(lon[k, 0], lat[k, 0], lon[k, 1], lat[k, 1])
    return out


def _between(lon: float, other: float) -> float:
    """Return the longitude half-way, the short way round."""
    east = (other - lon + 180.0) % 360.0 - 180.0
    return round((lon + east / 2 + 540.0) % 360.0 - 180.0, 5)
