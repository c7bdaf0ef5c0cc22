"""The decoder as a whole: cuts, time, duplicates, foreign lines, state."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ais.batches import Columns, Decoded
from ais.decoder import Decoder
from ais.dialects.for_feeds import dialects_for
from ais.lines import CONTROL, TICK, FeedNames, LineBlock
from tests.plugins.nmea import START_US, decoded, decoder, encoded, tagged, vdm

SECOND = 1_000_000
REPORT = b"15M67FC000G?ufbE`FepT@3n00Sa"


def columns(*batches: Decoded) -> list[list[object]]:
    """All columns of several decoded blocks, joined, as lists (NaN as text, so that it equals)."""
    out = []
    for part in ("positions", "statics", "texts", "receptions"):
        joined = type(getattr(batches[0], part)).join([getattr(b, part) for b in batches])
        out += [_listed(getattr(joined, name)) for name in joined.dtypes()]
    return out


def _listed(column: np.ndarray) -> list[object]:
    return [str(value) for value in column.tolist()]


def story() -> LineBlock:
    """Sixty lines of every kind: duplicates, parts, faults, stamps, ticks, two feeds."""
    lines, feeds = [], []
    for k in range(10):
        ship = encoded(type=5, mmsi=247_000_001 + k % 3, shipname=f"SHIP {k}")
        report = encoded(type=1, mmsi=247_000_001, lon=10 + k % 4, lat=40, speed=k)[0]
        lines += [ship[0], report, b"1490075479," + report, ship[1], b"", b"$PGHP,broken"]
        feeds += [0, 1, 0, k % 2, TICK, 1]
    block = LineBlock.of(lines, START_US + np.arange(60) * 1_700_000)
    block.feed[:] = feeds
    return block


@given(cuts=st.sets(st.integers(1, 59)), frozen=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_cutting_the_stream_anywhere_changes_nothing(cuts, frozen):
    block, whole, machine = story(), decoder(("a", "b")), decoder(("a", "b"))
    expected = columns(whole.decode(block))
    parts = []
    for first, last in zip([0, *sorted(cuts)], [*sorted(cuts), 60], strict=True):
        parts.append(machine.decode(block.cut(first, last)))
        if frozen:
            state, machine = machine.freeze(), decoder(("a", "b"))
            machine.thaw(state)
    whole.finish()
    machine.finish()
    assert columns(*parts) == expected
    assert machine.counts == whole.counts
    assert machine.counts.balanced()


NEARLY = st.one_of(
    st.binary(max_size=90),
    st.text("!$\\,*AIVDMO019wW`s:cgG-{#", max_size=60).map(str.encode),
    st.builds(
        lambda payload, fill: vdm(payload.encode(), fill),
        st.text("015ABHGwW`<>?@, *", max_size=80),
        st.integers(0, 9),
    ),
)


@given(lines=st.lists(NEARLY, max_size=20), flips=st.lists(st.integers(0, 10_000), max_size=5))
@settings(deadline=None)
def test_random_bytes_never_raise_and_counts_balance(lines, flips):
    machine = decoder()
    good = bytearray(tagged(b"g:1-2-3,s:a,c:1733782034", vdm(REPORT)))
    for flip in flips:
        good[flip % len(good)] = flip % 256
    decoded([*lines, bytes(good)], machine)
    machine.finish()
    assert machine.counts.balanced()
    assert machine.counts.lines == len(lines) + 1


@pytest.mark.parametrize(
    "later_s, positions, duplicates", [(0, 1, 1), (10, 1, 1), (10.001, 2, 0), (-3000, 1, 1)]
)
def test_same_payload_within_ten_seconds_is_one_message(later_s, positions, duplicates):
    machine = decoder()
    lines = [vdm(REPORT), tagged(b"s:other", vdm(REPORT, parts="1,1,,B", talker="BSVDM"))]
    times = [START_US, START_US + int(later_s * SECOND)]
    batch = decoded(lines, machine, received=times)
    assert (len(batch.positions), len(batch.receptions)) == (positions, 2)
    assert machine.counts.duplicates == duplicates
    assert batch.receptions.duplicate.tolist() == [False, duplicates == 1]


def test_repeating_vessel_is_not_silenced_for_longer_than_the_window():
    times = [START_US + k * 6 * SECOND for k in range(6)]
    assert len(decoded([vdm(REPORT)] * 6, received=times).positions) == 3


def test_another_recording_does_not_remember_the_one_before():
    times = [START_US, START_US - 4000 * SECOND, START_US - 3999 * SECOND]
    assert len(decoded([vdm(REPORT)] * 3, received=times).positions) == 2


@pytest.mark.parametrize("block_lines", [1, 7, 5000])
def test_growing_and_forgetting_change_no_answer(block_lines):
    machine, lines = (
        decoder(),
        [vdm(b"15M6%05dC00G?ufbE`FepT@3n00" % (k % 3000)) for k in range(5000)],
    )
    block = LineBlock.of(lines, START_US + np.arange(5000) * 3_000)
    for first in range(0, 5000, block_lines):
        machine.decode(block.cut(first, first + block_lines))
    assert machine.counts.duplicates == 2000


def test_memory_of_payloads_is_bounded_by_the_window():
    machine = decoder()
    lines = [vdm(b"15M6%05dC00G?ufbE`FepT@3n00" % k) for k in range(20_000)]
    machine.decode(LineBlock.of(lines, START_US + np.arange(20_000) * 10_000))
    assert machine._reader.seen.tables.shape[1] == 4096


def test_memory_of_payloads_grows_with_the_traffic():
    machine = decoder()
    lines = [vdm(b"15M6%05dC00G?ufbE`FepT@3n00" % k) for k in range(20_000)]
    decoded(lines + lines, machine)
    assert machine.counts.duplicates == 20_000
    assert machine._reader.seen.tables.shape[1] > 20_000


def test_time_is_the_receive_time_unless_the_feed_is_believed():
    line = tagged(b"c:1733782034", vdm(REPORT))
    received = decoded([line]).positions
    believed = decoded(
        [line], decoder(future_limit_s=None, source_time=frozenset({"a"}))
    ).positions
    assert received.time[0] == received.received[0] == np.datetime64(START_US, "us")
    assert str(believed.time[0]) == "2024-12-09T22:07:14.000000"
    assert believed.received[0] == np.datetime64(START_US, "us")


def test_stamp_of_the_first_part_is_the_time_of_the_message():
    lines = encoded(type=19, mmsi=247_000_001, lon=10, lat=40, shipname="A" * 20)
    payload = (
        lines[0].split(b",")[5] if len(lines) == 1 else b"".join(x.split(b",")[5] for x in lines)
    )
    parts = [vdm(payload[:30], parts="2,1,4,A"), vdm(payload[30:], parts="2,2,4,A")]
    lines = [tagged(b"g:1-2-5,c:1733782034", parts[0]), tagged(b"g:2-2-5", parts[1])]
    batch = decoded(lines, decoder(future_limit_s=None, source_time=frozenset({"a"})))
    assert str(batch.positions.time[0]) == "2024-12-09T22:07:14.000000"


@pytest.mark.parametrize("ahead_s, rows", [(300, 1), (301, 0)])
def test_time_more_than_five_minutes_ahead_of_now_is_quarantined(ahead_s, rows):
    machine = decoder(source_time=frozenset({"a"}))
    line = tagged(b"c:%d" % (START_US // SECOND + ahead_s), vdm(REPORT))
    assert len(machine.decode(LineBlock.of([line], START_US)).positions) == rows
    assert machine.counts.messages_rejected == ({} if rows else {"future": 1})


@pytest.mark.parametrize("limit_s, rows", [(59, 0), (60, 1), (None, 1)])
def test_time_too_long_before_the_receive_time_is_quarantined(limit_s, rows):
    machine = decoder(source_time=frozenset({"a"}), past_limit_s=limit_s)
    line = tagged(b"c:%d" % (START_US // SECOND - 60), vdm(REPORT))
    assert len(machine.decode(LineBlock.of([line], START_US)).positions) == rows
    assert machine.counts.messages_rejected == ({} if rows else {"past": 1})
    assert machine.counts.balanced()


def test_wrong_clock_of_a_feed_that_is_not_believed_costs_nothing():
    line = tagged(b"c:4000000000", vdm(REPORT))
    block = LineBlock.of([line], START_US)
    assert len(decoder().decode(block).positions) == 1


def test_reserved_lines_are_counted_and_skipped():
    machine = decoder()
    decoded([b'{"what":"list"}'], machine, feed=CONTROL)
    decoded([b""], machine, feed=TICK)
    assert machine.counts.other == {"_control": 1, "_tick": 1}


def test_a_control_line_is_no_json_of_a_feed():
    machine = Decoder(FeedNames(["harbour"]), dialects=dialects_for(()))
    decoded([b'{"what":"list","version":1}'], machine, feed=CONTROL)
    assert (machine.counts.other, machine.counts.rejected) == ({"_control": 1}, {})


def test_feed_named_after_the_start_is_believed_too():
    names = FeedNames()
    machine = decoder(future_limit_s=None, source_time=frozenset({"late"}))
    machine.names = names
    names.code("early")
    decoded([vdm(REPORT)], machine)
    line = tagged(b"c:1733782034", vdm(REPORT[:-1] + b"b"))
    batch = decoded([line], machine, feed=names.code("late"))
    assert str(batch.positions.time[0]) == "2024-12-09T22:07:14.000000"


def test_empty_block_says_nothing():
    machine = decoder()
    batch = machine.decode(LineBlock.of([]))
    assert all(len(part) == 0 for part in (batch.positions, batch.statics, batch.receptions))
    assert machine.counts.balanced()


def test_columns_have_their_declared_types():
    batch = decoded([vdm(REPORT), *encoded(type=5, mmsi=1, shipname="A")])
    for part in (batch.positions, batch.statics, batch.texts, batch.receptions):
        assert isinstance(part, Columns)
        for name, dtype in part.dtypes().items():
            column = getattr(part, name)
            assert column.dtype == np.dtype(dtype)
            assert column.flags["C_CONTIGUOUS"]


def test_earlier_batches_are_not_overwritten_by_later_blocks():
    machine = decoder()
    first = decoded([vdm(REPORT)], machine)
    decoded(encoded(type=1, mmsi=247_000_001, lon=1, lat=2), machine)
    assert first.positions.mmsi.tolist() == [366_053_209]


def test_what_a_block_said_is_not_touched_by_the_next_block():
    def said(name: str) -> list[bytes]:
        return encoded(type=5, mmsi=247_000_001, shipname=name, callsign=name[:7]) + encoded(
            type=14, mmsi=247_000_001, text=name
        )

    machine = decoder()
    first = decoded(said("ALBA SPIRIT"), machine)
    decoded(said("VIOLA SEA"), machine)
    assert first.statics.name.tolist() == [b"ALBA SPIRIT"]
    assert first.statics.call_sign.tolist() == [b"ALBA SP"]
    assert first.texts.text.tolist() == [b"ALBA SPIRIT"]
