"""A time for every line of a recorded file, from what its lines say themselves.

Two clocks are known, and the one that a file shows first is its clock:

1. line stamps: tag block ``c:``, a time before or behind the sentence, ``$PGHP`` for the next one
2. base stations: type 4 (UTC and date), where two in a row agree within 60 s, year 2000 or later

A line with a stamp takes it. A line without takes the clock; a further part of a message takes the
time of the part before it. Lines before the first stamp are held, at most 1,000, and take it. Line
stamps that go backwards are kept as they are; the clock of the base stations does not go back
within the 60 s, because relayed reports come late. Source of type 4: ITU-R M.1371-5, table 51.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from ais.compiled import compiled
from ais.errors import NoTimeError
from ais.sentences import OTHER, SENTENCE, no_stamps, scan
from ais.timetext import NO_TIME, moment_us

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ais.lines import LineBlock

HELD = 1_000
"""Lines that may come before the first stamp; a line clock that is silent as long is given up."""
AGREE_US = 60_000_000
FIRST_YEAR = 2000
"""A base station without a fix counts from 1980 or 1999; year 0 is not available."""

_HOUR_US = 3_600_000_000
_TYPE_4 = 52  # the character "4", six bits 000100
_TYPE_4_CHARACTERS = 28  # 168 bits
_LEAST_CHARACTERS = 13  # up to the second, bit 78

# The state of a file, one i8 each.
_CLOCK, _KIND, _SILENT, _SEEN, _WAITING, _FIRST, _PART, _PART_US = range(8)
_NO_CLOCK, _LINES, _STATIONS = range(3)


@compiled
def _six_bits(character: int) -> int:
    value = character - 48
    return value - 8 if value > 40 else value  # noqa: PLR2004 (armour skips eight characters)


@compiled
def base_station_us(data: NDArray[np.uint8], start: int, end: int, fill: int) -> int:
    """Return the UTC that a type 4 payload ``data[start:end]`` carries, in µs; NO_TIME for none.

    A wrong length, a time that is not available and a year before 2000 give NO_TIME.
    """
    if end - start != _TYPE_4_CHARACTERS or fill != 0 or data[start] != _TYPE_4:
        return NO_TIME
    bits = 0
    for i in range(start + 6, start + _LEAST_CHARACTERS):
        bits = bits << 6 | _six_bits(data[i])
    # From bit 36 on: two bits of the MMSI, year 14, month 4, day 5, hour 5, minute 6, second 6.
    year = bits >> 26 & 0x3FFF
    if year < FIRST_YEAR:
        return NO_TIME
    month, day, hour = bits >> 22 & 15, bits >> 17 & 31, bits >> 12 & 31
    return moment_us(year, month, day, hour, bits >> 6 & 63, bits & 63)


@compiled
def _hear_station(state: NDArray[np.int64], moment: int) -> None:
    """Let a base station's time move the clock, if another agrees with it."""
    # One that agrees with the clock itself needs no second witness.
    if state[_KIND] == _STATIONS and abs(moment - state[_CLOCK]) <= AGREE_US:
        state[_CLOCK] = max(state[_CLOCK], moment)
    elif state[_SEEN] != NO_TIME and abs(moment - state[_SEEN]) <= AGREE_US:
        if state[_FIRST] == NO_TIME:
            state[_FIRST] = min(moment, state[_SEEN])
        state[_CLOCK] = max(moment, state[_SEEN])
        state[_KIND] = _STATIONS
    else:
        state[_SEEN] = moment
        return
    state[_SEEN] = NO_TIME


@compiled
def _hear_line(state: NDArray[np.int64], stamp: int) -> None:
    """Let a line's own stamp move the clock, unless base stations are the file's clock."""
    if state[_FIRST] == NO_TIME:
        state[_FIRST] = stamp
    if state[_KIND] != _STATIONS:
        state[_CLOCK] = stamp
        state[_KIND] = _LINES
    state[_SILENT] = 0


@compiled
def _part_key(row: Any) -> int:  # noqa: ANN401  (a row of sentences.ROW)
    """Return what the next part of a row's message has to match."""
    key = row.talker * 65_536 + row.sequence * 256 + row.channel
    return int((key * 16 + row.total) * 16 + row.number)


@compiled
def _stamp(
    data: NDArray[np.uint8],
    rows: NDArray[np.void],
    shift_us: int,
    state: NDArray[np.int64],
    received: NDArray[np.int64],
) -> None:
    """Fill ``received`` line by line; NO_TIME where nothing is known yet."""
    for k in range(len(rows)):
        row = rows[k]
        stamp = row.stamp
        is_sentence = row.kind == SENTENCE
        if stamp != NO_TIME:
            stamp -= shift_us
            # The stamp of a garbled line is its own affair: it may be garbled too.
            if is_sentence or row.kind == OTHER:
                _hear_line(state, stamp)
        else:
            state[_SILENT] += 1
            if is_sentence and row.total == 1:
                moment = base_station_us(data, row.start, row.end, row.fill)
                line_clock = state[_KIND] == _LINES and state[_SILENT] <= HELD
                if moment != NO_TIME and not line_clock:
                    _hear_station(state, moment)
            # $PGHP stamps the first part only; the others belong to the same moment.
            elif is_sentence and row.number > 1 and state[_PART] == _part_key(row) - 1:
                stamp = state[_PART_US]
        received[k] = stamp if stamp != NO_TIME else state[_CLOCK]
        if is_sentence and row.total > 1:
            state[_PART] = _part_key(row)
            state[_PART_US] = received[k]
        state[_WAITING] += state[_FIRST] == NO_TIME and received[k] == NO_TIME


