"""Who is told again, and who is called next, while nobody takes an alert on. Pure decisions.

::

    told ──repeat──▶ told again … ──escalate──▶ first on duty ──▶ second ──▶ chain ──▶ told again …

Ends as soon as anybody acknowledges, assigns or resolves the alert.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.alert import Alert
from alerts.kinds import SEVERITIES, Severity
from alerts.roster import Person

_MINUTE_US = 60_000_000
_HOUR_US = 60 * _MINUTE_US
_WAITING = ("new", "escalated")


@dataclass(frozen=True, slots=True)
class EscalationSettings:
    """After how many minutes without an acknowledgement an office hears again.

    sar_repeat_min, law_repeat_min      the same message again; law: 0 = never
    sar_escalate_min, law_escalate_min  the next person of the roster is called; law: 0 = never
    law_severity_at_least   of alerts that are followed up at all; those of the lane sar always are
    law_most                times that one alert of the lane law is told again to one office
    law_an_hour             messages of this kind to one office in an hour, lane law
    list_calls_an_hour      calls of one person in an hour for rescues that lists told, 1 or more:
                            each is about all of them and says how many
    """

    sar_repeat_min: float = 3.0
    sar_escalate_min: float = 6.0
    law_repeat_min: float = 30.0
    law_escalate_min: float = 60.0
    law_severity_at_least: Severity = "high"
    law_most: int = 12
    law_an_hour: int = 12
    list_calls_an_hour: int = 12

    def __post_init__(self) -> None:
        """Refuse a number by which nobody would ever be called; raises ValueError."""
        if self.list_calls_an_hour < 1:
            raise ValueError(f"list_calls_an_hour {self.list_calls_an_hour}: expected 1 or more")


@dataclass(frozen=True, slots=True)
class Call:
    """One time that an office was told again: when, µs, and who was called, "" = the office."""

    at_us: int
    person: str


@dataclass(frozen=True, slots=True)
class NextCall:
    """What is due: the number of the call, from 1, and who is called; None = the office again."""

    number: int
    person: Person | None


def next_call(
    alert: Alert,
    told_us: int,
    calls: Sequence[Call],
    people: Sequence[Person],
    settings: EscalationSettings,
    now_us: int,
) -> NextCall | None:
    """Return what is due for one office now, None where nothing is.

    ``told_us`` when the office was told first · ``calls`` since then, oldest first
    ``people`` the ladder of its roster at ``now_us``, empty where it has none
    """
    if not followed(alert, len(calls), settings, now_us):
        return None
    repeat, escalate = _waits_us(alert, settings)
    called = {one.person for one in calls}
    upward = [one.at_us for one in calls if one.person]
    person = next((one for one in people if one.id not in called), None)
    number = len(calls) + 1
    if person and escalate and now_us - max([told_us, *upward]) >= escalate:
        return NextCall(number, person)
    if repeat and now_us - max([told_us, *(one.at_us for one in calls)]) >= repeat:
        return NextCall(number, None)
    return None


@dataclass(frozen=True, slots=True)
class Listed:
    """A rescue that an office was told of among many; ``told_us`` and ``calls`` as `next_call`."""

    alert: Alert
    told_us: int
    calls: Sequence[Call] = ()


@dataclass(frozen=True, slots=True)
class ListCall:
    """One call for many rescues.

    person  who is called, None = the office again · about  those for which this is a further step
    waiting how many nobody has taken on, those included
    """

    person: Person | None
    about: tuple[Alert, ...]
    waiting: int


def list_calls(
    rescues: Sequence[Listed],
    people: Sequence[Person],
    settings: EscalationSettings,
    now_us: int,
    *,
    again: bool = False,
) -> tuple[ListCall, ...]:
    """Return the calls that are due to one office for rescues that were told among many.

    As ``next_call`` has it for each of them, but one call for all: a flood of 10,000 is a few
    calls an hour. Who is called for one is called for all for which nobody else is before them,
    and between two such calls of the office there is a share of an hour. ``again``: the office has
    no list that repeats them, so it is told again how many wait.
    """
    waiting = [one for one in rescues if followed(one.alert, len(one.calls), settings, now_us)]
    steps = [
        (one, next_call(one.alert, one.told_us, one.calls, people, settings, now_us))
        for one in waiting
    ]
    due = {step.person.id for _, step in steps if step and step.person}
    called = [call.at_us for one in waiting for call in one.calls if call.person]
    if called and now_us - max(called) < _HOUR_US // settings.list_calls_an_hour:
        due = set()
    calls = []
    for person in people:
        if person.id in due:
            about = tuple(one.alert for one in waiting if _first(one, people) == person)
            calls.append(ListCall(person, about, len(waiting)))
    repeats = tuple(one.alert for one, step in steps if step and step.person is None)
    if again and repeats and not calls:
        calls.append(ListCall(None, repeats, len(waiting)))
    return tuple(calls)


def _first(rescue: Listed, people: Sequence[Person]) -> Person | None:
    called = {one.person for one in rescue.calls}
    return next((one for one in people if one.id not in called), None)


def followed(alert: Alert, calls: int, settings: EscalationSettings, now_us: int) -> bool:
    """Tell whether an alert is followed up: open, not taken on, not snoozed, grave enough."""
    if alert.state not in _WAITING or alert.lane == "infrastructure":
        return False
    if alert.snoozed_until_us is not None and now_us < alert.snoozed_until_us:
        return False
    if alert.lane == "sar":
        return True
    least = SEVERITIES.index(settings.law_severity_at_least)
    return SEVERITIES.index(alert.severity) >= least and calls < settings.law_most


def _waits_us(alert: Alert, settings: EscalationSettings) -> tuple[int, int]:
    if alert.lane == "sar":
        minutes = settings.sar_repeat_min, settings.sar_escalate_min
    else:
        minutes = settings.law_repeat_min, settings.law_escalate_min
    return round(minutes[0] * _MINUTE_US), round(minutes[1] * _MINUTE_US)
