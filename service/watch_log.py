"""The watch log: what happened in a span, as lines that a tired person reads in one go.

::

    alerts, feeds, list, zones, messages, rosters, sightings, notes ─▶ Line ─▶ seen ─▶ page
                                                                           └─▶ frozen, signed

A line knows the codes of what it tells of; ``seen`` is the one place that asks who may read it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from alerts.alert import Codes
from alerts.by_list import told_by_list
from alerts.incidents.wording import because
from alerts.plain import plain
from alerts.roster import Roster, watches
from alerts.texts import catalogue
from service.sight import on_watch, sees
from store import watch_log as reads
from store.changes import same_person
from store.log_notes import log_notes

if TYPE_CHECKING:
    import psycopg

    from alerts.alert import Alert
    from service.rights import Person
    from store.watch_log import Span

SECTIONS: dict[str, str] = {
    "open": "Open alerts",
    "over": "Alerts that are over",
    "feeds": "Receivers and feeds",
    "lists": "List and zones",
    "messages": "Messages that did not arrive",
    "duty": "Who was on duty",
    "sightings": "Sightings",
    "notes": "Notes",
}
"""The parts of a log in their order, with their headings."""
_OVER = ("resolved", "retracted")
_DONE = {"acknowledge": "acknowledged", "assign": "assigned", "comment": "commented",
         "snooze": "silenced", "escalate": "escalated", "resolve": "resolved"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened.

    section  of SECTIONS · at  UTC · text  a sentence · who  did it, "" = the service
    tag      one word for eyes: new, changed, resolved … · link  path of a page, "" = none
    codes    of what it tells, None = none · lane  of its alert, "" = of none
    limited  what is said of a rescue to who may not read the text · deed  that one must be allowed
    watch    that is said to who is on watch only
    """

    section: str
    at: dt.datetime
    text: str
    who: str = ""
    tag: str = ""
    link: str = ""
    codes: Codes | None = None
    lane: str = ""
    limited: str = ""
    deed: str = ""
    watch: bool = False


def gather(connection: psycopg.Connection, span: Span, rosters: Sequence[Roster]) -> list[Line]:
    """Return all that happened in a span, section by section; nobody's rights are asked."""
    return [
        *(_alert(one, span) for one in reads.logged_alerts(connection, span)),
        *_feeds(connection, span),
        *_lists(connection, span),
        *(_dead(one) for one in reads.dead_letters(connection, span)),
        *(line for roster in rosters for line in _duty(roster, span)),
        *(_sighting(one) for one in reads.sightings(connection, span)),
        *_notes(connection, span),
    ]


def seen(person: Person, lines: Iterable[Line]) -> list[Line]:
    """Return what ``person`` may know of: a rescue at least as that it is there."""
    return [kept for line in lines if (kept := _seen(person, line))]


def sections(lines: Sequence[Line]) -> list[tuple[str, str, list[Line]]]:
    """Return (key, heading, lines) of every section, open alerts with SAR first."""
    return [
        (key, heading, [line for line in lines if line.section == key])
        for key, heading in SECTIONS.items()
    ]


def words_of(lines: Sequence[Line]) -> str:
    """Return what is open, in sentences: the summary that who goes begins with.

    What is above the usual clearance of a desk stays out; ``service.summary`` keeps the rest from
    who may not read it.
    """
    everybody = [line for line in lines if is_for_everybody(line)]
    still = [line for line in everybody if line.section == "open"]
    said = [f"Open: {line.text}" for line in still] or ["No alert is open."]
    said += [line.text for line in everybody if line.section == "feeds" and line.tag == "open"]
    dead = sum(line.section == "messages" for line in everybody)
    said += [f"{dead} messages did not arrive; see the list below."] if dead else []
    return "\n".join(said)


def is_for_everybody(line: Line) -> bool:
    """Tell whether every colleague of the desk may read a line, whatever their clearance."""
    codes = line.codes
    return codes is None or (codes.handling in ("H0", "H1") and codes.tlp != "red")


def moment(at: dt.datetime) -> str:
    """Return a time as people write it: 22 Nov 04:10 UTC."""
    at = at.astimezone(dt.UTC)
    return f"{at.day} {at:%b %H:%M} UTC"


def _seen(person: Person, line: Line) -> Line | None:
    if line.deed and not person.may(line.deed):
        return None
    own = line.section == "notes" and same_person(line.who, person.name)
    if line.codes is None or own or sees(person, line.codes):
        return line
    if line.lane == "sar" and line.limited and (on_watch(person) or not line.watch):
        who = line.who if line.section == "notes" else ""
        return replace(line, text=line.limited, who=who, codes=None)
    return None


def _alert(one: reads.LoggedAlert, span: Span) -> Line:
    alert, over = one.alert, one.state in _OVER
    tag = one.state if over else "new" if span.holds(one.began) else "open"
    if tag == "open" and span.holds(one.changed):
        tag = "changed"
    parts = [_told(alert), _since(one)]
    if over:
        parts.append(_end(one))
    elif one.action:
        parts.append(f"{_DONE.get(one.action, one.action)} by {one.who}: {plain(one.why, 200)}")
    else:
        parts.append("nobody has taken it on")
    limited = f"{alert.lane.upper()} alert {alert.id}, {alert.place or 'position unknown'}"
    return Line(
        "over" if over else "open", one.changed, f"{'; '.join(parts)}.",
        one.who if over else "", tag, f"/alerts/{alert.id}", alert.codes, alert.lane,
        f"{limited}, {_since(one)}; details are not for you.", watch=told_by_list(alert),
    )  # fmt: skip


