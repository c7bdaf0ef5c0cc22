"""``alerts``: what the service found, and what people do with it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, made, plain, settings_of, table, why
from service.errors import WrongUseError
from service.people import said

if TYPE_CHECKING:
    from alerts.alert import Alert, Verdict
    from alerts.alert import Change as Said
    from alerts.incidents.incident import Incident
    from store.changes import Change
    from store.incidents import AlertChange

_ID = click.argument("alert_id", metavar="ID")
_SEEN = click.option("--version", type=click.IntRange(1), metavar="N",
                     help="Refuse where it is not this version any more.")  # fmt: skip
_STATES = ("new", "acknowledged", "assigned", "escalated", "resolved", "retracted")
_OPEN = _STATES[:4]
_SPAN = re.compile(r"(\d{1,4})(m|h|d)")
_SPANS = {"m": "minutes", "h": "hours", "d": "days"}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@click.group(short_help="Look at alerts and decide on them.")
def alerts() -> None:
    """Look at alerts and decide on them; every act is kept with who, when and why.

    Example: vedetta alerts list --lane sar
    """


@alerts.command("list", short_help="List alerts, one line each; SAR first.")
@click.option("--state", "states", multiple=True, type=click.Choice(_STATES),
              help="May be repeated; default: all that are open.")  # fmt: skip
@click.option("--lane", "lanes", multiple=True,
              type=click.Choice(("sar", "law", "infrastructure")))  # fmt: skip
@click.option("--mmsi", type=click.IntRange(1, 999_999_999), help="Of one vessel.")
@click.option("--since", metavar="SPAN", help="With an event in the last 30m, 12h, 7d …")
@click.option("--all", "smouldering", is_flag=True, help="Also those too weak to be told.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True)
@JSON
@CONFIG
def list_alerts(  # noqa: PLR0913 (one argument for each option)
    *, states: tuple[str, ...], lanes: tuple[str, ...], mmsi: int | None, since: str | None,
    smouldering: bool, limit: int, as_json: bool, config: Path | None,
) -> None:  # fmt: skip
    """List alerts, one line each; SAR first, then the newest change.

    Example: vedetta alerts list --since 12h
    """
    from alerts.notices import alert_json
    from service.desk import reading
    from store import incidents

    start = dt.datetime.now(dt.UTC) - _span("--since", since) if since else None
    with reading(settings_of(config)) as connection:
        found = incidents.alerts(
            connection, states=states or _OPEN, lanes=lanes or None, mmsi=mmsi, since=start,
            smouldering=smouldering, limit=limit,
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps([alert_json(one) for one in found], ensure_ascii=False))
        return
    heads = ("ID", "LANE", "SEVERITY", "STATE", "SCORE", "UPDATED", "CODES", "WHAT")
    click.echo(table(heads, [_row(one) for one in found], (0, 0, 0, 0, 0, 0, 0, 80)))
    click.echo(f"{len(found):,} alerts. Most small boats carry no AIS: no alert does not mean "
               "that nobody is in need", err=True)  # fmt: skip


def _row(alert: Alert) -> list[object]:
    drill = "EXERCISE " if alert.exercise else ""
    return [
        alert.id, alert.lane, alert.severity, alert.state, f"{alert.score:.2f}",
        _when(alert.updated_us), f"{alert.codes.handling} {alert.codes.tlp}",
        drill + alert.headline,
    ]  # fmt: skip


@alerts.command(short_help="Show an alert: why, whose, and who did what.")
@_ID
@JSON
@CONFIG
def show(*, alert_id: str, as_json: bool, config: Path | None) -> None:
    """Show an alert: its score, its events, its vessels, and who did what.

    --json gives the alert alone, as vedetta routes dry-run reads it.

    Example: vedetta alerts show A-0123456789ab
    """
    from alerts.notices import alert_json
    from service.desk import reading
    from store import incidents

    with reading(settings_of(config)) as connection:
        found = incidents.incident(connection, alert_id)
        log = incidents.changes(connection, alert_id)
    if as_json:
        click.echo(json.dumps(alert_json(found.alert), ensure_ascii=False))
        return
    click.echo("\n".join(plain(line) for line in _told(found, log)))


def _told(found: Incident, log: list[AlertChange]) -> list[str]:
    """Return the alert as lines: the sentence, then why, then who did what."""
    from alerts.incidents.wording import sentence

    alert, codes = found.alert, found.alert.codes
    drill = ["EXERCISE"] if alert.exercise else []
    ended = f", ended {_when(alert.ended_us)}" if alert.ended_us is not None else ""
    state = (
        f"{alert.id}, version {alert.version}: {alert.state}, lane {alert.lane}, "
        f"{alert.severity}, handling {codes.handling}, TLP {codes.tlp}, "
        f"{codes.source_grade}{codes.info_grade}"
    )
    vessels = [f"  {one.mmsi:09d}  {one.name or 'name not known'}  {one.role}".rstrip()
               for one in alert.vessels]  # fmt: skip
    shares = [f"  {share.points:+.1f}  {share.because}" for share in alert.shares]
    lines = [f"  {_moment(one.at)}  {one.who}: {one.action}. {one.why}" for one in log]
    return [
        *drill,
        alert.headline,
        state,
        f"Began {_when(alert.started_us)}, last event {_when(alert.updated_us)}{ended}",
        *_people(alert),
        sentence(alert),
        *shares,
        "Vessels" if vessels else "No vessel is named",
        *vessels,
        "Done so far",
        *lines,
    ]


def _people(alert: Alert) -> list[str]:
    said_by = []
    if not alert.offices:
        said_by.append("No office was told")
    else:
        said_by.append(f"Told: {', '.join(alert.offices)}")
    if alert.assignee:
        said_by.append(f"Assigned to {alert.assignee}")
    if alert.snoozed_until_us is not None:
        said_by.append(f"Silent until {_when(alert.snoozed_until_us)}: {alert.snooze_reason}")
    if alert.verdict:
        said_by.append(f"Verdict: {alert.verdict}. {alert.reason}")
    return said_by


@alerts.command(short_help="Say that somebody has seen it and takes care.")
@_ID
@click.option("--why", "reason", default="seen", show_default=True, help="Kept in the log.")
@_SEEN
@BY
@CONFIG
def ack(
    *, alert_id: str, reason: str, version: int | None, by: str | None, config: Path | None
) -> None:
    """Say that somebody has seen an alert and takes care of it.

    Example: vedetta alerts ack A-0123456789ab
    """
    from alerts.incidents import acts

    change = made(by, reason)
    _act(alert_id, acts.acknowledge, "acknowledge", change, config, version=version, told="ack")


@alerts.command(short_help="Hand an alert to a person or an office.")
@_ID
@click.option("--to", "to", required=True, metavar="NAME", help="Who takes it.")
@why("it is handed over")
@_SEEN
@BY
@CONFIG
def assign(
    *, alert_id: str, to: str, why: str, version: int | None, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Hand an alert to a person or an office.

    Example: vedetta alerts assign A-0123456789ab --to m.papas --why "off Gavdos"
    """
    from alerts.incidents import acts

    change = made(by, why)
    _act(alert_id, lambda one: acts.assign(one, to), "assign", change, config,
         version=version, details={"to": to})  # fmt: skip


