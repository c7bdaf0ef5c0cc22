"""``traffic``: what is usual at sea, learned from stored positions, looked at and adopted."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, can_write, made, settings_of, table, why
from service.errors import WrongUseError

if TYPE_CHECKING:
    from alerts.traffic.model import TrafficModel
    from store.traffic import ModelRow

_DAY = click.DateTime(["%Y-%m-%d"])
_FIRST, _LAST = "%Y-%m-%d", "%Y-%m-%d %H:%M"


@click.group(short_help="Usual traffic: learn it, look at it, adopt it.")
def traffic() -> None:
    """Look after the models of usual traffic that off_route and speed_anomaly are held against.

    Example: vedetta traffic learn --from 2026-03-01 --to 2026-04-01 --why "first model"
    """


@traffic.command(short_help="Learn a model from stored positions.")
@click.option("--from", "first", type=_DAY, help="First day, UTC.")
@click.option("--to", "last", type=_DAY, help="Day after the last one, UTC.")
@click.option("--run", type=click.IntRange(1), metavar="N",
              help="Learn recorded data: the number that replay --into-db told.")  # fmt: skip
@click.option("--fresh", is_flag=True, help="Begin anew; default: go on from the newest model.")
@click.option("--adopt", "at_once", is_flag=True, help="Adopt it at once.")
@why("it is learned")
@BY
@CONFIG
def learn(  # noqa: PLR0913 (one argument for each option)
    *, first: dt.datetime | None, last: dt.datetime | None, run: int | None, fresh: bool,
    at_once: bool, why: str, by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Learn a model from the positions of whole days; it is kept, and not in force yet.

    Of what the service received (--from, --to), or of recorded data that was replayed into the
    database (--run).

    Example: vedetta traffic learn --from 2026-03-01 --to 2026-04-01 --why "first model"
    """
    from service.commands.steps import steps_bar
    from service.desk import reading
    from service.traffic import learning

    given = _span(first, last, run)
    settings, change = settings_of(config), made(by, why)
    with reading(settings) as connection:
        start, end = given or learning.days_of_run(connection, run or 0)
        before = None if fresh else learning.newest_model(connection)
        with steps_bar("learn", steps=(end - start).days) as step:
            model = learning.learn(connection, start, end, settings.traffic, before,
                                   lambda day: step(f"{day:%Y-%m-%d}"), run or 0)  # fmt: skip
        version = learning.keep(connection, model, change)
        edition = learning.adopt(connection, version, change).version if at_once else 0
    click.echo(f"model {version}: {_said(model)}")
    told = (
        f"traffic edition {edition}: a running service adopts it within seconds"
        if edition
        else f"not in force until: vedetta traffic adopt {version} --why …"
    )
    click.echo(told, err=True)


def _span(
    first: dt.datetime | None, last: dt.datetime | None, run: int | None
) -> tuple[dt.datetime, dt.datetime] | None:
    """Return the days that were asked for, None for those of a run."""
    if run and not (first or last):
        return None
    if run or not (first and last):
        raise WrongUseError("expected --from and --to, or --run alone")
    if first >= last:
        raise WrongUseError(f"--to {last:%Y-%m-%d}: expected a day after {first:%Y-%m-%d}")
    return first.replace(tzinfo=dt.UTC), last.replace(tzinfo=dt.UTC)


@traffic.command("list", short_help="List the models.")
@JSON
@CONFIG
def list_models(*, as_json: bool, config: Path | None) -> None:
    """List the models, the newest first.

    Example: vedetta traffic list
    """
    from service.desk import reading
    from store.traffic import models

    with reading(settings_of(config)) as connection:
        found = models(connection)
    if as_json:
        click.echo(json.dumps([_row(one) for one in found]))
        return
    heads = ("MODEL", "PASSAGES", "LINES", "FROM", "TO", "KB", "STATE", "SHA-256", "WHO", "WHY")
    rows = [
        (one.version, f"{one.passages:,.0f}", one.lines, f"{one.since:%Y-%m-%d}",
         f"{one.until:%Y-%m-%d}", f"{one.bytes / 1000:,.0f}", _state(one), one.sha256[:16],
         one.author, one.why)
        for one in found
    ]  # fmt: skip
    click.echo(table(heads, rows))


def _state(one: ModelRow) -> str:
    if one.in_force:
        return "adopted"
    return "kept" if one.kept else "gone"


def _row(one: ModelRow) -> dict[str, Any]:
    names = ("version", "sha256", "bytes", "passages", "lines", "author", "why", "kept",
             "in_force")  # fmt: skip
    times = {name: getattr(one, name).isoformat() for name in ("since", "until", "at")}
    return {name: getattr(one, name) for name in names} | times


@traffic.command(short_help="Show what a model holds.")
@click.argument("version", type=click.IntRange(1), required=False, metavar="[MODEL]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
              help="Write the model to this file, for vedetta replay --traffic FILE.")  # fmt: skip
@CONFIG
def show(*, version: int | None, output: Path | None, config: Path | None) -> None:
    """Show a model, the newest one by default: how much it holds, where it knows enough, lines.

    Example: vedetta traffic show 3 -o usual.model
    """
    from alerts.traffic.usual import LEAST_PASSAGES, Usual
    from service.desk import reading
    from service.traffic.learning import model_of

    can_write(output)
    with reading(settings_of(config)) as connection:
        model = model_of(connection, version)
    usual = Usual.of(model)
    click.echo(_said(model))
    click.echo(f"sha-256  {model.sha256()}")
    click.echo(f"known    {len(usual.way):,} cells, those with {LEAST_PASSAGES} ships or more "
               "through the 21 nm round them")  # fmt: skip
    rows = [(line.mmsi, line.a, line.b, line.times, line.days) for line in model.lines]
    if rows:
        click.echo(f"\n{table(('MMSI', 'PORT', 'PORT', 'TIMES', 'DAYS'), rows)}")
    if output:
        output.write_bytes(model.to_bytes())


@traffic.command(short_help="Have a model take effect.")
@click.argument("version", type=click.IntRange(1), metavar="MODEL")
@why("it is adopted")
@BY
@CONFIG
def adopt(*, version: int, why: str, by: str | None, config: Path | None) -> None:
    """Have a model take effect, an older one too: a running service adopts it within seconds.

    Example: vedetta traffic adopt 3 --why "the newest one holds a week of storms"
    """
    from service.desk import reading
    from service.traffic.learning import adopt as adopt_model

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        edition = adopt_model(connection, version, change)
    click.echo(f"model {version} is traffic edition {edition.version}", err=True)


def _said(model: TrafficModel) -> str:
    from service.traffic.learning import moment

    size = len(model.to_bytes()) / 1000
    return (
        f"{model.passages:,.0f} passages through cells, {len(model.lines):,} ships on lines, "
        f"learned from {moment(model.since_us):%Y-%m-%d} to {moment(model.until_us):%Y-%m-%d}, "
        f"{size:,.0f} kB"
    )
