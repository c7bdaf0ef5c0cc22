"""Vessels that passed within miles of a point at a time."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import shapely

from alerts.rules import Rule
from service.errors import WrongUseError
from service.finding import asked, hearing
from service.finding.question import MOST_FOUND, Answer, Field, Sea, Ship, Shown
from service.positions import said
from store import finding
from store.history import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from geofence.zones import ZoneSet

_NM_DEG, _MOST_ROWS = 60.0, 1_000_000
_LEG_US = 20 * 60 * 1_000_000
"""Between reports further apart nobody knows where she was."""
_MORE_NM = 3.0
"""Reports from so much farther off are read: she may have passed between two."""


@dataclass(frozen=True, slots=True)
class Near:
    """Within ``nm`` of ``lon``, ``lat`` at ``at``, ``minutes`` more or less."""

    title: ClassVar[str] = "Near a point at a time"
    fields: ClassVar[tuple[Field, ...]] = (
        Field("at", "Point", "36°12.4′N 014°33.1′E"),
        Field("nm", "Within nautical miles", "5", "5"),
        Field("time", "At (UTC)", "2026-05-01T08:00"),
        Field("minutes", "More or less, minutes", "30", "30"),
    )

    lon: float
    lat: float
    nm: float
    at: dt.datetime
    minutes: float

    @classmethod
    def of(cls, given: Mapping[str, str], zones: ZoneSet, now: dt.datetime) -> Self:  # noqa: ARG003
        """Return the question that ``given`` asks; raises WrongUseError."""
        lon, lat = asked.point(given, "at")
        nm = asked.number(given, "nm", 0.1, 60, "5")
        minutes = asked.number(given, "minutes", 1, 720, "30")
        return cls(lon, lat, nm, asked.moment(given, "time"), minutes)

    def answer(self, sea: Sea) -> Answer:
        """Return who it was, the nearest first."""
        around, area = self._box(self.nm + _MORE_NM), self._box(self.nm)
        wide = dt.timedelta(minutes=self.minutes)
        start, end = self.at - wide, self.at + wide
        rows = finding.positions(sea.connection, around, start, end, _MOST_ROWS)
        if len(rows) > _MOST_ROWS:
            raise WrongUseError(f"more than {_MOST_ROWS:,} positions there; ask for less")
        ships = sorted(self._passed(rows), key=lambda one: (one[0], one[1].mmsi))
        words = (f"Who passed within {self.nm:g} nm of {said(self.lon, self.lat)} at "
                 f"{self.at:%d %b %Y %H:%M} UTC, {self.minutes:g} min more or less")  # fmt: skip
        place = shapely.box(*area)
        return Answer(
            words, tuple(ship for _, ship in ships[:MOST_FOUND]), more=len(ships) > MOST_FOUND,
            of=len(np.unique(rows["mmsi"])), notes=hearing.notes(sea, place, start),
            shown=Shown(((f"{self.nm:g} nm", self._circle()),), self.lon, self.lat),
        )  # fmt: skip

    def rule(self, rule_id: str, name: str) -> Rule | None:
        """Return the rule that tells who comes as near, at any time."""
        return Rule(rule_id, name, "near", self._circle())

    def _circle(self) -> BaseGeometry:
        return shapely.transform(
            shapely.Point(0, 0).buffer(self.nm / _NM_DEG),
            lambda xy: xy / [self._narrow, 1.0] + [self.lon, self.lat],
        )

    @property
    def _narrow(self) -> float:
        return max(math.cos(math.radians(self.lat)), 0.1)

    def _box(self, nm: float) -> Box:
        high, wide = nm / _NM_DEG, nm / _NM_DEG / self._narrow
        return Box(self.lon - wide, self.lat - high, self.lon + wide, self.lat + high)

    def _passed(self, rows: Any) -> list[tuple[float, Ship]]:  # noqa: ANN401
        """Return each ship's nearest passage, between two reports too, and how near."""
        if not len(rows):
            return []
        x = (rows["lon_deg"] - self.lon) * self._narrow * _NM_DEG
        y = (rows["lat_deg"] - self.lat) * _NM_DEG
        us = rows["time"].astype(np.int64)
        leg = (rows["mmsi"][1:] == rows["mmsi"][:-1]) & (np.diff(us) <= _LEG_US)
        dx, dy = np.where(leg, np.diff(x), 0.0), np.where(leg, np.diff(y), 0.0)
        length = np.maximum(dx**2 + dy**2, 1e-12)
        part = np.clip(-(x[:-1] * dx + y[:-1] * dy) / length, 0.0, 1.0)
        off = np.hypot(x, y)
        between = np.hypot(x[:-1] + part * dx, y[:-1] + part * dy)
        nearest = off.copy()
        nearest[:-1] = np.minimum(off[:-1], between)
        at = us.astype(float)
        at[:-1] += np.where(between < off[:-1], part * np.where(leg, np.diff(us), 0), 0.0)
        order = np.lexsort((nearest, rows["mmsi"]))
        first = order[np.unique(rows["mmsi"][order], return_index=True)[1]]
        return [
            (float(nearest[k]), self._ship(rows[k], float(nearest[k]), float(at[k])))
            for k in first.tolist() if nearest[k] <= self.nm
        ]  # fmt: skip

    def _ship(self, row: Any, nm: float, at_us: float) -> Ship:  # noqa: ANN401
        at = dt.datetime.fromtimestamp(at_us / 1e6, dt.UTC)
        sailing = "" if math.isnan(row["sog_kn"]) else f", at {row['sog_kn']:.1f} kn"
        if not math.isnan(row["cog_deg"]):
            sailing += f" on {row['cog_deg']:03.0f}°"
        why = f"Passed {nm:.1f} nm off at {at:%d %b %H:%M} UTC{sailing}."
        return Ship(int(row["mmsi"]), at, float(row["lon_deg"]), float(row["lat_deg"]), (why,))
