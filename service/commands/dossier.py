"""``dossier``: the investigation initiation document of a vessel."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.asking import BY, CONFIG, can_write, made, settings_of, why
from service.errors import WrongUseError

LANGUAGES = ("en", "it", "el")


@click.command(short_help="Write what is known of a vessel in a span: PDF or HTML.")
@click.argument("vessel", metavar="VESSEL")
@click.option("--from", "since", required=True, metavar="TIME", help="Begin of the span, UTC.")
@click.option("--to", "until", required=True, metavar="TIME", help="End of the span, UTC.")
@why("it is written", "--reason")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="F.pdf",
    help="File to write, .pdf or .html; only its owner reads it.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True)
@click.option("--permission", default="", metavar="TEXT", help="Who allowed what codes forbid.")
@click.option("--run", type=click.IntRange(0), default=0, metavar="N",
              help="Of the replay of this number, not of the live service.")  # fmt: skip
@BY
@CONFIG
def dossier(  # noqa: PLR0913 (one argument for each option)
    *, vessel: str, since: str, until: str, reason: str, output: Path, language: str,
    permission: str, run: int, by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Write the investigation initiation document of VESSEL (an MMSI, or imo:N).

    Where codes forbid it, it is refused with the reason, and the audit says so.

    Example: vedetta dossier imo:9074729 --from 2026-05-01 --to 2026-05-08 --reason 17 -o d.pdf
    """
    from service.leaving import make_private
    from service.moments import moment
    from service.papers.desk import ending_of, make_dossier
    from service.papers.order import Order
    from store.connect import database

    can_write(output)
    ending = ending_of(output.name)
    settings = settings_of(config)
    start, end = moment("--from", since), moment("--to", until)
    if start is None or end is None:
        raise WrongUseError("--from, --to: a span needs both; expected ISO 8601, as 2026-05-01")
    order = Order(vessel, start, end, made(by, reason, "--reason"), language, run,
                  permission.strip())  # fmt: skip
    with database(settings.database.folder) as dsn:
        content = make_dossier(dsn, settings, order, ending).content
    make_private(output)
    output.write_bytes(content)
    click.echo(f"{output}: {len(content):,} bytes; who, when and why stand in the audit")
