"""Which numbers settings may hold, by their dotted path, checked once when they are parsed.

Every number is finite and at least 0; the tables below name those that are bound more closely.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from service.errors import SettingsError

_ABOVE_ZERO = frozenset(
    """
    spool.segment_bytes spool.segment_age_s spool.buffer_bytes
    ingest.block_ms ingest.snapshot_s ingest.clock_speed
    visits.enter_s visits.deep_m visits.dwell_min visits.leg_max_min
    tracks.speed_kn tracks.slack_nm tracks.silence_h tracks.lone_h
    delivery.poll_s delivery.lease_s delivery.first_wait_s delivery.longest_wait_s
    delivery.longest_sar_wait_s delivery.give_up_h
    alerts.incidents.join_h alerts.incidents.area_nm
    alerts.incidents.weights.port_nm alerts.incidents.weights.contact_nm
    alerts.incidents.weights.contact_h
    alerts.snooze.sar_h alerts.snooze.other_h
    sar.unknown_kn sar.within_nm sar.fresh_min sar.ship_kn sar.asset_kn sar.aircraft_kn
    coverage.cell_deg coverage.memory_h coverage.rate_memory_h
    coverage.down_floor_s coverage.down_factor coverage.down_repeats coverage.min_messages
    coverage.edge_deg
    traffic.half_life_days
    audit.every_h
    people.idle_min people.absolute_h people.first_h
    web.stream_s
    web.poll_s web.keep_h web.stale_min web.lost_min web.track_h web.silent_s
    """.split()
)
_CENTURY_DAYS = 36_500
_RANGES: dict[str, tuple[float, float]] = {
    # A position in the spool has 40 bits for the offset within a segment.
    "spool.segment_bytes": (1, (1 << 40) - 1),
    "ingest.block_lines": (1, math.inf),
    "ingest.catch_up_lines": (1, math.inf),
    "tracks.hypotheses": (1, math.inf),
    "visits.enter_fixes": (1, 255),
    "watchlist.grace_days": (0, 365),
    "watchlist.match.name_score": (0.8, 1),
    "watchlist.match.length_share": (0, 1),
    "watchlist.match.names_cached": (1, math.inf),
    "watchlist.match.former_values": (1, 255),
    "watchlist.match.forget_days": (1, 3650),
    "people.wall_h": (1, 744),
    # A distress that is neither repeated nor tried again within minutes is one that is lost.
    "delivery.longest_sar_wait_s": (0, 600),
    "duty.escalation.sar_repeat_min": (0.5, 60),
    "duty.escalation.sar_escalate_min": (0.5, 120),
    "alerts.incidents.tell_from": (0, 1),
    "alerts.incidents.grave_from": (0, 1),
    "alerts.incidents.most_vessels": (1, math.inf),
    "alerts.incidents.rescue_nm": (0.5, 50),
    "alerts.incidents.rescue_h": (0.5, 48),
    "alerts.incidents.call_h": (0.5, 48),
    "alerts.budget.sar_an_hour": (1, math.inf),
    "receipts.link_days": (1, 365),
    "web.port": (0, 65_535),
    "web.max_clients": (1, math.inf),
    "web.max_per_peer": (1, math.inf),
    "web.upload_mib": (1, math.inf),
    "web.max_streams": (0, math.inf),
    "web.streams_per_token": (1, math.inf),
    "web.token_per_min": (1, math.inf),
    "web.account_per_min": (60, math.inf),
}
_DAYS = "retention."
_WEIGHTS, _MOST_POINTS = "alerts.incidents.weights.", 20


def check_bounds(part: Any, source: str, path: str = "") -> None:  # noqa: ANN401 (any dataclass)
    """Look at every number in ``part`` and the sections within.

    Raises SettingsError, one line: ``source``, the path, the value, what was expected.
    """
    for one in dataclasses.fields(part):
        value = getattr(part, one.name)
        here = path + one.name
        if dataclasses.is_dataclass(value):
            check_bounds(value, source, f"{here}.")
        elif isinstance(value, int | float) and (expected := _broken(here, value)):
            shown = int(value) if math.isfinite(value) and value == int(value) else value
            msg = f"{source}{here}: {shown} is not accepted: expected {expected}"
            raise SettingsError(msg)


def _broken(path: str, value: float) -> str:
    """Return what was expected of the number at ``path``, "" when ``value`` is that."""
    if not math.isfinite(value):
        return "a finite number"
    if path.startswith(_DAYS):
        within = 0 < value <= _CENTURY_DAYS
        return "" if within else f"days, more than 0 and at most {_CENTURY_DAYS}"
    # Log-odds: what speaks for innocence is below zero.
    usual = (-_MOST_POINTS, _MOST_POINTS) if path.startswith(_WEIGHTS) else (0, math.inf)
    low, high = _RANGES.get(path, usual)
    if path in _ABOVE_ZERO and value <= 0:
        return "a number above 0"
    if low <= value <= high:
        return ""
    return f"a number from {low} to {high}" if high < math.inf else f"a number, at least {low}"
