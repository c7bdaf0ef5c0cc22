"""Lines of a CSV file as columns of cells; finds headers, keeps the one in force between blocks.

pyarrow splits the cells. What could make it read one line differently because of another (quotes,
too many cells, stray control characters) is settled per line before.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
from numpy.typing import NDArray

from ais.dialect import Tally
from ais.dialects.csv_layouts import LAYOUTS, CsvLayout, Header, match_header
from ais.lines import LineBlock

_UNIT = "\x1f"
"""Stands for the delimiter where some cells are quoted: no cell of ours holds it."""
# A lone CR is a line end to pyarrow, and would shift every row after it against its line.
_BLANKED = bytes.maketrans(b"\r\n\x1f\x00", b"    ")
_EMPTY_CELLS = ["", "NULL", "null", "None", "NA", "N/A", "nan", "NaN", "\\N"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows under one header: ``lines`` (n,) index into the block, ``cells`` by layout field."""

    layout: CsvLayout
    lines: NDArray[np.int64]
    cells: dict[str, Any]


class CsvReader:
    """Reads CSV lines under the header that came before them, in this block or an earlier one."""

    def __init__(self, layout: CsvLayout | None, fields: frozenset[str] | None = None) -> None:
        """Read ``layout`` (None = whichever published one the header shows), only ``fields``."""
        self.layout = layout
        self.fields = fields
        self.header: Header | None = None
        asked = list(LAYOUTS.values()) if layout is None else [layout]
        self._marks = [] if asked[0].numbered else [one.time.lower().encode() for one in asked]

    def read(self, block: LineBlock, tally: Tally) -> Iterator[Rows]:
        """Yield the rows of ``block`` by header; every other line is counted in ``tally``."""
        lines = [block.line(i).translate(_BLANKED) for i in range(len(block))]
        first = 0
        for at in [*self._headers(lines), len(lines)]:
            if first < at:
                yield from self._segment(lines, first, at, tally)
            if at < len(lines):
                self.header = match_header(self.layout, lines[at])
                tally.accept("csv header")
            first = at + 1

    def headers(self, block: LineBlock) -> list[int]:
        """Return which lines of ``block`` are headers: without theirs no row can be read."""
        return list(self._headers([block.line(i).translate(_BLANKED) for i in range(len(block))]))

    def _headers(self, lines: list[bytes]) -> Iterator[int]:
        """Yield the lines that are headers; each holds the name of a time column."""
        if not self._marks:
            return
        text = b"\n".join(lines).lower()
        ends = np.cumsum([len(line) + 1 for line in lines])
        # The bytes are searched for a name first: splitting every line to compare it is slow.
        for at in sorted(_places(text, self._marks, ends)):
            if match_header(self.layout, lines[at]) is not None:
                yield at

    def _segment(self, lines: list[bytes], first: int, last: int, tally: Tally) -> Iterator[Rows]:
        kept: list[int] = []
        texts: list[bytes] = []
        quoted = False
        for i in range(first, last):
            line = lines[i]
            if not line.strip():
                tally.accept("empty")
                continue
            # Columns by number: the first row that is long enough tells the delimiter and the
            # width.
            if self.header is None and not self._marks:
                self.header = match_header(self.layout, line)
            if self.header is None:
                tally.reject("csv: no header", line)
                continue
            quoted = quoted or b'"' in line
            kept.append(i)
            texts.append(line)
        if self.header is None or not kept:
            return
        rows = np.array(kept, np.int64)
        delimiter = self.header.delimiter
        if quoted:
            texts, delimiter = [_unquoted(text, delimiter) for text in texts], _UNIT
        # Counted here and not by pyarrow: it gives up the whole block over one row that is no
        # UTF-8.
        width = self.header.width - 1
        mark = delimiter.encode()
        fitting = np.fromiter((text.count(mark) == width for text in texts), np.bool_, len(texts))
        for at in np.flatnonzero(~fitting).tolist():
            tally.reject("csv: cells", lines[kept[at]])
        if not fitting.all():
            texts = [texts[at] for at in np.flatnonzero(fitting).tolist()]
        if texts:
            yield Rows(self.header.layout, rows[fitting], self._cells(texts, delimiter))

    def _cells(self, texts: list[bytes], delimiter: str) -> dict[str, Any]:
        assert self.header is not None  # noqa: S101  (for the type checker: rows come after it)
        names = [f"c{i}" for i in range(self.header.width)]
        wanted = {
            field: names[place]
            for field, place in self.header.places.items()
            if self.fields is None or field in self.fields
        }
        data = b"\n".join(texts) + b"\n"
        table = pa.csv.read_csv(
            pa.py_buffer(data),
            # One block: the cells of a line must not depend on where pyarrow would cut.
            pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            pa.csv.ParseOptions(delimiter=delimiter, quote_char=False, ignore_empty_lines=False),
            pa.csv.ConvertOptions(
                check_utf8=False,
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=sorted(set(wanted.values())),
            ),
        )
        return {field: _clean(table[name].combine_chunks()) for field, name in wanted.items()}

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the header in force, as received."""
        line = b"" if self.header is None else self.header.line
        return {"header": np.frombuffer(line, np.uint8).copy()}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on under the header that ``freeze`` returned."""
        line = state["header"].tobytes()
        self.header = match_header(self.layout, line) if line else None


def _places(text: bytes, marks: list[bytes], ends: NDArray[np.int64]) -> set[int]:
    """Return the lines of ``text`` that hold one of ``marks``; ``ends`` (n,) is behind each."""
    found = set()
    for mark in marks:
        at = text.find(mark)
        while at >= 0:
            line = int(np.searchsorted(ends, at, "right"))
            found.add(line)
            at = text.find(mark, int(ends[line]))
    return found


def _unquoted(text: bytes, delimiter: str) -> bytes:
    """Return a row with ``_UNIT`` between its cells; wrong quotes leave a row of one cell."""
    # Most rows have no quotes and need no parser of their own.
    if b'"' not in text:
        return text.replace(delimiter.encode(), _UNIT.encode())
    row = text.decode("utf-8", "surrogateescape")
    try:
        cells = next(csv.reader([row], delimiter=delimiter, strict=True))
    except csv.Error:
        return text
    return _UNIT.join(cells).encode("utf-8", "surrogateescape")


def _clean(cells: Any) -> Any:  # noqa: ANN401  (pyarrow has no types)
    """Return cells without blanks around them, null where nothing was said."""
    trimmed = pc.ascii_trim_whitespace(cells)
    empty = pc.is_in(trimmed, value_set=pa.array(_EMPTY_CELLS))
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)
