"""Options that the commands about lists share: who, why, and with which settings."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import WrongUseError
from service.people import said, who

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.settings import Settings
    from store.changes import Change

CONFIG = click.option(
    "-c", "--config", type=click.Path(path_type=Path, dir_okay=False),
    help="Settings of the service; default: ./config.yaml where it is, else all defaults.",
)  # fmt: skip
_HERE = Path("config.yaml")
BY = click.option("--by", help="Who does it; default: $VEDETTA_USER, else the login name.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")


def why(purpose: str, option: str = "--why") -> Callable[[Any], Any]:
    """Return an option for the reason, which has to be given and is kept in the audit."""
    name = option.removeprefix("--")
    return click.option(
        option, name, metavar="TEXT", help=f"Why {purpose}; needed, and kept in the audit.",
        callback=lambda _context, _option, text: said(option, text, f"why {purpose}: {_KEPT}"),
    )  # fmt: skip


def made(by: str | None, reason: str, option: str = "--why") -> Change:
    """Return the mark of what is done now; raises WrongUseError without a name or a reason."""
    from service.desk import change

    return change(who(by), said(option, reason, f"why: {_KEPT}"))


_KEPT = "it is kept in the audit"


def can_write(output: Path | None, read: Path | None = None) -> None:
    """Fail now, not after the work, where ``output`` has no folder or is the file that is read."""
    if output is None:
        return
    if not output.absolute().parent.is_dir():
        msg = f"{output}: its folder is not there; make it first, or name another file"
        raise WrongUseError(msg)
    if read and output.exists() and read.exists() and output.samefile(read):
        msg = f"{output}: is read and would be overwritten; name another file"
        raise WrongUseError(msg)


def settings_of(config: Path | None) -> Settings:
    """Return the settings of ``config``; without one of ./config.yaml where it is, else defaults.

    As ``serve`` does: both mean the same database in the same folder.
    """
    # Late: it loads every part that has settings, a second that --help need not take.
    from service.settings import Settings, read_settings

    config = config_of(config)
    return read_settings(config) if config else Settings()


def config_of(config: Path | None) -> Path | None:
    """Return which file of settings holds; None = all defaults."""
    return config or (_HERE if _HERE.is_file() else None)


def next_step(ids: Sequence[str], author: str) -> str:
    """Return what happens next to proposals; many ids are not all repeated."""
    named = " ".join(ids) if len(ids) <= _MANY else f"--author {shlex.quote(author)}"
    return f"next, a second person: vedetta watchlist release {named} --why …"


_MANY = 20


def plain(text: object) -> str:
    """Return ``text`` for a terminal: what does not print is shown as its code."""
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)


def table(
    heads: Sequence[str], rows: Sequence[Sequence[object]], widest: int | Sequence[int] = 40
) -> str:
    """Return an aligned table: heads, then rows; a cell longer than ``widest`` is cut with ….

    ``widest`` holds for every column, or is given for each; 0 leaves a column whole.
    """
    most = [widest] * len(heads) if isinstance(widest, int) else widest
    cells = [
        [_short(plain(cell), width) for cell, width in zip(row, most, strict=True)]
        for row in (heads, *rows)
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _short(text: str, widest: int) -> str:
    return text if len(text) <= widest or not widest else f"{text[: widest - 1]}…"
