"""Every line and every message accounted for.

    lines + carried = sentences + other (by kind) + rejected (by reason)
    sentences       = used in messages + orphan + incomplete + pending (while running)
    messages        = decoded + rejected (by reason)

``carried`` are sentences inside lines of another kind (AIS-catcher's JSON), and good ones beside a
fault: their line is counted as what it is, they count once more. Of each reason some samples are
kept. Sub-figures (duplicates, without position, notes, types) count within the above.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

SAMPLES = 3
_SAMPLE_BYTES = 200


def _printable(byte: int) -> str:
    return chr(byte) if ord(" ") <= byte <= ord("~") else f"\\x{byte:02x}"


def add(to: dict[str, int], more: dict[str, int]) -> None:
    """Add the numbers of ``more`` to those of ``to``."""
    for name, number in more.items():
        if number:
            to[name] = to.get(name, 0) + number


@dataclass(slots=True)
class Counts:
    """Lines, sentences and messages by what became of them; see the module's equations."""

    lines: int = 0
    carried: int = 0
    sentences: int = 0
    used: int = 0
    orphan: int = 0
    incomplete: int = 0
    pending: int = 0
    messages: int = 0
    decoded: int = 0
    duplicates: int = 0
    without_position: int = 0
    other: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    messages_rejected: dict[str, int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
    samples: dict[str, list[str]] = field(default_factory=dict)

    def balanced(self) -> bool:
        """Tell whether the three equations hold."""
        lines = self.sentences + sum(self.other.values()) + sum(self.rejected.values())
        sentences = self.used + self.orphan + self.incomplete + self.pending
        messages = self.decoded + sum(self.messages_rejected.values())
        return (self.lines + self.carried, self.sentences, self.messages) == (
            lines,
            sentences,
            messages,
        )

    def sample(self, reason: str, lines: Iterable[bytes]) -> None:
        r"""Keep ``lines`` (cut to 200 bytes) as examples of ``reason`` while there is room.

        Bytes that cannot be printed become ``\xNN``: no database takes a NUL in a text.
        """
        kept = self.samples.setdefault(reason, [])
        for line in lines:
            if len(kept) >= SAMPLES:
                return
            kept.append("".join(map(_printable, line[:_SAMPLE_BYTES])))

    def has_room(self, reason: str) -> bool:
        """Tell whether another example of ``reason`` would be kept."""
        return len(self.samples.get(reason, ())) < SAMPLES

    def merge(self, other: Counts) -> None:
        """Add what ``other`` counted; its samples come after ours."""
        for part in fields(self):
            theirs = getattr(other, part.name)
            if part.name == "samples":
                for reason, lines in theirs.items():
                    kept = self.samples.setdefault(reason, [])
                    kept.extend(lines[: SAMPLES - len(kept)])
            elif isinstance(theirs, dict):
                add(getattr(self, part.name), theirs)
            else:
                setattr(self, part.name, getattr(self, part.name) + theirs)

    def as_dict(self) -> dict[str, Any]:
        """Return the figures as JSON knows them, names in order."""
        figures = {part.name: getattr(self, part.name) for part in fields(self)}
        return {
            name: dict(sorted(value.items())) if isinstance(value, dict) else value
            for name, value in figures.items()
        }

    @classmethod
    def from_dict(cls, figures: dict[str, Any]) -> Self:
        """Return the counts that ``as_dict`` described."""
        return cls(**figures)

    def freeze(self) -> NDArray[np.uint8]:
        """Return the counts as bytes of JSON, (bytes,) u1."""
        return np.frombuffer(json.dumps(self.as_dict()).encode(), np.uint8)

    @classmethod
    def thaw(cls, state: NDArray[np.uint8]) -> Self:
        """Return the counts that ``freeze`` described."""
        return cls.from_dict(json.loads(state.tobytes()))
