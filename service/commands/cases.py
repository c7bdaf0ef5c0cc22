"""``cases``: which cases there are, and what is in one; read only."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, made, plain, settings_of, table, why
from service.errors import WrongUseError

if TYPE_CHECKING:
    from store.case_parts import Whole


@click.group(short_help="Which cases there are, and what is in one.")
def cases() -> None:
    """Read cases; they are opened and changed on their pages.

    Example: vedetta cases list
    """


@cases.command("list", short_help="List the cases, one line each.")
@JSON
@CONFIG
def list_cases(*, as_json: bool, config: Path | None) -> None:
    """List the cases: id, state, codes, who leads them, until when they are looked at again.

    Titles stay out: who may know them sees them on the page.

    Example: vedetta cases list
    """
    from service.cases import codes_of, marked
    from service.desk import reading
    from store.cases import cases as found

    with reading(settings_of(config)) as connection:
        held = found(connection)
    rows = [
        {
            "id": one.case.id, "state": one.case.state, "codes": marked(codes_of(one)),
            "leads": ", ".join(who.name for who in one.members if who.role == "lead"),
            "review_by": str(one.case.review_by),
        }
        for one in held
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    heads = ("ID", "STATE", "CODES", "LED BY", "LOOK AGAIN BY")
    click.echo(table(heads, [list(row.values()) for row in rows]) if rows else "no case")


@cases.command(short_help="Show what is in a case; the audit tells of it.")
@click.argument("case_id", metavar="ID")
@why("it is read")
@BY
@JSON
@CONFIG
def show(*, case_id: str, why: str, by: str | None, as_json: bool, config: Path | None) -> None:
    """Show a case with all that is in it; who read it and why stands in the audit.

    Example: vedetta cases show K-000001 --why "asked by the data protection officer"
    """
    from service.desk import reading
    from store import audit
    from store.cases import whole
    from store.errors import RuleError

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        try:
            held = whole(connection, case_id)
        except RuleError as error:
            raise WrongUseError(f"{error}; see vedetta cases list") from error
        audit.append(connection, change, "case.read", held.case.id, {"by": "command line"})
    told = _told(held)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    click.echo("\n".join(_lines(told)))


def _told(held: Whole) -> dict[str, Any]:
    from service.cases import codes_of, marked

    return {
        **asdict(held.case),
        "codes": marked(codes_of(held)),
        "members": [asdict(one) for one in held.members],
        "items": [asdict(one) for one in held.items],
        "files": [asdict(one) for one in held.papers],
        "notes": [asdict(one) for one in held.notes],
    }


def _lines(told: dict[str, Any]) -> list[str]:
    lines = [f"{told['id']}  {told['title']}  {told['state']}  {told['codes']}"]
    lines += [f"basis   {told['basis']} ({told['reference']})", f"reason  {told['reason']}"]
    lines += [f"member  {one['name']}, {one['role']}" for one in told["members"]]
    lines += [f"{one['kind']:7} {one['ref']}  {one['note']}" for one in told["items"]]
    lines += [f"file    {one['id']}.{one['ending']}  {one['size']:,} bytes  {one['sha256']}"
              for one in told["files"]]  # fmt: skip
    lines += [f"note    {one['at']:%d %b %Y %H:%M}  {one['author']}: {one['text']}"
              for one in told["notes"]]  # fmt: skip
    return [plain(" ".join(line.split("\n"))) for line in lines]
