"""``bench``: figures as ratios, side by side in one run."""

from __future__ import annotations

import json

import click


@click.command(short_help="Measure speed and floors, each beside what it must beat.")
@click.argument("names", nargs=-1, metavar="[NAME]…")
def bench(names: tuple[str, ...]) -> None:
    """Measure decode, ingest and live, each beside what it must beat.

    One JSON object on stdout at the end; on stderr a table, a line as soon as it is measured. Exit
    code 1 when a floor is missed.

    Example: vedetta bench decode
    """
    from bench.figures import BENCHES, HEAD, ON_REQUEST, Figure, as_rows, line

    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        msg = f"bench {unknown[0]!r} is unknown; expected {', '.join(BENCHES)}"
        raise click.UsageError(msg)
    asked = names or [name for name in BENCHES if name not in ON_REQUEST]
    click.echo(HEAD, err=True)
    figures = []
    for row in (row for name in asked for row in BENCHES[name]()):
        figures.append(Figure(**row))
        click.echo(line(figures[-1]), err=True)
    click.echo(json.dumps({"figures": as_rows(figures)}))
    raise SystemExit(1 if any(figure.missed() for figure in figures) else 0)
