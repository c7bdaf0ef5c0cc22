"""What somebody asks for: kind, format, and which part of it; every word is checked here."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from maps.errors import MapsError
from maps.export import KINDS, WORDS, Kind
from maps.exports import export_of
from service.errors import WrongUseError
from store.history import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

_MMSI = re.compile(r"\d{1,9}", re.ASCII)
_IMO = re.compile(r"imo:(\d{7})", re.ASCII | re.IGNORECASE)
FOR_CASE = "for_case"
"""What a question is called by the case for which it is read."""
_SPANNED = ("positions", "tracks", "links")
_MOST_VESSELS = 1_000
_MOST_CORNERS = 1_000
_CORNERS = 3


class TooMuchError(WrongUseError):
    """More was named at once than one question may name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; empty and None: not narrowed by this.

    vessels     MMSI, or imo:N · start, end  from (included), until (excluded), UTC
    box         W, S, E, N degrees · polygon  corners as (lon, lat) · zones  ids; one of the three
    alert, case ids: the vessels, the span and the codes of an incident or of a case
    within      case for which it is read, "" = none; narrows nothing
    hops        steps from the vessels, of links only
    permission  who permitted what codes forbid, and how
    """

    kind: Kind
    layout: str
    vessels: tuple[str, ...] = ()
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    box: Box | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    zones: tuple[str, ...] = ()
    alert: str = ""
    case: str = ""
    permission: str = ""
    hops: int = 1
    within: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be answered; raises WrongUseError."""
        if self.kind not in KINDS:
            raise WrongUseError(f"{self.kind!r}: expected one of {', '.join(KINDS)}")
        try:
            export_of(self.kind, self.layout)
        except MapsError as error:
            raise WrongUseError(str(error)) from None
        if self.start and self.end and self.start >= self.end:
            raise WrongUseError(f"from {said(self.start)} is not before to {said(self.end)}")
        if (bool(self.box) + bool(self.polygon) + bool(self.zones)) > 1:
            raise WrongUseError("a box, a polygon and a zone: give one of the three")
        if self.kind in _SPANNED and not self.start and not self.alert:
            msg = f"{self.kind} without a begin: say from when, as 2026-05-01T08:00:00Z"
            raise WrongUseError(msg)
        self._check_kind()

    def _check_kind(self) -> None:
        areas = self.box or self.polygon or self.zones
        if self.kind == "watchlist" and (areas or self.start or self.end):
            msg = "the list has neither places nor a span: name vessels, an alert or a case"
            raise WrongUseError(msg)
        if self.kind == "links" and areas:
            raise WrongUseError("links: an area ties nobody; name vessels, an alert or a case")
        if self.kind == "zones" and (self.vessels or self.alert or self.case):
            raise WrongUseError("zones: name them, or give a box or a polygon")

    def query(self) -> dict[str, Any]:
        """Return it as the sidecar and the audit say it: only what was asked, JSON values."""
        words: dict[str, Any] = {
            "vessels": list(self.vessels), "from": said(self.start), "to": said(self.end),
            "bbox": list(self.box) if self.box else None,
            "polygon": [list(one) for one in self.polygon], "zones": list(self.zones),
            "alert": self.alert, "case": self.case, FOR_CASE: self.within,
            "hops": self.hops if self.kind == "links" else None,
        }  # fmt: skip
        asked = {name: value for name, value in words.items() if value}
        return {"kind": self.kind, "format": self.layout, **asked}

    def title(self) -> str:
        """Return in a few words what it is."""
        span = f", {said(self.start)} to {said(self.end)}" if self.start and self.end else ""
        return f"Vedetta: {WORDS[self.kind]}{span}"


def said(moment: dt.datetime | None) -> str:
    """Return a time as ISO 8601 in UTC; "" for none."""
    return f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def vessel(text: str) -> int | None:
    """Return the IMO number of ``imo:N``, None for an MMSI; raises WrongUseError for neither."""
    if found := _IMO.fullmatch(text):
        return int(found[1])
    if _MMSI.fullmatch(text):
        return None
    raise WrongUseError(f"{text[:20]!r}: is no vessel; expected an MMSI, or imo: and seven digits")


def vessels(texts: Sequence[str]) -> tuple[str, ...]:
    """Return vessels, each once; raises WrongUseError for what is none, and for too many."""
    named = tuple(dict.fromkeys(one.strip().lower() for one in texts if one.strip()))
    for one in named:
        vessel(one)
    if len(named) > _MOST_VESSELS:
        msg = f"{len(named):,} vessels: expected at most {_MOST_VESSELS:,}; ask several times"
        raise TooMuchError(msg)
    return named


def box(name: str, text: str | None) -> Box | None:
    """Return the box of ``W,S,E,N``, None for none; raises WrongUseError naming ``name``."""
    if not (text or "").strip():
        return None
    try:
        west, south, east, north = (float(one) for one in str(text).split(","))
    except ValueError:
        raise WrongUseError(f"{name}: {str(text)[:60]!r}; expected W,S,E,N in degrees") from None
    found = Box(west, south, east, north)
    within = -180 <= west < east <= 180 and -90 <= south < north <= 90  # noqa: PLR2004 (degrees)
    if not within or not all(map(math.isfinite, found)):
        msg = f"{name}: {str(text)[:60]!r}; expected W < E and S < N within -180,-90,180,90"
        raise WrongUseError(msg)
    return found


def polygon(name: str, text: str | None) -> tuple[tuple[float, float], ...]:
    """Return the corners of ``lon,lat lon,lat …``; raises WrongUseError naming ``name``."""
    if not (text or "").strip():
        return ()
    try:
        pairs = [tuple(float(one) for one in pair.split(",")) for pair in str(text).split()]
        corners = tuple((lon, lat) for lon, lat in pairs)
    except ValueError:
        msg = f"{name}: {str(text)[:60]!r}; expected corners as 12.1,35.2 13.0,35.2 12.5,36.0"
        raise WrongUseError(msg) from None
    if not _CORNERS <= len(corners) <= _MOST_CORNERS:
        wrong = WrongUseError if len(corners) < _CORNERS else TooMuchError
        raise wrong(f"{name}: {len(corners)} corners; expected 3 to {_MOST_CORNERS:,}")
    shape = shapely.Polygon(corners)
    if not shape.is_valid or not shape.area:
        raise WrongUseError(f"{name}: its sides cross, or it has no area; draw it again")
    box(name, ",".join(map(str, shape.bounds)))
    return corners
