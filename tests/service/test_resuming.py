"""Where the reading of files stood, kept over a restart."""

from __future__ import annotations

import pytest

from ais.feed import FeedHealth
from service.resuming import Resumes


def health(at: int) -> dict[str, FeedHealth]:
    return {
        "log": FeedHealth("log", "file", resume=(7, 8, at)),
        "net": FeedHealth("net", "tcp"),
    }


def test_it_is_there_after_a_restart(tmp_path):
    first = Resumes(tmp_path, health(99))
    first.keep(first.now())
    assert Resumes(tmp_path, {}).on_disk == {"log": (7, 8, 99)}


def test_what_did_not_move_is_not_written_again(tmp_path):
    kept = Resumes(tmp_path, health(99))
    kept.keep(kept.now())
    file = tmp_path / "feeds.json"
    file.unlink()
    kept.keep(kept.now())
    assert not file.exists()


def test_a_feed_that_has_not_begun_yet_keeps_its_place(tmp_path):
    first = Resumes(tmp_path, health(99))
    first.keep(first.now())
    second = Resumes(tmp_path, {"other": FeedHealth("other", "file", resume=(1, 2, 3))})
    second.keep(second.now())
    assert Resumes(tmp_path, {}).on_disk == {"log": (7, 8, 99), "other": (1, 2, 3)}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"log": 5}', b'{"log": ["a", 1, 2]}', b"\xff"])
def test_a_damaged_file_is_as_none(tmp_path, content):
    (tmp_path / "feeds.json").write_bytes(content)
    assert Resumes(tmp_path, {}).on_disk == {}


def test_a_disk_that_refuses_is_no_fault_of_the_spool(tmp_path):
    kept = Resumes(tmp_path / "nowhere" / "deep", health(99))
    kept.keep(kept.now())
    assert kept.on_disk == {}
