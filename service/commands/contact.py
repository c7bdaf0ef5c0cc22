"""``contact``: what people saw or heard of at sea and AIS cannot show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from alerts.contacts import INFO_GRADES, KINDS, SOURCE_GRADES, Contact, ContactError
from alerts.events import stamp
from service.commands.asking import BY, CONFIG, JSON, made, plain, settings_of, table, why
from service.errors import WrongUseError

if TYPE_CHECKING:
    from store.contacts import ContactVersion

_AT = "a time in UTC as 2026-05-10T14:20"  # as service.sightings.AT, which would load the store


@click.group(short_help="Contacts that AIS cannot see: add, list, close.")
def contact() -> None:
    """Look after contacts: a boat that somebody saw or heard of and that sends no AIS.

    They stand in incidents and in the help for rescuers. Most small boats carry no AIS.

    Example: vedetta contact list
    """


@contact.command(short_help="Enter a sighting.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="Who told of it.")
@click.option("--lon", type=float, required=True, help="Degrees, east positive.")
@click.option("--lat", type=float, required=True, help="Degrees, north positive.")
@click.option("--error", "error_nm", type=float, default=5.0, show_default=True,
              help="Nautical miles round the place.")  # fmt: skip
@click.option("--time", "time", metavar="UTC", help=f"When it was there: {_AT}; default: now.")
@click.option("--description", required=True, help="What it is; no names of persons.")
@click.option("--persons", type=int, help="How many are said to be aboard.")
@click.option("--source-grade", type=click.Choice(SOURCE_GRADES), default="X", show_default=True,
              help="4x4: the source.")  # fmt: skip
@click.option("--info-grade", type=click.Choice([str(grade) for grade in INFO_GRADES]),
              default="4", show_default=True, help="4x4: the information.")  # fmt: skip
@click.option("--same-as", default="", metavar="ID", help="The next sighting of this contact.")
@why("it is entered")
@BY
@CONFIG
def add(
    *, time: str | None, info_grade: str, same_as: str, why: str, by: str | None,
    config: Path | None, **said: Any,  # noqa: ANN401 (the fields of a contact)
) -> None:  # fmt: skip
    """Enter a sighting: a new contact, or the next place of one that is known.

    Example: vedetta contact add --kind aircraft --lon 12.9 --lat 35.1 --error 2 --persons 40
    --time 2026-05-10T14:20 --description "wooden boat, blue, stopped" --why "Osprey 2"
    """
    from service import sightings
    from service.desk import reading

    change = made(by, why)
    seen_us = sightings.seen_us("" if time is None else time or " ", change.at, "--time")
    try:
        one = Contact(**said, time_us=seen_us, info_grade=int(info_grade), id=same_as)
    except ContactError as error:
        raise WrongUseError(plain(error)) from error
    with reading(settings_of(config)) as connection:
        kept = sightings.enter(connection, one, change)
    click.echo(f"{kept.id} entered, sighting {kept.version}")


@contact.command("list", short_help="List the contacts, one line each.")
@click.option("--all", "closed", is_flag=True, help="Closed ones too.")
@JSON
@CONFIG
def list_contacts(*, closed: bool, as_json: bool, config: Path | None) -> None:
    """List the newest sighting of each open contact.

    Example: vedetta contact list --all
    """
    from service.desk import reading
    from store.contacts import contacts_now

    with reading(settings_of(config)) as connection:
        found = contacts_now(connection, closed=closed)
    if as_json:
        click.echo(json.dumps([_as_json(one) for one in found], ensure_ascii=False))
        return
    heads = ("ID", "SEEN (UTC)", "KIND", "LAT", "LON", "ERROR NM", "PERSONS", "GRADE", "STATE",
             "DESCRIPTION")  # fmt: skip
    click.echo(table(heads, [_row(one.contact) for one in found]))
    click.echo(f"{len(found):,} contacts", err=True)


@contact.command(short_help="Say that nobody looks for it any more.")
@click.argument("contact_id", metavar="ID")
@why("it is closed")
@BY
@CONFIG
def close(*, contact_id: str, why: str, by: str | None, config: Path | None) -> None:
    """Close a contact: it was found, or it was nothing.

    Example: vedetta contact close C-000001 --why "all aboard a merchant ship, 16:40Z"
    """
    from service import sightings
    from service.desk import reading

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        kept = sightings.close(connection, contact_id, change)
    click.echo(f"{kept.id} closed")


def _row(one: Contact) -> list[object]:
    persons = "-" if one.persons is None else one.persons
    state = "closed" if one.closed else f"open, {one.version}"
    return [one.id, stamp(one.time_us)[:16], one.kind, f"{one.lat:.4f}", f"{one.lon:.4f}",
            f"{one.error_nm:g}", persons, one.grade, state, one.description]  # fmt: skip


def _as_json(one: ContactVersion) -> dict[str, Any]:
    told = one.contact.as_dict() | {"time": stamp(one.contact.time_us)}
    return told | {"entered_by": one.author, "entered_at": one.at.isoformat(), "why": one.why}
