import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from maps.errors import WireError
from maps.live import wire

ANGLES = st.one_of(st.just(np.float32(np.nan)), st.floats(0, 359, width=32))
SPEEDS = st.one_of(st.just(np.float32(np.nan)), st.floats(0, 102, width=32))


def records(kind: np.dtype) -> st.SearchStrategy:
    return hnp.arrays(kind, st.integers(0, 8))


def test_a_moved_vessel_costs_18_bytes() -> None:
    assert wire.MOVED.itemsize == 18


@given(
    kind=st.sampled_from([wire.SNAPSHOT, wire.DELTA]),
    sequence=st.integers(0, 2**32 - 1),
    now_ms=st.integers(0, 2**53),
    moved=records(wire.MOVED),
    ships=records(wire.SHIP),
    removed=records(np.dtype("<u4")),
)
def test_what_is_encoded_comes_back(kind, sequence, now_ms, moved, ships, removed) -> None:
    frame = wire.Frame(kind, sequence, now_ms, moved, ships, removed)
    back = wire.decode(wire.encode(frame))
    assert (back.kind, back.sequence, back.now_ms) == (kind, sequence, now_ms)
    for name in ("moved", "ships", "removed"):
        assert getattr(back, name).tobytes() == getattr(frame, name).tobytes()


@given(course=ANGLES, heading=ANGLES, speed=SPEEDS, state=st.integers(0, 15))
def test_motion_comes_back_to_the_degree_and_the_tenth(course, heading, speed, state) -> None:
    columns = [np.array([value], "f4") for value in (course, heading, speed)]
    packed = wire.pack_motion(*columns, np.array([state], "u1"))
    back_course, back_heading, back_speed, back_state = wire.unpack_motion(packed)
    assert back_state[0] == state
    np.testing.assert_allclose(back_speed, columns[2], atol=0.051)
    for back, angle in ((back_course, columns[0]), (back_heading, columns[1])):
        assert np.isnan(back[0]) == np.isnan(angle[0])
        assert np.isnan(angle[0]) or abs((back[0] - angle[0] + 180) % 360 - 180) <= 0.5


def test_a_course_of_359_point_7_becomes_0_not_360() -> None:
    packed = wire.pack_motion(*(np.array([v], "f4") for v in (359.7, 0, 0)), np.zeros(1, "u1"))
    assert packed[0] & 511 == 0


@pytest.mark.parametrize(
    "age_s, packed", [(-3.0, 0), (0.0, 0), (9.0, 4), (86_400.0, 43_200), (1e9, 65_535)]
)
def test_ages_are_kept_in_steps_of_two_seconds(age_s, packed) -> None:
    assert wire.pack_age(np.array([age_s]))[0] == packed


def test_a_cut_frame_is_refused() -> None:
    frame = wire.Frame(1, 1, 1, np.zeros(2, wire.MOVED), np.zeros(0, wire.SHIP), np.zeros(0, "u4"))
    data = wire.encode(frame)
    with pytest.raises(WireError, match="63 bytes: expected 64"):
        wire.decode(data[:-1])
    with pytest.raises(WireError, match="expected a header of 28"):
        wire.decode(data[:20])


def test_another_version_asks_to_load_the_page_again() -> None:
    frame = wire.Frame(0, 1, 1, np.zeros(0, wire.MOVED), np.zeros(0, wire.SHIP), np.zeros(0, "u4"))
    data = b"\x01" + wire.encode(frame)[1:]
    with pytest.raises(WireError, match="load the page again"):
        wire.decode(data)
