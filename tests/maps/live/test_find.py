import numpy as np
import pytest

from maps.live.find import exactly, find
from maps.live.picture import ROWS


@pytest.fixture
def rows() -> np.ndarray:
    rows = np.zeros(5, ROWS)
    rows["mmsi"] = [247_000_001, 247_000_002, 248_000_003, 671_000_004, 538_000_005]
    rows["imo"] = [9_074_729, 0, 0, 0, 0]
    rows["name"] = [b"MARIA K", b"STELLA MARIA", b"", b"MARIANNE", b"IMOLA"]
    rows["call_sign"] = [b"IABC", b"", b"9HA2", b"", b"STELLA"]
    rows["received"] = [10, 20, 30, 40, 50]
    return rows


@pytest.mark.parametrize(
    "words, segments",
    [
        ("maria", [671_000_004, 247_000_001, 247_000_002]),
        ("247000002", [247_000_002]),
        ("247", [247_000_002, 247_000_001]),
        ("IMO 9074729", [247_000_001]),
        ("imo9074729", [247_000_001]),
        ("MMSI 247000002", [247_000_002]),
        ("imola", [538_000_005]),
        ("maria k", [247_000_001]),
        ("9ha2", [248_000_003]),
        ("marja k", [247_000_001]),
        ("stelal maria", [247_000_002]),
        ("247000009", [247_000_002, 247_000_001]),
        ("K", []),
        ("ZORRO", []),
        ("ΜΑΡΙΑ", []),
        ("", []),
    ],
)
def test_search_finds_best_first(rows, words, segments) -> None:
    assert find(rows, words)["mmsi"].tolist() == segments


def test_search_gives_no_more_than_asked(rows) -> None:
    assert len(find(rows, "maria", limit=2)) == 2


@pytest.mark.parametrize(
    "words, segments",
    [
        ("maria k", [247_000_001]),
        ("MMSI 247000002", [247_000_002]),
        ("IMO 9074729", [247_000_001]),
        ("9ha2", [248_000_003]),
        ("stella", [538_000_005]),
        ("maria", []),
        ("marja k", []),
        ("247000009", []),
        ("24700000", []),
        ("000000000", []),
        ("ΜΑΡΙΑ", []),
    ],
)
def test_only_a_whole_name_or_number_is_exactly_a_ship(rows, words, segments) -> None:
    assert exactly(rows, words)["mmsi"].tolist() == segments


def test_two_ships_of_one_name_are_both_meant(rows) -> None:
    rows["name"][1] = b"MARIA K"
    assert exactly(rows, "maria k")["mmsi"].tolist() == [247_000_002, 247_000_001]
