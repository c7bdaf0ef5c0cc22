"""``spool`` and ``db``: proofs and figures of what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import click

from service.errors import WrongUseError


@click.group()
def spool() -> None:
    """Look after the spool: every line as received, which is the evidence."""


@spool.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--anchor", default="", help="Head that an earlier proof printed: shows a cut tail.")
def verify(folder: Path | None, anchor: str) -> None:
    """Prove the spool's chain; name the first bad file and frame.

    FOLDER is the spool's folder, by default the service's own.

    Example: vedetta spool verify
    """
    import dataclasses

    import platformdirs

    from ais.spool.verify import verify as prove

    place = folder or platformdirs.user_data_path("vedetta") / "spool"
    if not place.is_dir():
        msg = f"{place}: no such folder; give the folder of a spool"
        raise WrongUseError(msg)
    report = prove(place, anchor=anchor)
    click.echo(json.dumps(dataclasses.asdict(report), default=str))
    if not report.ok:
        click.echo(f"vedetta: {report.fault}", err=True)
        raise SystemExit(1)
    click.echo(
        f"proven: {report.lines:,} lines in {report.segments:,} segments, head {report.head}",
        err=True,
    )


@click.group()
def db() -> None:
    """Look after the database."""


@db.command()
@click.option("-c", "--config", type=click.Path(path_type=Path, dir_okay=False),
              help="Settings of the service; default: none, all defaults.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def status(config: Path | None, *, as_json: bool) -> None:
    """Show version, edition, sizes, chunks, GB per day and retention.

    Example: vedetta db status
    """
    from service.settings import Settings, read_settings
    from store.connect import database
    from store.migrate import migrate
    from store.status import status as look

    settings = read_settings(config) if config else Settings()
    with database(settings.database.folder) as dsn:
        migrate(dsn)
        found = look(dsn, settings.retention.positions_days)
    if as_json:
        click.echo(json.dumps(found, default=str))
        return
    for name, value in found.items():
        _show(name, value)


def _show(name: str, value: object, indent: int = 0) -> None:
    """Print one figure as an aligned line; a mapping as a heading with its own lines."""
    label = " " * indent + name.replace("_", " ")
    if isinstance(value, dict):
        click.echo(label)
        for inner, inner_value in value.items():
            _show(str(inner), inner_value, indent + 2)
        return
    click.echo(f"{label:<34} {'none' if value is None else value}")
