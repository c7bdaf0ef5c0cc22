"""What the sections of config.yaml say of one another: offices, channels, rosters, inboxes.

Each for itself may be right, and messages would still wait for ever: what cannot work is refused
at start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from alerts.notifiers.email import Email
from alerts.routing import EVERY_OFFICE
from alerts.sar import centre_id
from service.errors import SettingsError
from watchlist.flags import alpha3

if TYPE_CHECKING:
    from alerts.notifier import Notifier
    from alerts.routing import RoutingSettings
    from geofence.zones import Zone
    from service.escalating import DutySettings
    from service.receipts import ReceiptSettings


def check_fits(
    routing: RoutingSettings,
    channels: Sequence[Notifier],
    duty: DutySettings,
    receipts: ReceiptSettings,
    source: str,
) -> None:
    """Raise SettingsError for the first thing that does not fit; ``source`` begins its line."""
    faults = [
        *_states(routing),
        *_mailboxes(routing, channels),
        *_rosters(routing, channels, duty),
        *_inboxes(routing, receipts),
    ]
    if faults:
        raise SettingsError(f"{source}: {faults[0]}")


def unknown_places(routing: RoutingSettings, zones: Sequence[Zone]) -> list[str]:
    """Return what the routing names and no zone in force has: rescue centres, and zones of rules.

    A name that is misspelt tells nobody, and no error comes of it.
    """
    ids = {zone.id for zone in zones}
    regions = [zone for zone in zones if zone.kind == "sar_region"]
    centres = {
        centre_id(str(name)) for zone in regions for name in zone.details.get("rescue_centres", ())
    }
    return [
        *(f"office {one.id}: centre {one.centre}" for one in routing.offices
          if one.centre and one.centre not in centres),
        *(f"rule {rule.name}: zone {zone}" for rule in routing.rules
          for zone in rule.zones if zone not in ids),
    ]  # fmt: skip


def _states(routing: RoutingSettings) -> Iterator[str]:
    """Give what should be the code of a state and is none: it would never fit an alert."""
    named = [(f"office {one.id}: country", one.country) for one in routing.offices if one.country]
    for rule in routing.rules:
        named += [(f"rule {rule.name!r}: member_states", code) for code in rule.member_states]
    for where, code in named:
        if alpha3(code) != code:
            meant = f", as {alpha3(code)}" if alpha3(code) else ", as GRC"
            yield f"routing: {where}: {code!r} is no state; expected ISO 3166 alpha-3{meant}"


def _mailboxes(routing: RoutingSettings, channels: Sequence[Notifier]) -> Iterator[str]:
    """Give offices that are told by a mail channel which knows no address of theirs."""
    known = {one.name: one.offices for one in channels if isinstance(one, Email)}
    for office in routing.offices:
        if not office.enabled:
            continue
        names = {office.id} | ({EVERY_OFFICE} if office.kind == "office" else set())
        told = [*office.channels]
        for rule in routing.rules:
            told += rule.channels if names & {*rule.offices} else ()
        for name in told:
            if name in known and office.id not in known[name]:
                yield (
                    f"routing: office {office.id}: channel {name} has no mailbox of it; expected "
                    "one in that channel's offices:"
                )


def _rosters(
    routing: RoutingSettings, channels: Sequence[Notifier], duty: DutySettings
) -> Iterator[str]:
    by_name = {one.name: one for one in channels}
    for roster in duty.rosters:
        if routing.office(roster.office) is None:
            yield f"duty: roster {roster.office}: is no office; {_expected(routing)}"
        for person in roster.people:
            for name in person.channels:
                where = f"duty: roster {roster.office}: {person.id}: channel"
                channel = by_name.get(name)
                if channel is None:
                    known = ", ".join(by_name) or "one of channels:, which is empty"
                    yield f"{where} {name!r} is unknown; expected {known}"
                elif isinstance(channel, Email) and roster.office not in channel.offices:
                    yield (
                        f"{where} {name} has no mailbox of {roster.office}; expected one in that "
                        "channel's offices:"
                    )


def _inboxes(routing: RoutingSettings, receipts: ReceiptSettings) -> Iterator[str]:
    for number, inbox in enumerate(receipts.inboxes):
        for office in inbox.offices:
            if routing.office(office) is None:
                where = f"receipts.inboxes[{number}].offices"
                yield f"{where}: {office!r} is no office; {_expected(routing)}"


def _expected(routing: RoutingSettings) -> str:
    return "expected " + (", ".join(one.id for one in routing.offices) or "one of routing.offices")
