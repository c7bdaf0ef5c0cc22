"""The units of AIS and their not-available values; conversions happen here and nowhere else.

Source: ITU-R M.1371-5, annex 8 (the fields of each message).
"""

from __future__ import annotations

LON_LIMIT_DEG = 180
LAT_LIMIT_DEG = 90
"""Beyond these a position is not available (181 and 91) or impossible."""
COURSE_LIMIT_DEG = 360
"""A course of 360.0 and more is not available (3600, or 511 in type 27)."""
HEADING_LIMIT_DEG = 360
"""A heading of 511 is not available; 360 to 510 do not exist."""
SOG_LIMIT_RAW = 1022
"""1023 is not available; 1022 means «that or faster» and is no measurement."""
SOG_LIMIT_LONG_RANGE_RAW = 63
"""The same of type 27, which counts whole knots in six bits."""
SOG_NOISE_RAW = (512, 630)
"""51.2 and 63.0 kn, which broken transponders send (Global Fishing Watch's noise speeds)."""
MMSI_LIMIT = 999_999_999
"""The field has 30 bits, an MMSI nine digits."""

SECOND_US = 1_000_000
"""Microseconds in a second."""
