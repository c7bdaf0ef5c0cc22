"""No file reaches a reader that is too large, something else, or a bomb."""

from __future__ import annotations

import gzip
import os
import stat
import struct
import zipfile

import pytest

from service.errors import ServiceError, WrongUseError
from service.intake import MIB, check_file

ENDINGS = (".csv", ".zip", ".xlsx")


@pytest.fixture
def archive(tmp_path):
    """Pack members, given as name=bytes or (ZipInfo, bytes), into an archive."""

    def pack(*members, name="a.zip", method=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as target:
            for member, data in members:
                target.writestr(member, data)
        return path

    return pack


def refusal(path, error=ServiceError, **more) -> str:
    with pytest.raises(error) as raised:
        check_file(path, endings=ENDINGS, **more)
    assert type(raised.value) is error
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_an_ordinary_file_passes(tmp_path):
    path = tmp_path / "LIST.CSV"
    path.write_text("mmsi\n")
    check_file(path, endings=ENDINGS)


def test_an_ordinary_archive_passes(archive):
    check_file(archive(("a.shp", os.urandom(5000)), ("b/a.dbf", b" " * MIB)), endings=ENDINGS)


def test_what_is_not_there_is_wrong_use(tmp_path):
    assert "no such file" in refusal(tmp_path / "a.csv", WrongUseError)


def test_a_folder_is_wrong_use(tmp_path):
    (tmp_path / "a.csv").mkdir()
    assert "no regular file" in refusal(tmp_path / "a.csv", WrongUseError)


def test_a_pipe_is_refused_without_being_opened(tmp_path):
    os.mkfifo(tmp_path / "a.csv")
    assert "no regular file" in refusal(tmp_path / "a.csv", WrongUseError)


@pytest.mark.parametrize("name", ["a.txt", "a", "a.csv.gz", "csv"])
def test_another_ending_is_wrong_use(tmp_path, name):
    (tmp_path / name).write_text("x")
    assert "expected one of .csv, .xlsx, .zip" in refusal(tmp_path / name, WrongUseError)


def test_a_path_with_a_zero_byte_is_wrong_use(tmp_path):
    assert "is no path" in refusal(tmp_path / "a\0.csv", WrongUseError)


@pytest.mark.parametrize("size, passes", [(100, True), (101, False)])
def test_size_is_bounded(tmp_path, size, passes):
    path = tmp_path / "a.csv"
    path.write_bytes(b"x" * size)
    if passes:
        check_file(path, endings=ENDINGS, max_bytes=100)
    else:
        assert "divide the file" in refusal(path, max_bytes=100)


def test_gzip_under_another_ending_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(gzip.compress(b"mmsi\n"))
    assert "is a gzip archive under another ending" in refusal(path)


def test_an_archive_under_another_ending_is_refused(archive):
    assert "is a zip archive under" in refusal(archive(("a", b"x"), name="a.csv"))


def test_text_that_calls_itself_an_archive_is_refused(tmp_path):
    (tmp_path / "a.zip").write_text("mmsi\n")
    assert "is no zip archive" in refusal(tmp_path / "a.zip")


def test_a_bomb_by_ratio_is_refused(archive):
    path = archive(("a.dbf", bytes(20 * MIB)))
    assert path.stat().st_size < MIB / 10
    assert "200 times" in refusal(path)


def test_a_bomb_of_many_parts_is_refused(archive):
    path = archive(*((f"{n}.dbf", bytes(MIB // 2)) for n in range(40)))
    assert "200 times" in refusal(path)


def test_a_bomb_by_size_is_refused_without_unpacking_all_of_it(archive, monkeypatch):
    monkeypatch.setattr("service.intake.MAX_UNPACKED", 3 * MIB)
    path = archive(("a.dbf", os.urandom(3 * MIB + 1)), method=zipfile.ZIP_STORED)
    assert "it is no honest file" in refusal(path)


def test_a_size_that_lies_does_not_help(archive):
    """The directory says 10 bytes, the member unpacks to 20 MiB."""
    path = archive(("a.dbf", bytes(20 * MIB)))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(data)
    assert "archive is broken" in refusal(path)


@pytest.mark.parametrize(
    "name",
    ["../a.shp", "/etc/a.shp", "b/../../a.shp", "..\\a.shp", "C:\\a.shp", "\\\\host\\a.shp"],
)
def test_names_that_leave_the_folder_are_refused(archive, name):
    assert "leaves its folder" in refusal(archive((name, b"x")))


@pytest.mark.parametrize(
    "name, data",
    [
        ("b.zip", b"x"),
        ("b.GZ", b"x"),
        ("b.dbf", b"PK\x03\x04xx"),
        ("b.dbf", gzip.compress(b"x", mtime=0)),
    ],
)
def test_an_archive_in_an_archive_is_refused(archive, name, data):
    assert "is an archive itself" in refusal(archive((name, data)))


def test_too_many_members_are_refused(archive):
    check_file(archive(*((str(n), b"") for n in range(1000))), endings=ENDINGS)
    assert "1,001 files" in refusal(archive(*((str(n), b"") for n in range(1001))))


def test_an_encrypted_member_is_refused(archive):
    path = archive(("a.shp", b"x"))
    data = bytearray(path.read_bytes())
    for at in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    path.write_bytes(data)
    assert "is encrypted" in refusal(path)


def test_a_link_is_refused(archive):
    link = zipfile.ZipInfo("a.shp")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "is a link" in refusal(archive((link, b"/etc/passwd")))


def test_another_packing_is_refused(archive):
    path = archive(("a.shp", b"x" * 100), method=zipfile.ZIP_LZMA)
    assert "is not read" in refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(archive):
    assert "twice" in refusal(archive(("a.shp", b"x"), ("a.shp", b"y")))


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_cut_archive_is_refused(archive, share):
    path = archive(("a.shp", os.urandom(1000)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert "archive is broken" in refusal(path)


def test_a_changed_byte_is_refused(archive):
    path = archive(("a.shp", os.urandom(1000)))
    data = bytearray(path.read_bytes())
    data[500] ^= 1
    path.write_bytes(data)
    assert "archive is broken" in refusal(path)
