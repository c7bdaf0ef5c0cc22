"""The dialect of CSV files: rows of positions; names become rows only when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ais.batches import NO_SEGMENT, PositionBatch, StaticBatch
from ais.dialect import DialectResult, Tally
from ais.dialects.csv_identity import FIRST_PSEUDO_ID, Identities, Ids, silent
from ais.dialects.csv_layouts import REQUIRED, CsvLayout
from ais.dialects.csv_rows import CsvReader, Rows
from ais.dialects.csv_values import numbers, times
from ais.dialects.csv_words import MESSAGE, NAV_STATUS, SHIP_TYPE, UNSAID
from ais.dialects.json_values import printable
from ais.lines import LineBlock
from ais.units import COURSE_LIMIT_DEG, HEADING_LIMIT_DEG, LAT_LIMIT_DEG, LON_LIMIT_DEG

# 102.2 is «that or faster», 102.3 not available (ITU-R M.1371-5, table 48).
_SOG_LIMIT_KN = 102.2
_LONGITUDE_SENTINEL_DEG = 181.0
_LATITUDE_SENTINEL_DEG = 91.0
_NOT_SAID = 255
_SHIP = 1
_MEASURED = ("sog", "cog", "heading")
_LENGTHS = ("to_bow_m", "to_stern_m", "to_port_m", "to_starboard_m", "draught_m")
_TEXTS = ("call_sign", "name", "destination")


class CsvDialect:
    """Reads CSV rows into positions, dated by their time column, and statics on change.

    With ``recorded``, and where a line has no receive time, ``received`` is that time too. A row
    without id or time, or with text where a number belongs, is rejected by reason; the rows round
    it are kept. Rows of a sender whose class the file does not say count as message 1.
    """

    def __init__(
        self,
        layout: CsvLayout | None,
        *,
        recorded: bool = False,
        first_id: int = FIRST_PSEUDO_ID,
    ) -> None:
        """Read ``layout``; None = whichever published one the header line shows."""
        self.layout = layout
        self.recorded = recorded
        self._reader = CsvReader(layout)
        self._ids = Ids(all_mmsi=layout is None or layout.mmsi_ids, first=first_id)
        self._identities = Identities()

    def decode(self, block: LineBlock) -> DialectResult:
        """Return the positions and statics of the rows in ``block``; never raises for a line."""
        tally = Tally()
        positions, statics = [], []
        for rows in self._reader.read(block, tally):
            values = _Values(rows, block, tally)
            good = values.good
            tally.accept("csv", len(good))
            tally.messages += len(good)
            batch = self._positions(values, block.received[good], block, good)
            positions.append(batch)
            statics.append(self._identities.changed(_statics(values, batch)))
        return DialectResult.of(tally, PositionBatch.join(positions), StaticBatch.join(statics))

    def headers(self, block: LineBlock) -> list[int]:
        """Return which lines of ``block`` are headers."""
        return self._reader.headers(block)

    def _positions(
        self,
        values: _Values,
        received: NDArray[np.datetime64],
        block: LineBlock,
        good: NDArray[np.int64],
    ) -> PositionBatch:
        lon, lat = values.place()
        dated = self.recorded | np.isnat(received)
        return PositionBatch(
            mmsi=self._ids.numbers(values.cells("id")),
            time=values.time,
            received=np.where(dated, values.time, received),
            lon_deg=lon,
            lat_deg=lat,
            sog_kn=values.measured("sog", _SOG_LIMIT_KN, values.layout.speed_scale),
            cog_deg=values.measured("cog", COURSE_LIMIT_DEG),
            heading_deg=values.measured("heading", HEADING_LIMIT_DEG),
            nav_status=values.coded("nav_status", NAV_STATUS, _NOT_SAID, 15),
            message=values.coded("kind", MESSAGE, _SHIP, 27),
            feed=block.feed[good],
            spool=block.spool[good],
            segment=np.full(len(good), NO_SEGMENT, np.uint32),
        )

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the header, the pseudo ids and the identities known, as plain arrays."""
        parts = (self._reader, self._ids, self._identities)
        return {key: value for part in parts for key, value in part.freeze().items()}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned."""
        for part in (self._reader, self._ids, self._identities):
            part.thaw(state)


class CsvTimes:
    """The time column alone, for a reader of recorded files that dates its lines."""

    def __init__(self, layout: CsvLayout | None) -> None:
        """Read ``layout``; None = whichever published one the header line shows."""
        self._reader = CsvReader(layout, frozenset(["time"]))

    def times(self, block: LineBlock) -> NDArray[np.datetime64]:
        """Return the time of each line, NaT for a header and for a line without one, (n,)."""
        found = np.full(len(block), np.datetime64("NaT"), "M8[us]")
        for rows in self._reader.read(block, Tally()):
            found[rows.lines] = times(rows.cells["time"], rows.layout.time_format)[0]
        return found


class _Values:
    """The good rows under one header, column by column; the others are counted when it is made."""

    def __init__(self, rows: Rows, block: LineBlock, tally: Tally) -> None:
        self.layout = rows.layout
        self._rows = rows
        self._numbers = {
            name: numbers(rows.cells[name])
            for name in ("lon", "lat", *_MEASURED)
            if name in rows.cells
        }
        stamps, bad_time = times(rows.cells["time"], self.layout.time_format)
        self._kept = np.flatnonzero(self._judge(stamps, bad_time, block, tally))
        self._chosen = pa.array(self._kept)
        self.time = stamps[self._kept]
        self.good = rows.lines[self._kept]

    def _judge(
        self,
        stamps: NDArray[np.datetime64],
        bad_time: NDArray[np.bool_],
        block: LineBlock,
        tally: Tally,
    ) -> NDArray[np.bool_]:
        """Return which rows are good; each of the others is counted by its first fault."""
        lon, lat = self._numbers["lon"][0], self._numbers["lat"][0]
        with np.errstate(invalid="ignore"):
            # 181 and 91 say «not available»; what lies beyond is a shifted column or a broken row.
            off = (np.abs(lon) > _LONGITUDE_SENTINEL_DEG) | (np.abs(lat) > _LATITUDE_SENTINEL_DEG)
        no_id = np.asarray(self._rows.cells["id"].is_null().to_numpy(zero_copy_only=False))
        faults = {"csv: id": no_id, "csv: time": bad_time | np.isnat(stamps)}
        faults |= {f"csv: {name}": bad for name, (_, bad) in self._numbers.items()}
        faults["csv: position"] = off
        # The order of the faults is the order of the columns that everything else hangs on, so
        # that a row with several is always counted under the same one.
        good = np.ones(len(stamps), np.bool_)
        for reason, bad in faults.items():
            for row in np.flatnonzero(good & bad).tolist():
                tally.reject(reason, block.line(int(self._rows.lines[row])))
            good &= ~bad
        return good

    def has(self, name: str) -> bool:
        """Return whether the file has the column ``name``."""
        return name in self._rows.cells

    def cells(self, name: str) -> Any:  # noqa: ANN401  (pyarrow has no types)
        """Return the cells of ``name`` as a pyarrow array."""
        return self._rows.cells[name].take(self._chosen)

    def place(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return longitude and latitude, both NaN where one is not available."""
        lon = self._numbers["lon"][0][self._kept]
        lat = self._numbers["lat"][0][self._kept]
        there = (np.abs(lon) <= LON_LIMIT_DEG) & (np.abs(lat) <= LAT_LIMIT_DEG)
        return np.where(there, lon, np.nan), np.where(there, lat, np.nan)

    def measured(self, name: str, limit: float, scale: float = 1.0) -> NDArray[np.float32]:
        """Return a number from 0 to below ``limit``, NaN outside and where there is none."""
        if name not in self._numbers:
            return np.full(len(self._kept), np.nan, np.float32)
        # Rounded before the limit: 1022 tenths of a knot are 102.2, not 102.20000000000002.
        value = np.round(self._numbers[name][0][self._kept] * scale, 6)
        return np.where((value >= 0) & (value < limit), value, np.nan).astype(np.float32)

    def length(self, name: str) -> NDArray[np.float32]:
        """Return metres, NaN where the file has none; 0 is «not available» and so NaN too."""
        if not self.has(name):
            return np.full(len(self._kept), np.nan, np.float32)
        value, _ = numbers(self.cells(name))
        return np.where(value > 0, value, np.nan).astype(np.float32)

    def coded(
        self, name: str, words: Mapping[str, int], unsaid: int, most: int
    ) -> NDArray[np.uint8]:
        """Return numbers up to ``most``, or those that ``words`` stand for, else ``unsaid``."""

        def code(cell: bytes) -> int:
            word = cell.decode("ascii", "replace").lower()
            number = int(word) if word.isdecimal() and word.isascii() else words.get(word, unsaid)
            return number if number <= most else unsaid

        return self._each(name, code, unsaid).astype(np.uint8)

    def text(self, name: str) -> NDArray[np.bytes_]:
        """Return words in capitals, empty where nothing was said."""
        if not self.has(name):
            return np.full(len(self._kept), b"", "S1")
        coded = self.cells(name).cast(pa.binary()).fill_null(b"").dictionary_encode()
        of_each = [_said(cell) for cell in coded.dictionary.to_pylist()]
        found: NDArray[np.bytes_] = np.array(of_each, np.bytes_)[coded.indices.to_numpy()]
        return found

    def imo(self) -> NDArray[np.uint32]:
        """Return the seven digits of «IMO1234567» or «1234567», 0 for anything else."""

        def digits(cell: bytes) -> int:
            text = cell.upper().removeprefix(b"IMO").strip()
            return int(text) if len(text) == 7 and text.isdigit() else 0  # noqa: PLR2004

        return self._each("imo", digits, 0).astype(np.uint32)

    def _each(self, name: str, read: Callable[[bytes], int], unsaid: int) -> NDArray[np.int64]:
        """Read each different cell once."""
        found = np.full(len(self._kept), unsaid, np.int64)
        if not self.has(name):
            return found
        coded = self.cells(name).cast(pa.binary()).dictionary_encode()
        of_each = np.array([read(cell) for cell in coded.dictionary.to_pylist()], np.int64)
        said = np.flatnonzero(coded.indices.is_valid().to_numpy(zero_copy_only=False))
        found[said] = of_each[coded.indices.drop_null().to_numpy()]
        return found


