"""An incident in words: what an event rests on, the headline, and the score as a sentence."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from alerts.events import Fact
from alerts.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.alert import Alert, Share
    from alerts.events import Event

_MOST_FACTS = 2
_MOST_KINDS = 3
_CONTEXT = frozenset({"list", "zones", "model", "coverage"})
"""Facts that say which version was looked at; no reason for anything."""


def because(event: Event) -> str:
    """Return what an event rests on: its title and the facts that were held against a threshold.

    As "encounter (distance 320 m, limit 500 m; duration 45 min, limit 30 min)".
    """
    held = [
        f"{plain(name).replace('_', ' ')} {_amount(fact)}, limit {_amount(_limit(fact))}"
        for name, fact in event.evidence.items()
        if name not in _CONTEXT and fact.threshold is not None and fact.value is not None
    ][:_MOST_FACTS]
    title = KINDS[event.kind].title
    return f"{title} ({'; '.join(held)})" if held else title


def headline(kinds: Sequence[str], place: str, vessels: int) -> str:
    """Return one line for people without a name: what, how many vessels, where.

    ``kinds`` of the live events, the leading one first.
    """
    named = list(dict.fromkeys(kinds))
    what = ", ".join(KINDS[kind].title for kind in named[:_MOST_KINDS])
    if len(named) > _MOST_KINDS:
        what += f" and {len(named) - _MOST_KINDS} more"
    many = f", {vessels} vessels" if vessels > 1 else ""
    return f"{what[:1].upper()}{what[1:]}{many}, {place or 'position unknown'}"


def sentence(alert: Alert) -> str:
    """Return the score as a sentence.

    As "Score 0.62: encounter (+2.0); against it: tug (-1.5).".
    """
    speaking = [share for share in alert.shares if share.points > 0]
    muted = [share for share in alert.shares if not share.points]
    against = [share for share in alert.shares if share.points < 0]
    parts = [_listed(speaking) or "nothing that counts"]
    if muted:
        parts.append(f"not counted, because explained: {_listed(muted)}")
    if against:
        parts.append(f"against it: {_listed(against)}")
    return f"Score {alert.score:.2f}: {'; '.join(parts)}."


def _listed(shares: Sequence[Share]) -> str:
    """Return names with their points, those of one name together."""
    points: Counter[str] = Counter()
    times = Counter(share.name for share in shares)
    for share in shares:
        points[share.name] += share.points  # type: ignore[assignment]  # a float counts as well
    return ", ".join(
        f"{_title(name)}{f' {times[name]} times' if times[name] > 1 else ''} ({total:+.1f})"
        for name, total in points.items()
    )


def _title(name: str) -> str:
    return KINDS[name].title if name in KINDS else name


def _limit(fact: Fact) -> Fact:
    return Fact(fact.threshold, fact.unit)


def _amount(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return plain(str(value))
    return f"{value:,.4g} {fact.unit or ''}".rstrip()


def plain(text: str) -> str:
    """Return ``text`` on one line: what does not print is left out, at most 80 characters."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:80]
