"""Runs the lines of a package again, and holds what comes out against what it carries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from service.evidence import context
from service.evidence.judging import EVENTS, HEARING, answers_of, judged, run_again
from service.evidence.lines import carried_of
from service.evidence.package import Fault
from service.evidence.rows import rows_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from service.evidence.judging import Judged
    from service.evidence.package import Package
    from service.evidence.rerun import Found
    from service.evidence.verdict import Verdict

ALERT = "alert.json"


def retell(package: Package, verdict: Verdict) -> None:
    """Run the lines again, and hold each event against what came out when it was packed."""
    verdict.lines = sum(len(one.offsets) for one in carried_of(package.members))
    verdict.answers = len(answers_of(package.members))
    again = run_again(package.members)
    verdict.events = judged(package.members[EVENTS], again.found)
    if not verdict.events:
        verdict.faults.append(Fault(EVENTS, "", "holds no event"))
    promised = package.manifest.get("events") or {}
    besides = _other_program(package)
    for number, one in enumerate(verdict.events, 1):
        if one.outcome == "same":
            continue
        if promised.get(one.key) == one.outcome:
            verdict.unproven.append(one)
            continue
        how = "; ".join(one.differs) or "the lines do not tell it"
        what = f"event {one.id}, version {one.version} ({one.kind}): {how}{besides}"
        verdict.faults.append(Fault(EVENTS, _line(one, number), what))
    for key in promised.keys() - {one.key for one in verdict.events}:
        verdict.faults.append(Fault(EVENTS, "", f"event {key} of the manifest is not there"))
    verdict.faults += _rows(package, again.found, besides)
    verdict.faults += _alert(package, verdict.events)
    if again.missing.count and not verdict.faults:
        verdict.faults.append(Fault(
            HEARING, "", f"lacks {again.missing.count:,} answers, first {again.missing.first}"
        ))  # fmt: skip


def _other_program(package: Package) -> str:
    code = context.other_code(json.loads(package.members.get(context.CODE, b"{}")))
    return f"; this program differs from the one that made it in {code}" if code else ""


def _line(one: Judged, number: int) -> str:
    return "" if one.outcome == "more" else f"line {number}"


def own(package: Package) -> frozenset[int]:
    """Return the vessels of the events: whose lines are carried."""
    events = package.members[EVENTS].decode().splitlines()
    return frozenset(mmsi for one in events for mmsi in json.loads(one)["mmsis"])


def _rows(package: Package, found: Found, besides: str) -> Iterator[Fault]:
    """Yield the tables for people that do not say what the lines say."""
    for name, content in rows_members(found, own(package)).items():
        if package.members.get(name) != content:
            yield Fault(name, "", f"is not what the lines say{besides}")


def _alert(package: Package, events: Iterable[Judged]) -> Iterator[Fault]:
    """Yield that the alert names other events than the file holds."""
    named = set(json.loads(package.members.get(ALERT, b"{}")).get("events") or ())
    for one in sorted(named ^ {one.id for one in events}):
        where = (EVENTS, ALERT) if one in named else (ALERT, EVENTS)
        yield Fault(where[0], "", f"lacks event {one}, which stands in {where[1]}")
