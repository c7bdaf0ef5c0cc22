"""Cells of a CSV file as values: numbers and times, with a mask of what could not be read.

Each cell is judged by itself, so that a bad one never changes how its neighbours are read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ais.units import SECOND_US

_MS_FROM = 1e11
"""Epoch numbers from here on are milliseconds: as seconds they would be in the year 5138."""
_LEADING_ZEROS = re.compile(r"\b0+(?=\d)")
_LONG_FRACTION = r"(\.\d{6})\d+"
_OVERFLOW_DAYS = 3
NO_TIME = np.datetime64("NaT", "us")

Cells = Any
"""A pyarrow string array; a null is an empty cell."""


def numbers(cells: Cells) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the cells as f8 (NaN where empty or not finite) and where text is no number."""
    values = _cast(cells, pa.float64())
    found = values.to_numpy(zero_copy_only=False).astype(np.float64)
    bad = _nulls(values) & ~_nulls(cells)
    return np.where(np.isfinite(found), found, np.nan), bad


def times(cells: Cells, time_format: str) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
    """Return the cells as UTC times (n,) datetime64[us], NaT where empty or bad, and where bad.

    ``time_format``: see CsvLayout. Times are UTC unless an ISO time carries its own zone.
    """
    if time_format == "auto":
        found = _filled(_iso(cells), cells, _epoch)
    elif time_format == "iso":
        found = _iso(cells)
    elif time_format in ("epoch", "epoch_ms"):
        found = _epoch(cells, 1e-3 if time_format == "epoch_ms" else 1.0)
    else:
        found = _by_format(cells, time_format)
    return found, np.isnat(found) & ~_nulls(cells)


def _iso(cells: Cells) -> NDArray[np.datetime64]:
    found = _micros(_cast(cells, pa.timestamp("us")))
    found = _filled(found, cells, _zoned)
    return _filled(found, cells, _trimmed)


def _zoned(cells: Cells) -> NDArray[np.datetime64]:
    return _micros(_cast(cells, pa.timestamp("us", tz="UTC")))


def _trimmed(cells: Cells) -> NDArray[np.datetime64]:
    """Read ISO times with more than six decimals, or slashes between the parts of the date."""
    valid = pc.if_else(pa.array(_utf8(cells)), cells, pa.scalar(None, pa.string()))
    cut = pc.replace_substring_regex(valid, pattern=_LONG_FRACTION, replacement=r"\1")
    cut = pc.replace_substring_regex(cut, pattern=r"^(\d{4})/(\d\d)/", replacement=r"\1-\2-")
    return _filled(_micros(_cast(cut, pa.timestamp("us"))), cut, _zoned)


def _epoch(cells: Cells, unit_s: float | None = None) -> NDArray[np.datetime64]:
    """Read seconds since 1970 (``unit_s`` of them in 1); None = by size, s or ms."""
    value, _ = numbers(cells)
    scale = np.where(np.abs(value) >= _MS_FROM, 1e-3, 1.0) if unit_s is None else unit_s
    with np.errstate(invalid="ignore"):
        seconds = value * scale
        # Beyond the year 9999 a number is no time of ours, and would not fit into microseconds.
        fits = np.abs(seconds) < 253_402_300_800  # noqa: PLR2004
    micros = np.round(np.where(fits, seconds, 0) * SECOND_US).astype(np.int64)
    return np.where(fits, micros.view("M8[us]"), NO_TIME)


def _by_format(cells: Cells, time_format: str) -> NDArray[np.datetime64]:
    parsed = pc.strptime(cells, format=time_format, unit="us", error_is_null=True)
    found = _micros(parsed)
    day = found.astype("M8[D]").astype("M8[M]")
    with np.errstate(invalid="ignore"):
        early = (found.astype("M8[D]") - day).astype(np.int64) < _OVERFLOW_DAYS
    # strptime takes 31 February for 3 March: what landed on a month's first days is written back
    # and compared.
    rows = np.flatnonzero(early & ~np.isnat(found))
    texts = np.array(cells.take(pa.array(rows)).to_pylist(), object)
    for text, row in dict(zip(texts, rows.tolist(), strict=True)).items():
        moment = datetime.fromtimestamp(int(found[row].astype(np.int64)) / SECOND_US, UTC)
        if _bare(moment.strftime(time_format)) != _bare(text):
            found[rows[texts == text]] = NO_TIME
    return found


def _bare(text: str) -> str:
    return _LEADING_ZEROS.sub("", " ".join(text.split()))


def _filled(found: NDArray[np.datetime64], cells: Cells, read: Any) -> NDArray[np.datetime64]:  # noqa: ANN401
    """Return ``found``, with those cells that gave no time tried again by ``read``."""
    rows = np.flatnonzero(np.isnat(found) & ~_nulls(cells))
    if len(rows):
        found = found.copy()
        found[rows] = read(cells.take(pa.array(rows)))
    return found


def _cast(cells: Cells, kind: Any) -> Cells:  # noqa: ANN401
    """Cast each cell, null where it does not fit: halves are tried until the bad one is alone."""
    try:
        return pc.cast(cells, kind)
    # pyarrow says that some cell is bad, not which one.
    except pa.ArrowInvalid:
        if len(cells) == 1:
            return pa.nulls(1, kind)
    half = len(cells) // 2
    return pa.concat_arrays([_cast(cells.slice(0, half), kind), _cast(cells.slice(half), kind)])


def _micros(values: Cells) -> NDArray[np.datetime64]:
    plain = pc.fill_null(values.cast(pa.int64()), np.iinfo(np.int64).min)
    micros: NDArray[np.int64] = plain.to_numpy(zero_copy_only=False).astype(np.int64)
    return micros.view("M8[us]")


def _nulls(values: Cells) -> NDArray[np.bool_]:
    return np.asarray(values.is_null().to_numpy(zero_copy_only=False), np.bool_)


def _utf8(cells: Cells) -> NDArray[np.bool_]:
    raw = cells.cast(pa.binary()).to_pylist()
    return np.array([cell is None or cell.isascii() for cell in raw], np.bool_)
