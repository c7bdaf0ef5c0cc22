"""``watchlist``: one entry at a time, from its proposal to its erasure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import (
    BY,
    CONFIG,
    JSON,
    made,
    next_step,
    plain,
    settings_of,
    table,
    why,
)
from service.commands.fields import CLEARABLE, entry_options, given
from service.commands.persons import about, person
from service.errors import WrongUseError
from watchlist.entries import RELATIONS, Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.desk import Desk
    from service.watch import Seen
    from store.changes import Change
    from store.watchlist import EntryVersion

_IDS = click.argument("ids", nargs=-1, required=True, metavar="ID…")
_ID = click.argument("entry_id", metavar="ID")


@click.group(short_help="Look after the list of vessels of interest.")
def watchlist() -> None:
    """Look after the list of vessels of interest.

    Example: vedetta watchlist import partners.csv --contributor GRC --dry-run
    """


watchlist.add_command(person)


@watchlist.command(short_help="Propose a new entry.")
@entry_options()
@why("it is proposed")
@BY
@CONFIG
def add(*, why: str, by: str | None, config: Path | None, **options: Any) -> None:  # noqa: ANN401
    """Propose a new entry; a second person releases it.

    Example: vedetta watchlist add --name "Blue Dawn" --imo 9074729 --contributor ITA
    --reason "met small craft" --review-by 2027-06-30 --why "report 114"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        _proposed(*watch.add(desk, given(options), change))


@watchlist.command(short_help="Propose a new version of an entry.")
@_ID
@entry_options()
@click.option("--clear", "cleared", multiple=True, type=click.Choice(CLEARABLE),
              metavar="FIELD", help="Empty this field; may be repeated.")  # fmt: skip
@click.option("--version", "read", type=click.IntRange(1), metavar="N",
              help="Refuse where it is not this version any more.")  # fmt: skip
@why("it is changed")
@BY
@CONFIG
def edit(
    *,
    entry_id: str,
    cleared: tuple[str, ...],
    read: int | None,
    why: str,
    by: str | None,
    config: Path | None,
    **options: Any,  # noqa: ANN401 (one for each field)
) -> None:
    """Propose a new version of an entry; what is in force stays until it is released.

    Example: vedetta watchlist edit V-000001 --flag COM --why "reflagged, IHS of 3 May"
    """
    from service import watch
    from service.desk import desk as desk_of

    values = given(options)
    if both := sorted(set(cleared) & set(values)):
        raise WrongUseError(f"{both[0]}: is given and cleared; say one of both")
    if not values and not cleared:
        raise WrongUseError("nothing to change; give a field, as --flag COM")
    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        _proposed(*watch.edit(desk, entry_id, values, cleared, change, read or 0))


