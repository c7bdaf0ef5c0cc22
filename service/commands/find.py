"""``find``: questions to the sea, each a command of its own; and how good the dearest one is."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.asking import BY, CONFIG, JSON, can_write, made, settings_of, table, why
from service.errors import ServiceError, WrongUseError

if TYPE_CHECKING:
    from service.finding.question import Answer, Field, Question

NAMES = ("mother-ship", "in-turn", "near", "gaps", "first-seen", "no-port")
"""As in ``service.finding.questions``, which takes a second to load."""
_EXAMPLES = {
    "mother-ship": '--at "35°30.0′N 012°36.0′E" --time 2026-05-01T06:00 --why "landing of 1 May"',
    "in-turn": '--a 12,33,14,34.5 --b 12,35,13,36 --within 24 --why "route to Lampedusa"',
    "near": '--at "36.2 14.5" --nm 5 --time 2026-05-01T06:00 --why "wreck found"',
    "gaps": '--zone 14,35,16,37 --hours 6 --why "dark ships off Malta"',
    "first-seen": '--from 2026-05-01T00:00 --why "new ships"',
    "no-port": '--days 10 --why "ships that stay out"',
}
_ROWS = 25


class _Questions(click.Group):
    """A command for each question, made when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order of the page."""
        return [*NAMES, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command of a question."""
        if name not in NAMES:
            return super().get_command(ctx, name)
        from service.finding.questions import QUESTIONS

        return _command(name, QUESTIONS[name])


@click.group(cls=_Questions, short_help="Ask the sea: who was where, when, and did what.")
def find() -> None:
    """Ask the sea: who was where, when, and did what; each answer says why, and what is not known.

    Example: vedetta find near --at "36.2 14.5" --time 2026-05-01T06:00 --why "wreck found"
    """


@find.command("trial", short_help="Measure how often the true mother ship is among the first.")
@click.option("--seeds", type=click.IntRange(1, 200), default=20, show_default=True,
              help="Exercises to play, with the seeds 1, 2, 3 and so on.")  # fmt: skip
@click.option("--vessels", type=click.IntRange(60, 20_000), default=2600, show_default=True,
              help="Ordinary traffic of each.")  # fmt: skip
def trial(*, seeds: int, vessels: int) -> None:
    """Play exercises with one mother ship each, and ask for her by her boat's landing alone.

    One JSON object on stdout, a line for each exercise on stderr. Exit code 1 when she is among
    the first five in fewer than nine of ten.

    Example: vedetta find trial --seeds 20
    """
    from service.finding.trial import FIRST, figures, tried

    done = []
    for seed in range(1, seeds + 1):
        done.append(tried(seed, vessels))
        one = done[-1]
        click.echo(f"seed {seed}: place {one.place or 'none'} of {one.in_reach} ships in reach, "
                   f"{one.nm:g} nm off", err=True)  # fmt: skip
    click.echo(json.dumps({"figures": figures(done)}))
    found = sum(one.place is not None and one.place <= FIRST for one in done)
    raise SystemExit(0 if 10 * found >= 9 * seeds else 1)


@find.command("saved", short_help="Saved questions and watch rules.")
@CONFIG
def saved(*, config: Path | None) -> None:
    """List what was saved and not withdrawn, the newest first.

    Example: vedetta find saved
    """
    from service.desk import reading
    from store.questions import saved_questions

    with reading(settings_of(config)) as connection:
        rows = saved_questions(connection)
    lines = [(one.id, one.state, one.question, one.name, one.author, f"{one.at:%Y-%m-%d}")
             for one in rows]  # fmt: skip
    if lines:
        click.echo(table(("ID", "STATE", "QUESTION", "NAME", "AUTHOR", "SAVED"), lines))
    else:
        click.echo("no question is saved; ask one with --save NAME", err=True)


@find.command("rules", short_help="Write watch rules to a file, for a replay.")
@click.argument("question_ids", nargs=-1, metavar="[ID]…")
@click.option("-o", "--output", required=True, metavar="FILE.json",
              type=click.Path(path_type=Path, dir_okay=False))  # fmt: skip
@CONFIG
def rules(*, question_ids: tuple[str, ...], output: Path, config: Path | None) -> None:
    """Write the rules in force, or those of ID…, proposed ones too: to try them on a recording.

    Example: vedetta find rules r-000001 -o rules.json
    """
    from service.desk import reading
    from service.finding import saving

    can_write(output)
    with reading(settings_of(config)) as connection:
        found = saving.rules_of(connection, question_ids)
    output.write_bytes(found.to_bytes())
    click.echo(f"{output}: {len(found.rules)} rules", err=True)


@find.command("release", short_help="Let a proposed watch rule be in force.")
@click.argument("question_id", metavar="ID")
@why("it is released")
@BY
@CONFIG
def release(*, question_id: str, why: str, by: str | None, config: Path | None) -> None:
    """Let a proposed rule watch from now on, as a second person.

    Example: vedetta find release r-000001 --why "asked by the task force"
    """
    from service.desk import desk
    from service.finding import saving

    with desk(settings_of(config)) as at:
        edition = saving.release(at.connection, question_id, made(by, why), four_eyes=at.four_eyes)
    click.echo(f"{question_id} is in force with edition {edition.version} of the rules", err=True)


