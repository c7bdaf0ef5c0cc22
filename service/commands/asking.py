"""Options that the commands about lists share: who, why, and with which settings."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from service.errors import WrongUseError
from service.people import said, who
from service.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from store.changes import Change

CONFIG = click.option(
    "-c", "--config", type=click.Path(path_type=Path, dir_okay=False),
    help="Settings of the service; default: none, all defaults.",
)  # fmt: skip
BY = click.option("--by", help="Who does it; default: $VEDETTA_USER, else the login name.")
JSON = click.option("--json", "as_json", is_flag=True, help="JSON instead of a table.")


def why(purpose: str, option: str = "--why") -> Callable[[Any], Any]:
    """Return a required option for the reason, which is kept in the audit."""
    name = option.removeprefix("--")
    return click.option(option, name, required=True, metavar="TEXT",
                        help=f"Why {purpose}; kept in the audit.")  # fmt: skip


def made(by: str | None, reason: str, option: str = "--why") -> Change:
    """Return the mark of what is done now; raises WrongUseError without a name or a reason."""
    from service.desk import change

    return change(who(by), said(option, reason, "why, it is kept in the audit"))


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
    """Return the settings of ``config``, all defaults without one."""
    return read_settings(config) if config else Settings()


def next_step(ids: Sequence[str], author: str) -> str:
    """Return what happens next to proposals; many ids are not all repeated."""
    named = " ".join(ids) if len(ids) <= _MANY else f"--author {shlex.quote(author)}"
    return f"a second person releases them: vedetta watchlist release {named} --why …"


_MANY = 20


def plain(text: object) -> str:
    """Return ``text`` for a terminal: what does not print is shown as its code."""
    shown = str(text)
    if shown.isprintable():
        return shown
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in shown)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], widest: int = 40) -> str:
    """Return an aligned table: heads, then rows; a cell longer than ``widest`` is cut with …."""
    cells = [[_short(plain(cell), widest) for cell in row] for row in (heads, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    )


def _short(text: str, widest: int) -> str:
    return text if len(text) <= widest else f"{text[: widest - 1]}…"
