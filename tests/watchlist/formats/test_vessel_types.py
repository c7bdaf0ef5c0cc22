import pytest

from watchlist.formats.vessel_types import vessel_type


@pytest.mark.parametrize(
    "said, word",
    [
        ("Crude Oil Tanker", "tanker"),
        ("Chemical/Products Tanker", "tanker"),
        ("LPG Carrier", "tanker"),
        ("Bulk Carrier", "cargo"),
        ("General Cargo", "cargo"),
        ("Container Ship", "cargo"),
        ("Roll-on Roll-off", "cargo"),
        ("Passenger/Ro-Ro Ship", "passenger"),
        ("Fishing support vessel", "fishing"),
        ("Yacht", "pleasure"),
        ("Tug", "tug"),
        ("Research Vessel", "research vessel"),
        ("", ""),
    ],
)
def test_words_of_public_lists_become_the_words_of_the_field(said, word):
    assert vessel_type(said) == word
