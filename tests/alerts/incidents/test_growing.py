from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import Codes, Vessel
from alerts.incidents.joining import Shelf
from tests.plugins.incidents import AYLA, BORA, CETO, Desk, closed, event, retracted


def test_two_events_of_one_vessel_are_one_incident():
    desk = Desk()
    silent = event("gap", AYLA)
    desk.sees(silent)
    desk.sees(event("encounter", AYLA, BORA, hours=3))
    alert = desk.one().alert
    assert (alert.mmsis, len(alert.events), alert.version) == ((BORA, AYLA)[::-1], 2, 2)
    assert alert.events[0] == silent.id
    assert alert.kind == "encounter"
    assert alert.headline.startswith("Encounter, went silent, 2 vessels, ")


def test_the_same_events_again_change_nothing():
    desk = Desk()
    events = [event("gap", AYLA), event("encounter", AYLA, BORA, hours=3)]
    desk.sees(*events)
    assert desk.sees(*events) == []
    assert desk.sees(*reversed(events)) == []


def test_two_vessels_are_two_incidents():
    desk = Desk()
    desk.sees(event("gap", AYLA), event("gap", BORA))
    assert len(desk.incidents) == 2


def test_a_quiet_incident_takes_no_more_events():
    desk = Desk()
    desk.sees(event("gap", AYLA))
    desk.sees(event("gap", AYLA, hours=13))
    assert len(desk.incidents) == 2


def test_a_resolved_incident_takes_no_more_events_and_hears_the_end_of_its_own():
    desk = Desk()
    silent = event("gap", AYLA)
    desk.sees(silent)
    desk.person(desk.one(), state="resolved", verdict="explained")
    [ended] = desk.sees(closed(silent))
    assert (ended.after.alert.state, ended.change) == ("resolved", None)
    desk.sees(event("drift", AYLA, hours=2))
    assert len(desk.incidents) == 2


def test_a_mother_ship_does_not_draw_the_whole_sea_into_one_incident():
    desk = Desk()
    for n in range(12):
        desk.sees(event("encounter", AYLA, BORA + n, hours=n))
    assert max(len(one.alert.mmsis) for one in desk.incidents.values()) == 6


def test_an_incident_is_retracted_when_all_its_events_are():
    desk = Desk()
    events = [event("gap", AYLA), event("drift", AYLA, hours=1)]
    desk.sees(*events)
    [one] = desk.sees(retracted(events[0]))
    assert (one.change, one.after.alert.state, one.after.alert.kind) == ("update", "new", "drift")
    assert "without went silent" in one.why
    [one] = desk.sees(retracted(events[1], "heard all the time by another receiver"))
    assert (one.change, one.after.alert.state, one.after.alert.score) == ("cancel", "retracted", 0)
    assert one.after.alert.reason == "heard all the time by another receiver"
    assert desk.sees(retracted(events[1])) == []


def test_a_retraction_reaches_a_resolved_incident_too_and_keeps_its_verdict():
    desk = Desk()
    silent = event("gap", AYLA)
    desk.sees(silent)
    desk.person(desk.one(), state="resolved", verdict="true")
    [one] = desk.sees(retracted(silent))
    assert (one.change, one.after.alert.verdict) == ("cancel", "true")


def test_an_event_that_was_never_told_cannot_be_retracted():
    desk = Desk()
    silent = event("gap", AYLA)
    assert desk.sees(retracted(silent)) == []
    assert desk.sees(event("gap", BORA), retracted(event("gap", BORA))) == []


def test_small_things_smoulder_until_they_add_up():
    desk = Desk()
    [one] = desk.sees(event("loitering", AYLA))
    assert (one.after.raised, one.change) == (False, None)
    [one] = desk.sees(event("zone_dwell", AYLA, hours=1, zone="patrol"))
    assert (one.after.raised, one.change, len(one.after.alert.events)) == (True, "alert", 2)


def test_what_was_raised_stays_raised():
    desk = Desk()
    first, second = event("loitering", AYLA), event("drift", AYLA)
    desk.sees(first, second)
    [one] = desk.sees(retracted(second))
    assert (one.after.raised, one.change, one.after.alert.severity) == (True, "update", "low")


@pytest.mark.parametrize("kind", ["distress", "not_under_command", "sudden_stop"])
@pytest.mark.parametrize("role", ["tug", "pilot", "fishing"])
def test_in_the_sar_lane_nothing_speaks_against(kind, role):
    desk = Desk(Vessel(AYLA, role=role))
    [one] = desk.sees(event(kind, AYLA, confidence=0.1))
    assert one.change == "alert"
    assert all(share.points > 0 for share in one.after.alert.shares)


