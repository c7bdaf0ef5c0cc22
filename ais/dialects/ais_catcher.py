"""AIS-catcher's JSON messages: the sentences that they carry, dated by the receiver's clock.

``{"class":"AIS","rxuxtime":1667402604,"nmea":["!AIVDM,…"],"mmsi":…}``: its own
decoded fields are not used, so that every position goes through one decoder.
Source: https://docs.aiscatcher.org/references/JSON-decoding/.
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Any

from ais.dialects.json_values import epoch_us, time_us
from ais.units import SECOND_US

_SENTENCE = (b"!", b"$", b"\\")


def sentences(message: dict[str, Any]) -> list[bytes]:
    """Return the sentences in ``message``, with its time in a tag block before each.

    Empty = it carries none (the ``MSGFORMAT`` of the sender leaves them out). A sentence that has
    a tag block of its own keeps that.
    """
    carried = message.get("nmea")
    every = [carried] if isinstance(carried, str) else carried
    if not isinstance(every, list) or not all(isinstance(one, str) for one in every):
        return []
    lines = [one.strip().encode("ascii", "replace") for one in every]
    lines = [line for line in lines if line.startswith(_SENTENCE)]
    stamp = stamp_us(message)
    if stamp is None:
        return lines
    block = tag_block(stamp)
    # Its own tag block may hold a group or a station that a second one would hide.
    return [line if line.startswith(b"\\") else block + line for line in lines]


def stamp_us(message: dict[str, Any]) -> int | None:
    """Return when the receiver heard ``message``, µs since 1970, None if it does not say."""
    # The number has fractions of a second, the older text has none.
    stamp = epoch_us(message.get("rxuxtime"))
    return time_us(message.get("rxtime")) if stamp is None else stamp


def tag_block(stamp: int) -> bytes:
    r"""Return ``\c:<ms>*hh\`` for a time in µs since 1970 (NMEA 0183 4.10, annex D)."""
    text = b"c:%d" % (stamp * 1000 // SECOND_US)
    return b"\\%s*%02X\\" % (text, reduce(xor, text))
