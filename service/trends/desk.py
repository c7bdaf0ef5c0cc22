"""The notification of trends as somebody may read it: nothing that codes keep from them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.alert import Codes
from alerts.incidents.codes import strictest
from alerts.trends.report import Report
from alerts.trends.series import PAIR
from maps.papers.dossier import marks_of
from maps.papers.trends import Drawn, trends_paper
from service.disclosure import forbids_codes
from service.editions import zones_in_force
from service.papers.desk import ENDINGS
from service.papers.gathering import places_near, ships_of
from service.showing import hidden_vessels
from store import audit
from store import trends as rows
from store.codes import entry_codes
from store.panel import entries_of

if TYPE_CHECKING:
    import psycopg

    from alerts.roles import RoleSettings
    from maps.papers.paper import Paper
    from service.rights import Person
    from store.changes import Change

TAKEN = "trends.paper"
_MIDDLE = (18.0, 37.0)


@dataclass(frozen=True, slots=True)
class Kept:
    """A report, and when it was made."""

    report: Report
    made: dt.datetime


def kept_report(
    connection: psycopg.Connection, until: dt.datetime | None = None, office: str = ""
) -> Kept | None:
    """Return the report of the weeks until a time, the newest for None; None = there is none.

    ``office``: as it was made for an office; "" = for the desk.
    """
    found = rows.report(connection, until, office)
    return None if found is None else Kept(Report.from_dict(found[1]), found[0])


def shown_to(connection: psycopg.Connection, report: Report, person: Person | None) -> Report:
    """Return the report as ``person`` may read it; None is the shell, which sees all.

    No count is told that holds an event of a vessel with an entry that the person does not see. A
    pair is named to the desk alone.
    """
    if person is None:
        return report
    seen = report.nameless() if person.role == "office" else report
    return seen.withheld(hidden_vessels(connection, person, _vessels(seen)))


def paper_of(
    connection: psycopg.Connection, kept: Kept, roles: RoleSettings, language: str = "en"
) -> Paper:
    """Return the notification of a report that was made ready for its reader."""
    return trends_paper(*drawing_of(connection, kept, roles), language)


def drawing_of(
    connection: psycopg.Connection, kept: Kept, roles: RoleSettings
) -> tuple[Report, Drawn]:
    """Return what a notification is drawn from: ``trends_paper`` does, for a second or so.

    A document leaves: nothing that rests on a vessel whose codes forbid that is in it.
    """
    coded = _codes(connection, _vessels(kept.report))
    report = kept.report.withheld({mmsi for mmsi, codes in coded.items() if forbids_codes(codes)})
    paired, keys = _paired(report), {key for one in report.findings for key in one.key}
    zones = zones_in_force(connection).zones
    drawn = Drawn(
        kept.made, marks_of(strictest(*(coded[mmsi] for mmsi in _vessels(report) & coded.keys()))),
        {zone.id: zone.geometry for zone in zones if zone.id in keys},
        places_near(zones, _MIDDLE), ships_of(connection, paired, 0, roles),
    )  # fmt: skip
    return report, drawn


def note_paper(connection: psycopg.Connection, change: Change, paper: Paper, ending: str) -> None:
    """Note in the audit that somebody takes a notification."""
    details = {"content": paper.sha256(), "marks": paper.marks, "format": ending[1:],
               "language": paper.language}  # fmt: skip
    audit.append(connection, change, TAKEN, f"trends {paper.reference}", details)


def drawn_as(paper: Paper, ending: str) -> bytes:
    """Return a paper as a file, ``ending`` as .pdf or .html."""
    return ENDINGS[ending](paper)


def _paired(report: Report) -> set[int]:
    return {int(key) for one in report.findings if one.family == PAIR for key in one.key}


def _vessels(report: Report) -> set[int]:
    return {mmsi for one in report.findings for mmsi in one.vessels}


def _codes(connection: psycopg.Connection, mmsis: set[int]) -> dict[int, Codes]:
    """Return the codes of the entries to which each of ``mmsis`` ever answered, if any."""
    entries = entries_of(connection, mmsis)
    coded = entry_codes(connection, {one for ids in entries.values() for one in ids})
    return {mmsi: strictest(*(coded[one] for one in ids)) for mmsi, ids in entries.items() if ids}
