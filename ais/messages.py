"""Messages as objects under pyais' names, for ``vedetta decode``.

Enumerations are raw integers, text is stripped as pyais does, bytes are base64, and what the
standard calls «not available» is None (docs/decoding.md lists the values). Common types come from
the decoder's own cells; what is left goes through pyais.
"""

from __future__ import annotations

import base64
import enum
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from pyais.bit_vector import bit_vector
from pyais.messages import MSG_CLASS

from ais import plans
from ais.cells import ABSENT, FAST, cells_of
from ais.proving import GOOD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ais.decoder import Decoder, Parsed
    from ais.lines import FeedNames, LineBlock

    _Value = Callable[[int], Any]

LINE_NUMBER = (1 << 40) - 1
"""The part of a spool position that is a recorded file's line number."""

_ONLY = {"turn": -128, "second": 60, "alt": 4095, "imo": 0, "draught": 0}
_ONLY |= {"year": 0, "month": 0, "day": 0}
_FROM = {"heading": 360, "hour": 24, "minute": 60}
_ANGLES = {"lon": 180, "lat": 90}
_AID = 21


def _unavailable(name: str, width: int, steps: int) -> Callable[[int], bool]:
    """Return the test whether a raw value of a field means «not available»."""
    if name in _ONLY:
        sentinel = _ONLY[name]
        return lambda raw: raw == sentinel
    if name in _FROM:
        first = _FROM[name]
        return lambda raw: raw >= first
    if name in _ANGLES:
        limit = _ANGLES[name] * steps
        return lambda raw: abs(raw) > limit
    if name == "course":
        return lambda raw: raw >= 360 * steps
    if name == "speed":
        return lambda raw: raw == (1 << width) - 1
    return lambda _raw: False


def _value(name: str, field: Any) -> _Value:  # noqa: ANN401 (an attrs attribute)
    """Return what turns a raw integer of ``field`` into the value that pyais gives, or None."""
    kind, width = field.metadata["d_type"], field.metadata["width"]
    absent = _unavailable(name, width, plans.scale(field) if name != "turn" else 1)
    if kind is float:
        convert = field.metadata["to_converter"] or float
        return lambda raw: None if absent(raw) else float(convert(raw))
    if kind is bool:
        return bool
    return lambda raw: None if absent(raw) else raw


@cache
def _layout(variant: int) -> list[tuple[int, str, bool, _Value]]:
    """Return (column, name, is text, value) of the fields of a variant, without the spare ones."""
    return [
        (column, name, field.metadata["d_type"] is str, _value(name, field))
        for column, (name, (_, field)) in enumerate(plans.places(variant).items())
        if not field.metadata["is_spare"] and field.metadata["d_type"] is not bytes
    ]


def _fast(variant: int, cells: list[int], texts: list[bytes]) -> dict[str, Any]:
    """Return the fields of a message from its row of cells."""
    said: dict[str, Any] = {}
    for column, name, is_text, value in _layout(variant):
        if cells[column] == ABSENT:
            said[name] = None
        else:
            said[name] = texts[column].decode("ascii") if is_text else value(cells[column])
    if variant == _AID:
        # As pyais: without a name the extension says nothing.
        said["full_name"] = said["name"] + (said["name_ext"] or "") if said["name"] else ""
    return said


def plain(value: Any) -> Any:  # noqa: ANN401 (what pyais returns)
    """Return a value of pyais as JSON knows it: bytes as base64, enumerations as integers."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def by_pyais(payload: bytes, fill: int) -> dict[str, Any]:
    """Return the fields of a proven message through pyais; the header alone if it refuses it."""
    vector = bit_vector(payload, fill)
    kind = vector.get(0, 6)
    try:
        message = MSG_CLASS[kind].from_vector(vector)
    except Exception:  # noqa: BLE001 (pyais raises many kinds for contents that it does not know)
        return {"msg_type": kind, "repeat": vector.get(6, 2), "mmsi": vector.get(8, 30)}
    said = {name: plain(value) for name, value in message.asdict().items()}
    offset = 0
    for field in type(message).fields():
        width, value = field.metadata["width"], getattr(message, field.name)
        if isinstance(value, enum.Enum) and offset + width <= len(vector):
            # pyais clamps numbers that its enumerations do not know.
            said[field.name] = vector.get_num(offset, width, field.metadata["signed"])
        offset += width
    return said


def _rx_times(parsed: Parsed) -> list[str | None]:
    """Return the receive time of each message in ISO 8601 with milliseconds, None for NaT."""
    received = parsed.block.received[parsed.said.messages["line"]]
    texts = np.datetime_as_string(received.astype("M8[ms]"), unit="ms").tolist()
    return [None if text == "NaT" else f"{text}Z" for text in texts]


def objects_of(parsed: Parsed, names: FeedNames) -> Iterator[dict[str, Any]]:
    """Yield one object per good message of a block (duplicates too), in order.

    Beside the fields: rx_time, feed (name), lines (numbers from 1 of the lines that made it).
    """
    block, said, verdicts = parsed.block, parsed.said, parsed.reading.verdicts
    cells, texts = (part.tolist() for part in cells_of(block, said, verdicts))
    times, feeds = _rx_times(parsed), block.feed[said.messages["line"]].tolist()
    lines = (said.lines & np.uint64(LINE_NUMBER)).tolist()
    for k, message in enumerate(said.messages):
        if verdicts["reason"][k] != GOOD:
            continue
        variant = int(verdicts["variant"][k])
        if variant in FAST:
            fields = _fast(variant, cells[k], texts[k])
        else:
            source = said.joined if message["joined"] else block.data
            payload = source[message["start"] : message["end"]].tobytes()
            fields = by_pyais(payload, int(message["fill"]))
        first = int(message["part"])
        yield {
            **fields,
            "rx_time": times[k],
            "feed": names.name(feeds[k]),
            "lines": lines[first : first + int(message["parts"])],
        }


def objects(decoder: Decoder, blocks: Iterable[LineBlock]) -> Iterator[dict[str, Any]]:
    """Yield the objects of all ``blocks``, then end the input: the decoder's counts are final."""
    for block in blocks:
        yield from objects_of(decoder.parse(block), decoder.names)
    decoder.finish()
