"""The mother ship of an exercise is found by her boat's landing alone (all seeds: find trial)."""

from __future__ import annotations

from service.finding.trial import FIRST, Trial, figures, tried


def test_the_true_mother_ship_is_among_the_first_answers():
    told = tried(3, vessels=120, copies=1)
    assert told.place is not None
    assert told.place <= FIRST
    assert told.in_reach >= FIRST


def test_the_figures_are_the_share_found_and_the_fewest_ships():
    done = [Trial(1, 1, 300, 20.0), Trial(2, 6, 250, 20.0), Trial(3, None, 400, 20.0),
            Trial(4, 5, 400, 20.0)]  # fmt: skip
    assert [one["value"] for one in figures(done)] == [0.5, 250]
