"""What a file is, by its bytes."""

from __future__ import annotations

import io
import zipfile

import pytest

from service.sniffing import sniffed


def zipped(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    "content, ending",
    [
        (b"%PDF-1.7", "pdf"),
        (b"\x89PNG\r\n\x1a\n..", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"RIFF....WEBPVP8", "webp"),
        (b"....ftypisom", "mp4"),
        (zipped("word/document.xml"), "docx"),
        (zipped("xl/workbook.xml"), "xlsx"),
        (zipped("readme"), "zip"),
        ("Ναύπλιο, 1".encode(), "txt"),
        (b"<html><script>", "txt"),
        (b"MZ\x90\x00", "bin"),
        (b"text with \x00", "bin"),
        (b"\xff\xfe\x41", "bin"),
        (b"", "bin"),
    ],
)
def test_the_bytes_tell_what_a_file_is(content, ending) -> None:
    assert sniffed(content).ending == ending


def test_a_letter_cut_at_the_end_of_what_is_looked_at_is_still_text() -> None:
    assert sniffed(b"x" * 65_535 + "η".encode() * 9).ending == "txt"
