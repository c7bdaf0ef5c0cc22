"""``links``: who is tied to whom, and by what evidence."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.commands.asking import BY, CONFIG, can_write, made, plain, settings_of, table, why
from service.errors import WrongUseError
from service.people import said

if TYPE_CHECKING:
    from service.settings import Settings
    from store.changes import Change

_WIDEST = (24, 24, 6, 22, 60, 17, 17, 0)


@click.command(short_help="Show who is tied to whom: meetings, identifiers, owners, ports.")
@click.argument("vessel", required=False, metavar="[VESSEL]")
@click.option("--all", "everybody", is_flag=True, help="Of the whole sea, not of one vessel.")
@click.option("--since", metavar="ISO", help="From this time; default: 90 days back, --all: 7.")
@click.option("--until", metavar="ISO", help="Until before this time; default: now.")
@click.option("--hops", type=click.IntRange(1, 3), default=1, show_default=True,
              help="Steps from the vessel.")  # fmt: skip
@click.option("--to", "other", metavar="VESSEL", help="Look for the strongest chain to this one.")
@click.option("--format", "layout", type=click.Choice(["text", "graphml", "json"]),
              default="text", show_default=True)  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Of graphml: the file; beside it FILE.json tells all of it.")  # fmt: skip
@click.option("--permission", default="", metavar="TEXT",
              help="Of graphml: who permitted what codes forbid.")  # fmt: skip
@why("links are read", "--reason")
@BY
@CONFIG
def links(  # noqa: PLR0913 (one argument for each option)
    *, vessel: str | None, everybody: bool, since: str | None, until: str | None, hops: int,
    other: str | None, layout: str, output: Path | None, permission: str, reason: str,
    by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Show who met, sailed together, shared identifiers, owners or ports, with the evidence.

    VESSEL is an MMSI, imo: and the number, a name or a call sign. A star marks who is on the
    list. graphml is an export: it leaves with a sidecar, and without what handling codes forbid.

    Example: vedetta links 247000001 --hops 2 --to 271000002 --reason "case 12"
    """
    if bool(vessel) == everybody:
        raise WrongUseError("a vessel or --all: name one of the two")
    if (layout == "graphml") != (output is not None):
        raise WrongUseError("-o names the file of --format graphml, which goes nowhere else")
    if permission:
        permission = said("--permission", permission, "who permitted it and how")
    change, settings = made(by, reason, "--reason"), settings_of(config)
    asked = (vessel or "", since, until, other or "")
    if output is not None:
        if other:
            raise WrongUseError("--to: a chain is no file; leave it out, or take text or json")
        can_write(output)
        _export(settings, asked, hops, permission, output, change)
        return
    _show(settings, asked, hops, change, layout)


def _show(
    settings: Settings, asked: tuple[str, str | None, str | None, str], hops: int, change: Change,
    layout: str,
) -> None:  # fmt: skip
    from service.desk import reading
    from service.links import telling
    from service.links.consulting import asked_for, consulted

    vessel, since, until, other = asked
    with reading(settings) as connection:
        wanted = asked_for(
            connection, vessel, other, (since or "", until or ""), hops=hops, now=change.at
        )
        found = consulted(connection, wanted, change)
    if layout == "json":
        click.echo(json.dumps(telling.in_json(found), ensure_ascii=False))
        return
    if found.network.ties:
        click.echo(table(telling.HEADS, telling.in_rows(found), widest=_WIDEST))
    for line in (telling.sentence_of(found), *telling.in_words(found)):
        click.echo(plain(line), err=True)


def _export(
    settings: Settings, asked: tuple[str, str | None, str | None, str], hops: int,
    permission: str, output: Path, change: Change,
) -> None:  # fmt: skip
    from service.commands.export import tell
    from service.desk import ready
    from service.exporting import asking
    from service.exporting.making import Outlet, make
    from service.links.asking import usual_start
    from service.moments import moment

    vessel, since, until, _ = asked
    named = asking.vessels([vessel])
    end = moment("--until", until) or change.at.astimezone(dt.UTC)
    start = moment("--since", since) or usual_start(end, named)
    question = asking.Asked("links", "graphml", named, start, end, hops=hops,
                            permission=permission)  # fmt: skip
    with ready(settings) as dsn:
        outlet = Outlet(settings.thinning, settings.exercise)
        tell(make(dsn, question, change, output, outlet=outlet))
