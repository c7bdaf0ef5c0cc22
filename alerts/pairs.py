"""Two vessels beside each other: what is seen of them now, and what is remembered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from alerts.distances import NM_M, metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US


class _Seen(NamedTuple):
    """A row of the fleet as numbers that cost little to ask, in the order of pairs."""

    mmsi: int
    segment: int
    slot: int
    vessel: int
    spool: int
    time: int
    lon: float
    lat: float
    sog: float
    role: int
    listed: bool

    @classmethod
    def all_of(cls, rows: NDArray[Any], vessels: NDArray[Any]) -> list[Self]:
        # Columns first: a field of a single row costs more than all else that is done with it.
        own, known = list(cls._fields[:-2]), list(cls._fields[-2:])
        told = zip(rows[own].tolist(), vessels[rows["vessel"]][known].tolist(), strict=True)
        return [cls(*row, *vessel) for row, vessel in told]


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
        ends = (_Seen.all_of(rows[pairs[:, k]], vessels) for k in (0, 1))
        met = (cls._of(*sorted(both)) for both in zip(*ends, strict=True))
        return sorted(met, key=lambda pair: pair.key)

    @classmethod
    def _of(cls, first: _Seen, last: _Seen) -> Self:
        key = f"{first.segment}-{last.segment}"
        if last.listed and not first.listed:
            first, last = last, first
        said = [seen.sog for seen in (first, last) if not math.isnan(seen.sog)]
        return cls(
            key=key,
            mmsi=first.mmsi,
            other_mmsi=last.mmsi,
            roles=(first.role, last.role),
            slots=(first.slot, last.slot),
            segments=(first.segment, last.segment),
            spools=(first.spool, last.spool),
            began_us=max(first.time, last.time),
            time_us=min(first.time, last.time),
            lon=_between(first.lon, last.lon),
            lat=round((first.lat + last.lat) / 2, 5),
            distance_m=metres(first.lon, first.lat, last.lon, last.lat),
            speed_kn=max(said) if said else None,
        )


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
        return self._replace(
            last_us=max(self.last_us, pair.time_us),
            heard_us=self.heard_us + heard,
            bridged_us=self.bridged_us + bridged,
            seen_us=now_us,
            apart_us=0,
            last_lon=pair.lon,
            last_lat=pair.lat,
            closest_m=min(self.closest_m, pair.distance_m),
            fastest_kn=max(said) if said else None,
        )

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


def _between(lon: float, other: float) -> float:
    """Return the longitude half-way, the short way round."""
    east = (other - lon + 180.0) % 360.0 - 180.0
    return round((lon + east / 2 + 540.0) % 360.0 - 180.0, 5)