@watchlist.command(short_help="Propose a new day of review.")
@_ID
@click.option("--until", required=True, help="New last day, as 2027-06-30.")
@why("it stays listed")
@BY
@CONFIG
def review(*, entry_id: str, until: str, why: str, by: str | None, config: Path | None) -> None:
    """Propose a new day of review; the version is released as any other.

    Example: vedetta watchlist review V-000001 --until 2027-06-30 --why "still of interest"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        _proposed(*watch.edit(desk, entry_id, {"review_by": (until,)}, (), change))


@watchlist.command(short_help="Propose a link to another entry.")
@_ID
@click.option("--relation", type=click.Choice(RELATIONS), required=True)
@click.option("--to", "other", required=True, metavar="ID", help="The other entry.")
@click.option("--note", default="", help="What is known of it.")
@why("they are linked")
@BY
@CONFIG
def link(
    *, entry_id: str, relation: str, other: str, note: str, why: str, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Propose a version of an entry that is linked to another one.

    Example: vedetta watchlist link V-000001 --relation sister_ship --to V-000002 --why "IHS"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        _proposed(*watch.link(desk, entry_id, Link(relation, other, note), change))


def _proposed(entry_id: str, version: int) -> None:
    click.echo(f"{entry_id} proposed as version {version}")
    click.echo(next_step([entry_id], ""), err=True)


@watchlist.command(short_help="Let proposed versions take effect: the second pair of eyes.")
@click.argument("ids", nargs=-1, metavar="[ID…]")
@click.option("--author", metavar="NAME", help="All open proposals of this person.")
@why("they are released")
@BY
@CONFIG
def release(
    *, ids: tuple[str, ...], author: str | None, why: str, by: str | None, config: Path | None
) -> None:
    """Let proposed versions take effect; who wrote a version cannot release it.

    ID:VERSION releases no other than the version that was read.

    Example: vedetta watchlist release V-000001 --by m.papas --why "read report 114"
    """
    from service import watch
    from service.desk import desk as desk_of

    if bool(ids) == bool(author):
        raise WrongUseError("expected either ids, or --author; see vedetta watchlist list")
    change = made(by, why)
    with desk_of(settings_of(config)) as desk:
        asked = watch.proposals_of(desk, author) if author else ids
        _tell(watch.release(desk, asked, change), "released")


@watchlist.command(short_help="Refuse proposed versions.")
@_IDS
@why("they are refused")
@BY
@CONFIG
def reject(*, ids: tuple[str, ...], why: str, by: str | None, config: Path | None) -> None:
    """Refuse proposed versions; what was in force before stays in force.

    Example: vedetta watchlist reject V-000003 --why "another vessel of that name"
    """
    from service import watch

    _step(watch.reject, ids, made(by, why), config, "rejected")


@watchlist.command(short_help="Take entries out of force.")
@_IDS
@why("they are withdrawn")
@BY
@CONFIG
def withdraw(*, ids: tuple[str, ...], why: str, by: str | None, config: Path | None) -> None:
    """Take entries out of force; they stay on record.

    ID:VERSION withdraws only where that is the newest version.

    Example: vedetta watchlist withdraw V-000001 --why "scrapped at Aliaga"
    """
    from service import watch

    _step(watch.withdraw, ids, made(by, why), config, "withdrawn")


@watchlist.command(short_help="Erase entries with all versions, links and persons.")
@_IDS
@why("they are erased")
@BY
@CONFIG
def erase(*, ids: tuple[str, ...], why: str, by: str | None, config: Path | None) -> None:
    """Erase entries with all versions, links and persons; only the audit tells that they were.

    ID:VERSION erases only where that is the newest version.

    Example: vedetta watchlist erase V-000001 --why "review expired"
    """
    from service import watch

    _step(watch.erase, ids, made(by, why), config, "erased")


def _step(
    step: Callable[[Desk, Sequence[str], Change], dict[str, int]],
    ids: tuple[str, ...],
    change: Change,
    config: Path | None,
    word: str,
) -> None:
    from service.desk import desk as desk_of

    with desk_of(settings_of(config)) as desk:
        done = step(desk, ids, change)
    _tell(done, word)


def _tell(done: Mapping[str, int], word: str) -> None:
    click.echo("\n".join(f"{one} {word}, version {version}" for one, version in done.items()))


@watchlist.command("list", short_help="List the entries, one line each.")
@click.option("--state", type=click.Choice(("proposed", "released", "withdrawn", "rejected")))
@click.option("--due", is_flag=True, help="Only those whose review is due soon or past.")
@click.option("--overdue", is_flag=True, help="Only those whose review is past.")
@click.option("--reason", default="looked through the list", show_default=True,
              help="Why it is read; kept in the audit.")  # fmt: skip
@JSON
@BY
@CONFIG
def list_entries(
    *, state: str | None, due: bool, overdue: bool, reason: str, as_json: bool, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """List the newest version of each entry, one line each.

    Example: vedetta watchlist list --overdue --reason "monthly review"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, reason, "--reason")
    wanted = {"overdue", "expired"} if overdue else {"due soon", "overdue", "expired"}
    with desk_of(settings_of(config)) as desk:
        seen = watch.survey(desk, state, wanted if due or overdue else None, change)
    if as_json:
        click.echo(json.dumps([one.to_json() for one in seen], ensure_ascii=False))
        return
    heads = ("ID", "NAME", "MMSI", "IMO", "FLAG", "CODES", "STATE", "REVIEW BY")
    # A name by radio has 20 letters at most.
    click.echo(table(heads, [_row(one) for one in seen], (0, 20, 0, 0, 0, 0, 0, 0)))
    click.echo(f"{len(seen):,} entries", err=True)


