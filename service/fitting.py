"""What the sections of config.yaml say of one another: offices, channels, rosters, inboxes.

Each for itself may be right, and messages would still wait for ever: what cannot work is refused
at start.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from alerts.notifiers.email import Email
from alerts.routing import EVERY_OFFICE
from service.errors import SettingsError

if TYPE_CHECKING:
    from alerts.notifier import Notifier
    from alerts.routing import RoutingSettings
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
        *_mailboxes(routing, channels),
        *_rosters(routing, channels, duty),
        *_inboxes(routing, receipts),
    ]
    if faults:
        raise SettingsError(f"{source}: {faults[0]}")


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
