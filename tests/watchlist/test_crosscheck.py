"""Stories of what colleagues ask for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.plugins.vessels import listed
from watchlist.crosscheck import MOST_ANSWERS, cross_check
from watchlist.formats.asked import Asked
from watchlist.vessels import LastSeen, SentIdentity

MMSI = 247_000_001
OTHER = 237_000_002
IMO = 9_074_729
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
LAST = datetime(2026, 3, 9, tzinfo=UTC)
EVER = (
    SentIdentity(MMSI, FIRST, IMO, "IBCD", "EZADEEN", 70, 90.0),
    SentIdentity(OTHER, FIRST, 0, "SVAB", "SEA STAR", 30),
)
SEEN = {MMSI: LastSeen(MMSI, LAST, LAST, 15.5, 37.25)}


def _ask(*entries, **asked):
    return cross_check([Asked(2, **asked)], entries, EVER, SEEN)


@pytest.mark.parametrize(
    "asked, on",
    [({"mmsi": MMSI}, "mmsi"), ({"imo": IMO}, "imo"), ({"call_sign": "ib-cd"}, "call sign")],
)
def test_an_identifier_in_the_list_is_a_hit(asked, on) -> None:
    entry = listed("a", mmsi=(MMSI,), imo=(IMO,), call_sign=("IBCD",))
    (answer,) = _ask(entry, **asked)
    assert (answer.verdict, answer.entry, answer.matched_on, answer.score) == ("hit", "a", on, 1.0)
    assert (answer.line, answer.mmsi, answer.names) == (2, (MMSI,), ("EZADEEN",))
    assert (answer.first, answer.last) == (FIRST, LAST)
    assert (answer.lon, answer.lat) == (15.5, 37.25)


def test_no_hit_still_says_when_and_where_it_was_seen() -> None:
    (answer,) = _ask(listed("a", mmsi=(1,)), mmsi=MMSI)
    assert (answer.verdict, answer.entry, answer.last, answer.lat) == ("no hit", "", LAST, 37.25)


def test_nothing_known_is_no_hit_and_no_place() -> None:
    (answer,) = _ask(mmsi=999)
    assert (answer.verdict, answer.mmsi, answer.first, answer.lon) == ("no hit", (), None, None)


def test_what_the_vessel_sent_at_another_time_is_possible() -> None:
    (answer,) = _ask(listed("a", imo=(IMO,)), mmsi=MMSI)
    assert (answer.verdict, answer.matched_on) == ("possible", "imo")
    assert answer.note == "by what the vessel sent at another time"


def test_a_listed_identifier_with_another_imo_number_shows_the_conflict() -> None:
    (answer,) = _ask(listed("a", mmsi=(MMSI,), imo=(9_241_061,)), mmsi=MMSI, imo=IMO)
    assert (answer.verdict, answer.disagrees) == ("hit", ("imo",))


def test_the_very_name_is_possible_and_says_who_bears_it() -> None:
    (answer,) = _ask(listed("a", names=("Seastar",)), name="m/v Sea Star")
    assert (answer.verdict, answer.matched_on, answer.score) == ("possible", "name", 1.0)
    assert (answer.mmsi, answer.names) == ((OTHER,), ("SEA STAR",))


@pytest.mark.parametrize("flag, verdict", [("ITA", "possible"), ("GRC", "no hit"), ("", "no hit")])
def test_a_name_that_is_only_like_needs_a_second_fact(flag, verdict) -> None:
    entry = listed("a", names=("EZADEN",), flag=flag)
    assert _ask(entry, name="EZADEEN", mmsi=MMSI)[0].verdict == verdict


@pytest.mark.parametrize(
    "codes", [{"handling": "H2"}, {"handling": "H3"}, {"tlp": "red"}], ids=str
)
def test_codes_that_forbid_it_give_whom_to_ask_and_not_the_data(codes) -> None:
    (answer,) = _ask(listed("a", mmsi=(MMSI,), imo=(1,), contributor="MLT", **codes), mmsi=MMSI)
    assert (answer.verdict, answer.ask) == ("hit", "MLT")
    assert (answer.entry, answer.matched_on, answer.score, answer.disagrees) == ("", "", 0.0, ())


def test_neither_place_nor_number_of_answers_tells_of_entries_that_are_to_be_asked_for() -> None:
    closed = {"handling": "H2", "contributor": "MLT"}
    opened = listed("o", mmsi=(MMSI,))
    by_mmsi = _ask(opened, listed("a", mmsi=(MMSI,), **closed), mmsi=MMSI, imo=IMO)
    by_imo = _ask(
        opened, *(listed(one, imo=(IMO,), **closed) for one in "abc"), mmsi=MMSI, imo=IMO
    )
    assert by_mmsi == by_imo
    assert [(one.verdict, one.ask) for one in by_imo] == [("hit", "MLT"), ("hit", "")]


def test_a_forbidden_entry_says_nothing_that_the_radio_did_not() -> None:
    facts = {"imo": (9_241_061,), "call_sign": ("9HA123",), "names": ("SECRET",), "flag": "MLT"}
    (answer,) = _ask(listed("a", mmsi=(MMSI,), handling="H3", **facts), mmsi=MMSI)
    (plain,) = _ask(mmsi=MMSI)
    assert answer == replace(plain, verdict="hit", ask="ITA")


def test_what_is_asked_by_name_is_followed_to_what_its_bearer_sends() -> None:
    (answer,) = _ask(listed("a", call_sign=("SVAB",), names=("OTHER NAME",)), name="Sea Star")
    assert (answer.verdict, answer.matched_on) == ("possible", "call sign")
    assert (answer.disagrees, answer.mmsi) == (("name",), (OTHER,))


def test_an_entry_that_answers_to_two_questions_answers_both() -> None:
    asked = [Asked(2, mmsi=MMSI), Asked(3, call_sign="IBCD"), Asked(4, name="NOBODY")]
    found = cross_check(asked, [listed("a", mmsi=(MMSI,), call_sign=("IBCD",))], EVER, SEEN)
    assert [(one.line, one.entry, one.matched_on) for one in found] == [
        (2, "a", "mmsi"),
        (3, "a", "call sign"),
        (4, "", ""),
    ]


def test_a_wrong_check_digit_is_said_and_not_looked_up() -> None:
    (answer,) = _ask(listed("a", imo=(IMO + 1,)), imo=IMO + 1)
    assert answer.verdict == "no hit"
    assert answer.note == "IMO 9074730 is no IMO number: its check digit is wrong"


def test_hits_come_first_and_a_common_name_does_not_flood() -> None:
    entries = [listed(f"n{k:02d}", names=("EZADEEN",)) for k in range(50)]
    answers = _ask(*entries, listed("z", mmsi=(MMSI,)), mmsi=MMSI, name="EZADEEN")
    assert len(answers) == MOST_ANSWERS
    assert [one.verdict for one in answers[:2]] == ["hit", "possible"]
    assert answers[0].entry == "z"


def test_answers_come_in_the_order_of_the_questions() -> None:
    asked = [Asked(5, mmsi=OTHER), Asked(3, mmsi=MMSI), Asked(4)]
    assert [one.line for one in cross_check(asked, (), EVER, SEEN)] == [5, 3, 4]
