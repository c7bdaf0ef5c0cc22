"""``duty``: who is on duty, when nobody is, and what ran by the clock."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from service.commands.asking import CONFIG, JSON, settings_of, table
from service.errors import WrongUseError

_MOST_DAYS = 366


@click.group(short_help="Who is on duty, and what ran by the clock.")
def duty() -> None:
    """Ask the duty rosters, and the schedule what it did.

    Example: vedetta duty now -c config.yaml
    """


@duty.command(short_help="Who is on duty, and who is called next.")
@click.option("--at", metavar="ISO", help="At another time, as 2026-12-25T03:00Z; default: now.")
@CONFIG
@JSON
def now(at: str | None, config: Path | None, as_json: bool) -> None:  # noqa: FBT001 (click gives it by name)
    """Tell for each office whom the service calls, in this order.

    Example: vedetta duty now --at 2026-12-25T03:00Z -c config.yaml
    """
    from alerts.roster import ladder, on_duty

    moment = _moment(at)
    rosters = settings_of(config).duty.rosters
    if as_json:
        said = [
            {
                "office": one.office,
                "on_duty": [person.id for person in on_duty(one, moment)],
                "called": [person.id for person in ladder(one, moment)],
            }
            for one in rosters
        ]
        click.echo(json.dumps(said, ensure_ascii=False))
        return
    rows = []
    for one in rosters:
        there = {person.id for person in on_duty(one, moment)}
        for number, person in enumerate(ladder(one, moment), 1):
            where = "on duty" if person.id in there else "chain"
            rows.append([one.office, number, person.name, person.phone, where])
        if not there:
            click.echo(f"{one.office}: nobody is on duty at {moment:%Y-%m-%d %H:%M} UTC", err=True)
    click.echo(table(("OFFICE", "CALL", "NAME", "PHONE", "WHY"), rows) if rows else "no roster")


@duty.command(short_help="When nobody is on duty.")
@click.option("--days", type=click.IntRange(1, _MOST_DAYS), default=28, show_default=True)
@click.option("--from", "since", metavar="ISO", help="Default: now.")
@CONFIG
def gaps(days: int, since: str | None, config: Path | None) -> None:
    """Tell when an office with a roster has nobody on duty; no line where it always has.

    Example: vedetta duty gaps --days 60 -c config.yaml
    """
    from alerts.roster import uncovered

    begin = _moment(since)
    for one in settings_of(config).duty.rosters:
        for first, last in uncovered(one, begin, begin + dt.timedelta(days=days)):
            click.echo(f"{one.office}: {first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M} UTC")


@duty.command(short_help="What ran by the clock.")
@click.option("--job", help="Only this one, as digest_daily.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=30, show_default=True)
@CONFIG
def runs(job: str | None, limit: int, config: Path | None) -> None:
    """List the newest runs of jobs: when they were due, how they ended, what they did.

    Example: vedetta duty runs --job digest_daily
    """
    from service.desk import reading
    from store.job_runs import job_runs

    with reading(settings_of(config)) as connection:
        found = job_runs(connection, job, limit)
    rows = [
        [one.job, f"{one.due_at:%Y-%m-%d %H:%M:%S}", one.state, one.attempt, json.dumps(one.note)]
        for one in found
    ]
    click.echo(table(("JOB", "DUE (UTC)", "STATE", "ATTEMPT", "NOTE"), rows, 70))


def _moment(text: str | None) -> dt.datetime:
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"time {text!r}: expected one as 2026-12-25T03:00Z") from error
    if moment.tzinfo is None:
        raise WrongUseError(f"time {text!r}: has no zone; expected one as 2026-12-25T03:00Z")
    return moment.astimezone(dt.UTC)
