"""An incident in words: what an event rests on, the headline, and the score as a sentence."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.events import Fact
from alerts.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.alert import Alert, Share, Vessel
    from alerts.events import Event

_MOST_FACTS = 2
_MOST_KINDS = 3
_MOST_NAMED = 2
_MORE = re.compile(r" and (\d+) more\b")
_DOUBTED = " (a test, or doubted)"
_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}
_TELLING: dict[str, tuple[str, ...]] = {
    "distress": ("sign", "position"),
    "not_under_command": ("status", "speed"),
    "sudden_stop": ("speed_before", "speed_after"),
    "converging_rescue": ("ships", "farthest_from_middle"),
    "watchlist": ("matched_on", "score"),
    "predicted_arrival": ("zone_name", "eta_h"),
    "gap": ("silence", "one_of_such_silences"),
    "reappearance": ("duration", "distance"),
    "feed_outage": ("feed", "silence"),
    "encounter": ("distance", "together"),
    "zone_present": ("zone_name",),
    "zone_entered": ("zone_name",),
    "zone_left": ("zone_name",),
    "zone_dwell": ("zone_name", "since_s"),
    "zone_crossed": ("zone_name",),
    "identity_change": ("changes",),
    "invalid_identity": ("fault",),
    "drift": ("duration", "moved"),
    "loitering": ("duration", "speed"),
    "off_route": ("one_in", "passages"),
    "speed_anomaly": ("speed", "one_in"),
    "draught_change": ("draught_before", "draught"),
    "watch_rule": ("named", "hours"),
    "on_land": ("inland_m",),
}
"""The facts by which people judge an event of a kind, as its detector names them."""
_CONTEXT = frozenset({"list", "zones", "model", "coverage", "rules"})
"""Facts that say which version was looked at; no reason for anything."""


def because(event: Event) -> str:
    """Return what an event rests on: its title and the facts that tell most, plain text.

    As "encounter (distance 320 m; together 45 min)". A kind without facts of its own shows those
    that were held against a threshold.
    """
    said = [_said(name, fact) for name, fact in telling(event)]
    title = KINDS[event.kind].title
    return f"{title} ({'; '.join(said)})" if said else title


def telling(event: Event) -> list[tuple[str, Fact]]:
    """Return name and fact of what tells most of an event, as far as it is known."""
    named = [name for name in _TELLING.get(event.kind, ()) if name in event.evidence]
    facts = {name: event.evidence[name] for name in named} or {
        name: fact
        for name, fact in event.evidence.items()
        if name not in _CONTEXT and fact.threshold is not None
    }
    known = [(name, fact) for name, fact in facts.items() if fact.value not in {None, ""}]
    return known[:_MOST_FACTS]


def _said(name: str, fact: Fact) -> str:
    """Return one fact in words."""
    value = fact.value
    if name == "one_of_such_silences" and isinstance(value, int | float):
        return f"1 of {value:,.0f} such silences"
    if name == "one_in" and isinstance(value, int | float):
        return f"fewer than 1 in {value:,.0f} passages there is as rare"
    words = plain(name).removesuffix(f"_{fact.unit}").replace("_", " ")
    return f"{words} {_amount(fact)}"


def headline(kinds: Sequence[str], place: str, vessels: int, *, doubted: bool = False) -> str:
    """Return one line for people without a name: what, how many vessels, where.

    ``kinds`` of the live events, the leading one first; ``doubted``: a call under test, or one
    that may be a fault of the transponder.
    """
    named = list(dict.fromkeys(kinds))
    what = ", ".join(KINDS[kind].title for kind in named[:_MOST_KINDS])
    if len(named) > _MOST_KINDS:
        what += f" and {len(named) - _MOST_KINDS} more"
    if doubted:
        what += _DOUBTED
    many = f", {vessels} vessels" if vessels > 1 else ""
    return f"{_capital(what)}{many}, {place or 'position unknown'}"


@dataclass(frozen=True, slots=True)
class Named:
    """What a headline names: the first kinds, how many more, and whether it is doubted."""

    kinds: tuple[str, ...]
    more: int = 0
    doubted: bool = False


def named_in(headline: str) -> Named | None:
    """Return what ``headline`` named; None for a line that it did not make."""
    named = []
    for part in headline.replace(_DOUBTED, "").split(", "):
        kind = _BY_TITLE.get(_capital(_MORE.sub("", part)))
        if kind is None:
            break
        named.append(kind)
    more = _MORE.search(headline)
    many = int(more[1]) if more else 0
    return Named(tuple(named), many, _DOUBTED in headline) if named else None


def headline_named(alert: Alert) -> str:
    """Return the headline with who it is about, as far as that was known.

    As "MARIA K (cargo, TGO, 74 m): went silent, 12 nm SE of Lampedusa". Names came by radio: they
    are plain text on one line, and never more than that.
    """
    if not alert.vessels:
        return alert.headline
    named = " and ".join(_vessel(one) for one in alert.vessels[:_MOST_NAMED])
    if len(alert.vessels) > _MOST_NAMED:
        named += f" and {len(alert.vessels) - _MOST_NAMED} more"
    what = alert.headline
    # Not of an abbreviation: gNSS is no word.
    small = what if what[1:2].isupper() else f"{what[:1].lower()}{what[1:]}"
    return f"{named}: {small}"


def _vessel(vessel: Vessel) -> str:
    facts = [vessel.role if vessel.role != "unknown" else "", vessel.flag,
             f"{vessel.length_m:.0f} m" if vessel.length_m else ""]  # fmt: skip
    said = ", ".join(plain(one) for one in facts if one)
    name = plain(vessel.name) or f"MMSI {vessel.mmsi:09d}"
    return f"{name} ({said})" if said else name


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


def _amount(fact: Fact) -> str:
    value = fact.value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return plain(str(value))
    if fact.unit in _MINUTES and value * _MINUTES[fact.unit] >= 1:
        hours, minutes = divmod(round(value * _MINUTES[fact.unit]), 60)
        return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
    return f"{value:,.4g} {fact.unit or ''}".rstrip()


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


_BY_TITLE = {_capital(one.title): kind for kind, one in KINDS.items()}


def plain(text: str) -> str:
    """Return ``text`` on one line: what does not print is left out, at most 80 characters."""
    kept = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(kept.split())[:80]
