"""The investigation initiation document: one vessel, one span, told as an officer would tell it.

Its first half page answers who, what, why it matters and what is asked; then come the map, what
happened, who she is, and what is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.plain import plain
from maps.papers import going
from maps.papers.chart import Chart, Line, Mark, png
from maps.papers.curve import speeds
from maps.papers.pace import Pace
from maps.papers.paper import (
    Block,
    Brief,
    Entries,
    Heading,
    Paper,
    Picture,
    Points,
    Table,
    Text,
)
from maps.papers.telling import entry, named, values
from maps.papers.usual import usual_of
from maps.papers.who import OWN, identity_of, listed_of
from maps.papers.wording import Wording, wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from alerts.alert import Codes, Vessel
    from alerts.events import Event
    from maps.papers.facts import Facts, Stay

_MOST_EVENTS, _MOST_ROWS, _MOST_NAMED = 40, 40, 7
_WEIGHT = {"critical": 0, "high": 1, "medium": 2, "low": 3, "info": 4}


def dossier(facts: Facts, language: str = "en") -> Paper:
    """Return the document on ``facts`` in ``language`` (en, it, el)."""
    w = wording(language)
    told = shown(facts.events)
    parts: list[Sequence[Block]] = [
        [_brief(facts, w)], _where(facts, told, w), _happened(facts, told, w),
        identity_of(facts, w), listed_of(facts, w), _calls(facts, w), _silences(facts, w),
        _meetings(facts, w), usual_of(facts, w), _questions(facts, w), _limits(w),
        _sources(facts, w),
    ]  # fmt: skip
    return Paper(
        language=w.language,
        kind=w.words["dossier"],
        title=title_of(facts, w),
        subtitle=subtitle_of(facts.vessel, w),
        marks=marks_of(facts.codes),
        reference=f"MMSI {facts.vessel.mmsi:09d}",
        page_of=w.words["page_of"],
        made=w.say("made", at=w.moment(facts.asked.at), who=plain(facts.asked.who, 60)),
        hash_line=w.words["hash_line"],
        drill=w.words["drill"] if facts.exercise else "",
        blocks=tuple(block for part in parts for block in part),
    )


def shown(events: Sequence[Event], most: int = _MOST_EVENTS) -> list[Event]:
    """Return the events that are told, in order of time.

    Where there are too many: the gravest of each kind before a second one of any.
    """
    gravest = sorted(events, key=lambda one: (_WEIGHT[one.severity], one.started_us))
    seen: dict[str, int] = {}
    turns = []
    for one in gravest:
        seen[one.kind] = seen.get(one.kind, 0) + 1
        turns.append(seen[one.kind])
    order = sorted(range(len(gravest)), key=lambda at: (turns[at], at))[:most]
    return sorted((gravest[at] for at in order), key=lambda one: (one.started_us, one.id))


def marks_of(codes: Codes) -> str:
    """Return codes as every page carries them: H1 · TLP:AMBER · B3 · ITA."""
    parts = [codes.handling, f"TLP:{codes.tlp.upper()}", f"{codes.source_grade}{codes.info_grade}",
             *(plain(one, 20) for one in codes.contributors[:4] if one != OWN)]  # fmt: skip
    return "  ·  ".join(parts)


def title_of(facts: Facts, w: Wording) -> str:
    """Return her name, with the one before it where she had another."""
    names = [plain(one.value, 40) for one in facts.identity.name]
    now = plain(facts.vessel.name, 40) or (names[-1] if names else w.words["no_name"])
    former = [one for one in names if one != now]
    return w.say("formerly", name=now, former=", ".join(former)) if former else now


def subtitle_of(vessel: Vessel, w: Wording) -> str:
    """Return her numbers on one line."""
    flag = f" ({plain(vessel.flag, 40)})" if vessel.flag else ""
    parts = [
        f"MMSI {vessel.mmsi:09d}{flag}",
        f"IMO {vessel.imo}" if vessel.imo else "",
        w.say("call_sign", sign=plain(vessel.call_sign, 20)) if vessel.call_sign else "",
        w.role(vessel.role),
        w.say("metres", value=f"{vessel.length_m:.0f}") if vessel.length_m else "",
    ]
    return "  ·  ".join(filter(None, parts))


def _brief(facts: Facts, w: Wording) -> Brief:
    reason = plain(facts.asked.reason, 500).rstrip(".")
    return Brief((
        (w.words["who"], _who(facts, w)),
        (w.words["what"], _what(facts, w)),
        (w.words["why"], _why(facts, w)),
        (w.words["asked"], w.say("asked_line", reason=f"{reason[:1].upper()}{reason[1:]}")),
    ))  # fmt: skip


def _who(facts: Facts, w: Wording) -> str:
    ship = facts.vessel
    said = w.say(
        "who_line" if ship.flag else "who_line_no_flag",
        name=plain(ship.name, 40) or w.words["no_name"],
        role=w.role(ship.role),
        length=w.say("length_of", length=f"{ship.length_m:.0f}") if ship.length_m else "",
        flag=plain(ship.flag, 40),
        mmsi=f"{ship.mmsi:09d}",
        imo=f", IMO {ship.imo}" if ship.imo else "",
        sign=f", {w.say('call_sign', sign=plain(ship.call_sign, 20))}" if ship.call_sign else "",
    )
    if not facts.listed:
        return f"{said[:1].upper()}{said[1:]}"
    many = len(facts.listed)
    count = w.words["entry_one"] if many == 1 else w.say("entry_many", n=many)
    entries = ", ".join(one.entry.id for one in facts.listed)
    listed = w.say("who_listed", count=count, entries=entries)
    return f"{said[:1].upper()}{said[1:]} {listed}"


def _what(facts: Facts, w: Wording) -> str:
    span = {"first": w.time(facts.asked.from_us), "last": w.time(facts.asked.to_us)}
    run = going.run_of(facts.track)
    if run is None:
        said = w.say("what_none", **span)
    else:
        said = w.say(
            "what_line", first=w.time(run.first_us), last=w.time(run.last_us),
            minutes=w.figure(f"{_heard(facts, going.minutes_heard(facts.track)):,}"),
            miles=w.figure(f"{run.miles:,.0f}"),
            **{"from": w.position(*run.begin), "to": w.position(*run.end)},
        )  # fmt: skip
    told = [one for one in shown(facts.events) if one.state != "retracted"]
    if not told:
        return f"{said} {w.words['what_no_events']}"
    first: dict[str, Event] = {}
    for one in told:
        first.setdefault(one.kind, one)
    day_us = run.first_us if run else facts.asked.from_us
    names = [f"{w.clock(one.started_us, day_us)} {w.alerts.kinds[kind]}"
             for kind, one in list(first.items())[:_MOST_NAMED]]  # fmt: skip
    if len(first) > _MOST_NAMED:
        names.append(w.say("what_more", n=len(first) - _MOST_NAMED))
    return f"{said} {w.say('what_events', kinds=w.listing(names))}"


def _heard(facts: Facts, least: int) -> int:
    """Return in how many minutes she was heard at least: feeds may have heard the same ones."""
    return max(least, *(one.minutes for one in facts.heard)) if facts.heard else least


def _why(facts: Facts, w: Wording) -> str:
    said = []
    for alert in sorted(facts.alerts, key=lambda one: (one.lane != "sar", -one.score))[:3]:
        shares = sorted((one for one in alert.shares if one.points > 0), key=lambda s: -s.points)
        because = [w.alerts.share(one.name) for one in shares]
        line = headline(alert.kind, [one.name for one in shares], alert.place, w)
        said.append(w.say(
            "why_alert", headline=line,
            id=alert.id, severity=w.alerts.severities[alert.severity],
            score=w.figure(f"{alert.score:.2f}"),
            because=w.listing(list(dict.fromkeys(because))[:3]) or w.alerts.kinds[alert.kind],
        ))  # fmt: skip
    return " ".join(said) or w.words["why_run" if facts.run else "why_none"]


def headline(kind: str, shares: Sequence[str], place: str, w: Wording) -> str:
    """Return an alert's headline in the language of the document."""
    kinds = [one for one in dict.fromkeys([kind, *shares]) if one in w.alerts.kinds]
    what = w.listing([w.alerts.kinds[one] for one in kinds[:3]])
    where = f", {w.alerts.place(plain(place, 80))}" if place else ""
    return f"{what[:1].upper()}{what[1:]}{where}"


