"""The notification of trends: what changed, how sure that is, where, and what was not heard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from alerts.plain import plain
from alerts.trends.series import PAIR, TWO_SIDED
from maps.papers.change import (
    day,
    headline,
    middle,
    sentences,
    short,
    trend_wording,
    weekly,
)
from maps.papers.chart import Chart, Line, Mark, png
from maps.papers.paper import (
    Block,
    Brief,
    Entries,
    Entry,
    Heading,
    Paper,
    Picture,
    Points,
    Table,
    Text,
)

if TYPE_CHECKING:
    from alerts.alert import Vessel
    from alerts.trends.looking import Finding
    from alerts.trends.report import Report
    from maps.papers.wording import Wording

_MOST_HEADS, _MOST_MAPS = 3, 6
_NOBODY = 0.02
"""A coast of whose sea less is heard is not heard at all."""
_HEADS = 9
"""An arrow is drawn in so many points less one, each with its head."""
_CLOSER = 0.62
_KINDS = {"route": "route", "dark": "area", "encounter": "area", PAIR: "pair"}
_OVERVIEW: tuple[float, float, float, float] = (0.0, 32.5, 32.0, 43.0)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a notification is drawn with beside the report.

    made    when, aware · zones  geometry by id · places  (name, lon, lat) to find one's way
    ships   of pairs, by MMSI · marks  the codes, as every page carries them
    """

    made: dt.datetime
    marks: str
    zones: Mapping[str, Any] = field(default_factory=dict)
    places: tuple[tuple[str, float, float], ...] = ()
    ships: Mapping[int, Vessel] = field(default_factory=dict)


def trends_paper(report: Report, drawn: Drawn, language: str = "en") -> Paper:
    """Return the notification of ``report`` in ``language`` (en, it, el)."""
    w = trend_wording(language)
    numbered = {id(one): n for n, one in enumerate(_ordered(report), 1)}
    fresh = [one for one in report.findings if not one.told]
    known = [one for one in report.findings if one.told]
    blocks: list[Block] = [_brief(report, w)]
    if len(report.findings) > 1 and (chart := _chart(report.findings, numbered, report, drawn, w)):
        blocks.append(_picture(chart, "trend_map", w, 1, len(numbered)))
    for section, those in (("section_new", fresh), ("section_known", known)):
        if those:
            blocks += [Heading(w.words[section]), *_entries(those, numbered, report, drawn, w)]
    blocks += _looked(report, w)
    blocks += [Heading(w.words["section_deaf"]), Points(deaf(report, w))]
    return Paper(
        language=w.language, kind=w.words["trends"], title=title(report, w),
        subtitle=subtitle(report, w), marks=drawn.marks,
        reference=f"{report.until:%Y-%m-%d}", page_of=w.words["page_of"],
        made=w.say("trends_made", at=w.moment(drawn.made)), hash_line=w.words["hash_line"],
        drill=w.words["drill"] if report.exercise else "", blocks=tuple(blocks),
    )  # fmt: skip


def title(report: Report, w: Wording) -> str:
    """Return how much changed, as a title."""
    if not report.comparable:
        return w.words["title_cannot"]
    number = len(report.findings)
    if number == 1:
        return w.words["title_one"]
    if not number and report.office:
        return w.say("title_none_office", office=plain(report.office, 60))
    return w.say("title_many", n=number) if number else w.words["title_none"]


def subtitle(report: Report, w: Wording) -> str:
    """Return which weeks are compared."""
    last = report.until - dt.timedelta(days=1)
    return w.say("trends_subtitle", since=day(report.since.date(), w), until=day(last.date(), w),
                 before=report.before_weeks)  # fmt: skip


def lead(report: Report, w: Wording) -> str:
    """Return the first thing to know, in a sentence or some."""
    spans = {"weeks": report.weeks, "before": report.before_weeks}
    if not report.comparable:
        now, before = report.days[report.before_weeks :], report.days[: report.before_weeks]
        return w.say("lead_cannot", now=round(sum(now)), days=round(sum(before)), **spans)
    if not report.findings and report.office:
        return w.say("lead_none_office", office=plain(report.office, 60), **spans)
    if not report.findings:
        return w.say("lead_none", **spans)
    heads = [f"{headline(one, report, w)}." for one in _ordered(report)[:_MOST_HEADS]]
    if (more := len(report.findings) - len(heads)) > 0:
        heads.append(w.say("lead_more", n=more))
    return " ".join(heads)


def sure(report: Report, w: Wording) -> str:
    """Return how many comparisons were made, and how many of the changes may be chance."""
    said = w.say("sure_line", looked=f"{report.comparisons:,}",
                 share=f"{report.false_share * 100:g}")  # fmt: skip
    if not report.office:
        return said
    return f"{said} {w.say('sure_office', office=plain(report.office, 60))}"


def deaf(report: Report, w: Wording) -> tuple[str, ...]:
    """Return what could not be heard, a sentence each."""
    now, before = report.missed_days
    spans = {"weeks": report.weeks, "before": report.before_weeks}
    said = [w.say("deaf_days", now=now, days=before, **spans) if now or before
            else w.words["deaf_no_days"]]  # fmt: skip
    if report.outages:
        said.append(w.say("deaf_outages", n=report.outages, hours=f"{report.outage_h:g}", **spans))
    if unknown := sum(one.share is None for one in report.deaf):
        said.append(w.say("deaf_coast_unknown", n=unknown))
    known = [(short(report.names.get(one.zone, one.zone)), one.share)
             for one in report.deaf if one.share is not None]  # fmt: skip
    if nobody := [name for name, share in known if share < _NOBODY]:
        said.append(w.say("deaf_nobody", places="; ".join(nobody)))
    said += [w.say("deaf_coast", place=name, share=f"{share * 100:.0f} %")
             for name, share in known if share >= _NOBODY]  # fmt: skip
    if report.deaf_areas:
        said.append(w.say("deaf_areas", n=report.deaf_areas))
    return (*said, w.words["deaf_boats"])


