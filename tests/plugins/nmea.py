"""Sentences for tests: checksums, tag blocks, payloads from fields, and recordings as blocks."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import numpy as np
from pyais import encode_dict

from ais.decoder import Decoder
from ais.lines import FeedNames, LineBlock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ais.batches import Decoded

START_US = 1_593_874_260_000_000
STARTS = re.compile(rb"[!$\\]")


def checksum(text: bytes) -> bytes:
    """Return the two digits behind a ``*``."""
    value = 0
    for byte in text:
        value ^= byte
    return b"%02X" % value


def sentence(body: bytes) -> bytes:
    """Return ``!body*hh``."""
    return b"!" + body + b"*" + checksum(body)


def vdm(payload: bytes, fill: int = 0, *, parts: str = "1,1,,A", talker: str = "AIVDM") -> bytes:
    """Return a sentence around ``payload``; ``parts`` = total, number, sequence, channel."""
    return sentence(f"{talker},{parts},{payload.decode()},{fill}".encode())


def tagged(block: bytes, line: bytes) -> bytes:
    """Return ``line`` behind a tag block with its checksum."""
    return b"\\" + block + b"*" + checksum(block) + b"\\" + line


def encoded(**fields: Any) -> list[bytes]:
    """Return the sentences of a message, made by pyais."""
    fields.setdefault("msg_type", fields["type"])
    lines = encode_dict(fields, talker_id="AI", sentence_type="VDM")
    return [line.encode() for line in lines]


def decoder(feeds: Sequence[str] = ("a",), **settings: Any) -> Decoder:
    """Return a decoder that knows ``feeds``."""
    return Decoder(FeedNames(list(feeds)), **settings)


def decoded(lines: Sequence[bytes], decoder_: Decoder | None = None, **block: Any) -> Decoded:
    """Return what ``lines`` say, all received at START_US unless told otherwise."""
    return (decoder_ or decoder()).decode(LineBlock.of(lines, **{"received": START_US, **block}))


def recording(path: Path) -> list[bytes]:
    """Return the lines of a recorded file as it lies in the shared data."""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return re.split(rb"\r\n|\n|\r", data)


def recorded_block(lines: Sequence[bytes], step_us: int = 20_000) -> LineBlock:
    """Return recorded lines as a block; they were received ``step_us`` after each other."""
    return LineBlock.of(lines, START_US + np.arange(len(lines), dtype=np.int64) * step_us)


def bare(line: bytes) -> bytes:
    """Return a recorded line without what stands before its sentence or tag block."""
    begin = STARTS.search(line)
    return line[begin.start() :] if begin else b""
