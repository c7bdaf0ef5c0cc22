"""``watchlist``: whole lists in, out and asked; single entries are in listing.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, can_write, made, next_step, plain, settings_of, why
from service.commands.fields import DEFAULTS, entry_options, given
from service.commands.listing import watchlist
from service.commands.steps import steps_bar
from service.errors import ServiceError, WrongUseError
from service.people import said

if TYPE_CHECKING:
    from service.crosscheck import Checked
    from service.importing import Plan

__all__ = ["watchlist"]

_FILE = click.argument("file", type=click.Path(path_type=Path))
_OUT = click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False),
                    help="File to write; default: standard output.")  # fmt: skip
LAYOUTS = ("csv", "xlsx", "json", "ofac", "opensanctions")
WRITTEN = ("csv", "xlsx", "json")


@watchlist.command("import", short_help="Propose the entries of a file.")
@_FILE
@click.option("--layout", type=click.Choice(LAYOUTS), help="Default: told from the content.")
@entry_options(DEFAULTS)
@click.option("--dry-run", is_flag=True, help="Show what would be done; write nothing.")
@click.option("--merge", "merge", type=click.IntRange(1), multiple=True, metavar="N",
              help="Proposal N is the same vessel: a version of the listed entry.")  # fmt: skip
@click.option("--keep", "keep", type=click.IntRange(1), multiple=True, metavar="N",
              help="Proposal N is another vessel: an entry of its own.")  # fmt: skip
@click.option("--keep-duplicates", is_flag=True, help="--keep for all proposals.")
@click.option("--strict", is_flag=True, help="Refuse the whole file for one bad row.")
@click.option("--why", metavar="TEXT",
              help="Why it is imported; kept in the audit; default: the file's name.")  # fmt: skip
@BY
@CONFIG
def import_file(  # noqa: PLR0913 (one argument for each option)
    *, file: Path, layout: str | None, dry_run: bool, merge: tuple[int, ...],
    keep: tuple[int, ...], keep_duplicates: bool, strict: bool, why: str | None, by: str | None,
    config: Path | None, **defaults: Any,  # noqa: ANN401 (texts, one for each field)
) -> None:  # fmt: skip
    """Propose the entries of a file: CSV, XLSX, JSON, and lists of OFAC and OpenSanctions.

    --reason, --contributor and the other fields hold for rows that say nothing of them. A row that
    seems to be listed already is left out until --merge or --keep says what it is. A dry run
    numbers these proposals; the numbers hold for the same file against the same list.

    Example: vedetta watchlist import partners.csv --contributor GRC --dry-run
    """
    from service import importing
    from service.desk import desk as desk_of

    read = importing.read_file(file, given(defaults), layout)
    change = made(by, f"import of {plain(file.name)}" if why is None else why)
    with desk_of(settings_of(config)) as desk:
        plan = importing.plan(desk, read, merge, keep, keep_all=keep_duplicates)
        refused = strict and bool(read.bad)
        done = [] if dry_run or refused else importing.apply(desk, plan, file, change)
        if not done:
            importing.compared(desk, plan, file, change)
    # Only now, when the audit is sure to know of it.
    _tell(plan)
    if refused:
        msg = f"{file.name}: {len(read.bad):,} bad rows; correct them or leave out --strict"
        raise ServiceError(msg)
    if dry_run:
        click.echo("dry run: nothing was written", err=True)
        return
    if not done and not plan.unchanged:
        raise ServiceError(f"{file.name}: nothing in it could be imported; see the lines above")
    if done:
        click.echo("\n".join(f"{one} proposed as version {version}" for one, version in done))
        click.echo(next_step([entry_id for entry_id, _ in done], change.who), err=True)


def _tell(plan: Plan) -> None:
    """Say on stderr what a file would do: bad rows, notes, changes, proposals, counts."""
    # At once: an echo for each of 50,000 lines takes seconds.
    click.echo("\n".join(map(plain, plan.told())), err=True)


@watchlist.command(short_help="Write entries in force to a file.")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--format", "layout", type=click.Choice(WRITTEN),
              help="Default: by the ending of -o, else csv.")  # fmt: skip
@_OUT
@click.option("--permission", metavar="TEXT",
              help="Who permitted what codes forbid; kept in the audit.")  # fmt: skip
@why("it is exported", "--reason")
@BY
@CONFIG
def export(
    *, ids: tuple[str, ...], layout: str | None, output: Path | None, permission: str | None,
    reason: str, by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Write entries in force to a file or to standard output; persons never leave.

    Entries with handling H2 or H3 or TLP red stay, unless --permission says who permitted it.

    Example: vedetta watchlist export --reason "weekly exchange" -o list.xlsx
    """
    from service.desk import desk as desk_of
    from service.leaving import leaving, make_private
    from watchlist.formats import write_list

    form = _form(layout, output, WRITTEN)
    if form == "xlsx" and output is None:
        raise WrongUseError("--format xlsx: is no text; name a file with -o")
    can_write(output)
    if permission is not None:
        permission = said("--permission", permission, "who permitted it and how")
    change = made(by, reason, "--reason")
    with desk_of(settings_of(config)) as desk:
        found = leaving(desk, ids, form, permission or "", change)
    # Only now, when the audit is sure to know of it.
    lines = [plain(f"{entry_id} is kept back: {cause}") for entry_id, cause in found.kept]
    click.echo("".join(f"{line}\n" for line in lines), err=True, nl=False)
    if not found.entries:
        raise ServiceError("nothing to export: no entry is in force whose codes allow it")
    make_private(output)
    write_list(found.entries, output or sys.stdout, form)
    click.echo(f"{len(found.entries):,} exported, {len(found.kept):,} kept back", err=True)