def _since(one: reads.LoggedAlert) -> str:
    """Return since when it is so, as the alert itself says, and when it was told if that differs.

    A silence is told hours after it began, and where a rescue began hours ago the search is wider.
    """
    since, told = moment(_utc(one.alert.started_us)), moment(one.began)
    return f"since {since}" if since == told else f"since {since}, told {told}"


def _told(alert: Alert) -> str:
    drill = "EXERCISE " if alert.exercise else ""
    names = [one.name or f"MMSI {one.mmsi:09d}" for one in alert.vessels[:3]]
    more = f" and {len(alert.vessels) - 3} more" if len(alert.vessels) > 3 else ""  # noqa: PLR2004
    who = f" ({plain(', '.join(names), 120)}{more})" if names else ""
    return f"{drill}{plain(alert.headline, 200)}{who}, {alert.severity}, {alert.id}"


def _end(one: reads.LoggedAlert) -> str:
    if one.state == "retracted":
        return "taken back, as later data disprove it"
    verdict = f", {one.alert.verdict}" if one.alert.verdict else ""
    return f"resolved by {one.who or 'the service'}{verdict}: {plain(one.why, 200)}"


def _feeds(connection: psycopg.Connection, span: Span) -> Iterator[Line]:
    """Give a line for each outage of a feed, and one for all places that were not heard."""
    found = reads.outages(connection, span)
    for one in found:
        if one.kind != "feed_outage":
            continue
        began, ended = _utc(one.started_us), one.ended_us and _utc(one.ended_us)
        feed = one.evidence["feed"].value if "feed" in one.evidence else "?"
        till = f"from {moment(began)} to {moment(ended)}" if ended else f"since {moment(began)}"
        text = f"Nothing heard of feed {plain(feed, 60)} {till}: {because(one)}."
        yield Line("feeds", began, text, tag="" if ended else "open")
    lost = [one for one in found if one.kind == "coverage_loss"]
    if lost:
        text = f"{len(lost):,} ships sailed out of hearing, as is usual at the edge of coverage."
        yield Line("feeds", _utc(max(one.started_us for one in lost)), text)


def _lists(connection: psycopg.Connection, span: Span) -> Iterator[Line]:
    for act in reads.list_acts(connection, span):
        one = act.entry
        codes = Codes(
            one.handling, one.handling_comment, one.tlp, one.source_grade, one.info_grade,
            (one.contributor,) if one.contributor else (),
        )  # fmt: skip
        name = f" ({plain(one.name, 60)})" if one.name else ""
        why = f": {plain(act.why, 200)}" if act.why else ""
        text = f"Entry {one.id}{name}, version {act.version}, {act.act} by {act.who}{why}."
        yield Line("lists", act.at, text, act.who, act.act, codes=codes, deed="watchlist.read")
    for zone in reads.zone_acts(connection, span):
        done = (
            "removed" if zone.state == "removed" else "added" if zone.version == 1 else "changed"
        )
        text = f"Zone {plain(zone.zone, 80)} {done} by {zone.who}: {plain(zone.why, 200)}."
        yield Line("lists", zone.at, text, zone.who, done)


def _dead(one: reads.DeadLetter) -> Line:
    said = plain(one.said, 160) or "no answer"
    text = (
        f"Message «{one.change}» of {one.alert_id} to {one.office} by {one.channel} was given up: "
        f"{said}."
    )
    alert = one.alert
    codes, lane = (alert.codes, alert.lane) if alert else (Codes("H3", tlp="red"), "")
    link = f"/alerts/{one.alert_id}"
    return Line("messages", one.at, text, "", "given up", link, codes, lane, text,
                "deliveries.read")  # fmt: skip


def _duty(roster: Roster, span: Span) -> Iterator[Line]:
    for begin, end, people in watches(roster, span.since, span.until):
        who = ", ".join(one.name for one in people) or "nobody"
        text = f"{roster.office}: {plain(who, 200)}, from {moment(begin)} to {moment(end)}."
        yield Line("duty", begin, text, tag="" if people else "nobody")


def _sighting(one: reads.Sighting) -> Line:
    what, there = one.contact, f"{one.contact.error_nm:g} nm"
    persons = f", {what.aboard}" if what.aboard else ""
    place = catalogue("en").position(what.lon, what.lat)
    text = (
        f"{what.id} ({what.kind}, {what.grade}) at {place} ± {there}{persons}, seen "
        f"{moment(_utc(what.time_us))}: {plain(what.description)}"
    )
    tag = "closed" if one.state == "closed" else "new" if what.version == 1 else "again"
    return Line("sightings", one.at, text, one.who, tag)


def _notes(connection: psycopg.Connection, span: Span) -> Iterator[Line]:
    for note, alert in log_notes(connection, span.since, span.until):
        if note.at is None:
            continue
        about = [f"MMSI {note.mmsi:09d}" if note.mmsi else "", note.alert or "", note.place]
        where = ", ".join(filter(None, about))
        tag = f"N-{note.number}" + (f" corrects N-{note.corrects}" if note.corrects else "")
        # An alert that is not kept any more cannot say who may know of it.
        gone = Codes("H3", tlp="red") if note.alert else None
        codes, lane = (alert.codes, alert.lane) if alert else (gone, "")
        text = f"{where}: {note.text}" if where else note.text
        link = f"/alerts/{note.alert}" if note.alert else ""
        # What is written about a rescue serves whoever is on watch.
        limited = text if lane == "sar" else ""
        watch = alert is not None and told_by_list(alert)
        yield Line("notes", note.at, text, note.author, tag, link, codes, lane, limited,
                   watch=watch)  # fmt: skip


def _utc(time_us: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(time_us / 1e6, dt.UTC)
