"""Events as a good officer tells them: what happened, then where, how sure, and which it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from alerts.events import Fact
from alerts.plain import plain
from maps.papers.paper import Entry

if TYPE_CHECKING:
    from alerts.alert import Vessel
    from alerts.events import Event
    from maps.papers.wording import Wording

CONTEXT = frozenset({"list", "zones", "model", "coverage"})
"""Facts that say which version was looked at."""
_FIELDS = frozenset({"matched_on", "disagrees"})
"""Facts that name fields of an identity."""
_SPEEDS = ("speed", "speed_before")
_MOST_FACTS = 4
_US = 1_000_000


def entry(
    event: Event, mark: str, w: Wording, ships: Mapping[int, Vessel] | None = None,
    whose: int = 0, speed_at: Callable[[int], float | None] = lambda _us: None,
) -> Entry:  # fmt: skip
    """Return an event as an entry; ``ships`` names others, ``whose`` is whom it is about.

    ``speed_at`` is asked for the speed (kn) between positions where she sent none.
    """
    known = values(event, w, ships or {}, whose) | _unsent(event, w, speed_at)
    said = " ".join(w.sentences(event.kind, known))
    title = w.alerts.kinds[event.kind]
    if event.state == "retracted":
        title += f" ({w.say('retracted', reason=w.alerts.service(plain(event.reason or '', 80)))})"
    return Entry(
        mark,
        w.span(event.started_us, event.ended_us) if _lasts(event) else w.time(event.started_us),
        f"{title[:1].upper()}{title[1:]}",
        said or _numbers(event, w),
        w.say(
            "small_event", position=w.position(event.lon, event.lat),
            lane=w.alerts.lanes[event.lane], severity=w.alerts.severities[event.severity],
            confidence=w.figure(f"{event.confidence:.2f}"), id=event.id, version=event.version,
        ),
    )  # fmt: skip


def values(
    event: Event, w: Wording, ships: Mapping[int, Vessel], whose: int = 0
) -> dict[str, str]:
    """Return the facts of an event as texts, with who else was there and how long it lasted."""
    found = {name: w.amount(fact, name) for name, fact in event.evidence.items()}
    if event.ended_us is not None and event.ended_us > event.started_us:
        found["lasted"] = w.lasted((event.ended_us - event.started_us) / _US)
    elif "silence" in found:
        found["lasted"] = found["silence"]
    others = [one for one in event.mmsis if one != (whose or event.mmsi)]
    found["others"] = w.listing([named(one, ships) for one in others])
    found["at"] = w.time(event.started_us)
    for name in _FIELDS & found.keys():
        found[name] = w.listing([w.fact(one.strip()) for one in found[name].split(",")])
    return found


def _unsent(
    event: Event, w: Wording, speed_at: Callable[[int], float | None]
) -> dict[str, str]:  # fmt: skip
    """Return, for each speed that was not sent, that it was not: under ``no_`` and its name."""
    lacking = [name for name in _SPEEDS if name in event.evidence
               and event.evidence[name].value is None]  # fmt: skip
    if not lacking:
        return {}
    knots = speed_at(event.started_us)
    said = w.words["no_speed"] if knots is None else w.say(
        "no_speed_measured", speed=w.amount(Fact(round(knots, 1), "kn"))
    )  # fmt: skip
    return {f"no_{name}": said for name in lacking}


def named(mmsi: int, ships: Mapping[int, Vessel]) -> str:
    """Return a ship by her name and number."""
    ship = ships.get(mmsi)
    name = plain(ship.name, 40) if ship else ""
    flag = f", {plain(ship.flag, 40)}" if ship and ship.flag else ""
    return f"{name} (MMSI {mmsi:09d}{flag})" if name else f"MMSI {mmsi:09d}{flag}"


def _lasts(event: Event) -> bool:
    return event.ended_us is not None and event.ended_us - event.started_us > 60 * _US


def _numbers(event: Event, w: Wording) -> str:
    """Return the numbers of a kind that has no sentence of its own."""
    facts = [(name, fact) for name, fact in event.evidence.items()
             if name not in CONTEXT and w.amount(fact)]  # fmt: skip
    said = [_fact(name, fact, w) for name, fact in facts[:_MOST_FACTS]]
    return w.say("other_facts", facts="; ".join(said)) if said else ""


def _fact(name: str, fact: Fact, w: Wording) -> str:
    words = w.alerts.evidence
    called = words.name(name) if words else plain(name.replace("_", " "), 40)
    text = f"{called} {w.amount(fact, name)}"
    if fact.threshold is None:
        return text
    return f"{text} ({w.say('threshold', value=w.amount(Fact(fact.threshold, fact.unit)))})"
