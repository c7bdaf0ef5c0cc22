"""What no list may hold: hostile sizes, formulas, encodings; raised as RefusedFileError."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from watchlist.errors import RefusedFileError, WatchlistError

MAX_BYTES = 64 * 2**20
MAX_ROWS = 200_000
_HEAD_BYTES = 4096
MAX_COLUMNS = 200
MAX_JSON_VALUES = 5_000_000
"""An empty list takes 2 bytes of a file and 64 of memory: so many values take some 0.4 GB."""
MAX_CELL = 10_000
"""Characters; a reason holds 2,000, so a longer cell is a lost quote or worse."""

# Excel and LibreOffice compute a cell that begins like this; the last four are full-width forms.
# A sign before a plain number or a telephone number computes nothing and names no cell.
_FORMULA = re.compile(r"[=@\t\r＝＠＋－]|[+-](?![\d\s().,;/-]*\Z)")
_STARTS = frozenset("=@+-\t\r＝＠＋－'")


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet could compute ``cell``."""
    return bool(_FORMULA.match(cell) or _FORMULA.match(cell.lstrip()))


def guarded(cell: str) -> str:
    """Return ``cell`` with an apostrophe before it where a spreadsheet could compute it."""
    return f"'{cell}" if is_formula(cell.lstrip("'")) else cell


def unguarded(cell: str) -> str:
    """Return ``cell`` as it was before ``guarded``."""
    return cell[1:] if cell[:1] == "'" and is_formula(cell.lstrip("'")) else cell


def safe_cell(cell: str, line: int) -> str:
    """Return ``cell`` unguarded; raises RefusedFileError for a formula or a giant."""
    if not cell:
        return cell
    if len(cell) > MAX_CELL:
        raise RefusedFileError(
            f"line {line}: a cell of {len(cell):,} characters; expected at most {MAX_CELL:,}: "
            "look for a quotation mark that is never closed"
        )
    if cell[0] in _STARTS or cell[0].isspace():
        if is_formula(cell):
            raise RefusedFileError(
                f"line {line}: the cell {cell[:40]!r} is a formula; expected plain values: "
                "write its value, or an apostrophe before it where it is meant as text"
            )
        return unguarded(cell)
    return cell


def safe_table(
    rows: Iterable[tuple[int, Sequence[str]]],
) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells) of rows that are not empty; raises RefusedFileError for hostile ones."""
    for count, (line, cells) in enumerate(rows):
        if count > MAX_ROWS:
            raise RefusedFileError(
                f"the list has more than {MAX_ROWS:,} rows; expected at most that: split it"
            )
        if len(cells) > MAX_COLUMNS and any(cells[MAX_COLUMNS:]):
            raise RefusedFileError(
                f"line {line}: {len(cells):,} columns; expected at most {MAX_COLUMNS}: "
                "remove those that are not needed"
            )
        safe = [safe_cell(cell, line) for cell in cells[:MAX_COLUMNS]]
        if any(cell and not cell.isspace() for cell in safe):
            yield line, safe


def content_of(path: Path) -> bytes:
    """Return the bytes of a file; raises WatchlistError or, over 64 MiB, RefusedFileError."""
    try:
        with path.open("rb") as file:
            # One byte more than allowed: the size that a file states may change while it is read.
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise WatchlistError(f"{path}: cannot be read ({error.strerror})") from error
    if len(content) > MAX_BYTES:
        raise RefusedFileError(f"{path.name} is larger than 64 MiB; expected a list: split it")
    if not content.strip():
        raise RefusedFileError(f"{path.name} is empty; expected a list")
    return content


def countable(text: str) -> str:
    """Return a JSON text; raises RefusedFileError where its values would fill the memory.

    What could be a value is counted before anything is parsed, signs inside texts too.
    """
    # An object takes three times as much as a list or a text.
    values = 3 * text.count("{") + text.count("[") + text.count(",")
    if values > MAX_JSON_VALUES:
        raise RefusedFileError(
            f"the JSON holds some {values:,} values; expected at most {MAX_JSON_VALUES:,}: "
            "split the list"
        )
    return text


def head_of(content: bytes) -> str:
    """Return how the text of a file begins, without BOM and blanks, to tell its layout by."""
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = content[:_HEAD_BYTES].decode("utf-16" if utf16 else "utf-8-sig", "replace")
    return text.lstrip()


def text_of(content: bytes) -> str:
    """Return the text of UTF-8 (with or without BOM) or UTF-16 with BOM.

    Raises RefusedFileError for NUL bytes and every other encoding.
    """
    utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFileError(
            f"byte {error.start:,} is in another encoding; expected UTF-8, or UTF-16 with BOM: "
            "save it again as «CSV UTF-8»"
        ) from error
    # UTF-16 without its mark, and binaries, are valid UTF-8 as often as not.
    if "\0" in text:
        raise RefusedFileError(
            f"a NUL stands at character {text.index(chr(0)):,}; expected text: "
            "save it again as «CSV UTF-8»"
        )
    return text
