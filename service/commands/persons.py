"""``watchlist person``: owners and persons of an entry, which are personal data."""

from __future__ import annotations

from pathlib import Path

import click

from service.commands.asking import BY, CONFIG, made, plain, settings_of, why
from service.people import said
from watchlist.entries import PERSON_ROLES, Person

_ID = click.argument("entry_id", metavar="ID")


def about(person: Person) -> str:
    """Return a person as one line."""
    return f"{person.role}: {person.name}" + (f" ({person.note})" if person.note else "")


@click.group(short_help="Owners and persons of an entry, kept apart.")
def person() -> None:
    """Look after owners and persons of an entry: personal data, kept apart.

    Example: vedetta watchlist person list V-000001 --reason "request of Eurojust"
    """


_ROLE = click.option("--role", type=click.Choice(PERSON_ROLES), required=True)
_NAME = click.option("--name", required=True)


@person.command("add", short_help="Note a person.")
@_ID
@_ROLE
@_NAME
@click.option("--note", default="")
@why("it is noted")
@BY
@CONFIG
def add_person(
    *, entry_id: str, role: str, name: str, note: str, why: str, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Note a person of an entry.

    Example: vedetta watchlist person add V-000001 --role owner --name "…" --why "registry"
    """
    from service import watch
    from service.desk import desk as desk_of

    told = said("--note", note, "what is known of the person") if note else ""
    one = Person(role, said("--name", name, "who it is"), told)
    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        watch.add_person(desk, entry_id, one, change)
    click.echo(f"{entry_id}: {role} noted")


@person.command("remove", short_help="Remove a person.")
@_ID
@_ROLE
@_NAME
@why("it is removed")
@BY
@CONFIG
def remove_person(
    *, entry_id: str, role: str, name: str, why: str, by: str | None, config: Path | None
) -> None:
    """Remove a person of an entry.

    Example: vedetta watchlist person remove V-000001 --role owner --name "…" --why "sold"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        watch.remove_person(desk, entry_id, role, name, change)
    click.echo(f"{entry_id}: {role} removed")


@person.command("list", short_help="Read the persons of an entry.")
@_ID
@why("they are read", "--reason")
@BY
@CONFIG
def list_persons(*, entry_id: str, reason: str, by: str | None, config: Path | None) -> None:
    """Read the persons of an entry; a line in the audit.

    Example: vedetta watchlist person list V-000001 --reason "request of Eurojust"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, reason, "--reason")
    with desk_of(settings_of(config)) as desk:
        people = watch.persons_of(desk, entry_id, change)
    for one in people:
        click.echo(plain(about(one)))
    click.echo(f"{len(people):,} persons", err=True)
