"""CSV (RFC 4180), UTF-8: texts of one line, and none that a spreadsheet would compute.

A line or an area is a column of well-known text; the list has the columns of DESIGN §6.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import pyarrow as pa
import pyarrow.csv

from alerts.plain import plain
from maps.export import GEOMETRY, KINDS, Content, Kind
from maps.rowtext import said
from maps.shapes import without_lists, wkt
from watchlist.formats import write_list
from watchlist.formats.bounds import guarded


class Csv:
    """A table."""

    word: ClassVar[str] = "CSV, a table"
    ending: ClassVar[str] = "csv"
    media: ClassVar[str] = "text/csv; charset=utf-8"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS)
    why_not: ClassVar[str] = ""
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write heads and rows."""
        if content.kind == "watchlist":
            write_list(content.entries, path, "csv")
            return
        out: pyarrow.csv.CSVWriter | None = None
        with path.open("wb") as file:
            for batch in content.batches:
                rows = _texts(content.kind, batch)
                out = out or pyarrow.csv.CSVWriter(file, rows.schema)
                out.write_batch(rows)
            if out:
                out.close()


def _texts(kind: Kind, batch: pa.RecordBatch) -> pa.RecordBatch:
    flat = without_lists(kind, batch)
    columns = {name: _cell(flat.column(name)) for name in flat.schema.names if name != "geometry"}
    if GEOMETRY[kind] in {"LineString", "MultiPolygon"}:
        columns["geometry"] = wkt(kind, batch)
    return pa.RecordBatch.from_pydict(columns)


def _cell(column: pa.Array) -> pa.Array:
    """Return a column as it stands in a cell: numbers stay numbers, a minus is no formula."""
    kind = column.type
    text = pa.types.is_dictionary(kind) or pa.types.is_string(kind)
    return said(column, _shown) if text or pa.types.is_timestamp(kind) else column


def _shown(text: str) -> str:
    return guarded(plain(text))
