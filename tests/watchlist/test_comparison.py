"""What of a listed vessel and of a heard one agrees, fact by fact."""

import pytest

from tests.plugins.vessels import listed
from watchlist.comparison import Heard, compare, matched_on, second_facts
from watchlist.hits import MATCHED_ON, facts

MMSI = 247_000_001
IMO, OTHER_IMO = 9_074_729, 9_241_061


def _compared(entry, heard, *, named=False, misnamed=False):
    agrees, disagrees = compare(entry, heard, 0.10, named=named, misnamed=misnamed)
    return facts(agrees), facts(disagrees)


@pytest.mark.parametrize(
    "entry, heard, agrees, disagrees",
    [
        ({"mmsi": (MMSI, 1)}, {}, ("mmsi",), ()),
        ({"mmsi": (1,)}, {}, (), ("mmsi",)),
        ({"imo": (IMO,)}, {}, (), ()),
        ({"imo": (IMO,)}, {"imo": IMO, "imos": frozenset({IMO})}, ("imo",), ()),
        ({"imo": (IMO,)}, {"imo": OTHER_IMO, "imos": frozenset({OTHER_IMO})}, (), ("imo",)),
        (
            {"imo": (IMO,)},
            {"imo": OTHER_IMO, "imos": frozenset({IMO, OTHER_IMO})},
            ("imo",),
            ("imo",),
        ),
        ({"call_sign": ("sv-ab",)}, {"call_signs": frozenset({"SVAB"})}, ("call sign",), ()),
        ({"call_sign": ("NONE",)}, {"call_sign": "SVAB"}, (), ()),
        ({"flag": "ITA"}, {"flag": "ITA"}, ("flag",), ()),
        ({"flag": "ITA"}, {"flag": "MLT"}, (), ("flag",)),
        ({"flag": "ITA"}, {"flag": ""}, (), ()),
        ({"type": "oil tanker"}, {"ship_type": 84}, ("type",), ()),
        ({"type": "oil tanker"}, {"ship_type": 70}, (), ("type",)),
        ({"type": "oil tanker"}, {"ship_type": 99}, (), ()),
    ],
)
def test_a_fact_counts_only_where_both_sides_know_it(entry, heard, agrees, disagrees) -> None:
    assert _compared(listed("a", **entry), Heard(MMSI, **heard)) == (agrees, disagrees)


@pytest.mark.parametrize(
    "length, same", [(90.0, True), (110.0, True), (89.9, False), (111, False)]
)
def test_lengths_agree_within_a_tenth_of_the_listed_one(length, same) -> None:
    said = _compared(listed("a", length_m=100.0), Heard(MMSI, length_m=length))
    assert said == ((("length",), ()) if same else ((), ("length",)))


def test_a_renamed_vessel_agrees_by_what_it_was_and_disagrees_by_what_it_is() -> None:
    entry = listed("a", names=("EZADEEN",))
    assert _compared(entry, Heard(MMSI), named=True, misnamed=True) == (("name",), ("name",))
    assert _compared(listed("a"), Heard(MMSI), misnamed=True) == ((), ())


@pytest.mark.parametrize(
    "entry, heard, named, on",
    [
        ({"mmsi": (MMSI,), "imo": (IMO,)}, {"imos": frozenset({IMO})}, True, "mmsi"),
        ({"imo": (IMO,), "call_sign": ("SVAB",)}, {"imos": frozenset({IMO})}, True, "imo"),
        ({"call_sign": ("SVAB",)}, {"call_signs": frozenset({"SVAB"})}, True, "call sign"),
        ({"flag": "ITA"}, {"flag": "ITA"}, True, "name"),
        ({"flag": "ITA"}, {"flag": "GRC"}, True, None),
        ({"flag": "ITA"}, {"flag": "ITA"}, False, None),
    ],
)
def test_a_hit_rests_on_the_strongest_fact(entry, heard, named, on) -> None:
    bits, _ = compare(listed("a", **entry), Heard(MMSI, **heard), 0.1, named=named, misnamed=False)
    assert MATCHED_ON.get(matched_on(bits)) == on


def test_second_facts_are_those_that_no_identifier_is() -> None:
    entry = listed("a", mmsi=(MMSI,), flag="ITA", type="tug", length_m=30.0)
    bits = second_facts(entry, Heard(MMSI, flag="ITA", ship_type=70, length_m=60.0), 0.1)
    assert [facts(one) for one in bits] == [("flag",), ("type", "length")]
