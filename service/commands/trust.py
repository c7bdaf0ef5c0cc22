"""``spool`` and ``db``: proofs and figures of what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, made, settings_of, why
from service.commands.progress import bytes_bar
from service.errors import ServiceError, WrongUseError

if TYPE_CHECKING:
    from ais.spool.verify import VerifyReport


@click.group(short_help="Look after the spool, which is the evidence.")
def spool() -> None:
    """Look after the spool: every line as received, which is the evidence."""


@spool.command(short_help="Prove the spool; name the first bad file and frame.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), required=False)
@CONFIG
@click.option("--anchor", default="", help="Head that an earlier proof printed: shows a cut tail.")
def verify(folder: Path | None, config: Path | None, anchor: str) -> None:
    """Prove the spool's chain; name the first bad file and frame.

    FOLDER is the spool's folder, by default that of the settings, else the service's own. Closed
    segments are proven by their hashes. The open segment has no hash yet: its lines are only
    checked for their form.

    Example: vedetta spool verify
    """
    import dataclasses

    from ais.spool.verify import verify as prove

    if folder and config:
        msg = f"{folder}: stands beside -c {config}; give the spool's folder or the settings"
        raise WrongUseError(msg)
    place = folder or settings_of(config).folder / "spool"
    if not place.is_dir():
        msg = f"{place}: no such folder; give the folder of a spool"
        raise WrongUseError(msg)
    with bytes_bar("verify", _bytes_in(place)) as progress:
        report = prove(place, anchor=anchor, progress=progress)
    if report.ok and report.segments + report.removed == 0:
        msg = f"{place}: holds no spool; give the folder that holds manifest.jsonl"
        raise ServiceError(msg)
    click.echo(json.dumps(dataclasses.asdict(report), default=str))
    if not report.ok:
        raise ServiceError(report.fault)
    click.echo(_proven(report), err=True)


@spool.command(short_help="Begin a new spool where the old one is lost.")
@CONFIG
@BY
@why("the old spool is gone")
def begin(config: Path | None, by: str | None, why: str) -> None:
    """Begin a new spool in an empty folder, for a database whose spool is lost.

    Its lines are numbered behind all that the database has read, so that none is taken for one
    that was read before. What was in the old spool and not yet in the database is lost; evidence
    can be made only of lines that are in a spool. The service must not run.

    Example: vedetta spool begin -c config.yaml --why "disk of 3 May failed, report 117"
    """
    from service.spools import begin_behind

    settings = settings_of(config)
    number = begin_behind(settings, made(by, why))
    click.echo(f"{settings.folder / 'spool'}: begins at segment {number:,}; start the service")


def _bytes_in(folder: Path) -> int | None:
    """Return the bytes of lines that a proof will go through, None while they are not known."""
    from ais.errors import SpoolError
    from ais.spool.layout import open_path, segments_on_disk
    from ais.spool.manifest import Manifest

    manifest = Manifest(folder)
    try:
        manifest.refresh()
        plain = [n for n in segments_on_disk(folder)[0] if n not in manifest.closed]
        plain_bytes = sum(open_path(folder, number).stat().st_size for number in plain)
    except (SpoolError, OSError):
        return None  # the proof will say what is wrong
    kept = manifest.closed.keys() - manifest.removed
    return plain_bytes + sum(manifest.closed[number].size for number in kept)


def _proven(report: VerifyReport) -> str:
    """Return what the proof shows, and what it cannot show."""
    closed, plain = report.segments - report.open_segments, report.open_segments
    text = f"proven: {report.lines - report.open_lines:,} lines in {_segments(closed, 'closed')}"
    if report.open_lines:
        text += f"; {report.open_lines:,} lines in "
        text += "the open segment" if plain == 1 else f"{plain} segments that are not closed"
        text += " carry no hash yet"
    return f"{text}; head {report.head}" if report.head.strip("0") else text


def _segments(number: int, kind: str) -> str:
    return f"{number:,} {kind} segment{'' if number == 1 else 's'}"


@click.group(short_help="Look after the database.")
def db() -> None:
    """Look after the database."""


@db.command(short_help="Show version, edition, sizes, growth and retention.")
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def status(config: Path | None, *, as_json: bool) -> None:
    """Show version, edition, sizes, chunks, GB per day and retention; change nothing.

    Example: vedetta db status
    """
    from store.connect import address_in, database, told_apart
    from store.schema import lacking
    from store.status import status as look

    settings = settings_of(config)
    place = _described(address_in(), settings.database.folder)
    with database(settings.database.folder, existing=True) as dsn, told_apart():
        if missing := lacking(dsn):
            msg = (
                f"{place}: has no {', '.join(missing)} yet; vedetta serve, or vedetta replay "
                "--into-db, brings its tables up to date"
            )
            raise ServiceError(msg)
        found = look(dsn, settings.retention.positions_days)
    if as_json:
        click.echo(json.dumps(found, default=str))
        return
    click.echo(f"{'database':<34} {place}")
    for name, value in found.items():
        _show(name, value)


def _described(address: str, folder: Path | None) -> str:
    """Return which database it is, without user and password."""
    if not address:
        from store.embedded import locate

        return f"embedded, {locate(folder).folder}"
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(address)
    host = parts.get("host") or parts.get("hostaddr") or "local socket"
    port, name = parts.get("port"), parts.get("dbname") or parts.get("user") or ""
    return f"{name} on {host}{f':{port}' if port else ''} (DATABASE_URL)"


_UNKNOWN = "not known yet"
_SCALES = {"B": 1.0, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}


def _show(name: str, value: Any, indent: int = 0, parent: str = "") -> None:  # noqa: ANN401
    """Print one figure as an aligned line; a mapping as a heading with its own lines."""
    label = " " * indent + name.replace("_", " ").replace("gb per day", "growth")
    if isinstance(value, dict):
        click.echo(label)
        for inner, inner_value in value.items():
            _show(str(inner), inner_value, indent + 2, name)
        return
    words = name if parent != "tables" else "bytes"
    click.echo(f"{label:<34} {_in_words(words, value)}")


def _in_words(name: str, value: Any) -> str:  # noqa: ANN401 (a figure of the status)
    """Return a figure with the unit that its name says."""
    if value is None:
        return _UNKNOWN
    if name == "bytes":
        return _size(value)
    if name in {"gb_per_day", "gb_kept"}:
        return _size(value * 1e9) + (" a day" if name == "gb_per_day" else "")
    if name == "retention_days":
        return f"{value:g} days"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _size(count: float) -> str:
    """Return ``count`` bytes in the unit that keeps the figure short."""
    unit = max((one for one in _SCALES if _SCALES[one] <= count), key=_SCALES.__getitem__,
               default="B")  # fmt: skip
    return f"{count / _SCALES[unit]:.{0 if unit == 'B' else 1}f} {unit}"
