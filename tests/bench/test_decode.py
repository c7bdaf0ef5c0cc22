"""The decode bench measures or says in one line why it cannot."""

import pytest

from ais.lines import LineBlock
from bench import decode


def test_missing_recordings_are_one_honest_line(tmp_path, monkeypatch):
    monkeypatch.setattr(decode, "DATA", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"^bench decode: no recordings in [^\n]*$"):
        decode.figures()


def test_pyais_gets_lines_from_their_sentence_on():
    lines = [
        b"2016-03-31 00:00:01, !AIVDM,1,1",
        b"\\s:1*00\\!AIVDM,1",
        b"no sentence at all",
        b"!",
    ]
    assert decode._readable(lines) == [b"!AIVDM,1,1", b"\\s:1*00\\!AIVDM,1"]


def test_files_are_an_hour_apart_so_that_none_repeats_another():
    blocks = decode._blocks([[b"a"] * 3, [b"b"]])
    assert all(isinstance(block, LineBlock) for block in blocks)
    gap = blocks[1].received[0] - blocks[0].received[-1]
    assert gap.astype(int) == 3_600_000_000
