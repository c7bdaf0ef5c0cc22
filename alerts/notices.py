"""From an alert and those who are told to one notice per office and one delivery per channel.

What an office may not see is taken out here, before anything is stored or sent, so that no channel
can give it away.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alerts.alert import (
    Adrift,
    Alert,
    Centre,
    Change,
    Codes,
    Near,
    Notice,
    SarHelp,
    Share,
    Vessel,
)
from alerts.by_list import told_by_list
from alerts.errors import AlertsError
from alerts.events import Event
from alerts.notifier import delivery_key
from alerts.routing import Office, RoutingSettings, Told, kept_from, limits

_MOST_REFERENCES = 32
LANE_TITLES = {
    "sar": "Search and rescue",
    "law": "Law enforcement",
    "infrastructure": "Infrastructure",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice on one channel; ``why`` tells by which rule, for people and for the log."""

    notice: Notice
    channel: str
    why: str

    @property
    def key(self) -> str:
        """Return what names it for good (idempotency key)."""
        return delivery_key(self.notice.id, self.channel)


@dataclass(frozen=True, slots=True)
class Past:
    """What one office was told of one alert before.

    references  (notice id, sent_us), oldest first · channels  by which · change  the last one
    limited, language  of the last notice
    """

    references: tuple[tuple[str, int], ...]
    channels: tuple[str, ...]
    change: Change
    limited: bool
    language: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why and with what an alert is told now.

    now_us      time of the notices
    change      instead of what follows from the state of the alert and what was told before
    again       counts repeats of one version of an alert (until somebody acknowledges), from 1
    sar         what a rescuer needs, for SAR alerts
    zone_names  of the alert's zones, for people
    link_of     notice id to address of the page, without rights; None = as the settings say
    by, by_office   of an ack: who took the alert on, and the id of their office, "" = the desk
    waiting     of a call for many rescues: how many nobody has taken on
    """

    now_us: int
    change: Change | None = None
    again: int = 0
    sar: SarHelp | None = None
    zone_names: tuple[str, ...] = ()
    link_of: Callable[[str], str] | None = None
    by: str = ""
    by_office: str = ""
    waiting: int = 0


def compose(
    alert: Alert,
    events: Sequence[Event],
    told: Sequence[Told],
    past: Mapping[str, Past],
    settings: RoutingSettings,
    occasion: Occasion,
) -> tuple[Delivery, ...]:
    """Return the deliveries that tell ``alert`` to those who are told and those who were told.

    Who was told before is told of every change, by the same channels, whatever the rules say now;
    whom the codes bar by now only that it is withdrawn. Who was not told is not told that an alert
    was withdrawn. In the order of ``told``, then the others.
    """
    everyone = [*told, *_earlier(alert, told, past, settings)]
    deliveries: list[Delivery] = []
    for one in everyone:
        before = past.get(one.office)
        change = occasion.change or _change(alert, before)
        if (change == "cancel" and before is None) or (
            change != "cancel" and _barred(alert, settings.office(one.office))
        ):
            continue
        notice = _notice(alert, events, one, change, before, settings, occasion)
        channels = dict.fromkeys([*one.channels, *(before.channels if before else ())])
        deliveries.extend(Delivery(notice, channel, one.why) for channel in channels)
    return tuple(deliveries)


def notice_id(alert: Alert, office: str, again: int = 0) -> str:
    """Return what names the message to one office about one version of an alert, for good."""
    return f"{alert.id}.{alert.version}.{office}" + (f".r{again}" if again else "")


def for_rescuers(alert: Alert, events: Sequence[Event]) -> tuple[Alert, tuple[Event, ...]]:
    """Return a SAR alert with what a rescuer needs, without what the police think of the vessel.

    Events of other lanes, shares of the score, entries of the list, their codes and people's
    remarks go; why it was retracted stays.
    """
    kept = tuple(event for event in events if event.lane == "sar")
    vessels = tuple(dataclasses.replace(vessel, listed_as=()) for vessel in alert.vessels)
    shown = dataclasses.replace(
        alert,
        vessels=vessels,
        shares=(),
        # Of a rescue that is there by the list alone they would tell that it is.
        codes=Codes() if told_by_list(alert) else alert.codes,
        events=tuple(event.id for event in kept),
        reason=alert.reason if alert.state == "retracted" else "",
        snooze_reason="",
        assignee="",
        offices=(),
    )
    return shown, kept


def bare(alert: Alert) -> Alert:
    """Return an alert of which only lane, place and time can be read, for limited notices."""
    return dataclasses.replace(
        alert,
        headline=f"{LANE_TITLES[alert.lane]} alert",
        score=0.0,
        shares=(),
        vessels=(),
        mmsis=(),
        zones=(),
        events=(),
        codes=dataclasses.replace(alert.codes, comment="", contributors=()),
        reason="",
        snooze_reason="",
        assignee="",
        offices=(),
    )


def frozen(notice: Notice) -> str:
    """Return the notice as one line of JSON, ASCII, that ``thawed`` reads back."""
    said = {
        **_shallow(notice),
        "alert": alert_json(notice.alert),
        "events": [event.frozen() for event in notice.events],
        "sar": None if notice.sar is None else dataclasses.asdict(notice.sar),
    }
    return json.dumps(said)


def thawed(line: str) -> Notice:
    """Return the notice of a line that ``frozen`` gave; raises AlertsError for another one."""
    try:
        said = json.loads(line)
        said["alert"] = alert_of(said["alert"])
        said["events"] = tuple(Event.thawed(one) for one in said["events"])
        said["references"] = tuple((name, int(at)) for name, at in said["references"])
        said["sar"] = None if said["sar"] is None else _sar_of(said["sar"])
        said["zone_names"] = tuple(said["zone_names"])
        return Notice(**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AlertsError(f"{line[:80]!r} is no notice: {error!r}") from error


def alert_json(alert: Alert) -> dict[str, Any]:
    """Return an alert as JSON says it; keys are the names of its fields."""
    return dataclasses.asdict(alert)


def alert_of(said: Mapping[str, Any]) -> Alert:
    """Return the alert that ``alert_json`` gave; raises AlertsError for what is none."""
    try:
        codes = dict(said["codes"])
        codes["contributors"] = tuple(codes["contributors"])
        vessels = [{**one, "listed_as": tuple(one["listed_as"])} for one in said["vessels"]]
        lists = {name: tuple(said[name]) for name in ("mmsis", "zones", "events", "offices")}
        return Alert(**{
            **said,
            **lists,
            "codes": Codes(**codes),
            "vessels": tuple(Vessel(**one) for one in vessels),
            "shares": tuple(Share(**one) for one in said["shares"]),
        })  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AlertsError(
            f"this is no alert: {error!r}; expected what `vedetta alerts show --json` says"
        ) from error


def _notice(
    alert: Alert,
    events: Sequence[Event],
    told: Told,
    change: Change,
    before: Past | None,
    settings: RoutingSettings,
    occasion: Occasion,
) -> Notice:
    name = notice_id(alert, told.office, occasion.again)
    ours = _ours(alert, told, settings.office(told.office))
    shown, kept = _shown(alert, events, told, ours=ours)
    return Notice(
        id=name,
        change=change,
        office=told.office,
        language=told.language,
        sent_us=occasion.now_us,
        alert=shown,
        events=kept,
        link=occasion.link_of(name) if occasion.link_of else page_of(settings.page, alert.id),
        references=_recent(before.references) if before else (),
        sar=occasion.sar if alert.lane == "sar" else None,
        limited=told.limited,
        zone_names=() if told.limited else occasion.zone_names,
        taken_by=_taken_by(occasion, settings, ours=ours) if change == "ack" else "",
        waiting=occasion.waiting,
    )


def page_of(page: str, alert_id: str) -> str:
    """Return the address of an alert's page, "" where the settings give no page."""
    return f"{page.rstrip('/')}/alerts/{alert_id}" if page else ""


