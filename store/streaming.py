"""Rows streamed out of the database as columns: a binary COPY, one block at a time.

No value may be NULL, so that every row has the same width and is read without an object of its
own. Source: PostgreSQL documentation, COPY, «Binary Format».
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from store.copying import EPOCH_US

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import psycopg
    from numpy.typing import NDArray

BLOCK = 65_536
# 19 bytes before the first row and 2 after the last.
_HEAD, _TAIL = 19, 2


class Rows:
    """The columns of one statement: ``fields`` in its order as (name, big-endian type).

    A field of type ``>M8[us]`` is a timestamptz.
    """

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        """Lay out a row as it is sent: the number of its fields, then length and bytes of each."""
        parts: list[tuple[str, str]] = [("fields", ">i2")]
        for name, kind in fields:
            parts += [(f"{name}_size", ">i4"), (name, kind.replace("M8[us]", "i8"))]
        self._sent = np.dtype(parts)
        self.dtype = np.dtype([(name, kind.replace(">", "=")) for name, kind in fields])

    def stream(
        self,
        connection: psycopg.Connection,
        statement: bytes,
        asked: Mapping[str, Any],
        block: int = BLOCK,
    ) -> Iterator[NDArray[Any]]:
        """Yield what a COPY … TO STDOUT (FORMAT binary) answers, ``block`` rows at a time.

        Arrays of ``dtype``; nothing is held but one block.
        """
        width = self._sent.itemsize
        with connection.cursor() as cursor, cursor.copy(statement, asked) as copy:
            held, skip = bytearray(), _HEAD
            for part in copy:
                held += part
                if len(held) >= skip + block * width + _TAIL:
                    rows = bytes(held[skip : skip + block * width])
                    del held[: skip + len(rows)]
                    skip = 0
                    yield self._native(rows)
            if rest := bytes(held[skip:-_TAIL]):
                yield self._native(rest)

    def _native(self, sent: bytes) -> NDArray[Any]:
        said = np.frombuffer(sent, self._sent)
        rows = np.empty(len(said), self.dtype)
        for name in self.dtype.names or ():
            moment = self.dtype[name].kind == "M"
            rows[name] = said[name] + EPOCH_US if moment else said[name]
        return rows
