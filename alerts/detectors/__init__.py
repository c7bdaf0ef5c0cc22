"""All detectors by their name in config.yaml, one file each, in the order in which they look.

GNSS interference comes first: what it says of a segment's positions the others heed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.detectors.clone import Clone
from alerts.detectors.converging_rescue import ConvergingRescue
from alerts.detectors.distress import Distress
from alerts.detectors.draught_change import DraughtChange
from alerts.detectors.drift import Drift
from alerts.detectors.encounter import Encounter
from alerts.detectors.feed_outage import FeedOutage
from alerts.detectors.gap import Gap
from alerts.detectors.gnss_interference import GnssInterference
from alerts.detectors.identity_change import IdentityChange
from alerts.detectors.invalid_identity import InvalidIdentity
from alerts.detectors.jump import Jump
from alerts.detectors.loitering import Loitering
from alerts.detectors.not_under_command import NotUnderCommand
from alerts.detectors.off_route import OffRoute
from alerts.detectors.on_land import OnLand
from alerts.detectors.predicted_arrival import PredictedArrival
from alerts.detectors.speed_anomaly import SpeedAnomaly
from alerts.detectors.sudden_stop import SuddenStop
from alerts.detectors.watch_rule import WatchRule
from alerts.detectors.watchlist import Watchlist
from alerts.detectors.zone import ZoneDetector

if TYPE_CHECKING:
    from alerts.detector import Detector

DETECTORS: dict[str, type[Detector]] = {
    # one line each
    "gnss_interference": GnssInterference,
    "distress": Distress,
    "not_under_command": NotUnderCommand,
    "sudden_stop": SuddenStop,
    "converging_rescue": ConvergingRescue,
    "encounter": Encounter,
    "drift": Drift,
    "loitering": Loitering,
    "gap": Gap,
    "feed_outage": FeedOutage,
    "clone": Clone,
    "jump": Jump,
    "identity_change": IdentityChange,
    "invalid_identity": InvalidIdentity,
    "on_land": OnLand,
    "off_route": OffRoute,
    "speed_anomaly": SpeedAnomaly,
    "draught_change": DraughtChange,
    "predicted_arrival": PredictedArrival,
    "watchlist": Watchlist,
    "zone": ZoneDetector,
    "watch_rule": WatchRule,
}