def _where(facts: Facts, told: Sequence[Event], w: Wording) -> list[Block]:
    run = going.run_of(facts.track)
    found: list[Block] = [Heading(w.words["where"])]
    if run is None:
        return [*found, Text(w.words["where_none"])]
    span = {"first": w.time(run.first_us), "last": w.time(run.last_us),
            "from": w.position(*run.begin), "to": w.position(*run.end)}  # fmt: skip
    found.append(Text(" ".join(_speeds(run, span, w))))
    name = plain(facts.vessel.name, 40) or f"MMSI {facts.vessel.mmsi:09d}"
    caption = w.say("map_caption", name=name, first=span["first"], last=span["last"])  # fmt: skip
    chart = chart_of(facts, told, w)
    found.append(Picture(png(chart), caption))
    if len(facts.track) > 1:
        drawn = speeds(facts.track, [one.started_us for one in told])
        dotted = f" {w.words['speed_dotted']}" if run.measured else ""
        found.append(Picture(drawn, f"{w.words['speed_caption']}{dotted}"))
    close = going.closer(chart)
    if close is not None:
        found.append(Picture(png(close), w.words["close_caption"]))
    return found


def _speeds(run: going.Run, span: dict[str, str], w: Wording) -> Iterator[str]:
    """Yield how fast she was, and how far that rests on speeds that she did not send."""
    if run.fastest_kn is None:
        yield w.say("where_unsent", **span)
        return
    if run.median_kn is None:
        yield w.say("where_still", **span)
    else:
        yield w.say("where_line", speed=w.figure(f"{run.median_kn:.1f}"),
                    fastest=w.figure(f"{run.fastest_kn:.1f}"), **span)  # fmt: skip
    if run.unsent:
        yield w.say("speed_unsent", unsent=w.figure(f"{run.unsent:,}"),
                    reports=w.figure(f"{run.reports:,}"),
                    measured=w.figure(f"{run.measured:,}"))  # fmt: skip


