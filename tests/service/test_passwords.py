import datetime as dt

import pyotp
import pytest

from service import passwords

NOON = dt.datetime(2026, 11, 20, 12, 0, 7, tzinfo=dt.UTC)
STEP = int(NOON.timestamp()) // 30
SECRET = pyotp.random_base32()


def code(off: int) -> str:
    return pyotp.TOTP(SECRET).at((STEP + off) * 30)


@pytest.mark.parametrize(
    "password, good",
    [
        ("four loud herons", True),
        ("Ελλάδα και θάλασσα", True),
        ("short", False),
        ("elevenchars", False),
        ("m.galea-2026", False),
        ("aaaaaaaaaaaaaa", False),
        ("x" * 201, False),
    ],
)
def test_a_password_is_long_and_not_the_name(password, good) -> None:
    assert (passwords.fault_of(password, "m.galea") == "") == good


def test_a_password_is_kept_as_argon2id() -> None:
    kept = passwords.hashed("four loud herons")
    assert kept.startswith("$argon2id$")
    assert passwords.matches(kept, "four loud herons")
    assert not passwords.matches(kept, "four loud heron")


@pytest.mark.parametrize("kept", ["", "no hash"])
def test_no_password_fits_what_is_no_hash(kept) -> None:
    assert not passwords.matches(kept, "")


def test_temporary_passwords_differ_and_are_easy_to_read_out() -> None:
    made = {passwords.temporary() for _ in range(50)}
    assert len(made) == 50
    assert not {*"0O1lI"} & {*"".join(made)}


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_a_code_may_be_half_a_minute_off(off) -> None:
    assert passwords.step_of(SECRET, code(off), NOON) == STEP + off


@pytest.mark.parametrize("off", [-2, 2])
def test_a_code_of_another_time_does_not_fit(off) -> None:
    assert passwords.step_of(SECRET, code(off), NOON) in {0, STEP - 1, STEP, STEP + 1}
    assert passwords.step_of(SECRET, code(off), NOON) != STEP + off


def test_a_code_is_not_taken_after_a_later_one() -> None:
    assert passwords.step_of(SECRET, code(0), NOON, last=STEP) == 0
    assert passwords.step_of(SECRET, code(-1), NOON, last=STEP) == 0
    assert passwords.step_of(SECRET, code(1), NOON, last=STEP) == STEP + 1


@pytest.mark.parametrize("typed", ["", "abcdef", "１２３４５６", "12345"])
def test_what_is_no_code_does_not_fit(typed) -> None:
    assert passwords.step_of(SECRET, typed, NOON) == 0


def test_a_code_may_be_typed_in_two_groups() -> None:
    assert passwords.step_of(SECRET, f"{code(0)[:3]} {code(0)[3:]}", NOON) == STEP
