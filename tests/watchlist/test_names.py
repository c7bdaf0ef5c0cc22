import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watchlist.names import normal, numbers, sorted_words, squeezed


@pytest.mark.parametrize(
    "text, name",
    [
        ("M/V Blue Sky M", "BLUE SKY M"),
        ("M.V. Blue Sky M", "BLUE SKY M"),
        ("MV BLUE  SKY-M", "BLUE SKY M"),
        ("F/V Agios Nikolaos", "AGIOS NIKOLAOS"),
        ("M/Y Lady", "LADY"),
        ("MY LADY", "MY LADY"),
        ("MVELA", "MVELA"),
        ("SY", "SY"),
        ("EZADEEN@@@@@@", "EZADEEN"),
        ("POSEIDON II", "POSEIDON II"),
        ("Ψαρά", "PSARA"),
        ("Адмирал", "ADMIRAL"),
        ("Çeşme", "CESME"),
        ("ST. ANTHONY'S", "ST ANTHONYS"),
        ("NAVE 7", "NAVE 7"),
        ("UNKNOWN", ""),
        ("  -- ", ""),
        ("@@@@", ""),
    ],
)
def test_names_in_one_spelling(text, name) -> None:
    assert normal(text) == name


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_becomes_words_of_letters_and_digits(text) -> None:
    name = normal(text)
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ")
    assert len(name) <= 120
    assert name == " ".join(name.split())


def test_spaces_and_the_order_of_words_can_be_left_out() -> None:
    assert squeezed("SEA STAR") == squeezed("SEASTAR")
    assert sorted_words("STAR SEA") == sorted_words("SEA STAR") == "SEASTAR"


@pytest.mark.parametrize(
    "name, found",
    [
        ("POSEIDON II", ("II",)),
        ("NAVE 07", ("7",)),
        ("TUG 3 AND 12", ("12", "3")),
        ("MARIA V", ()),
        ("VIVI", ()),
        ("LOUIS XIV", ("XIV",)),
    ],
)
def test_numbers_tell_sister_ships_apart(name, found) -> None:
    assert numbers(name) == found
