from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import HANDLING, Codes
from alerts.incidents.codes import SOURCES, TLP, codes_said, strictest, without_list
from tests.plugins.incidents import AYLA, Desk, event

CODES = st.builds(
    Codes,
    st.sampled_from(HANDLING),
    st.sampled_from(["", "ask Rome", "ask Athens"]),
    st.sampled_from(TLP),
    st.sampled_from(SOURCES),
    st.integers(1, 4),
    st.sets(st.sampled_from(["GRC", "ITA", "MLT"])).map(sorted).map(tuple),
)


def test_the_most_restrictive_of_each_holds():
    one = Codes("H1", "ask Rome", "amber", "A", 4, ("ITA",))
    other = Codes("H3", "ask Athens", "green", "C", 1, ("GRC",))
    assert strictest(one, other) == Codes(
        "H3", "ask Rome; ask Athens", "amber", "C", 4, ("GRC", "ITA")
    )


def test_nothing_is_an_automatic_finding():
    assert strictest() == Codes("H0", "", "green", "B", 3)


def test_an_unknown_code_counts_as_the_strictest():
    assert strictest(Codes("H9", tlp="blue")).handling == "H3"
    assert strictest(Codes("H9", tlp="blue")).tlp == "red"


@given(CODES, CODES)
def test_it_is_never_looser_than_any_source(one, other):
    both = strictest(one, other)
    for name, order in (("handling", HANDLING), ("tlp", TLP), ("source_grade", SOURCES)):
        ranks = [order.index(getattr(codes, name)) for codes in (one, other, both)]
        assert ranks[2] == max(ranks)
    assert strictest(both, one) == strictest(both, both) == both


LISTED = {"listed": (True,), "handling": ("H2",), "tlp": ("red",), "contributor": ("GRC",),
          "info_grade": (4,), "speed": (3.0, "kn", 5)}  # fmt: skip


def test_an_event_that_names_an_entry_brings_its_codes():
    assert codes_said(event("gap", AYLA)) is None
    assert codes_said(event("watchlist", AYLA, evidence=LISTED)) == Codes(
        "H2", "", "red", "B", 4, ("GRC",)
    )
    desk = Desk()
    desk.sees(event("watchlist", AYLA, evidence=LISTED))
    assert desk.one().alert.codes.handling == "H2"


def test_a_rescue_is_not_bound_by_them_and_gives_nothing_away():
    stop = event("sudden_stop", AYLA, evidence=LISTED)
    desk = Desk()
    desk.sees(stop)
    assert desk.one().alert.codes == Codes()
    assert list(without_list(stop).evidence) == ["speed"]
    assert [list(one.evidence) for one in desk.one().members] == [["speed"]]
