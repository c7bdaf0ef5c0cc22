"""Removing old segments, and the legal holds that keep them.

A removed segment leaves a tombstone in the manifest: its hashes stay, the chain stays provable.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from ais.errors import SpoolError
from ais.spool.ages import ages_ms
from ais.spool.layout import (
    closed_path,
    replace_durably,
    segments_on_disk,
    split,
    sync_folder,
)
from ais.spool.lock import locked
from ais.spool.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Hold:
    """A piece of evidence: every segment from position ``first`` to ``last`` is kept for it."""

    name: str
    first: int
    last: int


def holds(folder: Path) -> list[Hold]:
    """Return the legal holds in force; raises SpoolError when their file cannot be understood."""
    path = folder / "holds.json"
    try:
        listed = json.loads(path.read_bytes())
        return [Hold(h["name"], int(h["first"]), int(h["last"])) for h in listed]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError) as error:
        msg = f"spool file {path} is no list of holds ({error}): nothing is removed until it is"
        raise SpoolError(msg, file=path) from error


def hold(folder: Path, name: str, first: int, last: int) -> None:
    """Keep the segments of the positions ``first`` to ``last`` until ``name`` is released."""
    with locked(folder / "holds.lock"):
        kept = [other for other in holds(folder) if other.name != name]
        _write(folder, [*kept, Hold(name, first, last)])


def release(folder: Path, name: str) -> bool:
    """End the hold ``name``; return whether there was one."""
    with locked(folder / "holds.lock"):
        before = holds(folder)
        kept = [other for other in before if other.name != name]
        _write(folder, kept)
        return len(kept) < len(before)


def remove_old(folder: Path, days: float, now_ms: int, keep_from: int) -> list[int]:
    """Remove closed segments whose newest line is older than ``days``; return their sequences.

    Older by the stamps of the lines behind it (``ages_ms``), not by ``now_ms`` alone. Kept:
    segments under a legal hold, and every one from the position ``keep_from`` (what the pipeline
    has committed) on. Raises SpoolError when the holds or the manifest are damaged.
    """
    manifest = Manifest(folder)
    gone: list[int] = []
    with locked(folder / "holds.lock"):
        in_force = holds(folder)
        manifest.refresh()
        ages = ages_ms(manifest, now_ms)
        # Under the holds' lock: a hold that comes now must find its segments or be told so later.
        for sequence in segments_on_disk(folder)[1]:
            segment = manifest.closed.get(sequence)
            if segment is None or sequence >= split(keep_from)[0] or _is_held(sequence, in_force):
                continue
            # A tombstone without its removal is what a crash leaves: the file goes now.
            if sequence in manifest.removed or ages.get(sequence, 0) > days * _DAY_MS:
                manifest.append_tombstone(sequence, now_ms, f"older than {days:g} days")
                # The tombstone first: a file that is gone without one looks like tampering.
                closed_path(folder, sequence).unlink()
                gone.append(sequence)
    if gone:
        sync_folder(folder)
    return gone


def _is_held(sequence: int, in_force: list[Hold]) -> bool:
    return any(split(h.first)[0] <= sequence <= split(h.last)[0] for h in in_force)


def _write(folder: Path, kept: list[Hold]) -> None:
    text = json.dumps([asdict(hold) for hold in kept], indent=1) + "\n"
    replace_durably(folder / "holds.json", text.encode())
