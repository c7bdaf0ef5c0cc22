"""XLSX (ECMA-376): one sheet, written row by row; texts and times are text cells, never formulas.

Shapes do not fit a cell and are left out: of tracks and zones the sheet has everything else.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, ClassVar

import pyarrow as pa

from maps.errors import ExportError
from maps.export import KINDS, Content, Kind
from maps.rowtext import Piece, as_xml, between, joined, said, whole
from maps.shapes import without_lists
from watchlist.formats import write_list

MOST = 1_048_575
"""Rows of a sheet below its heads."""
_LONGEST = 32_767
# A spreadsheet reads _x000D_ as the character of that number (ECMA-376 22.9.2.19, ST_Xstring).
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CELL, _END = '<c t="inlineStr"><is><t xml:space="preserve">', "</t></is></c>"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
    'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    f'ContentType="{_TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" '
    f'ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    "</Relationships>",
    "xl/workbook.xml": f'<workbook xmlns="{_SPACE}" xmlns:r="{_OFFICE}"><sheets><sheet '
    'name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>',
}


class Xlsx:
    """What a spreadsheet opens."""

    word: ClassVar[str] = "XLSX, a spreadsheet"
    ending: ClassVar[str] = "xlsx"
    media: ClassVar[str] = f"{_TYPE}.sheet"
    kinds: ClassVar[frozenset[Kind]] = frozenset(KINDS)
    why_not: ClassVar[str] = ""
    placed: ClassVar[bool] = False

    def write(self, content: Content, path: Path) -> None:
        """Write the workbook; raises ExportError for more than MOST rows."""
        if content.kind == "watchlist":
            write_list(content.entries, path, "xlsx")
            return
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
            for name, text in _PARTS.items():
                book.writestr(name, _XML + text.replace("%s", content.kind))
            with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                _sheet(content, sheet)


def _sheet(content: Content, sheet: IO[bytes]) -> None:
    sheet.write(f'{_XML}<worksheet xmlns="{_SPACE}"><sheetViews><sheetView workbookViewId="0">'
                '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
                "<sheetData>".encode())  # fmt: skip
    held = 0
    for batch in _flat(content):
        if not held:
            heads = "".join(_inline(as_xml(name)) for name in batch.schema.names)
            sheet.write(f"<row>{heads}</row>".encode())
        held += len(batch)
        if held > MOST:
            raise ExportError(f"a sheet holds at most {MOST:,} rows; choose csv or parquet")
        sheet.write(whole(_rows(batch), ""))
    sheet.write(b"</sheetData></worksheet>")


def _flat(content: Content) -> Iterator[pa.RecordBatch]:
    for batch in content.batches:
        flat = without_lists(content.kind, batch)
        yield flat.drop_columns(["geometry"]) if "geometry" in flat.schema.names else flat


def _rows(batch: pa.RecordBatch) -> pa.Array:
    cells: list[Piece] = []
    for column in batch.columns:
        kind = column.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            cell = between("<c><v>", said(column, as_xml), "</v></c>")
        else:
            cell = between(_CELL, said(column, _text), _END)
        cells.append(cell.fill_null("<c/>"))
    return joined("<row>", *cells, "</row>")


def _inline(text: str) -> str:
    return f"{_CELL}{text}{_END}"


def _text(text: str) -> str:
    return as_xml(_ESCAPE.sub("_x005F_", text[:_LONGEST]))
