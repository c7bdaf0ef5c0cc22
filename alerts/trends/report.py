"""A report of what changed between weeks: findings, what was looked at, and what was not heard."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from alerts.trends.looking import Finding
from alerts.trends.series import PAIR

_DAY = dt.timedelta(days=1)
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Deaf:
    """A watched coast of whose sea only the ``share`` (0-1) is heard; None = not known."""

    zone: str
    share: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """What came out of a comparison.

    until          end of the weeks, UTC, midnight · weeks last ones against before_weeks earlier
    days           on how many days of each week anything was heard, oldest first
    findings       the clearest first · seen, looked  subjects by family, and of them looked at
    false_share    so large a share of what is told may be chance, 0-1 · cell_deg  of areas
    least, least_ratio  as the settings had them
    names          of zones, by id · deaf  watched coasts that are hardly heard, the worst first
    deaf_areas     areas with silences where no receiver hears now: not looked at
    outages, outage_h  of feeds in the last weeks · exercise  it is about invented ships
    comparable     enough was heard for a comparison
    office         name of the office for which the findings were chosen, "" = the desk
    """

    until: dt.datetime
    weeks: int
    before_weeks: int
    days: tuple[float, ...]
    findings: tuple[Finding, ...]
    seen: Mapping[str, int]
    looked: Mapping[str, int]
    false_share: float
    cell_deg: float
    least: int = 5
    least_ratio: float = 1.5
    names: Mapping[str, str] = field(default_factory=dict)
    deaf: tuple[Deaf, ...] = ()
    deaf_areas: int = 0
    outages: int = 0
    outage_h: float = 0.0
    exercise: bool = False
    comparable: bool = True
    office: str = ""

    @property
    def since(self) -> dt.datetime:
        """Return where the last weeks begin."""
        return self.until - self.weeks * 7 * _DAY

    @property
    def comparisons(self) -> int:
        """Return how many tests were made."""
        return sum(self.looked.values())

    @property
    def missed_days(self) -> tuple[int, int]:
        """Return on how many days nothing was heard at all: in the last weeks, and before."""
        missed = [_WEEK - one for one in self.days]
        return round(sum(missed[self.before_weeks :])), round(sum(missed[: self.before_weeks]))

    def without(self, hidden: Callable[[Finding], bool]) -> Report:
        """Return the report without the findings of which somebody may not know."""
        kept = tuple(one for one in self.findings if not hidden(one))
        said = {key for one in kept for key in one.key} | {one.zone for one in self.deaf}
        names = {zone: name for zone, name in self.names.items() if zone in said}
        return replace(self, findings=kept, names=names)

    def withheld(self, hidden: AbstractSet[int]) -> Report:
        """Return the report for whom ``hidden`` vessels are closed: no count has them in it."""
        gone = Counter(one.family for one in self.findings if hidden & one.vessels)
        seen, looked = ({family: number - gone[family] for family, number in counts.items()}
                        for counts in (self.seen, self.looked))  # fmt: skip
        rest = self.without(lambda one: bool(hidden & one.vessels))
        return replace(rest, seen=seen, looked=looked)

    def nameless(self) -> Report:
        """Return the report as a plain mail may carry it: no vessel is named in it."""
        return self.without(lambda one: one.family == PAIR)

    def told_before(self, earlier: Iterable[Report]) -> Report:
        """Return the report whose findings say by which of ``earlier`` ones they were told first.

        A finding goes on while each report since had it; one that paused is new again.
        """
        known = {one.until: one for one in earlier}
        return replace(self, findings=tuple(self._dated(one, known) for one in self.findings))

    def _dated(self, one: Finding, known: Mapping[dt.datetime, Report]) -> Finding:
        week_ago = known.get(self.until - 7 * _DAY)
        if week_ago is None:
            return one
        told = next((old for old in week_ago.findings if _same(old, one)), None)
        if told is None:
            return one
        return replace(one, told=told.told or week_ago.until.date().isoformat())

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values; ``from_dict`` gives it back."""
        said = asdict(self)
        said["until"] = self.until.isoformat()
        return said

    def as_told(self) -> dict[str, Any]:
        """Return the report as JSON values for whoever reads it: not who of those is listed."""
        said = self.as_dict()
        for one in said["findings"]:
            del one["listed"]
        return said

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> Self:
        """Return the report that ``as_dict`` wrote."""
        given = dict(said)
        given["until"] = dt.datetime.fromisoformat(given["until"])
        given["days"] = tuple(given["days"])
        given["deaf"] = tuple(Deaf(**one) for one in given["deaf"])
        given["findings"] = tuple(
            Finding(
                **{
                    **one,
                    "key": tuple(one["key"]),
                    "weekly": tuple(one["weekly"]),
                    "listed": tuple(one.get("listed", ())),
                }
            )
            for one in given["findings"]
        )
        return cls(**given)


def _same(old: Finding, new: Finding) -> bool:
    return (old.family, old.key, old.way == "less") == (new.family, new.key, new.way == "less")
