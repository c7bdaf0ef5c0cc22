"""Packages of evidence that somebody changed: a byte of a member, or with new hashes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from service.evidence.package import packed
from service.evidence.verdict import Verdict


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def rewritten(path: Path, changes: Mapping[str, bytes]) -> None:
    kept = members(path) | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in kept.items():
            opened.writestr(name, content)


def flip(path: Path, name: str, find: bytes) -> None:
    """Change one byte of a member: the last one of ``find``, at its first place."""
    content = bytearray(members(path)[name])
    at = content.index(find) + len(find) - 1
    content[at] ^= 1
    rewritten(path, {name: bytes(content)})


def first_lines(path: Path) -> str:
    """The first member that holds a sentence: of a quiet day a package holds the clock's only."""
    every = sorted(members(path).items())
    return next(name for name, text in every if name.endswith(".log") and b"!AIVDM,1,1" in text)


def resealed(
    path: Path, changes: Mapping[str, bytes], promised: Mapping[str, str | None] | None = None
) -> None:
    """Change members as a forger would, who makes new hashes for them.

    ``promised``: what the manifest says of versions of events; None = nothing any more.
    """
    kept = members(path) | changes
    about = json.loads(kept.pop("manifest.json"))
    kept.pop("manifest.sha256")
    about = {k: v for k, v in about.items() if k not in {"format", "version", "members"}}
    said = {**about["events"], **(promised or {})}
    about["events"] = {key: how for key, how in said.items() if how is not None}
    path.write_bytes(packed(kept, about))


def faults(verdict: Verdict) -> list[str]:
    return [one.line() for one in verdict.faults]
