"""What one sender of a feed begins is not completed by another; behind that they are one feed."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.dialects.json_lines import JsonDialect
from ais.lines import FeedNames, LineBlock
from ais.spool.reader import SpoolReader
from ais.spool.writer import SpoolWriter
from tests.ais.test_decoder import columns
from tests.plugins.nmea import START_US, decoder, encoded, tagged

SHIP, YACHT = 247_000_010, 239_000_020
WARNING = "SECURITE DRIFTING CONTAINERS NEAR CAPE PASSERO ALL SHIPS KEEP CLEAR PLEASE THANK YOU"
CALL = "WE ARE A YACHT WITH TWENTY PERSONS ABOARD SOUTH OF CRETE AND SEND MAYDAY MAYDAY MAYDAY"
FIRST = encoded(type=14, mmsi=SHIP, text=WARNING)
SECOND = encoded(type=14, mmsi=YACHT, text=CALL)
FIX = encoded(type=1, mmsi=SHIP, lon=14, lat=36)[0]
NAMES = ("f", "f~1", "g")


def heard(*lines: tuple[str, bytes]) -> LineBlock:
    """Lines of senders, half a second after each other."""
    block = LineBlock.of([line for _, line in lines], START_US + np.arange(len(lines)) * 500_000)
    feeds = np.array([NAMES.index(name) for name, _ in lines], np.uint16)
    return replace(block, feed=feeds)


@pytest.mark.parametrize("order", [(0, 0, 1, 1), (0, 1, 0, 1), (0, 1, 1, 0)])
def test_texts_of_two_senders_with_one_number_are_both_whole(order):
    rests = {"f": iter(FIRST), "f~1": iter(SECOND)}
    said = [(NAMES[who], next(rests[NAMES[who]])) for who in order]
    machine = decoder(NAMES)
    texts = machine.decode(heard(*said)).texts
    assert sorted(zip(texts.mmsi.tolist(), texts.text.tolist(), strict=True)) == [
        (YACHT, CALL.encode()), (SHIP, WARNING.encode()),
    ]  # fmt: skip
    assert set(texts.feed.tolist()) == {0}
    assert (machine.counts.orphan, machine.counts.incomplete) == (0, 0)


def test_stamp_of_one_sender_does_not_date_the_next_line_of_another():
    machine = decoder(NAMES, source_time=frozenset({"f"}), future_limit_s=None)
    stamp = tagged(b"c:1733782034", b"")
    rows = machine.decode(heard(("f~1", stamp), ("f", FIX))).positions
    assert rows.time.tolist() == rows.received.tolist()


def test_stamps_of_every_sender_of_a_feed_are_believed_and_json_is_of_the_feed():
    source = frozenset({"f"})
    machine = decoder(
        NAMES, source_time=source, future_limit_s=None, dialects={"{": JsonDialect()}
    )
    json = (
        b'{"MessageType":"PositionReport","MetaData":{"time_utc":"2024-12-09 22:07:14 +0000 UTC"},'
        b'"Message":{"PositionReport":{"MessageID":1,"UserID":7,"Longitude":1,"Latitude":2}}}'
    )
    batch = machine.decode(heard(("f~1", tagged(b"c:1733782034", FIX)), ("f~1", json)))
    assert [str(time) for time in batch.positions.time] == ["2024-12-09T22:07:14.000000"] * 2
    assert batch.positions.feed.tolist() == batch.receptions.feed.tolist() == [0, 0]


SAID = [*FIRST, *SECOND, FIX, tagged(b"c:1733782034", b""), FIX + FIX]


@given(
    said=st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from(SAID)), min_size=2, max_size=14
    ),
    cuts=st.sets(st.integers(1, 13)),
    frozen=st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_cutting_the_lines_of_senders_changes_nothing(said, cuts, frozen):
    block, whole, machine = heard(*said), decoder(NAMES), decoder(NAMES)
    expected = columns(whole.decode(block))
    edges = sorted({0, len(said), *(cut for cut in cuts if cut < len(said))})
    parts = []
    for first, last in pairwise(edges):
        parts.append(machine.decode(block.cut(first, last)))
        if frozen:
            state, machine = machine.freeze(), decoder(NAMES)
            machine.thaw(state)
    whole.finish()
    machine.finish()
    assert columns(*parts) == expected
    assert machine.counts == whole.counts
    assert machine.counts.balanced()


def test_a_sender_is_kept_in_the_spool_and_its_feed_named_before_it(tmp_path):
    with SpoolWriter(tmp_path) as writer:
        writer.append("f~1", [FIX], 1_000)
        writer.append("f", [FIX], 1_001)
        head = writer.sync()
    names = FeedNames()
    block, _ = SpoolReader(tmp_path, names).read(0, head, 100)
    assert names.names == ["f", "f~1"]
    assert block.feed.tolist() == [1, 0]
