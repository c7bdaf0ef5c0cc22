"""Columns as a user writes them: ``id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED``."""

from __future__ import annotations

from datetime import UTC, datetime

from ais.dialects.csv_layouts import COLUMNS, DELIMITERS, LAYOUTS, REQUIRED, CsvLayout
from ais.errors import AisError

TIME_FORMATS = ("auto", "iso", "epoch", "epoch_ms")
"""Names of time formats; any other must be a strptime format, with a %."""
_EXAMPLE = "id=SHIP_ID,time=TIMESTAMP,lon=LON,lat=LAT,sog=SPEED"


class ColumnsError(AisError):
    """A description of CSV columns cannot be understood (wrong use of the command line)."""

    exit_code = 2


def parse_columns(text: str, time_format: str = "auto", speed_scale: float = 1.0) -> CsvLayout:
    """Return the layout that ``text`` describes; raises ColumnsError in one line.

    ``text``: a published layout's name (dma, marinecadastre, marinecadastre-2025), or pairs
    ``field=column``, where a column is a name in the header or, if the file has none, a number
    from 1; besides ``delimiter=comma|semicolon|tab|pipe|space`` (found by itself if left out).
    """
    _check_format(time_format)
    if not speed_scale > 0:
        raise ColumnsError(f"speed scale {speed_scale}: expected knots per unit of speed, above 0")
    if text in LAYOUTS:
        return LAYOUTS[text]
    columns: dict[str, str] = {}
    for pair in text.split(","):
        field, equals, column = (part.strip() for part in pair.partition("="))
        _check_pair(pair, field, equals, column)
        if field in columns:
            raise ColumnsError(f"columns: {field!r} is there twice; name each field once")
        columns[field] = column
    delimiter = DELIMITERS[columns.pop("delimiter")] if "delimiter" in columns else ""
    _check_whole(columns)
    return CsvLayout(
        **columns,  # type: ignore[arg-type]
        time_format=time_format,
        speed_scale=speed_scale,
        delimiter=delimiter,
    )


def _check_pair(pair: str, field: str, equals: str, column: str) -> None:
    if not equals or not column:
        raise ColumnsError(f"columns: {pair!r} is no field=column; expected e.g. {_EXAMPLE}")
    if field == "delimiter":
        if column not in DELIMITERS:
            known = ", ".join(DELIMITERS)
            raise ColumnsError(f"columns: delimiter {column!r}: expected one of {known}")
    elif field not in COLUMNS:
        known = ", ".join(COLUMNS)
        raise ColumnsError(f"columns: unknown field {field!r}: expected one of {known}, delimiter")


def _check_whole(columns: dict[str, str]) -> None:
    missing = [field for field in REQUIRED if field not in columns]
    if missing:
        raise ColumnsError(
            f"columns: {', '.join(missing)} missing; expected at least id, time, lon and lat,"
            f" e.g. {_EXAMPLE}"
        )
    numbered = [column for column in columns.values() if column.isdecimal()]
    if numbered and len(numbered) < len(columns):
        raise ColumnsError(
            "columns: names and numbers are mixed; expected names of the header, or numbers from"
            " 1 if the file has no header"
        )
    if "0" in numbered:
        raise ColumnsError("columns: column 0: expected numbers from 1")


def _check_format(time_format: str) -> None:
    if time_format in TIME_FORMATS:
        return
    if "%" not in time_format:
        raise ColumnsError(
            f"time format {time_format!r}: expected {', '.join(TIME_FORMATS)} or a strptime"
            " format such as %d/%m/%Y %H:%M"
        )
    moment = datetime(2021, 12, 31, 23, 58, 59, tzinfo=UTC)
    try:
        back = datetime.strptime(moment.strftime(time_format), time_format).replace(tzinfo=UTC)
    except ValueError as error:
        raise ColumnsError(f"time format {time_format!r}: {error}") from None
    if back.date() != moment.date():
        raise ColumnsError(
            f"time format {time_format!r}: gives no full date; expected year, month and day"
        )
