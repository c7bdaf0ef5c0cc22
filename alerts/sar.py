"""What a rescuer needs: where they may be by now, who is near, and who answers for that sea.

Drift: the last known place moves with the current and with a share of the wind (leeway), after the
manner of the IAMSAR Manual, volume II; where neither is stated it is a plain circle. It is a first
help until a rescue centre plans the search with its own tools, and says what it assumed.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from alerts.alert import Adrift, Centre, Near, SarHelp
from alerts.contacts import Contact, at_a_place
from alerts.distances import NM_M, ahead, bearing, metres
from alerts.errors import AlertsError
from alerts.events import stamp
from alerts.rescue import MIN_US, S_US
from alerts.scene import AIRCRAFT, CRAFT, LAW, NO_SLOT, ROLES, SAR, SHIP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geofence.zones import Zone

_HOUR_US = 60 * MIN_US
_DRIFT_ERROR = 0.3
_SHORE_NM = 2.0
_OLD_MIN = 10
_ASSETS = np.array([SAR, LAW], np.uint8)
_HELPERS = np.array([SHIP, AIRCRAFT, CRAFT], np.uint8)


class SarSettingsError(AlertsError, ValueError):
    """A setting of the SAR help that cannot be; a ValueError so that its path is named."""


@dataclass(frozen=True, slots=True)
class SarSettings:
    """What is assumed and shown where somebody is in need.

    wind_kn, wind_from_deg       knots and the direction it blows from, degrees; None = not stated
    current_kn, current_to_deg   knots and the direction it flows to, degrees; None = not stated
    leeway_share   part of the wind's speed at which a boat drifts, 0-1
    unknown_kn     knots in any direction for what is not stated: half for the wind, half for the
                   current
    hours          for which the drift is shown, hours after the last known place
    ships, assets  how many of the nearest ships, and of rescue, law enforcement units and aircraft
    within_nm      nautical miles: farther ones are no help
    fresh_min      minutes: reports that are older name no helper
    ship_kn        knots: a ship that is slower says nothing of how fast it could come
    asset_kn, aircraft_kn        knots at which a unit or an aircraft is expected to come
    contacts       line of each rescue centre by its id, as "mrcc-roma": telephone, mail; an
                   administrator checks it

    Raises SarSettingsError.
    """

    wind_kn: float | None = None
    wind_from_deg: float | None = None
    current_kn: float | None = None
    current_to_deg: float | None = None
    leeway_share: float = 0.035
    unknown_kn: float = 1.5
    hours: tuple[float, ...] = (1.0, 3.0, 6.0, 12.0, 24.0)
    ships: int = 6
    assets: int = 4
    within_nm: float = 100.0
    fresh_min: float = 60.0
    ship_kn: float = 5.0
    asset_kn: float = 20.0
    aircraft_kn: float = 110.0
    contacts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for speed, way in (("wind_kn", "wind_from_deg"), ("current_kn", "current_to_deg")):
            if (getattr(self, speed) is None) != (getattr(self, way) is None):
                msg = f"{speed} {getattr(self, speed)}, {way} {getattr(self, way)}; "
                raise SarSettingsError(msg + "expected both, or none of them")
        for name, most in (
            ("wind_kn", 150), ("wind_from_deg", 360), ("current_kn", 10), ("current_to_deg", 360),
            ("leeway_share", 1), ("unknown_kn", 20), ("within_nm", 1000), ("ships", 100),
            ("assets", 100),
        ):  # fmt: skip
            value = getattr(self, name)
            if value is not None and not 0 <= value <= most:
                raise SarSettingsError(f"{name} {value}; expected 0 to {most}")
        if not all(0 < hours <= 240 for hours in self.hours):  # noqa: PLR2004 (ten days)
            raise SarSettingsError(f"hours {self.hours}; expected each from 0 to 240")


@dataclass(frozen=True, slots=True)
class _Datum:
    """The place from which they drift; ``said`` in words where a contact gave it."""

    lon: float
    lat: float
    error_nm: float
    time_us: int
    said: str = ""


def sar_help(  # noqa: PLR0913, PLR0917 (what a rescuer needs comes from all sides)
    lon: float | None,
    lat: float | None,
    error_nm: float,
    known_at_us: int,
    fleet: NDArray[Any],
    vessels: NDArray[Any],
    zones: Sequence[Zone],
    settings: SarSettings,
    contacts: Sequence[Contact],
    now_us: int,
    besides: Sequence[int] = (),
) -> SarHelp:
    """Return the help for somebody last known at ``lon``, ``lat`` (degrees, or None).

    error_nm     nautical miles round that place · known_at_us, now_us  µs since 1970
    fleet        ROW by slot · vessels  VESSEL, by ``ROW.vessel`` (alerts/scene.py)
    zones        in force; those of kind sar_region name the centres, all that contain the place
    contacts     open ones, newest version each: one that was seen later, where they may have
                 drifted to by then, gives the place
    besides      MMSIs that are no helpers: those in need
    """
    if lon is None or lat is None or not at_a_place(lon, lat):
        nothing = "no place is known: no drift, no distances"
        return SarHelp(None, None, error_nm, known_at_us, (), nothing, (), ())
    given = _Datum(lon, lat, error_nm, known_at_us)
    start = _seen_later(given, settings, contacts, now_us)
    adrift = _adrift(start, settings, now_us)
    here = _place(start, settings, now_us)
    centres = centres_of(here.lon, here.lat, here.error_nm, zones, settings.contacts)
    near = _nearest(here, fleet, vessels, settings, now_us, besides)
    return SarHelp(
        round(start.lon, 5), round(start.lat, 5), round(start.error_nm, 2), start.time_us, adrift,
        start.said + _assumed(settings), near, centres,
    )  # fmt: skip


def _seen_later(
    given: _Datum, settings: SarSettings, contacts: Sequence[Contact], now_us: int
) -> _Datum:
    """Return the newest contact that may be those who are looked for, else what was given."""
    for one in sorted(contacts, key=lambda each: (-each.time_us, each.id)):
        if one.closed or not given.time_us < one.time_us <= now_us:
            continue
        then = _place(given, settings, one.time_us)
        apart_nm = metres(then.lon, then.lat, one.lon, one.lat) / NM_M
        if apart_nm <= then.error_nm + one.error_nm:
            when = stamp(one.time_us)[11:16]
            said = f"place of contact {one.id} ({one.kind}, {one.grade}, {when}Z); "
            return _Datum(one.lon, one.lat, one.error_nm, one.time_us, said)
    return given


def _adrift(start: _Datum, settings: SarSettings, now_us: int) -> tuple[Adrift, ...]:
    """Return the circles by time since the place was known; now is one of them where it is old."""
    minutes = {round(hours * 60) for hours in settings.hours}
    if (old := (now_us - start.time_us) // MIN_US) >= _OLD_MIN:
        minutes.add(int(old))
    found = []
    for after in sorted(minutes):
        then = _place(start, settings, start.time_us + after * MIN_US)
        found.append(Adrift(after, round(then.lon, 5), round(then.lat, 5), then.error_nm))
    return tuple(found)


def _place(start: _Datum, settings: SarSettings, at_us: int) -> _Datum:
    """Return where they are at a time by drift alone, with the radius of the area in error_nm."""
    hours = max(0, at_us - start.time_us) / _HOUR_US
    east = north = unstated = 0.0
    if settings.current_kn is None or settings.current_to_deg is None:
        unstated += 0.5
    else:
        way = math.radians(settings.current_to_deg)
        east += settings.current_kn * math.sin(way)
        north += settings.current_kn * math.cos(way)
    if settings.wind_kn is None or settings.wind_from_deg is None:
        unstated += 0.5
    else:
        way = math.radians(settings.wind_from_deg + 180)
        east += settings.wind_kn * settings.leeway_share * math.sin(way)
        north += settings.wind_kn * settings.leeway_share * math.cos(way)
    run = math.hypot(east, north) * hours
    lon, lat = start.lon, start.lat
    if run > 0:
        lon, lat = ahead(lon, lat, math.degrees(math.atan2(east, north)) % 360, run * NM_M)
    radius = math.hypot(start.error_nm, _DRIFT_ERROR * run)
    return _Datum(lon, lat, round(radius + settings.unknown_kn * unstated * hours, 2), at_us)


def _assumed(settings: SarSettings) -> str:
    said = []
    if settings.wind_kn is not None:
        said.append(f"wind {settings.wind_kn:g} kn from {settings.wind_from_deg:g}°, leeway "
                    f"{settings.leeway_share * 100:g} %")  # fmt: skip
    if settings.current_kn is not None:
        said.append(f"current {settings.current_kn:g} kn to {settings.current_to_deg:g}°")
    missing = [name for name in ("wind", "current") if getattr(settings, f"{name}_kn") is None]
    if missing:
        kn = settings.unknown_kn * len(missing) / 2
        said.append(f"no {' and no '.join(missing)} stated: up to {kn:g} kn in any direction")
    return ", ".join(said)


def _nearest(
    here: _Datum, fleet: NDArray[Any], vessels: NDArray[Any], settings: SarSettings, now_us: int,
    besides: Sequence[int],
) -> tuple[Near, ...]:  # fmt: skip
    """Return the nearest ships and the nearest units, by distance; each MMSI once."""
    known = (fleet["slot"] != NO_SLOT) & (fleet["received"] > now_us - settings.fresh_min * MIN_US)
    known &= abs(fleet["lat"] - here.lat) <= settings.within_nm / 59.9
    rows = fleet[known & ~np.isin(fleet["mmsi"], np.array([*besides], np.int64))]
    rows = rows[np.argsort(-rows["received"], kind="stable")]
    rows = rows[np.sort(np.unique(rows["mmsi"], return_index=True)[1])]
    own = vessels[rows["vessel"]]
    able = np.isin(own["kind"], _HELPERS)
    rows, own = rows[able], own[able]
    apart = np.array([
        metres(here.lon, here.lat, lon, lat) / NM_M
        for lon, lat in zip(rows["lon"].tolist(), rows["lat"].tolist(), strict=True)
    ])  # fmt: skip
    order = [k for k in np.lexsort((rows["mmsi"], apart)).tolist()
             if apart[k] <= settings.within_nm]  # fmt: skip
    unit = np.isin(own["role"], _ASSETS) | (own["kind"] == AIRCRAFT)
    ships = [k for k in order if not unit[k]][: settings.ships]
    units = [k for k in order if unit[k]][: settings.assets]
    chosen = [k for k in order if k in {*ships, *units}]
    return tuple(_near(here, rows[k], own[k], float(apart[k]), settings, now_us) for k in chosen)


def _near(
    here: _Datum, row: Any, vessel: Any, apart_nm: float, settings: SarSettings, now_us: int  # noqa: ANN401
) -> Near:  # fmt: skip
    lon, lat = float(row["lon"]), float(row["lat"])
    speed = float(row["sog"])
    if vessel["kind"] == AIRCRAFT:
        speed = max(settings.aircraft_kn, speed) if math.isfinite(speed) else settings.aircraft_kn
    elif vessel["role"] in _ASSETS:
        speed = max(settings.asset_kn, speed) if math.isfinite(speed) else settings.asset_kn
    minutes = round(apart_nm / speed * 60, 1) if speed >= settings.ship_kn else None
    role = "rescue aircraft" if vessel["kind"] == AIRCRAFT else ROLES[int(vessel["role"])]
    return Near(
        int(row["mmsi"]), vessel["name"].decode("ascii", "replace"), role, round(lon, 5),
        round(lat, 5), round(apart_nm, 1), bearing(here.lon, here.lat, lon, lat), minutes,
        round((now_us - int(row["received"])) / S_US),
    )  # fmt: skip


def centres_of(
    lon: float, lat: float, error_nm: float, zones: Sequence[Zone], lines: Mapping[str, str]
) -> tuple[Centre, ...]:
    """Return every centre of every region that the place, with its error, may lie in.

    lon, lat  degrees · error_nm  nautical miles round the place · zones  in force
    lines     line of a centre by its id, where an administrator gave one

    Regions overlap and are disputed: all are named, the nearest first. Coasts are coarse, so two
    miles are allowed.
    """
    regions = [zone for zone in zones if zone.kind == "sar_region"]
    reach = max(_SHORE_NM, error_nm) / 60 / max(0.1, math.cos(math.radians(lat)))
    point = shapely.Point(lon, lat)
    apart = sorted((float(zone.geometry.distance(point)), zone.id, zone) for zone in regions)
    found: dict[str, Centre] = {}
    for away, _, zone in apart:
        if away > reach:
            break
        for name in zone.details.get("rescue_centres", ()):
            key = centre_id(str(name))
            found.setdefault(key, Centre(key, str(name), zone.name, lines.get(key, "")))
    return tuple(found.values())


def centre_id(name: str) -> str:
    """Return the id of a rescue centre by its name: "MRCC Almería" is mrcc-almeria."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    words = "".join(letter if letter.isalnum() else " " for letter in plain).split()
    return "-".join(words)
