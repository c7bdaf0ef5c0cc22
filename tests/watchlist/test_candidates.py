import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Jaro

from watchlist.candidates import NameCandidates, NameIndex
from watchlist.names import numbers, sorted_words, squeezed

_WORD = st.text("ABEIKMNORSTX12", min_size=1, max_size=9)
_LONG = st.text("ABEIKMNORSTX12 ", min_size=30, max_size=90).map(lambda text: text.strip() or "A")
_FEW = st.text("AB", min_size=1, max_size=20)
_NAMES = st.lists(_WORD | st.builds("{} {}".format, _WORD, _WORD) | _LONG | _FEW, max_size=30)


def _like(one: str, other: str) -> float:
    """Return how like two names are, the slow way: of one pair, with nothing before it."""
    if numbers(one) and numbers(other) and numbers(one) != numbers(other):
        return 0.0
    pairs = ((form(one), form(other)) for form in (squeezed, sorted_words))
    return round(max(Jaro.normalized_similarity(a, b) for a, b in pairs), 6)


@settings(deadline=None)
@given(_NAMES, _NAMES, st.sampled_from([0.80, 0.85, 0.90, 0.95, 1.0]))
def test_the_prefilter_loses_nothing(asked, names, least) -> None:
    answers = NameIndex.of(names).like(asked, least)
    for name, alike in zip(asked, answers, strict=True):
        every = {other: _like(name, other) for other in names}
        assert dict(alike) == {other: s for other, s in every.items() if s >= least}


def _slipped(name: str, dice: random.Random) -> str:
    letters = list(name)
    for _ in range(dice.randrange(3)):
        letters[dice.randrange(len(letters))] = dice.choice("AEINRST 27")
    return " ".join("".join(letters).split()) or "A"


@pytest.mark.parametrize("seed", range(3))
def test_a_fleet_with_slips_is_answered_as_pair_by_pair(seed) -> None:
    dice = random.Random(seed)
    words = "AGIOS BLUE EXPRESS HARMONY III MARIA NAVIGATOR OCEAN PIONEER QUEEN SAN STAR XIV 7 12"
    fleet = [" ".join(dice.choices(words.split(), k=dice.randint(1, 5))) for _ in range(150)]
    asked = [_slipped(name, dice) for name in fleet]
    answers = NameIndex.of(fleet).like(asked, 0.9)
    every = [{other: _like(name, other) for other in fleet} for name in asked]
    expected = [{other: s for other, s in one.items() if s >= 0.9} for one in every]
    assert [dict(alike) for alike in answers] == expected
    assert sum(map(len, expected)) > 100


@pytest.mark.parametrize(
    "one, other, least, most",
    [
        ("BLUE SKY M", "BLUESKY M", 1.0, 1.0),
        ("SEA STAR", "STAR SEA", 1.0, 1.0),
        ("AGIOS NIKOLAOS", "AGIOS NIKOLAS", 0.97, 0.98),
        ("AGIOS NIKOLAOS", "NIKOLAOS AGIOS", 1.0, 1.0),
        ("EZADEEN", "EZADEN", 0.95, 0.96),
        ("MARIA K", "MARIA S", 0.8, 0.89),
        ("POSEIDON II", "POSEIDON III", 0.0, 0.0),
        ("NAVE OCEANO 1", "NAVE OCEANO 2", 0.0, 0.0),
        ("NAVE OCEANO", "NAVE OCEANO 2", 0.9, 0.99),
        ("MSC ANNA", "CMA RIGOLETTO", 0.0, 0.6),
    ],
)
def test_likeness_of_names(one, other, least, most) -> None:
    assert least <= _like(one, other) <= most


def test_a_new_list_is_compared_with_the_names_heard_before() -> None:
    names = NameCandidates(0.9, remembered=100)
    names.adopt(["BLUE SKY M", "EZADEEN"])
    assert names.of(["BLUESKY M", "PSARA"]) == {"BLUESKY M": (("BLUE SKY M", 1.0),)}
    names.adopt(["EZADEEN", "PSARAA"])
    assert names.of(["BLUESKY M", "PSARA"]) == {
        "PSARA": (("PSARAA", pytest.approx((5 / 6 + 2) / 3, abs=1e-6)),)
    }


@settings(deadline=None)
@given(st.lists(_NAMES, max_size=4), _NAMES)
def test_what_is_remembered_does_not_matter(lists, asked) -> None:
    remembers, forgets = NameCandidates(0.9, 1_000), NameCandidates(0.9, 0)
    for names in lists:
        remembers.adopt(names)
        forgets.adopt(names)
        known = remembers.of(asked)
        assert {k: set(v) for k, v in known.items()} == {
            k: set(v) for k, v in forgets.of(asked).items()
        }


def test_no_listed_names_cost_nothing() -> None:
    assert NameCandidates(0.9, 10).of(["BLUE SKY M"]) == {}
    assert NameIndex.of([]).like(["A", ""], 0.9) == [(), ()]
    assert NameIndex.of(["", "A"]).like(np.array([]).tolist(), 0.9) == []
