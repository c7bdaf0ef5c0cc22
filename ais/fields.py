"""From payloads to rows: the static kernel that reads messages by the plans of ``plans``.

Steps for each message:
1. prove it: characters, type, exact length, MMSI, time; a fault has a reason and ends here
2. look whether the same payload was heard within 10 s
3. write its reception; if it is no duplicate, its position, static data or text too

A call for help is not lost to a wrong MMSI or a wrong time: see ``proving``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ais import plans, units
from ais.batches import PositionBatch, Receptions, SafetyText, StaticBatch
from ais.bits import take, take_signed, take_text
from ais.compiled import compiled
from ais.dedup import TAKEN, WHICH, has_room, mix, seen_before
from ais.kernel import Record, helper, leaf
from ais.plans import (
    BOW,
    COURSE,
    DEST_MMSI,
    DRAUGHT,
    HEADING,
    LAT,
    LON,
    MOTHER,
    OFFSET,
    SCALE,
    SPEED,
    STATUS,
    WIDTH,
)
from ais.proving import GOOD, dated, pardon, prove
from ais.timetext import NO_TIME

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.batches import Columns

POSITIONS, STATICS, TEXTS, RECEPTIONS, DUPLICATES, UNPLACED, UNKNOWN, MISDATED = range(8)
"""Columns of a tally: rows written of each batch, then duplicates, reports without position, and
calls for help in spite of an MMSI that names nobody or a time that is not believed."""

_POSITION, _STATIC, _SAFETY = 1, 2, 4
_ABSENT = 255
_NAN = np.float32(np.nan)
_TYPE_9, _TYPE_24, _TYPE_27 = 9, 24, 27
_ADDRESSED = 12

TEXT_CELLS = (7, 34, 20)
"""Bytes of call sign, name and destination in a row of static texts."""
_NAME_AT, _DESTINATION_AT = 7, 41
SAFETY_CELLS = 162


def _row_type(batch: type[Columns]) -> np.dtype[np.void]:
    """Return the record in which the kernel writes a row of ``batch``; text is kept elsewhere."""
    kinds = ((name, kind.replace("M8[us]", "i8")) for name, kind in batch.dtypes().items())
    return np.dtype([(n, k) for n, k in kinds if not k.startswith("S")], align=True)


POSITION_ROW = _row_type(PositionBatch)
STATIC_ROW = _row_type(StaticBatch)
SAFETY_ROW = _row_type(SafetyText)
RECEPTION_ROW = _row_type(Receptions)


@leaf("int64(int64[::1], int64[:, ::1], int64, int64)")
def _number(words: NDArray[np.int64], plan: NDArray[np.int64], column: int, absent: int) -> int:
    """Return a raw field of a message, ``absent`` where its type has no such field."""
    width = plan[column, WIDTH]
    return take(words, plan[column, OFFSET], width) if width else absent


@helper
def _place(words: NDArray[np.int64], plan: NDArray[np.int64]) -> tuple[float, float]:
    """Return longitude and latitude in degrees, NaN twice where either is not available."""
    steps = plan[LON, SCALE]
    lon = take_signed(words, plan[LON, OFFSET], plan[LON, WIDTH])
    lat = take_signed(words, plan[LAT, OFFSET], plan[LAT, WIDTH])
    if abs(lon) > units.LON_LIMIT_DEG * steps or abs(lat) > units.LAT_LIMIT_DEG * steps:
        return np.nan, np.nan
    return lon / steps, lat / steps


@helper
def _speed_kn(words: NDArray[np.int64], plan: NDArray[np.int64], variant: int) -> np.float32:
    """Return the speed over ground, NaN where not available, saturated or known as noise."""
    if plan[SPEED, WIDTH] == 0:
        return _NAN
    raw = take(words, plan[SPEED, OFFSET], plan[SPEED, WIDTH])
    if variant == _TYPE_27:
        return _NAN if raw == units.SOG_LIMIT_LONG_RANGE_RAW else np.float32(raw)
    noise = raw == units.SOG_NOISE_RAW[0] or raw == units.SOG_NOISE_RAW[1]
    if raw >= units.SOG_LIMIT_RAW or (noise and variant != _TYPE_9):
        return _NAN
    return np.float32(raw / plan[SPEED, SCALE])


@leaf("float32(int64[::1], int64[:, ::1], int64, int64)")
def _angle_deg(
    words: NDArray[np.int64], plan: NDArray[np.int64], column: int, limit: int
) -> np.float32:
    """Return a course or heading below ``limit`` degrees, NaN otherwise or without the field."""
    if plan[column, WIDTH] == 0:
        return _NAN
    raw = take(words, plan[column, OFFSET], plan[column, WIDTH])
    steps = plan[column, SCALE]
    return _NAN if raw >= limit * steps else np.float32(raw / steps)


@helper
def _write_reception(
    row: Record, verdict: Record, message: Record, received: int, feed: int, spool: int
) -> None:
    """Write who was heard when, by which feed and station; the place is written after."""
    row.mmsi = verdict.mmsi
    row.received = received
    row.feed = feed
    row.station = message.station
    row.spool = spool
    row.message = verdict.variant if verdict.variant < plans.PART_B else _TYPE_24
    row.duplicate = verdict.duplicate


@helper
def _write_position(
    words: NDArray[np.int64],
    plan: NDArray[np.int64],
    heard: Record,
    row: Record,
    time: int,
    variant: int,
) -> None:
    """Write a position report; ``heard`` is its reception, written before."""
    row.mmsi = heard.mmsi
    row.time = time
    row.received = heard.received
    row.lon_deg = heard.lon_deg
    row.lat_deg = heard.lat_deg
    row.sog_kn = _speed_kn(words, plan, variant)
    row.cog_deg = _angle_deg(words, plan, COURSE, units.COURSE_LIMIT_DEG)
    row.heading_deg = _angle_deg(words, plan, HEADING, units.HEADING_LIMIT_DEG)
    row.nav_status = _number(words, plan, STATUS, _ABSENT)
    row.message = heard.message
    row.feed = heard.feed
    row.spool = heard.spool
    row.segment = 0xFFFF_FFFF


@leaf("int64(int64, int64, int64)")
def _below(value: int, first: int, limit: int) -> int:
    """Return ``value`` if it lies in ``first`` to ``limit`` (excluded), else 255."""
    return value if first <= value < limit else _ABSENT


@helper
def _write_size(words: NDArray[np.int64], plan: NDArray[np.int64], row: Record) -> None:
    """Write the four dimensions in metres; all NaN where all are 0 or the type has none."""
    bow = _number(words, plan, BOW, 0)
    stern = _number(words, plan, plans.STERN, 0)
    port = _number(words, plan, plans.PORT, 0)
    starboard = _number(words, plan, plans.STARBOARD, 0)
    known = bow + stern + port + starboard > 0
    row.to_bow_m = np.float32(bow) if known else _NAN
    row.to_stern_m = np.float32(stern) if known else _NAN
    row.to_port_m = np.float32(port) if known else _NAN
    row.to_starboard_m = np.float32(starboard) if known else _NAN


@helper
def _write_static(
    words: NDArray[np.int64], plan: NDArray[np.int64], heard: Record, row: Record, variant: int
) -> None:
    """Write the numbers of a static report; ``heard`` is its reception."""
    row.mmsi = heard.mmsi
    row.received = heard.received
    row.feed = heard.feed
    row.spool = heard.spool
    row.message = heard.message
    row.part = _ABSENT if heard.message != _TYPE_24 else (0 if variant == plans.PART_A else 1)
    row.imo = _number(words, plan, plans.IMO, 0)
    row.ship_type = _number(words, plan, plans.SHIP_TYPE, _ABSENT)
    _write_size(words, plan, row)
    draught = _number(words, plan, DRAUGHT, 0)
    row.draught_m = np.float32(draught / plan[DRAUGHT, SCALE]) if draught else _NAN
    row.eta_month = _below(_number(words, plan, plans.MONTH, 0), 1, 13)
    row.eta_day = _below(_number(words, plan, plans.DAY, 0), 1, 32)
    row.eta_hour = _below(_number(words, plan, plans.HOUR, _ABSENT), 0, 24)
    row.eta_minute = _below(_number(words, plan, plans.MINUTE, _ABSENT), 0, 60)
    mother = _number(words, plan, MOTHER, 0)
    row.mothership = mother if mother <= units.MMSI_LIMIT else 0


@helper
def _write_names(
    words: NDArray[np.int64], plan: NDArray[np.int64], bits: int, out: NDArray[np.uint8]
) -> None:
    """Write call sign, name and destination of a static report into their bytes of ``out``."""
    out[:] = 0
    end = 0
    for column in range(plans.CALL_SIGN, plans.TEXT):
        if column == plans.SHIP_NAME:
            end = _NAME_AT
        elif column == plans.DESTINATION:
            end = _DESTINATION_AT
        end = take_text(words, plan[column, OFFSET], plan[column, WIDTH], bits, out, end)


@helper
def _write_safety(
    words: NDArray[np.int64],
    plan: NDArray[np.int64],
    bits: int,
    heard: Record,
    row: Record,
    out: NDArray[np.uint8],
) -> None:
    """Write a safety-related text; ``heard`` is its reception."""
    row.mmsi = heard.mmsi
    row.received = heard.received
    row.feed = heard.feed
    row.spool = heard.spool
    row.message = heard.message
    row.dest_mmsi = _number(words, plan, DEST_MMSI, 0) if heard.message == _ADDRESSED else 0
    out[:] = 0
    take_text(words, plan[plans.TEXT, OFFSET], plan[plans.TEXT, WIDTH], bits, out, 0)


@helper
def _write_words(  # noqa: PLR0913, PLR0917 (the batches' places to write)
    words: NDArray[np.int64],
    plan: NDArray[np.int64],
    bits: int,
    heard: Record,
    variant: int,
    statics: NDArray[np.void],
    names: NDArray[np.uint8],
    safety: NDArray[np.void],
    texts: NDArray[np.uint8],
    tally: NDArray[np.int64],
) -> None:
    """Write the rows that hold text: a static report, or a safety-related one (12, 14)."""
    if plan[plans.TEXT, WIDTH]:
        _write_safety(words, plan, bits, heard, safety[tally[TEXTS]], texts[tally[TEXTS]])
        tally[TEXTS] += 1
    else:
        _write_static(words, plan, heard, statics[tally[STATICS]], variant)
        _write_names(words, plan, bits, names[tally[STATICS]])
        tally[STATICS] += 1


@helper
def _payload_key(words: NDArray[np.int64], bits: int) -> int:
    """Return the 64-bit key of a payload."""
    key = bits
    for at in range((bits + 59) // 60):
        key = mix(key, words[at])
    return key


@compiled
def read(  # noqa: PLR0913, PLR0917 (columns, plans and batches)
    data: NDArray[np.uint8],
    joined: NDArray[np.uint8],
    messages: NDArray[np.void],
    received: NDArray[np.int64],
    feed: NDArray[np.uint16],
    spool: NDArray[np.uint64],
    believed: NDArray[np.bool_],
    ahead: int,
    behind: int,
    column_plan: NDArray[np.int64],
    length_plan: NDArray[np.bool_],
    role_plan: NDArray[np.uint8],
    seen: NDArray[np.int64],
    seen_state: NDArray[np.int64],
    words: NDArray[np.int64],
    verdicts: NDArray[np.void],
    positions: NDArray[np.void],
    statics: NDArray[np.void],
    names: NDArray[np.uint8],
    safety: NDArray[np.void],
    texts: NDArray[np.uint8],
    receptions: NDArray[np.void],
    tally: NDArray[np.int64],
    rejected: NDArray[np.int64],
    first: int,
) -> int:
    """Read the messages of a block from ``first`` on; the sizes are ``tally``'s.

    Returns where it stopped: before the end it wants ``seen`` to grow and to be called again.
    believed (65536,): feeds whose stamps are the time of a position; ahead, behind: µs, the
    quarantine: how far a time may lie after and before the receive time
    """
    for k in range(first, len(messages)):
        message, verdict = messages[k], verdicts[k]
        line = message.line
        if not has_room(seen, seen_state, message.clock):
            return k
        source = joined if message.joined else data
        bits = prove(
            source[message.start : message.end], message.fill, words, length_plan, verdict
        )
        stamped = believed[feed[line]] and message.stamp != NO_TIME
        time = message.stamp if stamped else received[line]
        verdict.time = time
        if verdict.reason == GOOD:
            verdict.reason = dated(time - received[line], ahead, behind)
        if verdict.reason != GOOD:
            unknown, misdated = pardon(words, verdict, received[line], ahead, behind)
            if verdict.reason != GOOD:
                rejected[verdict.reason] += 1
                continue
            tally[UNKNOWN] += unknown
            tally[MISDATED] += misdated
            time = verdict.time
        key, variant = _payload_key(words, bits), verdict.variant
        verdict.duplicate, new = seen_before(seen[seen_state[WHICH]], key, message.clock)
        seen_state[TAKEN] += new
        plan, role = column_plan[variant], role_plan[variant]
        heard = receptions[tally[RECEPTIONS]]
        tally[RECEPTIONS] += 1
        _write_reception(heard, verdict, message, received[line], feed[line], spool[line])
        placed = role & _POSITION
        heard.lon_deg, heard.lat_deg = _place(words, plan) if placed else (np.nan, np.nan)
        # Every reception goes to coverage and clone detection; a duplicate goes nowhere else.
        if verdict.duplicate:
            tally[DUPLICATES] += 1
            continue
        if placed:
            tally[UNPLACED] += np.isnan(heard.lon_deg)
            _write_position(words, plan, heard, positions[tally[POSITIONS]], time, variant)
            tally[POSITIONS] += 1
        if role & (_STATIC | _SAFETY):
            _write_words(words, plan, bits, heard, variant, statics, names, safety, texts, tally)
    return len(messages)
