"""``log``: what happened in a watch, the hand-overs, and notes."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, plain, settings_of
from service.errors import ServiceError, WrongUseError
from service.people import said, who

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psycopg

    from alerts.roster import Roster
    from service.rights import Person
    from service.watch_log import Line
    from store.hand_overs import HandOver
    from store.watch_log import Span

_MOST_H = 31 * 24
_WHY = "why it is read whole: it is kept in the audit"
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
@click.option("--whole", is_flag=True, help="All of it, whatever its codes; needs --why.")
@click.option("--why", metavar="TEXT", help="Why it is read; kept in the audit.")
@JSON
@BY
@CONFIG
def show(  # noqa: PLR0913 (one argument for each option)
    *, hours: int, until: str | None, given: str | None, whole: bool, why: str | None,
    as_json: bool, by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Show the log of a span; or a hand-over, with whether its hashes fit.

    As the page shows it to the account of this name, sentence by sentence; without an account, as
    to a desk of clearance H1. That it was read stands in the audit.

    Example: vedetta log show --hand-over W-000001
    """
    from service.desk import reading

    settings = settings_of(config)
    asked = _Asked(who(by), whole, said("--why", why, _WHY) if whole or why else "")
    with reading(settings) as connection:
        if given:
            fault = _hand_over(connection, given, asked, as_json=as_json)
        else:
            from store.watch_log import Span

            end = _moment(until)
            span = Span(end - dt.timedelta(hours=hours), end)
            fault, lines = "", _lines(connection, span, settings.duty.rosters, asked)
            _print(lines, as_json=as_json)
    # After the end of the transaction: a fault does not undo that it was read.
    if fault:
        raise ServiceError(f"{given}: {fault}")


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


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who reads, whether whatever its codes, and why."""

    who: str
    whole: bool
    why: str

    def person(self, connection: psycopg.Connection) -> Person | None:
        """Return as whom they read, None where all is shown; raises WrongUseError."""
        from service.reader import reader

        return None if self.whole else reader(connection, self.who, "log.read")

    def noted(self, connection: psycopg.Connection, action: str, subject: str) -> None:
        """Note in the audit that it was read."""
        from service.desk import change
        from store import audit

        details = {"by": "command line", "whole": self.whole}
        why = self.why or "read at the command line"
        audit.append(connection, change(self.who, why), action, subject, details)


def _lines(
    connection: psycopg.Connection, span: Span, rosters: Sequence[Roster], asked: _Asked
) -> list[Line]:
    from service.watch_log import gather, seen

    person = asked.person(connection)
    found = gather(connection, span, rosters)
    lines = found if person is None else seen(person, found)
    if lines:
        asked.noted(connection, "log.read", "log")
    return lines


def _hand_over(connection: psycopg.Connection, given: str, asked: _Asked, *, as_json: bool) -> str:
    """Print a hand-over as far as it may be read; return what does not fit its hash."""
    from service import hand_over
    from store.hand_overs import hand_over as kept_as

    person, found = asked.person(connection), kept_as(connection, given)
    if found is None:
        raise WrongUseError(f"hand-over {given!r}: there is none; as W-000001")
    asked.noted(connection, "hand_over.read", found.id)
    told = (
        hand_over.said(found.content)
        if person is None
        else (hand_over.readable(person, found.content))
    )
    if as_json:
        # Whole it is the very text that was signed.
        click.echo(
            found.content
            if person is None
            else _json(told | {"lines": [_line_json(one) for one in told["lines"]]})
        )
    else:
        click.echo("\n".join([*_signed(found), "", *map(plain, told["summary"].splitlines())]))
        _print(told["lines"], as_json=False)
    fault = hand_over.fault_of(found)
    if not fault:
        click.echo(f"{given}: log and signatures fit their hashes", err=True)
    return fault


def _signed(found: HandOver) -> list[str]:
    lines = [f"{found.id}  {found.since:%d %b %H:%M} to {found.until:%d %b %H:%M} UTC"]
    for word, one in (("handed over by", found.outgoing), ("taken over by", found.incoming)):
        by = f"{one.display} ({one.name}), {one.at:%d %b %H:%M} UTC" if one else "nobody yet"
        lines.append(plain(f"{word} {by}"))
    return lines


def _print(lines: Sequence[Line], *, as_json: bool) -> None:
    from service.watch_log import sections

    if as_json:
        click.echo(_json([_line_json(one) for one in lines]))
        return
    for _, heading, rows in sections(lines):
        click.echo(f"\n{heading} ({len(rows)})")
        for one in rows:
            by = f" [{one.who}]" if one.section in ("notes", "sightings") else ""
            click.echo(plain(f"  {one.at:%d %b %H:%M}  {one.tag:12} {_flat(one.text)}{by}"))


def _line_json(one: Line) -> dict[str, Any]:
    return asdict(one) | {"at": one.at.isoformat()}


def _json(value: Any) -> str:  # noqa: ANN401 (JSON)
    return json.dumps(value, ensure_ascii=False)


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
