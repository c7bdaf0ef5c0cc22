"""The words that the Danish files use in place of AIS' numbers.

Source: the «!_README_information_CSV_files» of aisdata.ais.dk; numbers from ITU-R M.1371-5.
"""

from __future__ import annotations

NAV_STATUS = {
    "under way using engine": 0,
    "at anchor": 1,
    "not under command": 2,
    "restricted maneuverability": 3,
    "constrained by her draught": 4,
    "moored": 5,
    "aground": 6,
    "engaged in fishing": 7,
    "under way sailing": 8,
    "reserved for future amendment [hsc]": 9,
    "reserved for future amendment [wig]": 10,
    "reserved for future use [11]": 11,
    "reserved for future use [12]": 12,
    "reserved for future use [13]": 13,
    "ais-sart (active)": 14,
    "unknown value": 15,
}
"""Navigational status in words → table 45, 0-15."""

SHIP_TYPE = {
    "wig": 20,
    "fishing": 30,
    "towing": 31,
    "towing long/wide": 32,
    "dredging": 33,
    "diving": 34,
    "military": 35,
    "sailing": 36,
    "pleasure": 37,
    "hsc": 40,
    "pilot": 50,
    "sar": 51,
    "tug": 52,
    "port tender": 53,
    "anti-pollution": 54,
    "law enforcement": 55,
    "medical": 58,
    "not party to conflict": 59,
    "passenger": 60,
    "cargo": 70,
    "tanker": 80,
    "other": 90,
    "undefined": 255,
    "reserved": 255,
}
"""Ship type in words → the first number of its group, 255 where the group has none."""

MESSAGE = {
    "class a": 1,
    "a": 1,
    "class b": 18,
    "b": 18,
    "base station": 4,
    "sar airborne": 9,
    "aton": 21,
    "search and rescue transponder": 1,
    "man overboard device": 1,
}
"""Class of the sender in words → the message type that such a sender uses."""

UNSAID = {"unknown", "undefined", "none"}
"""Words for «not available» in columns of names."""