def chart_of(facts: Facts, told: Sequence[Event], w: Wording) -> Chart:
    """Return the map of the span: her track, the events by number, the zones they speak of."""
    lines = [Line(points, "track") for points in going.pieces(facts.track)]
    lines += [Line(points, "silence") for points in going.gaps(facts.track)]
    marks = numbered(told)
    run = going.run_of(facts.track)
    if run is not None:
        ends = ((run.begin, run.first_us), (run.end, run.last_us))
        marks += [
            Mark(*place, w.time(at)[:-4].replace(" 20", " ’", 1), "end") for place, at in ends
        ]
    spoken = {one.zone for one in told if one.zone}
    zones = [facts.zones[one] for one in sorted(spoken) if one in facts.zones]
    return Chart(tuple(lines), tuple(marks), tuple(zones), facts.places, w.words["map_source"],
                 high_cm=8.4, bare=w.words["map_bare"])  # fmt: skip


def numbered(told: Sequence[Event]) -> list[Mark]:
    """Return the places of events by their numbers, from 1."""
    return [
        Mark(one.lon, one.lat, str(number))
        for number, one in enumerate(told, 1)
        if one.lon is not None and one.lat is not None
    ]


def _happened(facts: Facts, told: Sequence[Event], w: Wording) -> list[Block]:
    heading = Heading(w.words["happened"])
    if not told:
        return [heading, Text(w.words["happened_none"])]
    whose = facts.vessel.mmsi
    at = Pace.of(facts.track).at
    rows = tuple(entry(one, str(n), w, facts.ships, whose, at) for n, one in enumerate(told, 1))
    found: list[Block] = [heading, Entries(rows)]
    if len(facts.events) > len(told):
        found.append(Text(w.say("happened_more", n=len(facts.events) - len(told)), "small"))
    return found


def _calls(facts: Facts, w: Wording) -> list[Block]:
    heading = Heading(w.words["calls"])
    if not facts.stays:
        return [heading, Text(w.words["calls_none"])]
    rows = tuple(
        (plain(one.zone, 80), *_ends(one, w))
        for one in sorted(facts.stays, key=lambda stay: stay.since_us)
    )
    found: list[Block] = [heading]
    if not any(one.port for one in facts.stays):
        found.append(Text(w.words["calls_none"]))
    heads = tuple(w.words["calls_table"].split("|"))
    found.append(Table(heads, rows[:_MOST_ROWS], (6.0, 3.6, 3.6)))
    if len(rows) > _MOST_ROWS:
        found.append(Text(w.say("rows_more", n=len(rows) - _MOST_ROWS), "small"))
    return found


