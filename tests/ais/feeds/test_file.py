"""Files that grow, turn over, are cut short, or are no files at all."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ais.feed import FeedHealth
from ais.feeds.file import FileFeed


def feed(path: Path | str, **settings: object) -> FileFeed:
    return FileFeed(name="f", path=str(path), **{"poll_s": 0.005} | settings)  # type: ignore[arg-type]


def add(path: Path, data: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(data)


def test_file_is_read_to_its_end_once(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\r\n!B\n!C")

    async def told() -> None:
        async with run(feed(path, follow=False)) as running:
            await running.until(lambda: running.health["f"].state == "stopped")
            assert running.lines == [b"!A", b"!B", b"!C"]

    story(told())


def test_growing_file_is_followed_and_half_lines_wait(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\n!B")

    async def told() -> None:
        async with run(feed(path)) as running:
            await running.until(lambda: running.lines == [b"!A"])
            add(path, b"2\n!C\n")
            await running.until(lambda: running.lines == [b"!A", b"!B2", b"!C"])

    story(told())


def test_rotated_file_is_finished_before_its_successor_begins(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\n")

    async def told() -> None:
        async with run(feed(path)) as running:
            await running.until(lambda: running.lines == [b"!A"])
            path.rename(tmp_path / "log.1")
            add(tmp_path / "log.1", b"!B\n")
            path.write_bytes(b"!C\n")
            await running.until(lambda: len(running.lines) == 3)
            assert running.lines == [b"!A", b"!B", b"!C"]

    story(told())


def test_file_cut_short_is_read_from_its_beginning(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\n!B\n")

    async def told() -> None:
        async with run(feed(path)) as running:
            await running.until(lambda: len(running.lines) == 2)
            path.write_bytes(b"!C\n")
            await running.until(lambda: running.lines == [b"!A", b"!B", b"!C"])

    story(told())


def test_start_at_the_end_leaves_out_what_was_there(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!old\n")

    async def told() -> None:
        async with run(feed(path, start="end")) as running:

            def written() -> list[bytes]:
                add(path, b"!new\n")
                return running.lines

            await running.until(written)
            assert set(running.lines) == {b"!new"}

    story(told())


def test_file_goes_on_where_a_broken_sink_stopped_it(story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\n!B")

    async def told() -> None:
        taken: list[bytes] = []
        health = FeedHealth("f", "file")

        def full_at_first(name: str, lines: Sequence[bytes]) -> None:
            if b"!B2" in lines and len(taken) == 1:
                taken.append(b"full")
                raise OSError("no space left")
            taken.extend(lines)

        async with asyncio.timeout(20):
            with pytest.raises(OSError, match="no space"):
                await asyncio.gather(feed(path).run(full_at_first, health), grow(health))
            await feed(path, follow=False).run(full_at_first, health)
        assert taken == [b"!A", b"full", b"!B2", b"!C"]

    async def grow(health: FeedHealth) -> None:
        while health.resume is None:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        add(path, b"2\n!C\n")

    story(told())


def test_missing_file_is_waited_for(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"

    async def told() -> None:
        async with run(feed(path)) as running:
            await running.until(lambda: running.health["f"].state == "waiting")
            assert "No such file" in running.health["f"].last_error
            path.write_bytes(b"!A\n")
            await running.until(lambda: running.lines == [b"!A"])

    story(told())


def test_folder_is_refused_for_good(run, story, tmp_path: Path) -> None:
    async def told() -> None:
        async with run(feed(tmp_path)) as running:
            await running.until(lambda: running.health["f"].state == "failed")
            assert "is a folder: expected a file" in running.health["f"].last_error

    story(told())


def test_pipe_is_read_and_opened_again_when_its_writer_comes_back(run, story, tmp_path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    async def told() -> None:
        async with run(feed(path)) as running:
            lines = [b"!%d" % number for number in range(500)]
            for line in lines:
                # Opening waits for the reader, which an executor's thread may do. Each writer
                # comes in the moment in which the end of the one before is being noticed.
                await asyncio.to_thread(path.write_bytes, line + b"\n")
            await running.until(lambda: len(running.lines) == len(lines))
            assert running.lines == lines

    story(told())


READ_STANDARD_INPUT = """
import asyncio
from ais.feed import run_feeds
from ais.feeds.file import FileFeed
feed = FileFeed(name="f", path="-")
sink = lambda name, lines: print(*(line.decode() for line in lines), flush=True)
asyncio.run(run_feeds([feed], sink, {}, asyncio.Event()))
"""


@pytest.mark.parametrize("redirected", [True, False])
def test_standard_input_is_read_to_its_end(redirected: bool, tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"!A\n!B")
    with (tmp_path / "log").open("rb") as file:
        given = {"stdin": file} if redirected else {"input": b"!A\n!B"}
        done = subprocess.run(
            [sys.executable, "-c", READ_STANDARD_INPUT],
            capture_output=True,
            timeout=60,
            check=True,
            **given,  # type: ignore[call-overload]
        )
    assert b"!A" in done.stdout.split()
    assert b"!B" in done.stdout.split()


def test_limited_file_is_read_slowly_and_loses_nothing(run, story, tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"!A\n" * 2_000)

    async def told() -> None:
        async with run(feed(path, rate_limit=50_000, follow=False)) as running:
            await running.until(lambda: running.health["f"].state == "stopped")
            assert (len(running.lines), running.health["f"].dropped) == (2_000, {})

    story(told())


def test_layout_allows_lines_longer_than_nmea(run, story, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(b"1," * 1_000 + b"\n!A\n")

    async def told() -> None:
        async with run(feed(path, layout="dma"), FileFeed(name="g", path=str(path))) as running:
            await running.until(lambda: len(running.lines) == 3)
            assert (len(running.of["f"]), running.of["g"]) == (2, [b"!A"])
            assert running.health["g"].dropped == {"too long": 1}

    story(told())


def test_path_is_needed() -> None:
    with pytest.raises(ValueError, match="expected the path of a file"):
        feed("")
