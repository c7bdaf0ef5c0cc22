"""A closed segment as zstd frames: each 64 KiB of lines can be read and proven alone.

Uncompressed byte ``o`` lies in frame ``o // 65536``; a line may cross from one frame to the next.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

import zstandard

from ais.errors import SpoolError
from ais.spool.layout import FRAME_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_LEVEL = 3  # 20 MB of lines a second and core more than level 6, for 4 % more bytes


@dataclass(frozen=True, slots=True)
class Compressed:
    """What became of a segment: its size and lines, the SHA-256 of its lines, and its frames.

    frames  (compressed bytes, SHA-256 of the compressed bytes) of each, in order
    """

    size: int
    lines: int
    sha256: str
    frames: list[tuple[int, str]]


def compress(source: Path, target: Path) -> Compressed:
    """Compress the lines in ``source`` to ``target``, durably, in place of what was there."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True)
    whole = hashlib.sha256()
    size = lines = 0
    frames: list[tuple[int, str]] = []
    with source.open("rb") as plain, target.open("wb") as out:
        while chunk := plain.read(FRAME_BYTES):
            whole.update(chunk)
            size += len(chunk)
            lines += chunk.count(b"\n")
            # One-shot, so that each frame names its content size and depends on no other.
            frame = compressor.compress(chunk)
            frames.append((len(frame), hashlib.sha256(frame).hexdigest()))
            out.write(frame)
        out.flush()
        os.fsync(out.fileno())
    return Compressed(size, lines, whole.hexdigest(), frames)


def unpack(decompressor: zstandard.ZstdDecompressor, packed: bytes | memoryview) -> bytes:
    """Return the lines of a frame; raises ZstdError for one that is damaged or too large."""
    # zstandard asks for all that a header declares, whatever the bound: it may be gigabytes.
    declared = zstandard.frame_content_size(packed)
    if declared > FRAME_BYTES:
        text = f"{declared} bytes declared, expected at most {FRAME_BYTES}"
        raise zstandard.ZstdError(text)
    return decompressor.decompress(packed, max_output_size=FRAME_BYTES)


class FrameFile:
    """A closed segment, opened: any stretch of its lines without unpacking the rest."""

    def __init__(self, path: Path, size: int, frame_bytes: Sequence[int]) -> None:
        """Open the segment; ``size`` is uncompressed, ``frame_bytes`` the size of each frame."""
        self.path = path
        self.size = size
        self._starts = [0, *accumulate(frame_bytes)]
        self._handle = os.open(path, os.O_RDONLY)
        self._decompressor = zstandard.ZstdDecompressor()

    def read(self, offset: int, length: int) -> tuple[int, bytes]:
        """Return lines that cover ``length`` bytes from ``offset``, and the offset they begin at.

        Whole frames are returned. Raises SpoolError, with file and frame, for a damaged one.
        """
        first = offset // FRAME_BYTES
        last = min((offset + length - 1) // FRAME_BYTES + 1, len(self._starts) - 1)
        # One read for all frames: they lie side by side, and a disk likes that.
        packed = os.pread(
            self._handle, self._starts[last] - self._starts[first], self._starts[first]
        )
        view = memoryview(packed)
        base = self._starts[first]
        parts = [
            self._unpack(view[self._starts[i] - base : self._starts[i + 1] - base], i)
            for i in range(first, last)
        ]
        return first * FRAME_BYTES, b"".join(parts)

    def close(self) -> None:
        """Close the file; nothing happens when it is closed already."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)

    def __del__(self) -> None:
        """Close the file that nobody closed."""
        if hasattr(self, "_handle"):
            self.close()

    def _unpack(self, packed: memoryview, frame: int) -> bytes:
        expected = min(FRAME_BYTES, self.size - frame * FRAME_BYTES)
        try:
            plain = unpack(self._decompressor, packed)
        except zstandard.ZstdError as error:
            raise self._damaged(frame, str(error)) from error
        if len(plain) != expected:
            raise self._damaged(frame, f"{len(plain)} bytes, expected {expected}")
        return plain

    def _damaged(self, frame: int, why: str) -> SpoolError:
        text = (
            f"spool file {self.path} is damaged in frame {frame} ({why}): "
            "restore it from a copy; `vedetta spool verify` names what else is bad"
        )
        return SpoolError(text, file=self.path, frame=frame)
