"""Every incident: what it sends is what it says is true, for any span of time."""

from __future__ import annotations

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pyais
import pytest

from alerts.distances import metres
from alerts.kinds import KINDS
from geofence.land import load_land
from service.exercise.exercise import Exercise
from service.exercise.incidents import INCIDENTS
from service.exercise.incidents.staging import Stage
from service.exercise.receivers import Masts, heard
from service.exercise.scenario import Incident, ScenarioError, load_scenario
from watchlist.flags import flag

BEGIN = 1_800_000_000
SCENARIO = load_scenario()
MASTS = Masts.of(SCENARIO)
PLAYED = tuple(INCIDENTS)
HOURS = 6


def staged(*kinds: str, seed: int = 5, **values) -> Stage:
    """The incidents named, one each, from the tenth minute."""
    incidents = tuple(Incident(kind, 600.0, **values) for kind in kinds)
    return Stage.of(dataclasses.replace(SCENARIO, incidents=incidents), MASTS, seed, BEGIN)


def sent(stage: Stage, hours: float = HOURS):
    """All reports of a stage, with the places said."""
    return stage.reports(0, BEGIN * 1000, round((BEGIN + hours * 3600) * 1000), 5)


@pytest.fixture(scope="module")
def everything() -> Stage:
    return staged(*PLAYED)


@pytest.mark.parametrize("name", PLAYED)
def test_an_incident_sends_something_or_silences_a_receiver(name):
    stage = staged(name)
    rows, _ = sent(stage)
    assert len(rows) > 10 or stage.cast.outages


@pytest.mark.parametrize("name", PLAYED)
def test_what_is_true_is_of_its_own_actors_and_of_a_kind_that_can_be_told(name):
    stage = staged(name)
    actors = set(stage.fleet.mmsi.tolist())
    for truth in stage.truths:
        assert truth.kind in KINDS
        assert set(truth.mmsis) <= actors
        assert BEGIN * 1_000_000 < truth.started_us < truth.until_us
        assert not set(truth.mmsis) & stage.innocent


@pytest.mark.parametrize("name", PLAYED)
def test_an_incident_has_a_truth_or_innocents(name):
    stage = staged(name)
    assert bool(stage.truths) != bool(stage.innocent)


def test_every_kind_that_can_be_staged_is_staged(everything):
    told = {truth.kind for truth in everything.truths}
    assert told >= {
        "distress", "not_under_command", "sudden_stop", "converging_rescue", "watchlist",
        "predicted_arrival", "gap", "reappearance", "feed_outage", "encounter", "zone_entered",
        "zone_left", "clone", "jump", "identity_change", "invalid_identity", "drift", "loitering",
        "gnss_interference", "on_land", "off_route", "speed_anomaly", "draught_change",
    }  # fmt: skip


def test_no_two_actors_share_an_mmsi_but_the_clones(everything):
    numbers = [one.mmsi for one in everything.cast.identities]
    shared = {one for one in numbers if numbers.count(one) > 1}
    renamed = {one.mmsis[0] for one in everything.truths if one.kind == "identity_change"}
    cloned = {one.mmsis[0] for one in everything.truths if one.kind == "clone"}
    loaded = {one.mmsis[0] for one in everything.truths if one.kind == "draught_change"}
    assert shared == renamed | cloned | loaded


def test_a_span_in_pieces_is_the_span_as_a_whole(everything):
    edges = [BEGIN * 1000 + step for step in (0, 777_777, 1_200_001, 5_000_000, 9_000_000)]
    whole, said = everything.reports(0, edges[0], edges[-1], 5)
    parts = [everything.reports(0, a, b, 5) for a, b in pairwise(edges)]

    def lines(rows, places):
        columns = ("vessel", "kind", "sent_ms", "sog")
        pairs = [rows[name].tolist() for name in columns] + np.round(places, 9).T.tolist()
        return sorted(map(str, zip(*pairs, strict=True)))

    pieces = [line for part in parts for line in lines(*part)]
    assert sorted(pieces) == lines(whole, said)


def test_another_seed_puts_it_elsewhere():
    first, second = staged("black_out", seed=1), staged("black_out", seed=2)
    assert (first.truths[0].lon, first.truths[0].lat) != (
        second.truths[0].lon,
        second.truths[0].lat,
    )


def test_two_playings_of_a_kind_are_at_two_places_with_two_identities():
    stage = staged("black_out", "black_out")
    a, b = stage.truths
    assert metres(a.lon, a.lat, b.lon, b.lat) > 10_000
    assert a.mmsis != b.mmsis


def test_an_unknown_incident_is_refused_with_those_that_exist():
    with pytest.raises(ScenarioError, match=r"incidents\.0\.kind: 'kraken' is unknown: .*sart,"):
        staged("kraken")


def test_a_place_in_the_scenario_is_where_it_happens():
    [truth] = staged("sart", place=(18.0, 37.0)).truths
    assert (truth.lon, truth.lat) == (18.0, 37.0)


def test_nobody_sails_on_land_but_who_says_so():
    stage = staged(
        *(name for name in PLAYED if name not in {"on_land", "aground", "interference"})
    )
    _, said = sent(stage)
    places = said[~np.isnan(said[:, 0])]
    assert load_land().on_land(places[:, 0], places[:, 1]).mean() < 0.001