class Stamper:
    """Gives the lines of one recorded file their times; how the file is cut changes nothing."""

    def __init__(
        self, name: str, start: datetime | None = None, utc_offset_h: float = 0.0
    ) -> None:
        """Stamp the file ``name``; ``start`` is the time of lines before the first stamp.

        utc_offset_h  what the line stamps are ahead of UTC (recordings in local time)
        """
        self.name = name
        self._shift_us = round(utc_offset_h * _HOUR_US)
        self._carried = no_stamps()
        self._held: list[LineBlock] = []
        self._state = np.zeros(8, np.int64)
        self._state[[_CLOCK, _SEEN, _FIRST, _PART_US]] = NO_TIME
        if start is not None:
            self._state[[_CLOCK, _FIRST]] = micros(start)

    def push(self, block: LineBlock) -> list[LineBlock]:
        """Return the blocks whose times are known now: ``block``, and what was held before it.

        Raises NoTimeError when more than 1,000 lines came before the first stamp.
        """
        rows = scan(block, self._carried).rows
        received = np.empty(len(block), np.int64)
        _stamp(block.data, rows, self._shift_us, self._state, received)
        if self._state[_WAITING] > HELD:
            raise self._no_time()
        self._held.append(replace(block, received=received.view("datetime64[us]")))
        if self._state[_FIRST] == NO_TIME:
            return []
        ready, self._held = self._held, []
        for waiting in ready:
            micros_of = waiting.received.view(np.int64)
            micros_of[micros_of == NO_TIME] = self._state[_FIRST]
        return ready

    def finish(self) -> None:
        """Say that the file has ended; raises NoTimeError when its lines still have no time."""
        if self._state[_WAITING] and self._held:
            raise self._no_time()

    def _no_time(self) -> NoTimeError:
        lines = int(self._state[_WAITING])
        return NoTimeError(
            f"{self.name}: no time in its first {min(lines, HELD)} lines (tag block, prefix, "
            "suffix, $PGHP, two base stations that agree): give --start 2024-05-01T00:00:00Z"
        )


IN_A_COLUMN = "expected it in the column that --columns time=NAME --time-format FORMAT tell"
IN_JSON = "expected MetaData.time_utc, rxuxtime or rxtime: give --start 2024-05-01T00:00:00Z"


class RowStamper:
    """Gives the rows of a CSV or JSON file their times; one without takes that of the one before.

    cure  what the error says where no row has a time: IN_A_COLUMN or IN_JSON
    """

    def __init__(
        self,
        name: str,
        times: Callable[[LineBlock], NDArray[np.datetime64]],
        start: datetime | None = None,
        *,
        cure: str = IN_A_COLUMN,
    ) -> None:
        """Stamp the file ``name``; ``times`` reads each row's time, NaT for a row without.

        start  the time of rows before the first one with a time
        """
        self.name = name
        self._times = times
        self._cure = cure
        self._held: list[LineBlock] = []
        self._waiting = 0
        self._clock = NO_TIME if start is None else micros(start)

    def push(self, block: LineBlock) -> list[LineBlock]:
        """Return the blocks whose times are known now; the header takes the first row's.

        Raises NoTimeError when more than 1,000 rows came before the first one with a time.
        """
        found = self._times(block).astype("M8[us]").view(np.int64)
        dated = np.flatnonzero(found != NO_TIME)
        first = int(found[dated[0]]) if len(dated) else NO_TIME
        if self._clock == NO_TIME:
            self._waiting += int(dated[0]) if len(dated) else len(block)
            self._clock = first
        if self._waiting > HELD:
            raise self._no_time()
        self._held.append(replace(block, received=_carried_on(found, self._clock)))
        if self._clock == NO_TIME:
            return []
        ready, self._held = self._held, []
        for waiting in ready[:-1]:
            waiting.received.view(np.int64)[:] = self._clock
        self._clock = int(found[dated[-1]]) if len(dated) else self._clock
        return ready

    def finish(self) -> None:
        """Say that the file has ended; raises NoTimeError when its rows still have no time."""
        if self._waiting and self._held:
            raise self._no_time()

    def _no_time(self) -> NoTimeError:
        return NoTimeError(
            f"{self.name}: no time in its first {min(self._waiting, HELD)} rows: {self._cure}"
        )


def _carried_on(found: NDArray[np.int64], before: int) -> NDArray[np.datetime64]:
    """Return ``found`` with each missing time replaced by the one before it, (n,)."""
    last = np.maximum.accumulate(np.where(found != NO_TIME, np.arange(len(found)), -1))
    times = np.where(last >= 0, found[last], before)
    return times.view("datetime64[us]")


def micros(moment: datetime) -> int:
    """Return µs since 1970 of ``moment``; a time without a zone is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000)
