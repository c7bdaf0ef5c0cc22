"""What is not known of an alert, in words: it stands beside what is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alerts.alert import Alert
    from alerts.events import Event

_SURE = 0.75
_SILENT = (
    "Why she is silent: a fault, a switch and a receiver out of reach look the same from here."
)
_BY_KIND = {
    "gap": _SILENT,
    "feed_outage": "What happens at sea where this feed alone is heard.",
    "coverage_loss": "Where she went: she left the water that is heard here.",
    "gnss_interference": "Where the ships concerned really are, and who disturbs the signal.",
    "clone": "Which of the two ships the number belongs to.",
    "jump": "Whether it is one ship: a wrong number or a wrong fix looks the same.",
    "encounter": "What they did there: AIS shows that they lay side by side, no more.",
    "loitering": "What she waits for.",
    "drift": "Whether her engine has failed or she waits: both drift.",
    "predicted_arrival": "Where she is bound: a course can change at any time.",
    "converging_rescue": "Whether somebody is in need: ships gather for other reasons too.",
    "sudden_stop": "Why she stopped.",
}
"""Of events that count: what they cannot tell."""


def not_known(alert: Alert, events: Sequence[Event]) -> tuple[str, ...]:
    """Return sentences on what is not known; ``events`` those of ``alert`` that may be shown."""
    return tuple(dict.fromkeys([*_of_alert(alert), *_of_events(events)]))


def _of_alert(alert: Alert) -> Iterator[str]:
    if alert.lon is None or alert.lat is None:
        yield "Where it is: no position came in."
    for vessel in alert.vessels:
        if not plain(vessel.name):
            yield f"The name of MMSI {vessel.mmsi:09d}: none was sent."
        if vessel.role in {"", "unknown"}:
            yield f"What kind of ship MMSI {vessel.mmsi:09d} is: it did not say."
    if alert.lane == "sar":
        yield "How many people are in need, and whether boats without AIS are near."
        if alert.ended_us is not None and alert.state != "retracted":
            yield "Whether anybody was rescued: silence does not mean that."


def _of_events(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if event.kind in _BY_KIND:
            yield _BY_KIND[event.kind]
        matched = event.evidence.get("matched_on")
        if matched is not None and matched.value == "name":
            yield "Whether she is the listed vessel: the name alone agrees."
        if event.confidence < _SURE:
            yield f"Whether it is so: the detector's confidence is {event.confidence:.2f}."