def test_ships_keep_their_speed():
    rows, said = sent(staged("rendezvous", "black_out", "ghost_freighter", "visit"))
    keep = np.isin(rows["kind"], (1, 18))
    rows, said = rows[keep], said[keep]
    for who in set(rows["vessel"].tolist()):
        own = np.flatnonzero(rows["vessel"] == who)
        own = own[np.argsort(rows["sent_ms"][own])]
        for a, b in pairwise(own.tolist()):
            hours = (rows["sent_ms"][b] - rows["sent_ms"][a]) / 3.6e6
            nm = metres(*said[a], *said[b]) / 1852
            assert nm <= max(rows["sog"][a], rows["sog"][b]) * hours * 1.05 + 0.05


def test_a_silent_ship_sends_nothing_between_gap_and_reappearance():
    stage = staged("dark_ship")
    gap, back = stage.truths
    rows, _ = sent(stage)
    who = stage.fleet.mmsi.tolist().index(gap.mmsis[0])
    times = rows["sent_ms"][rows["vessel"] == who] * 1000
    assert ((times < gap.started_us) | (times >= back.started_us)).all()
    assert (times < gap.started_us).sum() > 200
    others = rows["sent_ms"][rows["vessel"] != who] * 1000
    assert ((others > gap.started_us) & (others < back.started_us)).sum() > 1000


def test_a_device_without_a_fix_says_no_place_but_is_heard_where_it_is():
    stage = staged("sart_without_place")
    rows, said = sent(stage, 0.3)
    assert np.isnan(said).all()
    assert not np.isnan(rows["lon"]).any()
    assert len(heard(MASTS, rows, 5).report) > 10


def test_a_receiver_that_is_out_hands_nothing_on():
    stage = staged("receiver_outage", "sart")
    [outage] = stage.cast.outages
    rows = np.zeros(200, sent(stage)[0].dtype)
    rows["lon"], rows["lat"] = MASTS.lon_deg[outage.mast], MASTS.lat_deg[outage.mast]
    rows["kind"] = 1
    rows["sent_ms"] = BEGIN * 1000 + round(outage.from_s * 1000) + 60_000
    before = heard(MASTS, rows, 5)
    after = stage.handed_on(before)
    assert (before.mast == outage.mast).sum() > 150
    assert (after.mast == outage.mast).sum() == 0
    assert (after.mast != outage.mast).sum() == (before.mast != outage.mast).sum()


def test_ships_under_interference_all_say_one_place():
    stage = staged("interference")
    [truth] = stage.truths
    rows, said = sent(stage)
    inside = np.isin(rows["kind"], (1,)) & (rows["sent_ms"] * 1000 > truth.started_us + 300e6)
    inside &= rows["sent_ms"] * 1000 < truth.started_us + 40 * 60e6
    assert len(set(rows["vessel"][inside].tolist())) == 7
    assert np.ptp(said[inside], axis=0).max() == 0
    assert said[inside][0].tolist() == pytest.approx([truth.lon, truth.lat], abs=1e-4)


def test_the_impossible_mmsi_has_no_flag_and_the_others_have_one(everything):
    impossible = [t.mmsis[0] for t in everything.truths if t.incident == "invalid_mmsi"]
    assert not flag(impossible[0])
    assert flag(int(everything.listed[0].mmsi))


# --- as lines ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """What is heard of a call for help and a beacon in an hour, as sentences."""
    incidents = (Incident("mayday", 0.0), Incident("sart", 60.0))
    exercise = Exercise(dataclasses.replace(SCENARIO, incidents=incidents), 5, 1)
    exercise.begin(BEGIN)
    made = exercise.lines(BEGIN, BEGIN + 1500)
    return [made.line(i).split(b"\\")[-1] for i in range(len(made))]


def test_a_call_for_help_is_a_safety_text_that_others_can_read(lines):
    texts = [line for line in lines if line.split(b",")[5:6] and line.split(b",")[5][:1] == b">"]
    said = {pyais.decode(line).text for line in texts}
    assert said == {"MAYDAY MAYDAY TAKING WATER 21 PERSONS ON BOARD", "SART ACTIVE"}


def test_a_beacon_sends_status_14_with_its_own_kind_of_number(lines):
    single = [line for line in lines if line.startswith(b"!AIVDM,1") and b",1" in line]
    decoded = [pyais.decode(line) for line in single if line.split(b",")[5][:1] == b"1"]
    status = [int(one.status) for one in decoded if one.mmsi // 1_000_000 == 970]
    assert len(status) > 50
    assert set(status) == {14}


def test_an_exercise_without_a_beginning_has_no_incidents():
    scenario = dataclasses.replace(SCENARIO, incidents=(Incident("sart", 0.0),))
    quiet, plain = Exercise(scenario, 5, 3), Exercise(SCENARIO, 5, 3)
    assert quiet.lines(BEGIN, BEGIN + 60).wire() == plain.lines(BEGIN, BEGIN + 60).wire()


def test_the_rest_of_the_exercise_is_the_same_with_incidents():
    scenario = dataclasses.replace(SCENARIO, incidents=(Incident("sart", 0.0),))
    staged_one, plain = Exercise(scenario, 5, 3), Exercise(SCENARIO, 5, 3)
    staged_one.begin(BEGIN)
    with_it = staged_one.lines(BEGIN, BEGIN + 60)
    without = plain.lines(BEGIN, BEGIN + 60)
    there = {with_it.line(i) for i in range(len(with_it))}
    missing = [without.line(i) for i in range(len(without)) if without.line(i) not in there]
    # Which lines arrive broken is drawn by their place in the slice.
    assert len(missing) <= 2
    assert len(with_it) > len(without)
    assert math.isfinite(float(with_it.epoch_ms[-1]))
