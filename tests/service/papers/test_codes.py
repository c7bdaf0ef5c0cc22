"""The codes of a dossier: of all that it tells, also where only events name entries."""

from __future__ import annotations

from alerts.events import Fact
from service.papers.gathering import _codes
from tests.plugins.notices import event

LISTED = {"entry": Fact("V-000001"), "handling": Fact("H2"), "tlp": Fact("red"),
          "contributor": Fact("GRC"), "source_grade": Fact("B")}  # fmt: skip


def test_a_replay_s_dossier_has_the_codes_of_the_entries_that_its_events_name():
    codes = _codes([], [], [event("gap"), event("watchlist", evidence=LISTED)])
    assert (codes.handling, codes.tlp, codes.contributors) == ("H2", "red", ("GRC",))
    assert _codes([], [], [event("gap")]).handling == "H0"
