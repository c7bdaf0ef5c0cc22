"""``scoreboard``: detection quality, measured on exercises, cases and real tracks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.commands.progress import hours_bar
from service.commands.steps import steps_bar
from service.errors import WrongUseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.scoreboard.exercises import Staging
    from service.scoreboard.judging import Verdict
    from service.scoreboard.table import Board

SEEDS = "301,302,303,304,305"
"""No threshold was tuned on these."""
PARTS = ("exercise", "injected", "cases", "untouched", "learned")


@click.command(short_help="Measure what the detectors find, and what they cry for nothing.")
@click.argument("parts", nargs=-1, type=click.Choice(PARTS), metavar="[PART]…")
@click.option("--seeds", default=SEEDS, show_default=True, help="Exercises to play, as 1,2,3.")
@click.option("--copies", type=click.IntRange(1, 8), default=1, show_default=True,
              help="How often each exercise plays each incident.")  # fmt: skip
@click.option("--vessels", type=click.IntRange(1, 100_000), default=60, show_default=True,
              help="Ordinary traffic round the incidents.")  # fmt: skip
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.md",
              help="Write the page of the documentation to this file.")  # fmt: skip
def scoreboard(
    parts: tuple[str, ...], seeds: str, copies: int, vessels: int, write: Path | None
) -> None:
    """Measure detection: per kind recall, delay to the first alert, and false alarms.

    PART is exercise, injected (incidents drawn into real tracks), cases (other people's verdicts),
    untouched (real data as it is) or learned (usual traffic of real data, held against the rest
    of it); by default all of them. All but exercise need ../shared/data. One JSON object on
    stdout, a table on stderr. Exit code 1 when a recall is below 0.95 or a case has another
    verdict.

    Example: vedetta scoreboard --write docs/scoreboard.md
    """
    from bench.figures import Figure, table
    from service.scoreboard.exercises import Staging

    board = _measured(parts or PARTS, _numbers(seeds), Staging(copies, vessels))
    rows = board.figures()
    click.echo(json.dumps({"figures": rows}))
    shown = [Figure(**{**row, "value": row["value"] or 0.0}) for row in rows]  # type: ignore[arg-type]
    click.echo(table(shown), err=True)
    if write:
        write.write_text(board.page(), "utf-8")
    raise SystemExit(1 if board.missed() else 0)


def _numbers(text: str) -> tuple[int, ...]:
    try:
        seeds = tuple(int(one) for one in text.split(","))
    except ValueError:
        seeds = ()
    if not seeds or min(seeds) < 0:
        raise WrongUseError(f"--seeds: {text!r}; expected whole numbers from 0 as 1,2,3")
    return seeds


def _measured(parts: tuple[str, ...], seeds: tuple[int, ...], staging: Staging) -> Board:
    from service.scoreboard.cases import all_cases
    from service.scoreboard.learned import lessons
    from service.scoreboard.real import DATA, injected, untouched
    from service.scoreboard.table import Board

    if {*parts} - {"exercise"} and not DATA.is_dir():
        raise WrongUseError(
            f"{DATA}: no real data there; put it there, or ask for vedetta scoreboard exercise"
        )
    measures: dict[str, Callable[[], Any]] = {
        "injected": injected,
        "cases": all_cases,
        "untouched": untouched,
        "learned": lessons,
    }
    # The short ones first: a fault in them is seen at once.
    with steps_bar("scoreboard", steps=len({*parts} - {"exercise"})) as step:
        wanted = [part for part in PARTS if part in parts and part != "exercise"]
        done: dict[str, Any] = {}
        for part in wanted:
            step(part)
            done[part] = measures[part]()
    played = _exercised(seeds, staging) if "exercise" in parts else None
    return Board(seeds, played, done.get("injected"), tuple(done.get("cases", ())),
                 done.get("untouched", {}), done.get("learned", {}))  # fmt: skip


def _exercised(seeds: tuple[int, ...], staging: Staging) -> Verdict:
    from service.scoreboard.exercises import exercised
    from service.scoreboard.judging import together

    verdicts = []
    for seed in seeds:
        with hours_bar(f"exercise {seed}", staging.hours) as progress:
            verdicts.append(exercised(seed, staging, progress))
    return together(verdicts)