def test_a_device_under_test_is_shown_as_information():
    desk = Desk()
    [one] = desk.sees(event("distress", 970_111_222, severity="info"))
    alert = one.after.alert
    assert (one.after.raised, alert.severity) == (True, "info")
    assert alert.headline.startswith("Distress (a test, or doubted), ")
    assert 0.5 < alert.score < 0.8


def test_a_suspicion_and_a_distress_of_one_vessel_are_two_incidents():
    codes = {"V-1": Codes("H2", tlp="red", contributors=("ITA",))}
    desk = Desk(Vessel(AYLA, "AYLA", listed_as=("V-1",)), codes=codes)
    desk.sees(event("watchlist", AYLA), event("distress", AYLA))
    law, sar = sorted((one.alert for one in desk.incidents.values()), key=lambda one: one.lane)
    assert (law.codes.handling, law.codes.tlp) == ("H2", "red")
    assert (sar.codes, sar.vessels[0].listed_as) == (Codes(), ())
    assert sar.severity == "critical"


def test_a_distress_beside_a_rescue_is_an_incident_of_its_own():
    desk = Desk()
    desk.sees(event("converging_rescue", AYLA, BORA))
    desk.sees(event("distress", 972_000_001, hours=0.5))
    desk.sees(event("distress", 974_000_001, hours=0.5))
    assert len(desk.incidents) == 3


def test_calls_of_those_who_send_no_number_are_incidents_of_their_own():
    desk = Desk()
    desk.sees(event("distress", 0))
    desk.sees(event("distress", 0, hours=0.1, at=(18.0, 36.0)))
    assert len(desk.incidents) == 2


def test_ships_that_converge_join_the_rescue_they_converge_on():
    desk = Desk()
    desk.sees(event("sudden_stop", AYLA))
    desk.sees(event("converging_rescue", BORA, CETO, hours=2, at=(16.53, 36.02)))
    desk.sees(event("converging_rescue", 1, 2, hours=2, at=(18.0, 36.0)))
    assert sorted(len(one.alert.mmsis) for one in desk.incidents.values()) == [2, 3]


def test_a_ship_that_stops_joins_the_rescue_around_it():
    desk = Desk()
    desk.sees(event("converging_rescue", BORA, CETO))
    desk.sees(event("sudden_stop", AYLA, hours=1, at=(16.53, 36.02)))
    desk.sees(event("sudden_stop", 1, hours=1, at=(16.7, 36.2)))
    desk.sees(event("sudden_stop", 2, hours=8, at=(16.53, 36.02)))
    assert sorted(one.alert.mmsis for one in desk.incidents.values()) == [
        (1,), (2,), (CETO, AYLA, BORA),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["not_under_command", "on_land", "clone"])
def test_a_storm_of_any_kind_is_not_quadratic(kind):
    desk = Desk()
    desk.sees(*(event(kind, 200_000_000 + n) for n in range(50)))
    shelf = Shelf(desk.incidents.values())
    assert len(list(shelf._near(event(kind, 200_000_001)))) == 1


def test_an_encounter_that_becomes_a_rescue_leaves_the_police_incident():
    desk = Desk()
    met = event("encounter", AYLA, BORA)
    desk.sees(met)
    desk.sees(met.next("updated", met.updated_us + 1, lane="sar", severity="high"))
    states = {one.lane: one.alert.state for one in desk.incidents.values()}
    assert states == {"law": "retracted", "sar": "new"}


def test_an_incident_ends_with_its_last_event():
    desk = Desk()
    events = [event("gap", AYLA), event("drift", AYLA, hours=1)]
    desk.sees(*events)
    [one] = desk.sees(closed(events[0], 4))
    assert one.after.alert.ended_us is None
    [one] = desk.sees(closed(events[1], 1))
    assert one.after.alert.ended_us == events[0].started_us + 4 * 3_600_000_000
    assert one.change == "update"


def test_an_exercise_is_marked_on_every_alert():
    desk = Desk(exercise=True)
    desk.sees(event("gap", AYLA))
    assert desk.one().alert.exercise


def test_codes_are_never_loosened_again():
    desk = Desk(Vessel(AYLA, listed_as=("V-1",)), codes={"V-1": Codes("H3", "ask", "red", "X", 4)})
    desk.sees(event("watchlist", AYLA))
    desk.known = Desk(Vessel(AYLA)).known
    desk.sees(event("gap", AYLA, hours=1))
    assert desk.one().alert.codes == Codes("H3", "ask", "red", "X", 4)


