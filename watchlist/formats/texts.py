"""Single values of a list as people write them: texts, numbers, identifiers, days, states."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from watchlist.flags import alpha3
from watchlist.identifiers import call_sign as plain_call_sign
from watchlist.identifiers import imo_is_valid

MAX_TEXT = 200
MAX_REASON = 2_000

# Bidirectional embeddings, overrides and isolates turn a text round for the eye; the rest are
# separators and marks that no name has. Joiners stay: Persian names are written with them.
_UNSEEN = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff\ufffe\uffff"
)
_BREAKS = re.compile(r"[ ]*[\r\n\t]+[ ]*")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([./])(\d{1,2})\2(\d{4})")
_METRES = re.compile(r"(\d{1,4}(?:[.,]\d+)?)\s*(?:m|metres|meters)?", re.IGNORECASE)
_WHOLE = re.compile(r"(\d+)(?:\.0+)?")
_MMSI_DIGITS, _IMO_DIGITS = 9, 7
_SHIPS = range(201_000_000, 800_000_000)
"""Ships' MMSI begin with the digits of a state (ITU-R M.585-9); MID begin with 2 to 7."""


class ValueFault(ValueError):  # noqa: N818 - a fault of the file, not of the program
    """What is wrong with a value: what it is, what was expected, how to cure it."""


def clean(text: str, limit: int = MAX_TEXT, *, lines: bool = False) -> str:
    """Return ``text`` in NFC without outer blanks; line breaks stay only where ``lines``.

    Raises ValueFault for control characters, characters that hide or turn text, and texts longer
    than ``limit`` characters.
    """
    said = text.replace("\r\n", "\n").strip()
    said = said if lines else _BREAKS.sub(" ", said)
    if not said.isascii():
        said = unicodedata.normalize("NFC", said)
    if not said.isprintable():
        _refuse_unseen(said)
    if len(said) > limit:
        raise ValueFault(
            f"{said[:40]!r}… has {len(said):,} characters; expected at most {limit:,}"
        )
    return said


def _refuse_unseen(said: str) -> None:
    for letter in said:
        hidden = letter in _UNSEEN or unicodedata.category(letter) in {"Cc", "Cs"}
        if hidden and letter not in "\n\t":
            raise ValueFault(
                f"{said[:40]!r} holds U+{ord(letter):04X}, which nobody sees; expected plain "
                "text: remove it"
            )


def ship_mmsi(text: str) -> int:
    """Return the MMSI of a ship; raises ValueFault for anything else."""
    digits = _digits(text)
    if len(digits) != _MMSI_DIGITS:
        cure = ": spreadsheets round long numbers, format the column as text" * ("E" in text)
        raise ValueFault(f"MMSI {text[:40]!r} is no number of nine digits{cure}")
    if int(digits) not in _SHIPS:
        raise ValueFault(
            f"MMSI {digits} is no ship's; expected 201000000 to 799999999 "
            "(others are coast stations, groups, aircraft, aids to navigation and beacons)"
        )
    return int(digits)


def imo_number(text: str) -> int:
    """Return the IMO number of ``9187629``, ``IMO 9187629`` or ``imo:9187629``.

    Raises ValueFault where it has not seven digits or the check digit is wrong.
    """
    digits = _digits(re.sub(r"(?i)\A\s*imo[\s:.#-]*", "", text))
    if len(digits) != _IMO_DIGITS:
        raise ValueFault(f"IMO {text[:40]!r} is no number of seven digits")
    if not imo_is_valid(int(digits)):
        raise ValueFault(f"IMO {digits} has a wrong check digit: compare it with its source")
    return int(digits)


def call_sign(text: str) -> str:
    """Return the call sign in upper case without blanks; raises ValueFault for another form."""
    said = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{3,7}", said) or not plain_call_sign(said):
        raise ValueFault(f"call sign {text[:40]!r}: expected 3 to 7 letters and digits, as IBCD")
    return said


def _digits(text: str) -> str:
    match = _WHOLE.fullmatch(re.sub(r"\s", "", text))
    return match[1] if match and text.isascii() else ""


def metres(text: str, most: float) -> float:
    """Return metres of ``183``, ``183.5 m`` or ``183,5``; raises ValueFault outside 1 to most."""
    match = _METRES.fullmatch(text.strip())
    value = float(match[1].replace(",", ".")) if match else 0.0
    if not 1 <= value <= most:
        raise ValueFault(f"{text[:40]!r}: expected metres from 1 to {most:g}")
    return value


def day(text: str) -> dt.date:
    """Return the day of 2026-12-31, 31.12.2026 or 31/12/2026 (always the day first).

    Raises ValueFault for anything else.
    """
    try:
        if match := _DAY.fullmatch(text.strip()):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _DAY_FIRST.fullmatch(text.strip()):
            return dt.date(int(match[4]), int(match[3]), int(match[1]))
    except ValueError as error:
        raise ValueFault(f"{text[:40]!r} is no day of the calendar") from error
    raise ValueFault(f"{text[:40]!r}: expected a day as 2026-12-31, 31.12.2026 or 31/12/2026")


def state(text: str) -> str:
    """Return the alpha-3 code of a state's name or code; raises ValueFault for an unknown one."""
    code = alpha3(text)
    if code is None:
        raise ValueFault(f"flag {text[:40]!r}: expected a state's name or ISO code, as ITA")
    return code
