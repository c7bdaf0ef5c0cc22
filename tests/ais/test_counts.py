"""The equations, and adding up."""

import json

from hypothesis import given
from hypothesis import strategies as st

from ais.counts import Counts
from tests.plugins.nmea import decoded, decoder, vdm

NUMBERS = st.integers(0, 10**9)
NAMED = st.dictionaries(st.sampled_from(["checksum", "NMEA", "empty"]), st.integers(1, 10**6))


def balanced(other: dict[str, int], rejected: dict[str, int], used: int, orphan: int) -> Counts:
    sentences = used + orphan
    lines = sentences + sum(other.values()) + sum(rejected.values())
    return Counts(lines, 0, sentences, used, orphan, other=other, rejected=rejected)


BALANCED = st.builds(balanced, NAMED, NAMED, NUMBERS, NUMBERS)


def test_nothing_is_balanced():
    assert Counts().balanced()


def test_a_line_too_many_is_noticed():
    assert not Counts(lines=1).balanced()
    assert not Counts(sentences=1, lines=1).balanced()
    assert not Counts(messages=2, decoded=1).balanced()


@given(BALANCED, BALANCED)
def test_sum_of_balanced_counts_is_balanced(one, two):
    lines = one.lines + two.lines
    one.merge(two)
    assert one.balanced()
    assert one.lines == lines


@given(BALANCED)
def test_counts_survive_json_and_freezing(counts):
    assert Counts.from_dict(json.loads(json.dumps(counts.as_dict()))) == counts
    assert Counts.thaw(counts.freeze()) == counts


def test_three_samples_of_a_reason_are_kept():
    counts, more = Counts(), Counts()
    counts.sample("checksum", [b"one", b"two\xff"])
    more.sample("checksum", [b"three", b"four"])
    counts.merge(more)
    assert counts.samples == {"checksum": ["one", "two\\xff", "three"]}


def test_samples_hold_nothing_that_a_database_or_a_terminal_refuses():
    counts = Counts()
    counts.sample("NMEA", [b"\\c:1*2\\!AI\x00\x1b[2J~\x7f\x80"])
    assert counts.samples == {"NMEA": [r"\c:1*2\!AI\x00\x1b[2J~\x7f\x80"]}


def test_long_sample_is_cut():
    counts = Counts()
    counts.sample("too long", [b"x" * 1_000_000])
    assert len(counts.samples["too long"][0]) == 200


def test_samples_do_not_depend_on_the_blocks():
    lines = [vdm(b"1")[:-1] + b"X"] * 2 + [vdm(b"2")[:-1] + b"X"] * 3
    whole, pieces = decoder(), decoder()
    decoded(lines, whole)
    for line in lines:
        decoded([line], pieces)
    assert whole.counts == pieces.counts
    assert len(whole.counts.samples["checksum"]) == 3


def test_types_are_counted():
    machine = decoder()
    decoded([vdm(b"15M67FC000G?ufbE`FepT@3n00Sa")], machine)
    assert machine.counts.types == {"1": 1}
