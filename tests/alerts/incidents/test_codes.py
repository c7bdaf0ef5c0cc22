from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.alert import HANDLING, Codes
from alerts.incidents.codes import SOURCES, TLP, strictest

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
