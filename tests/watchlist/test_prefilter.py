"""The compiled steps before the names are scored: none may lose a pair."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Jaro

from watchlist.candidates import NameIndex
from watchlist.prefilter import SLOTS, bags, planes


def _bag(name: str) -> set[int]:
    codes = np.frombuffer(name.encode(), np.uint8)
    bag = int(bags(codes, np.array([0, len(name)]))[0])
    return {slot for slot in range(SLOTS) if bag >> slot & 1}


def test_letters_count_once_and_twice_and_digits_once() -> None:
    assert _bag("ABA") == {0, 1, 26}
    assert _bag("AAAA") == {0, 26}
    assert _bag("Z09" * 2) == {25, 51, 52, 61}


def test_a_plane_says_who_lacks_a_letter() -> None:
    names = ["AB", "B", "A"]
    codes = np.frombuffer("".join(names).encode(), np.uint8)
    lacks = planes(bags(codes, np.array([0, 2, 3, 4])), np.array([0, 1, 64]), 2)
    assert lacks.shape == (SLOTS, 2)
    first, second = (~lacks[0]).tolist(), (~lacks[1]).tolist()
    assert (first, second) == ([0b01, 0b1], [0b11, 0])


@settings(deadline=None, max_examples=300)
@given(
    st.text("ABCD", min_size=1, max_size=70),
    st.text("ABCD", min_size=1, max_size=70),
    st.sampled_from([0.5, 0.7, 0.8, 0.9, 1.0]),
)
def test_names_of_few_letters_are_scored_as_rapidfuzz_scores_them(one, other, least) -> None:
    score = round(Jaro.normalized_similarity(one, other), 6)
    (found,) = NameIndex.of([other]).like([one], least)
    assert found == (((other, score),) if score >= least else ())


@pytest.mark.parametrize("count", [1, 63, 64, 65, 200])
def test_every_place_of_a_word_of_64_names_is_found(count) -> None:
    letters = "ABCDEFGHIJ"
    names = [
        f"{letters[k // 100]}{letters[k // 10 % 10]}{letters[k % 10]}STAR" for k in range(count)
    ]
    answers = NameIndex.of(names).like(names, 1.0)
    assert [[name for name, _ in answer] for answer in answers] == [[name] for name in names]


@pytest.mark.parametrize("length", [63, 64, 65, 120])
def test_long_names_are_compared_too(length) -> None:
    name = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 5)[:length]
    wrong = name[:30] + "ZZ" + name[32:]
    ((found,),) = NameIndex.of([name, "STAR"]).like([wrong], 0.9)
    assert found == (name, pytest.approx(Jaro.normalized_similarity(wrong, name), abs=1e-6))
