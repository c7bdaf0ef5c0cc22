import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maps.live import wire
from maps.live.picture import ROWS, Picture

NOW_US = 1_700_000_000_000_000
SECOND = 1_000_000


def row(segment: int = 1, mmsi: int = 247_000_001, **changes: object) -> np.ndarray:
    rows = np.zeros(1, ROWS)
    rows["segment"], rows["mmsi"], rows["reports"], rows["message"] = segment, mmsi, 5, 1
    rows["time"] = rows["received"] = NOW_US - 4 * SECOND
    rows["lon_deg"], rows["lat_deg"], rows["ship_type"] = 14.5, 35.9, 70
    rows["sog_kn"], rows["cog_deg"], rows["heading_deg"], rows["name"] = 9.5, 294, np.nan, b"MARIA"
    for name, value in changes.items():
        rows[name] = value
    return rows


@pytest.fixture
def picture() -> Picture:
    return Picture()


def test_a_new_vessel_comes_with_place_and_name(picture) -> None:
    delta = wire.decode(picture.update(row(), NOW_US))
    assert delta.kind == wire.DELTA
    assert delta.moved["lon"][0] / wire.UNITS_PER_DEGREE == pytest.approx(14.5)
    assert delta.moved["age"][0] == 2
    assert bytes(delta.ships["name"][0]).rstrip(b"\0") == b"MARIA"


def test_a_vessel_that_was_not_heard_again_is_not_sent_again(picture) -> None:
    picture.update(row(), NOW_US)
    delta = wire.decode(picture.update(row(), NOW_US + SECOND))
    assert (len(delta.moved), len(delta.ships), len(delta.removed)) == (0, 0, 0)


def test_a_moved_vessel_is_sent_without_its_name(picture) -> None:
    picture.update(row(), NOW_US)
    delta = wire.decode(picture.update(row(received=NOW_US, lat_deg=36), NOW_US + SECOND))
    assert (len(delta.moved), len(delta.ships)) == (1, 0)


def test_a_new_name_is_sent(picture) -> None:
    picture.update(row(), NOW_US)
    delta = wire.decode(picture.update(row(name=b"OTHER"), NOW_US + SECOND))
    assert (len(delta.moved), len(delta.ships)) == (0, 1)


def test_a_new_destination_is_sent(picture) -> None:
    picture.update(row(), NOW_US)
    delta = wire.decode(picture.update(row(destination=b"SFAX"), NOW_US + SECOND))
    assert bytes(delta.ships["destination"][0]).rstrip(b"\0") == b"SFAX"


def test_a_vessel_not_heard_for_a_day_leaves(picture) -> None:
    picture.update(row(), NOW_US)
    delta = wire.decode(picture.update(row(), NOW_US + 86_400 * SECOND))
    assert delta.removed.tolist() == [1]
    assert len(picture) == 0


def test_a_row_stamped_by_a_clock_that_was_years_ahead_is_not_shown(picture) -> None:
    picture.update(row(received=NOW_US + 25 * 3_600 * SECOND), NOW_US)
    assert len(picture) == 0
    picture.update(row(received=NOW_US + 3_600 * SECOND), NOW_US)
    assert len(picture) == 1


def test_two_ships_with_one_mmsi_are_two_vessels(picture) -> None:
    picture.update(np.concatenate([row(1), row(2, lat_deg=40)]), NOW_US)
    assert wire.decode(picture.snapshot()).moved["key"].tolist() == [1, 2]


def test_a_row_without_a_place_is_not_shown(picture) -> None:
    picture.update(row(lon_deg=np.nan), NOW_US)
    assert len(picture) == 0


def test_a_snapshot_tells_how_old_each_report_is_now(picture) -> None:
    picture.update(row(), NOW_US)
    picture.update(row(), NOW_US + 60 * SECOND)
    assert wire.decode(picture.snapshot()).moved["age"][0] == 32


def test_sizes_beyond_their_field_are_cut(picture) -> None:
    delta = wire.decode(picture.update(row(to_bow_m=900, to_port_m=np.nan), NOW_US))
    assert (delta.ships["to_bow_m"][0], delta.ships["to_port_m"][0]) == (511, 0)


def replayed(frames: list[wire.Frame]) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """What a client holds after ``frames``: motion without age, and identity, by key."""
    moved: dict[int, bytes] = {}
    ships: dict[int, bytes] = {}
    for frame in frames:
        moved |= {int(m["key"]): m.tobytes()[:16] for m in frame.moved}
        ships |= {int(s["key"]): s.tobytes() for s in frame.ships}
        for key in frame.removed.tolist():
            del moved[key], ships[key]
    return moved, ships


ROUND = st.dictionaries(st.integers(1, 6), st.tuples(st.integers(0, 3), st.integers(-80, 80)))


@given(rounds=st.lists(ROUND, min_size=1, max_size=6))
def test_deltas_add_up_to_the_snapshot(rounds) -> None:
    picture, frames = Picture(), []
    for number, vessels in enumerate(rounds):
        rows = [
            row(key, 247_000_000 + key, lat_deg=lat, received=NOW_US + number, name=b"N%d" % name)
            for key, (name, lat) in vessels.items()
        ]
        whole = np.concatenate(rows) if rows else np.empty(0, ROWS)
        frames.append(wire.decode(picture.update(whole, NOW_US + SECOND)))
    assert replayed(frames) == replayed([wire.decode(picture.snapshot())])
    assert [frame.sequence for frame in frames] == list(range(1, len(rounds) + 1))
