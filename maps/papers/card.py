"""The card of an alert: one page for people, with the building blocks of the dossier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from alerts.doubts import not_known
from alerts.incidents.wording import sentence
from alerts.plain import plain
from maps.papers import going
from maps.papers.chart import Chart, Line, png
from maps.papers.dossier import headline, marks_of, numbered, shown
from maps.papers.paper import Block, Brief, Entries, Heading, Paper, Picture, Points, Text
from maps.papers.pdf import with_pages
from maps.papers.telling import entry
from maps.papers.wording import Wording, wording

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alerts.alert import Alert, Vessel
    from alerts.events import Event

_MOST_SHARES = 6
_TRIES = ((6, 4), (5, 3), (4, 3), (3, 2), (2, 1), (1, 0))
"""How many events and doubts are told: fewer, until it is one page."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What a card is made from.

    made   who, when and why, one line · tracks  POINT by MMSI · ships, zones, places  as Facts has
    offices  names of those that were told
    proof  (versions of events that came out to the letter, all of them), None = no package
    """

    alert: Alert
    events: tuple[Event, ...]
    made: str
    tracks: tuple[NDArray[Any], ...] = ()
    ships: Mapping[int, Vessel] = field(default_factory=dict)
    zones: Mapping[str, tuple[str, Any]] = field(default_factory=dict)
    places: tuple[tuple[str, float, float], ...] = ()
    proof: tuple[int, int] | None = None
    offices: tuple[str, ...] = ()


def card_pdf(facts: CardFacts, language: str = "en") -> bytes:
    """Return the card as PDF, with as much as one page holds."""
    drawn = b""
    for events, doubts in _TRIES:
        drawn, pages = with_pages(card(facts, language, events, doubts))
        if pages == 1:
            break
    return drawn


def card(facts: CardFacts, language: str = "en", events: int = 6, doubts: int = 4) -> Paper:
    """Return the card of an alert in ``language`` (en, it, el), with its gravest ``events``."""
    w, alert = wording(language), facts.alert
    told = shown(facts.events, events)
    blocks: list[Block] = [_brief(facts, w)]
    if chart := _chart(facts, told, w):
        blocks.append(Picture(png(chart), w.words["card_caption"]))
    rows = tuple(replace(entry(one, str(n), w, facts.ships, one.mmsi or 0), small="")
                 for n, one in enumerate(told, 1))  # fmt: skip
    blocks += [Heading(w.words["card_events"]), Entries(rows)]
    if unsure := not_known(alert, facts.events, w.language)[:doubts]:
        blocks += [Heading(w.words["card_unknown"]), Points(unsure)]
    if facts.proof:
        same, every = facts.proof
        blocks += [Heading(w.words["card_evidence"]),
                   Text(w.say("card_proof", same=same, all=every))]  # fmt: skip
    return Paper(
        language=w.language,
        kind=w.words["card"],
        title=_title(alert, w),
        subtitle=_subtitle(alert, w),
        marks=marks_of(alert.codes),
        reference=f"{alert.id}, {alert.version}",
        page_of=w.words["page_of"],
        made=facts.made,
        hash_line=w.words["hash_line"],
        drill=w.words["drill"] if alert.exercise else "",
        blocks=tuple(blocks),
    )


def _title(alert: Alert, w: Wording) -> str:
    return headline(
        alert.kind, [one.name for one in alert.shares if one.points > 0], alert.place, w
    )


def _subtitle(alert: Alert, w: Wording) -> str:
    parts = (
        w.alerts.lanes[alert.lane],
        w.alerts.severities[alert.severity],
        w.position(alert.lon, alert.lat),
        w.span(alert.started_us, alert.ended_us),
    )
    return "  ·  ".join(parts)


def _brief(facts: CardFacts, w: Wording) -> Brief:
    alert = facts.alert
    who = (
        "; ".join(w.alerts.vessel(one) for one in alert.vessels[:4]) or w.alerts.words["no_vessel"]
    )
    kinds = dict.fromkeys(one.kind for one in facts.events)
    what = w.listing([w.alerts.kinds[one] for one in kinds])
    offices = ", ".join(plain(one, 40) for one in facts.offices)
    told = w.say("card_told", offices=offices) if offices else w.words["card_nobody"]
    state = w.words[f"state_{alert.state}"]
    return Brief((
        (w.words["who"], who),
        (w.words["what"], f"{what[:1].upper()}{what[1:]}. {told}"),
        (w.words["why"], _shares(alert, w)),
        (w.words["asked"], w.say("card_asked", state=state)),
    ))  # fmt: skip


def _shares(alert: Alert, w: Wording) -> str:
    if w.language == "en":
        return sentence(alert)
    shares = [f"{w.alerts.share(one.name)} ({w.alerts.points(one.points)})"
              for one in alert.shares[:_MOST_SHARES]]  # fmt: skip
    return f"{w.alerts.words['score']} {w.alerts.number(alert.score, 2)}: {', '.join(shares)}."


def _chart(facts: CardFacts, told: Sequence[Event], w: Wording) -> Chart | None:
    marks = numbered(told)
    lines: list[Line] = []
    for number, track in enumerate(facts.tracks):
        kind = "other" if number else "track"
        lines += [Line(points, kind) for points in going.pieces(track)]  # type: ignore[arg-type]
        lines += [Line(points, "silence") for points in going.gaps(track)]
    if not marks and not lines:
        return None
    spoken = {one.zone for one in told if one.zone}
    zones = tuple(facts.zones[one] for one in sorted(spoken) if one in facts.zones)
    return Chart(tuple(lines), tuple(marks), zones, facts.places, w.words["map_source"],
                 high_cm=5.0, bare=w.words["map_bare"])  # fmt: skip
