"""``user``: the accounts of the people who sign in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, made, plain, settings_of, table, why
from service.rights import ROLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import psycopg

    from store.changes import Change
    from store.people import Account

_NAME = click.argument("name", metavar="NAME")


def _fields(command: Any) -> Any:  # noqa: ANN401 (what click decorates)
    for option in (
        click.option("--clearance", type=click.Choice(("H0", "H1", "H2", "H3")),
                     help="Strictest handling code that they may see; default: H1."),
        click.option("--office", help="Id of the office in config.yaml, of role office only."),
        click.option("--state", "member_state", metavar="ISO3",
                     help="Member State as ITA; of role office it is the office's."),
        click.option("--role", type=click.Choice(ROLES), help="What they do."),
        click.option("--display", help="Their name as people read it."),
    ):  # fmt: skip
        command = option(command)
    return command


@click.group(short_help="Accounts of the people who sign in.")
def user() -> None:
    """Look after the accounts of the people who sign in.

    The first administrator is made here; after that the page /people does the same.

    Example: vedetta user add a.rossi --role administrator --display "Anna Rossi" --why "first one"
    """


@user.command(short_help="Make an account; prints a temporary password.")
@_NAME
@_fields
@why("the account is made")
@BY
@CONFIG
def add(*, name: str, why: str, by: str | None, config: Path | None, **said: str | None) -> None:
    """Make an account NAME; prints a temporary password, once.

    At the first sign-in the person sets a password of their own and the second step.

    Example: vedetta user add m.galea --role operator --display "Maria Galea" --why "new watch"
    """
    from service import accounts
    from service.desk import reading

    change, settings = made(by, why), settings_of(config)
    if said["role"] is None:
        raise click.UsageError(f"--role: is missing; expected one of {', '.join(ROLES)}")
    given = {"display": name} | _given(said)
    with reading(settings) as connection:
        account, password = accounts.add(
            connection, name, given, settings.routing, settings.people.first_h, change
        )
    _handed(account, password, settings.people.first_h)


@user.command("list", short_help="List the accounts.")
@JSON
@CONFIG
def list_users(*, as_json: bool, config: Path | None) -> None:
    """List the accounts, by name.

    Example: vedetta user list
    """
    from service.desk import change, reading
    from store.people import accounts

    with reading(settings_of(config)) as connection:
        there = accounts(connection)
    now = change("list", "list").at
    if as_json:
        click.echo(json.dumps([_as_json(one, now) for one in there], ensure_ascii=False))
        return
    heads = ("NAME", "DISPLAY", "ROLE", "OFFICE", "STATE", "CLEARANCE", "ACCOUNT")
    rows = [list(_as_json(one, now).values()) for one in there]
    click.echo(table(heads, rows))
    click.echo(f"{len(there):,} accounts", err=True)


@user.command(short_help="Change role, office, Member State, clearance or display name.")
@_NAME
@_fields
@why("it is changed")
@BY
@CONFIG
def edit(*, name: str, why: str, by: str | None, config: Path | None, **said: str | None) -> None:
    """Change what is said of the account NAME; it holds from its next click.

    Example: vedetta user edit m.galea --role supervisor --clearance H2 --why "leads the watch"
    """
    from service import accounts
    from service.desk import reading

    change, settings = made(by, why), settings_of(config)
    with reading(settings) as connection:
        kept = accounts.edit(connection, name, _given(said), settings.routing, change)
    click.echo(f"{plain(kept.name)}: changed")


@user.command(short_help="Close an account and sign it out.")
@_NAME
@why("it is closed")
@BY
@CONFIG
def disable(*, name: str, why: str, by: str | None, config: Path | None) -> None:
    """Close the account NAME, sign it out everywhere and end its tokens.

    The last administrator cannot be closed.

    Example: vedetta user disable m.galea --why "left the desk"
    """
    from service import accounts
    from service.desk import reading

    change = made(by, why)
    with reading(settings_of(config)) as connection:
        kept = accounts.disable(connection, name, change)
    click.echo(f"{plain(kept.name)}: disabled")


@user.command(short_help="Open a closed account; prints a temporary password.")
@_NAME
@why("it is opened again")
@BY
@CONFIG
def enable(*, name: str, why: str, by: str | None, config: Path | None) -> None:
    """Open the closed account NAME again; prints a temporary password, once.

    Example: vedetta user enable m.galea --why "back from leave"
    """
    from service import accounts

    _renewed(accounts.enable, name, made(by, why), config)


@user.command(short_help="New temporary password, second step set up anew.")
@_NAME
@why("it is reset")
@BY
@CONFIG
def reset(*, name: str, why: str, by: str | None, config: Path | None) -> None:
    """Reset password and second step of the account NAME; prints a temporary password, once.

    Example: vedetta user reset m.galea --why "telephone lost, asked in person"
    """
    from service import accounts

    _renewed(accounts.reset, name, made(by, why), config)


def _renewed(
    act: Callable[[psycopg.Connection, str, float, Change], tuple[Account, str]],
    name: str,
    change: Change,
    config: Path | None,
) -> None:
    """Do ``act`` to an account and print the temporary password that it gives."""
    from service.desk import reading

    settings = settings_of(config)
    with reading(settings) as connection:
        kept, password = act(connection, name, settings.people.first_h, change)
    _handed(kept, password, settings.people.first_h)


def _given(said: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in said.items() if value is not None}


def _handed(account: Account, password: str, hours: float) -> None:
    """Print what the person needs: the password alone on stdout."""
    click.echo(password)
    click.echo(
        f"{plain(account.name)}: {account.role}; the password above is temporary, good for "
        f"{hours:g} h and shown only now: hand it over in person",
        err=True,
    )


def _as_json(account: Account, now: dt.datetime) -> dict[str, str]:
    from service.accounts import shown_state

    return {
        "name": account.name, "display": account.display, "role": account.role,
        "office": account.office or "-", "member_state": account.member_state or "-",
        "clearance": account.clearance, "account": shown_state(account, now),
    }  # fmt: skip
