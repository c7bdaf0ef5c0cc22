"""Storm control: who gets which message now, and what waits for a digest. Pure decisions.

10,000 events in a minute leave all their incidents in the database and few messages: what is
beyond an office's budget of the hour waits for its digest, gravest told first, SAR before all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.kinds import KINDS, LANES, SEVERITIES

if TYPE_CHECKING:
    from alerts.alert import Alert, Change
    from alerts.incidents.settings import BudgetSettings

DISTRESS = "distress"
"""The share of critical rescues of which an office was not told: nothing else uses it up."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message that routing asks for: of one alert to one office.

    told    the office was told of this alert before, by a message
    listed  all that it was told stood among others: in a list of rescues, or in a digest
    """

    alert: Alert
    office: str
    change: Change
    told: bool = False
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Rationed:
    """What to send now, and what to hold for the offices' digests; both in order of urgency."""

    now: tuple[Wanted, ...]
    held: tuple[Wanted, ...]


def ration(
    wanted: Sequence[Wanted], spent: Mapping[tuple[str, str], int], settings: BudgetSettings
) -> Rationed:
    """Share out the hour's budget of each office and lane.

    ``spent``: messages of the last hour by (office, share), see ``share_of``. What an office was
    told is always taken back, and its critical alerts are always updated; of what it was not told,
    an update is its first alert and a retraction is nothing. What only a list or a digest told is
    taken back by the next one, where it is not by a message.
    """
    counts = Counter(spent)
    now, held = [], []
    for one in sorted(wanted, key=_urgency):
        if one.change == "cancel" and not (one.told or one.listed):
            continue
        share = share_of(one)
        if _goes(one, settings.of(share) - counts[one.office, share]):
            counts[one.office, share] += 1
            now.append(one)
        else:
            held.append(one)
    return Rationed(tuple(now), tuple(held))


def share_of(one: Wanted) -> str:
    """Return what a message is counted with: its lane; new calls for help with such only."""
    alert = one.alert
    new = alert.lane == "sar" and alert.severity == "critical" and not one.told
    return DISTRESS if new else alert.lane


def _goes(one: Wanted, left: int) -> bool:
    if one.change == "cancel":
        # Who had no message has none to be taken back: a digest said it, a digest says this.
        return one.told and (left > 0 or not one.listed)
    return left > 0 or (one.told and one.alert.severity == "critical")


def _urgency(one: Wanted) -> tuple[int, int, int, str, str]:
    alert = one.alert
    grave = SEVERITIES.index(alert.severity)
    return LANES.index(alert.lane), -grave, -alert.updated_us, alert.id, one.office


def overflow(alerts: Sequence[Alert]) -> str:
    """Return what was held, as one sentence for a digest: lanes and kinds with their numbers.

    As "214 alerts were not sent one by one: 200 went silent, 14 encounter.".
    """
    counts = Counter((LANES.index(one.lane), one.kind) for one in alerts)
    ordered = sorted(counts.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
    kinds = ", ".join(f"{number:,} {KINDS[kind].title}" for (_, kind), number in ordered)
    many = "1 alert was" if len(alerts) == 1 else f"{len(alerts):,} alerts were"
    return f"{many} not sent one by one: {kinds}." if alerts else "Nothing was held back."