def _row(seen: Seen) -> list[object]:
    entry = seen.version.entry
    numbers = (_first(some) for some in (entry.mmsi, entry.imo))
    until = entry.review_by.isoformat() if entry.review_by else "-"
    review = until if seen.review == "ok" else f"{until} {seen.review}"
    state = seen.version.state
    if seen.in_force and seen.in_force != seen.version.version:
        state += f", {seen.in_force} in force"
    return [entry.id, entry.name, *numbers, entry.flag, f"{entry.handling} {entry.tlp}",
            state, review]  # fmt: skip


def _first(numbers: Sequence[int]) -> str:
    """Return the first number, and how many more there are."""
    more = f" +{len(numbers) - 1}" if len(numbers) > 1 else ""
    return f"{numbers[0]}{more}" if numbers else ""


@watchlist.command(short_help="Show all that is known of an entry.")
@_ID
@why("it is read", "--reason")
@click.option("--persons", is_flag=True, help="Owners and persons too; a line in the audit.")
@JSON
@BY
@CONFIG
def show(
    *, entry_id: str, reason: str, persons: bool, as_json: bool, by: str | None,
    config: Path | None,
) -> None:  # fmt: skip
    """Show all that is known of an entry: fields, links, versions.

    Example: vedetta watchlist show V-000001 --reason "seen off Lampedusa"
    """
    from service import watch
    from service.desk import desk as desk_of

    change = made(by, reason, "--reason")
    with desk_of(settings_of(config)) as desk:
        versions, people = watch.read(desk, entry_id, change, persons=persons)
    if as_json:
        told: dict[str, Any] = {"versions": [watch.version_json(one) for one in versions]}
        if persons:
            told["persons"] = [{"role": p.role, "name": p.name, "note": p.note} for p in people]
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    newest = versions[-1]
    # An erased entry has no fields but those that every entry has.
    fields = {"id": newest.entry.id} if newest.state == watch.ERASED else newest.entry.to_json()
    for name, value in fields.items():
        for text in _texts(value):
            click.echo(f"{name:<18} {plain(text)}")
    for one in versions:
        click.echo(f"version {one.version:<10} {plain(_story(one))}")
    for who in people:
        click.echo(f"{'person':<18} {plain(about(who))}")


def _texts(value: Any) -> list[str]:  # noqa: ANN401 (a field of the entry)
    """Return the lines of a field; none where it is not known."""
    if isinstance(value, list | tuple):
        return [
            " ".join(filter(None, one.values())) if isinstance(one, dict) else str(one)
            for one in value
        ]
    if isinstance(value, float):
        return [f"{value:g}"]
    return [] if value in {None, ""} else [str(value)]


def _story(one: EntryVersion) -> str:
    text = f"{one.state}; {one.author}, {one.at:%Y-%m-%d %H:%M}Z"
    text += f": {one.why}" if one.why else ""
    if one.released_by and one.released_at:
        text += f"; released by {one.released_by}, {one.released_at:%Y-%m-%d %H:%M}Z"
    if one.ended_by and one.ended_at:
        text += f"; ended by {one.ended_by}, {one.ended_at:%Y-%m-%d %H:%M}Z: {one.ended_why}"
    return text
