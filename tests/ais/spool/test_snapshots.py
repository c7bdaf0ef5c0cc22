from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

from ais.spool.snapshots import candidates, newest, offsets, save

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ROW = np.dtype([("mmsi", "u4"), ("time", "M8[us]"), ("lon", "f8", (2,)), ("name", "S20")])


def parts() -> dict[str, dict[str, NDArray[Any]]]:
    """A state with every kind of array that a part may have."""
    rows = np.zeros(3, ROW)
    rows["mmsi"] = [247_000_001, 2, 3]
    rows["time"] = np.datetime64("2020-07-04T14:51:32", "us")
    rows["name"][0] = b"AUDACE"
    return {
        "tracks": {"rows": rows, "empty": rows[:0], "count": np.array(7, np.int64)},
        "names": {"feeds": np.array(["genoa", "città"]), "bytes": np.arange(6).reshape(2, 3).T},
        "nothing": {},
    }


def assert_same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    assert list(found) == list(expected)
    for part, arrays in expected.items():
        assert list(found[part]) == list(arrays)
        for name, array in arrays.items():
            assert found[part][name].dtype == array.dtype
            np.testing.assert_array_equal(found[part][name], array)


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    save(tmp_path, 5 << 40 | 17, parts())
    found = newest(tmp_path, at_most=1 << 60)
    assert found is not None
    assert found[0] == 5 << 40 | 17
    assert_same(found[1], parts())


def test_nobody_else_can_read_who_is_listed(tmp_path: Path) -> None:
    folder = tmp_path / "snapshots"
    folder.mkdir(mode=0o755)
    save(folder, 1, parts())
    assert folder.stat().st_mode & 0o077 == 0


def test_the_arrays_that_come_back_can_be_written_to(tmp_path: Path) -> None:
    save(tmp_path, 1, parts())
    found = newest(tmp_path, 1)
    assert found is not None
    found[1]["tracks"]["rows"]["mmsi"][0] = 9


@given(
    array=hnp.arrays(
        hnp.scalar_dtypes() | hnp.array_dtypes(max_size=3),
        hnp.array_shapes(min_dims=0, min_side=0),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_array_comes_back_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, array: NDArray[Any]
) -> None:
    folder = tmp_path_factory.mktemp("snapshots")
    save(folder, 0, {"part": {"array": array}})
    found = newest(folder, 0)
    assert found is not None
    back = found[1]["part"]["array"]
    assert (back.shape, back.tobytes()) == (array.shape, array.tobytes())
    assert np.lib.format.dtype_to_descr(back.dtype) == np.lib.format.dtype_to_descr(array.dtype)


def test_three_are_kept(tmp_path: Path) -> None:
    for offset in (10, 20, 30, 40):
        save(tmp_path, offset, {})
    assert sorted(int(p.stem[9:]) for p in tmp_path.iterdir()) == [20, 30, 40]


@pytest.mark.parametrize(("at_most", "expected"), [(9, None), (10, 10), (29, 20), (99, 30)])
def test_the_newest_at_or_before_a_position_is_taken(
    tmp_path: Path, at_most: int, expected: int | None
) -> None:
    for offset in (10, 20, 30):
        save(tmp_path, offset, {})
    found = newest(tmp_path, at_most)
    assert (found and found[0]) == expected


@pytest.mark.parametrize("at", [0, 300, -300, -1])
@pytest.mark.parametrize("cut", [True, False])
def test_a_damaged_newest_gives_way_to_the_one_before(tmp_path: Path, at: int, cut: bool) -> None:
    save(tmp_path, 10, parts())
    path = save(tmp_path, 20, parts())
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data[:at] if cut else data)
    found = newest(tmp_path, 99)
    assert found is not None
    assert found[0] in {10, 20}
    assert_same(found[1], parts())


def test_another_version_gives_way_to_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path, 10, {})
    monkeypatch.setattr("ais.spool.snapshots.VERSION", 99)
    save(tmp_path, 20, {})
    monkeypatch.undo()
    assert newest(tmp_path, 99) == (10, {})


def test_there_is_none_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert newest(tmp_path / "nowhere", 99) is None


def test_python_objects_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected numbers or plain text"):
        save(tmp_path, 1, {"part": {"array": np.array([{}])}})


def test_candidates_come_newest_first_and_only_sound_ones(tmp_path: Path) -> None:
    for offset in (10, 20, 30):
        save(tmp_path, offset, parts())
    (tmp_path / f"snapshot-{20:020d}.arrow").write_bytes(b"")
    assert [offset for offset, _ in candidates(tmp_path, 99)] == [30, 10]
    assert [offset for offset, _ in candidates(tmp_path, 29)] == [10]
    for _, found in candidates(tmp_path, 99):
        assert_same(found, parts())


def test_a_candidate_is_read_when_its_turn_comes(tmp_path: Path) -> None:
    save(tmp_path, 10, {})
    save(tmp_path, 20, {})
    turns = candidates(tmp_path, 99)
    assert next(turns) == (20, {})
    (tmp_path / f"snapshot-{10:020d}.arrow").unlink()
    assert list(turns) == []


def test_offsets_are_those_of_all_files(tmp_path: Path) -> None:
    assert offsets(tmp_path / "nowhere") == []
    for offset in (20, 10):
        save(tmp_path, offset, {})
    (tmp_path / "other.arrow").touch()
    assert offsets(tmp_path) == [10, 20]
