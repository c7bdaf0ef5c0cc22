"""XLSX: the values of the first sheet with a header; what computes or reaches out is refused."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO

import openpyxl
from defusedxml import (  # type: ignore[import-untyped] # it has no types
    DefusedXmlException,
    ElementTree,
)
from openpyxl.worksheet.worksheet import Worksheet

from watchlist.entries import WatchlistEntry
from watchlist.errors import RefusedFileError
from watchlist.formats import bounds
from watchlist.formats.cells import cells_of
from watchlist.formats.columns import (
    CSV_COLUMNS,
    IDENTIFYING,
    MORE_COLUMNS,
    column_of,
    found_in_table,
)
from watchlist.formats.rows import Found, Persons

MAX_UNPACKED = 256 * 2**20
_MAX_MEMBERS = 1_000
_PASSWORD = 0x1
"""Bit 0 of a member's flags (APPNOTE 4.4.4)."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_CHUNK = 1 << 20
_OVERLAP = 64
_BATCH = 200
_PLAIN = (str, int, float, dt.date, dt.time, dt.timedelta)
# A formula's element is <f>, maybe with a prefix; names that only begin with f are others.
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_REFUSED = {
    "xl/externallinks/": "links to other files: break them (Data, Edit links)",
    "vbaproject": "macros: save it as .xlsx",
    "xl/embeddings/": "embedded objects: delete them",
    "xl/activex/": "controls: delete them",
    "xl/ctrlprops/": "controls: delete them",
    "xl/macrosheets/": "macros: save it as .xlsx",
    "xl/dialogsheets/": "macros: save it as .xlsx",
    "xl/connections": "a connection to data elsewhere: remove it (Data, Queries)",
    "xl/querytables/": "a query of data elsewhere: remove it (Data, Queries)",
    "xl/model/": "a data model: copy the values into a new workbook",
    "xl/webextensions/": "an add-in: remove it",
}


def knows(content: bytes) -> bool:
    """Return whether the bytes are a ZIP, or what Excel wrote before 2007 and with a password."""
    return content.startswith((b"PK\x03\x04", _OLD_EXCEL))


def read(content: bytes) -> Found:
    """Return the rows of the first sheet with a header; raises RefusedFileError."""
    tables = sheets(content)
    found = None
    notes = []
    for title, rows in tables:
        first = next(rows, None)
        if first is None:
            continue
        if found is None and IDENTIFYING & set(map(column_of, first[1])):
            found = found_in_table(_again(first, rows))
        else:
            notes.append(f"sheet {title[:40]!r} was not read: one sheet is a list")
    if found is None:
        raise RefusedFileError(
            "no sheet begins with the columns' names; expected at least one of mmsi, imo, "
            "call_sign, name in the first line"
        )
    return Found(found.rows, found.bad, (*found.notes, *notes), found.carries)


def _again(
    first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]
) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def sheets(content: bytes) -> list[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Return (title, rows) of each sheet, rows as (row number, texts); raises RefusedFileError."""
    _inspect(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styles that it does not keep
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        return [(sheet.title, bounds.safe_table(_rows(sheet))) for sheet in book.worksheets]
    except RefusedFileError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes of it
        raise RefusedFileError(f"no workbook that can be read ({_short(error)})") from error


def _rows(sheet: Worksheet) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined] # the size that it states may be wrong
    rows = sheet.iter_rows(values_only=True)
    number = 0
    while batch := _batch(rows, number):
        for values in batch:
            number += 1
            yield number, [_text(value, number) for value in values]
        if number > bounds.MAX_ROWS + 1:
            return


def _batch(rows: Iterator[tuple[object, ...]], number: int) -> list[tuple[object, ...]]:
    """Return the next rows: many at once, because silencing warnings is dear."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # days before 1900, styles that openpyxl drops
            return list(itertools.islice(rows, _BATCH))
    except Exception as error:  # as in ``sheets``
        where = f"a row after {number} cannot be read"
        raise RefusedFileError(f"{where} ({_short(error)}); expected values") from error


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:120]


def _text(value: object, row: int) -> str:
    """Return a cell's value as a person would have typed it into a CSV."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # Excel keeps every number as a float: 2.47E8 is an MMSI
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    if not isinstance(value, _PLAIN):
        raise RefusedFileError(f"row {row} holds a formula; expected values: paste them")
    return str(value)


def _inspect(content: bytes) -> None:
    """Refuse what a workbook of plain values does not need, before any of it is parsed."""
    if content.startswith(_OLD_EXCEL):
        raise RefusedFileError(
            "an old or password-protected Excel file; expected XLSX: save it so without password"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _inspect_members(members)
            for member in members:
                _inspect_content(archive, member)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        raise RefusedFileError(f"no workbook that can be read ({_short(error)})") from error


def _inspect_members(members: Sequence[zipfile.ZipInfo]) -> None:
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED or len(members) > _MAX_MEMBERS:
        raise RefusedFileError(
            f"the workbook unpacks to {unpacked:,} bytes in {len(members):,} parts; expected at "
            f"most {MAX_UNPACKED:,} in {_MAX_MEMBERS:,}: copy the values into a new one"
        )
    for member in members:
        name = member.filename.lower().replace("\\", "/").lstrip("/")
        for part, what in _REFUSED.items():
            if part in name:
                raise RefusedFileError(f"the workbook holds {what}; expected plain values")
        if member.flag_bits & _PASSWORD:
            raise RefusedFileError("the workbook has a password; expected one without")


def _inspect_content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    name = member.filename.lower()
    if name.endswith(".rels"):
        _inspect_relations(archive.read(member))
    is_sheet = "worksheets/" in name
    tail = b""
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            seen = tail + chunk.replace(b"\0", b"")  # UTF-16 hides nothing
            if _DECLARED.search(seen):
                raise RefusedFileError(f"{member.filename!r} declares entities; expected values")
            if is_sheet and _FORMULA.search(seen):
                raise RefusedFileError(
                    f"{member.filename!r} holds formulas; expected values: copy the list and "
                    "paste its values into a new workbook"
                )
            tail = seen[-_OVERLAP:]


def _inspect_relations(content: bytes) -> None:
    """Refuse a part that lies outside; a hyperlink in a cell is only text to us."""
    try:
        relations = ElementTree.fromstring(content, forbid_dtd=True)
    except (DefusedXmlException, ElementTree.ParseError) as error:
        raise RefusedFileError(f"no workbook that can be read ({_short(error)})") from error
    for relation in relations:
        kind = relation.get("Type", "").rsplit("/", 1)[-1]
        if relation.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            raise RefusedFileError(
                f"the workbook links to something outside ({kind[:40]!r}); expected plain values: "
                "break the link (Data, Edit links)"
            )


def write(entries: Sequence[WatchlistEntry], out: IO[bytes], persons: Persons) -> None:
    """Write all fields but persons into one sheet; as texts, so that nothing is rounded."""
    del persons
    columns = (*CSV_COLUMNS, *MORE_COLUMNS)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("watchlist")
    sheet.append(columns)
    for entry in entries:
        sheet.append([bounds.guarded(cell) or None for cell in cells_of(entry, columns)])
    book.save(out)
