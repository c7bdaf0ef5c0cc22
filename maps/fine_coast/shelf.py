"""The blocks of the fine coast in one file: a line of JSON that says where each lies, then they.

The blocks are packed by gzip, as they travel; a file that another machine made fits as well.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from maps.errors import CoastError
from maps.fine_coast.blocks import LEVELS, covered
from maps.fine_coast.packing import EMPTY

if TYPE_CHECKING:
    from maps.coast import Box
    from maps.fine_coast.blocks import Place

FORMAT = "vedetta fine coast 1"
_SEA = gzip.compress(EMPTY, 9, mtime=0)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The blocks: ``version`` is a hash of all, ``box`` in degrees is what they cover."""

    version: str
    box: Box
    held: dict[Place, bytes]

    @classmethod
    def open(cls, path: Path) -> Self:
        """Read a file whole. Raises CoastError when it is none, or not whole."""
        try:
            head, _, data = path.read_bytes().partition(b"\n")
            said = json.loads(head)
            places = {_place(name): span for name, span in said["blocks"].items()}
            if said["format"] != FORMAT or said["bytes"] != len(data):
                raise CoastError(f"{path} is not whole, or of another format: remove it")
            box = (said["box"][0], said["box"][1], said["box"][2], said["box"][3])
            held = {place: data[at : at + size] for place, (at, size) in places.items()}
            return cls(said["version"], box, held)
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise CoastError(
                f"{path} is no fine coast ({type(error).__name__}: {error}): remove it"
            ) from error

    def block(self, place: Place) -> bytes | None:
        """Return the block at ``place`` by gzip, sea where nothing lies; None if there is none."""
        z, x, y = place
        if z not in {level.z for level in LEVELS}:
            return None
        left, right, top, bottom = covered(self.box, z)
        if not (left <= x <= right and top <= y <= bottom):
            return None
        return self.held.get(place, _SEA)


def put(path: Path, found: Iterable[tuple[Place, bytes]], box: Box) -> None:
    """Write the blocks to ``path``."""
    spans: dict[str, tuple[int, int]] = {}
    data = bytearray()
    for place, block in found:
        small = gzip.compress(block, 9, mtime=0)
        spans["/".join(map(str, place))] = (len(data), len(small))
        data += small
    version = hashlib.sha256(data).hexdigest()[:12]
    said = {"format": FORMAT, "version": version, "box": box, "bytes": len(data), "blocks": spans}
    path.write_bytes(json.dumps(said, separators=(",", ":")).encode() + b"\n" + bytes(data))


def _place(name: str) -> Place:
    z, x, y = map(int, name.split("/"))
    return z, x, y
