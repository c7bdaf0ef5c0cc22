import pytest

from watchlist.kinds import kind_of, kinds_meant


@pytest.mark.parametrize(
    "number, kind",
    [(30, "fishing"), (52, "tug"), (69, "passenger"), (70, "cargo"), (89, "tanker"), (90, "")],
)
def test_kinds_of_ais_types(number, kind) -> None:
    assert kind_of(number) == kind


@pytest.mark.parametrize(
    "word, kinds",
    [
        ("General Cargo", {"cargo"}),
        ("trawler", {"fishing"}),
        ("LPG carrier", {"tanker"}),
        ("Oil/Chemical Tanker", {"tanker"}),
        ("yacht", {"sailing", "pleasure"}),
        ("whatever", set()),
        ("", set()),
    ],
)
def test_words_of_lists_mean_kinds_of_ais(word, kinds) -> None:
    assert kinds_meant(word) == kinds
