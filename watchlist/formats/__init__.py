"""Layouts of lists: a new one is a file in this folder and a line in ``FORMATS``.

::

    file ──bytes──▶ layout.read ──rows of texts──▶ checks ──▶ entries + bad rows + notes
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from watchlist.entries import Person, WatchlistEntry
from watchlist.errors import WatchlistError
from watchlist.formats import (
    bounds,
    csv_table,
    json_entries,
    ofac,
    opensanctions,
    xlsx_workbook,
)
from watchlist.formats.asked import Asked, read_asked
from watchlist.formats.checks import checked
from watchlist.formats.rows import BadRow, Defaults, Format, ReadList

__all__ = [
    "ENDINGS",
    "FORMATS",
    "Asked",
    "BadRow",
    "Defaults",
    "ReadList",
    "read_asked",
    "read_list",
    "write_list",
]

FORMATS: dict[str, Format] = {
    "xlsx": Format(xlsx_workbook.knows, xlsx_workbook.read, xlsx_workbook.write),
    "ofac": Format(ofac.knows, ofac.read),
    "opensanctions": Format(opensanctions.knows, opensanctions.read),
    "json": Format(json_entries.knows, json_entries.read, json_entries.write),
    "csv": Format(csv_table.knows, csv_table.read, csv_table.write),
}
"""Layout → its code, in the order in which a file is asked whether it is of it."""
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".json", ".jsonl", ".xml")
"""How the name of a list may end; OFAC's and OpenSanctions' are among them."""


def read_list(
    path: Path, defaults: Defaults, layout: str | None = None, today: dt.date | None = None
) -> ReadList:
    """Return the entries of a file, its bad rows and notes; nothing is stored.

    ``layout`` is a key of FORMATS, None: told from the content. ``today`` (UTC) is what the three
    years of a review count from. Raises RefusedFileError for a hostile file, WatchlistError for an
    unknown layout and a file that cannot be read.
    """
    content = bounds.content_of(path)
    name = layout or next(name for name, one in FORMATS.items() if one.knows(content))
    found = _format(name).read(content)
    day = today or dt.datetime.now(dt.UTC).date()
    return replace(checked(found, defaults, day), layout=name)


def write_list(
    entries: Sequence[WatchlistEntry],
    path: Path | TextIO,
    layout: str,
    persons: Mapping[str, Sequence[Person]] | None = None,
) -> None:
    """Write a list as csv, xlsx or json; ``persons`` by the entry's id, in JSON only.

    Raises WatchlistError for a layout that is not written, and for XLSX into a text stream.
    """
    write = _format(layout).write
    if write is None:
        written = ", ".join(name for name, one in FORMATS.items() if one.write)
        raise WatchlistError(f"layout {layout!r} is only read; expected one of {written}")
    if not isinstance(path, Path) and layout == "xlsx":
        raise WatchlistError("xlsx is no text; expected a file: name one with -o")
    out = io.BytesIO()
    write(entries, out, persons or {})
    if isinstance(path, Path):
        path.write_bytes(out.getvalue())
    else:
        path.write(out.getvalue().decode())


def _format(layout: str) -> Format:
    if layout not in FORMATS:
        raise WatchlistError(f"layout {layout!r}; expected one of {', '.join(FORMATS)}")
    return FORMATS[layout]
