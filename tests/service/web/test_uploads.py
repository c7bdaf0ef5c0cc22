from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from service.web.uploads import KEPT_S, Uploads, remove_left


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(clock) -> Iterator[Uploads]:
    uploads = Uploads(clock)
    yield uploads
    uploads.close()


def test_a_file_is_for_the_person_who_brought_it(uploads) -> None:
    token = uploads.keep("U-1", "list.csv", b"mmsi")
    assert uploads.get("U-1", token).path.read_bytes() == b"mmsi"
    with pytest.raises(HTTPException, match="bring it again"):
        uploads.get("U-2", token)


def test_a_file_is_kept_for_half_an_hour(uploads, clock) -> None:
    token = uploads.keep("U-1", "list.csv", b"mmsi")
    clock.now = KEPT_S + 1
    with pytest.raises(HTTPException):
        uploads.get("U-1", token)


def test_the_oldest_of_many_go_with_their_place_on_the_disk(uploads) -> None:
    tokens = [uploads.keep("U-1", f"{n}.csv", b"x") for n in range(5)]
    other = uploads.keep("U-2", "theirs.csv", b"x")
    with pytest.raises(HTTPException):
        uploads.get("U-1", tokens[0])
    kept = uploads.get("U-1", tokens[1]).path
    assert kept.exists()
    assert uploads.get("U-2", other).path.exists()


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\lists\\May 14.xlsx", "May 14.xlsx"),
        ("a;rm -rf.csv", "a_rm -rf.csv"),
        ("x" * 300 + ".csv", "x" * 80 + ".csv"),
        ("none", "none_"),
        (".csv", "csv_"),
    ],
)
def test_a_name_cannot_lead_elsewhere(uploads, name, kept) -> None:
    found = uploads.get("U-1", uploads.keep("U-1", name, b""))
    assert found.path.name == kept


_BRINGS = """
import sys, time
from service.web.uploads import Uploads
uploads = Uploads()
print(uploads.get("U-1", uploads.keep("U-1", "list.csv", b"mmsi")).path.parent.parent, flush=True)
time.sleep(600)
"""


@pytest.fixture
def other(tmp_path, monkeypatch) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another service of the same person that keeps a file, and its folder."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", _BRINGS], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_what_a_killed_service_left_is_removed_and_a_living_one_keeps_its_files(other) -> None:
    process, folder = other
    remove_left()
    assert [file.name for file in folder.glob("*/*")] == ["list.csv"]
    process.kill()
    process.wait()
    remove_left()
    assert not folder.exists()


def test_only_folders_of_ours_are_removed(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = tmp_path / "notes"
    mine.mkdir()
    (tmp_path / "vedetta-uploads-link").symlink_to(mine)
    (tmp_path / "vedetta-uploads-file").touch()
    remove_left()
    assert {one.name for one in tmp_path.iterdir()} == {
        "notes", "vedetta-uploads-link", "vedetta-uploads-file"}  # fmt: skip
