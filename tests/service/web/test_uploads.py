from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.exceptions import HTTPException

from service.web.uploads import KEPT_S, Uploads


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
