"""Values of JSON messages: times, numbers, texts. Not available is NaN, 255, 0 or b""."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np

from ais.units import COURSE_LIMIT_DEG, HEADING_LIMIT_DEG, LAT_LIMIT_DEG, LON_LIMIT_DEG, SECOND_US

_TIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?\s*(?:Z|\+00:?00)?(?: UTC)?"
)
_IDENTIFIER = re.compile(r" *[0-9]{1,9} *")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)")
# A receiver without a clock counts from 1970 or 1980, and Go's empty time is the year 1.
_FIRST_US = 946_684_800 * SECOND_US
_LAST_US = 253_402_300_800 * SECOND_US
DRAUGHT_LIMIT_M = 25.5
BOW_LIMIT_M = 511
SIDE_LIMIT_M = 63
"""The most that the fields of type 5 hold (ITU-R M.1371-5, table 52)."""
SOG_LIMIT_KN = 102.2
SOG_LIMIT_LONG_RANGE_KN = 63.0
SOG_LIMIT_AIRCRAFT_KN = 1022.0
# What broken transponders send (Global Fishing Watch's noise speeds), as in the decoder.
SOG_NOISE_KN = (51.2, 63.0)


def time_us(text: object) -> int | None:
    """Return a UTC time in µs since 1970, None if ``text`` is none or lies before the year 2000.

    Reads «2024-09-17 14:38:55.281038479 +0000 UTC» (aisstream: Go's own form, up to nine
    decimals) and «20221102171324» (AIS-catcher's ``rxtime``).
    """
    if not isinstance(text, str):
        return None
    found = _TIME.fullmatch(text) or _PACKED.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, *fraction = found.groups()
    try:
        moment = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), tzinfo=UTC
        )
    except ValueError:
        return None
    micros = int((fraction[0] if fraction and fraction[0] else "0").ljust(6, "0")[:6])
    stamp = int(moment.timestamp()) * SECOND_US + micros
    return stamp if stamp >= _FIRST_US else None


def epoch_us(seconds: object) -> int | None:
    """Return seconds since 1970 as µs, None if that is no number or not of 2000 to 9999."""
    if isinstance(seconds, str):
        try:
            seconds = float(seconds)
        except ValueError:
            return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    if not _FIRST_US <= seconds * SECOND_US < _LAST_US:
        return None
    return round(seconds * SECOND_US)


def number(value: object) -> float:
    """Return a JSON number, NaN for anything else."""
    # True is an int to Python, and would be 1 knot.
    if isinstance(value, bool) or not isinstance(value, int | float):
        return np.nan
    try:
        return float(value)
    except OverflowError:
        return np.nan


def whole(value: object, most: int, unsaid: int) -> int:
    """Return a JSON integer from 0 to ``most``, ``unsaid`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        return unsaid
    return value


def digits(value: object) -> object:
    """Return an identifier written as 247000001.0 or "247000001" as the integer that it means."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    # At most nine: a string of a million digits is no identifier, and slow to read.
    return int(value) if isinstance(value, str) and _IDENTIFIER.fullmatch(value) else value


def text(value: object) -> bytes:
    """Return a name without AIS' padding (@ and blanks), b"" for anything but text."""
    return printable(value.partition("@")[0]).rstrip() if isinstance(value, str) else b""


def words(value: object) -> bytes:
    """Return a safety-related text; what follows an @ may be the call for help, and stays."""
    return printable(value).strip(b"@ ") if isinstance(value, str) else b""


def printable(said: str) -> bytes:
    """Return ``said`` in ASCII: a control character is a blank, what has no sign in ASCII is ?."""
    # A NUL that went through to an alert could be written to the database and never read again.
    return _CONTROL.sub(" ", said).encode("ascii", "replace")


def place(lon: object, lat: object) -> tuple[float, float]:
    """Return longitude and latitude in degrees, both NaN where one is not available."""
    x, y = number(lon), number(lat)
    if abs(x) <= LON_LIMIT_DEG and abs(y) <= LAT_LIMIT_DEG:
        return x, y
    return np.nan, np.nan


def speed_kn(value: object, limit: float) -> float:
    """Return a speed in knots, NaN from ``limit`` on and where it is known as noise."""
    speed = number(value)
    noise = limit == SOG_LIMIT_KN and round(speed, 1) in SOG_NOISE_KN
    return speed if 0 <= speed < limit and not noise else np.nan


def course_deg(value: object) -> float:
    """Return a course from 0 to below 360, NaN for anything else."""
    course = number(value)
    return course if 0 <= course < COURSE_LIMIT_DEG else np.nan


def heading_deg(value: object) -> float:
    """Return a heading from 0 to 359, NaN for anything else (511 is not available)."""
    heading = number(value)
    return heading if 0 <= heading < HEADING_LIMIT_DEG else np.nan


def draught_m(value: object) -> float:
    """Return a draught in metres; 0 (not available) and what AIS cannot say (> 25.5) is NaN."""
    draught = number(value)
    return draught if 0 < draught <= DRAUGHT_LIMIT_M else np.nan


def dimensions_m(value: Any) -> tuple[float, float, float, float]:  # noqa: ANN401  (any JSON)
    """Return metres to bow, stern, port and starboard; all NaN when all are 0 or missing.

    One that does not fit into its field (9 bits for bow and stern, 6 for the sides) is NaN.
    """
    sides = value if isinstance(value, dict) else {}
    a, b = (_within(sides.get(side), BOW_LIMIT_M) for side in "AB")
    c, d = (_within(sides.get(side), SIDE_LIMIT_M) for side in "CD")
    if not (a > 0 or b > 0 or c > 0 or d > 0):
        return np.nan, np.nan, np.nan, np.nan
    return a, b, c, d


def _within(value: object, most: float) -> float:
    metres = number(value)
    return metres if 0 <= metres <= most else np.nan
