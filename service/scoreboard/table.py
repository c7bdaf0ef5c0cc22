"""The scoreboard for people: tables of figures, and the page of the documentation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from alerts.kinds import KINDS
from service.exercise.incidents.script import Truth
from service.scoreboard.cases import Case
from service.scoreboard.judging import Score, Told, Verdict
from service.scoreboard.learned import FEWER, RARER, Lesson
from service.scoreboard.real import text_of

RECALL_FLOOR = 0.95
Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that the scoreboard measured; parts that were not asked for are empty.

    seeds  of the exercises · exercise, injected  their verdicts · untouched  by recording
    learned  lessons by recording
    """

    seeds: tuple[int, ...] = ()
    exercise: Verdict | None = None
    injected: Verdict | None = None
    cases: tuple[Case, ...] = ()
    untouched: Mapping[str, Verdict] = field(default_factory=dict)
    learned: Mapping[str, Lesson] = field(default_factory=dict)

    def missed(self) -> bool:
        """Tell whether a recall is below the floor, or a case has another verdict than ours."""
        low = [s.recall < RECALL_FLOOR for v in self._staged() for s in v.scores.values()]
        return any(low) or any(not case.agrees for case in self.cases)

    def figures(self) -> list[Row]:
        """Return one row per figure, in the shape of ``bench`` (DESIGN §6)."""
        rows: list[Row] = []
        for name, verdict in (("exercise", self.exercise), ("injected", self.injected)):
            for score in _told_of(verdict):
                rows += _staged_rows(f"{name} {score.kind}", score)
        for path, verdict in self.untouched.items():
            for score in _told_of(verdict):
                rows += _alarm_rows(f"{path} {score.kind}", score)
        rows += [
            _row(f"case {case.name}", float(case.agrees), "agrees", case.expected, 1.0)
            for case in self.cases
        ]
        return rows

    def _staged(self) -> list[Verdict]:
        return [one for one in (self.exercise, self.injected) if one is not None]

    def page(self) -> str:
        """Return ``docs/scoreboard.md``."""
        parts = [_HEAD]
        if self.exercise is not None:
            seeds = ", ".join(str(seed) for seed in self.seeds)
            parts += [f"## Exercises (seeds {seeds})\n", _staged_table(self.exercise)]
            parts += [_missed_list(self.exercise.missed)]
        if self.injected is not None:
            parts += ["## Incidents drawn into real tracks\n", _staged_table(self.injected)]
            parts += [_missed_list(self.injected.missed)]
        if self.cases:
            parts += ["## Other people's cases\n", _case_table(self.cases)]
        for path, verdict in self.untouched.items():
            days = max(score.vessel_days for score in verdict.scores.values())
            parts += [f"## Untouched: {path} ({days:.1f} vessel-days)\n", _alarm_table(verdict)]
            parts += [_told_list(verdict.false)]
        if self.learned:
            parts += ["## Usual traffic, learned and held against\n", _lesson_table(self.learned)]
        return "\n".join(part for part in parts if part)


_HEAD = f"""# Scoreboard

Made by `vedetta scoreboard --write docs/scoreboard.md`; do not edit. What each column means stands
in [detection quality](quality.md). Recall has to reach {RECALL_FLOOR}; what does not is marked.
False alarms are per 1,000 vessel-days with their Poisson 95 % interval.
"""


def _told_of(verdict: Verdict | None) -> list[Score]:
    scores = verdict.scores.values() if verdict else ()
    return [score for score in scores if score.staged or score.false or score.beside]


def _row(
    name: str, value: float, unit: str, beside: str | None = None, floor: float | None = None
) -> Row:
    said = None if math.isnan(value) else round(value, 4)
    return {"bench": "scoreboard", "name": name, "value": said, "unit": unit, "beside": beside,
            "ratio": None, "floor": floor}  # fmt: skip


def _staged_rows(name: str, score: Score) -> list[Row]:
    rows = []
    if score.staged:
        rows = [
            _row(f"{name}: recall", score.recall, "share", f"{score.staged} staged", RECALL_FLOOR),
            _row(f"{name}: delay, median", score.median_s, "s"),
            _row(f"{name}: delay, 95 %", score.delay_s(0.95), "s"),
        ]
    return rows + _alarm_rows(name, score)


