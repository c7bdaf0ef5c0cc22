from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.spool.layout import SpoolSettings, closed_path, open_path
from ais.spool.retention import remove_old
from ais.spool.verify import VerifyReport, verify
from ais.spool.writer import SpoolWriter

ROOT = Path(__file__).resolve().parents[3]


def spool(folder: Path) -> Path:
    """Three closed segments of four frames each, one open segment of two lines."""
    with SpoolWriter(folder, SpoolSettings(segment_bytes=200_000)) as writer:
        for i in range(3):
            writer.append("genoa", [b"%070d" % k for k in range(i, i + 3_000)], 1_000 + i)
            writer.sync()
        writer.append("genoa", [b"first", b"second"], 2_000)
    return folder


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound spool that nobody changes."""
    return spool(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def copy(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    return Path(shutil.copytree(sound, tmp_path / "copy"))


def flip(path: Path, at: int, bit: int = 0) -> None:
    """Flip one bit of a file; ``at`` counts from the end when it is negative."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


def where(report: VerifyReport) -> tuple[str | None, int | None]:
    """The file's name and the frame that a report blames."""
    return report.file and report.file.name, report.frame


def test_a_sound_spool_is_proven_in_full(sound: Path) -> None:
    told: list[int] = []
    report = verify(sound, progress=told.append)
    assert (report.ok, report.segments, report.frames, report.lines) == (True, 4, 12, 9_002)
    assert report.bytes == sum(told) == 3 * 3_000 * 82 + 17 + 18


@pytest.mark.parametrize(("at", "frame"), [(0, 0), (-1, 3), (-60, 3)])
def test_a_flipped_byte_in_a_segment_is_found_with_its_frame(
    copy: Path, at: int, frame: int
) -> None:
    flip(closed_path(copy, 2), at)
    assert where(verify(copy)) == ("00000002.zst", frame)


def test_the_first_of_two_faults_is_named(copy: Path) -> None:
    flip(closed_path(copy, 3), 5)
    flip(closed_path(copy, 2), 5)
    assert where(verify(copy)) == ("00000002.zst", 0)


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_flipped_bit_is_found(sound: Path, data: st.DataObject) -> None:
    names = ["manifest.jsonl", "00000001.zst", "00000002.zst", "00000003.zst"]
    path = sound / data.draw(st.sampled_from(names))
    whole = path.read_bytes()
    flip(path, data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7)))
    try:
        report = verify(sound)
    finally:
        path.write_bytes(whole)
    assert report.fault
    assert report.file == path or path.name == "manifest.jsonl"


def test_a_manifest_line_that_was_rewritten_breaks_the_chain(copy: Path) -> None:
    path = copy / "manifest.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    body = lines[1][75:-1].replace(b'"lines":3000', b'"lines":2999')
    lines[1] = b'{"hash":"' + sha256(body).hexdigest().encode() + b'",' + body + b"\n"
    path.write_bytes(b"".join(lines))
    assert "line 3: the chain is broken" in verify(copy).fault


def test_a_manifest_line_is_json_with_the_hash_of_what_follows_it(sound: Path) -> None:
    previous = "0" * 64
    for line in (sound / "manifest.jsonl").read_bytes().splitlines():
        entry = json.loads(line)
        assert entry["hash"] == sha256(line[75:]).hexdigest()
        assert entry["previous"] == previous
        previous = entry["hash"]
    packed = closed_path(sound, 3).read_bytes()
    assert entry["frames"][0] == [n := entry["frames"][0][0], sha256(packed[:n]).hexdigest()]
    text = b"".join(b"1002 genoa %070d\n" % k for k in range(2, 3_002))
    assert (entry["sha256"], entry["bytes"]) == (sha256(text).hexdigest(), len(text))


def test_a_flipped_last_line_end_of_the_manifest_is_found(copy: Path) -> None:
    flip(copy / "manifest.jsonl", -1)
    assert "expected a line end after line 2" in verify(copy).fault


@pytest.mark.parametrize(("bit", "code"), [(None, 0), (3, 1)])
def test_the_program_in_the_documentation_proves_a_spool(
    copy: Path, bit: int | None, code: int
) -> None:
    page = (ROOT / "docs" / "spool.md").read_text()
    program = page.partition("```python\n")[2].partition("```")[0]
    if bit is not None:
        flip(closed_path(copy, 2), 40, bit)
    done = subprocess.run(
        [sys.executable, "-c", program, str(copy)], capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert ("proven up to " + verify(copy).head in done.stdout) == (code == 0)


def test_a_missing_segment_is_named(copy: Path) -> None:
    closed_path(copy, 2).unlink()
    assert where(verify(copy)) == ("00000002.zst", None)


def test_a_segment_that_nobody_closed_is_named(copy: Path) -> None:
    shutil.copy(closed_path(copy, 1), closed_path(copy, 9))
    assert "00000009.zst is not in the manifest" in verify(copy).fault


def test_bytes_behind_the_last_frame_are_found(copy: Path) -> None:
    with closed_path(copy, 1).open("ab") as file:
        file.write(b"x")
    assert where(verify(copy)) == ("00000001.zst", 4)


def test_a_cut_tail_is_found_with_an_earlier_head(copy: Path) -> None:
    head = verify(copy).head
    path = copy / "manifest.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))
    closed_path(copy, 3).unlink()
    assert verify(copy).ok
    assert "its tail was cut" in verify(copy, anchor=head).fault


def test_a_line_of_the_open_segment_that_is_no_spool_line_is_found(copy: Path) -> None:
    flip(open_path(copy, 4), 0, bit=6)
    assert where(verify(copy)) == ("00000004.log", None)


def test_a_torn_last_line_is_told_and_no_fault(copy: Path) -> None:
    with open_path(copy, 4).open("ab") as file:
        file.write(b"1 gen")
    report = verify(copy)
    assert (report.ok, report.torn_bytes, report.lines) == (True, 5, 9_002)


def test_a_removed_segment_stays_in_the_chain(copy: Path) -> None:
    remove_old(copy, days=1, now_ms=10**12, keep_from=2 << 40)
    report = verify(copy)
    assert (report.fault, report.removed, report.segments) == ("", 1, 3)


def test_a_folder_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert "cannot be read" in verify(tmp_path / "nowhere").fault


def test_a_faults_text_is_one_line(copy: Path) -> None:
    flip(closed_path(copy, 1), 3)
    assert "\n" not in verify(copy).fault
