"""Who may be calling for help: what is never thrown away for a fault in another field.

Source: ITU-R M.1371-5, table 48 (status 14 is an active AIS-SART, man-overboard device or
EPIRB-AIS); ITU-R M.585-9, annex 2 (their MMSIs begin with 970, 972 and 974).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais.kernel import helper

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOTES = ("identity unknown", "time not believed")
"""What is remarkable about calls for help that are read all the same."""
_ACTIVE = 14
_DEVICES = (970, 972, 974)
_PREFIX = 1_000_000


@helper
def says_distress(mmsi: int, status: int) -> bool:
    """Tell whether a report with this navigational status comes from somebody in distress."""
    first = mmsi // _PREFIX
    return bool(status == _ACTIVE or first in _DEVICES)


def in_distress(mmsi: NDArray[np.uint32], status: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Tell the same of columns, (n,)."""
    found: NDArray[np.bool_] = np.isin(mmsi // _PREFIX, _DEVICES) | (status == _ACTIVE)
    return found
