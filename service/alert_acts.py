"""The acts of people on an alert: what a form has to say, who may do which, what it does.

The states and their rules are ``alerts.incidents.acts``; here is only how a person asks for one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from alerts.incidents import acts
from alerts.incidents.incident import MINUTE_US, SERVICE
from service.errors import ServiceError

if TYPE_CHECKING:
    from alerts.alert import Alert, Verdict
    from alerts.alert import Change as Said
    from alerts.incidents.settings import SnoozeSettings
    from service.rights import Person
    from service.sight import Sight
    from store.incidents import AlertChange

Step: TypeAlias = "Callable[[Alert], Alert]"
ACTS = ("acknowledge", "assign", "comment", "snooze", "escalate", "resolve")
LIMITED_ACTS = ("acknowledge", "comment")
"""What somebody may do who sees lane, place and time only."""
INFORMED: dict[str, Said] = {"acknowledge": "ack", "escalate": "update", "resolve": "update"}
"""Acts of which everyone who was told learns, and as what."""
_NEEDS_WHY = ("assign", "comment", "snooze", "escalate", "resolve")
_LONGEST_WHY, _LONGEST_NAME = 1000, 100
_LONGEST_MIN = 60 * 24 * 31
_NEWS = ("alert", "update", "cancel")
"""What the service calls a change of its own that people are told of."""


class ActError(ServiceError):
    """A form that says too little, or what cannot be; the text is a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks for.

    version  that they looked at · why  in their words · to  a login name · minutes  of silence,
    0 ends it · verdict  one of acts.VERDICTS
    """

    version: int
    why: str = ""
    to: str = ""
    minutes: int = 0
    verdict: str = ""


def asked_of(act: str, said: Mapping[str, Any]) -> Asked:
    """Return what a form says for ``act``; raises ActError."""
    why = _line(said, "why", _LONGEST_WHY)
    asked = Asked(
        version=_number(said, "version", 1, 2**31 - 1),
        why=why,
        to=_line(said, "to", _LONGEST_NAME),
        minutes=_number(said, "minutes", 0, _LONGEST_MIN) if act == "snooze" else 0,
        verdict=_line(said, "verdict", _LONGEST_NAME),
    )
    if act in _NEEDS_WHY and not why:
        raise ActError("say why: it is kept with the alert")
    if act == "assign" and not asked.to:
        raise ActError("choose who takes it")
    if act == "resolve" and asked.verdict not in acts.VERDICTS:
        raise ActError(f"choose a verdict: {', '.join(acts.VERDICTS)}")
    return asked


def step_of(act: str, asked: Asked, now_us: int, rules: SnoozeSettings) -> Step:
    """Return what ``act`` does to an alert; ``now_us`` stream time, µs since 1970."""
    if act == "acknowledge":
        return acts.acknowledge
    if act == "assign":
        return lambda alert: acts.assign(alert, asked.to)
    if act == "snooze":
        until = now_us + asked.minutes * MINUTE_US
        return lambda alert: acts.snooze(alert, until, asked.why, now_us, rules)
    if act == "escalate":
        return lambda alert: acts.escalate(alert, asked.to)
    if act == "resolve":
        verdict = cast("Verdict", asked.verdict)
        return lambda alert: acts.resolve(alert, verdict, asked.why)
    return acts.comment


def details_of(act: str, asked: Asked) -> dict[str, Any]:
    """Return what the log of the alert keeps of a form besides who, when and why."""
    said: dict[str, dict[str, Any]] = {
        "assign": {"to": asked.to},
        "escalate": {"to": asked.to} if asked.to else {},
        "snooze": {"minutes": asked.minutes},
        "resolve": {"verdict": asked.verdict},
    }
    return said.get(act, {})


def open_acts(person: Person, alert: Alert, seen: Sight) -> list[str]:
    """Return what ``person`` may do with ``alert`` as it is now, in the order of ACTS."""
    goes = acts.GOES[alert.state]
    able = {
        "acknowledge": alert.state in {"new", "escalated"},
        "assign": "assigned" in goes,
        "comment": alert.state != "retracted",
        "snooze": acts.may_be_silent(alert),
        "escalate": "escalated" in goes,
        "resolve": "resolved" in goes,
    }
    return [act for act in ACTS if able[act] and may_do(person, act, seen)]


def may_do(person: Person, act: str, seen: Sight) -> bool:
    """Tell whether a person who sees so much of an alert may do ``act`` at all."""
    deed = "alerts.assign" if act == "assign" else "alerts.act"
    return person.may(deed) and (seen == "full" or act in LIMITED_ACTS)


def meanwhile(log: Sequence[AlertChange], version: int, act: str) -> list[AlertChange]:
    """Return what happened after ``version`` that whoever does ``act`` has to see first.

    All that people did. Of the service's own changes those that were news; who only acknowledges
    is not held up by them, or nobody could take a rescue that grows each minute.
    """
    later = [one for one in log if one.version > version]
    state = next((one.state for one in log if one.version == version), None)
    return [
        one
        for one in later
        if one.who != SERVICE
        or (one.action in _NEWS and (act != "acknowledge" or one.state != state))
    ]


def _line(said: Mapping[str, Any], name: str, longest: int) -> str:
    value = said.get(name)
    if value is None:
        return ""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not isinstance(value, str) or not text.isprintable():
        raise ActError(f"{name}: expected text on one line, of characters that print")
    if len(text) > longest:
        raise ActError(f"{name}: {len(text)} characters; expected at most {longest:,}")
    return text


def _number(said: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = said.get(name)
    try:
        number = int(str(value))
    except ValueError:
        number = least - 1
    if isinstance(value, bool) or not least <= number <= most:
        raise ActError(
            f"{name}: {str(value)[:20]!r}; expected a whole number from {least} to {most}"
        )
    return number
