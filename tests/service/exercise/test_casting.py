"""What ships of each kind do all their days: timetables, ports of call, rests."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from service.exercise.casting import (
    DAY_S,
    KINDS,
    PARTS,
    SPEED_KN,
    TURNROUND_S,
    Stage,
    ferry,
    shuttle,
    to_and_fro,
)
from service.exercise.paths import load_paths
from service.exercise.scenario import ScenarioError, load_scenario
from service.exercise.voyages import ANCHORED, AT_ANCHOR, AT_BERTH, KNOT, LEG, MOORED, SAIL

SCENARIO = load_scenario()
STAGE = Stage(SCENARIO, load_paths())


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng([9, seed])


def legs(cycle) -> np.ndarray:
    return np.array(cycle.legs, LEG)


def clock_s(text: str) -> float:
    hours, minutes = text.split(":")
    return int(hours) * 3600.0 + int(minutes) * 60.0


def timetable(line):
    """The cycle of a ferry line, and its departures in seconds after midnight."""
    leaves = [clock_s(text) for text in line.leaves]
    return legs(ferry(STAGE, random(), line.line, leaves, line.speed_kn)), leaves


def key(leg) -> str:
    return STAGE.paths.keys[leg["path"]]


def departures(ferry_legs) -> list[float]:
    """When the ferry leaves a berth, seconds within its cycle."""
    moored = ferry_legs["mode"] == MOORED
    ends = (ferry_legs["start_s"] + ferry_legs["length_s"])[moored]
    return [0.0, *ends[:-1].tolist()]


# --- ferries -------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", SCENARIO.ferries, ids=lambda line: "-".join(line.line))
class TestFerryLine:
    """Each line of the scenario."""

    def test_it_leaves_each_port_at_the_hour_of_its_timetable(self, line):
        found, leaves = timetable(line)
        hours = [(leaves[0] + second) % DAY_S for second in departures(found)]
        assert hours == pytest.approx(leaves, abs=0.01)

    def test_its_round_trip_lasts_whole_days(self, line):
        found, _ = timetable(line)
        days = (found["start_s"][-1] + found["length_s"][-1]) / DAY_S
        assert days == pytest.approx(round(days), abs=1e-6)
        assert 1 <= round(days) <= 3

    def test_it_has_time_for_its_passengers_in_each_port(self, line):
        found, _ = timetable(line)
        stays = found["length_s"][found["mode"] == MOORED]
        assert (stays >= TURNROUND_S - 0.01).all()

    def test_it_sails_no_faster_than_it_can(self, line):
        found, _ = timetable(line)
        assert found["speed_end"].max() <= line.speed_kn * KNOT * 1.0001
        assert found["speed_end"].max() > 0.9 * line.speed_kn * KNOT

    def test_it_announces_the_port_it_goes_to_and_arrives_when_it_said(self, line):
        found, _ = timetable(line)
        ports = [STAGE.port_number[name] for name in line.line]
        out = found[found["port"] == ports[1]]
        berthed = out[out["mode"] == MOORED]["start_s"][0]
        sailing = out[out["mode"] == SAIL]
        assert sailing["arrives_s"].tolist() == pytest.approx([berthed] * len(sailing))


def test_the_ends_of_a_line_are_its_two_ports():
    found, _ = timetable(SCENARIO.ferries[0])
    berths = [key(leg).split(":")[1] for leg in found if leg["mode"] == MOORED]
    assert berths == ["OLBIA", "GENOA"]


# --- high-speed craft ----------------------------------------------------------------------------


@pytest.mark.parametrize("line", SCENARIO.fast_lines, ids=lambda line: "-".join(line.line))
def test_a_fast_craft_makes_several_trips_a_day_and_sleeps_at_home(line):
    cycle = shuttle(STAGE, random(), line.line, line.speed_kn)
    found = legs(cycle)
    lanes = [n for n in np.unique(found["path"]) if STAGE.paths.keys[n].startswith("lane")]
    assert cycle.now_s % DAY_S == pytest.approx(0, abs=1e-3)
    assert len(lanes) == 1
    assert found[0]["mode"] == found[-1]["mode"] == MOORED
    assert key(found[0]) == key(found[-1])
    assert found[0]["length_s"] >= 4.5 * 3600


# --- the others ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind in PARTS])
@pytest.mark.parametrize("seed", [1, 2, 3])
class TestEveryKind:
    """Properties of each kind's cycle, for some seeds."""

    def test_its_cycle_closes_where_it_began(self, kind, seed):
        found = legs(PARTS[kind](STAGE, random(seed), kind))
        last, first = found[-1], found[0]
        places = [end_of(last), begin_of(first)]
        assert np.hypot(*(places[0] - places[1])) < 1e-9

    def test_one_speed_goes_over_into_the_next(self, kind, seed):
        found = legs(PARTS[kind](STAGE, random(seed), kind))
        for one, two in pairwise(found):
            if one["mode"] == two["mode"] == SAIL:
                assert abs(two["speed_start"] - one["speed_end"]) < 0.6 * KNOT or (
                    two["speed_start"] <= one["speed_end"]
                )

    def test_it_keeps_to_the_speeds_of_its_kind(self, kind, seed):
        found = legs(PARTS[kind](STAGE, random(seed), kind))
        fastest = max(SPEED_KN[kind][1], 7.0) * KNOT
        assert found["speed_end"].max() <= fastest * 1.0001
        assert (found["speed_end"] >= 0).all()

    def test_a_stay_says_how_the_ship_lies(self, kind, seed):
        found = legs(PARTS[kind](STAGE, random(seed), kind))
        for mode, status in ((MOORED, AT_BERTH), (ANCHORED, AT_ANCHOR)):
            assert set(found["status"][found["mode"] == mode].tolist()) <= {status}
        assert not found["speed_start"][np.isin(found["mode"], (MOORED, ANCHORED))].any()

    def test_the_same_seed_is_the_same_cycle(self, kind, seed):
        one, two = (PARTS[kind](STAGE, random(seed), kind).legs for _ in range(2))
        assert one == two


