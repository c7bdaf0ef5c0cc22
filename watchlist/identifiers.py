"""What the numbers and signs of a ship say of themselves: IMO number, MMSI, call sign."""

from __future__ import annotations

import re
from functools import lru_cache

from watchlist.flags import FLAGS, alpha3

_FIRST_IMO, _PAST_IMO = 1_000_000, 10_000_000
_MMSI_LIMIT = 1_000_000_000

# How the nine digits begin (ITU-R M.585-9, annexes 1 and 2), longest first; a MID follows the
# kinds of the second row.
_DEVICES = (("970", "sart"), ("972", "mob"), ("974", "epirb"))
_WITH_MID = (
    ("111", "sar aircraft"),
    ("00", "coast station"),
    ("98", "craft of a ship"),
    ("99", "aid to navigation"),
    ("0", "group"),
    ("", "ship"),
)

_NOT_CALL_SIGN = re.compile(r"[^A-Z0-9]")
_JUNK_SIGNS = frozenset({"NONE", "NIL", "UNKNOWN", "TEST", "NOCALL", "UNK", "TBA", "TBN"})
_FEWEST_SIGNS = 3

# Source: ITU Radio Regulations, appendix 42, the series of states whose flags the Mediterranean
# sees; written first-last, each bound one sign or two.
_SERIES = """
3A-3A Monaco; 3E-3F Panama; 3V-3V Tunisia; 3Z-3Z Poland; 4O-4O Montenegro; 4X-4X Israel
4Z-4Z Israel; 5A-5A Libya; 5B-5B Cyprus; 5C-5G Morocco; 5H-5I Tanzania; 5L-5M Liberia; 5V-5V Togo
6K-6N South Korea; 6T-6U Sudan; 6V-6W Senegal; 6Y-6Y Jamaica; 7R-7R Algeria; 7T-7Y Algeria
8P-8P Barbados; 8Q-8Q Maldives; 9A-9A Croatia; 9G-9G Ghana; 9H-9H Malta; 9K-9K Kuwait
9L-9L Sierra Leone; 9V-9V Singapore; A8-A8 Liberia; AA-AL United States; AM-AO Spain
AP-AS Pakistan; C4-C4 Cyprus; C5-C5 Gambia; C6-C6 Bahamas; CN-CN Morocco; CQ-CU Portugal
D5-D5 Liberia; D6-D6 Comoros; DA-DR Germany; E5-E5 Cook Islands; EA-EH Spain; EI-EJ Ireland
EL-EL Liberia; EM-EO Ukraine; EP-EQ Iran; ER-ER Moldova; ES-ES Estonia; F-F France
G-G United Kingdom; H2-H2 Cyprus; HO-HP Panama; HZ-HZ Saudi Arabia; I-I Italy
J5-J5 Guinea-Bissau; J8-J8 Saint Vincent and the Grenadines; K-K United States; LA-LN Norway
LX-LX Luxembourg; LY-LY Lithuania; LZ-LZ Bulgaria; M-M United Kingdom; N-N United States
OD-OD Lebanon; OE-OE Austria; OF-OJ Finland; OK-OL Czechia; ON-OT Belgium; OU-OZ Denmark
P3-P3 Cyprus; PA-PI Netherlands; R-R Russia; S5-S5 Slovenia; S7-S7 Seychelles; SA-SM Sweden
SN-SR Poland; SU-SU Egypt; SV-SZ Greece; T7-T7 San Marino; T8-T8 Palau; TA-TC Türkiye
TJ-TJ Cameroon; TR-TR Gabon; UA-UI Russia; UR-UZ Ukraine; V2-V2 Antigua and Barbuda
V3-V3 Belize; V7-V7 Marshall Islands; W-W United States; XS-XS China; YJ-YJ Vanuatu; YK-YK Syria
YL-YL Latvia; YM-YM Türkiye; YO-YR Romania; YT-YU Serbia; Z3-Z3 North Macedonia; ZA-ZA Albania
"""


def imo_is_valid(imo: int) -> bool:
    """Tell whether ``imo`` has seven digits of which the last checks the others.

    Each of the first six digits times 7, 6 … 2; the sum's last digit is the seventh. Source: IMO
    Res. A.1117(30).
    """
    if not _FIRST_IMO <= imo < _PAST_IMO:
        return False
    total, rest = 0, imo // 10
    for weight in range(2, 8):
        total += rest % 10 * weight
        rest //= 10
    return total % 10 == imo % 10


def mmsi_kind(mmsi: int) -> str:
    """Return what kind of station ``mmsi`` names, «invalid» where its digits name none.

    ship, coast station, group, sar aircraft, aid to navigation, craft of a ship, sart, mob, epirb.
    Source: ITU-R M.585-9. The state digits must be a MID that ITU has given.
    """
    if not 0 < mmsi < _MMSI_LIMIT:
        return "invalid"
    digits = f"{mmsi:09d}"
    for prefix, kind in _DEVICES:
        if digits.startswith(prefix):
            return kind
    prefix, kind = next(pair for pair in _WITH_MID if digits.startswith(pair[0]))
    start = len(prefix)
    return kind if int(digits[start : start + 3]) in FLAGS else "invalid"


@lru_cache(1 << 16)
def call_sign(text: str) -> str:
    """Return ``text`` as letters and digits in upper case; "" for what is no call sign.

    A text ends at its first ``@``, what stands behind says nothing (ITU-R M.1371-5, table 47).
    Fewer than three signs, no letter, one sign repeated and words such as NONE are none.
    """
    sign = text[:40].partition("@")[0].upper()
    if not (sign.isascii() and sign.isalnum()):
        sign = _NOT_CALL_SIGN.sub("", sign)
    if len(sign) < _FEWEST_SIGNS or sign.isdigit() or len(set(sign)) == 1 or sign in _JUNK_SIGNS:
        return ""
    return sign


def call_sign_country(text: str) -> str | None:
    """Return ISO 3166 alpha-3 of the state whose series ``text`` begins with; None: not known."""
    sign = call_sign(text)
    return _STATES.get(sign[:2]) or _STATES.get(sign[:1])


def _states() -> dict[str, str]:
    """Return the state of each beginning of call signs, of one sign or two."""
    found = {}
    for entry in _SERIES.strip().replace("\n", ";").split(";"):
        bounds, name = entry.strip().split(" ", 1)
        first, last = bounds.split("-")
        for sign in range(ord(first[-1]), ord(last[-1]) + 1):
            found[first[:-1] + chr(sign)] = alpha3(name) or name
    return found


_STATES = _states()