def _alarm_rows(name: str, score: Score) -> list[Row]:
    rate, low, high = score.rate
    days = f"{score.false} in {score.vessel_days:.1f} vessel-days, {low:g} to {high:g}"
    return [_row(f"{name}: false alarms", rate, "per 1,000 vessel-days", days)]


def _staged_table(verdict: Verdict) -> str:
    head = "| kind | staged | told in time | late | recall | delay, median | 95 % | false | "
    lines = [
        head + "per 1,000 vessel-days | again | beside |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for score in _told_of(verdict):
        low = score.recall < RECALL_FLOOR
        recall = "" if math.isnan(score.recall) else f"{score.recall:.2f}{' **missed**' * low}"
        lines.append(
            f"| {score.kind} | {score.staged} | {score.found} | {score.late} | {recall} | "
            f"{_seconds(score.median_s)} | {_seconds(score.delay_s(0.95))} | {score.false} | "
            f"{_rate(score)} | {score.repeats} | {score.beside} |"
        )
    return "\n".join([*lines, ""])


def _alarm_table(verdict: Verdict) -> str:
    lines = ["| kind | alarms | retracted | per 1,000 vessel-days |", "|---|--:|--:|--:|"]
    told = [score for kind in KINDS if (score := verdict.scores[kind]).false]
    lines += [f"| {s.kind} | {s.false} | {s.retracted} | {_rate(s)} |" for s in told]
    silent = next((s for s in verdict.scores.values() if not s.false), None)
    if silent is not None:
        lines.append(f"| each other kind | 0 | 0 | {_rate(silent)} |")
    return "\n".join([*lines, ""])


def _case_table(cases: Sequence[Case]) -> str:
    lines = ["| case | expected | ours | agrees |", "|---|---|---|---|"]
    lines += [
        f"| {one.name} | {one.expected} | {one.ours} | {'yes' if one.agrees else '**no**'} |"
        for one in cases
    ]
    return "\n".join([*lines, ""])


_LESSON = (
    "recording", "passages learned", "vessel-days of the rest", "told as set", "told loosely",
    "passages of the rest, known", "as rare: ways", "speeds",
)  # fmt: skip


def _lesson_table(learned: Mapping[str, Lesson]) -> str:
    lines = [
        "Learned from the first 55 % of a recording's reports, held against the rest. As set: 500",
        f"passages of 50 ships, 1 in 1,000. Loosely: {FEWER} passages, 1 in {round(1 / RARER)}.",
        "Of the passages of the rest at most that share may be as rare, else the model calls rare",
        "what is not.",
        "",
        f"| {' | '.join(_LESSON)} |",
        "|---|--:|--:|---|---|--:|--:|--:|",
    ]
    lines += [
        f"| {path} | {one.passages:,.0f} | {one.days:.1f} | {_kinds(one.told)} | "
        f"{_kinds(one.loosely)} | {one.held} | {_share(one.ways, one.held)} | "
        f"{_share(one.speeds, one.held)} |"
        for path, one in learned.items()
    ]
    return "\n".join([*lines, ""])


def _kinds(told: Sequence[Told]) -> str:
    counts = Counter(one.kind for one in told)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing"


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)" if whole else ""


def _missed_list(missed: Iterable[Truth]) -> str:
    lines = [
        f"- {one.kind} of {one.incident}, {text_of(one.started_us)}, "
        f"{one.lat:.3f} N {one.lon:.3f} E"
        for one in missed
    ]
    return "\n".join(["Not told in time:\n", *lines, ""]) if lines else ""


def _told_list(told: Sequence[Told]) -> str:
    """Return the alarms of untouched data one by one: each has to be looked at."""
    lines = [
        f"- {one.kind} {one.id}, {text_of(one.told_us)}, "
        f"{', '.join(str(mmsi) for mmsi in one.mmsis) or 'area'}"
        for one in told[:MOST]
    ]
    more = [f"- and {len(told) - MOST} more"] if len(told) > MOST else []
    return "\n".join(["Told:\n", *lines, *more, ""]) if lines else ""


MOST = 60


def _seconds(value: float) -> str:
    if math.isnan(value):
        return ""
    return f"{value:.0f} s" if value < 600 else f"{value / 60:.0f} min"  # noqa: PLR2004


def _rate(score: Score) -> str:
    rate, low, high = score.rate
    return "" if math.isnan(rate) else f"{rate:g} ({low:g} to {high:g})"
