"""Codes of AIS in the words that people read."""

from __future__ import annotations

_STATUS = (
    "Under way using engine",
    "At anchor",
    "Not under command",
    "Restricted manoeuvrability",
    "Constrained by her draught",
    "Moored",
    "Aground",
    "Engaged in fishing",
    "Under way sailing",
    "Reserved (9)",
    "Reserved (10)",
    "Towing astern",
    "Pushing ahead or towing alongside",
    "Reserved (13)",
    "Distress device active",
)
"""Navigational status 0-14, ITU-R M.1371-5, table 45; 15 is «not defined»."""

_TENS = {
    2: "Wing in ground",
    4: "High-speed craft",
    6: "Passenger",
    7: "Cargo",
    8: "Tanker",
    9: "Other type",
}
_EXACT = {
    30: "Fishing",
    31: "Towing",
    32: "Towing, long or wide",
    33: "Dredging or underwater work",
    34: "Diving",
    35: "Military",
    36: "Sailing",
    37: "Pleasure craft",
    50: "Pilot",
    51: "Search and rescue",
    52: "Tug",
    53: "Port tender",
    54: "Anti-pollution",
    55: "Law enforcement",
    58: "Medical transport",
    59: "Non-combatant",
}
_DANGEROUS = {1: "hazard A", 2: "hazard B", 3: "hazard C", 4: "hazard D"}
_CARRIERS = (6, 7, 8)


def status(nav_status: int | None) -> str | None:
    """Return the navigational status in words; None where it says nothing."""
    if nav_status is None or not 0 <= nav_status < len(_STATUS):
        return None
    return _STATUS[nav_status]


def ship_type(code: int | None) -> str | None:
    """Return the ship type in words (ITU-R M.1371-5, table 53); None where not known."""
    if code is None or not 0 < code <= 99:  # noqa: PLR2004 (the table's end)
        return None
    if code in _EXACT:
        return _EXACT[code]
    tens, ones = divmod(code, 10)
    title = _TENS.get(tens)
    if title and tens in _CARRIERS and ones in _DANGEROUS:
        return f"{title}, {_DANGEROUS[ones]}"
    return title or f"Reserved ({code})"


def station(message: int | None, mmsi: int) -> str | None:
    """Return what sends, if it is no ship: from the message type and the MMSI's form."""
    prefixes = {970: "AIS-SART", 972: "Man overboard device", 974: "EPIRB-AIS"}
    if mmsi // 1_000_000 in prefixes:
        return prefixes[mmsi // 1_000_000]
    if mmsi // 10_000_000 == 99 or message == 21:  # noqa: PLR2004
        return "Aid to navigation"
    if message in {4, 11}:
        return "Base station"
    return "Rescue aircraft" if message == 9 else None  # noqa: PLR2004
