"""Parts find their message, or are counted."""

import pytest

from ais.batches import Decoded
from ais.lines import LineBlock
from tests.plugins.nmea import START_US, decoded, decoder, encoded, tagged, vdm

FIRST = b"!AIVDM,2,1,9,A,55P7QL82E<f1Li0V220hT8E9AV105=<Ttr2222164JT8H5j<0GjE32EP0000,0*4B"


def voyage(name: str, mmsi: int = 247_000_001) -> list[bytes]:
    """Two sentences of a type 5 message."""
    return encoded(type=5, mmsi=mmsi, shipname=name, callsign="IABC", destination="GENOVA")


def names(batch: Decoded) -> list[bytes]:
    return batch.statics.name.tolist()


def test_two_parts_make_one_message():
    lines = voyage("ALBA")
    assert names(decoded(lines)) == [b"ALBA"]


def test_order_of_the_parts_does_not_matter():
    lines = voyage("ALBA")
    machine = decoder()
    assert names(decoded(lines[::-1], machine)) == [b"ALBA"]
    assert (machine.counts.used, machine.counts.orphan, machine.counts.incomplete) == (2, 0, 0)


def test_two_stations_interleaved_give_two_ships():
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    lines = [tagged(b"s:one", line) for line in alba] + [tagged(b"s:two", x) for x in bora]
    batch = decoded([lines[0], lines[2], lines[1], lines[3]])
    assert sorted(zip(batch.statics.mmsi.tolist(), names(batch), strict=True)) == [
        (247_000_001, b"ALBA"),
        (247_000_002, b"BORA"),
    ]


def test_two_feeds_interleaved_give_two_ships():
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    block = LineBlock.of([alba[0], bora[0], alba[1], bora[1]], START_US)
    block.feed[:] = [0, 1, 0, 1]
    assert sorted(names(decoder(("a", "b")).decode(block))) == [b"ALBA", b"BORA"]


@pytest.mark.parametrize("form", [b"g:%d-2-%d", b"%dG2:%d"])
def test_group_of_the_tag_block_holds_parts_together(form):
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    lines = [tagged(form % (n, 7), line) for n, line in enumerate(alba, 1)]
    lines += [tagged(form % (n, 8), line) for n, line in enumerate(bora, 1)]
    assert sorted(names(decoded([lines[0], lines[2], lines[1], lines[3]]))) == [b"ALBA", b"BORA"]


def test_station_only_on_the_first_part_is_enough():
    first, second = voyage("ALBA")
    batch = decoded([tagged(b"g:1-2-7,s:one", first), tagged(b"g:2-2-7", second)])
    assert names(batch) == [b"ALBA"]
    assert batch.receptions.station[0] != 0


def test_untold_station_joins_nothing_when_two_could_be_meant():
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    machine = decoder()
    lines = [tagged(b"s:one", alba[0]), tagged(b"s:two", bora[0]), alba[1]]
    assert len(decoded(lines, machine).statics) == 0
    machine.finish()
    assert (machine.counts.orphan, machine.counts.incomplete) == (1, 2)


def test_parts_wait_for_five_seconds():
    first, second = voyage("ALBA")
    assert names(decoded([first, second], received=[START_US, START_US + 5_000_000])) == [b"ALBA"]


def test_parts_six_seconds_apart_are_not_joined():
    first, second = voyage("ALBA")
    machine = decoder()
    batch = decoded([first, second], machine, received=[START_US, START_US + 6_000_000])
    assert len(batch.statics) == 0
    assert (machine.counts.incomplete, machine.counts.pending) == (1, 1)


def test_left_over_part_2_is_not_joined_with_the_next_part_1():
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    machine = decoder()
    times = [START_US, START_US + 9_000_000, START_US + 9_100_000]
    assert names(decoded([alba[1], *bora], machine, received=times)) == [b"BORA"]
    assert machine.counts.orphan == 1


def test_reused_sequence_gives_up_what_waited():
    alba, bora = voyage("ALBA"), voyage("BORA", 247_000_002)
    machine = decoder()
    assert names(decoded([alba[0], *bora], machine)) == [b"BORA"]
    assert machine.counts.incomplete == 1


def test_repeated_part_is_an_orphan_and_does_no_harm():
    first, second = voyage("ALBA")
    machine = decoder()
    assert names(decoded([first, first, second], machine)) == [b"ALBA"]
    assert machine.counts.orphan == 1
    assert machine.counts.balanced()


def test_talker_channel_and_number_of_parts_are_part_of_the_key():
    first, second = voyage("ALBA")
    payload, fill = second.split(b",")[5], int(second.split(b",")[6][:1])
    for parts, talker in (("2,2,0,A", "BSVDM"), ("2,2,0,B", "AIVDM"), ("3,2,0,A", "AIVDM")):
        other = vdm(payload, fill, parts=parts, talker=talker)
        assert len(decoded([first, other]).statics) == 0
    assert len(decoded([first, vdm(payload, fill, parts="2,2,0,A")]).statics) == 1


def test_nine_parts_make_one_message():
    payload = encoded(type=8, mmsi=247_000_001, dac=1, fid=40, data=b"x" * 60)
    text = b"".join(line.split(b",")[5] for line in payload)
    fill = int(payload[-1].split(b",")[6][:1])
    size = -(-len(text) // 9)
    lines = [
        vdm(text[k * size : (k + 1) * size], fill if k == 8 else 0, parts=f"9,{k + 1},3,A")
        for k in range(9)
    ]
    assert decoded(lines[::-1]).receptions.message.tolist() == [8]


def test_flood_of_first_parts_stays_bounded_and_counted():
    machine = decoder()
    lines = [tagged(b"g:1-2-%d" % group, FIRST) for group in range(10_000)]
    decoded(lines, machine)
    assert machine.counts.pending == 2048
    assert machine.counts.incomplete == 10_000 - 2048
    assert machine.counts.balanced()


def test_flood_of_long_parts_is_given_up():
    machine = decoder()
    lines = [vdm(b"5" * 400, parts=f"9,{k},1,A") for k in range(1, 9)]
    decoded(lines, machine)
    machine.finish()
    assert (machine.counts.used, machine.counts.orphan + machine.counts.incomplete) == (0, 8)


def test_frozen_parts_are_completed_after_a_restart():
    first, second = voyage("ALBA")
    machine, again = decoder(), decoder()
    decoded([first], machine)
    again.thaw(machine.freeze())
    assert names(decoded([second], again)) == [b"ALBA"]
    assert again.counts.used == 2


def test_end_of_input_gives_up_what_waits():
    machine = decoder()
    decoded(voyage("ALBA")[:1], machine)
    assert machine.counts.pending == 1
    machine.finish()
    assert (machine.counts.pending, machine.counts.incomplete) == (0, 1)


def test_spool_position_of_every_part_is_known():
    machine = decoder()
    parsed = machine.parse(LineBlock.of(voyage("ALBA")[::-1], START_US, first_spool=5))
    assert parsed.said.lines[:2].tolist() == [6, 5]
