"""The columns that travel from the decoder to every other room.

Not available is NaN in float columns, an empty string in text columns, 0 in ``imo`` and
``dest_mmsi`` and 255 in the small integer columns; AIS sentinels (91, 181, 102.3, 360, 511) never
leave ``ais``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NO_SEGMENT = 0xFFFF_FFFF
"""Segment of a row that has none: it came without a position from a vessel never placed."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What the batches below share: equal-long columns that are taken and joined together.

    KINDS  numpy type of each column, in order
    """

    KINDS: ClassVar[str] = ""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(getattr(self, names_of(type(self))[0]))

    def take(self, rows: NDArray[Any] | slice) -> Self:
        """Return the rows that an index array, a mask or a slice selects."""
        kind = type(self)
        return kind(*[getattr(self, name)[rows] for name in names_of(kind)])

    @classmethod
    def empty(cls) -> Self:
        """Return a batch without rows."""
        return cls(**{name: np.empty(0, kind) for name, kind in cls.dtypes().items()})

    @classmethod
    def join(cls, batches: Sequence[Self]) -> Self:
        """Return the rows of ``batches``, one after the other."""
        if not batches:
            return cls.empty()
        if len(batches) == 1:
            return batches[0]
        return cls(
            *[np.concatenate([getattr(one, name) for one in batches]) for name in names_of(cls)]
        )

    @classmethod
    def dtypes(cls) -> dict[str, str]:
        """Return the numpy type of each column, in order."""
        return dict(zip(names_of(cls), cls.KINDS.split(), strict=True))


_NAMES: dict[type, tuple[str, ...]] = {}


def names_of(kind: type[Columns]) -> tuple[str, ...]:
    """Return the names of a batch's columns, in order."""
    # Batches are cut at every tick, and asking a dataclass for its fields is slow.
    if kind not in _NAMES:
        _NAMES[kind] = tuple(one.name for one in fields(kind))
    return _NAMES[kind]


@dataclass(frozen=True, slots=True)
class PositionBatch(Columns):
    """Position reports (types 1-4, 9, 11, 18, 19, 21, 27) in spool order, all columns (n,).

    A report without a position is kept, with NaN coordinates: a distress device sends before it
    has a fix. Source: ITU-R M.1371-5, annex 8.

    mmsi u4 · time datetime64[us], of the position · received datetime64[us]
    lon_deg, lat_deg f8 · sog_kn f4 · cog_deg f4 · heading_deg f4
    nav_status u1 (0-15, 255 where the type has none) · message u1 (type) · feed u2 · spool u8
    segment u4, the track segment, NO_SEGMENT until the segmenter has filled it
    """

    KINDS: ClassVar[str] = "u4 M8[us] M8[us] f8 f8 f4 f4 f4 u1 u1 u2 u8 u4"

    mmsi: NDArray[np.uint32]
    time: NDArray[np.datetime64]
    received: NDArray[np.datetime64]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]
    sog_kn: NDArray[np.float32]
    cog_deg: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    nav_status: NDArray[np.uint8]
    message: NDArray[np.uint8]
    feed: NDArray[np.uint16]
    spool: NDArray[np.uint64]
    segment: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class StaticBatch(Columns):
    """Identity and voyage reports (types 5, 19, 21, 24) in spool order, all columns (n,).

    mmsi u4 · received datetime64[us] · feed u2 · spool u8 · message u1
    part u1 (24: 0 = A, 1 = B)
    imo u4 (0 not available) · call_sign S7 · name S34 · ship_type u1 (raw, 255 not in the message)
    to_bow_m, to_stern_m, to_port_m, to_starboard_m, draught_m f4 · destination S20
    eta_month, eta_day, eta_hour, eta_minute u1 (255 not available) · mothership u4 (0 none)
    """

    KINDS: ClassVar[str] = "u4 M8[us] u2 u8 u1 u1 u4 S7 S34 u1 f4 f4 f4 f4 f4 S20 u1 u1 u1 u1 u4"

    mmsi: NDArray[np.uint32]
    received: NDArray[np.datetime64]
    feed: NDArray[np.uint16]
    spool: NDArray[np.uint64]
    message: NDArray[np.uint8]
    part: NDArray[np.uint8]
    imo: NDArray[np.uint32]
    call_sign: NDArray[np.bytes_]
    name: NDArray[np.bytes_]
    ship_type: NDArray[np.uint8]
    to_bow_m: NDArray[np.float32]
    to_stern_m: NDArray[np.float32]
    to_port_m: NDArray[np.float32]
    to_starboard_m: NDArray[np.float32]
    draught_m: NDArray[np.float32]
    destination: NDArray[np.bytes_]
    eta_month: NDArray[np.uint8]
    eta_day: NDArray[np.uint8]
    eta_hour: NDArray[np.uint8]
    eta_minute: NDArray[np.uint8]
    mothership: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class SafetyText(Columns):
    """Safety-related texts (types 12 and 14), all columns (n,).

    mmsi u4 · received datetime64[us] · feed u2 · spool u8 · message u1
    dest_mmsi u4 (0 = to all) · text S162, six-bit characters
    """

    KINDS: ClassVar[str] = "u4 M8[us] u2 u8 u1 u4 S162"

    mmsi: NDArray[np.uint32]
    received: NDArray[np.datetime64]
    feed: NDArray[np.uint16]
    spool: NDArray[np.uint64]
    message: NDArray[np.uint8]
    dest_mmsi: NDArray[np.uint32]
    text: NDArray[np.bytes_]


@dataclass(frozen=True, slots=True)
class Receptions(Columns):
    """Every message heard, duplicates too: what coverage and clone detection count, columns (n,).

    mmsi u4 · received datetime64[us] · feed u2 · station u4 (hash of the tag block's station, 0
    none) · spool u8 · message u1 · duplicate bool · lon_deg, lat_deg f8 (NaN not available)
    """

    KINDS: ClassVar[str] = "u4 M8[us] u2 u4 u8 u1 ? f8 f8"

    mmsi: NDArray[np.uint32]
    received: NDArray[np.datetime64]
    feed: NDArray[np.uint16]
    station: NDArray[np.uint32]
    spool: NDArray[np.uint64]
    message: NDArray[np.uint8]
    duplicate: NDArray[np.bool_]
    lon_deg: NDArray[np.float64]
    lat_deg: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one block of lines said; positions, statics and texts hold no duplicates."""

    positions: PositionBatch
    statics: StaticBatch
    texts: SafetyText
    receptions: Receptions

    def of_feeds(self, codes: NDArray[np.uint16]) -> Decoded:
        """Return the same with each feed's code c replaced by ``codes[c]``."""
        return Decoded(
            replace(self.positions, feed=codes[self.positions.feed]),
            replace(self.statics, feed=codes[self.statics.feed]),
            replace(self.texts, feed=codes[self.texts.feed]),
            replace(self.receptions, feed=codes[self.receptions.feed]),
        )
