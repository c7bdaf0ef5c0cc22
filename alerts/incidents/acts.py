"""What people do with an alert, and which states allow it.

::

    new ──▶ acknowledged ──▶ assigned ──▶ escalated ──▶ resolved (true | false alarm | explained)
      └───────── each may go to any later one, and escalated back ─────────┘
    any but retracted ──▶ retracted: only the service does that, when all its events are retracted

Each function returns the alert as it is afterwards, one version on, and raises IncidentError where
its state or lane forbids the act. Who, when and why are the caller's to keep, with each change.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args

from alerts.alert import Verdict
from alerts.incidents.incident import HOUR_US, OVER, IncidentError
from alerts.incidents.settings import SnoozeSettings
from alerts.incidents.wording import plain

if TYPE_CHECKING:
    from alerts.alert import Alert, AlertState

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
GOES: dict[AlertState, tuple[AlertState, ...]] = {
    "new": ("acknowledged", "assigned", "escalated", "resolved", "retracted"),
    "acknowledged": ("assigned", "escalated", "resolved", "retracted"),
    "assigned": ("acknowledged", "assigned", "escalated", "resolved", "retracted"),
    "escalated": ("acknowledged", "assigned", "escalated", "resolved", "retracted"),
    "resolved": ("resolved", "retracted"),
    "retracted": (),
}
"""State and the states that may follow it; resolved again corrects a verdict."""
_SEEN_BY_NOBODY = ("new", "escalated")  # escalated: whoever is next has not looked yet


def acknowledge(alert: Alert) -> Alert:
    """Return ``alert`` as somebody has seen it and takes care."""
    return _gone(alert, "acknowledged")


def assign(alert: Alert, to: str) -> Alert:
    """Return ``alert`` as a matter of ``to``, a person or an office."""
    if not to.strip() or not to.isprintable():
        raise IncidentError(f"alert {alert.id}: assigned to {to!r}; expected a name that prints")
    return _gone(alert, "assigned", assignee=to.strip())


def escalate(alert: Alert, to: str = "") -> Alert:
    """Return ``alert`` as one that the next person has to see; ``to`` becomes its assignee."""
    return _gone(alert, "escalated", assignee=to.strip() or alert.assignee, snoozed_until_us=None)


def resolve(alert: Alert, verdict: Verdict, reason: str) -> Alert:
    """Return ``alert`` as finished with a verdict; of a resolved one the verdict is corrected."""
    if verdict not in VERDICTS:
        expected = ", ".join(VERDICTS)
        raise IncidentError(f"alert {alert.id}: verdict {verdict!r}; expected one of {expected}")
    if alert.state == "resolved" and alert.verdict == verdict:
        raise IncidentError(f"alert {alert.id} is resolved as {verdict}: expected another verdict")
    return _gone(alert, "resolved", verdict=verdict, reason=reason, snoozed_until_us=None)


def comment(alert: Alert) -> Alert:
    """Return ``alert`` one version on; what was said stands in the log of its changes."""
    return replace(alert, version=alert.version + 1)


def may_be_silent(alert: Alert) -> bool:
    """Tell whether a snooze is open: not of what is over, nor of a rescue that nobody took on."""
    rescue = alert.lane == "sar" and alert.severity != "info"
    return alert.state not in OVER and not (rescue and alert.state in _SEEN_BY_NOBODY)


def snooze(
    alert: Alert, until_us: int, reason: str, now_us: int, settings: SnoozeSettings | None = None
) -> Alert:
    """Return ``alert`` as silent until ``until_us``, µs since 1970, with its reason.

    A rescue cannot be silenced before somebody acknowledged it (the test of a beacon can); no
    alert for longer than its lane allows, none without a reason. A past time ends a snooze.
    """
    rules = settings or SnoozeSettings()
    if alert.state in OVER:
        raise IncidentError(f"alert {alert.id} is {alert.state}: there is nothing to silence")
    if not may_be_silent(alert):
        raise IncidentError(
            f"alert {alert.id} is a rescue that nobody acknowledged: it cannot be silenced; "
            "acknowledge it first"
        )
    if not plain(reason):
        raise IncidentError(f"alert {alert.id}: snoozed without a reason; say why")
    most_h = rules.sar_h if alert.lane == "sar" else rules.other_h
    if until_us - now_us > most_h * HOUR_US:
        hours = (until_us - now_us) / HOUR_US
        raise IncidentError(
            f"alert {alert.id}: snoozed for {hours:.1f} h; expected at most {most_h:g} h in the "
            f"lane {alert.lane}"
        )
    until = until_us if until_us > now_us else None
    return replace(
        alert, version=alert.version + 1, snoozed_until_us=until, snooze_reason=plain(reason)
    )


def _gone(alert: Alert, state: AlertState, **changes: Any) -> Alert:  # noqa: ANN401 (fields)
    if state not in GOES[alert.state]:
        may = ", ".join(one for one in GOES[alert.state] if one != "retracted") or "nothing"
        raise IncidentError(
            f"alert {alert.id} is {alert.state}: it cannot become {state}; expected {may}"
        )
    return replace(alert, version=alert.version + 1, state=state, **changes)
