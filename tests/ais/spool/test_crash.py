"""Killed at any moment, nothing that sync() reported is lost."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ais.lines import FeedNames
from ais.spool.layout import SpoolSettings, closed_path, open_path
from ais.spool.reader import SpoolReader
from ais.spool.verify import verify
from ais.spool.writer import SpoolWriter

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[3]
# Small segments, so that kills also fall on the cutting and the closing of segments.
APPENDER = """
import sys
from pathlib import Path
from ais.spool.layout import SpoolSettings
from ais.spool.writer import SpoolWriter
writer = SpoolWriter(Path(sys.argv[1]), SpoolSettings(segment_bytes=50_000))
number = int(sys.argv[2])
while True:
    writer.append("genoa", [b"line %09d" % (number + k) for k in range(137)], number)
    number += 137
    print(number, writer.sync(), flush=True)
"""


def killed_after(folder: Path, first: int, syncs: int, moment_s: float) -> tuple[int, int]:
    """Let a process append, kill it; return what it last reported durable: lines and head."""
    command = [sys.executable, "-c", APPENDER, str(folder), str(first)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        reported = [child.stdout.readline() for _ in range(syncs)]
        # The rest of the moment falls anywhere in a write, a sync or a closing.
        with pytest.raises(subprocess.TimeoutExpired):
            child.wait(moment_s)
        child.kill()
        reported += child.stdout.read().splitlines(keepends=True)
    whole = [line for line in reported if line.endswith(b"\n")]
    lines, head = whole[-1].split()
    return int(lines), int(head)


def numbers(folder: Path) -> list[int]:
    """Numbers of the lines that a new reader finds."""
    reader = SpoolReader(folder, FeedNames())
    at, end, found = 0, reader.end(), []
    while at < end:
        block, at = reader.read(at, end, 50_000)
        found += [int(block.line(i)[5:]) for i in range(len(block))]
    assert reader.malformed == 0
    return found


def test_what_sync_reported_outlives_sigkill_at_random_moments(tmp_path: Path) -> None:
    rng = random.Random(20201104)
    durable = 0
    for _ in range(5):
        durable, head = killed_after(tmp_path, durable, rng.randint(1, 60), rng.random() / 20)
        assert verify(tmp_path).fault == ""
        with SpoolWriter(tmp_path) as writer:
            assert writer.head >= head
        found = numbers(tmp_path)
        assert found == list(range(len(found)))
        assert len(found) >= durable
        durable = len(found)
    report = verify(tmp_path)
    assert (report.fault, report.torn_bytes, report.lines) == ("", 0, durable)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    killed_after(tmp_path, 0, 1, 0.01)
    SpoolWriter(tmp_path).close()


@pytest.fixture
def closed(tmp_path: Path) -> tuple[Path, bytes]:
    """A spool with two closed segments, and the second one's plain bytes."""
    with SpoolWriter(tmp_path, SpoolSettings(segment_bytes=5_000)) as writer:
        for i in range(2):
            writer.append("genoa", [b"line %05d" % k for k in range(300 * i, 300 * i + 300)], i)
            writer.sync()
    return tmp_path, b"".join(b"1 genoa line %05d\n" % k for k in range(300, 600))


def during_compression(folder: Path) -> None:
    packed = closed_path(folder, 2)
    packed.with_name(packed.name + ".tmp").write_bytes(packed.read_bytes()[:99])
    packed.unlink()
    before_manifest(folder)


def before_manifest(folder: Path) -> None:
    manifest = folder / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes().splitlines(keepends=True)[0])


def during_manifest(folder: Path) -> None:
    manifest = folder / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-40])


def before_removal(folder: Path) -> None:
    """Everything is done but the removal of the plain file."""


@pytest.mark.parametrize(
    "crash", [during_compression, before_manifest, during_manifest, before_removal]
)
def test_a_crash_at_any_step_of_closing_is_made_good(
    closed: tuple[Path, bytes], crash: Callable[[Path], None]
) -> None:
    folder, plain = closed
    untouched = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".lock"}
    crash(folder)
    open_path(folder, 2).write_bytes(plain)
    assert verify(folder).fault == ""
    assert numbers(folder) == list(range(600))
    SpoolWriter(folder).close()
    now = {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".lock"}
    assert now == untouched
    assert verify(folder).lines == 600


def test_a_crash_before_the_first_line_of_a_new_segment_changes_nothing(
    closed: tuple[Path, bytes],
) -> None:
    folder, _ = closed
    open_path(folder, 3).unlink()
    with SpoolWriter(folder) as writer:
        assert writer.head >> 40 == 3
    shutil.copytree(folder, folder.parent / "copy")
    assert numbers(folder.parent / "copy") == list(range(600))
