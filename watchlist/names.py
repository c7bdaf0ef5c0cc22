"""Ship names in one spelling, so that what differs is the name and not how it was written."""

from __future__ import annotations

import re
from functools import lru_cache

from anyascii import anyascii

LONGEST = 120
"""Characters of a name that are looked at: AIS carries 34, a file may carry anything."""

# «M/V», «M.V.», «MV»: motor vessel, tanker, sailing yacht and vessel, steam ship, fishing vessel.
# «My» without stops is a word: MY LADY is not LADY.
_KINDS = ("mv", "mt", "sy", "sv", "ss", "fv", "mfv", "mts")
_SPLIT = "|".join((*(r"[./\s]*".join(kind) for kind in _KINDS), r"m[./]\s*y"))
_PREFIX = re.compile(rf"^\W*(?:{_SPLIT})[./\s]+(?=\S)", re.IGNORECASE)
_APOSTROPHE = re.compile(r"['’‘´`]")
_OTHER = re.compile(r"[^A-Z0-9]+")
_ROMAN = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_DIGITS = re.compile(r"\d+")
_NUMBERED = re.compile(r"\d|\b[XVI]{2}")
_JUNK = frozenset(
    {"", "NONE", "NIL", "NA", "NONAME", "UNKNOWN", "UNNAMED", "TEST", "NOTAVAILABLE"}
)


@lru_cache(1 << 16)
def normal(text: str) -> str:
    """Return ``text`` as ``spelled`` does; what lists hold is asked again with each edition."""
    return spelled(text)


def spelled(text: str) -> str:
    """Return ``text`` as words of A-Z and 0-9 with one space between; "" for what is no name.

    Transliterated (anyascii), upper case, without punctuation, AIS padding and a prefix such as
    M/V. Digits and Roman numerals stay: they tell sister ships apart.
    """
    text = text[:LONGEST].split("@", 1)[0]
    plain = text if text.isascii() else anyascii(text)
    plain = _APOSTROPHE.sub("", plain).upper()
    bare = _PREFIX.sub("", plain, count=1)
    words = _OTHER.sub(" ", bare).strip()[:LONGEST]
    return "" if words.replace(" ", "") in _JUNK else words


def squeezed(name: str) -> str:
    """Return a normal name without its spaces: «SEA STAR» and «SEASTAR» are one."""
    return name.replace(" ", "")


def sorted_words(name: str) -> str:
    """Return a normal name with its words in the order of the alphabet, without spaces."""
    return "".join(sorted(name.split()))


def numbers(name: str) -> tuple[str, ...]:
    """Return the numbers of a normal name, in order: digits, and Roman words from II on.

    I, V and X alone are letters as often as numbers and are none.
    """
    if not _NUMBERED.search(name):
        return ()
    roman = [word for word in name.split() if len(word) > 1 and _ROMAN.fullmatch(word)]
    digits = [found.lstrip("0") or "0" for found in _DIGITS.findall(name)]
    return tuple(sorted(digits + roman))
