"""A bar on a terminal, with rate and time left; nothing in a pipe."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rich.console import Console


def size_of(files: Sequence[Path]) -> int | None:
    """Return the bytes of ``files`` together, None when one of them has no size beforehand."""
    if not all(path.is_file() for path in files):
        return None
    return sum(path.stat().st_size for path in files)


@contextmanager
def bytes_bar(
    label: str, total: int | None, *, shown: bool = True, console: Console | None = None
) -> Iterator[Callable[[int], None]]:
    """Show how many bytes of ``total`` (None: not known) are done; yields what adds to them.

    ``shown`` False or a stderr that is no terminal: nothing is shown.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = console or Console(stderr=True)
    if not (shown and console.is_terminal):
        yield lambda _bytes: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=total or None)
        yield lambda done: bar.update(task, advance=done)


@contextmanager
def hours_bar(
    label: str, hours: float, console: Console | None = None
) -> Iterator[Callable[[float], None]]:
    """Show how much of ``hours`` is done; yields what is told the share done, 0 to 1."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda _share: None
        return

    class Rate(ProgressColumn):
        """Simulated hours per second."""

        def render(self, task: object) -> Text:
            speed = getattr(task, "speed", None)
            return Text("" if speed is None else f"{speed:.2f} h/s")

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.1f} of {task.total:.1f} h"),
        Rate(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=hours)
        yield lambda share: bar.update(task, completed=share * hours)


@contextmanager
def rows_bar(
    label: str, console: Console | None = None
) -> Iterator[tuple[Callable[[int | None], None], Callable[[int], None]]]:
    """Show how many rows are done; yields what is told their number, and what adds to them."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    console = console or Console(stderr=True)
    if not console.is_terminal:
        yield lambda _total: None, lambda _rows: None
        return

    class Rate(ProgressColumn):
        """Rows per second."""

        def render(self, task: object) -> Text:
            speed = getattr(task, "speed", None)
            return Text("" if speed is None else f"{speed:,.0f} rows/s")

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield (
            lambda total: bar.update(task, total=total),
            lambda rows: bar.update(task, advance=rows),
        )
