"""Lines of a spool in a package: the bytes as they stand there, and each one's place.

lines/00000007.log     whole spool lines of segment 7, those that were chosen
lines/00000007.places  of each, the uncompressed byte at which it begins in its segment
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ais.lines import FeedNames, LineBlock
from ais.spool.headers import FeedTable, read_headers
from ais.spool.layout import position, split
from service.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_LONGEST_HEAD = 90  # 15 digits, a feed of 64 bytes, two blanks; with room for the line end before
_LINES = re.compile(r"lines/(\d{8,})\.log")


@dataclass(frozen=True, slots=True)
class Carried:
    """The lines of one segment: ``text`` with line ends, ``offsets`` of each in the segment."""

    sequence: int
    text: bytes
    offsets: tuple[int, ...]

    @property
    def name(self) -> str:
        """Return the name of the member."""
        return f"lines/{self.sequence:08d}.log"

    def lines(self) -> list[bytes]:
        """Return the lines without line ends."""
        return self.text.split(b"\n")[:-1]


class Carrying:
    """Gathers chosen lines, segment by segment."""

    def __init__(self) -> None:
        """Begin with none."""
        self._text: dict[int, bytearray] = {}
        self._offsets: dict[int, list[int]] = {}

    def take(self, block: LineBlock) -> None:
        """Take the lines of ``block``, which lie in it with the heads that they have on disk."""
        for start, end, at in zip(block.start.tolist(), block.end.tolist(), block.spool.tolist(),
                                  strict=True):  # fmt: skip
            sequence, offset = split(at)
            before = block.data[max(0, start - _LONGEST_HEAD) : start].tobytes()
            head = before[before.rfind(b"\n") + 1 :]
            text = block.data[start:end].tobytes()
            self._text.setdefault(sequence, bytearray()).extend(head + text + b"\n")
            self._offsets.setdefault(sequence, []).append(offset)

    def members(self) -> dict[str, bytes]:
        """Return the members of the package."""
        found: dict[str, bytes] = {}
        for sequence, text in self._text.items():
            carried = Carried(sequence, bytes(text), tuple(self._offsets[sequence]))
            found[carried.name] = carried.text
            found[carried.name.replace(".log", ".places")] = "".join(
                f"{offset}\n" for offset in carried.offsets
            ).encode()
        return found


def carried_of(members: Mapping[str, bytes]) -> list[Carried]:
    """Return the lines of a package by segment; raises ServiceError where places do not fit."""
    found = []
    for name, text in sorted(members.items()):
        if match := _LINES.fullmatch(name):
            places = members.get(name.replace(".log", ".places"), b"")
            try:
                offsets = tuple(int(one) for one in places.split())
            except ValueError:
                raise ServiceError(f"{name}: its places are no numbers") from None
            one = Carried(int(match[1]), text, offsets)
            _check(one)
            found.append(one)
    return found


def _check(one: Carried) -> None:
    """Refuse lines that cannot stand where they are said to stand."""
    lines = one.lines()
    if one.text[-1:] not in {b"\n", b""} or len(lines) != len(one.offsets):
        msg = f"{one.name}: {len(lines):,} lines and {len(one.offsets):,} places; expected as many"
        raise ServiceError(msg)
    behind = 0
    for number, (line, offset) in enumerate(zip(lines, one.offsets, strict=True), 1):
        if offset < behind:
            msg = f"{one.name}, line {number:,}: begins at byte {offset:,}, within the one before"
            raise ServiceError(msg)
        behind = offset + len(line) + 1


def blocks_of(carried: Iterable[Carried], names: FeedNames) -> Iterator[LineBlock]:
    """Yield the lines as blocks, each at the position that it has in the spool.

    Raises ServiceError for what is no spool line.
    """
    feeds = FeedTable.of(names)
    for one in carried:
        data = np.frombuffer(one.text, np.uint8)
        found = read_headers(data, feeds, max(1, len(one.offsets)))
        rows = found.rows
        if found.malformed or len(rows) != len(one.offsets):
            msg = f"{one.name}: holds what is no `<ms> <feed> <text>` line"
            raise ServiceError(msg)
        spool = np.array([position(one.sequence, offset) for offset in one.offsets], np.uint64)
        received = (rows[:, 3] * 1_000).view("datetime64[us]")
        yield LineBlock(data, rows[:, 1].copy(), rows[:, 2].copy(), received, found.feed, spool)