@watchlist.command(short_help="Ask about up to 100,000 identifiers.")
@_FILE
@_OUT
@click.option("--format", "layout", type=click.Choice(("csv", "json")),
              help="Default: by the ending of -o, else csv.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@why("it is asked", "--reason")
@BY
@CONFIG
def check(
    *, file: Path, output: Path | None, layout: str | None, as_json: bool, reason: str,
    by: str | None, config: Path | None,
) -> None:  # fmt: skip
    """Ask the list, and all identities and positions ever heard, about up to 100,000 identifiers.

    Each is a hit, possible, or no hit. Entries whose codes forbid it give «hit, ask the
    contributor» and no more.

    Example: vedetta watchlist check asked.csv --reason "port call Augusta" -o answers.csv
    """
    from service import crosscheck
    from service.desk import desk as desk_of

    if as_json and layout == "csv":
        raise WrongUseError("--json: with --format csv; say one of both")
    form = "json" if as_json else _form(layout, output, ("csv", "json"))
    can_write(output, file)
    asked = crosscheck.read_questions(file)
    change = made(by, reason, "--reason")
    settings = settings_of(config)
    with desk_of(settings) as desk, steps_bar("check", steps=4) as step:
        found = crosscheck.check(desk, asked, settings.watchlist.match, change, step)
    for bad in asked.bad:
        click.echo(plain(f"line {bad.line}: {bad.reason}"), err=True)
    crosscheck.write(found, output, form)
    click.echo(_counted(found), err=True)


def _counted(found: Checked) -> str:
    counts = ", ".join(f"{number:,} {verdict}" for verdict, number in found.counts.items())
    return f"{sum(found.counts.values()):,} asked: {counts}"


def _form(layout: str | None, output: Path | None, known: tuple[str, ...]) -> str:
    """Return the layout to write: what was said, else what the file's ending says, else csv."""
    ending = output.suffix.lower().removeprefix(".") if output else "csv"
    form = layout or ending
    if form not in known:
        msg = f"{output}: ends in {ending or 'nothing'}; expected {', '.join(known)} or --format"
        raise WrongUseError(msg)
    return form
