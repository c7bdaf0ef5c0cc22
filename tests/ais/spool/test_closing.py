from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ais.errors import SpoolError
from ais.spool.closing import close_segments, first_and_last_ms
from ais.spool.layout import closed_path, open_path, segments_on_disk
from ais.spool.manifest import Manifest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A folder with the plain segments 1 to 3."""
    for sequence in (1, 2, 3):
        open_path(tmp_path, sequence).write_bytes(b"%d000 genoa x\n" % sequence)
    return tmp_path


def test_older_segments_are_closed_in_their_order(plain: Path) -> None:
    manifest = Manifest(plain)
    assert close_segments(manifest, before=3) == [1, 2]
    assert segments_on_disk(plain) == ([3], [1, 2])
    assert [c.first_ms for c in manifest.closed.values()] == [1_000, 2_000]


def test_closing_again_changes_nothing(plain: Path) -> None:
    close_segments(Manifest(plain), before=3)
    assert close_segments(Manifest(plain), before=3) == []


def test_a_segment_that_cannot_be_closed_stops_those_behind_it(plain: Path) -> None:
    closed_path(plain, 1).with_suffix(".zst.tmp").mkdir()
    with pytest.raises(SpoolError, match="its lines stay readable"):
        close_segments(Manifest(plain), before=3)
    assert segments_on_disk(plain) == ([1, 2, 3], [])


def test_a_plain_file_is_kept_when_its_closed_form_is_gone(plain: Path) -> None:
    text = open_path(plain, 1).read_bytes()
    close_segments(Manifest(plain), before=2)
    closed_path(plain, 1).unlink()
    open_path(plain, 1).write_bytes(text)
    with pytest.raises(SpoolError, match="listed but not there"):
        close_segments(Manifest(plain), before=2)
    assert open_path(plain, 1).read_bytes() == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", (0, 0)),
        (b"12 genoa x\n", (12, 12)),
        (b"12 genoa x\n345 genoa y\n", (12, 345)),
        (b"12 genoa x\n345 genoa " + b"y" * 5_000 + b"\n", (12, 345)),
        (b"12 _tick\n13 _tick\n", (12, 13)),
        (b"garbage\n", (0, 0)),
    ],
)
def test_the_times_of_the_first_and_last_line_are_found(
    tmp_path: Path, text: bytes, expected: tuple[int, int]
) -> None:
    (tmp_path / "plain").write_bytes(text)
    assert first_and_last_ms(tmp_path / "plain") == expected
