import datetime as dt

import pytest

from watchlist.entries import WatchlistEntry
from watchlist.reviews import FOREVER_US, listed, may_disclose, most_restrictive, review_state

TODAY = dt.date(2026, 11, 23)


def us(text):
    """µs since 1970 of a time in UTC."""
    return int(dt.datetime.fromisoformat(f"{text}+00:00").timestamp()) * 1_000_000


@pytest.mark.parametrize(
    "review_by, state",
    [
        ("2027-01-01", "ok"),
        ("2026-12-24", "ok"),
        ("2026-12-23", "due soon"),
        ("2026-11-23", "due soon"),
        ("2026-11-22", "overdue"),
        ("2026-11-13", "overdue"),
        ("2026-11-12", "expired"),
    ],
)
def test_review_state_follows_the_days_left(review_by, state):
    entry = WatchlistEntry(review_by=dt.date.fromisoformat(review_by))
    assert review_state(entry, TODAY, grace_days=10) == state


def test_an_entry_past_its_validity_is_expired_whatever_its_review():
    entry = WatchlistEntry(valid_until=dt.date(2026, 11, 22), review_by=dt.date(2028, 1, 1))
    assert review_state(entry, TODAY, 10) == "expired"
    assert review_state(entry, dt.date(2026, 11, 22), 10) == "ok"


def test_an_entry_that_nobody_will_review_is_overdue():
    assert review_state(WatchlistEntry(), TODAY, 10) == "overdue"


@pytest.mark.parametrize(
    "valid_until, review_by, until",
    [
        ("2026-12-31", "2027-06-30", "2027-01-01T00:00:00"),
        ("2027-12-31", "2027-06-30", "2027-07-11T00:00:00"),
        (None, "2027-06-30", "2027-07-11T00:00:00"),
        ("2026-12-31", None, "2027-01-01T00:00:00"),
    ],
)
def test_an_entry_matches_until_the_first_of_both_limits(valid_until, review_by, until):
    days = [dt.date.fromisoformat(day) if day else None for day in (valid_until, review_by)]
    entry = WatchlistEntry(valid_until=days[0], review_by=days[1])
    assert listed(entry, 1, grace_days=10).matches_until == us(until)


def test_the_last_moment_that_matches_is_the_last_that_is_not_expired():
    entry = WatchlistEntry(review_by=dt.date(2026, 11, 13))
    until = listed(entry, 1, 10).matches_until
    assert review_state(entry, TODAY, 10) == "overdue"
    assert until == us("2026-11-24T00:00:00")
    assert review_state(entry, dt.date(2026, 11, 24), 10) == "expired"


def test_an_entry_without_bounds_matches_always():
    entry = listed(WatchlistEntry(), 1, 10)
    assert (entry.matches_from, entry.matches_until) == (0, FOREVER_US)


def test_what_is_matched_has_all_names_and_no_reason():
    entry = WatchlistEntry(
        id="W1",
        name="A",
        aliases=("B",),
        former_names=("C",),
        reason="secret",
        valid_from=dt.date(2026, 1, 1),
    )
    got = listed(entry, 7, 10)
    assert (got.id, got.version, got.names) == ("W1", 7, ("A", "B", "C"))
    assert got.matches_from == us("2026-01-01T00:00:00")
    assert not hasattr(got, "reason")


def test_the_most_restrictive_code_binds():
    assert most_restrictive(["H1", "H3", "H0"]) == "H3"
    assert most_restrictive([]) == "H0"


@pytest.mark.parametrize(
    "handling, tlp, may",
    [
        ("H0", "clear", True),
        ("H1", "amber", True),
        ("H2", "clear", False),
        ("H3", "clear", False),
        ("H0", "red", False),
    ],
)
def test_codes_and_red_forbid_disclosure(handling, tlp, may):
    entry = WatchlistEntry(handling=handling, tlp=tlp)
    assert may_disclose(entry) is may
    assert may_disclose(listed(entry, 1, 0)) is may
