"""``decode``, ``replay`` and ``exercise``: recorded and simulated data."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import CONFIG, config_of
from service.commands.progress import bytes_bar, hours_bar, size_of
from service.commands.ranges import COUNT, HOURS, PORT, SPEED, Finite
from service.errors import ServiceError, WrongUseError, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.replay import Replayed
    from service.settings import Settings

_PATH = click.Path(path_type=Path, dir_okay=False)
_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_START = click.option("--start", help="Time of lines that carry none, as 2020-07-04T14:51:00Z.")


@click.command(short_help="Decode AIS lines: one JSON object per message.")
@_FILES
@_START
@click.option("-o", "--output", type=_PATH,
              help="Write positions to this Parquet file, no objects to stdout.")  # fmt: skip
def decode(files: tuple[Path, ...], start: str | None, output: Path | None) -> None:
    """Decode AIS lines: one JSON object per message on stdout.

    Field names are pyais'; enums are raw integers, null is not available; rx_time, feed and lines
    say when, from where and from which input lines. The last line on stderr is one JSON object
    that accounts for every line.

    Example: vedetta decode harbour.nmea.gz | head
    """
    _exist(files)
    for path in files:
        if path.is_dir():
            msg = f"{path}: is a folder; give files (a spool: vedetta replay {path} --positions F)"
            raise WrongUseError(msg)
    # A bar between the objects on a terminal would be noise.
    quiet = bool(output) or not sys.stdout.isatty()
    with bytes_bar("decode", size_of(files), shown=quiet) as progress:
        account = _decode(files, _start(start), output, progress)
    click.echo(json.dumps(account), err=True)


def _decode(
    files: tuple[Path, ...],
    start: dt.datetime | None,
    output: Path | None,
    progress: Callable[[int], None],
) -> dict[str, Any]:
    """Write objects to stdout, or positions to ``output``; returns the account of all lines."""
    if output:
        from service.replay import Replay
        from service.replay import replay as run_replay
        from service.settings import Settings

        _can_write(output, files)
        job = Replay(files, start, positions=output)
        return run_replay(job, Settings(), progress).counts
    from ais.decoder import Decoder
    from ais.lines import FeedNames
    from ais.messages import objects
    from ais.recorded import feed_of, recorded_blocks

    names = FeedNames()
    decoder = Decoder(names, source_time=frozenset(map(feed_of, files)), future_limit_s=None)
    blocks = recorded_blocks(files, names, start=start, block_lines=4096, progress=progress)
    write = sys.stdout.write
    for message in objects(decoder, blocks):
        write(json.dumps(message, separators=(",", ":"), default=str) + "\n")
    return decoder.counts.as_dict()


@click.command(short_help="Run recorded data through the same pipeline as live data.")
@_FILES
@_START
@click.option("--into-db", is_flag=True, help="Put the rows into the database, as a run.")
@click.option("--positions", type=_PATH, metavar="OUT.parquet",
              help="Write every decoded position to this Parquet file.")  # fmt: skip
@click.option("--events", type=_PATH, metavar="OUT.jsonl",
              help="Write every event, one JSON object a line; - is stdout.")  # fmt: skip
@click.option("--zones", type=_PATH, metavar="FILE",
              help="Zones to check against, in place of those that come along.")  # fmt: skip
@click.option("--watchlist", type=_PATH, metavar="FILE",
              help="Vessels to look for: CSV, XLSX, JSON, OFAC or OpenSanctions.")  # fmt: skip
@click.option("--traffic", type=_PATH, metavar="FILE",
              help="Model of the usual traffic: vedetta traffic show -o FILE.")  # fmt: skip
@click.option("--rules", type=_PATH, metavar="FILE.json",
              help="Watch rules: vedetta find rules -o FILE.json.")  # fmt: skip
@click.option("--block-lines", type=click.IntRange(1), default=65_536, show_default=True,
              help="Lines of a block; the result does not depend on it.")  # fmt: skip
@click.option(
    "--columns",
    help="Of a track CSV: id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED.",
)
@click.option(
    "--time-format", help="How the time is written: epoch, epoch_ms, or as %d-%m-%y %H:%M."
)
@click.option("--speed-scale", type=Finite(0, min_open=True), default=1.0,
              help="Knots per unit of --columns' sog.")  # fmt: skip
@CONFIG
@click.option("--set", "changes", multiple=True, metavar="KEY=VALUE",
              help="Change a setting, as --set thinning.every_s=0.")  # fmt: skip
def replay(  # noqa: PLR0913 (one argument for each option)
    *,
    files: tuple[Path, ...],
    start: str | None,
    into_db: bool,
    positions: Path | None,
    events: Path | None,
    zones: Path | None,
    watchlist: Path | None,
    traffic: Path | None,
    rules: Path | None,
    block_lines: int,
    columns: str | None,
    time_format: str | None,
    speed_scale: float,
    config: Path | None,
    changes: tuple[str, ...],
) -> None:
    """Run recorded data through the same pipeline as live data.

    NMEA with or without tag blocks, time prefixes or suffixes, $PGHP; gz and zst; CSV of the
    Danish Maritime Authority and of MarineCadastre; any track CSV by --columns. FILE may be - for
    standard input. Positions are checked against the zones, identities against the list; of a
    spool's folder against those that were in force. The last line on stderr is one JSON object
    that accounts for every line.

    Example: vedetta replay hour.nmea.gz --watchlist list.csv
    """
    _exist(files)
    _hold_lines(files)
    if positions:
        _can_write(positions, files)
    if events and str(events) != "-":
        _can_write(events, files)
    from ais.dialects.csv_columns import parse_columns
    from service.given import Given
    from service.replay import Replay, counts_line
    from service.replay import replay as run_replay
    from store.connect import database
    from store.migrate import migrate

    settings = _settings(config, changes)
    layout = None
    if columns:
        layout = parse_columns(columns, time_format or "auto", speed_scale)
    given = Given(zones, watchlist, traffic, rules)
    job = Replay(files, _start(start), block_lines, layout, positions, events, given=given)
    with bytes_bar("replay", size_of(files)) as progress:
        if into_db:
            import dataclasses

            with database(settings.database.folder) as dsn:
                migrate(dsn)
                result = run_replay(dataclasses.replace(job, dsn=dsn), settings, progress)
        else:
            result = run_replay(job, settings, progress)
    if result.new is not None:
        kept = f"{result.new:,} new of {result.stored:,} rows kept, {result.read:,} read"
        click.echo(f"{kept}, run {result.run}")
    _tell_found(result)
    click.echo(counts_line(result), err=True)
    raise SystemExit(1 if result.refused or result.failed else 0)


def _tell_found(result: Replayed) -> None:
    """Tell on stderr what was found at zones and of the list, and whom nobody looked for."""
    for row in result.bad:
        click.echo(f"list, line {row.line}: left out: {row.reason}", err=True)
    if visits := result.found.visits:
        counts = ", ".join(f"{count:,} {change}" for change, count in visits.most_common())
        click.echo(f"zones: {counts}", err=True)
    if events := result.found.events:
        counts = ", ".join(f"{count:,} {kind}" for kind, count in events.most_common())
        click.echo(f"events: {counts}", err=True)
    for hit in sorted(result.found.hits.values(), key=lambda hit: (-hit.score, hit.mmsi)):
        click.echo(f"list: {hit}", err=True)
    if result.failed:
        msg = f"{result.failed} lines of the spool could not be followed; see the log above"
        click.echo(msg, err=True)


@click.group(short_help="Simulate Mediterranean traffic as real NMEA.")
def exercise() -> None:
    """Simulate Mediterranean traffic as real NMEA, to a file or to a socket.

    Example: vedetta exercise send --port 10110
    """


_SCENARIO = click.option(
    "--scenario",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Scenario file; default: the Mediterranean one that comes along.",
)
_VESSELS = click.option(
    "--vessels", type=COUNT, help="Number of vessels; default: the scenario's."
)
MEDITERRANEAN = "mediterranean"
STATICS_S = 360.0
"""Every vessel has told its identity in this time (ITU-R M.1371-5, annex 1, table 1)."""
_SEED = click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same sea.")


@exercise.command("write", short_help="Write a span of simulated traffic to a file.")
@click.option("-o", "--output", type=_PATH, required=True,
              help="File to write; .zst and .gz are compressed.")  # fmt: skip
@click.option("--hours", type=HOURS, default=1.0, show_default=True)
@click.option("--start", default="2026-01-01T00:00:00Z", show_default=True,
              help="Time of the first line.")  # fmt: skip
@click.option("--truth", type=_PATH, metavar="FILE",
              help="Write what happens and by when it has to be told: JSON lines.")  # fmt: skip
@click.option("--list", "list_file", type=_PATH, metavar="FILE.csv",
              help="Write the list of the vessels that the incidents look for.")  # fmt: skip
@_VESSELS
@_SEED
@_SCENARIO
def write_exercise(  # noqa: PLR0913 (one argument for each option)
    *, output: Path, hours: float, start: str, truth: Path | None, list_file: Path | None,
    vessels: int | None, seed: int, scenario: Path | None,
) -> None:  # fmt: skip
    """Write a span of simulated traffic, with its incidents, to a file.

    Example: vedetta exercise write --vessels 5000 --hours 24 -o day.nmea.zst
    """
    from service.exercise.fill import generate
    from service.exercise.listing import write_list, write_truths

    begin = _time(start)
    with hours_bar("exercise", hours) as progress:
        written = generate(
            scenario or MEDITERRANEAN, seed, vessels, begin, hours, output, progress
        )
    if truth:
        write_truths(written.truths, truth)
    if list_file:
        write_list(written.listed, list_file)
    click.echo(f"{written.lines:,} lines of {written.vessels:,} vessels in {output}")


@exercise.command("send", short_help="Send simulated traffic to everyone who connects.")
@click.option("--port", type=PORT, default=10110, show_default=True, help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--speed", type=SPEED, default=1.0, show_default=True)
@click.option("--fd", type=int, hidden=True, help="Of a listening socket, instead of a port.")
@_VESSELS
@_SEED
@_SCENARIO
def send_exercise(
    *, port: int, host: str, speed: float, fd: int | None, vessels: int | None, seed: int,
    scenario: Path | None,
) -> None:  # fmt: skip
    """Send simulated traffic to everyone who connects, as time goes by.

    Example: vedetta exercise send --port 10110
    """
    import asyncio
    import time

    from service.doors import inherited
    from service.exercise.exercise import Exercise
    from service.exercise.scenario import load_scenario
    from service.exercise.sender import serve
    from service.log import set_up_log
    from service.settings import LogSettings
    from service.supervisor import end_with_parent

    set_up_log(LogSettings(level="warning"))
    sea = Exercise(load_scenario(scenario or MEDITERRANEAN), seed, vessels)
    door = None if fd is None else inherited(fd)
    work = serve(
        sea, host, port, speed=speed, start_epoch_s=time.time(), greeting_s=STATICS_S, door=door
    )
    end_with_parent()
    try:
        asyncio.run(work)
    except OSError as error:
        msg = f"--port {port}: {host} cannot be listened on ({reason_of(error)}); choose another"
        raise ServiceError(msg) from error


def _time(text: str) -> dt.datetime:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        msg = f"--start: {text!r} is no time; expected ISO 8601 as 2020-07-04T14:51:00Z"
        raise WrongUseError(msg) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _start(text: str | None) -> dt.datetime | None:
    return None if text is None else _time(text)


def _exist(files: tuple[Path, ...]) -> None:
    for path in files:
        if str(path) != "-" and not path.exists():
            msg = f"{path}: no such file; give a recording, a spool's folder or - for stdin"
            raise WrongUseError(msg)


def _hold_lines(files: tuple[Path, ...]) -> None:
    """Refuse a folder that is no spool: it would be replayed as nothing at all."""
    from ais.spool.layout import segments_on_disk

    for path in files:
        if path.is_dir() and not any(segments_on_disk(path)):
            msg = f"{path}: holds no spool; give a recording or the folder of a spool"
            raise WrongUseError(msg)


def _can_write(output: Path, files: tuple[Path, ...]) -> None:
    """Fail now, not after the work, where ``output`` cannot be written or is what is read."""
    there = output.exists()
    if there and any(path.exists() and path.samefile(output) for path in files):
        msg = f"{output}: is read and would be overwritten; name another file"
        raise WrongUseError(msg)
    if not there or output.is_file():
        output.open("ab").close()
    if not there:
        output.unlink()


def _settings(config: Path | None, changes: tuple[str, ...]) -> Settings:
    """Return the settings of ``config`` with ``changes``; what is wrong is told of its own."""
    from service.settings import load_settings, parse_settings

    data: dict[str, Any] = {}
    if config := config_of(config):
        parse_settings(data := load_settings(config), str(config))
    return parse_settings(_merged(data, _changed(changes)), "--set")


def _merged(data: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return ``data`` with what ``changes`` says of each section in its place."""
    both = {
        key: _merged(data[key], value)
        for key, value in changes.items()
        if isinstance(value, dict) and isinstance(data.get(key), dict)
    }
    return data | changes | both


def _changed(changes: tuple[str, ...]) -> dict[str, Any]:
    """Turn ``a.b=1`` into nested settings; values are read as YAML."""
    from service.strict_yaml import NotYamlError, load_yaml

    data: dict[str, Any] = {}
    for change in changes:
        key, equals, value = change.partition("=")
        if not equals or not key:
            msg = f"--set: {change!r} is no setting; expected KEY=VALUE as thinning.every_s=0"
            raise WrongUseError(msg)
        *sections, name = key.split(".")
        place = data
        for section in sections:
            place = place.setdefault(section, {})
            if not isinstance(place, dict):
                msg = f"--set: {key}: {section} was given a value before; set it or what is in it"
                raise WrongUseError(msg)
        try:
            place[name] = load_yaml(value)
        except NotYamlError as error:
            msg = f"--set: {key}: {value!r} {error}; expected KEY=VALUE as thinning.every_s=0"
            raise WrongUseError(msg) from None
    return data
