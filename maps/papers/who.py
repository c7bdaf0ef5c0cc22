"""Who a vessel is: the identities that she sent, and what the list says of her."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

from alerts.plain import plain
from alerts.roles import role_of
from alerts.scene import ROLES
from maps.papers.paper import Block, Heading, Points, Table, Text

if TYPE_CHECKING:
    from maps.papers.facts import Answered, Facts
    from maps.papers.wording import Wording
    from watchlist.vessels import Span

OWN = "own"
"""What the list calls a contributor that is the service itself."""
_FACTS = ("mmsi", "imo", "name", "call_sign", "flag", "ship_type", "size")
_MOST_ROWS, _MOST_NAMED = 40, 7
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def identity_of(facts: Facts, w: Wording) -> list[Block]:
    """Return who she said she was, over time, and what does not fit together."""
    found: list[Block] = [Heading(w.words["identity"])]
    identity = facts.identity
    changes = [
        w.say("change_of", fact=w.words[f"fact_{fact}"], before=_value(before, fact, w),
              after=_value(after, fact, w), at=w.moment(after.first))
        for fact in ("name", "call_sign", "imo", "mmsi", "flag")
        for before, after in pairwise(getattr(identity, fact))
    ]  # fmt: skip
    if not identity.name and not identity.imo:
        found.append(Text(w.words["identity_none"]))
    elif changes:
        found.append(Text(w.say("identity_changed", changes="; ".join(changes[:8]))))
    else:
        found.append(Text(w.words["identity_steady"]))
    rows = tuple(
        (w.words[f"fact_{fact}"], _value(one, fact, w), w.moment(one.first), w.moment(one.last))
        for fact in _FACTS
        for one in getattr(identity, fact)
    )
    heads = tuple(w.words["identity_table"].split("|"))
    found.append(Table(heads, rows[:_MOST_ROWS], (2.4, 4.2, 3.4, 3.4)))
    if len(rows) > _MOST_ROWS:
        found.append(Text(w.say("rows_more", n=len(rows) - _MOST_ROWS), "small"))
    if identity.others:
        others = [f"MMSI {one.value} ({w.span(_us(one.first), _us(one.last))})"
                  for one in identity.others[:_MOST_NAMED]]  # fmt: skip
        if len(identity.others) > _MOST_NAMED:
            others.append(w.say("what_more", n=len(identity.others) - _MOST_NAMED))
        found.append(Text(w.say("others_sent", others=w.listing(others))))
    if not identity.conflicts:
        return [*found, Text(w.words["no_conflicts"])]
    said = [
        w.say(
            "conflict",
            said=w.alerts.service(plain(one.said, 200)),
            span=w.span(_us(one.first), _us(one.last)),
        )
        for one in identity.conflicts[:_MOST_ROWS]
    ]
    return [*found, Text(w.words["conflicts"]), Points(tuple(said))]


def _value(span: Span, fact: str, w: Wording) -> str:
    if fact == "ship_type" and span.value.isdecimal():
        return f"{span.value} ({w.role(ROLES[int(role_of(int(span.value)))])})"
    return plain(span.value, 60)


def listed_of(facts: Facts, w: Wording) -> list[Block]:
    """Return what the list of vessels of interest says of her."""
    found: list[Block] = [Heading(w.words["listed"])]
    for one in facts.listed:
        found += _entry_of(one, w)
    if not facts.listed:
        found.append(Text(w.words["listed_none"]))
    return found


def _entry_of(one: Answered, w: Wording) -> list[Block]:
    item = one.entry
    said = w.say(
        "listed_line", id=item.id, contributor=_giver(item.contributor, w),
        since=w.moment(one.since), matched=w.fact(one.matched_on),
        score=w.figure(f"{one.score:.2f}"),
        reason=plain(item.reason, 400) or w.words["not_known"],
    )  # fmt: skip
    grades = w.say(
        "listed_grades", handling=item.handling, tlp=item.tlp.upper(), source=item.source_grade,
        info=item.info_grade, priority=item.priority,
        review=w.day(item.review_by) if item.review_by else w.words["not_known"],
    )  # fmt: skip
    comment = item.handling_comment
    more = w.say("handling_comment", comment=plain(comment, 200)) if comment else ""
    return [Text(said), Text(f"{grades} {more}".strip(), "small")]


def _giver(contributor: str, w: Wording) -> str:
    return w.words["listed_own"] if contributor == OWN else plain(contributor, 60)


def _us(at: dt.datetime) -> int:
    return round((at - _EPOCH).total_seconds() * 1e6)
