"""CSV: the columns of DESIGN §6, with comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import IO

from watchlist.entries import WatchlistEntry
from watchlist.errors import RefusedFileError
from watchlist.formats import bounds
from watchlist.formats.cells import cells_of
from watchlist.formats.columns import CSV_COLUMNS, column_of, found_in_table
from watchlist.formats.rows import Found, Persons

SEPARATORS = (",", ";", "\t")
_SAID = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)


def records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (line, cells): the line where the record begins, though a quoted cell may hold breaks.

    Raises RefusedFileError where quotation marks do not close.
    """
    # Strict: a quotation mark that never closes would swallow all rows behind it in silence.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise RefusedFileError(
            f"line {line}: {error}; expected quotation marks in pairs: close or double them"
        ) from error


def header_separator(text: str) -> str:
    """Return the separator that makes most columns known in the first line that is not blank."""
    header = next((line for line in text.splitlines() if line.strip()), "")[: bounds.MAX_CELL]

    # The data would mislead: names and reasons hold more commas than a short table has columns.
    def known(separator: str) -> int:
        return sum(map(bool, map(column_of, next(csv.reader([header], delimiter=separator), []))))

    return max(SEPARATORS, key=known)


def table(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a CSV; the line «sep=;» that Excel knows is no record."""
    if said := _SAID.match(text):
        return (record for record in records(text, said[1]) if record[0] > 1)
    return records(text, header_separator(text))


def knows(content: bytes) -> bool:
    """Return True: what no other layout knows is a table of text, or is refused as one."""
    return bool(content)


def read(content: bytes) -> Found:
    """Return the rows of a CSV; raises RefusedFileError for hostile files and unknown headers."""
    text = bounds.text_of(content)
    return found_in_table(bounds.safe_table(table(text)))


def write(entries: Sequence[WatchlistEntry], out: IO[bytes], persons: Persons) -> None:
    """Write the columns of DESIGN §6; persons, links, beam and photograph are not among them."""
    del persons
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for entry in entries:
        cells = cells_of(entry, CSV_COLUMNS)
        writer.writerow([bounds.guarded(cell) for cell in cells])
    text.detach()
