"""The kernel of ``fields`` with its plans and its memory of payloads: messages in, batches out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ais import fields, plans, proving
from ais.batches import Decoded, PositionBatch, Receptions, SafetyText, StaticBatch
from ais.bits import WORDS
from ais.dedup import CLOCK, Seen
from ais.kernel import Scratch
from ais.units import SECOND_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ais.assembly import Assembled
    from ais.batches import Columns
    from ais.lines import LineBlock

    _Batch = TypeVar("_Batch", bound=Columns)

NEVER_US = np.iinfo(np.int64).max
"""A quarantine limit that no time reaches."""


def limit_us(seconds: float | None) -> int:
    """Return a quarantine limit in µs; None = never."""
    return NEVER_US if seconds is None else int(seconds * SECOND_US)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the kernel made of a block's messages.

    verdicts (m,) proving.VERDICT, valid until the next block · decoded: the batches
    tally (8,), rejected (8,): see ``fields``
    """

    verdicts: NDArray[np.void]
    tally: NDArray[np.int64]
    rejected: NDArray[np.int64]
    decoded: Decoded


def _batch(
    kind: type[_Batch], rows: NDArray[np.void], texts: dict[str, NDArray[np.bytes_]]
) -> _Batch:
    """Return the rows that the kernel wrote as contiguous columns."""
    columns = {}
    for name, dtype in kind.dtypes().items():
        if dtype.startswith("S"):
            columns[name] = texts[name]
        else:
            column = rows[name].copy()
            columns[name] = column.view("M8[us]") if dtype == "M8[us]" else column
    return kind(**columns)


def _text(cells: NDArray[np.uint8], first: int, width: int) -> NDArray[np.bytes_]:
    """Return the bytes ``first`` to ``first + width`` of each row as an S column of its own."""
    # Always a copy: the cells are written anew with the next block, and one row is contiguous.
    part = cells[:, first : first + width].copy()
    return part.view(f"S{width}").reshape(len(cells))


class Reader:
    """Reads messages into batches; remembers the payloads of the last 10 s."""

    def __init__(self) -> None:
        self.seen = Seen()
        self._columns = plans.column_plan()
        self._lengths = plans.length_plan()
        self._roles = plans.role_plan()
        self._words = np.zeros(WORDS, np.int64)
        self._scratch = Scratch()

    def read(
        self,
        block: LineBlock,
        said: Assembled,
        believed: NDArray[np.bool_],
        limits_us: tuple[int, int],
    ) -> Reading:
        """Read the messages that ``block`` completed.

        believed (65536,) bool: feeds whose stamps are the time of a position
        limits_us: a message dated so far after its receive time is rejected as «future», so far
        before it as «past»
        """
        count = len(said.messages)
        take = self._scratch.take
        verdicts = take("verdicts", count, proving.VERDICT)
        positions = take("positions", count, fields.POSITION_ROW)
        statics = take("statics", count, fields.STATIC_ROW)
        names = take("names", count, np.uint8, sum(fields.TEXT_CELLS))
        safety = take("safety", count, fields.SAFETY_ROW)
        texts = take("texts", count, np.uint8, fields.SAFETY_CELLS)
        receptions = take("receptions", count, fields.RECEPTION_ROW)
        tally = np.zeros(8, np.int64)
        rejected = np.zeros(len(proving.REASONS), np.int64)
        done = 0
        while done < count:
            done = fields.read(
                block.data,
                said.joined,
                said.messages,
                block.received.view(np.int64),
                block.feed,
                block.spool,
                believed,
                *limits_us,
                self._columns,
                self._lengths,
                self._roles,
                self.seen.tables,
                self.seen.state,
                self._words,
                verdicts,
                positions,
                statics,
                names,
                safety,
                texts,
                receptions,
                tally,
                rejected,
                done,
            )
            if done < count:
                self.seen.grow()
        names, texts = names[: tally[fields.STATICS]], texts[: tally[fields.TEXTS]]
        cells = {
            "call_sign": _text(names, 0, 7),
            "name": _text(names, 7, 34),
            "destination": _text(names, 41, 20),
        }
        decoded = Decoded(
            _batch(PositionBatch, positions[: tally[fields.POSITIONS]], {}),
            _batch(StaticBatch, statics[: tally[fields.STATICS]], cells),
            _batch(SafetyText, safety[: tally[fields.TEXTS]], {"text": _text(texts, 0, 162)}),
            _batch(Receptions, receptions[: tally[fields.RECEPTIONS]], {}),
        )
        return Reading(verdicts, tally, rejected, decoded)

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the memory of payloads as plain arrays."""
        return {"seen": self.seen.entries(), "clock": self.seen.state[CLOCK : CLOCK + 1].copy()}

    def thaw(self, state: dict[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned."""
        self.seen = Seen.of(state["seen"], int(state["clock"][0]))
