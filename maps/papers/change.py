"""How one change of a report of trends is told: where, what, how much, and how sure."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.incidents.whereabouts import Whereabouts
from alerts.plain import plain
from alerts.trends.series import PAIR
from maps.papers.wording import Wording, wording

if TYPE_CHECKING:
    from alerts.alert import Vessel
    from alerts.trends.looking import Finding
    from alerts.trends.report import Report

_FOLDER = Path(__file__).parent / "words" / "trends"
_AROUND = re.compile(r"^(?:Arrival|Departure) coast: | \(within [0-9]+ nm\)$")
_AREAS = frozenset({"dark", "encounter"})
_FAR_NM = 200.0
_LEAST_CHANCE = 0.001


@cache
def trend_wording(language: str) -> Wording:
    """Return the words of ``language`` with those of trends; another language reads English."""
    w = wording(language)
    said = tomllib.loads((_FOLDER / f"{w.language}.toml").read_text("utf-8"))
    return replace(w, words={**w.words, **said["words"]})


def short(name: str) -> str:
    """Return the name of a zone as a sentence has it, without what every coast's name says."""
    return plain(_AROUND.sub("", name), 60)


def middle(one: Finding, report: Report) -> tuple[float, float] | None:
    """Return where an area or a pair is, lon and lat; None for what is a zone or a flag."""
    if one.family in _AREAS:
        x, y = (int(part) for part in one.key)
        return (x + 0.5) * report.cell_deg, (y + 0.5) * report.cell_deg
    if one.lon is not None and one.lat is not None:
        return one.lon, one.lat
    return None


def headline(one: Finding, report: Report, w: Wording) -> str:
    """Return what changed and where, as "Cyrenaica → Crete: a new route"."""
    return w.say(f"head_{one.family}_{one.way}", place=place(one, report, w))


def place(one: Finding, report: Report, w: Wording) -> str:
    """Return where it is: the route, the coast, the area, the flag."""
    if one.family == "route":
        origin, zone = (short(report.names.get(key, key)) for key in one.key)
        return w.say("arrow", **{"from": origin, "to": zone})
    at = middle(one, report)
    if at is None:
        return short(report.names.get(one.key[0], one.key[0]))
    if one.family == PAIR:
        return near(*at, w) or w.position(*at)
    said = {"miles": f"{report.cell_deg * 60:.0f}", "position": w.position(*at)}
    port = near(*at, w)
    return w.say("area_near", near=port, **said) if port else w.say("area", **said)


def near(lon: float, lat: float, w: Wording) -> str:
    """Return the place from the nearest port; "" where none is near."""
    name, away_nm, _ = _ports().port(lon, lat)
    if not away_nm <= _FAR_NM:
        return ""
    return _ports().place(lon, lat) if w.language == "en" else f"{name}, {away_nm:.0f} nm"


@cache
def _ports() -> Whereabouts:
    return Whereabouts.known()


def sentences(
    one: Finding, report: Report, w: Wording, ships: Mapping[int, Vessel] | None = None
) -> list[str]:
    """Return how much changed, and how sure that is; ``ships`` by MMSI name a pair's."""
    counts = _counts(one, report, w)
    found = [f"{counts[:1].upper()}{counts[1:]}"]
    if one.family == PAIR and ships:
        known = [w.alerts.vessel(ships[int(key)]) for key in one.key if int(key) in ships]
        found.append(w.say("pair_named", vessels=w.listing(known)))
    if one.low is not None:
        found.append(_ratio(one, w))
    chance = w.words["below"] if one.chance < _LEAST_CHANCE else f"{one.chance:.1g}"
    found.append(w.say("chance_line", looked=f"{report.comparisons:,}", chance=chance))
    if one.family == "dark":
        found.append(w.words["dark_caveat"])
    if one.told:
        found.append(w.say("told_line", day=day(dt.date.fromisoformat(one.told), w)))
    return found


def day(date: dt.date, w: Wording) -> str:
    """Return a day as ``23 Nov 2026``."""
    return f"{date.day} {w.alerts.months[date.month - 1]} {date.year}"


def weekly(one: Finding, report: Report, w: Wording) -> str:
    """Return the counts week by week, the last ones apart; "" for a pair."""
    if not one.weekly:
        return ""
    before = " ".join(map(str, one.weekly[: report.before_weeks]))
    now = " ".join(map(str, one.weekly[report.before_weeks :]))
    return w.say("weekly_line", counts=f"{before} | {now}")


def _counts(one: Finding, report: Report, w: Wording) -> str:
    now = w.words[f"one_{one.family}"] if one.now == 1 else w.say(f"many_{one.family}", n=one.now)
    spans = {"weeks": report.weeks, "before": report.before_weeks, "now": now}
    if one.family == PAIR:
        return w.say("counts_pair", **spans, earlier=one.before, expected=_figure(one.expected))
    ships = w.words["one_ship"] if one.ships == 1 else w.say("many_ships", n=one.ships)
    if not one.before:
        return w.say("counts_none", **spans, ships=ships)
    return w.say(
        "counts", **spans, ships=ships, earlier=one.before, expected=_figure(one.expected)
    )


def _ratio(one: Finding, w: Wording) -> str:
    low = _figure(one.low)
    if one.ratio is None or one.high is None:
        return w.say("ratio_new", low=low)
    return w.say("ratio_line", ratio=_figure(one.ratio), low=low, high=_figure(one.high))


def _figure(value: float | None) -> str:
    if value is None:
        return "∞"
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"  # noqa: PLR2004 (two figures that count)
