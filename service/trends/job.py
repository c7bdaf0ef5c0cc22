"""Each Monday: compare the weeks, keep the report, and write every office what changed.

Report and letters are kept in one transaction, then the letters leave; one that could not is tried
again, with the document of the same report.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import structlog

from alerts.notifier import Later, Refused
from alerts.trends.report import Report
from service.posts import Attached
from service.schedule import At, Job
from service.trends.desk import Kept, drawn_as, kept_report, paper_of
from service.trends.gathering import last_monday, report_of
from service.trends.letter import letter
from service.trends.offices import by_office
from store import digests as kept
from store import trends as rows
from store.connect import session
from store.digests import Written

if TYPE_CHECKING:
    from collections.abc import Callable

    import psycopg

    from service.posts import Post
    from service.schedule import Turn
    from service.settings import Settings

HOUR, MINUTE, DAY = 5, 10, "mon"
"""UTC; the week before is in the database whole."""
_RETRY_S = 600.0
_log = structlog.get_logger()


def _utc() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Trends:
    """Makes the weekly report and sends it."""

    def __init__(
        self, dsn: str, settings: Settings, post: Post, clock: Callable[[], dt.datetime] = _utc
    ) -> None:
        """Read from ``dsn``; letters leave by ``post``."""
        self.dsn, self.settings, self.post, self.clock = dsn, settings, post, clock

    def job(self) -> Job:
        """Return the job."""
        return Job("trends", At(HOUR, MINUTE, "UTC", DAY), self.work, _RETRY_S)

    def work(self, turn: Turn) -> dict[str, Any]:
        """Make the report of the weeks before the turn, unless it is there; send what waits."""
        until = last_monday(turn.due)
        with session(self.dsn) as connection:
            there = kept_report(connection, until)
            report = there.report if there else self._made(connection, until, turn.due)
        note = {"until": until.isoformat(), "comparisons": report.comparisons,
                "findings": len(report.findings),
                "new": sum(not one.told for one in report.findings)}  # fmt: skip
        _log.info("trends", **note)
        return {**note, "sent": self._send(turn)}

    def _made(
        self, connection: psycopg.Connection, until: dt.datetime, due: dt.datetime
    ) -> Report:
        whole = report_of(connection, until, self.settings)
        report = self._keep(connection, whole, "")
        for office, own in by_office(connection, whole, self.settings).items():
            told = self._keep(connection, own, office.id)
            # Before there is anything to compare, the page says so; a mail a week would be noise.
            if self.settings.trends.mail and told.comparable:
                text = letter(told, office, self.settings.routing.page)
                written = Written(office.id, "trends", due, told.since, text, None)
                kept.put_digest(connection, written)
        return report

    def _keep(self, connection: psycopg.Connection, report: Report, office: str) -> Report:
        """Keep the report of an office, "" = of the desk; return it as it is told."""
        past = rows.reports(connection, report.until, office=office)
        dated = report.told_before([Report.from_dict(said) for _, said in past])
        rows.put_report(connection, report.until, dated.as_dict(), self.clock(), office)
        return dated

    def _send(self, turn: Turn) -> int:
        """Send what was not; raises Later at the end where something has to wait."""
        sent, faults = 0, []
        with session(self.dsn, autocommit=True) as connection:
            for one in kept.unsent(connection, "trends"):
                if turn.over():
                    break
                subject, _, text = one.content.partition("\n")
                key = f"{one.due_at:%Y%m%dT%H%M%SZ}-trends-{one.office}"
                try:
                    files = self._documents(connection, one)
                    self.post.write(one.office, subject, text, key, files)
                except (Later, Refused) as error:
                    _log.warning("trends_not_sent", office=one.office, error=str(error))
                    faults.append(str(error))
                    continue
                kept.digest_sent(connection, one, self.clock())
                sent += 1
        if faults:
            raise Later(f"{len(faults)} notifications of trends wait: {faults[0]}")
        return sent

    def _documents(self, connection: psycopg.Connection, one: Written) -> list[Attached]:
        there = kept_report(connection, last_monday(one.due_at), one.office)
        office = self.settings.routing.office(one.office)
        if there is None:
            return []
        nameless = Kept(there.report.nameless(), there.made)
        language = office.language if office else "en"
        paper = paper_of(connection, nameless, self.settings.roles, language)
        return [Attached("pdf", "application/pdf", drawn_as(paper, ".pdf"))]
