"""How often a ship should be heard: reporting intervals of ITU-R M.1371-5, annex 1, table 1."""

from __future__ import annotations

from ais.compiled import compiled

STILL_S = 180.0
"""At anchor, moored, or class B at no more than 2 knots; long-range reports (27) as well."""
_AT_ANCHOR, _MOORED, _LONG_RANGE = 1, 5, 27
_CLASS_B = (18, 19)
_STILL_A_KN, _STILL_B_KN, _SLOW_KN, _FAST_KN = 3.0, 2.0, 14.0, 23.0


@compiled
def expected_interval_s(
    message: int, sog_kn: float, nav_status: int, carrier_sense: int = 1
) -> float:
    """Return the seconds between two reports of a ship that holds its course.

    message 1-3 class A, 18 and 19 class B, 27 long range; nav_status 255 not known; NaN of
    ``sog_kn`` is taken for standing still. With ``carrier_sense`` class B sends each 30 s at any
    speed above 2 kn, without it (SO) up to each 5 s.
    """
    if message == _LONG_RANGE:
        return STILL_S
    if message in _CLASS_B:
        return _class_b(sog_kn, carrier_sense)
    if nav_status in (_AT_ANCHOR, _MOORED) and not sog_kn > _STILL_A_KN:
        return STILL_S
    if sog_kn > _FAST_KN:
        return 2.0
    return 6.0 if sog_kn > _SLOW_KN else 10.0


@compiled
def _class_b(sog_kn: float, carrier_sense: int) -> float:
    if not sog_kn > _STILL_B_KN:
        return STILL_S
    if carrier_sense or sog_kn <= _SLOW_KN:
        return 30.0
    return 5.0 if sog_kn > _FAST_KN else 15.0
