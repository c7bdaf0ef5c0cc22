"""What ties the lines of a package to the spool they were taken from.

A package carries the spool's manifest, line by line as it stands there, for the segments that its
lines come from. Each of these lines proves itself by its hash and names the one before it; they
hold the hash of each segment and of each of its frames. That shows what the spool looked like. It
does not prove a single line, for a frame holds the lines of all ships: for that the spool itself
is asked (``against``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ais.errors import SpoolError
from ais.spool.frames import FrameFile
from ais.spool.layout import closed_path, manifest_path, open_path
from ais.spool.manifest import Manifest
from service.evidence.package import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from service.evidence.lines import Carried

CHAIN = "chain/manifest.jsonl"
_BODY = 75
"""Where the hashed part of a line begins (docs/spool.md)."""


@dataclass(slots=True)
class Proven:
    """How far the spool proves lines: by the hashes of closed segments, or as plain text only."""

    closed: int = 0
    open: int = 0
    removed: int = 0
    faults: list[Fault] = field(default_factory=list)


def excerpt(folder: Path, sequences: Sequence[int]) -> bytes:
    """Return the manifest's lines from the first to the last segment of ``sequences``.

    Raises SpoolError where the chain is broken.
    """
    manifest = Manifest(folder)
    manifest.refresh()
    path = manifest_path(folder)
    whole = path.read_bytes()[: manifest.read_bytes] if path.exists() else b""
    lines, wanted = whole.splitlines(), set(sequences)
    named = [
        n
        for n, line in enumerate(lines)
        if (said := json.loads(line))["kind"] == "segment" and said["sequence"] in wanted
    ]
    return b"".join(one + b"\n" for one in lines[min(named) : max(named) + 1]) if named else b""


def head(folder: Path) -> str:
    """Return the hash of the newest line of the spool's manifest."""
    manifest = Manifest(folder)
    manifest.refresh()
    return manifest.head


def segments_of(content: bytes) -> dict[int, dict[str, Any]]:
    """Return the closed segments that an excerpt names, by sequence."""
    entries = [json.loads(line) for line in content.splitlines()]
    return {one["sequence"]: one for one in entries if one["kind"] == "segment"}


def broken(content: bytes) -> Fault | None:
    """Return where an excerpt does not hold together, None where it does."""
    before = ""
    for number, line in enumerate(content.splitlines(), 1):
        try:
            entry = json.loads(line)
            fits = hashlib.sha256(line[_BODY:]).hexdigest() == entry["hash"]
            follows = not before or entry["previous"] == before
        except (ValueError, KeyError, TypeError) as error:
            return Fault(CHAIN, f"line {number}", f"is no line of a manifest ({error!r})")
        if not fits:
            return Fault(CHAIN, f"line {number}", "does not have the hash that it names")
        if not follows:
            return Fault(CHAIN, f"line {number}", "does not follow the line before it")
        before = entry["hash"]
    return None


def against(folder: Path, carried: Sequence[Carried], content: bytes) -> Proven:
    """Compare every line of a package with the spool in ``folder``, and prove their segments.

    1. the spool's own chain holds, and the excerpt ``content`` stands in it
    2. each closed segment that lines come from has the bytes of its hash
    3. each line stands there, byte for byte, at its place
    """
    found = Proven()
    manifest = Manifest(folder)
    try:
        manifest.refresh()
    except SpoolError as error:
        found.faults.append(Fault(str(error.file or folder), "", str(error)))
        return found
    for number, line in enumerate(content.splitlines(), 1):
        if json.loads(line)["hash"] not in manifest.hashes:
            what = f"is not in the manifest of {folder}: it is another spool, or was made anew"
            found.faults.append(Fault(CHAIN, f"line {number}", what))
            return found
    for one in carried:
        _compare(folder, manifest, one, found)
    return found


def _compare(folder: Path, manifest: Manifest, one: Carried, found: Proven) -> None:
    """Compare the lines of one segment."""
    try:
        text = _segment(folder, manifest, one.sequence)
    except SpoolError as error:
        place = "" if error.frame is None else f"frame {error.frame}"
        found.faults.append(Fault(str(error.file or folder), place, str(error)))
        return
    if text is None:
        found.removed += len(one.offsets)
        return
    for number, (line, at) in enumerate(zip(one.lines(), one.offsets, strict=True), 1):
        if text[at : at + len(line) + 1] != line + b"\n" or (at and text[at - 1 : at] != b"\n"):
            what = f"is not the line at byte {at:,} of segment {one.sequence} of the spool"
            found.faults.append(Fault(one.name, f"line {number:,}", what))
            return
    if one.sequence in manifest.closed:
        found.closed += len(one.offsets)
    else:
        found.open += len(one.offsets)


def _segment(folder: Path, manifest: Manifest, sequence: int) -> bytes | None:
    """Return the lines of a segment, proven by its hash where it is closed; None: removed."""
    known = manifest.closed.get(sequence)
    if known is None:
        path = open_path(folder, sequence)
        if not path.is_file():
            raise SpoolError(f"spool file {path} is missing", file=path)
        return path.read_bytes()
    path = closed_path(folder, sequence)
    if sequence in manifest.removed and not path.exists():
        return None
    frames = manifest.frames(sequence)
    _prove_frames(path, frames)
    file = FrameFile(path, known.size, [size for size, _ in frames])
    begin, text = file.read(0, known.size)
    file.close()
    if begin or hashlib.sha256(text).hexdigest() != known.sha256:
        raise SpoolError(f"spool file {path}: is not the segment that was closed", file=path)
    return bytes(text)


def _prove_frames(path: Path, frames: Sequence[tuple[int, str]]) -> None:
    with path.open("rb") as packed:
        for number, (size, digest) in enumerate(frames):
            if hashlib.sha256(packed.read(size)).hexdigest() != digest:
                msg = f"spool file {path}, frame {number}: not the bytes that were closed"
                raise SpoolError(msg, file=path, frame=number)
