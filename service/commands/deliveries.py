"""``deliveries``: what was sent to whom, what waits, and what nobody could deliver."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, made, settings_of, table, why
from service.commands.ranges import COUNT
from service.errors import WrongUseError

if TYPE_CHECKING:
    from store.outbox import DeliveryRow

_STATES = ("waiting", "sent", "dead")
_LISTED = ("NUMBER", "STATE", "LANE", "CHANGE", "OFFICE", "CHANNEL", "TRIES", "SINCE", "ACK",
           "NOTICE", "SAID")  # fmt: skip


@click.group(short_help="What was sent to whom, and what was not.")
def deliveries() -> None:
    """Look at what was sent to whom, what waits, and what nobody could deliver.

    Example: vedetta deliveries list --state dead
    """


@deliveries.command("list", short_help="List deliveries, newest first.")
@click.option("--state", type=click.Choice(_STATES), help="Only these; dead = given up.")
@click.option("--alert", metavar="ID", help="Only of this alert.")
@click.option("--channel", help="Only on this channel.")
@click.option("--office", metavar="ID", help="Only to this office.")
@click.option("--limit", type=COUNT, default=50, show_default=True, help="At most so many.")
@JSON
@CONFIG
def list_deliveries(*, as_json: bool, config: Path | None, **asked: Any) -> None:  # noqa: ANN401 (one for each option)
    """List deliveries, newest first, with what the other side answered or the last fault.

    Example: vedetta deliveries list --state waiting --channel mail
    """
    from service.desk import reading
    from store import outbox

    with reading(settings_of(config)) as connection:
        rows = outbox.deliveries(connection, **asked)
    if as_json:
        told = [{**dataclasses.asdict(row), **_times(row)} for row in rows]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(table(_LISTED, [_cells(row) for row in rows], (0,) * 10 + (60,)))
    click.echo(f"{len(rows):,} deliveries", err=True)


@deliveries.command(short_help="Try dead letters again.")
@click.argument("numbers", nargs=-1, required=True, type=click.IntRange(1), metavar="NUMBER…")
@why("they are tried again")
@BY
@CONFIG
def retry(*, numbers: tuple[int, ...], why: str, by: str | None, config: Path | None) -> None:
    """Have dead letters tried again at once, when what kept them back was cured.

    Example: vedetta deliveries retry 17 --why "mailbox corrected"
    """
    from service.desk import reading
    from store import audit, outbox

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        done = outbox.retry(connection, numbers, outbox.microseconds(change.at))
        if missing := sorted({*numbers} - {*done}):
            named = ", ".join(map(str, missing[:10]))
            msg = f"{named}: no dead letter; see vedetta deliveries list --state dead"
            raise WrongUseError(msg)
        audit.append(connection, change, "deliveries.retry", "deliveries", {"numbers": done})
    click.echo(f"{len(done):,} will be tried at once", err=True)


def _cells(row: DeliveryRow) -> list[object]:
    from alerts.kinds import LANES

    said = row.said or ""
    if row.state == "waiting" and said:
        said = f"next try {_short(row.next_try_at)}: {said}"
    return [
        row.number, row.state, LANES[row.lane], row.change, row.office, row.channel, row.attempts,
        _short(row.enqueued_at), row.acknowledged_by or "", row.notice_id, said,
    ]  # fmt: skip


def _times(row: DeliveryRow) -> dict[str, str | None]:
    names = ("enqueued_at", "next_try_at", "settled_at", "acknowledged_at")
    return {name: _stamp(getattr(row, name)) for name in names}


def _stamp(at: dt.datetime | None) -> str | None:
    return None if at is None else f"{at.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _short(at: dt.datetime) -> str:
    return f"{at.astimezone(dt.UTC):%Y-%m-%d %H:%M}Z"
