"""What turns lines that are not bare NMEA sentences into columns: JSON messages and CSV rows.

The decoder hands a dialect the lines that are its own and merges what comes back in spool order::

    lines ── first byte "{" ──────▶ JsonDialect ──▶ positions, statics, texts
      │                                  └────────▶ sentences (AIS-catcher) ──▶ decoder
      └───── feed with a layout ─────▶ CsvDialect ──▶ positions, statics

``positions.time`` is the stamp that the line carries, or the receive time where it carries none;
whether a feed's stamps are believed (``time: source``) is the decoder's decision for JSON lines. A
CSV row has no other time than its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from ais.batches import PositionBatch, SafetyText, StaticBatch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ais.lines import LineBlock

SAMPLES = 5
"""Rejected lines kept as examples, per reason and block."""
JSON_LINES = "{"
"""The key under which the decoder finds the dialect of lines that begin with this byte."""


@dataclass(slots=True)
class Tally:
    """Counts one block's lines: each is either ``other`` (by kind) or ``rejected`` (by reason)."""

    other: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[bytes]] = field(default_factory=dict)
    messages: int = 0
    messages_rejected: dict[str, int] = field(default_factory=dict)

    def accept(self, kind: str, lines: int = 1) -> None:
        """Count ``lines`` that were read as ``kind``."""
        if lines:
            self.other[kind] = self.other.get(kind, 0) + lines

    def reject(self, reason: str, line: bytes) -> None:
        """Count a line that could not be read, and keep it as an example while there is room."""
        self.rejected[reason] = self.rejected.get(reason, 0) + 1
        kept = self.samples.setdefault(reason, [])
        if len(kept) < SAMPLES:
            kept.append(line)

    def reject_message(self, reason: str, line: bytes) -> None:
        """Count a readable line whose message says nothing that can be used."""
        self.messages_rejected[reason] = self.messages_rejected.get(reason, 0) + 1
        kept = self.samples.setdefault(reason, [])
        if len(kept) < SAMPLES:
            kept.append(line)


@dataclass(frozen=True, slots=True)
class DialectResult:
    """What one block of foreign lines said; every line of it is in ``other`` or in ``rejected``.

    positions, statics, texts: columns in spool order
    sentences: NMEA carried inside the lines, to be decoded like any other; each keeps the receive
        time, feed and spool position of its line (several can share one position); None = none
    other, rejected: lines by kind and by reason; samples: examples of what was rejected
    messages: messages that the lines themselves were (not those in ``sentences``), with those of
        no use among them; messages_rejected: these, by reason
    """

    positions: PositionBatch
    statics: StaticBatch
    sentences: LineBlock | None
    other: dict[str, int]
    rejected: dict[str, int]
    samples: dict[str, list[bytes]]
    messages: int
    messages_rejected: dict[str, int]
    texts: SafetyText = field(default_factory=SafetyText.empty)

    @classmethod
    def of(
        cls,
        tally: Tally,
        positions: PositionBatch,
        statics: StaticBatch,
        *,
        sentences: LineBlock | None = None,
        texts: SafetyText | None = None,
    ) -> DialectResult:
        """Join columns and counts; ``texts`` None = none."""
        return cls(
            positions,
            statics,
            sentences,
            tally.other,
            tally.rejected,
            tally.samples,
            tally.messages,
            tally.messages_rejected,
            SafetyText.empty() if texts is None else texts,
        )


class Dialect(Protocol):
    """Reads one kind of foreign line; how the lines were cut into blocks changes nothing."""

    def decode(self, block: LineBlock) -> DialectResult:
        """Return what the lines of ``block`` (all of this dialect) say; raises for no line."""

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return what is remembered between blocks, as plain arrays."""

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned."""
