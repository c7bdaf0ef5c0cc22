"""aisstream.io's JSON messages: AIS fields already decoded, wrapped with the server's time.

Source: https://aisstream.io/documentation and the types in aisstream/ais-message-models.
Values keep AIS' own sentinels (Sog 102.3, Cog 360, TrueHeading 511, Longitude 181, Latitude 91).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from ais.batches import NO_SEGMENT
from ais.dialects import json_values as values
from ais.units import MMSI_LIMIT

_UNSAID = 255
_STATUSES = 15
_ACTIVE = 14
"""Navigational status of an active distress device."""
_OUTSIDE = NO_SEGMENT

PositionRow = tuple[Any, ...]
StaticRow = tuple[Any, ...]
TextRow = tuple[Any, ...]


class Kind(NamedTuple):
    """A kind of message: its AIS types, its speed limit, and which columns it has."""

    types: tuple[int, ...]
    placed: bool = False
    static: bool = False
    text: bool = False
    speed_limit_kn: float = values.SOG_LIMIT_KN


KINDS = {
    "PositionReport": Kind((1, 2, 3), placed=True),
    "BaseStationReport": Kind((4, 11), placed=True),
    "ShipStaticData": Kind((5,), static=True),
    "AddressedBinaryMessage": Kind((6,)),
    "BinaryAcknowledge": Kind((7, 13)),
    "BinaryBroadcastMessage": Kind((8,)),
    "StandardSearchAndRescueAircraftReport": Kind(
        (9,), placed=True, speed_limit_kn=values.SOG_LIMIT_AIRCRAFT_KN
    ),
    "CoordinatedUTCInquiry": Kind((10,)),
    "AddressedSafetyMessage": Kind((12,), text=True),
    "SafetyBroadcastMessage": Kind((14,), text=True),
    "Interrogation": Kind((15,)),
    "AssignedModeCommand": Kind((16,)),
    "GnssBroadcastBinaryMessage": Kind((17,)),
    "StandardClassBPositionReport": Kind((18,), placed=True),
    "ExtendedClassBPositionReport": Kind((19,), placed=True, static=True),
    "DataLinkManagementMessage": Kind((20,)),
    "AidsToNavigationReport": Kind((21,), placed=True, static=True),
    "ChannelManagement": Kind((22,)),
    "GroupAssignmentCommand": Kind((23,)),
    "StaticDataReport": Kind((24,), static=True),
    "SingleSlotBinaryMessage": Kind((25,)),
    "MultiSlotBinaryMessage": Kind((26,)),
    "LongRangeAisBroadcastMessage": Kind(
        (27,), placed=True, speed_limit_kn=values.SOG_LIMIT_LONG_RANGE_KN
    ),
}
"""aisstream's name of a message → what it holds; UnknownMessage says nothing and is not here."""


class Heard(NamedTuple):
    """When and where a message came in: columns of its line."""

    received_us: int
    feed: int
    spool: int


class Read(NamedTuple):
    """What one message says: rows for the batches, or why it says nothing."""

    reason: str = ""
    position: PositionRow | None = None
    statics: tuple[StaticRow, ...] = ()
    text: TextRow | None = None


def read(message: dict[str, Any], heard: Heard) -> Read:
    """Return the rows that an aisstream message makes; ``reason`` is set where it makes none."""
    name = message.get("MessageType")
    kind = KINDS.get(name) if isinstance(name, str) else None
    wrapped = message.get("Message")
    body = wrapped.get(name) if isinstance(wrapped, dict) else None
    if kind is None:
        return Read("aisstream: unknown type")
    if not isinstance(body, dict):
        return Read("aisstream: no body")
    number = values.whole(body.get("MessageID"), 27, 0)
    mmsi = values.whole(values.digits(body.get("UserID")), MMSI_LIMIT, 0)
    # A type that does not fit its name would put one message's fields into another's columns.
    if body.get("Valid") is False or (number and number not in kind.types):
        return Read("aisstream: not valid")
    # Who calls for help is heard without a number, too.
    if mmsi == 0 and not kind.text and body.get("NavigationalStatus") != _ACTIVE:
        return Read("aisstream: mmsi")
    return _rows(kind, body, mmsi, number or kind.types[0], _time_us(message, heard), heard)


