from collections import Counter

import numpy as np
import pytest

from service.exercise.company import TEMPLATES, Company
from service.exercise.scenario import ScenarioError, load_scenario


def company(count=None, seed=1):
    return Company.of(load_scenario(), seed, count)


def test_the_default_cast_is_the_scenario_s():
    scenario, made = load_scenario(), company()
    kinds = Counter(made.kinds)
    assert kinds["cargo"] == scenario.cast["cargo"] + 1  # and the named one
    ferries = sum(line.ships for line in scenario.ferries)
    assert kinds["passenger"] == scenario.cast["passenger"] + ferries
    assert len(made.vessels) >= 600


def test_a_larger_company_keeps_the_shares():
    small, large = Counter(company(1_000).kinds), Counter(company(4_000).kinds)
    assert large["fishing"] / 4_000 == pytest.approx(small["fishing"] / 1_000, rel=0.1)


def test_a_large_company_shares_templates_but_no_phase():
    made = company(12_000)
    assert len(made.vessels) == 12_000
    assert len(made.sea.period_s) < TEMPLATES + 200
    same = made.vessels[made.vessels["template"] == made.vessels["template"][-1]]
    assert len(set(same["phase_s"].tolist())) == len(same) > 1


def test_ships_keep_to_starboard_mostly():
    lanes = company().vessels["lane"]
    assert -0.35 <= lanes.min() < 0 < lanes.max() <= 1
    assert (lanes > 0).mean() > 0.85


def test_templates_fit_the_paths_they_sail():
    sea = company().sea
    assert sea.legs["path"].min() >= 0
    assert sea.legs["path"].max() < len(sea.first) - 1
    assert (np.diff(sea.first_leg) > 0).all()
    assert (sea.period_s > 0).all()


def test_two_ships_of_a_ferry_line_are_a_day_apart():
    scenario, made = load_scenario(), company()
    first = len(scenario.vessels)
    one, two = made.vessels[first : first + scenario.ferries[0].ships]
    assert one["template"] == two["template"]
    assert two["phase_s"] - one["phase_s"] == 86_400


def test_a_line_without_a_route_stops_the_start(monkeypatch):
    scenario = load_scenario()
    monkeypatch.setitem(scenario.lanes, "LAMPEDUSA", ("HAIFA",))
    with pytest.raises(ScenarioError, match="no route from LAMPEDUSA to HAIFA"):
        Company.of(scenario, 1, 10)
