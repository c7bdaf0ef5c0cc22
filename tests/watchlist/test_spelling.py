import pytest

from watchlist.spelling import slips


@pytest.mark.parametrize(
    "name, typed, found",
    [
        ("STELLA MARIS", "STELA MARIS", 1),
        ("STELLA MARIS", "MARSI", 1),
        ("STELLA MARIS", "STALLA", 1),
        ("STELLA MARIS", "STELLAMARIS", 1),
        ("AGIOS NIKOLAOS", "AGHIOS NICOLAOS", 2),
        ("STELLA", "STOLPA", 255),
        ("IDA", "ADA", 255),
        ("", "STELLA", 255),
    ],
)
def test_slips_are_forgiven_by_length(name, typed, found) -> None:
    assert slips([name], typed).tolist() == [found]


def test_nothing_to_look_through_is_nothing_found() -> None:
    assert slips([], "STELLA").tolist() == []
