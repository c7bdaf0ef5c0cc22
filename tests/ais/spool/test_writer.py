from __future__ import annotations

import errno
import os
import resource
import threading
from typing import TYPE_CHECKING

import pytest

from ais.errors import SpoolError, SpoolLockedError
from ais.lines import TICK, FeedNames
from ais.spool import writer as writer_module
from ais.spool.layout import SpoolSettings, open_path, position, split
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SENTENCE = b"!AIVDM,1,1,,A,13cf4=0000Pg:FhHs6J2;A=025k<,0*59"


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[SpoolWriter]:
    """A spool that holds 1 kB in memory."""
    with SpoolWriter(tmp_path, SpoolSettings(buffer_bytes=1_000)) as spool:
        yield spool


def test_a_line_is_written_with_its_time_and_feed(writer: SpoolWriter) -> None:
    writer.append("genoa", [SENTENCE], 1_600_000_000_123)
    assert writer.sync() == position(1, 68)
    text = open_path(writer.folder, 1).read_bytes()
    assert text == b"1600000000123 genoa " + SENTENCE + b"\n"


def test_nothing_is_on_disk_or_in_the_head_before_sync(writer: SpoolWriter) -> None:
    writer.append("genoa", [SENTENCE], 1)
    assert writer.head == position(1, 0)
    assert open_path(writer.folder, 1).read_bytes() == b""


def test_a_tick_has_no_text_and_no_second_blank(writer: SpoolWriter) -> None:
    writer.append("_tick", [b""], 1_600_000_000_000)
    head = writer.sync()
    assert open_path(writer.folder, 1).read_bytes() == b"1600000000000 _tick\n"
    block, _ = SpoolReader(writer.folder, FeedNames()).read(0, head, 10)
    assert (block.feed[0], block.line(0)) == (TICK, b"")


def test_a_line_end_inside_a_line_is_refused_and_counted(writer: SpoolWriter) -> None:
    writer.append("genoa", [b"good", b"two\nlines", b"fine"], 1)
    writer.sync()
    assert writer.dropped["newline"] == 1
    assert open_path(writer.folder, 1).read_bytes() == b"1 genoa good\n1 genoa fine\n"


def test_a_line_over_two_megabytes_is_refused_and_counted(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path) as writer:
        writer.append("genoa", [b"x" * 2_097_153, b"y" * 2_097_152], 1)
        assert writer.sync() == position(1, 2_097_152 + len("1 genoa \n"))
        assert writer.dropped["too long"] == 1


@pytest.mark.parametrize("feed", ["", "two words", "_mine", "naïve", "x" * 65, "a\nb", "../x y"])
def test_a_feed_name_that_breaks_the_line_format_is_refused(
    writer: SpoolWriter, feed: str
) -> None:
    with pytest.raises(SpoolError, match="expected up to 64 of"):
        writer.append(feed, [SENTENCE], 1)


def test_a_second_writer_is_refused_and_told_the_process(writer: SpoolWriter) -> None:
    with pytest.raises(SpoolLockedError, match=f"process {os.getpid()}: expected one") as caught:
        SpoolWriter(writer.folder)
    assert caught.value.pid == os.getpid()
    assert "\n" not in str(caught.value)


def test_the_lock_is_free_again_after_close(tmp_path: Path) -> None:
    SpoolWriter(tmp_path).close()
    SpoolWriter(tmp_path).close()


def test_a_torn_last_line_is_cut_off_and_the_position_goes_on(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path) as writer:
        writer.append("genoa", [SENTENCE], 1)
        head = writer.sync()
    with open_path(tmp_path, 1).open("ab") as file:
        file.write(b"2 genoa !AIVDM,1,1,,A,13cf")
    with SpoolWriter(tmp_path) as writer:
        assert writer.head == head
        writer.append("genoa", [b"next"], 3)
        block, _ = SpoolReader(tmp_path, FeedNames()).read(0, writer.sync(), 10)
    assert [block.line(i) for i in range(len(block))] == [SENTENCE, b"next"]


def test_a_torn_tail_longer_than_a_step_is_cut_off_too(tmp_path: Path) -> None:
    open_path(tmp_path, 1).write_bytes(b"1 genoa whole\n" + b"\0" * 200_000)
    with SpoolWriter(tmp_path) as writer:
        assert writer.head == position(1, 14)


def test_a_full_disk_is_one_error_and_loses_no_line(
    writer: SpoolWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    writer.append("genoa", [b"first"], 1)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", refuse)
        for _ in range(2):
            with pytest.raises(SpoolError, match=r"No space left.*free some space") as caught:
                writer.sync()
    assert "\n" not in str(caught.value)
    writer.append("genoa", [b"second"], 2)
    writer.sync()
    assert open_path(writer.folder, 1).read_bytes() == b"1 genoa first\n2 genoa second\n"
    assert sum(writer.dropped.values()) == 0


def test_a_write_that_was_cut_short_is_written_again_from_the_durable_end(
    writer: SpoolWriter,
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    writer.append("genoa", [b"first"], 1)
    durable = writer.sync()
    writer.append("genoa", [b"second"], 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))
    try:
        with pytest.raises(SpoolError, match="File too large"):
            writer.sync()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    path = open_path(writer.folder, 1)
    assert (writer.head, path.stat().st_size) == (durable, 20)
    writer.sync()
    assert path.read_bytes() == b"1 genoa first\n2 genoa second\n"


def test_lines_beyond_the_bound_in_memory_are_dropped_and_counted(writer: SpoolWriter) -> None:
    for _ in range(20):
        writer.append("genoa", [SENTENCE, SENTENCE], 1)
    assert writer.dropped["buffer full"] == 2 * (20 - 8)
    assert writer.waiting_bytes <= 1_000
    writer.sync()
    writer.append("genoa", [SENTENCE], 1)
    assert writer.waiting_bytes == len(b"1 genoa \n") + len(SENTENCE)


def test_a_segment_that_is_old_is_closed(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_age_s=10)) as writer:
        for second in (0, 9, 10, 11):
            writer.append("_tick", [b""], 1_000_000 + second * 1_000)
            writer.sync()
    assert sorted(p.name for p in tmp_path.glob("0*")) == ["00000001.zst", "00000002.log"]
    assert open_path(tmp_path, 2).read_bytes() == b"1011000 _tick\n"


