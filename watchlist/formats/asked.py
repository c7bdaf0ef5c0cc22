"""Identifiers to be cross-checked: a table, JSON, or one identifier a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from watchlist.errors import RefusedFileError
from watchlist.formats import bounds, csv_table, json_entries, texts, xlsx_workbook
from watchlist.formats.columns import IDENTIFYING, column_of, found_in_table
from watchlist.formats.rows import BadRow, Found, Row
from watchlist.formats.texts import ValueFault

T = TypeVar("T")
MAX_ASKED = 100_000
_NUMBER = re.compile(r"(?i)(imo|mmsi)(?:\s*(?:no|nr|number))?[\s:=#.-]*([0-9].*)")
_WORD = re.compile(r"(?i)(call ?sign|cs|name)\s*[:=]\s*(.+)")
_IMO_DIGITS = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """One vessel that is asked for; None and "" are not said. ``line`` as in BadRow."""

    line: int
    mmsi: int | None = None
    imo: int | None = None
    call_sign: str = ""
    name: str = ""


def read_asked(path: Path) -> tuple[list[Asked], list[BadRow]]:
    """Return what a file asks for and the rows that ask for nothing that can be looked up.

    CSV, XLSX and JSON with the usual columns, or one identifier a line. Raises RefusedFileError
    for hostile files and for more than 100,000 identifiers, WatchlistError for unreadable ones.
    """
    found = _found(bounds.content_of(path))
    asked: list[Asked] = []
    bad = list(found.bad)
    for row in found.rows:
        try:
            asked += _asked(row)
        except ValueFault as fault:
            bad.append(BadRow(row.line, str(fault)))
    if len(asked) + len(bad) > MAX_ASKED:
        raise RefusedFileError(
            f"the file asks for {len(asked) + len(bad):,} vessels; expected at most "
            f"{MAX_ASKED:,}: split it"
        )
    return asked, bad


def _found(content: bytes) -> Found:
    if xlsx_workbook.knows(content):
        return _sheet(content)
    if json_entries.knows(content):
        return _json(content)
    text = bounds.text_of(content)
    table = bounds.safe_table(csv_table.table(text))
    first = next(table, (0, []))
    if IDENTIFYING & set(map(column_of, first[1])):
        return found_in_table(itertools.chain([first], table))
    lines = enumerate(text.splitlines(), start=1)
    return _plain(bounds.safe_table((number, [line]) for number, line in lines))


def _sheet(content: bytes) -> Found:
    for _, rows in xlsx_workbook.sheets(content):
        first = next(rows, None)
        if first is None:
            continue
        table = itertools.chain([first], rows)
        known = IDENTIFYING & set(map(column_of, first[1]))
        return found_in_table(table) if known else _plain(table)
    raise RefusedFileError("the workbook is empty; expected identifiers")


def _json(content: bytes) -> Found:
    rows: list[Row] = []
    bad: list[BadRow] = []
    entries = json_entries.listed(json_entries.parsed(bounds.text_of(content)))
    for number, said in enumerate(entries, start=1):
        values = said if isinstance(said, dict) else {"": said}
        cells: dict[str, tuple[str, ...]] = {}
        for head, value in values.items():
            column = column_of(str(head)) if head else ""
            if column in {*IDENTIFYING, ""}:
                several = value if isinstance(value, list) else [value]
                cells[column or ""] = tuple(str(one) for one in several if one is not None)
        rows.append(_told(number, cells.pop("")[0]) if "" in cells else Row(number, cells))
    return Found(rows, tuple(bad))


def _plain(table: Iterable[tuple[int, list[str]]]) -> Found:
    rows: list[Row] = []
    bad: list[BadRow] = []
    for line, cells in table:
        values = list(filter(None, (cell.strip() for cell in cells)))
        if len(values) != 1 or re.search(r"[;,\t|]", values[0]):
            reason = "several values and no header; expected one identifier a line"
            bad.append(BadRow(line, f"{reason}, or the columns' names in the first line"))
        else:
            rows.append(_told(line, values[0]))
    return Found(rows, tuple(bad))


def _told(line: int, said: str) -> Row:
    """Return the row of a lone identifier: what it is told by its prefix, else by its form."""
    if match := _NUMBER.fullmatch(said) or _WORD.fullmatch(said):
        return Row(line, {column_of(match[1]) or "call_sign": (match[2],)})
    digits = re.sub(r"\s", "", said)
    if digits.isascii() and digits.isdigit():
        return Row(line, {"mmsi" if len(digits) > _IMO_DIGITS else "imo": (digits,)})
    # Four letters may be a call sign or a name; a name is what people write without a prefix.
    is_sign = re.fullmatch(r"[A-Za-z0-9]{3,7}", said) and re.search(r"\d", said)
    return Row(line, {"call_sign" if is_sign else "name": (said,)})


def _asked(row: Row) -> list[Asked]:
    """Return one question a vessel: several values in a row ask one by one.

    Raises ValueFault for a value that can be no identifier, and where there is none.
    """
    columns = (
        _values(row, "mmsi", _mmsi),
        _values(row, "imo", texts.imo_number),
        _values(row, "call_sign", texts.call_sign),
        _values(row, "name", texts.clean),
    )
    if not any(columns):
        raise ValueFault("no MMSI, IMO number, call sign or name: expected at least one")
    return [
        Asked(row.line, mmsi, imo, sign or "", name or "")
        for mmsi, imo, sign, name in itertools.zip_longest(*columns)
    ]


def _values(row: Row, column: str, read: Callable[[str], T]) -> list[T]:
    return [read(said) for said in row.cells.get(column, ()) if said.strip()]


def _mmsi(text: str) -> int:
    """Return nine digits of any kind: beacons and coast stations may be asked for as well."""
    digits = re.sub(r"\s", "", text)
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise ValueFault(f"MMSI {text[:40]!r} is no number of nine digits")
    return int(digits)
