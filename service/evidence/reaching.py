"""From where on a package reads the spool: as far back as its events can rest on.

A detector looks back no further than its longest time, and a track no further than the silence
that ends it. What was first heard before that has no part in the events; should one come out
otherwise all the same, the package is made from the spool's first line.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from alerts.events import Event
    from service.settings import Settings

_HOURS = {"s": 1 / 3600, "min": 1 / 60, "h": 1.0, "days": 24.0}
"""Units by the end of a setting's name."""
_OF_COVERAGE = frozenset({"gap", "reappearance", "coverage_loss", "feed_outage"})
"""Kinds of events that rest on where and how often ships were heard."""


def memory_h(events: Iterable[Event], settings: Settings) -> float:
    """Return how many hours before the first of ``events`` lines can have had a part in them."""
    told = tuple(events)
    kinds = {one.kind for one in told}
    longest = _longest(settings.tracks)
    for one in settings.detectors.values():
        if kinds & {*one.kinds}:
            longest = max(longest, _longest(one))
            if kinds & _OF_COVERAGE:
                longest = max(longest, _longest(settings.coverage))
    # A watch rule's own hours stand in what it told.
    hours = (one.evidence["hours"] for one in told if "hours" in one.evidence)
    asked = (one for fact in hours for one in (fact.value, fact.threshold))
    return max([longest, *(float(one) for one in asked if isinstance(one, int | float))])


def needed_since(events: Iterable[Event], settings: Settings) -> dt.datetime:
    """Return from when on lines are read: so long before the first of ``events``, UTC."""
    told = tuple(events)
    first_s = min(one.started_us for one in told) / 1e6
    return dt.datetime.fromtimestamp(first_s - 3600 * memory_h(told, settings), dt.UTC)


def _longest(part: object) -> float:
    """Return the longest time among the settings of a part, hours; names end with their unit."""
    found = [0.0]
    for one in fields(part):  # type: ignore[arg-type]
        value, unit = getattr(part, one.name), one.name.rpartition("_")[2]
        if isinstance(value, int | float) and unit in _HOURS:
            found.append(float(value) * _HOURS[unit])
    return max(found)
