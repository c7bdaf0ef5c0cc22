"""The manifest: one JSON line per closed or removed segment, each holding its predecessor's hash.

    {"hash":"<64 hex>","version":1,"previous":"<64 hex>","kind":"segment",…,"frames":[…]}

``hash`` is the SHA-256 of the bytes behind it, from ``"version"`` to the last brace. ``previous``
is the hash of the line before, 64 zeros in the first. A cut tail does not show in the chain
itself: who needs to know writes the newest hash down elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ais.errors import SpoolError
from ais.spool.layout import manifest_path, sync_folder
from ais.spool.lock import locked

if TYPE_CHECKING:
    from pathlib import Path

FIRST = "0" * 64
"""What stands as the previous hash in the first line."""
VERSION = 1

_HEAD = b'{"hash":"'
_BEHIND = b'",'
_BODY = len(_HEAD) + 64 + len(_BEHIND)
_FRAMES = b',"frames":'


@dataclass(frozen=True, slots=True)
class Closed:
    """A closed segment: uncompressed bytes, lines, receive time of first and last, SHA-256."""

    sequence: int
    size: int
    lines: int
    first_ms: int
    last_ms: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What the manifest says so far; ``refresh`` reads on from where it stopped.

    closed   segments by sequence, removed ones too     removed  those with a tombstone
    head     hash of the newest line                    hashes   of all lines
    read_bytes  length of the whole lines read

    Frames are left on disk, 70 bytes for each 64 KiB of lines, until they are asked for.
    """

    folder: Path
    closed: dict[int, Closed] = field(default_factory=dict)
    removed: set[int] = field(default_factory=set)
    head: str = FIRST
    read_bytes: int = 0
    hashes: set[str] = field(default_factory=set)
    _places: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def entries(self) -> int:
        """Return the number of lines read."""
        return len(self.hashes)

    @property
    def newest(self) -> int:
        """Return the sequence of the newest closed segment, 0 when there is none."""
        return max(self.closed, default=0)

    @property
    def newest_ms(self) -> int:
        """Return the receive time of the newest closed segment's last line, 0 when none is."""
        return self.closed[self.newest].last_ms if self.closed else 0

    def refresh(self) -> None:
        """Read lines that came since; a last line without its end is left for later.

        Raises SpoolError, with file and line number, for a line that breaks the chain.
        """
        try:
            file = manifest_path(self.folder).open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self.read_bytes)
            for line in file:
                if not line.endswith(b"\n"):
                    return
                self._take(line)
                self.read_bytes += len(line)

    def frames(self, sequence: int) -> list[tuple[int, str]]:
        """Return (compressed bytes, SHA-256 of them in hex) of each frame of a closed segment."""
        at, length = self._places[sequence]
        with manifest_path(self.folder).open("rb") as file:
            file.seek(at)
            line = file.read(length)
        body = _body(line)
        if body is None or line[len(_HEAD) : _BODY - 2].decode() not in self.hashes:
            raise self._broken("was changed since it was read")
        return [(size, digest) for size, digest in json.loads(b"{" + body)["frames"]]

    def append_closed(self, segment: Closed, frames: list[tuple[int, str]]) -> None:
        """Add a closed segment, durably; nothing happens when it is there already."""
        with locked(self.folder / "manifest.lock"):
            self.refresh()
            # A crash between this line and the removal of the plain file brings it here twice.
            if segment.sequence not in self.closed:
                self._append(
                    {
                        "kind": "segment",
                        "sequence": segment.sequence,
                        "bytes": segment.size,
                        "lines": segment.lines,
                        "first_ms": segment.first_ms,
                        "last_ms": segment.last_ms,
                        "sha256": segment.sha256,
                        "frames": frames,
                    }
                )

    def append_tombstone(self, sequence: int, at_ms: int, why: str) -> None:
        """Note, durably, that a segment is being removed; its hashes stay in the manifest."""
        with locked(self.folder / "manifest.lock"):
            self.refresh()
            if sequence not in self.removed:
                self._append(
                    {"kind": "tombstone", "sequence": sequence, "at_ms": at_ms, "why": why}
                )

    def _append(self, entry: dict[str, Any]) -> None:
        entry = {"version": VERSION, "previous": self.head, **entry}
        body = json.dumps(entry, separators=(",", ":")).encode("ascii")[1:]
        digest = hashlib.sha256(body).hexdigest().encode("ascii")
        line = _HEAD + digest + _BEHIND + body + b"\n"
        path = manifest_path(self.folder)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            # What lies behind the last whole line is an entry that a crash cut short.
            os.ftruncate(handle, self.read_bytes)
            written = os.pwrite(handle, line, self.read_bytes)
            if written != len(line):
                os.ftruncate(handle, self.read_bytes)
                msg = f"spool file {path} took {written} of {len(line)} bytes: free some space"
                raise SpoolError(msg, file=path)
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(self.folder)
        # What was written is read back through the same checks as everything else.
        self.refresh()

    def _take(self, line: bytes) -> None:
        body = _body(line)
        if body is None:
            raise self._broken("does not have the hash that it names")
        # The frames are most of the line, and nearly nobody needs them.
        head, _, frames = body.partition(_FRAMES)
        try:
            entry = json.loads(b"{" + head + (b"}" if frames else b""))
            if entry["previous"] != self.head:
                raise self._broken("does not follow the line before it")
            self._note(entry, len(line))
        except (KeyError, TypeError, ValueError) as error:
            raise self._broken("is not an entry that this version knows") from error
        self.head = line[len(_HEAD) : _BODY - 2].decode("ascii")
        self.hashes.add(self.head)

    def _note(self, entry: dict[str, Any], length: int) -> None:
        sequence = entry["sequence"]
        if entry["kind"] == "tombstone":
            self.removed.add(sequence)
            return
        self.closed[sequence] = Closed(
            sequence,
            entry["bytes"],
            entry["lines"],
            entry["first_ms"],
            entry["last_ms"],
            entry["sha256"],
        )
        self._places[sequence] = (self.read_bytes, length)

    def _broken(self, why: str) -> SpoolError:
        path = manifest_path(self.folder)
        text = (
            f"spool file {path}, line {self.entries + 1}: the chain is broken, this line {why}: "
            "restore the file from a copy"
        )
        return SpoolError(text, file=path)


def _body(line: bytes) -> bytes | None:
    """Return the hashed part of a line, None when it does not have the hash that it names."""
    body = line[_BODY:-1]
    sound = (
        line.startswith(_HEAD)
        and line[_BODY - 2 : _BODY] == _BEHIND
        and line[len(_HEAD) : _BODY - 2] == hashlib.sha256(body).hexdigest().encode("ascii")
    )
    return body if sound else None


def birth(folder: Path) -> str | None:
    """Return the hash of the manifest's first line, by which a spool is known wherever it lies.

    "" before the first segment is closed, None where the line cannot be read.
    """
    path = manifest_path(folder)
    if not path.exists():
        return ""
    with path.open("rb") as file:
        line = file.readline()
    is_whole = line.startswith(_HEAD) and line.endswith(b"\n")
    return line[len(_HEAD) : len(_HEAD) + 64].decode("ascii", "replace") if is_whole else None