def test_a_storm_of_silent_ships_is_an_incident_each():
    desk = Desk()
    grown = desk.sees(*(event("gap", 200_000_000 + n) for n in range(3000)))
    assert len(grown) == len({one.after.alert.id for one in grown}) == 3000


CHOICES = st.lists(
    st.tuples(
        st.sampled_from(["gap", "encounter", "drift", "zone_entered", "watchlist", "distress"]),
        st.sampled_from([AYLA, BORA, CETO]),
        st.integers(0, 40),
        st.booleans(),
    ),
    max_size=12,
)


@given(CHOICES, st.integers(1, 6))
def test_how_events_are_dealt_out_to_calls_changes_no_membership_and_no_score(chosen, size):
    events = []
    for kind, mmsi, hours, gone in chosen:
        one = event(kind, mmsi, hours=hours)
        events += [one, retracted(one)] if gone else [one]
    whole, parts = Desk(), Desk()
    for one in events:
        whole.sees(one)
    for n in range(0, len(events), size):
        parts.sees(*events[n : n + size])

    def told(desk):
        """All that is shown; what never lived through a call leaves no trace."""
        alerts = [one.alert for one in desk.incidents.values() if one.live]
        return sorted((one.lane, one.mmsis, one.score, one.severity) for one in alerts)

    if not any(gone for *_, gone in chosen):
        assert told(whole) == told(parts)
    assert all(0 <= one.alert.score <= 1 for one in whole.incidents.values())


@given(CHOICES)
def test_every_event_is_in_one_incident_and_every_share_names_one_of_its_events(chosen):
    desk = Desk()
    events = [event(kind, mmsi, hours=hours) for kind, mmsi, hours, _ in chosen]
    desk.sees(*events)
    members = [one.id for incident in desk.incidents.values() for one in incident.members]
    assert sorted(members) == sorted({one.id for one in events})
    for incident in desk.incidents.values():
        named = {share.event for share in incident.alert.shares} - {None}
        assert named == set(incident.alert.events)


def test_an_event_that_comes_only_to_be_taken_back_joins_nothing():
    desk = Desk()
    desk.sees(event("gap", AYLA))
    assert desk.sees(retracted(event("drift", AYLA))) == []


def test_mere_information_begins_no_incident_and_tells_more_of_one():
    desk = Desk()
    assert desk.sees(event("coverage_loss", AYLA), event("zone_left", BORA, zone="a")) == []
    desk.sees(event("gap", AYLA))
    [one] = desk.sees(event("zone_left", AYLA, hours=1, zone="a"))
    assert (len(one.after.members), one.change) == (2, None)


def test_an_outage_leaves_alone_what_it_does_not_explain_and_what_is_over():
    desk = Desk()
    desk.sees(event("encounter", AYLA, BORA), event("gap", CETO))
    over = next(one for one in desk.incidents.values() if one.alert.kind == "gap")
    desk.person(over, state="resolved", verdict="true")
    told = desk.sees(event("feed_outage", at=(None, None)))
    assert [one.after.alert.kind for one in told] == ["feed_outage"]


def test_an_event_that_moved_is_followed_where_it_lives():
    desk = Desk()
    met = event("encounter", AYLA, BORA)
    rescue = met.next("updated", met.updated_us + 1, lane="sar", severity="high")
    desk.sees(met)
    desk.sees(rescue)
    # Whatever the order in which the database gives them.
    desk.incidents = dict(sorted(desk.incidents.items(), key=lambda item: item[1].lane != "sar"))
    [one] = desk.sees(rescue.next("updated", rescue.updated_us + 1, severity="critical"))
    assert (one.after.lane, one.after.alert.severity) == ("sar", "critical")


def test_of_two_incidents_the_one_last_heard_of_takes_an_event():
    desk = Desk()
    desk.sees(event("gap", AYLA), event("gap", BORA, hours=2))
    [one] = desk.sees(event("encounter", AYLA, BORA, hours=3))
    assert one.before is not None
    assert one.before.alert.mmsis == (BORA,)


def test_a_distress_says_where_it_is_whatever_comes_later():
    desk = Desk()
    desk.sees(event("distress", AYLA, at=(15.0, 35.0)))
    desk.sees(event("sudden_stop", AYLA, hours=1, at=(15.5, 35.5)))
    alert = desk.one().alert
    assert (alert.lon, alert.lat) == (15.0, 35.0)
