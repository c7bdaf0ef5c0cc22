"""All detectors by their name in config.yaml, one file each, in the order in which they look.

GNSS interference comes first: what it says of a segment's positions the others heed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.detectors.drift import Drift
from alerts.detectors.encounter import Encounter
from alerts.detectors.loitering import Loitering

if TYPE_CHECKING:
    from alerts.detector import Detector

DETECTORS: dict[str, type[Detector]] = {
    # one line each
    "encounter": Encounter,
    "drift": Drift,
    "loitering": Loitering,
}
