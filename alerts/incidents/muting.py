"""What something else explains: an outage explains silences, interference explains jumps.

Nothing mutes the SAR lane. What is muted stays in its incident with 0 points and the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.distances import NM_M, metres
from alerts.incidents.incident import MINUTE_US

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.events import Event
    from alerts.incidents.settings import IncidentSettings

MUTES = {
    "feed_outage": frozenset({"gap", "reappearance", "coverage_loss"}),
    "gnss_interference": frozenset(
        "jump clone on_land zone_present zone_entered zone_left zone_dwell zone_crossed "
        "encounter loitering drift".split()
    ),
}
"""Kinds that an open event of a kind explains."""


def explained(
    event: Event, explanations: Sequence[Event], settings: IncidentSettings
) -> Event | None:
    """Return the first of ``explanations`` that accounts for ``event``; None where none does."""
    if event.lane == "sar":
        return None
    return next((one for one in explanations if _explains(one, event, settings)), None)


def _explains(one: Event, event: Event, settings: IncidentSettings) -> bool:
    if event.kind not in MUTES.get(one.kind, ()) or one.state == "retracted":
        return False
    slack = round(settings.mute_slack_min * MINUTE_US)
    after = one.started_us - slack <= event.started_us
    before = one.ended_us is None or event.started_us <= one.ended_us + slack
    if not (after and before):
        return False
    return _same_feed(one, event) if one.kind == "feed_outage" else _within(one, event, settings)


def _same_feed(outage: Event, event: Event) -> bool:
    """Tell whether the silence is on the feed that went silent; one that names none may be."""
    down, heard_on = (one.evidence.get("feed") for one in (outage, event))
    return down is None or heard_on is None or down.value == heard_on.value


def _within(jam: Event, event: Event, settings: IncidentSettings) -> bool:
    if set(event.mmsis) & set(jam.mmsis):
        return True
    if jam.lon is None or jam.lat is None or event.lon is None or event.lat is None:
        return False
    reach = jam.evidence.get("radius")
    said = reach.value if reach is not None and reach.unit == "nm" else None
    radius_nm = float(said) if isinstance(said, int | float) else settings.jam_nm
    return bool(metres(jam.lon, jam.lat, event.lon, event.lat) <= radius_nm * NM_M)
