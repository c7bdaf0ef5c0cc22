"""Rescues that are told only because their vessel is listed: that they are there names her.

DETECTORS row 2 counts ships of 50 m, passengers, and listed vessels. A small boat's sudden stop is
told for no other reason than the list, so whoever sees it, and knows the rule, knows that she is
listed. Such an event carries the list's codes (``alerts.incidents.judging``), until it would have
been told of any craft. Rescue centres and whoever is on watch get it in any case, as a rescue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.alert import Codes
from alerts.rescue import BUSY
from alerts.scene import PASSENGER, ROLES

if TYPE_CHECKING:
    from alerts.alert import Alert
    from alerts.events import Event

KINDS = frozenset({"not_under_command", "sudden_stop"})
_BUSY = frozenset(ROLES[one] for one in BUSY)
_PLAIN = Codes()


def rests_on_list(event: Event) -> bool:
    """Tell whether only a listed vessel is told of as ``event`` is; by what the event says.

    As ``alerts.rescue.weighty`` and the detectors decide it. One that does not say length and role
    was told by another rule, and stands by itself.
    """
    length, role = event.evidence.get("length"), event.evidence.get("role")
    if event.kind not in KINDS or length is None or role is None:
        return False
    if event.kind == "sudden_stop" and role.value in _BUSY:
        return True
    known, least = length.value, length.threshold
    long = isinstance(known, float | int) and isinstance(least, float | int) and known >= least
    return not long and role.value != ROLES[PASSENGER]


def told_by_list(alert: Alert) -> bool:
    """Tell whether a rescue is there only because its vessel is listed: it has the list's codes.

    Never a distress, whatever codes it has.
    """
    return alert.lane == "sar" and alert.kind in KINDS and alert.codes != _PLAIN
