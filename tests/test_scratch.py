"""Tests write in memory only where it is large enough and programs may run there."""

from pathlib import Path

import pytest

from tests.plugins.scratch import roomy

MUCH = 1 << 40


@pytest.mark.parametrize("folder", ["/proc", "/nowhere"])
def test_a_place_without_room_is_none(folder: str) -> None:
    assert not roomy(Path(folder), MUCH)


def test_a_disk_with_room_is_none_where_memory_is_short(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: (MUCH, 0, MUCH))
    assert roomy(tmp_path, MUCH)
    assert not roomy(tmp_path, 1 << 30)
