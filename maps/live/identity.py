"""Who a vessel said she was, over time, as the live map's drawer tells it: broadcast AIS only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maps.live import words
from watchlist.flags import country, flag

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from watchlist.vessels import Conflict, Span, VesselIdentity

MOST = 12
"""So many values of a fact are told, the newest: a faulty set may send a new one each minute."""


def told(identity: VesselIdentity) -> dict[str, Any]:
    """Return an identity as JSON values: facts with when each value was heard, and conflicts.

    Times in epoch ms. ``facts`` holds only what was ever sent; ``earlier`` is the number of values
    left out; ``one`` says that no fact ever had a second value and nothing is in conflict.
    """
    states = {country(int(span.value)): flag(int(span.value)) for span in identity.mmsi}
    columns: tuple[tuple[str, tuple[Span, ...], Callable[[str], str | None]], ...] = (
        ("Name", identity.name, str),
        ("Call sign", identity.call_sign, str),
        ("IMO", identity.imo, str),
        ("Flag by MMSI", identity.flag, lambda code: states.get(code) or code),
        ("Size", identity.size, _size),
        ("Type", identity.ship_type, lambda code: words.ship_type(int(code))),
    )
    facts = [_fact(title, spans, say) for title, spans, say in columns if spans]
    several = any(len(spans) > 1 for _, spans, _ in columns)
    times = [_ms(span.first) for _, spans, _ in columns for span in spans]
    return {
        "one": not several and not identity.conflicts,
        "since_ms": min(times, default=None),
        "facts": facts,
        "conflicts": [_conflict(conflict) for conflict in identity.conflicts[-MOST:]],
    }


def _fact(title: str, spans: tuple[Span, ...], say: Callable[[str], str | None]) -> dict[str, Any]:
    newest = sorted(spans, key=lambda span: (span.last, span.first), reverse=True)
    values = [
        {
            "value": say(span.value) or span.value,
            "first_ms": _ms(span.first),
            "last_ms": _ms(span.last),
        }
        for span in newest[:MOST]
    ]
    return {"fact": title, "values": values, "earlier": max(0, len(spans) - MOST)}


def _conflict(conflict: Conflict) -> dict[str, Any]:
    """Return a conflict as one sentence: kind and words."""
    said = f"{conflict.kind}: {conflict.said}"
    sentence = f"{said[:1].upper()}{said[1:]}."
    return {"said": sentence, "first_ms": _ms(conflict.first), "last_ms": _ms(conflict.last)}


def _size(metres: str) -> str:
    return " × ".join(f"{side} m" for side in metres.split(" x "))


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
