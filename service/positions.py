"""A position as people type it, in degrees and minutes or in degrees; and how it is said."""

from __future__ import annotations

import re

_ONE = (
    r"(\d{1,3}(?:[.,]\d+)?)\s*(?:°|\s)?\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*['′’]?)?\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*[\"″]?)?\s*"
)
_LETTERED = re.compile(rf"{_ONE}([NS])[\s,;/]*{_ONE}([EW])", re.IGNORECASE)
_SIGNED = re.compile(r"([+-]?\d{1,2}(?:\.\d+)?)°?[\s,;/]+([+-]?\d{1,3}(?:\.\d+)?)°?")
_SIXTY = 60
_POLE_DEG, _HALF_TURN_DEG = 90, 180


def position(text: str) -> tuple[float, float] | None:
    """Return longitude and latitude in degrees of ``text``, None where it is no position.

    Read are «36°12.4′N 014°33.1′E», «36 12.4 N, 14 33.1 E», «36°12'24"N 14°33'6"E» and
    «36.207 14.552» (latitude first, south and west negative).
    """
    said = text.strip()
    if found := _LETTERED.fullmatch(said):
        parts = found.groups()
        lat, lon = _degrees(parts[:3]), _degrees(parts[4:7])
        if lat is None or lon is None:
            return None
        lat, lon = (-lat if parts[3] in "Ss" else lat), (-lon if parts[7] in "Ww" else lon)
    elif found := _SIGNED.fullmatch(said):
        lat, lon = float(found[1]), float(found[2])
    else:
        return None
    return (lon, lat) if abs(lat) <= _POLE_DEG and abs(lon) <= _HALF_TURN_DEG else None


def _degrees(parts: tuple[str | None, ...]) -> float | None:
    degrees, minutes, seconds = (float((one or "0").replace(",", ".")) for one in parts)
    if minutes >= _SIXTY or seconds >= _SIXTY:
        return None
    # 36.5° 12′ is a slip, and nobody can tell which half of it is meant.
    if (parts[1] and degrees % 1) or (parts[2] and minutes % 1):
        return None
    return degrees + minutes / 60 + seconds / 3600


def said(lon: float, lat: float) -> str:
    """Return a position as 36°12.4′N 014°33.1′E."""
    return f"{_one(lat, 2, 'NS')} {_one(lon, 3, 'EW')}"


def _one(value: float, width: int, letters: str) -> str:
    tenths = round(abs(value) * 600)
    return f"{tenths // 600:0{width}}°{tenths % 600 / 10:04.1f}′{letters[value < 0]}"
