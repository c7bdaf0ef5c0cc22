"""Two vessels beside each other: what is seen of them now, and what is remembered."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

from alerts.distances import metres

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_MINUTE_US = 60_000_000


@dataclass(frozen=True, slots=True)
class Pair:
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
    def of(cls, row: Any, other: Any, vessels: NDArray[Any]) -> Self:  # noqa: ANN401
        """Return the pair of two rows of the fleet."""
        first, last = sorted((row, other), key=lambda one: (int(one["mmsi"]), int(one["segment"])))
        key = f"{first['segment']}-{last['segment']}"
        if vessels[last["vessel"]]["listed"] and not vessels[first["vessel"]]["listed"]:
            first, last = last, first
        said = [float(one["sog"]) for one in (first, last) if one["sog"] == one["sog"]]
        return cls(
            key=key,
            mmsi=int(first["mmsi"]),
            other_mmsi=int(last["mmsi"]),
            roles=(int(vessels[first["vessel"]]["role"]), int(vessels[last["vessel"]]["role"])),
            slots=(int(first["slot"]), int(last["slot"])),
            segments=(int(first["segment"]), int(last["segment"])),
            spools=(int(first["spool"]), int(last["spool"])),
            began_us=max(int(first["time"]), int(last["time"])),
            time_us=min(int(first["time"]), int(last["time"])),
            lon=_between(float(first["lon"]), float(last["lon"])),
            lat=round((float(first["lat"]) + float(last["lat"])) / 2, 5),
            distance_m=metres(first["lon"], first["lat"], last["lon"], last["lat"]),
            speed_kn=max(said) if said else None,
        )


@dataclass(frozen=True, slots=True)
class Met:
    """What is remembered of a pair from one look to the next.

    first_us, last_us  position times: since when and until when both were seen together
    heard_us  how long of it both were heard · seen_us of the last look that found them together
    apart_us  of the first look that found them apart since then, 0 none
    closest_m, fastest_kn of all looks · slots, segments, spools of the first look
    """

    first_us: int
    last_us: int
    heard_us: int
    seen_us: int
    apart_us: int
    lon: float
    lat: float
    closest_m: float
    fastest_kn: float | None
    slots: tuple[int, int]
    segments: tuple[int, int]
    spools: tuple[int, int]

    @classmethod
    def begun(cls, pair: Pair, now_us: int) -> Self:
        """Return what is known after the first look."""
        return cls(
            pair.began_us, pair.began_us, 0, now_us, 0, pair.lon, pair.lat, pair.distance_m,
            pair.speed_kn, pair.slots, pair.segments, pair.spools,
        )  # fmt: skip

    @property
    def minutes(self) -> float:
        """Minutes for which both were heard together, one decimal."""
        return round(self.heard_us / _MINUTE_US, 1)

    def together(self, pair: Pair, now_us: int, heard_us: int) -> Self:
        """Return what is known after one more look; a step longer than ``heard_us`` is silence."""
        step = pair.time_us - self.last_us
        if step > heard_us or self.apart_us:
            step = 0
        said = [one for one in (self.fastest_kn, pair.speed_kn) if one is not None]
        return replace(
            self,
            last_us=max(self.last_us, pair.time_us),
            heard_us=self.heard_us + max(step, 0),
            seen_us=now_us,
            apart_us=0,
            closest_m=min(self.closest_m, pair.distance_m),
            fastest_kn=max(said) if said else None,
        )

    def apart(self, now_us: int) -> Self:
        """Return what is known after a look that found them apart."""
        return replace(self, apart_us=self.apart_us or now_us)

    def frozen(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def thawed(cls, said: Mapping[str, Any]) -> Self:
        """Return what ``frozen`` gave."""
        pairs = {name: (said[name][0], said[name][1]) for name in ("slots", "segments", "spools")}
        return cls(**{**said, **pairs})


def _between(lon: float, other: float) -> float:
    """Return the longitude half-way, the short way round."""
    east = (other - lon + 180.0) % 360.0 - 180.0
    return round((lon + east / 2 + 540.0) % 360.0 - 180.0, 5)
