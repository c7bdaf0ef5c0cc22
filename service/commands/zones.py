"""``zones``: what positions are checked against, in, out and looked at; each change a version."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geofence.zones import KINDS, LEGAL
from service.commands.asking import (
    BY,
    CONFIG,
    JSON,
    can_write,
    made,
    plain,
    settings_of,
    table,
    why,
)
from service.commands.ranges import COUNT, HOURS
from service.errors import ServiceError, WrongUseError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geofence.files.reading import ReadZones
    from geofence.zones import Zone
    from store.zones import ZoneVersion

_OURS = "vedetta"
_KIND = click.option("--kind", type=click.Choice(KINDS), help="Only zones of this kind.")
_OUT = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
                    help="File to write, in the format of its ending; default: GeoJSON to "
                    "standard output.")  # fmt: skip
_ADOPTED = "a running service adopts it within seconds"


@click.group(short_help="Zones: import, export, look at, learn.")
def zones() -> None:
    """Look after the zones that positions are checked against.

    Example: vedetta zones import patrol.gpkg --kind office_area --dry-run
    """


@zones.command("import", short_help="Add or change the zones of a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), default="custom", show_default=True,
              help="Kind of zones whose feature says none; so with the next options.")  # fmt: skip
@click.option("--source", help="Where they come from; default: the file's name.")
@click.option("--licence", default="not stated", show_default=True)
@click.option("--version", default="", help="Edition of the source.")
@click.option("--legal-status", type=click.Choice(LEGAL), default="indicative", show_default=True)
@click.option("--prefix", default="", help="Put before every id, so that sources do not collide.")
@click.option(
    "--swap/--no-swap", default=None, help="Coordinates stand latitude first, or do not."
)
@click.option("--reproject", is_flag=True, help="Turn other coordinate systems into WGS 84.")
@click.option("--max-vertices", type=COUNT, help="Of the file; default: 500,000 and 100,000 of a "
              "feature.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@click.option("--why", default="", metavar="TEXT", help="Kept in the audit; default: the file's "
              "name.")  # fmt: skip
@BY
@CONFIG
def import_file(
    *, file: Path, dry_run: bool, why: str, by: str | None, config: Path | None, **options: Any,  # noqa: ANN401 (one for each option of reading)
) -> None:  # fmt: skip
    """Add or change the zones of a GeoPackage, Shapefile (also zipped), GeoJSON or KML file.

    All of the file is imported, or nothing: what is wrong is said feature by feature. A zone with
    an id that is there becomes its next version.

    Example: vedetta zones import patrol.gpkg --kind office_area --licence "own" --dry-run
    """
    from service.desk import reading
    from service.zoning import put

    read, sha256 = _read(file, options)
    change = made(by, why or f"import of {plain(file.name)}")
    with reading(settings_of(config)) as connection:
        details = {"file": plain(file.name), "sha256": sha256}
        done, version = put(connection, read.zones, change, "import", details)
        if dry_run:
            connection.rollback()
    for note in read.notes:
        click.echo(f"{plain(file)}: {plain(note)}", err=True)
    for zone in read.zones:
        if done[zone.id] != "unchanged":
            click.echo(f"{done[zone.id]:<8} {zone.id}  {plain(zone.name)}")
    counts = Counter(done.values())
    told = ", ".join(f"{counts[word]:,} {word}" for word in ("added", "changed", "unchanged"))
    if dry_run:
        click.echo(f"{told}; dry run: nothing was written", err=True)
    elif version:
        click.echo(f"{told}; zones edition {version}: {_ADOPTED}", err=True)
    else:
        click.echo(f"{told}; nothing to write", err=True)


def _read(file: Path, options: dict[str, Any]) -> tuple[ReadZones, str]:
    """Return what a file says and its hash, or say on stderr each thing that is wrong with it."""
    from geofence.files.reading import ReadOptions, ZoneDefaults, ZoneFileError
    from service.zoning import read_file

    defaults = ZoneDefaults(
        kind=options["kind"],
        source=plain(file.name) if options["source"] is None else options["source"],
        licence=options["licence"],
        version=options["version"],
        legal_status=options["legal_status"],
        id_prefix=options["prefix"],
    )
    reads = ReadOptions(swap=options["swap"], reproject=options["reproject"])
    if most := options["max_vertices"]:
        reads = ReadOptions(reads.swap, reads.reproject, most, most)
    try:
        return read_file(file, defaults, reads)
    except ZoneFileError as error:
        for fault in error.faults:
            click.echo(f"{plain(file)}: {plain(fault)}", err=True)
        msg = f"{plain(file)}: nothing was imported; correct what is said above"
        raise ServiceError(msg) from None


@zones.command(short_help="Write zones in force to a file.")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@_KIND
@_OUT
@CONFIG
def export(
    *, ids: tuple[str, ...], kind: str | None, output: Path | None, config: Path | None
) -> None:
    """Write zones in force, those that come along too, with all that is known of them.

    Endings: .gpkg, .shp, .zip (a Shapefile), .geojson, .kml.

    Example: vedetta zones export --kind port -o ports.gpkg
    """
    from service.desk import reading
    from service.editions import zones_in_force

    _can_write(output)
    with reading(settings_of(config)) as connection:
        there = {zone.id: zone for zone in zones_in_force(connection).zones}
    chosen = [_zone_of(there, one) for one in dict.fromkeys(ids)] if ids else list(there.values())
    _write([zone for zone in chosen if kind in {None, zone.kind}], output)


def _zone_of(there: dict[str, Zone], zone_id: str) -> Zone:
    if zone_id not in there:
        msg = f"{plain(zone_id)[:80]}: no such zone; see vedetta zones list"
        raise WrongUseError(msg)
    return there[zone_id]


def _can_write(output: Path | None) -> None:
    """Fail now, not after the work, where ``output`` is no place or no format for zones."""
    from geofence.files.reading import ENDINGS

    can_write(output)
    if output and output.suffix.lower() not in ENDINGS:
        msg = f"{plain(output)}: ends in {output.suffix or 'nothing'}; expected "
        raise WrongUseError(msg + ", ".join(ENDINGS))


def _write(chosen: Sequence[Zone], output: Path | None) -> None:
    from geofence.files.geojson import text
    from geofence.files.writing import write_zones

    if output is None:
        click.echo(text(chosen), nl=False)
        return
    write_zones(chosen, output)
    click.echo(f"{plain(output)}: {len(chosen):,} zones", err=True)


@zones.command("list", short_help="List zones in force.")
@_KIND
@JSON
@CONFIG
def list_zones(*, kind: str | None, as_json: bool, config: Path | None) -> None:
    """List the zones in force: those that come along, and those that people imported.

    Example: vedetta zones list --kind office_area
    """
    from service.desk import reading
    from service.editions import zones_in_force
    from store.zones import zones_now

    with reading(settings_of(config)) as connection:
        there = zones_in_force(connection)
        stored = {one.zone.id: one for one in zones_now(connection)}
    rows = [_row(zone, stored.get(zone.id)) for zone in there.zones if kind in {None, zone.kind}]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    # The rest stands in --json and in zones show.
    cells = [[*(row[name] for name in _LISTED), row["when"][:10]] for row in rows]
    heads = [name.upper() for name in (*_LISTED, "when")]
    click.echo(table(heads, cells, (0, 20, 0, 12, 0)))
    click.echo(f"{len(rows):,} zones", err=True)


_LISTED = ("id", "name", "kind", "who")


def _row(zone: Zone, version: ZoneVersion | None) -> dict[str, str]:
    """Return what a list says of a zone; a zone that comes along has no date."""
    return {
        "id": zone.id,
        "name": zone.name,
        "kind": zone.kind,
        "status": zone.legal_status,
        "source": zone.source,
        "valid": _valid(zone),
        "who": version.author if version else _OURS,
        "when": f"{version.at:%Y-%m-%dT%H:%M:%SZ}" if version else "",
    }


def _valid(zone: Zone) -> str:
    if zone.valid_from is None and zone.valid_until is None:
        return "always"
    ends = (zone.valid_from, zone.valid_until)
    return " to ".join(f"{end:%Y-%m-%d %H:%M}" if end else "…" for end in ends)


@zones.command(short_help="Show one zone with its history.")
@click.argument("zone_id", metavar="ID")
@CONFIG
def show(*, zone_id: str, config: Path | None) -> None:
    """Show one zone: what is known of it, and every version with who, when and why.

    Example: vedetta zones show anchorage-031375n-032320e
    """
    from service.desk import reading
    from service.editions import zones_in_force
    from store.zones import zone_history

    with reading(settings_of(config)) as connection:
        there = {zone.id: zone for zone in zones_in_force(connection).zones}
        history = zone_history(connection, zone_id)
    if zone_id not in there and not history:
        _zone_of(there, zone_id)
    zone = there.get(zone_id) or history[-1].zone
    for name, value in _facts(zone).items():
        if value != "":
            click.echo(f"{name:<14} {plain(value)}")
    if zone_id not in there:
        click.echo("removed: not in force")
    if not history:
        click.echo("comes along with this version of the program; nobody has changed it")
        return
    heads = ("VERSION", "STATE", "TIME", "WHO", "WHY")
    rows = [(one.version, one.state, f"{one.at:%Y-%m-%d %H:%M}Z", one.author, one.why)
            for one in history]  # fmt: skip
    click.echo(f"\n{table(heads, rows, widest=60)}")


def _facts(zone: Zone) -> dict[str, Any]:
    import shapely

    west, south, east, north = zone.geometry.bounds
    vertices = int(shapely.get_num_coordinates(zone.geometry))
    return {
        "id": zone.id,
        "name": zone.name,
        "kind": zone.kind,
        "legal status": zone.legal_status,
        "source": zone.source,
        "licence": zone.licence,
        "source version": zone.version,
        "valid": _valid(zone),
        "left beyond": f"{zone.leave_m:g} m",
        "box": f"{south:.4f} to {north:.4f} north, {west:.4f} to {east:.4f} east",
        "border": f"{vertices:,} vertices, {len(shapely.get_parts(zone.geometry))} parts",
        **{str(name): value for name, value in zone.details.items()},
    }


@zones.command(short_help="Take imported zones out of force.")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@why("they are removed")
@BY
@CONFIG
def remove(*, ids: tuple[str, ...], why: str, by: str | None, config: Path | None) -> None:
    """Take imported zones out of force; their history stays.

    Where one had taken the place of a zone that comes along, that one is in force again.

    Example: vedetta zones remove patrol-a --why "operation ended"
    """
    from service import zoning
    from service.desk import reading

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        edition = zoning.remove(connection, ids, change)
    click.echo(f"{len(set(ids)):,} removed; zones edition {edition}: {_ADOPTED}", err=True)


@zones.command(short_help="Learn anchorages from stored positions.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True,
              help="How far back positions are looked at.")  # fmt: skip
@click.option("--vessels", type=COUNT, default=3, show_default=True,
              help="So many make a place an anchorage.")  # fmt: skip
@click.option("--hours", type=HOURS, default=3.0, show_default=True,
              help="So long each of them lay there.")  # fmt: skip
@_OUT
@CONFIG
def learn(
    *, days: int, vessels: int, hours: float, output: Path | None, config: Path | None
) -> None:
    """Learn anchorages from where ships lay still, away from ports; nothing is adopted.

    Look at the result, take out what is none, and import it. A place that is known keeps its id.

    Example: vedetta zones learn --days 60 -o anchorages.geojson
    """
    from geofence.anchorages import AnchorageSettings, learn_anchorages
    from service.desk import reading
    from service.editions import zones_in_force
    from service.still import still_fixes

    _can_write(output)
    settings = AnchorageSettings(stay_h=hours, vessels=vessels)
    with reading(settings_of(config)) as connection:
        there = zones_in_force(connection)
        fixes = still_fixes(connection, days, settings.slow_kn)
    if not len(fixes.time):
        msg = f"--days {days}: no positions of still vessels in the database; give more days"
        raise WrongUseError(msg)
    found = learn_anchorages(
        fixes, there.of_kind("port").zones, settings, there.of_kind("anchorage").zones
    )
    if not found:
        msg = f"no anchorage found where {vessels} vessels lay {hours:g} h; ask for less of both"
        raise ServiceError(msg)
    _write(found, output)
    click.echo("to review; not in force until: vedetta zones import FILE", err=True)
