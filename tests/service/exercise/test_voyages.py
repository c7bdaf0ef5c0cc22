from itertools import pairwise

import numpy as np
import pytest

from service.exercise.casting import DAY_S, KINDS, PARTS, Stage, ferry, shuttle
from service.exercise.movement import leg_at
from service.exercise.paths import load_paths
from service.exercise.scenario import ScenarioError, load_scenario
from service.exercise.voyages import ANCHORED, AWAY, FISHING, KNOT, LEG, MOORED, SAIL, Voyages


@pytest.fixture(scope="module")
def stage():
    return Stage(load_scenario(), load_paths())


def legs(cycle):
    return np.array(cycle.legs, LEG)


def cycle_of(stage, kind, number=0):
    return PARTS[kind](stage, np.random.default_rng([5, number]), kind)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "high_speed"])
def test_legs_follow_each_other_without_a_hole(stage, kind):
    rows = legs(cycle_of(stage, kind))
    ends = rows["start_s"] + rows["length_s"]
    assert ends[:-1] == pytest.approx(rows["start_s"][1:])
    assert (rows["length_s"] > 0).all()


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "high_speed"])
def test_a_leg_covers_what_its_speeds_say(stage, kind):
    rows = legs(cycle_of(stage, kind))
    metres = (rows["speed_start"] + rows["speed_end"]) / 2 * rows["length_s"]
    length = np.array([load_paths().length_m(path) for path in rows["path"]])
    sailing = rows["mode"] == SAIL
    assert (rows["from_m"][sailing] + metres[sailing] <= length[sailing] * 1.001 + 2).all()


@pytest.mark.parametrize("number", range(6))
def test_the_next_path_begins_where_the_last_one_ended(stage, number):
    paths, rows = load_paths(), legs(cycle_of(stage, "tanker", number))
    ends = []
    for row in rows[rows["mode"] == SAIL]:
        track = paths.lane(row["path"], 0.0)
        ends.append((track[::-1] if row["backward"] else track)[[0, -1]])
    joined = [(a[1], b[0]) for a, b in pairwise(ends) if (a != b).any()]
    assert all(np.allclose(end, start, atol=2e-4) for end, start in joined)


def test_fishing_is_done_slowly_and_says_so(stage):
    rows = legs(cycle_of(stage, "fishing"))
    towing = rows[rows["status"] == FISHING]
    assert len(towing)
    # the first tow begins faster: the boat has just come
    assert np.median(towing["speed_end"]) < 4.5 * KNOT


def test_merchants_leave_the_sea_through_gates_and_anchor_before_ports(stage):
    modes = {mode for n in range(30) for mode in legs(cycle_of(stage, "cargo", n))["mode"]}
    assert modes == {SAIL, MOORED, ANCHORED, AWAY}


def test_a_ferry_leaves_on_time_every_day(stage):
    random = np.random.default_rng(1)
    leaves = (18 * 3600.0, 18.5 * 3600.0)
    cycle = ferry(stage, random, ("NAPLES", "PALERMO"), leaves, 20.0)
    rows = legs(cycle)
    stays = rows[rows["mode"] == MOORED]
    leaves_palermo, leaves_naples = stays["start_s"] + stays["length_s"]
    assert leaves_palermo % DAY_S == pytest.approx(1_800)
    assert leaves_naples == cycle.now_s == pytest.approx(2 * DAY_S)


def test_a_ferry_of_the_scenario_leaves_its_berth_at_the_hour_of_its_timetable(exercise):
    scenario, sea = exercise.scenario, exercise.company.sea
    row = len(scenario.vessels)
    vessel, line = exercise.company.vessels[row], scenario.ferries[0]
    leaves = int(line.leaves[0][:2]) * 3600 + int(line.leaves[0][3:]) * 60
    before, after = (
        sea.legs[leg_at(sea, vessel["template"], (at + vessel["phase_s"]) % period)]["mode"]
        for period in [sea.period_s[vessel["template"]]]
        for at in (leaves - 60, leaves + 60)
    )
    assert (before, after) == (MOORED, SAIL)


def test_a_ferry_is_announced_for_the_port_it_goes_to_and_when(stage):
    cycle = ferry(stage, np.random.default_rng(1), ("NAPLES", "PALERMO"), (0.0, 43_200.0), 20.0)
    rows = legs(cycle)
    first = rows[rows["mode"] == SAIL][0]
    arrival = rows[rows["mode"] == MOORED][0]["start_s"]
    assert list(load_scenario().ports)[first["port"]] == "PALERMO"
    assert first["arrives_s"] == pytest.approx(arrival)


def test_fast_craft_go_to_and_fro_all_day_and_rest_at_night(stage):
    cycle = shuttle(stage, np.random.default_rng(1), ("NAPLES", "CAPRI"), 28.0)
    rows = legs(cycle)
    assert cycle.now_s == pytest.approx(DAY_S)
    assert (rows["mode"] == MOORED).sum() > 10
    assert rows["speed_end"].max() == pytest.approx(28 * KNOT, rel=0.05)


def test_templates_joined_keep_their_legs(stage):
    cycles = [cycle_of(stage, "tug"), cycle_of(stage, "fishing")]
    joined = Voyages.of(cycles)
    assert joined.first.tolist() == [0, len(cycles[0].legs), sum(len(c.legs) for c in cycles)]
    assert joined.period_s.tolist() == [cycle.now_s for cycle in cycles]


def test_a_line_without_a_route_is_named_with_the_cure(stage):
    with pytest.raises(ScenarioError, match=r"no route from LAMPEDUSA to HAIFA .*derive_routes"):
        stage.lane("LAMPEDUSA", "HAIFA")


def test_a_hop_too_short_for_the_speed_at_its_end_is_sailed_all_the_same(stage):
    cycle = stage.cycle()
    short = min(cycle.index, key=lambda key: cycle.paths.length_m(cycle.index[key]))
    cycle.sail(short, 12.0, then=40.0)
    assert 0 < legs(cycle)["speed_end"].max() < 40 * KNOT
