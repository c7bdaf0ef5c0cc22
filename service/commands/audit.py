"""``audit``: the proof and the reading of who did what, when and why."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import CONFIG, JSON, settings_of, table
from service.errors import ServiceError, WrongUseError

if TYPE_CHECKING:
    from store.audit import AuditRow, Head

_HEX = 64  # digits of a SHA-256


@click.group(short_help="Who did what, when and why.")
def audit() -> None:
    """Prove and read the audit: who did what, when and why.

    Example: vedetta audit list --who a.rossi
    """


@audit.command(short_help="Prove the audit's chain; name the first fault.")
@click.option("--anchor", help="NUMBER:HASH that an earlier proof printed: shows a cut tail.")
@click.option("--anchors", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="A file of anchors; default: audit.anchor_file of the settings.")  # fmt: skip
@CONFIG
def verify(anchor: str | None, anchors: Path | None, config: Path | None) -> None:
    """Prove the audit's chain of hashes, against every anchor; name the first fault.

    A fault is a row that was altered, rows that are gone, or a chain that was made anew. The last
    words are the head, NUMBER:HASH. Keep it elsewhere and give it to a later proof as --anchor, or
    let audit.anchor_file do so: only by an anchor does a tail that was cut off come out.

    Example: vedetta audit verify --anchors /mnt/worm/vedetta.anchors
    """
    from store.audit import head
    from store.audit import verify as prove
    from store.connect import database, session
    from store.schema import lacking

    settings = settings_of(config)
    kept = [_anchor(anchor)] if anchor is not None else []
    kept += _anchors(anchors or settings.audit.anchor_file, asked=anchors is not None)
    # One of before the first row proves nothing.
    kept = [one for one in kept if one.number]
    # What proves must not make what it proves: neither a database nor its tables.
    with database(settings.database.folder, existing=True) as dsn, session(dsn) as connection:
        is_empty = bool(lacking(dsn)) or not head(connection).number
        if is_empty:
            msg = "the audit has no row: nothing is proven; expected the service's database (-c)"
            raise ServiceError(msg)
        fault = prove(connection, kept)
        last = head(connection)
    if fault:
        raise ServiceError(f"audit row {fault.number}: {fault.what}")
    against = f", against {len(kept):,} anchor{'' if len(kept) == 1 else 's'}" if kept else ""
    click.echo(f"proven: {last.number:,} rows{against}; head {last.number}:{last.hash}")


def _anchors(path: Path | None, *, asked: bool) -> list[Head]:
    """Return the anchors of a file; one that the settings name may not be there yet."""
    from service.anchors import read

    if path is None or not (asked or path.exists()):
        return []
    return [one.head for one in read(path)]


def _anchor(text: str) -> Head:
    from store.audit import Head

    number, _, digest = text.partition(":")
    if number.isdecimal() and len(digest) == _HEX and set(digest) <= set("0123456789abcdef"):
        return Head(int(number), digest)
    msg = f"--anchor: {text!r} is no head; expected NUMBER:HASH as audit verify prints it"
    raise WrongUseError(msg)


@audit.command("list", short_help="Read the audit, newest first.")
@click.option("--since", help="From this time on, as 2026-05-01 or 2026-05-01T08:00Z.")
@click.option("--who", help="Only what this person did.")
@click.option("--action", help="Only this action, as watchlist.release.")
@click.option("--subject", help="Only what was done to this entry or zone.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True)
@JSON
@CONFIG
def list_rows(
    *, since: str | None, who: str | None, action: str | None, subject: str | None, limit: int,
    as_json: bool, config: Path | None,
) -> None:  # fmt: skip
    """Read the audit, newest first; --json has the details of each act too.

    Example: vedetta audit list --since 2026-05-01 --subject V-000001
    """
    from service.desk import reading
    from store.audit import rows

    begin = _moment(since)
    with reading(settings_of(config)) as connection:
        found = rows(connection, action=action, subject=subject, who=who, since=begin, limit=limit)
    if as_json:
        click.echo(json.dumps([_as_json(row) for row in found], ensure_ascii=False))
        return
    heads = ("ROW", "TIME", "WHO", "ACTION", "SUBJECT", "WHY")
    cells = [
        (row.number, f"{row.at:%Y-%m-%d %H:%M}Z", row.who, row.action, row.subject, row.why)
        for row in found
    ]
    click.echo(table(heads, cells, (0, 0, 16, 0, 16, 0)))


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        msg = f"--since: {text!r} is no time; expected ISO 8601 as 2026-05-01T08:00Z"
        raise WrongUseError(msg) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _as_json(row: AuditRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "at": row.at.isoformat(),
        "who": row.who,
        "action": row.action,
        "subject": row.subject,
        "why": row.why,
        "details": json.loads(row.details),
        "hash": row.hash.hex(),
    }