def test_the_age_of_a_segment_survives_a_restart(tmp_path: Path) -> None:
    for millis in (1_000, 12_000):
        with SpoolWriter(tmp_path, SpoolSettings(segment_age_s=10)) as writer:
            writer.append("_tick", [b""], millis)
    assert (tmp_path / "00000001.zst").exists()


def test_a_folder_that_cannot_be_made_is_one_line_of_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match="expected a folder to write to"):
        SpoolWriter(tmp_path / "file" / "spool")


def test_many_threads_append_whole_lines(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path) as writer:

        def feed(name: str) -> None:
            for i in range(200):
                writer.append(name, [b"%s %d" % (name.encode(), i)] * 2, i)
                writer.sync()

        threads = [threading.Thread(target=feed, args=(f"f{k}",)) for k in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    written = open_path(tmp_path, 1).read_text().splitlines()
    expected = [f"{i} f{k} f{k} {i}" for k in range(4) for i in range(200)] * 2
    assert sorted(written) == sorted(expected)


def test_a_damaged_manifest_is_named_and_lines_are_kept_all_the_same(tmp_path: Path) -> None:
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"old"], 1)
        writer.sync()
    (tmp_path / "manifest.jsonl").write_bytes(b"garbage\n")
    with SpoolWriter(tmp_path) as writer:
        assert "line 1: the chain is broken" in writer.trouble
        writer.append("genoa", [b"new"], 2)
        writer.sync()
    assert open_path(tmp_path, 2).read_bytes() == b"2 genoa new\n"


def test_a_segment_that_cannot_be_closed_stays_readable_and_is_closed_later(
    tmp_path: Path,
) -> None:
    (tmp_path / "00000001.zst.tmp").mkdir()
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("genoa", [b"first"], 1)
        head = writer.sync()
    assert "its lines stay readable" in writer.trouble
    block, _ = SpoolReader(tmp_path, FeedNames()).read(0, head, 10)
    assert block.line(0) == b"first"
    (tmp_path / "00000001.zst.tmp").rmdir()
    SpoolWriter(tmp_path).close()
    assert (tmp_path / "00000001.zst").exists()


# --- the clock of its lines ----------------------------------------------------------------------


def test_the_newest_stamp_is_known_after_a_restart(tmp_path):
    with SpoolWriter(tmp_path) as writer:
        writer.append("a", [b"x"], 5_000)
    with SpoolWriter(tmp_path) as writer:
        assert writer.newest_ms == 5_000


def test_it_is_known_where_the_newest_segment_is_closed_or_empty(tmp_path):
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        writer.append("a", [b"x"], 5_000)
    with SpoolWriter(tmp_path) as writer:
        assert split(writer.head) == (2, 0)
        assert writer.newest_ms == 5_000
    open_path(tmp_path, 2).unlink()
    with SpoolWriter(tmp_path) as writer:
        assert writer.newest_ms == 5_000


def test_an_empty_spool_has_no_newest_stamp(tmp_path):
    with SpoolWriter(tmp_path) as writer:
        assert writer.newest_ms == 0


def test_a_clock_that_steps_back_begins_one_segment_and_not_one_for_each_sync(tmp_path):
    year_ms = 365 * 86_400_000
    with SpoolWriter(tmp_path) as writer:
        writer.append("_tick", [b""], 2 * year_ms)
        writer.sync()
        for second in range(5):
            writer.append("_tick", [b""], year_ms + second * 1000)
            writer.sync()
        assert split(writer.head)[0] == 2
        assert writer.newest_ms == year_ms + 4_000


# --- a segment that was begun by half ------------------------------------------------------------


def refused(_folder: Path) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_segment_whose_name_could_not_be_made_durable_is_begun_again(tmp_path, monkeypatch):
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        with monkeypatch.context() as disk:
            disk.setattr(writer_module, "sync_folder", refused)
            writer.append("a", [b"x"], 1)
            assert split(writer.sync())[0] == 1
            assert "no new segment" in writer.trouble
        writer.append("a", [b"y"], 2)
        assert split(writer.sync()) == (2, 0)


def test_a_file_with_lines_under_the_next_number_is_left_alone(tmp_path):
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=1)) as writer:
        open_path(tmp_path, 2).write_bytes(b"1 a evidence\n")
        writer.append("a", [b"x"], 1)
        assert split(writer.sync())[0] == 1
    assert open_path(tmp_path, 2).read_bytes() == b"1 a evidence\n"
