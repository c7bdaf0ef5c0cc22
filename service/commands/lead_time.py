"""``lead-time``: how early people were told of vessels that arrived, and what was missed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from service.commands.asking import CONFIG, JSON, settings_of, table

if TYPE_CHECKING:
    from pathlib import Path


@click.command("lead-time", short_help="How early people were told, by route; what was missed.")
@click.option("--days", type=click.IntRange(1, 1095), default=90, show_default=True,
              help="How far back arrivals are looked at.")  # fmt: skip
@JSON
@CONFIG
def lead_time(*, days: int, as_json: bool, config: Path | None) -> None:
    """Tell by route how long before an arrival the first alert was told, and where we are deaf.

    Arrivals of listed or alerted vessels at watched coasts and ports. A median stands beside the
    count that it rests on and its 95 % interval; below six arrivals there is none. THERE: they
    were there already when they were first heard; neither told nor missed.

    Example: vedetta lead-time --days 365
    """
    from service.desk import reading
    from service.lead_time import lead_times

    settings, end = settings_of(config), dt.datetime.now(dt.UTC)
    with reading(settings) as connection:
        leads = lead_times(
            connection, end - dt.timedelta(days=days), end, settings.coverage.cell_deg
        )
    if as_json:
        click.echo(json.dumps([asdict(one) for one in leads]))
        return
    if not leads:
        click.echo(f"no listed or alerted vessel arrived in {days} days, as far as we hear",
                   err=True)  # fmt: skip
        return
    heads = ("FROM", "TO", "ARRIVED", "TOLD", "MISSED", "THERE", "LEAD", "HEARD")
    rows = [
        (one.origin, one.zone, one.arrived, one.told, one.missed, one.present, one.words,
         "not known" if one.heard is None else f"{one.heard:.0%}")
        for one in leads
    ]  # fmt: skip
    click.echo(table(heads, rows, widest=60))
