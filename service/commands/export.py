"""``export``: what leaves as a file, with its codes and a sidecar that tells all of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.asking import BY, CONFIG, can_write, plain, settings_of
from service.errors import WrongUseError
from service.people import said, who

if TYPE_CHECKING:
    from service.exporting.asking import Asked
    from service.exporting.making import Made
    from service.settings import Settings

_KINDS = ("tracks", "positions", "events", "alerts", "zones", "watchlist", "links")
_FORMATS = (
    "geojson", "csv", "gpx", "kml", "gpkg", "shp", "parquet", "mfjson", "xlsx", "cap", "cise",
    "graphml",
)  # fmt: skip
_WHY = "why it is exported: it is kept in the audit and in the sidecar"


@click.command(short_help="Write tracks, positions, events, alerts … to a file.")
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("vessels", nargs=-1, metavar="[VESSEL…]")
@click.option("--from", "start", metavar="ISO", help="From this time, as 2026-05-01T08:00:00Z.")
@click.option("--to", "end", metavar="ISO", help="Until before this time; default: now.")
@click.option("--zone", "zones", multiple=True, metavar="ID", help="In this zone; several: in one "
              "of them.")  # fmt: skip
@click.option("--bbox", metavar="W,S,E,N", help="In this box, degrees.")
@click.option("--polygon", metavar="LON,LAT LON,LAT …", help="In this polygon, degrees.")
@click.option("--alert", default="", metavar="ID", help="Of an incident: its vessels, a day "
              "before to a day after.")  # fmt: skip
@click.option("--case", default="", metavar="ID", help="Of a case: its vessels and alerts; its "
              "reason counts.")  # fmt: skip
@click.option("--hops", type=click.IntRange(1, 3), default=1, show_default=True,
              help="Of links: steps from the vessels.")  # fmt: skip
@click.option("--format", "layout", type=click.Choice(_FORMATS),
              help="Default: by the ending of -o.")  # fmt: skip
@click.option("--reason", metavar="TEXT", help="Why it is exported; needed but with --case; kept "
              "in the audit.")  # fmt: skip
@click.option("--permission", metavar="TEXT", help="Who permitted what codes forbid; kept in the "
              "audit.")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="File to write; beside it FILE.json tells all of it.")  # fmt: skip
@BY
@CONFIG
def export(  # noqa: PLR0913 (one argument for each option)
    *, kind: str, vessels: tuple[str, ...], start: str | None, end: str | None,
    zones: tuple[str, ...], bbox: str | None, polygon: str | None, alert: str, case: str,
    hops: int, layout: str | None, reason: str | None, permission: str | None, output: Path,
    by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Write what is known to a file, with a sidecar: query, span, sources, codes, who, why, hash.

    VESSEL is an MMSI, or imo: and the number. What handling codes forbid stays, unless
    --permission says who permitted it. Every export, and every refusal, stands in the audit.

    Example: vedetta export tracks 247000001 --from 2026-05-01 --reason "case 12" -o track.gpx
    """
    from service.desk import ready
    from service.exporting import asking
    from service.moments import moment

    can_write(output)
    if permission is not None:
        permission = said("--permission", permission, "who permitted it and how")
    asked = asking.Asked(
        kind=kind,  # type: ignore[arg-type]  # click has checked it
        layout=layout or _by_ending(output),
        vessels=asking.vessels(vessels),
        start=moment("--from", start),
        end=moment("--to", end),
        box=asking.box("--bbox", bbox),
        polygon=asking.polygon("--polygon", polygon),
        zones=tuple(dict.fromkeys(zones)),
        alert=alert,
        case=case,
        permission=permission or "",
        hops=hops,
    )
    settings = settings_of(config)
    name = who(by)
    words = None if case and reason is None else said("--reason", reason, _WHY)
    with ready(settings) as dsn:
        made = _make(dsn, asked, name, words, output, settings)
    tell(made)


def _make(
    dsn: str, asked: Asked, name: str, words: str | None, output: Path, settings: Settings
) -> Made:  # fmt: skip
    from service.exporting.choosing import Viewer, reason_in
    from service.exporting.making import Outlet, make
    from store.changes import Change
    from store.connect import session

    if words is None:
        with session(dsn) as connection:
            words = reason_in(connection, asked.case, Viewer())
    change = Change(name, words, dt.datetime.now(dt.UTC))
    outlet = Outlet(settings.thinning, settings.exercise)
    with _bar() as (begin, step):
        return make(dsn, asked, change, output, outlet=outlet, begin=begin, step=step)


@contextmanager
def _bar() -> Iterator[tuple[Callable[[int | None], None], Callable[[int], None]]]:
    """Show how many rows are read; yields what is told the total, and what adds to it."""
    from service.commands.progress import rows_bar

    with rows_bar("export") as bar:
        yield bar


def _by_ending(output: Path) -> str:
    """Return the format that the file's name says; raises WrongUseError where it says none."""
    from maps.exports import EXPORTS

    for name, one in EXPORTS.items():
        if output.name.lower().endswith(f".{one.ending}"):
            return name
    msg = f"{plain(output.name)}: its ending names no format; expected --format, or an ending of "
    raise WrongUseError(msg + ", ".join(one.ending for one in EXPORTS.values()))


def tell(made: Made) -> None:
    """Say on stderr what left, what was kept back and why."""
    sidecar = made.sidecar
    kept = sidecar["kept_back_count"]
    for one in sidecar["kept_back"]:
        click.echo(plain(f"{one['what']} is kept back: {one['why']}"), err=True)
    for note in sidecar["notes"]:
        click.echo(plain(note), err=True)
    held = f", {kept:,} kept back" if kept else ""
    click.echo(f"{sidecar['rows']:,} {sidecar['kind']}{held}; {sidecar['codes']['marked']}; "
               f"sha256 {sidecar['file']['sha256']}", err=True)  # fmt: skip
