"""Her behaviour against the usual traffic: what was rare, beside how many passages, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.plain import plain
from maps.papers.paper import Block, Heading, Points, Text

if TYPE_CHECKING:
    from maps.papers.facts import Facts, Learned, Rare
    from maps.papers.wording import Wording

ALL = "all ships"
"""What a model calls the ships that a judgement rests on where a class alone is too few."""
_MINUTE_S = 60
_MOST_RARE = 12


def usual_of(facts: Facts, w: Wording) -> list[Block]:
    """Return how her ways and speeds stand beside those of other ships."""
    heading = Heading(w.words["usual"])
    learned = facts.learned
    if learned is None:
        return [heading, Text(w.words["usual_run" if facts.run else "usual_none"])]
    model = w.say("usual_model", edition=learned.edition, until=w.day(learned.until))
    if not learned.moving:
        still = "usual_unsent" if learned.unsaid else "usual_still"
        return [heading, Text(w.words[still]), Text(model, "small")]
    said = [w.say("usual_known" if learned.known else "usual_unknown",
                  lasted=w.lasted(learned.moving * _MINUTE_S),
                  share=round(100 * learned.known / learned.moving))]  # fmt: skip
    if learned.measured:
        said.append(w.say("usual_measured", lasted=w.lasted(learned.measured * _MINUTE_S)))
    if learned.line is not None:
        a, b, times, days = learned.line
        said.append(w.say("usual_line", a=plain(a, 60), b=plain(b, 60), times=times, days=days))
    if not learned.rare:
        said += [w.words["usual_all"]] if learned.known else []
        return [heading, Text(" ".join(said)), Text(model, "small")]
    said += _stretches(learned, w)
    return [heading, Points(tuple(said)), Text(w.words["usual_note"]), Text(model, "small")]


def _stretches(learned: Learned, w: Wording) -> list[str]:
    said = [_rare(one, w) for one in learned.rare[:_MOST_RARE]]
    left = len(learned.rare) - _MOST_RARE
    return [*said, w.say("usual_more", n=left)] if left > 0 else said


def _rare(one: Rare, w: Wording) -> str:
    key = "usual_way" if one.what == "way" else "usual_speed"
    ships = w.words["ships_all" if one.ships == ALL else f"ships_{one.ships}"]
    return w.say(
        key, span=w.span(one.since_us, one.until_us), position=w.position(one.lon, one.lat),
        passages=w.figure(f"{one.passages:,}"), ships=ships, one_in=w.figure(f"{one.one_in:,}"),
    )  # fmt: skip
