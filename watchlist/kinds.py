"""What type of ship a word of a list and a number of AIS mean, so that they can be compared."""

from __future__ import annotations

import re
from functools import lru_cache

# Source: ITU-R M.1371-5, table 53. Types that say nothing of a ship (0, 1-19 reserved, 90-99
# other) are in no set.
_NUMBERS = {
    "wing in ground": range(20, 30),
    "fishing": range(30, 31),
    "tug": (31, 32, 52),
    "dredger": (33,),
    "diving": (34,),
    "military": (35,),
    "sailing": (36,),
    "pleasure": (37,),
    "high speed craft": range(40, 50),
    "pilot": (50,),
    "rescue": (51,),
    "tender": (53,),
    "law enforcement": (55,),
    "medical": (58,),
    "passenger": range(60, 70),
    "cargo": range(70, 80),
    "tanker": range(80, 90),
}
_OF_NUMBER = {number: kind for kind, numbers in _NUMBERS.items() for number in numbers}

# A word of a list may mean several: a yacht sails or does not, a fast ferry sends 40-49 or 60-69.
_WORDS = {
    "barge": ("cargo", "tug"),
    "bulk": ("cargo",),
    "bulker": ("cargo",),
    "bunkering": ("tanker",),
    "cargo": ("cargo",),
    "carrier": ("cargo",),
    "catamaran": ("sailing", "pleasure", "passenger", "high speed craft"),
    "coaster": ("cargo",),
    "container": ("cargo",),
    "cruise": ("passenger",),
    "dredger": ("dredger",),
    "ferry": ("passenger", "high speed craft"),
    "fishing": ("fishing",),
    "freighter": ("cargo",),
    "hsc": ("high speed craft", "passenger"),
    "livestock": ("cargo",),
    "lng": ("tanker",),
    "lpg": ("tanker",),
    "military": ("military",),
    "motorboat": ("pleasure",),
    "passenger": ("passenger", "high speed craft"),
    "patrol": ("law enforcement", "military"),
    "pilot": ("pilot",),
    "pleasure": ("pleasure", "sailing"),
    "reefer": ("cargo",),
    "rescue": ("rescue",),
    "ropax": ("passenger",),
    "roro": ("cargo",),
    "sailboat": ("sailing",),
    "sailing": ("sailing", "pleasure"),
    "speed": ("high speed craft",),
    "supply": ("cargo", "tug"),
    "tanker": ("tanker",),
    "trawler": ("fishing",),
    "tug": ("tug",),
    "vehicle": ("cargo",),
    "warship": ("military",),
    "yacht": ("pleasure", "sailing"),
}


def kind_of(ship_type: int) -> str:
    """Return the kind that a raw AIS type names, "" for none."""
    return _OF_NUMBER.get(ship_type, "")


@lru_cache(4096)
def kinds_meant(word: str) -> frozenset[str]:
    """Return the kinds that the field's word for a type may mean; empty where it says nothing.

    A gas carrier is a tanker for AIS, and «carrier» alone a cargo ship: the narrower word wins.
    """
    words = re.sub(r"[^a-z ]", "", word[:100].casefold().replace("/", " ")).split()
    found = [frozenset(_WORDS[one]) for one in words if one in _WORDS]
    tankers = [kinds for kinds in found if kinds == {"tanker"}]
    return frozenset().union(*(tankers or found))
