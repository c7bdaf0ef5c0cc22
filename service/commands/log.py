"""``log``: what happened in a watch, the hand-overs, and notes."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.asking import BY, CONFIG, JSON, plain, settings_of
from service.errors import ServiceError, WrongUseError
from service.people import said, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.watch_log import Line
    from store.hand_overs import HandOver

_MOST_H = 31 * 24
_MMSI = click.IntRange(1, 999_999_999)


@click.group(short_help="What happened in a watch, and notes about it.")
def log() -> None:
    """Read the watch log, prove a hand-over, add a note.

    Example: vedetta log show --hours 8
    """


@log.command(short_help="Show what happened, or a log that was handed over.")
@click.option("--hours", type=click.IntRange(1, _MOST_H), default=12, show_default=True)
@click.option("--until", metavar="ISO", help="As 2026-12-25T06:00Z; default: now.")
@click.option("--hand-over", "given", metavar="ID", help="This one, as W-000001, and its proof.")
@JSON
@CONFIG
def show(
    *, hours: int, until: str | None, given: str | None, as_json: bool, config: Path | None
) -> None:
    """Show the log of a span, whatever its codes; or a hand-over, with whether its hashes fit.

    Example: vedetta log show --hand-over W-000001
    """
    from service.desk import reading
    from service.watch_log import gather
    from store.watch_log import Span

    settings = settings_of(config)
    if given:
        _hand_over(given, config, as_json=as_json)
        return
    end = _moment(until)
    with reading(settings) as connection:
        lines = gather(
            connection, Span(end - dt.timedelta(hours=hours), end), settings.duty.rosters
        )
    _print(lines, as_json=as_json)


@log.command(short_help="Add a note; it cannot be changed afterwards.")
@click.argument("text")
@click.option("--mmsi", type=_MMSI, help="The vessel that it is about.")
@click.option("--alert", metavar="ID", help="The alert that it is about.")
@click.option("--place", default="", help="Where, as «12 nm SE of Lampedusa».")
@click.option("--corrects", type=click.IntRange(1), metavar="N", help="Number of an earlier note.")
@BY
@CONFIG
def note(
    *, text: str, mmsi: int | None, alert: str | None, place: str, corrects: int | None,
    by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Add a note to the watch log.

    Example: vedetta log note "the agent of MARIA K does not answer" --mmsi 247320162
    """
    from service.desk import change, reading
    from store.log_notes import LogNote, add_log_note
    from store.watch_log import alert_by

    words = said("TEXT", text, "what happened")
    with reading(settings_of(config)) as connection:
        if alert and alert_by(connection, alert) is None:
            raise WrongUseError(f"--alert: {alert!r} is not known; see vedetta alerts list")
        kept = LogNote(words, corrects, mmsi, alert, place)
        kept = add_log_note(connection, kept, change(who(by), "watch log"))
    click.echo(f"N-{kept.number}")


def _hand_over(given: str, config: Path | None, *, as_json: bool) -> None:
    from service.desk import reading
    from service.hand_over import fault_of
    from service.hand_over import said as told
    from store.hand_overs import hand_over

    with reading(settings_of(config)) as connection:
        found = hand_over(connection, given)
    if found is None:
        raise WrongUseError(f"hand-over {given!r}: there is none; as W-000001")
    kept = told(found.content)
    if as_json:
        click.echo(found.content)
    else:
        click.echo("\n".join([*_signed(found), "", *map(plain, kept["summary"].splitlines())]))
        _print(kept["lines"], as_json=False)
    if fault := fault_of(found):
        raise ServiceError(f"{given}: {fault}")
    click.echo(f"{given}: log and signatures fit their hashes", err=True)


def _signed(found: HandOver) -> list[str]:
    lines = [f"{found.id}  {found.since:%d %b %H:%M} to {found.until:%d %b %H:%M} UTC"]
    for word, one in (("handed over by", found.outgoing), ("taken over by", found.incoming)):
        by = f"{one.display} ({one.name}), {one.at:%d %b %H:%M} UTC" if one else "nobody yet"
        lines.append(plain(f"{word} {by}"))
    return lines


def _print(lines: Sequence[Line], *, as_json: bool) -> None:
    from service.watch_log import sections

    if as_json:
        click.echo(json.dumps([asdict(one) | {"at": one.at.isoformat()} for one in lines],
                              ensure_ascii=False))  # fmt: skip
        return
    for _, heading, rows in sections(lines):
        click.echo(f"\n{heading} ({len(rows)})")
        for one in rows:
            by = f" [{one.who}]" if one.section in ("notes", "sightings") else ""
            click.echo(plain(f"  {one.at:%d %b %H:%M}  {one.tag:12} {_flat(one.text)}{by}"))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _moment(text: str | None) -> dt.datetime:
    if text is None:
        return dt.datetime.now(dt.UTC)
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"--until: {text!r}; expected a time as 2026-12-25T06:00Z") from error
    if moment.tzinfo is None:
        raise WrongUseError(f"--until: {text!r} has no zone; expected as 2026-12-25T06:00Z")
    return moment.astimezone(dt.UTC)