@alerts.command(short_help="Add a remark; it stays in the log.")
@_ID
@click.argument("text")
@_SEEN
@BY
@CONFIG
def comment(
    *, alert_id: str, text: str, version: int | None, by: str | None, config: Path | None
) -> None:
    """Add a remark to an alert.

    Example: vedetta alerts comment A-0123456789ab "the agent does not answer"
    """
    from alerts.incidents import acts

    change = made(by, said("TEXT", text, "what is remarked"))
    _act(alert_id, acts.comment, "comment", change, config, version=version)


@alerts.command(short_help="Silence an alert for a while, with a reason.")
@_ID
@click.option("--for", "span", required=True, metavar="SPAN", help="As 30m, 4h, 2d; 0m ends it.")
@why("it may be silent")
@_SEEN
@BY
@CONFIG
def snooze(
    *, alert_id: str, span: str, why: str, version: int | None, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Silence an alert for a while; what becomes graver or is taken back is told all the same.

    A distress cannot be silenced before it was acknowledged.

    Example: vedetta alerts snooze A-0123456789ab --for 2h --why "under tow to Augusta"
    """
    from alerts.incidents import acts
    from store.outbox import microseconds

    change = made(by, why)
    now, until = (
        microseconds(change.at + more) for more in (dt.timedelta(), _span("--for", span))
    )
    rules = settings_of(config).alerts.snooze
    _act(alert_id, lambda one: acts.snooze(one, until, why, now, rules), "snooze", change, config,
         version=version, details={"until": _when(until)})  # fmt: skip


@alerts.command(short_help="Have the next person look at it.")
@_ID
@click.option("--to", "to", default="", metavar="NAME", help="Who is next.")
@why("it is escalated")
@_SEEN
@BY
@CONFIG
def escalate(
    *, alert_id: str, to: str, why: str, version: int | None, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Have the next person look at an alert; ends its silence.

    Example: vedetta alerts escalate A-0123456789ab --to "duty officer" --why "no answer"
    """
    from alerts.incidents import acts

    change = made(by, why)
    _act(alert_id, lambda one: acts.escalate(one, to), "escalate", change, config,
         version=version, details={"to": to}, told="update")  # fmt: skip


@alerts.command(short_help="Finish an alert with a verdict.")
@_ID
@click.option("--verdict", required=True, type=click.Choice(("true", "false alarm", "explained")),
              help="Explained: it happened, and was innocent.")  # fmt: skip
@why("this is the verdict")
@_SEEN
@BY
@CONFIG
def resolve(
    *, alert_id: str, verdict: Verdict, why: str, version: int | None, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Finish an alert with a verdict, which counts for the figures of its kinds.

    Example: vedetta alerts resolve A-0123456789ab --verdict explained --why "bunkering"
    """
    from alerts.incidents import acts

    change = made(by, why)
    _act(alert_id, lambda one: acts.resolve(one, verdict, why), "resolve", change, config,
         version=version, details={"verdict": verdict}, told="update")  # fmt: skip


@alerts.command(short_help="How often each kind was true, by verdicts.")
@click.option("--since", metavar="SPAN", help="Decided in the last 30d …; default: ever.")
@JSON
@CONFIG
def precision(*, since: str | None, as_json: bool, config: Path | None) -> None:
    """Show how often the alerts of each kind were true, by the verdicts of people.

    Example: vedetta alerts precision --since 90d
    """
    from dataclasses import asdict

    from alerts.incidents.precision import precision as figures
    from service.desk import reading
    from store.incidents import verdict_counts

    start = dt.datetime.now(dt.UTC) - _span("--since", since) if since else None
    with reading(settings_of(config)) as connection:
        found = figures(verdict_counts(connection, start))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found]))
        return
    rows = [
        [one.kind, one.true, one.explained, one.false_alarm, f"{one.precision:.2f}",
         f"{one.low:.2f}-{one.high:.2f}"]
        for one in found
    ]  # fmt: skip
    heads = ("KIND", "TRUE", "EXPLAINED", "FALSE ALARM", "PRECISION", "95 %")
    click.echo(table(heads, rows, 0))


def _act(  # noqa: PLR0913 (what every act has)
    alert_id: str,
    step: Callable[[Alert], Alert],
    action: str,
    change: Change,
    config: Path | None,
    *,
    version: int | None,
    details: dict[str, Any] | None = None,
    told: Said | None = None,
) -> None:
    """Do one act; ``told``: what those who were told of the alert learn, None = nothing."""
    from service import casework
    from service.desk import reading
    from service.leaving_by import link_maker
    from service.rescuing import Rescuing

    settings = settings_of(config)
    with reading(settings) as connection:
        after = casework.done(
            connection, alert_id, step, action, change, details=details, version=version
        )
        if told:
            casework.inform(
                connection, after, settings.routing, change, change=told,
                sar_help=Rescuing(settings.sar, settings.roles), link_of=link_maker(settings),
            )  # fmt: skip
    alert = after.alert
    click.echo(f"{alert.id} is {alert.state}, version {alert.version}")


def _span(option: str, text: str) -> dt.timedelta:
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise WrongUseError(f"{option}: {text!r} is no span; expected as 30m, 12h or 7d")
    return dt.timedelta(**{_SPANS[found[2]]: int(found[1])})


def _when(time_us: int) -> str:
    return _moment(_EPOCH + dt.timedelta(microseconds=time_us))


def _moment(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%d %b %Y %H:%M} UTC"
