"""The fine coast's file: made once, by one process; without it there are ways out."""

import re
import sys
from pathlib import Path

import pytest

from service.fine_coast import FineCoastError, fine_coast

# Stands for ``python -m pip install … --target T -r L`` and ``python -m maps.fine_coast.make F``.
PYTHON = """#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
    *fail-pip*) echo 'ERROR: no matching distribution' >&2; exit 1 ;;
    *"-m pip"*) while [ "$1" != --target ]; do shift; done; mkdir -p "$2" && : >"$2/wheel.so" ;;
    *) [ -f "${PYTHONPATH##*:}/wheel.so" ] && echo made >"$3" ;;
esac
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = tmp_path / "python"
    program.write_text(PYTHON)
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_it_is_made_once_and_its_wheel_is_not_kept(calls: Path, tmp_path: Path) -> None:
    path = fine_coast(tmp_path / "cache")
    assert fine_coast(tmp_path / "cache") == path
    assert path.read_text() == "made\n"
    assert len(calls.read_text().splitlines()) == 2
    assert sorted(one.name for one in path.parent.iterdir()) == [".lock", path.name]


def test_the_wheel_is_taken_by_its_hashes_only(calls: Path, tmp_path: Path) -> None:
    fine_coast(tmp_path / "cache")
    asked = calls.read_text().splitlines()[0]
    assert "--require-hashes" in asked
    assert asked.endswith("requirements/coast.lock")


def test_another_lock_is_another_coast(calls: Path, tmp_path: Path) -> None:
    lock = tmp_path / "coast.lock"
    lock.write_text("another")
    assert fine_coast(tmp_path / "cache") != fine_coast(tmp_path / "cache", lock)


def test_what_an_interrupted_start_left_is_removed(calls: Path, tmp_path: Path) -> None:
    left = tmp_path / "cache" / "coast" / ".making-x"
    left.mkdir(parents=True)
    fine_coast(tmp_path / "cache")
    assert not left.exists()


def test_without_a_network_the_ways_out_are_told_in_one_line(calls: Path, tmp_path: Path) -> None:
    lock = tmp_path / "fail-pip"
    lock.write_text("")
    with pytest.raises(FineCoastError, match="no matching distribution") as told:
        fine_coast(tmp_path / "cache", lock)
    assert re.search(
        r"copy \w+\.coast from another machine's cache to .*/cache/coast", str(told.value)
    )
    assert "\n" not in str(told.value)


def test_a_cache_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FineCoastError, match="XDG_CACHE_HOME"):
        fine_coast(tmp_path / "file")