def _rows(
    kind: Kind, body: dict[str, Any], mmsi: int, number: int, time_us: int, heard: Heard
) -> Read:
    return Read(
        position=_position(kind, body, mmsi, number, time_us, heard) if kind.placed else None,
        statics=tuple(_statics(body, mmsi, number, heard)) if kind.static else (),
        text=_text(body, mmsi, number, heard) if kind.text else None,
    )


def _time_us(message: dict[str, Any], heard: Heard) -> int:
    meta = message.get("MetaData")
    stamp = values.time_us(meta.get("time_utc")) if isinstance(meta, dict) else None
    return heard.received_us if stamp is None else stamp


def _position(
    kind: Kind, body: dict[str, Any], mmsi: int, number: int, time_us: int, heard: Heard
) -> PositionRow:
    """Return a row of PositionBatch."""
    lon, lat = values.place(body.get("Longitude"), body.get("Latitude"))
    return (
        mmsi,
        time_us,
        heard.received_us,
        lon,
        lat,
        values.speed_kn(body.get("Sog"), kind.speed_limit_kn),
        values.course_deg(body.get("Cog")),
        values.heading_deg(body.get("TrueHeading")),
        values.whole(body.get("NavigationalStatus"), _STATUSES, _UNSAID),
        number,
        heard.feed,
        heard.spool,
        _OUTSIDE,
    )


def _statics(body: dict[str, Any], mmsi: int, number: int, heard: Heard) -> list[StaticRow]:
    """Return rows of StaticBatch: one, or for type 24 one for each part that is filled."""
    if number != 24:  # noqa: PLR2004 (static data report, in two parts)
        return [_static(body, mmsi, number, _UNSAID, heard)]
    parts = [body.get("ReportA"), body.get("ReportB")]
    return [
        _static(part, mmsi, number, at, heard)
        for at, part in enumerate(parts)
        if isinstance(part, dict) and part.get("Valid")
    ]


def _static(body: dict[str, Any], mmsi: int, number: int, part: int, heard: Heard) -> StaticRow:
    name = values.text(body.get("Name")) + values.text(body.get("NameExtension"))
    kind = body.get("ShipType" if number == 24 else "Type")  # noqa: PLR2004
    mother = mmsi // 10_000_000 == 98  # noqa: PLR2004 (98MIDxxxx: a craft of a mother ship)
    sizes = (np.nan,) * 4 if mother and part == 1 else values.dimensions_m(body.get("Dimension"))
    eta = body.get("Eta")
    eta = eta if isinstance(eta, dict) else {}
    return (
        mmsi,
        heard.received_us,
        heard.feed,
        heard.spool,
        number,
        part,
        values.whole(body.get("ImoNumber"), 0x3FFF_FFFF, 0),
        values.text(body.get("CallSign")),
        name,
        values.whole(kind, _UNSAID, _UNSAID),
        *sizes,
        values.draught_m(body.get("MaximumStaticDraught")),
        values.text(body.get("Destination")),
        # Month and day 0, hour 24 and minute 60 are AIS' «not available».
        values.whole(eta.get("Month"), 12, 0) or _UNSAID,
        values.whole(eta.get("Day"), 31, 0) or _UNSAID,
        values.whole(eta.get("Hour"), 23, _UNSAID),
        values.whole(eta.get("Minute"), 59, _UNSAID),
        0,
    )


def _text(body: dict[str, Any], mmsi: int, number: int, heard: Heard) -> TextRow:
    """Return a row of SafetyText."""
    to = values.whole(values.digits(body.get("DestinationID")), MMSI_LIMIT, 0)
    words = values.words(body.get("Text"))
    return (mmsi, heard.received_us, heard.feed, heard.spool, number, to, words)
