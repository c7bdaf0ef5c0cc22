"""What in a vessel's identity over time does not fit together, in words."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from watchlist.flags import country
from watchlist.identifiers import call_sign, call_sign_country, imo_is_valid, mmsi_kind
from watchlist.vessels import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from watchlist.vessels import Held, Segment

# Antennas are measured anew by a few metres; another ship is longer by more than both.
_JUMP_M, _JUMP_SHARE = 10.0, 0.10
# A lone position is a noise point and no second ship.
_FEWEST_POSITIONS = 2


def conflicts_in(held: Sequence[Held], segments: Sequence[Segment]) -> tuple[Conflict, ...]:
    """Return what does not fit together, in order of its beginning; each sentence once."""
    found: dict[tuple[str, str], Conflict] = {}
    for conflict in (
        *_several_imos(held),
        *_one_imo_on_several(held),
        *_invalid(held, segments),
        *_foreign_call_signs(held),
        *_jumping_sizes(held),
        *_at_once(segments),
    ):
        key = conflict.kind, conflict.said
        known = found.get(key, conflict)
        first, last = min(known.first, conflict.first), max(known.last, conflict.last)
        found[key] = Conflict(conflict.kind, conflict.said, first, last)
    return tuple(sorted(found.values(), key=lambda one: (one.first, one.kind, one.said)))


def _several_imos(held: Sequence[Held]) -> Iterator[Conflict]:
    """Yield an MMSI that sent two valid IMO numbers: two ships, or one that pretends."""
    sent: dict[int, dict[int, list[Held]]] = defaultdict(lambda: defaultdict(list))
    for one in held:
        if imo_is_valid(one.report.imo):
            sent[one.report.mmsi][one.report.imo].append(one)
    for mmsi, numbers in sent.items():
        if len(numbers) > 1:
            rows = [one for group in numbers.values() for one in group]
            said = f"MMSI {mmsi} sent IMO numbers {_listed(numbers)}"
            yield _conflict("two IMO numbers", said, rows)


def _one_imo_on_several(held: Sequence[Held]) -> Iterator[Conflict]:
    """Yield an IMO number that two MMSIs sent at overlapping times; in turn it may be a sale."""
    ends: dict[int, Held] = {}
    for one in sorted(held, key=lambda one: one.report.received):
        imo = one.report.imo
        if not imo_is_valid(imo):
            continue
        other = ends.get(imo)
        if other and other.report.mmsi != one.report.mmsi and other.until > one.report.received:
            pair = _listed((other.report.mmsi, one.report.mmsi))
            said = f"IMO {imo} was sent by MMSI {pair} at the same time"
            until = min(other.until, one.until)
            yield Conflict("one IMO, several MMSI", said, one.report.received, until)
        if other is None or one.until >= other.until:
            ends[imo] = one


def _invalid(held: Sequence[Held], segments: Sequence[Segment]) -> Iterator[Conflict]:
    """Yield IMO numbers whose check digit is wrong, and MMSIs that no state has given."""
    for one in held:
        if one.report.imo and not imo_is_valid(one.report.imo):
            said = f"IMO {one.report.imo} is no IMO number: its check digit is wrong"
            yield _conflict("invalid IMO", said, [one])
    times = [(one.report.mmsi, one.report.received, one.until) for one in held]
    times += [(one.mmsi, one.first_at, one.last_at) for one in segments]
    for mmsi, first, last in times:
        if mmsi_kind(mmsi) == "invalid":
            said = f"MMSI {mmsi} begins with no state's digits"
            yield Conflict("unknown MID", said, first, last)


def _foreign_call_signs(held: Sequence[Held]) -> Iterator[Conflict]:
    """Yield call signs of another state's series than the MMSI's."""
    for one in held:
        theirs, ours = call_sign_country(one.report.call_sign), country(one.report.mmsi)
        if theirs and ours and theirs != ours:
            sign = call_sign(one.report.call_sign)
            said = f"call sign {sign} is of {theirs}, MMSI {one.report.mmsi} of {ours}"
            yield _conflict("call sign of another state", said, [one])


def _jumping_sizes(held: Sequence[Held]) -> Iterator[Conflict]:
    """Yield lengths that differ from the one before by more than a new antenna explains."""
    before: dict[int, Held] = {}
    for one in held:
        length = one.report.length_m
        if not length:
            continue
        known = before.get(one.report.mmsi)
        last = (known.report.length_m or 0.0) if known else length
        if abs(length - last) > max(_JUMP_M, _JUMP_SHARE * max(length, last)):
            said = f"MMSI {one.report.mmsi} was {last:.0f} m long, then {length:.0f} m"
            yield _conflict("length changed", said, [one])
        before[one.report.mmsi] = one


def _at_once(segments: Sequence[Segment]) -> Iterator[Conflict]:
    """Yield MMSIs with two tracks at one time: two ships that use one number."""
    open_ones: dict[int, Segment] = {}
    for one in sorted(segments, key=lambda one: (one.first_at, one.segment)):
        if one.positions < _FEWEST_POSITIONS:
            continue
        other = open_ones.get(one.mmsi)
        if other and other.last_at > one.first_at:
            until = min(other.last_at, one.last_at)
            said = f"MMSI {one.mmsi} was at two places at once"
            yield Conflict("two tracks at once", said, one.first_at, until)
        if other is None or one.last_at > other.last_at:
            open_ones[one.mmsi] = one


def _conflict(kind: str, said: str, rows: Sequence[Held]) -> Conflict:
    first = min(one.report.received for one in rows)
    return Conflict(kind, said, first, max(one.until for one in rows))


def _listed(numbers: Iterable[int]) -> str:
    return " and ".join(str(number) for number in sorted(numbers))
