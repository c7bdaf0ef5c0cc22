from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from ais.errors import SpoolError
from ais.spool.manifest import FIRST, Closed, Manifest

if TYPE_CHECKING:
    from pathlib import Path

FRAMES = [(100, "a" * 64), (7, "b" * 64)]


def closed(sequence: int) -> Closed:
    return Closed(sequence, 70_000, 900, 1_000, 2_000, "c" * 64)


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    """A manifest of two segments, the first one removed."""
    manifest = Manifest(tmp_path)
    manifest.append_closed(closed(1), FRAMES)
    manifest.append_closed(closed(2), FRAMES[:1])
    manifest.append_tombstone(1, 5_000, "older than 30 days")
    return manifest


def read_again(manifest: Manifest) -> Manifest:
    again = Manifest(manifest.folder)
    again.refresh()
    return again


def test_there_is_nothing_in_a_new_folder(tmp_path: Path) -> None:
    manifest = Manifest(tmp_path)
    manifest.refresh()
    assert (manifest.newest, manifest.entries, manifest.head) == (0, 0, FIRST)


def test_another_reader_sees_the_same(manifest: Manifest) -> None:
    again = read_again(manifest)
    assert again == manifest
    assert (again.closed, again.removed) == ({1: closed(1), 2: closed(2)}, {1})


def test_frames_are_read_when_asked_for(manifest: Manifest) -> None:
    assert read_again(manifest).frames(1) == FRAMES
    assert manifest.frames(2) == FRAMES[:1]


def test_frames_that_changed_since_are_refused(manifest: Manifest) -> None:
    path = manifest.folder / "manifest.jsonl"
    path.write_bytes(path.read_bytes().replace(b"aaaa", b"abaa", 1))
    with pytest.raises(SpoolError, match="was changed since it was read"):
        manifest.frames(1)


def test_refresh_reads_on_from_where_it_stopped(manifest: Manifest) -> None:
    again = read_again(manifest)
    manifest.append_closed(closed(3), FRAMES)
    again.refresh()
    assert (again.newest, again.head) == (3, manifest.head)


def test_the_same_segment_twice_is_one_entry(manifest: Manifest) -> None:
    manifest.append_closed(closed(2), FRAMES)
    manifest.append_tombstone(1, 6_000, "again")
    assert manifest.entries == 3


def test_an_entry_that_a_crash_cut_short_is_overwritten(manifest: Manifest) -> None:
    path = manifest.folder / "manifest.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"hash":"0123')
    manifest.append_closed(closed(3), FRAMES)
    assert path.read_bytes().startswith(whole + b'{"hash":"')
    assert read_again(manifest).newest == 3


def test_lines_in_another_order_break_the_chain(manifest: Manifest) -> None:
    path = manifest.folder / "manifest.jsonl"
    first, second, third = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(second + first + third)
    with pytest.raises(SpoolError, match=r"line 1: the chain is broken.*follow the line before"):
        read_again(manifest)


def test_a_broken_chain_takes_no_more_entries(manifest: Manifest) -> None:
    path = manifest.folder / "manifest.jsonl"
    path.write_bytes(b"x" + path.read_bytes())
    before = path.read_bytes()
    with pytest.raises(SpoolError):
        Manifest(manifest.folder).append_closed(closed(3), FRAMES)
    assert path.read_bytes() == before


def test_closing_and_retention_may_append_at_the_same_time(tmp_path: Path) -> None:
    def close() -> None:
        mine = Manifest(tmp_path)
        for sequence in range(1, 40):
            mine.append_closed(closed(sequence), FRAMES)

    def remove() -> None:
        mine = Manifest(tmp_path)
        for sequence in range(1, 40):
            mine.append_tombstone(sequence, 1, "test")

    threads = [threading.Thread(target=close), threading.Thread(target=remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    again = read_again(Manifest(tmp_path))
    assert (len(again.closed), len(again.removed), again.entries) == (39, 39, 78)
