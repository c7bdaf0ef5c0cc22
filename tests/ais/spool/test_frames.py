from __future__ import annotations

import tracemalloc
from hashlib import sha256
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.errors import SpoolError
from ais.spool.frames import Compressed, FrameFile, compress

TEXT = b"".join(b"%d genoa line\n" % (k * k) for k in range(12_000))


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Compressed]:
    """``TEXT`` as a closed segment, and what is known of it."""
    folder = tmp_path_factory.mktemp("frames")
    (folder / "plain").write_bytes(TEXT)
    return folder / "packed", compress(folder / "plain", folder / "packed")


def opened(packed: tuple[Path, Compressed]) -> FrameFile:
    path, known = packed
    return FrameFile(path, known.size, [size for size, _ in known.frames])


def test_what_is_known_of_a_segment_is_true(packed: tuple[Path, Compressed]) -> None:
    path, known = packed
    assert (known.size, known.lines) == (len(TEXT), 12_000)
    assert known.sha256 == sha256(TEXT).hexdigest()
    assert sum(size for size, _ in known.frames) == path.stat().st_size
    assert len(known.frames) == len(TEXT) // 65_536 + 1


def test_every_frame_is_whole_by_itself(packed: tuple[Path, Compressed]) -> None:
    path, known = packed
    data = path.read_bytes()
    for number, (size, digest) in enumerate(known.frames):
        frame, data = data[:size], data[size:]
        assert sha256(frame).hexdigest() == digest
        plain = zstandard.decompress(frame)
        assert plain == TEXT[number * 65_536 : (number + 1) * 65_536]


def test_the_same_lines_give_the_same_bytes(
    packed: tuple[Path, Compressed], tmp_path: Path
) -> None:
    (tmp_path / "plain").write_bytes(TEXT)
    assert compress(tmp_path / "plain", tmp_path / "again") == packed[1]
    assert (tmp_path / "again").read_bytes() == packed[0].read_bytes()


@given(offset=st.integers(0, len(TEXT) - 1), length=st.integers(1, 200_000))
@settings(deadline=None)
def test_any_stretch_is_read(packed: tuple[Path, Compressed], offset: int, length: int) -> None:
    begin, data = opened(packed).read(offset, length)
    assert begin <= offset
    assert data[offset - begin : offset - begin + length] == TEXT[offset : offset + length]
    assert len(data) <= length + 2 * 65_536


def test_a_frame_of_another_size_is_an_error(packed: tuple[Path, Compressed]) -> None:
    path, known = packed
    sizes = [size for size, _ in known.frames]
    with pytest.raises(SpoolError, match=r"frame 3 .*expected 65536"):
        FrameFile(path, known.size + 65_536, sizes).read(len(TEXT) - 1, 1)


def test_a_file_can_be_closed_twice(packed: tuple[Path, Compressed]) -> None:
    file = opened(packed)
    file.close()
    file.close()


def test_a_frame_that_declares_more_than_its_size_is_not_unpacked(tmp_path: Path) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(50_000_000))
    (tmp_path / "bomb").write_bytes(bomb)
    tracemalloc.start()
    with pytest.raises(SpoolError, match=r"frame 0 \(50000000 bytes declared, expected at most"):
        FrameFile(tmp_path / "bomb", 65_536, [len(bomb)]).read(0, 1)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
