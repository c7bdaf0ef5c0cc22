"""What is not known of an alert, in words: it stands beside what is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.plain import plain
from alerts.texts import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alerts.alert import Alert
    from alerts.events import Event
    from alerts.texts import Catalogue

_SURE = 0.75


def not_known(alert: Alert, events: Sequence[Event], language: str = "en") -> tuple[str, ...]:
    """Return sentences on what is not known; ``events`` those of ``alert`` that may be shown."""
    words = catalogue(language)
    return tuple(dict.fromkeys([*_of_alert(alert, words.unknown), *_of_events(events, words)]))


def _of_alert(alert: Alert, words: Mapping[str, str]) -> Iterator[str]:
    if alert.lon is None or alert.lat is None:
        yield words["where"]
    for vessel in alert.vessels:
        if not plain(vessel.name):
            yield words["name"].format(mmsi=f"{vessel.mmsi:09d}")
        if vessel.role in {"", "unknown"}:
            yield words["role"].format(mmsi=f"{vessel.mmsi:09d}")
    if alert.lane == "sar":
        yield words["people"]
        if alert.ended_us is not None and alert.state != "retracted":
            yield words["rescued"]


def _of_events(events: Sequence[Event], w: Catalogue) -> Iterator[str]:
    words = w.unknown
    for event in events:
        if event.kind in words:
            yield words[event.kind]
        matched = event.evidence.get("matched_on")
        if matched is not None and matched.value == "name":
            yield words["name_alone"]
        if event.confidence < _SURE:
            yield words["unsure"].format(confidence=w.number(event.confidence, 2))
