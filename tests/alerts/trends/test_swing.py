"""How far weeks swing by themselves, and what the level of a week is learned from."""

from __future__ import annotations

import numpy as np
import pytest

from alerts.trends.level import levels
from alerts.trends.series import Window
from alerts.trends.swing import swings

WINDOW = Window(4, (7.0,) * 48)
BEFORE = WINDOW.before
SLOW = 0.05


def weather(rng: np.random.Generator, swing: float = 0.2) -> np.ndarray:
    return rng.gamma(1 / swing**2, swing**2, BEFORE + 4)


def counted(rng: np.random.Generator, rates, level, swing: float = 0.0) -> np.ndarray:
    mean = np.asarray(rates, float)[:, None] * level
    own = rng.gamma(1 / swing**2, swing**2, mean.shape) if swing else 1.0
    return rng.poisson(mean * own).astype(float)


def swing_of(families, name: str, window: Window = WINDOW) -> float:
    """The variance beyond chance of what comes in the last weeks, of the first subject."""
    return float(swings(families, window, SLOW)[name].variance[0]) - 1


def test_the_level_of_a_small_family_comes_from_the_sea_it_goes_with():
    with_sea, alone = [], []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        level = weather(rng)
        sea = {"route": counted(rng, [6] * 200, level), "dark": counted(rng, [2] * 40, level)}
        for families, apart in ((sea, with_sea), ({"dark": sea["dark"]}, alone)):
            found = levels(families, WINDOW)["dark"].usual
            apart.append((found / found.mean(axis=1, keepdims=True) - level / level.mean()).std())
    assert np.median(with_sea) < 0.6 * np.median(alone)


@pytest.mark.parametrize("since", [BEFORE, BEFORE - 6])
def test_a_family_that_rises_alone_is_held_against_itself(since):
    """A new receiver hears more silences: no single area is more by itself."""
    rng = np.random.default_rng(2)
    heard = np.where(np.arange(BEFORE + 4) >= since, 2.0, 1.0)
    sea = {"route": counted(rng, [6] * 200, np.ones(BEFORE + 4)),
           "dark": counted(rng, [5] * 40, heard)}  # fmt: skip
    share = swings(sea, WINDOW, SLOW)["dark"].share
    assert share == pytest.approx(heard[BEFORE:].sum() / heard.sum(), rel=0.12)


def test_a_family_that_does_not_go_with_the_sea_does_not_follow_it():
    """Bad weather each fourth week: half the arrivals, and no fewer silences."""
    rng = np.random.default_rng(3)
    weeks = np.arange(BEFORE + 4)
    sea = {"route": counted(rng, [6] * 200, np.where(weeks % 4 == 0, 0.4, 1.2)),
           "dark": counted(rng, [4] * 40, np.ones(len(weeks)))}  # fmt: skip
    level = levels(sea, WINDOW)["dark"].usual[0]
    assert level[weeks % 4 == 0].mean() == pytest.approx(level[weeks % 4 > 0].mean(), rel=0.1)


def test_voyages_say_nothing_new_of_one_another():
    rng = np.random.default_rng(4)
    coasts = counted(rng, [20] * 6, np.ones(BEFORE + 4))
    alone = levels({"arrival": coasts}, WINDOW)["arrival"]
    routes = counted(rng, [6] * 200, weather(rng))
    beside = levels({"arrival": coasts, "route": routes}, WINDOW)["arrival"]
    assert beside.usual == pytest.approx(alone.usual)


def test_what_makes_the_level_unsure_is_no_swing_of_a_subject():
    """One busy area that goes with the weather exactly, and thirty small ones that tell of it."""
    found = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        sea = {"dark": counted(rng, [60] + [1] * 30, weather(rng, 0.3))}
        found.append(swing_of(sea, "dark"))
    assert np.median(found) < 2.95


def test_one_busy_subject_among_small_ones_is_not_believed_twice():
    """Everything swings alike: what chance adds to the busy one is weighed against all others."""
    found, few = [], Window(4, (7.0,) * 20)
    for seed in range(30):
        rng = np.random.default_rng(seed)
        sea = {"dark": counted(rng, [40] + [1] * 20, np.ones(20), 0.25),
               "route": counted(rng, [20] * 60, np.ones(20), 0.25)}  # fmt: skip
        found.append(swing_of(sea, "dark", few))
    assert np.std(found) < 0.5 * np.mean(found)


def test_weeks_in_which_nothing_was_heard_say_nothing_of_the_swing():
    """A young database: as many weeks before as it has, and the rest unheard."""
    rng = np.random.default_rng(6)
    late = {"route": counted(rng, [6] * 40, weather(rng), 0.2)[:, -20:]}
    unheard = {name: np.pad(one, ((0, 0), (28, 0))) for name, one in late.items()}
    young = Window(4, (0.0,) * 28 + (7.0,) * 20)
    found = swings(unheard, young, SLOW)["route"]
    expected = swings(late, Window(4, (7.0,) * 20), SLOW)["route"]
    assert found.share == pytest.approx(expected.share)
    assert found.variance == pytest.approx(expected.variance)