def _ends(stay: Stay, w: Wording) -> tuple[str, str]:
    """Return when a visit began and ended, as far as it was told."""
    began, left = w.time(stay.since_us), stay.left_us
    return (
        w.say("there_before", first=began) if stay.present else began,
        w.say("end_not_heard", last=w.time(stay.heard_us)) if left is None else w.time(left),
    )


def _silences(facts: Facts, w: Wording) -> list[Block]:
    gaps = [one for one in facts.events if one.kind == "gap" and one.state != "retracted"]
    heading = Heading(w.words["silences"])
    if not gaps:
        return [heading, Text(_no_silence(facts, w))]
    said = []
    for one in gaps:
        known = values(one, w, facts.ships)
        told = {
            "first": w.time(one.started_us),
            "last": w.words["silence_open"] if one.ended_us is None else w.time(one.ended_us),
            "lasted": known.get("lasted", ""),
            "one_of": known.get("one_of_such_silences", ""),
            "others": known.get("others_heard_since", ""),
        }
        whole = told["one_of"] and told["others"]
        said.append(w.say("silence_line" if whole else "silence_line_short", **told))
    return [heading, Points(tuple(said)), Text(w.words["silence_note"])]


def _no_silence(facts: Facts, w: Wording) -> str:
    """Say that no silence was told, and whether one would have been."""
    if not len(facts.track):
        return w.words["silences_unheard"]
    deaf = any(one.kind == "coverage_loss" and one.state != "retracted" for one in facts.events)
    until_us = min(facts.asked.to_us, round(facts.asked.at.timestamp() * 1e6))
    longest = going.longest_silence_s(facts.track, facts.asked.from_us, until_us)
    key = "silences_unjudged" if deaf else "silences_none"
    return w.say(key, longest=w.lasted(longest))


def _meetings(facts: Facts, w: Wording) -> list[Block]:
    heading = Heading(w.words["meetings"])
    met = [one for one in facts.events if one.kind == "encounter" and one.state != "retracted"]
    if not met:
        return [heading, Text(w.words["meetings_none"])]
    said = []
    for one in met:
        known = values(one, w, facts.ships, facts.vessel.mmsi)
        last = w.words["still_open"] if one.ended_us is None else w.time(one.ended_us)
        others = [other for other in one.mmsis if other != facts.vessel.mmsi]
        said.append(w.say(
            "meeting_line", first=w.time(one.started_us), last=last,
            other=w.listing([named(other, facts.ships) for other in others]),
            together=known.get("together", "?"), distance=known.get("distance", "?"),
            position=w.position(one.lon, one.lat),
        ))  # fmt: skip
    return [heading, Points(tuple(said)), Text(w.words["meeting_note"])]


def _questions(facts: Facts, w: Wording) -> list[Block]:
    found: dict[str, None] = {}
    for one in facts.events:
        question = w.questions.get(one.kind)
        if isinstance(question, str) and one.state != "retracted":
            known = values(one, w, facts.ships, facts.vessel.mmsi)
            found[question.format(**{name: known.get(name, "?") for name in ("at", "others")})] = (
                None
            )
    every = [*list(found)[:8], *w.questions["always"]]
    return [Heading(w.words["questions"]), Points(tuple(every))]


def _limits(w: Wording) -> list[Block]:
    names = ("limit_true", "limit_silent", "limit_aboard", "limit_heard", "limit_thinned")
    return [Heading(w.words["limits"]), Points(tuple(w.words[name] for name in names))]


def _sources(facts: Facts, w: Wording) -> list[Block]:
    feeds = [w.say("source_feed", feed=plain(one.feed, 40), n=w.figure(f"{one.minutes:,}"),
                   span=w.span(one.first_us, one.last_us)) for one in facts.heard]  # fmt: skip
    said = [w.say("source_run", name=plain(facts.run, 120))] if facts.run else []
    if feeds:
        said.append(w.say("source_feeds", feeds="; ".join(feeds)))
    for what, version, sha256 in facts.editions:
        key = "source_list" if what == "watchlist" else "source_zones"
        said.append(w.say(key, version=version, hash=sha256[:16]))
    said += [w.words["source_codes"], w.words["map_source"],
             w.say("source_data", hash=facts.sha256()), w.words["source_content"]]  # fmt: skip
    return [Heading(w.words["sources"]), Points(tuple(said))]
