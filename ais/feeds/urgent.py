"""Which lines no rate limit may hold back, told from their first characters."""

from __future__ import annotations

import re

_SENTENCE = re.compile(rb"!..VD[MO],(\d),(\d),(\d?),([AB12]?),([0-W`-w]+)")
_JSON = re.compile(rb'Safety|"(?:UserID|mmsi|MMSI)"\s*:\s*"?97[024]\d{6}')
_TEXTS = {12, 14}
_REPORTS = {1, 2, 3}
_DEVICES = {970, 972, 974}
_SART_ACTIVE = 14
_CHARS = 7
"""Characters of a payload that hold type, MMSI and navigational status: 42 bits."""


class Urgent:
    """Recognises distress: safety texts, locating devices, status «AIS-SART active».

    The later parts of a text go with its first; parts of two texts may not alternate.
    """

    def __init__(self) -> None:
        """No text has begun."""
        self._begun: tuple[bytes, ...] = ()

    def is_so(self, line: bytes) -> bool:
        """Tell whether ``line`` may speak of distress; damaged ones may, too."""
        found = _SENTENCE.search(line)
        if found is None:
            return line.lstrip()[:1] == b"{" and _JSON.search(line) is not None
        total, number, sequence, channel, payload = found.groups()
        if number != b"1":
            return (total, sequence, channel) == self._begun
        urgent = _speaks_of_distress(payload)
        if urgent and total != b"1":
            self._begun = total, sequence, channel
        return urgent


def _speaks_of_distress(payload: bytes) -> bool:
    bits = 0
    for char in payload[:_CHARS]:
        bits = bits << 6 | (char - 48 if char < 88 else char - 56)  # noqa: PLR2004 (ITU armour)
    kind = bits >> 6 * (min(len(payload), _CHARS) - 1)
    if kind not in _REPORTS or len(payload) < _CHARS:
        return kind in _TEXTS
    return (bits >> 4 & (1 << 30) - 1) // 1_000_000 in _DEVICES or bits & 15 == _SART_ACTIVE
