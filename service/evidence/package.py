"""The file of a package of evidence: named members, and the manifest that proves each.

    manifest.json    what it is, and of each member: bytes, SHA-256, a short hash per 4,096 bytes
    manifest.sha256  the same of manifest.json

The short hashes say where a member is not what it was; the SHA-256 says that it is not.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from service.errors import ServiceError, reason_of

if TYPE_CHECKING:
    from pathlib import Path

FORMAT, VERSION = "vedetta evidence", 1
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
BLOCK_BYTES = 4096
_SHORT = 16  # hexadecimal digits: they find a place, they prove nothing
_MOST_BYTES = 2_000_000_000
# No time and no owner of this machine: the same members are the same file.
_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is not as it was packed: in which ``file``, at which ``place`` ("" = as a whole)."""

    file: str
    place: str
    what: str

    def line(self) -> str:
        """Return the fault as one line."""
        return f"{self.file}{f', {self.place}' if self.place else ''}: {self.what}"


@dataclass(slots=True)
class Package:
    """What was read of a file: members that are as packed, the manifest, and all faults."""

    members: dict[str, bytes] = field(default_factory=dict)
    manifest: dict[str, Any] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def sealed(content: bytes) -> dict[str, Any]:
    """Return what the manifest says of a member."""
    return {
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "blocks": [
            hashlib.sha256(content[at : at + BLOCK_BYTES]).hexdigest()[:_SHORT]
            for at in range(0, len(content), BLOCK_BYTES)
        ],
    }


def packed(members: Mapping[str, bytes], about: Mapping[str, Any]) -> bytes:
    """Return the file: ``about`` is what the manifest says besides."""
    manifest = in_json(
        {
            "format": FORMAT,
            "version": VERSION,
            **about,
            "members": {name: sealed(content) for name, content in sorted(members.items())},
        }
    )
    every = {**members, MANIFEST: manifest, SEAL: in_json(sealed(manifest))}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as file:
        for name, content in sorted(every.items()):
            head = zipfile.ZipInfo(name, _DATE)
            head.compress_type, head.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            file.writestr(head, content)
    return out.getvalue()


def unpacked(path: Path) -> Package:
    """Return what the file at ``path`` holds; what is not as it was packed is among its faults.

    Raises ServiceError where it is no package at all.
    """
    found = Package()
    try:
        with zipfile.ZipFile(path) as file:
            names = file.namelist()
            if SEAL not in names or MANIFEST not in names:
                msg = f"{path}: holds no {MANIFEST} and {SEAL}; expected a package of evidence"
                raise ServiceError(msg)
            _read_all(file, found)
    except OSError as error:
        msg = f"{path}: cannot be read ({reason_of(error)}); expected a package of evidence"
        raise ServiceError(msg) from error
    except zipfile.BadZipFile as error:
        msg = f"{path}: is no ZIP file, or its table of contents was changed ({error})"
        raise ServiceError(msg) from error
    return found


def in_json(said: Any) -> bytes:  # noqa: ANN401 (JSON values)
    """Return JSON as people and programs read it; the same values are the same bytes."""
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _read_all(file: zipfile.ZipFile, found: Package) -> None:
    seal = _json_of(_content(file, SEAL, found), SEAL, found)
    content = _proven(file, MANIFEST, seal, found)
    said = _json_of(content, MANIFEST, found)
    if said is None:
        return
    if (said.get("format"), said.get("version")) != (FORMAT, VERSION):
        found.faults.append(Fault(MANIFEST, "", f"is not {FORMAT}, version {VERSION}"))
        return
    found.manifest = said
    listed = said.get("members")
    listed = listed if isinstance(listed, dict) else {}
    for name in dict.fromkeys([*listed, *file.namelist()]):
        if name in {MANIFEST, SEAL}:
            continue
        if name not in listed:
            found.faults.append(Fault(name, "", "is not in the manifest: it was added later"))
            continue
        content = _proven(file, name, listed[name], found)
        if content is not None:
            found.members[name] = content


def _proven(file: zipfile.ZipFile, name: str, seal: Any, found: Package) -> bytes | None:  # noqa: ANN401
    """Return a member that is what its seal says; None, with a fault, for another one."""
    content = _content(file, name, found)
    if content is None or not isinstance(seal, dict):
        return None
    if hashlib.sha256(content).hexdigest() == seal.get("sha256"):
        return content
    found.faults.append(Fault(name, _place(content, seal), "is not what was packed"))
    return None


def _content(file: zipfile.ZipFile, name: str, found: Package) -> bytes | None:
    """Return the bytes of a member, also where its checksum is wrong; None, with a fault, else."""
    try:
        if file.getinfo(name).file_size > _MOST_BYTES:
            found.faults.append(Fault(name, "", f"is larger than {_MOST_BYTES:,} bytes"))
            return None
        return file.read(name)
    except KeyError:
        found.faults.append(Fault(name, "", "is missing"))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        found.faults.append(Fault(name, "", f"was changed: it cannot be unpacked ({error})"))
    return None


def _json_of(content: bytes | None, name: str, found: Package) -> dict[str, Any] | None:
    if content is None:
        return None
    try:
        said = json.loads(content)
    except ValueError as error:
        found.faults.append(Fault(name, "", f"is no JSON ({error})"))
        return None
    if isinstance(said, dict):
        return said
    found.faults.append(Fault(name, "", "is no JSON object"))
    return None


def _place(content: bytes, seal: Mapping[str, Any]) -> str:
    """Return where a member is not what it was: the first block that differs, and its lines."""
    blocks = sealed(content)["blocks"]
    kept = seal.get("blocks")
    kept = kept if isinstance(kept, list) else []
    pairs = enumerate(zip(blocks, kept, strict=False))
    first = next((n for n, (now, was) in pairs if now != was), min(len(blocks), len(kept)))
    at = first * BLOCK_BYTES
    line = content[:at].count(b"\n") + 1
    last = line + content[at : at + BLOCK_BYTES].rstrip(b"\n").count(b"\n")
    behind = min(at + BLOCK_BYTES, max(len(content), int(seal.get("bytes") or 0)))
    return f"bytes {at:,} to {behind - 1:,}, lines {line:,} to {last:,}"
