"""What a dossier says where little is known, where others sent her number, and of times."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from maps.papers import going
from maps.papers.dossier import chart_of, dossier
from maps.papers.facts import Stay
from maps.papers.pdf import pdf
from maps.papers.wording import wording
from tests.plugins.notices import NOON_US, event
from tests.plugins.paged import texts_of
from tests.plugins.told_of import NOON, SHIP, facts


def silences_said(**changes) -> str:
    said = " ".join(texts_of(pdf(dossier(facts(**changes)))))
    return said[said.index("Silences") :].replace("\u00a0", " ")


def test_of_a_ship_that_was_not_heard_no_silence_is_called_usual():
    said = silences_said(events=(), track=facts().track[:0])
    assert "Whether that was unusual could not be judged" in said
    assert "The longest" not in said


def test_the_longest_silence_counts_from_the_begin_of_the_span_to_its_end():
    """Three hours before noon and three after it are asked; she was heard for one of them."""
    asked = dataclasses.replace(facts().asked, at=NOON + dt.timedelta(days=1))
    said = silences_said(events=(), asked=asked, track=facts().track[:13])
    assert "from the beginning of the span to its end, was 5 h" in said


def test_where_she_may_have_been_out_of_hearing_no_silence_is_called_usual():
    lost = event("coverage_loss", mmsi=SHIP)
    said = silences_said(events=(lost,))
    assert "could not be judged: for a time she may only have been out of hearing" in said
    assert "No silence of hers" not in said


def test_of_a_visit_whose_end_nobody_told_the_last_report_from_there_is_said():
    stays = (Stay("Valletta", NOON_US, None, heard_us=NOON_US + 1_800_000_000, present=True),)
    said = " ".join(texts_of(pdf(dossier(facts(stays=stays))))).replace("\u00a0", " ")
    hour = wording("en").time(NOON_US + 1_800_000_000).replace("\u00a0", " ")
    assert "there when first heard" in said
    assert f"end not heard; last heard there {hour}" in said
    assert "had not left" not in said


@pytest.mark.parametrize(
    "said",
    [
        "nothing out of the ordinary was found",
        "No alert rests on her in this span",
        "No detector told anything of her in this span",
        "No silence of hers was told as unusual for where she was",
        "No encounter with another vessel was found in this span",
    ],
)
def test_that_nothing_was_found_is_said_as_far_as_the_reader_may_know(said):
    told = " ".join(texts_of(pdf(dossier(facts(events=(), alerts=())))))
    assert f"{said}, as far as this reader may know" in told


def test_port_calls_that_are_left_out_are_counted():
    stays = tuple(Stay("Valletta", NOON_US + n, NOON_US + n) for n in range(43))
    assert "3 further rows are left out here" in " ".join(
        texts_of(pdf(dossier(facts(stays=stays))))
    )


def test_times_on_the_map_are_whole_in_the_hour_after_eight_in_the_evening():
    track = facts().track.copy()
    evening = np.datetime64("2026-05-10T20:03", "us")
    track["time"] += evening - track["time"][-1]
    ends = [one.label for one in chart_of(facts(track=track), (), wording("en")).marks]
    assert ends[-1] == "10 May ’26 20:03"


def at_once():
    """Two tracks of one number, 20 s apart in every row, a degree from each other."""
    one, other = facts().track.copy(), facts().track.copy()
    one["segment"], other["segment"] = 1, 2
    other["time"] += np.timedelta64(20, "s")
    other["lat_deg"] += 1.0
    return np.sort(np.concatenate([one, other]), order="time")


def test_two_tracks_at_once_are_both_drawn_and_their_minutes_count_once():
    one, two = going.run_of(facts().track), going.run_of(at_once())
    assert two.miles == pytest.approx(2 * one.miles, rel=0.01)
    assert len(going.pieces(at_once())) == 2 * len(going.pieces(facts().track))
    assert going.minutes_heard(at_once()) == going.minutes_heard(facts().track)


def test_others_that_sent_her_imo_number_are_named_and_not_taken_for_her():
    span = facts().identity.mmsi[0]
    other = dataclasses.replace(span, value="239000001")
    said = dataclasses.replace(facts().identity, others=(other,))
    text = " ".join(texts_of(pdf(dossier(facts(identity=said)))))
    assert "are not taken for her here: MMSI 239000001 (" in text


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "her number is one of ITA's (MMSI"), ("it", "il suo numero è uno di quelli di ITA"),
     ("el", "ο αριθμός του είναι από εκείνους του κράτους ITA")],
)  # fmt: skip
def test_the_flag_is_said_of_her_number_and_not_of_her(language, said):
    ship = dataclasses.replace(facts().vessel, flag="ITA")
    text = " ".join(texts_of(pdf(dossier(facts(vessel=ship), language))))
    assert said in text
    assert "under the flag" not in text


def test_of_a_day_of_another_year_the_year_is_said():
    w = wording("en")
    day, year = 86_400_000_000, 365 * 86_400_000_000
    assert w.clock(NOON_US, NOON_US) == "12:00"
    assert str((NOON + dt.timedelta(days=1)).year) not in w.clock(NOON_US + day, NOON_US)
    assert str((NOON + dt.timedelta(days=365)).year) in w.clock(NOON_US + year, NOON_US)