def _ordered(report: Report) -> list[Finding]:
    """Return the findings as they are told: new ones first, the clearest of them first."""
    return sorted(report.findings, key=lambda one: bool(one.told))


def _brief(report: Report, w: Wording) -> Brief:
    rows = [(w.words["what_changed"], lead(report, w))]
    if report.comparable:
        rows.append((w.words["how_sure"], sure(report, w)))
    rows.append((w.words["not_heard"], " ".join((deaf(report, w)[0], w.words["deaf_boats"]))))
    rows.append((w.words["to_do"], w.words["asked_some" if report.findings else "asked_none"]))
    return Brief(tuple(rows))


def _entries(
    those: Sequence[Finding], numbered: Mapping[int, int], report: Report, drawn: Drawn,
    w: Wording,
) -> list[Block]:  # fmt: skip
    found: list[Block] = []
    for one in those:
        number = numbered[id(one)]
        text = " ".join(sentences(one, report, w, drawn.ships))
        kind, head = w.words[f"family_{one.family}"], headline(one, report, w)
        found.append(Entries((Entry(str(number), kind, head, text, weekly(one, report, w)),)))
        if number > _MOST_MAPS:
            continue
        if chart := _chart([one], numbered, report, drawn, w, wide=False):
            key = f"trend_map_{_KINDS.get(one.family, 'coast')}"
            found.append(_picture(chart, key, w, number, number, _CLOSER))
    return found


def _looked(report: Report, w: Wording) -> list[Block]:
    if not report.comparable:
        return []
    changed = {name: sum(one.family == name for one in report.findings)
               for name in (*TWO_SIDED, PAIR)}  # fmt: skip
    rows = tuple(
        (w.words[f"family_{name}"], f"{report.seen.get(name, 0):,}",
         f"{report.looked.get(name, 0):,}", str(number))
        for name, number in changed.items()
    )  # fmt: skip
    heads = tuple(w.words[f"looked_head_{one}"] for one in ("family", "seen", "looked", "found"))
    method = w.say("sure_method", least=report.least, ratio=f"{report.least_ratio:g}")
    return [Heading(w.words["section_looked"]), Table(heads, rows, (5, 1.4, 1.6, 1.4)),
            Text(w.words["looked_note"], "small"), Text(method, "small")]  # fmt: skip


def _picture(
    chart: Chart, key: str, w: Wording, first: int, last: int, share: float = 1.0
) -> Picture:  # fmt: skip
    return Picture(png(chart), w.say(key, first=first, last=last), share)


def _chart(
    those: Sequence[Finding], numbered: Mapping[int, int], report: Report, drawn: Drawn,
    w: Wording, *, wide: bool = True,
) -> Chart | None:  # fmt: skip
    lines: list[Line] = []
    marks: list[Mark] = []
    zones: dict[str, tuple[str, Any]] = {}
    for one in those:
        ends = _ends(one, report, drawn)
        if not ends:
            continue
        if len(ends) > 1:
            lines.append(Line(np.linspace(ends[0], ends[1], _HEADS)))
        lon, lat = np.mean(ends, axis=0).tolist()
        marks.append(Mark(lon, lat, str(numbered[id(one)])))
        zones |= _shapes(one, report, drawn)
    if not marks:
        return None
    return Chart(tuple(lines), tuple(marks), tuple(zones.values()), drawn.places,
                 w.words["map_source"], wide_cm=16.0 if wide else 16.0 * _CLOSER,
                 high_cm=7.0 if wide else 5.0,
                 view=_view(zones.values(), marks, whole=wide))  # fmt: skip


def _view(
    zones: Iterable[tuple[str, Any]], marks: Sequence[Mark], *, whole: bool
) -> tuple[float, float, float, float]:
    """Return the box that has to be seen; ``whole``: with the sea about it."""
    parts = [shapely.Point(one.lon, one.lat).buffer(0.4) for one in marks]
    parts += [shapely.box(*_OVERVIEW)] if whole else []
    bounds = shapely.total_bounds([*parts, *(shape for _, shape in zones)]).tolist()
    return bounds[0], bounds[1], bounds[2], bounds[3]


def _ends(one: Finding, report: Report, drawn: Drawn) -> list[tuple[float, float]]:
    """Return the places of a finding: both ends of a route, else its middle."""
    at = middle(one, report)
    if at is not None:
        return [at]
    shapes = [drawn.zones[key] for key in one.key if key in drawn.zones]
    if one.family == "route" and len(shapes) < len(one.key):
        return []
    points = [shape.representative_point() for shape in shapes]
    return [(float(point.x), float(point.y)) for point in points]


def _shapes(one: Finding, report: Report, drawn: Drawn) -> dict[str, tuple[str, Any]]:
    if one.family in {"dark", "encounter"}:
        side = report.cell_deg
        x, y = (int(part) * side for part in one.key)
        return {f"{one.family} {one.key}": ("", shapely.box(x, y, x + side, y + side))}
    return {key: (short(report.names.get(key, key)), drawn.zones[key])
            for key in one.key if key in drawn.zones}  # fmt: skip
