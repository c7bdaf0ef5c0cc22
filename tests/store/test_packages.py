from __future__ import annotations

import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from store.embedded import locate
from store.errors import EmbeddedError
from store.packages import prepare


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the prepared folder that a test may move and break."""
    prepared = locate(tmp_path_factory.mktemp("unused")).programs.parents[5]
    copy = tmp_path_factory.mktemp("packages") / "timescaledb"
    shutil.copytree(prepared, copy, symlinks=True)
    return copy


@pytest.fixture
def no_apt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")


def said() -> tuple[list[str], object]:
    lines: list[str] = []
    return lines, lines.append


def version(folder: Path) -> str:
    command = [folder / "postgres", "--version"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_programs_run_on_this_machine(programs: Path) -> None:
    assert version(prepare(programs, pytest.fail)).startswith("postgres (PostgreSQL) 17.")


def test_a_moved_folder_works_again_without_apt_or_network(
    programs: Path, tmp_path: Path, no_apt: None
) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(programs, moved, symlinks=True)
    found = prepare(moved, pytest.fail)
    assert str(programs) not in (found / "postgres").read_text()
    assert version(found).startswith("postgres (PostgreSQL) 17.")


def test_preparing_twice_does_nothing(programs: Path) -> None:
    written = (prepare(programs, pytest.fail) / "postgres").stat().st_mtime_ns
    assert (prepare(programs, pytest.fail) / "postgres").stat().st_mtime_ns == written


def test_a_host_without_apt_is_told_the_ways_out(tmp_path: Path, no_apt: None) -> None:
    with pytest.raises(EmbeddedError) as error:
        prepare(tmp_path, lambda _: None)
    assert str(error.value) == (
        "apt-get is not on this machine: set DATABASE_URL to a TimescaleDB, or start the one in "
        "compose.yaml (docker compose up -d db), or use a Debian 12 or 13 machine"
    )


def test_a_host_without_debian_sources_is_told_the_ways_out(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match=r"no Debian archive.*DATABASE_URL"):
        prepare(tmp_path / "cache", lambda _: None, etc=tmp_path)


def unreachable(tmp_path: Path) -> Path:
    """Return apt sources whose mirror is a port where nobody listens."""
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "sources.list").write_text("deb http://127.0.0.1:9/debian trixie main\n")
    return etc


def test_no_network_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError) as error:
        prepare(tmp_path / "cache", lambda _: None, etc=unreachable(tmp_path))
    assert str(error.value).startswith("Debian's packages cannot be fetched (")
    assert "\n" not in str(error.value)


def test_a_failed_preparation_is_tried_again_from_the_start(tmp_path: Path) -> None:
    etc, lines = unreachable(tmp_path), []
    for _ in range(2):
        with pytest.raises(EmbeddedError):
            prepare(tmp_path / "cache", lines.append, etc=etc)
    assert len(lines) == 2


def test_commands_that_prepare_at_once_do_it_once(programs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    shutil.copytree(programs, folder, symlinks=True)
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(prepare(folder, pytest.fail)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert version(found[0]).startswith("postgres (PostgreSQL) 17.")
