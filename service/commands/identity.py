"""``identity``: one vessel over time."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.asking import CONFIG, JSON, plain, settings_of, table


@click.command(short_help="Tell who a vessel said she was, over time.")
@click.argument("vessel")
@JSON
@CONFIG
def identity(vessel: str, *, as_json: bool, config: Path | None) -> None:
    """Tell who a vessel said she was, over time, and what does not fit together.

    VESSEL is an MMSI, or imo:N: all MMSIs that sent the number. Of an MMSI those that sent its IMO
    number before or after it are the same vessel; who sent it meanwhile is told as another.

    Example: vedetta identity imo:9074729
    """
    from service.desk import reading
    from service.identity import in_json, in_rows, in_words, vessel_identity

    with reading(settings_of(config)) as connection:
        found = vessel_identity(connection, vessel)
    if as_json:
        click.echo(in_json(found))
        return
    click.echo(table(("FACT", "VALUE", "FIRST", "LAST", ""), in_rows(found)))
    for line in in_words(found):
        click.echo(plain(line))
