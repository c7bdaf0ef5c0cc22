"""The guard at the door: a file is looked at before any reader of zones or lists sees it.

What unpacks is unpacked here once, with a cap and thrown away: what an archive says of its own
sizes is not believed.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import IO

from service.errors import ServiceError, WrongUseError, reason_of

MIB = 1 << 20
MAX_BYTES = 64 * MIB
LARGER = {".gpkg": 512 * MIB}
"""Files that are read by parts may be larger: a database is not taken into memory whole."""
MAX_UNPACKED = 256 * MIB
MAX_RATIO = 200
"""Tables of blanks and XML shrink to a hundredth; bombs of one layer reach 1,032."""
SMALL = MIB
"""What unpacks to no more is harmless, whatever its ratio."""
MAX_MEMBERS = 1_000
ZIPPED = (".zip", ".kmz", ".xlsx")
_CHUNK = 1 << 16
_ENCRYPTED = 0x1  # APPNOTE.TXT 4.4.4, general purpose bit 0
_ENTRY = b"PK\x01\x02"  # APPNOTE.TXT 4.3.12, one in the central directory for each member
_DRIVE = re.compile(r"[A-Za-z]:")
_NESTED = "is an archive itself; unpack it first"
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ARCHIVES = {
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "rar",
    b"\x28\xb5\x2f\xfd": "zstandard",
}
_ARCHIVE_ENDINGS = (
    ".zip", ".kmz", ".xlsx", ".docx", ".jar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".zst",
    ".tar",
)  # fmt: skip


def check_file(path: Path, *, endings: Collection[str], max_bytes: int = 0) -> None:
    """Pass where ``path`` may be given to a reader: kind, ending, size, and what it unpacks to.

    ``endings`` are in lower case with their dot; ``max_bytes`` 0 = what readers take.
    Raises WrongUseError for a path that names no such file, ServiceError for contents that no
    honest file has.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        reason = reason_of(error) if isinstance(error, OSError) else "is no path"
        msg = f"{path}: {reason}; give the path of a file on this machine"
        raise WrongUseError(msg) from None
    if not stat.S_ISREG(found.st_mode):
        msg = f"{path}: is no regular file; give a file"
        raise WrongUseError(msg)
    if not path.name.lower().endswith(tuple(endings)):
        ending = path.suffix or "nothing"
        msg = f"{path}: ends in {ending}; expected one of {', '.join(sorted(endings))}"
        raise WrongUseError(msg)
    max_bytes = max_bytes or LARGER.get(path.suffix.lower(), MAX_BYTES)
    if found.st_size > max_bytes:
        msg = (
            f"{path}: {found.st_size / MIB:,.1f} MiB; at most {max_bytes / MIB:,.0f} MiB are "
            "read: divide the file"
        )
        raise ServiceError(msg)
    _check_contents(path, found.st_size)


def _check_contents(path: Path, size: int) -> None:
    try:
        with path.open("rb") as file:
            kind = _archive(file.read(8))
    except OSError as error:
        msg = f"{path}: {reason_of(error)}; give a file that this user may read"
        raise WrongUseError(msg) from None
    if not path.name.lower().endswith(ZIPPED):
        if kind:
            msg = f"{path}: is a {kind} archive under another ending; unpack it first"
            raise ServiceError(msg)
        return
    if kind != "zip":
        msg = f"{path}: is no zip archive, though its ending says so; save it again"
        raise ServiceError(msg)
    # Counted before zipfile makes an object of each: a directory of 64 MiB has a million.
    if (entries := path.read_bytes().count(_ENTRY)) > MAX_MEMBERS:
        msg = f"{path}: {entries:,} files in it; at most {MAX_MEMBERS:,}: divide the archive"
        raise ServiceError(msg)
    try:
        with zipfile.ZipFile(path) as archive:
            _check_archive(archive, path, size)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError,
            NotImplementedError, RuntimeError, ValueError) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        msg = f"{path}: archive is broken ({reason}); pack it again"
        raise ServiceError(msg) from None


def _check_archive(archive: zipfile.ZipFile, path: Path, size: int) -> None:
    members = archive.infolist()
    names: set[str] = set()
    for member in members:
        if fault := _member_fault(member, names):
            msg = f"{path}: {member.filename[:60]!r} in it {fault}"
            raise ServiceError(msg)
        names.add(member.filename)
    # Small archives unpack to little whatever their ratio; the cap holds for all of them.
    cap = min(MAX_UNPACKED, max(SMALL, MAX_RATIO * size))
    unpacked = 0
    for member in members:
        with archive.open(member) as file:
            unpacked += _measured(file, cap - unpacked, path, member.filename)


def _member_fault(member: zipfile.ZipInfo, names: set[str]) -> str:
    """Return why a member may not be in an archive, as the end of a sentence, else ""."""
    # orig_filename: what stands there, before zipfile cuts it at NUL and turns its slashes.
    name = PurePosixPath(member.orig_filename.replace("\\", "/"))
    leaves = name.is_absolute() or ".." in name.parts or _DRIVE.match(str(name))
    faults = (
        (
            leaves or "\0" in member.orig_filename,
            "has a name that leaves its folder; pack it again",
        ),
        (member.filename in names, "stands there twice; pack it again"),
        (member.flag_bits & _ENCRYPTED, "is encrypted; pack it without a password"),
        (member.compress_type not in _METHODS, "is packed in a way that is not read; use deflate"),
        (stat.S_ISLNK(member.external_attr >> 16), "is a link; pack the file itself"),
        (member.filename.lower().endswith(_ARCHIVE_ENDINGS), _NESTED),
    )
    return next((words for found, words in faults if found), "")


def _measured(file: IO[bytes], room: int, path: Path, name: str) -> int:
    """Return the bytes that a member unpacks to; raise ServiceError beyond ``room``."""
    count = 0
    while chunk := file.read(_CHUNK):
        if not count and _archive(chunk):
            msg = f"{path}: {name[:60]!r} in it {_NESTED}"
            raise ServiceError(msg)
        count += len(chunk)
        if count > room:
            msg = (
                f"{path}: unpacks to more than {MAX_UNPACKED // MIB} MiB or {MAX_RATIO} times its "
                "size: it is no honest file; divide it, or save it again"
            )
            raise ServiceError(msg)
    return count


def _archive(head: bytes) -> str:
    """Return which archive begins with ``head``, "" for none."""
    return next((kind for magic, kind in _ARCHIVES.items() if head.startswith(magic)), "")
