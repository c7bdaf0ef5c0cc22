"""What a file is by its first bytes; what its giver or their browser calls it does not count."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

_UNKNOWN = ("bin", "application/octet-stream")
_MAGIC: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF-", "pdf", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "png", "image/png"),
    (0, b"\xff\xd8\xff", "jpg", "image/jpeg"),
    (0, b"GIF87a", "gif", "image/gif"),
    (0, b"GIF89a", "gif", "image/gif"),
    (8, b"WEBP", "webp", "image/webp"),
    (0, b"II*\x00", "tif", "image/tiff"),
    (0, b"MM\x00*", "tif", "image/tiff"),
    (4, b"ftypheic", "heic", "image/heic"),
    (4, b"ftyp", "mp4", "video/mp4"),
    (8, b"WAVE", "wav", "audio/wav"),
    (0, b"ID3", "mp3", "audio/mpeg"),
    (0, b"OggS", "ogg", "application/ogg"),
    (0, b"\x1f\x8b", "gz", "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", "zst", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z", "application/x-7z-compressed"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole", "application/x-ole-storage"),
    (0, b"PAR1", "parquet", "application/vnd.apache.parquet"),
)
"""Where, which bytes, ending, media type. Sources: RFC 8118, RFC 2083, IANA media types."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
_IN_ZIP: tuple[tuple[bytes, str, str], ...] = (
    (b"word/", "docx", f"{_OFFICE}.wordprocessingml.document"),
    (b"xl/", "xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
    (b"ppt/", "pptx", f"{_OFFICE}.presentationml.presentation"),
    (b"application/vnd.oasis.opendocument.text", "odt", "application/vnd.oasis.opendocument.text"),
)
_HEAD, _CONTROL = 65_536, frozenset(range(32)) - {9, 10, 12, 13}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """``ending`` without a dot, and ``media``: the type as HTTP names it."""

    ending: str
    media: str


def sniffed(content: bytes) -> Sniffed:
    """Return what ``content`` is; what is not known is bytes, which no browser shows."""
    for at, magic, ending, media in _MAGIC:
        if content[at : at + len(magic)] == magic:
            return Sniffed(ending, media)
    if content[:4] == b"PK\x03\x04":
        return _zipped(content)
    return Sniffed("txt", "text/plain") if _is_text(content) else Sniffed(*_UNKNOWN)


def _zipped(content: bytes) -> Sniffed:
    """Return what a ZIP holds by names in its directory, which stands at its end."""
    names = content[:4096] + content[-_HEAD:]
    for mark, ending, media in _IN_ZIP:
        if mark in names:
            return Sniffed(ending, media)
    return Sniffed("zip", "application/zip")


def _is_text(content: bytes) -> bool:
    head = content[:_HEAD]
    try:
        # A letter may be cut in two where the head ends.
        codecs.getincrementaldecoder("utf-8")().decode(head, final=len(content) <= _HEAD)
    except UnicodeDecodeError:
        return False
    return bool(head) and _CONTROL.isdisjoint(head)