def end_of(leg) -> np.ndarray:
    line = STAGE.paths.lane(leg["path"], 0.0)
    return line[0] if leg["backward"] else line[-1]


def begin_of(leg) -> np.ndarray:
    """Where a leg begins; a stay is at the end of its path."""
    line = STAGE.paths.lane(leg["path"], 0.0)
    at_start = leg["mode"] == SAIL and not leg["backward"]
    return line[0] if at_start else line[-1]


def test_anchored_and_moored_ships_spend_most_of_their_time_so():
    for kind, mode in (("anchored", ANCHORED), ("moored", MOORED)):
        cycle = PARTS[kind](STAGE, random(), kind)
        found = legs(cycle)
        assert found["length_s"][found["mode"] == mode].sum() > 0.8 * cycle.now_s


def test_harbour_craft_stay_near_their_port():
    for seed in range(5):
        found = legs(PARTS["tug"](STAGE, random(seed), "tug"))
        assert len({key(leg).split(":")[1] for leg in found}) == 1


def test_a_fishing_boat_comes_home_to_a_port_of_its_ground():
    for seed in range(5):
        found = legs(PARTS["fishing"](STAGE, random(seed), "fishing"))
        [way] = {key(leg) for leg in found if key(leg).startswith("ground:")}
        ground, home = way.removeprefix("ground:").split(">")
        assert home in SCENARIO.grounds[ground].ports
        tows = {key(leg).split(":")[1] for leg in found if key(leg).startswith("tow")}
        assert tows == {ground}


def test_merchants_go_through_gates_without_stopping_alongside():
    gates = {name for name, port in SCENARIO.ports.items() if port.gate}
    for seed in range(20):
        found = legs(PARTS["cargo"](STAGE, random(seed), "cargo"))
        berths = {key(leg).split(":")[1] for leg in found if key(leg).startswith("berth")}
        assert not berths & gates


def test_a_named_vessel_sails_its_lane_there_and_back():
    vessel = SCENARIO.vessels[0]
    found = legs(to_and_fro(STAGE, random(), vessel.line, vessel.speed_kn))
    lanes = found[[key(leg).startswith("lane") for leg in found]]
    assert {key(leg) for leg in lanes} == {"lane:GENOA>TUNIS"}
    assert set(lanes["backward"].tolist()) == {0, 1}
    assert set(found["port"].tolist()) == {STAGE.port_number[name] for name in vessel.line}


# --- the stage -----------------------------------------------------------------------------------


def test_a_lane_is_found_from_either_end():
    assert STAGE.lane("GENOA", "TUNIS") == "lane:GENOA>TUNIS"
    assert STAGE.lane("TUNIS", "GENOA") == "-lane:GENOA>TUNIS"


def test_neighbours_are_mutual():
    for name, near in STAGE.next_ports.items():
        assert all(name in STAGE.next_ports[other] for other in near)


def test_gates_are_no_harbours():
    assert not [name for name in STAGE.harbours if SCENARIO.ports[name].gate]
    assert len(STAGE.harbours) + 3 == len(SCENARIO.ports)


@pytest.mark.parametrize("kind", ["berth", "anchor", "loop"])
def test_every_harbour_has_a_place_of_each_kind(kind):
    for port in STAGE.harbours:
        assert STAGE.spot(kind, port, random()).startswith(f"{kind}:{port}:")


def test_a_port_without_berths_is_named_with_the_cure():
    with pytest.raises(ScenarioError, match=r"ATLANTIS has no berth .*: derive it with python -m"):
        STAGE.spot("berth", "ATLANTIS", random())