def _said(cell: bytes) -> bytes:
    said = printable(cell.decode("utf-8", "replace")).strip()
    return b"" if said.decode("ascii").lower() in UNSAID else said.upper()


def _statics(values: _Values, positions: PositionBatch) -> StaticBatch:
    """Return what each row says of its vessel's identity, all as message 5."""
    if not set(values.layout.columns()) - {*REQUIRED, *_MEASURED, "nav_status", "kind"}:
        return StaticBatch.empty()
    blank = silent(len(positions))
    kinds = StaticBatch.dtypes()
    columns: dict[str, NDArray[Any]] = {name: values.length(name) for name in _LENGTHS}
    columns |= {name: values.text(name).astype(kinds[name]) for name in _TEXTS}
    columns |= _eta(values)
    if not values.has("to_bow_m"):
        # Without the place of the antenna AIS counts from the bow and from port: they are at 0.
        for begin, end, whole in (
            ("to_bow_m", "to_stern_m", "length_m"),
            ("to_port_m", "to_starboard_m", "width_m"),
        ):
            columns[end] = values.length(whole)
            columns[begin] = np.where(np.isnan(columns[end]), np.nan, 0).astype(np.float32)
    return replace(
        blank,
        **columns,
        mmsi=positions.mmsi,
        received=positions.received,
        feed=positions.feed,
        spool=positions.spool,
        imo=values.imo(),
        ship_type=values.coded("ship_type", SHIP_TYPE, _NOT_SAID, _NOT_SAID),
    )


def _eta(values: _Values) -> dict[str, NDArray[np.uint8]]:
    names = ("eta_month", "eta_day", "eta_hour", "eta_minute")
    if not values.has("eta"):
        return {name: np.full(len(values.good), _NOT_SAID, np.uint8) for name in names}
    when, _ = times(values.cells("eta"), values.layout.time_format)
    month, day = when.astype("M8[M]"), when.astype("M8[D]")
    parts = (
        month.astype("M8[M]").astype(np.int64) % 12 + 1,
        (day - month).astype(np.int64) + 1,
        (when.astype("M8[h]") - day).astype(np.int64),
        (when.astype("M8[m]") - when.astype("M8[h]")).astype(np.int64),
    )
    gone = np.isnat(when)
    return {
        name: np.where(gone, _NOT_SAID, part).astype(np.uint8)
        for name, part in zip(names, parts, strict=True)
    }
