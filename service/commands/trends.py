"""``trends``: what changed at sea in the last weeks, against the weeks before."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.asking import BY, CONFIG, JSON, can_write, made, settings_of
from service.commands.dossier import LANGUAGES
from service.errors import WrongUseError

if TYPE_CHECKING:
    import psycopg

    from alerts.trends.report import Report
    from service.settings import Settings
    from store.changes import Change


@click.command(short_help="What changed at sea in the last weeks, with an honest test.")
@click.option("--weeks", type=click.IntRange(1, 52), help="How many; default: settings.")
@click.option("--before", type=click.IntRange(1, 52), help="How many weeks before; as --weeks.")
@click.option("--until", metavar="DAY", help="End of the weeks, UTC; default: the last Monday.")
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--office", default="", metavar="ID", help="As this office is told it.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="F.pdf",
              help="Write the notification, .pdf or .html; needs --reason.")  # fmt: skip
@click.option("--reason", default="", metavar="TEXT", help="Why it is written; kept in the audit.")
@BY
@JSON
@CONFIG
def trends(  # noqa: PLR0913 (one argument for each option)
    *, weeks: int | None, before: int | None, until: str | None, language: str, office: str,
    output: Path | None, reason: str, by: str | None, as_json: bool, config: Path | None,
) -> None:  # fmt: skip
    """Tell what changed: routes, coasts, silences, meetings, identities, vessels meeting again.

    Counts of the last weeks are held against those before by an exact test; docs/trends.md. The
    service does the same each Monday, and writes to every office.

    Example: vedetta trends --weeks 4 --until 2026-11-23
    """
    from service.desk import reading
    from service.trends.gathering import last_monday, report_of

    can_write(output)
    settings = _asked(settings_of(config), weeks, before)
    end = _day(until) if until else last_monday(dt.datetime.now(dt.UTC))
    if output is not None:
        if office:
            raise WrongUseError("--office: is printed only; leave -o out")
        _write(settings, end, output, language, made(by, reason, "--reason"))
        return
    with reading(settings) as connection:
        report = report_of(connection, end, settings)
        if office:
            report = _of_office(connection, report, settings, office)
    click.echo(json.dumps(report.as_told()) if as_json else _told(report, language))


def _of_office(
    connection: psycopg.Connection, report: Report, settings: Settings, office: str
) -> Report:
    from service.trends.offices import by_office

    for one, told in by_office(connection, report, settings).items():
        if one.id == office:
            return told
    msg = f"--office {office[:40]!r}: no rule tells it anything for law enforcement; see routing:"
    raise WrongUseError(msg)


def _asked(settings: Settings, weeks: int | None, before: int | None) -> Settings:
    one = settings.trends
    trends = dataclasses.replace(
        one, weeks=weeks or one.weeks, before_weeks=before or one.before_weeks
    )
    return dataclasses.replace(settings, trends=trends)


def _day(text: str) -> dt.datetime:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
    except ValueError:
        msg = f"--until: {text!r} is no day; expected as 2026-11-23"
        raise WrongUseError(msg) from None


def _told(report: Report, language: str) -> str:
    from maps.papers.change import headline, sentences, trend_wording
    from maps.papers.trends import deaf, lead, subtitle, sure, title

    w = trend_wording(language)
    lines = [f"{title(report, w)}.", f"{subtitle(report, w)}.", ""]
    if not report.findings:
        lines += [lead(report, w), ""]
    for number, one in enumerate(report.findings, 1):
        lines += [f"{number}. {headline(one, report, w)}",
                  *(f"   {said}" for said in sentences(one, report, w)), ""]  # fmt: skip
    if report.comparable:
        lines += [sure(report, w), ""]
    return "\n".join([*lines, *deaf(report, w)])


def _write(
    settings: Settings, end: dt.datetime, output: Path, language: str, change: Change
) -> None:
    from service.leaving import make_private
    from service.papers.desk import ending_of
    from service.trends.desk import Kept, drawn_as, note_paper, paper_of
    from service.trends.gathering import report_of
    from store.connect import database, session

    ending = ending_of(output.name)
    with database(settings.database.folder) as dsn, session(dsn) as connection:
        kept = Kept(report_of(connection, end, settings), change.at)
        paper = paper_of(connection, kept, settings.roles, language)
        note_paper(connection, change, paper, ending)
    content = drawn_as(paper, ending)
    make_private(output)
    output.write_bytes(content)
    click.echo(f"{output}: {len(content):,} bytes; who, when and why stand in the audit")
