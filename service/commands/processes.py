"""``demo``, ``serve`` and ``run``: the service and its processes."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.ranges import COUNT, MINUTES, PORT, SPEED

CONFIG = click.option(
    "-c",
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.yaml"),
    show_default=True,
    help="Settings; see the config.yaml that comes with the project.",
)


@click.command(short_help="Show the whole service with simulated traffic.")
@click.option("--minutes", type=MINUTES, help="End after so many minutes; else run until Ctrl-C.")
@click.option("--speed", type=SPEED, default=1.0, show_default=True,
              help="How much faster than real time the exercise runs.")  # fmt: skip
@click.option("--port", type=PORT, default=8600, show_default=True,
              help="Port of the page; the next free one is taken when it is in use.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True,
              help="Same seed, same ships, same voyages.")  # fmt: skip
@click.option("--vessels", type=COUNT, help="Number of vessels; default: the scenario's.")
@click.option("--scenario", type=click.Path(path_type=Path, dir_okay=False, exists=True),
              help="Scenario file; default: the Mediterranean one that comes along.")  # fmt: skip
@click.option("--totp", is_flag=True,
              help="Ask everybody for the second step too, as the service does.")  # fmt: skip
def demo(
    *, minutes: float | None, speed: float, port: int, seed: int, vessels: int | None,
    scenario: Path | None, totp: bool,
) -> None:  # fmt: skip
    """Show the whole service with simulated traffic, on this machine alone.

    Hundreds of simulated vessels are sent as real NMEA over a real TCP socket, through the spool
    and the decoder into a TimescaleDB of the demo's own. Everything is marked EXERCISE.

    Example: vedetta demo --minutes 10
    """
    from service.demo import Demo, run_demo

    raise SystemExit(run_demo(Demo(minutes, speed, port, seed, vessels, scenario, totp)))


@click.command(short_help="Run the service: ingest, web and jobs.")
@CONFIG
def serve(config: Path) -> None:
    """Run the service: ingest, web and jobs under one supervisor.

    Example: vedetta serve -c config.yaml
    """
    from service.processes import serve_all
    from service.settings import read_settings

    raise SystemExit(serve_all(read_settings(config), config))


@click.command(short_help="Run one part of the service alone.")
@click.argument("part", type=click.Choice(["ingest", "web", "jobs"]))
@CONFIG
@click.option("--fd", type=int, hidden=True, help="Of a listening socket that web serves on.")
def run(part: str, config: Path, fd: int | None) -> None:
    """Run one PART of the service alone: ingest, web or jobs.

    Example: vedetta run web -c config.yaml
    """
    from service.processes import run_part
    from service.settings import read_settings

    run_part(part, read_settings(config), fd)
