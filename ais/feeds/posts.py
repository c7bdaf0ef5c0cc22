"""The bodies that AIS-catcher posts: unpacked within limits and cut into single messages.

``AISCATCHER`` and ``MINIMAL`` post one object whose ``msgs`` is the list of messages, others a
bare list, one JSON object per line, or lines of NMEA. A message is kept byte for byte as it was
posted, so that the spool holds what was received.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator

from ais.feeds.splitting import as_one_line

BODY_BYTES = 1_048_576
"""Largest body of a post, packed and unpacked."""

_MOST_MEMBERS = 64
"""Gzip members of a body: each costs a copy of those behind it."""
_BLANK = re.compile(r"[ \t\r\n]*")
_JSON = json.JSONDecoder()


class Refusal(Exception):  # noqa: N818  (it is an answer to a client, not a fault of ours)
    """A request is not taken; ``status`` is the HTTP status to answer with."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def inflate(body: bytes, encoding: bytes, most: int) -> bytes:
    """Return ``body`` unpacked, all members of it.

    Raises Refusal for another packing than gzip, for what follows that is none, or above ``most``.
    """
    if encoding in (b"", b"identity"):
        return body
    if encoding not in (b"gzip", b"x-gzip", b"deflate"):
        raise Refusal(415, f"content-encoding {encoding!r}: expected gzip")
    content, rest = b"", body
    for _ in range(_MOST_MEMBERS):
        member, rest = _member(rest, most - len(content))
        content += member
        if not rest:
            return content
    raise Refusal(413, f"body: expected at most {_MOST_MEMBERS} gzip members")


def _member(packed: bytes, most: int) -> tuple[bytes, bytes]:
    """Return the first gzip member unpacked, and what follows it without padding."""
    # 32 has zlib tell gzip from zlib by the header: clients disagree on what «deflate» means.
    machine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    try:
        # Bounded on purpose: a kilobyte of gzip can hold a megabyte of zeros.
        content = machine.decompress(packed, most + 1)
    except zlib.error as error:
        raise Refusal(400, f"body is no gzip: {error}") from None
    if len(content) > most:
        raise Refusal(413, f"body: expected at most {most} bytes more when unpacked")
    if not machine.eof:
        raise Refusal(400, "body: the gzip data end too early")
    return content, machine.unused_data.lstrip(b"\0")


def posted_messages(body: bytes) -> list[bytes]:
    """Return the messages in ``body``, each as one line; raises Refusal if it has another form."""
    text = body.strip()
    if not text.startswith((b"{", b"[")):
        return [line for line in body.splitlines() if line.strip()]
    try:
        whole = text.decode()
    except UnicodeDecodeError as error:
        raise Refusal(400, f"body is no UTF-8 at byte {error.start}") from None
    try:
        return [as_one_line(message.encode()) for message in _messages(whole)]
    except (ValueError, IndexError, RecursionError) as error:
        raise Refusal(400, f"body is no JSON of messages: {error}") from None


def _messages(text: str) -> Iterator[str]:
    """Yield the text of each message; objects that follow one another are one message each."""
    at = 0
    while at < len(text):
        if text[at] == "[":
            spans, at = _items(text, at)
        else:
            end, inner = _object(text, at)
            spans = [(at, end)] if inner is None else inner
            at = end
        yield from (text[start:end] for start, end in spans)
        at = _skip(text, at)


def _object(text: str, at: int) -> tuple[int, list[tuple[int, int]] | None]:
    """Return the end of the object at ``at`` and the places of its ``msgs``, None without any."""
    if text[at] != "{":
        raise ValueError(f"expected an object at character {at}, found {text[at]!r}")
    spans = None
    at = _skip(text, at + 1)
    while text[at] != "}":
        key, at = _JSON.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError(f"expected ':' at character {at}, found {text[at]!r}")
        at = _skip(text, at + 1)
        # Places, not values: a message parsed and written anew would not be what was received.
        if key == "msgs" and text[at] == "[":
            spans, at = _items(text, at)
        else:
            _, at = _JSON.raw_decode(text, at)
        at = _next(text, at, "}")
    return at + 1, spans


def _items(text: str, at: int) -> tuple[list[tuple[int, int]], int]:
    """Return the places of the objects in the list at ``at``, and the place behind the list."""
    spans = []
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = _JSON.raw_decode(text, at)
        if not isinstance(value, dict):
            raise ValueError(f"expected an object at character {at}, found {text[at:end][:20]!r}")  # noqa: TRY004
        spans.append((at, end))
        at = _next(text, end, "]")
    return spans, at + 1


def _next(text: str, at: int, closing: str) -> int:
    """Return the place of what follows a value: the next one, or the closing bracket."""
    at = _skip(text, at)
    if text[at] == ",":
        return _skip(text, at + 1)
    if text[at] != closing:
        raise ValueError(f"expected ',' or {closing!r} at character {at}, found {text[at]!r}")
    return at


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
