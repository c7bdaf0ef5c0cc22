import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.exercise.casting import KINDS
from service.exercise.fleet import FLAGS, christened, imo_numbers

FLEET = christened([kind for kind in KINDS for _ in range(200)], seed=5)


@settings(deadline=None)  # the first call compiles
@given(st.integers(100_000, 999_999))
def test_imo_numbers_have_the_right_check_digit(serial):
    digits = [int(digit) for digit in str(imo_numbers(np.array([serial]))[0])]
    weighted = sum(digit * weight for digit, weight in zip(digits, range(7, 1, -1), strict=False))
    assert weighted % 10 == digits[6]


def test_a_real_imo_number_is_made_of_its_serial():
    assert imo_numbers(np.array([907472])).tolist() == [9074729]


def test_no_two_vessels_share_a_number_or_a_name():
    assert len(set(FLEET.mmsi.tolist())) == len(FLEET)
    assert len(set(FLEET.name.tolist())) == len(FLEET)
    known = FLEET.imo[FLEET.imo > 0]
    assert len(set(known.tolist())) == len(known)


def test_every_mmsi_begins_with_the_digits_of_a_flag():
    mids = {mid for _, numbers, _ in FLAGS for mid in numbers}
    assert set((FLEET.mmsi // 1_000_000).tolist()) <= mids


def test_pleasure_craft_are_mostly_class_b_and_cargo_never():
    kinds = np.repeat(KINDS, 200)
    assert FLEET.class_b[kinds == "pleasure"].mean() > 0.75
    assert not FLEET.class_b[kinds == "cargo"].any()


def test_ships_are_longer_than_wide_and_boats_have_no_imo_number():
    length = FLEET.to_bow + FLEET.to_stern
    assert (length >= FLEET.to_port + FLEET.to_starboard - 1).all()
    assert not FLEET.imo[np.repeat(KINDS, 200) == "pilot"].any()


def test_the_same_seed_makes_the_same_fleet_and_another_another():
    kinds = ["cargo"] * 50
    assert (christened(kinds, 1).mmsi == christened(kinds, 1).mmsi).all()
    assert (christened(kinds, 1).mmsi != christened(kinds, 2).mmsi).any()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_the_fields_of_a_message(kind):
    fleet = christened([kind] * 30, 1)
    assert fleet.to_bow.max() < 512
    assert fleet.to_port.max() < 64
    assert fleet.draught.max() <= 25.5
