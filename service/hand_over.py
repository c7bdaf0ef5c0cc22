"""Handing over a watch: what is signed, by whom, and how the signatures are proven later.

::

    lines + summary ─▶ canonical JSON ─▶ content, SHA-256
                                        └▶ outgoing: SHA-256(content, who, when)
                                              └▶ incoming: SHA-256(content, who, when, outgoing)
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from alerts.alert import Codes
from service.errors import ServiceError
from service.summary import readable_summary
from service.watch_log import Line, seen
from store.changes import same_person
from store.hand_overs import HandOver, Side, Signature, digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.rights import Person
    from store.watch_log import Span

LONGEST = 8000
"""Characters of a summary."""
_MARK = "vedetta hand-over 1"


class HandOverError(ServiceError):
    """A watch that cannot be handed over like this; the text is for the person."""


def content_of(
    hand_over_id: str, span: Span, summary: str, lines: Sequence[Line], *, exercise: bool = False
) -> str:
    """Return what is signed as one canonical text; raises HandOverError without a summary."""
    words = "\n".join(line.rstrip() for line in summary.strip().splitlines())
    if not words:
        raise HandOverError(
            "The summary is empty; say in a sentence how the watch is handed over."
        )
    if len(words) > LONGEST:
        raise HandOverError(f"The summary has {len(words):,} letters; {LONGEST:,} are the most.")
    return _canonical({
        "what": _MARK, "id": hand_over_id, "exercise": exercise,
        "since": _iso(span.since), "until": _iso(span.until), "summary": words,
        "lines": [asdict(line) | {"at": _iso(line.at)} for line in lines],
    })  # fmt: skip


def frozen(hand_over_id: str, span: Span, content: str) -> HandOver:
    """Return the hand-over that ``content`` makes."""
    return HandOver(hand_over_id, span.since, span.until, content, digest(content))


def signature(made: HandOver, side: Side, person: Person, at: dt.datetime) -> Signature:
    """Return the signature of ``person``; who comes signs also what who goes has signed.

    Raises HandOverError where somebody would take over from themselves.
    """
    if side == "incoming" and made.outgoing and is_same(made.outgoing, person):
        raise HandOverError("Who hands over cannot take over too; another person signs here.")
    one = Signature(made.id, side, person.account, person.name, person.display, at, "")
    return replace(one, sha256=_hash(made, one))


def is_same(signed: Signature, person: Person) -> bool:
    """Tell whether ``person`` gave a signature."""
    return signed.account == person.account or same_person(signed.name, person.name)


def fault_of(made: HandOver) -> str:
    """Return what does not fit its hash any more, "" where everything does."""
    if digest(made.content) != made.sha256:
        return "the log was altered after it was signed"
    for one in (made.outgoing, made.incoming):
        if one and _hash(made, one) != one.sha256:
            return f"the signature of {one.display} was altered"
    return ""


def said(content: str) -> dict[str, Any]:
    """Return what stands in ``content``: summary, exercise and lines."""
    kept: dict[str, Any] = json.loads(content)
    kept["lines"] = [_line(one) for one in kept["lines"]]
    return kept


def readable(person: Person, content: str) -> dict[str, Any]:
    """Return what ``person`` may read of ``content``, sentence by sentence and line by line."""
    kept = said(content)
    lines = kept["lines"]
    summary = readable_summary(person, kept["summary"], lines)
    return kept | {"summary": summary, "lines": seen(person, lines)}


def _line(kept: dict[str, Any]) -> Line:
    codes = kept["codes"]
    if codes is not None:
        codes = Codes(**{**codes, "contributors": tuple(codes["contributors"])})
    return Line(**{**kept, "codes": codes, "at": dt.datetime.fromisoformat(kept["at"])})


def _hash(made: HandOver, one: Signature) -> str:
    before = made.outgoing.sha256 if one.side == "incoming" and made.outgoing else ""
    return digest(_canonical({
        "what": _MARK, "id": made.id, "side": one.side, "account": one.account, "name": one.name,
        "display": one.display, "at": _iso(one.at), "content": made.sha256, "before": before,
    }))  # fmt: skip


def _iso(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _canonical(value: Any) -> str:  # noqa: ANN401 (JSON)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
