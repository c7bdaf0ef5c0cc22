"""Times written in text, read by compiled code: epoch numbers, ISO 8601 and days of the calendar.

All functions read ``data[i:end]`` (u1) and return microseconds since 1970 UTC, ``NO_TIME`` (the
integer behind NaT) where the text is no time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.kernel import helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_TIME = np.iinfo(np.int64).min
"""The integer behind ``np.datetime64("NaT")``."""
# A receiver without a clock counts from 1970: its c:0 to c:99999999 is no time of day.
_FIRST_EPOCH_US = 100_000_000 * 1_000_000
_MS_DIGITS = 12  # seconds have 10 digits until 2286, milliseconds 13 since 2001
_US_DIGITS = 15
_MAX_DIGITS = 17
_US = 1_000_000
_DAY_S = 86_400
_PLUS, _DASH, _DOT, _SLASH, _COLON, _SPACE, _T, _Z = 43, 45, 46, 47, 58, 32, 84, 90


@helper
def number(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return the decimal number that begins at ``i`` and the place behind it.

    The place is ``i`` itself where no digit stands there; more than 17 digits end the number.
    """
    value = 0
    at = i
    while at < end and at - i < _MAX_DIGITS and 48 <= data[at] <= 57:  # noqa: PLR2004 (0 to 9)
        value = value * 10 + (data[at] - 48)
        at += 1
    return value, at


@helper
def fraction_us(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Return the microseconds of a decimal fraction ``.ddd`` at ``i`` and the place behind it."""
    if i >= end or data[i] != _DOT:
        return 0, i
    value = 0
    scale = _US
    at = i + 1
    while at < end and 48 <= data[at] <= 57:  # noqa: PLR2004 (0 to 9)
        scale //= 10
        value += (data[at] - 48) * scale
        at += 1
    return value, at


@helper
def day_number(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01 to a day of the Gregorian calendar, -1 if it does not exist.

    Counted from March, so that the leap day is the last of its year (Hinnant, «chrono»).
    """
    long = month in (1, 3, 5, 7, 8, 10, 12)
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    last = 31 if long else 30
    if month == 2:  # noqa: PLR2004 (February)
        last = 29 if leap else 28
    if not (1970 <= year < 10_000 and 1 <= month <= 12 and 1 <= day <= last):  # noqa: PLR2004
        return -1
    y = year - (1 if month <= 2 else 0)  # noqa: PLR2004
    march = (month + 9) % 12
    of_year = (153 * march + 2) // 5 + day - 1
    return 365 * y + y // 4 - y // 100 + y // 400 + of_year - 719_468


@helper
def moment_us(year: int, month: int, day: int, hour: int, minute: int, second: int) -> int:
    """Return a UTC time in microseconds since 1970, ``NO_TIME`` if it does not exist."""
    days = day_number(year, month, day)
    if days < 0 or hour > 23 or minute > 59 or second > 60:  # noqa: PLR2004 (60: leap second)
        return NO_TIME
    return (days * _DAY_S + hour * 3600 + minute * 60 + second) * _US


@helper
def epoch_us(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Read seconds (with or without fraction), milliseconds or microseconds since 1970.

    Returns the time and the place behind it; place = ``i`` means that no number stands there.
    The unit follows from the number of digits. Times before 1973 are ``NO_TIME``.
    """
    value, at = number(data, i, end)
    digits = at - i
    if digits == 0 or digits >= _MAX_DIGITS:
        return NO_TIME, i
    if digits < _MS_DIGITS:
        part, at = fraction_us(data, at, end)
        value = value * _US + part
    elif digits < _US_DIGITS:
        value *= 1000
    return (value if value >= _FIRST_EPOCH_US else NO_TIME), at


@helper
def _zone_us(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Return what a zone ``+hh:mm``, ``-hhmm`` or ``+hh`` at ``i`` adds to UTC, 0 without one."""
    if i >= end or (data[i] != _PLUS and data[i] != _DASH):
        return 0
    hours, at = number(data, i + 1, min(i + 3, end))
    if at < end and data[at] == _COLON:
        at += 1
    minutes, _ = number(data, at, min(at + 2, end))
    offset = (hours * 60 + minutes) * 60 * _US
    return offset if data[i] == _PLUS else -offset


@helper
def _two(data: NDArray[np.uint8], i: int) -> int:
    """Return the two-digit number at ``i``; anything but digits gives 100 or more."""
    tens, ones = data[i] - 48, data[i + 1] - 48
    if tens < 0 or tens > 9 or ones < 0 or ones > 9:  # noqa: PLR2004 (0 to 9)
        return 10_000
    return int(tens * 10 + ones)


@helper
def iso_us(data: NDArray[np.uint8], i: int, end: int) -> int:
    """Read ``YYYY-MM-DD hh:mm:ss[.f][Z|±hh:mm]`` (``T`` or a space, ``-`` or ``/``) as UTC."""
    if end - i < 19:  # noqa: PLR2004 (to the seconds)
        return NO_TIME
    dash, gap = data[i + 4], data[i + 10]
    if (dash != _DASH and dash != _SLASH) or data[i + 7] != dash or (gap != _SPACE and gap != _T):  # noqa: PLR1714 (no tuple in a kernel)
        return NO_TIME
    if data[i + 13] != _COLON or data[i + 16] != _COLON:
        return NO_TIME
    year = _two(data, i) * 100 + _two(data, i + 2)
    clock = (_two(data, i + 11), _two(data, i + 14), _two(data, i + 17))
    moment = moment_us(year, _two(data, i + 5), _two(data, i + 8), clock[0], clock[1], clock[2])
    if moment == NO_TIME:
        return NO_TIME
    part, at = fraction_us(data, i + 19, end)
    return moment + part - _zone_us(data, at, end)