def _ours(alert: Alert, told: Told, office: Office | None) -> bool:
    """Tell whether an office may see all; one that the table no longer knows is told the least."""
    return (
        not told.limited
        and office is not None
        and office.kind == "office"
        and not limits(alert.codes, office)
    )


def _taken_by(occasion: Occasion, settings: RoutingSettings, *, ours: bool) -> str:
    """Return who took the alert on; a person's name is for our own offices only."""
    office = settings.office(occasion.by_office)
    name = office.name if office else ""
    if not (ours and occasion.by):
        return name
    return f"{occasion.by} ({name})" if name and name not in occasion.by else occasion.by


def _shown(
    alert: Alert, events: Sequence[Event], told: Told, *, ours: bool
) -> tuple[Alert, tuple[Event, ...]]:
    """Return the alert and the events as far as the office may see them."""
    if told.limited:
        return bare(alert), ()
    if alert.lane == "sar" and not ours:
        return for_rescuers(alert, events)
    return alert, tuple(events)


def _earlier(
    alert: Alert, told: Sequence[Told], past: Mapping[str, Past], settings: RoutingSettings
) -> list[Told]:
    """Return those who were told and would not be now; codes may have become stricter since."""
    now = {one.office for one in told}
    earlier = []
    for name, before in past.items():
        if name in now:
            continue
        office = settings.office(name)
        strict = office is None or bool(kept_from(alert, office) or limits(alert.codes, office))
        limited = before.limited or (alert.lane != "sar" and strict)
        earlier.append(
            Told(name, before.channels, _language(before), limited, "it was told before")
        )
    return earlier


def _recent(references: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    """Return the first and the newest references: an alert of weeks has hundreds."""
    if len(references) <= _MOST_REFERENCES:
        return references
    return (references[0], *references[1 - _MOST_REFERENCES :])


def _barred(alert: Alert, office: Office | None) -> bool:
    """Return whether an office may no longer know more than that it was all withdrawn."""
    return office is None or bool(kept_from(alert, office))


def _language(before: Past) -> Any:  # noqa: ANN401 (a notice's own word, checked when it was told)
    return before.language


def _change(alert: Alert, before: Past | None) -> Change:
    if alert.state == "retracted":
        return "cancel"
    return "alert" if before is None else "update"


def _sar_of(said: dict[str, Any]) -> SarHelp:
    return SarHelp(**{
        **said,
        "adrift": tuple(Adrift(**one) for one in said["adrift"]),
        "nearest": tuple(Near(**one) for one in said["nearest"]),
        "centres": tuple(Centre(**one) for one in said["centres"]),
    })  # fmt: skip


def _shallow(notice: Notice) -> dict[str, Any]:
    deep = {"alert", "events", "sar"}
    names = (one.name for one in dataclasses.fields(notice) if one.name not in deep)
    return {name: getattr(notice, name) for name in names}