@find.command("review", short_help="Say that a saved question or watch rule is still needed.")
@click.argument("question_id", metavar="ID")
@why("it is still needed")
@BY
@CONFIG
def review(*, question_id: str, why: str, by: str | None, config: Path | None) -> None:
    """Keep a saved question or watch rule until its next review.

    What nobody has reviewed for retention.questions_days ends by itself.

    Example: vedetta find review r-000001 --why "asked again by the task force"
    """
    from service.desk import desk
    from service.finding import saving

    with desk(settings_of(config)) as at:
        saving.review(at.connection, question_id, made(by, why), any_of_them=True)
    click.echo(f"{question_id} is kept", err=True)


@find.command("withdraw", short_help="End a saved question or watch rule.")
@click.argument("question_id", metavar="ID")
@why("it is withdrawn")
@BY
@CONFIG
def withdraw(*, question_id: str, why: str, by: str | None, config: Path | None) -> None:
    """End a saved question; a rule watches no more.

    Example: vedetta find withdraw r-000001 --why "the route is not used any more"
    """
    from service.desk import desk
    from service.finding import saving

    with desk(settings_of(config)) as at:
        saving.withdraw(at.connection, question_id, made(by, why), any_of_them=True)
    click.echo(f"{question_id} is withdrawn", err=True)


def _option(field: Field) -> click.Option:
    # None given as a default would count as an answer.
    usual: dict[str, Any] = {"default": field.default} if field.default else {}
    return click.Option(
        [f"--{field.name}", f"field_{field.name}"],
        required=not (field.default or field.optional),
        show_default=True,
        metavar="TEXT",
        help=f"{field.label}; as {field.example!r}.",
        **usual,
    )


def _command(name: str, question: type[Question]) -> click.Command:
    options: list[click.Parameter] = [_option(one) for one in question.fields]
    text = f"{question.title}.\n\nExample: vedetta find {name} {_EXAMPLES[name]}"
    command = click.Command(
        name, params=options, help=text, short_help=f"{question.title}.",
        callback=lambda **given: _ask(name, **given),
    )  # fmt: skip
    shown = click.option("--rows", type=click.IntRange(1, 500), default=_ROWS, show_default=True,
                         help="Ships to show.")  # fmt: skip
    kept = click.option("--save", metavar="NAME", help="Save the question under this name.")
    watch = click.option("--watch", is_flag=True, help="Propose it as a watch rule; needs --save.")
    for more in (CONFIG, JSON, BY, why("it is asked"), watch, kept, shown):
        command = more(command)
    return command


def _ask(  # noqa: PLR0913 (the options of a command)
    name: str, *, why: str, by: str | None, config: Path | None, as_json: bool, rows: int,
    save: str | None, watch: bool, **fields: Any,  # noqa: ANN401 (texts, as they were given)
) -> None:  # fmt: skip
    from service.desk import reading
    from service.finding import saving
    from service.finding.finding import find as found_in
    from service.finding.finding import noted, too_dear
    from service.finding.telling import as_dict
    from store.errors import UnavailableError

    if watch and not save:
        raise WrongUseError("--watch: give the rule a name with --save")
    settings, change = settings_of(config), made(by, why)
    given = {key.removeprefix("field_"): str(value) for key, value in fields.items() if value}
    try:
        with reading(settings) as connection:
            answer = found_in(
                connection, name, given, settings.coverage.cell_deg, dt.datetime.now(dt.UTC)
            )
            if save:
                number = saving.save(connection, save, name, given, change, watch=watch)
                click.echo(f"saved as {number}", err=True)
            noted(connection, change, name, given, answer)
    except UnavailableError as error:
        if not too_dear(error):
            raise
        msg = "the question takes too long: ask for a shorter span or a smaller area"
        raise WrongUseError(msg) from error
    except (OverflowError, ValueError) as error:
        raise ServiceError(f"find {name}: {error}") from error
    if as_json:
        click.echo(json.dumps(as_dict(answer), ensure_ascii=False))
    else:
        _show(answer, rows)


def _show(answer: Answer, rows: int) -> None:
    """Print the table to stdout, the question and what is not known to stderr."""
    from service.positions import said

    click.echo(f"{answer.words}.", err=True)
    ranked = any(one.score is not None for one in answer.ships)
    heads = ("#", "MMSI", "NAME", "TYPE", *(("SCORE",) if ranked else ()), "WHERE", "WHY")
    lines = [
        (number, one.mmsi, one.name, one.kind, *((f"{one.score:g}",) if ranked else ()),
         said(one.lon, one.lat), "; ".join(one.why))
        for number, one in enumerate(answer.ships[:rows], 1)
    ]  # fmt: skip
    if lines:
        click.echo(table(heads, lines, widest=[0] * len(heads)))
    left = len(answer.ships) - len(lines)
    more = f", {left} more are not shown: --rows" if left else ""
    count = f"{len(answer.ships)}{' or more' if answer.more else ''}"
    click.echo(f"{count} ships{more}", err=True)
    for note in answer.notes:
        click.echo(note, err=True)
