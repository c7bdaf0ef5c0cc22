"""A good sentence is read whatever stands beside it; the fault stays counted."""

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ais.dialects.json_lines import JsonDialect
from ais.lines import LineBlock
from tests.ais.test_decoder import columns
from tests.plugins.nmea import START_US, decoded, decoder, encoded, sentence, tagged, vdm

MAYDAY = b"!AIVDM,1,1,,A,>3cSch@l5T@5V1<TpdTpL,2*59"
"""Type 14 of 247000001: MAYDAY SINKING."""
POSITION = b"!AIVDM,1,1,,B,3:16dn0PBkPfhv`HqN:pJ6bt01<P,0*1A"
"""Type 3 of 672247000."""
CUT = b"!AIVDM,1,1,,A,13u"
LONG_TEXT = (
    "WE ARE A YACHT WITH TWENTY PERSONS ABOARD SOUTH OF CRETE AND SEND MAYDAY MAYDAY MAYDAY"
)


def told(line: bytes, **settings: object) -> tuple[list[bytes], list[int], dict[str, object]]:
    """Return the texts, the MMSIs of positions and the counts of one line."""
    machine = decoder(**settings)
    batch = decoded([line], machine)
    machine.finish()
    assert machine.counts.balanced()
    return batch.texts.text.tolist(), batch.positions.mmsi.tolist(), machine.counts.as_dict()


@pytest.mark.parametrize(
    "line, ships, fault",
    [
        (MAYDAY + POSITION, 1, {"checksum": 1}),
        (POSITION + MAYDAY, 1, {"checksum": 1}),
        (MAYDAY + MAYDAY + POSITION, 1, {}),
        (MAYDAY + b"\r" + POSITION, 1, {"checksum": 1}),
        (POSITION + b",1328182324603" + MAYDAY + b",1328182324603", 1, {}),
        (CUT + MAYDAY, 0, {"checksum": 1}),
        (MAYDAY + CUT, 0, {}),
        (b"$GP" + MAYDAY, 0, {"not NMEA": 1}),
        (b"$GPZDA,120000*" + MAYDAY, 0, {}),
        (b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B" + MAYDAY, 0, {"checksum": 1}),
        (MAYDAY + b",T1.0*33", 0, {"checksum": 1}),
        (b"\xff\x00$" + MAYDAY, 0, {"not NMEA": 1}),
        (MAYDAY + b"x" * 2000, 0, {"too long": 1}),
        (b"\\c:17*00\\" + MAYDAY, 0, {"tag checksum": 1}),
        (b"\\c:17" + MAYDAY, 0, {"tag block": 1}),
        (b"\\" + MAYDAY, 0, {"tag block": 1}),
        (b"\\\\" + MAYDAY, 0, {"tag block": 1}),
        (tagged(b"s:abc,c:12x4", MAYDAY), 0, {"tag time": 1}),
    ],
)
def test_mayday_beside_a_fault_is_heard_and_the_fault_is_counted(line, ships, fault):
    texts, mmsis, counts = told(line)
    assert texts == [b"MAYDAY SINKING"]
    assert mmsis == [672247000] * ships
    assert counts["rejected"] == fault


def test_what_stood_beside_a_fault_is_counted_as_carried():
    *_, counts = told(MAYDAY + POSITION)
    assert (counts["lines"], counts["carried"], counts["sentences"]) == (1, 2, 2)
    assert counts["notes"]["sentence beside a fault"] == 2
    assert counts["samples"]["checksum"] == [(MAYDAY + POSITION).decode()]


@pytest.mark.parametrize(
    "line",
    [
        MAYDAY[:-2] + b"00",
        MAYDAY[:-1],
        CUT + MAYDAY[:-1],
        b"# kept for later " + MAYDAY + POSITION,
        sentence(b"AIVDM,2,3,,A,15M67FC000G,0"),
        b"!" * 50_000,
        b"\\" * 50_000,
        b"!AIVDM,1,1,,A," * 5_000,
    ],
)
def test_what_does_not_prove_itself_stays_out(line):
    texts, mmsis, counts = told(line)
    assert (texts, mmsis, counts["carried"]) == ([], [], 0)


def test_two_sentences_in_one_string_of_ais_catcher_are_both_read():
    line = {
        "class": "AIS",
        "rxuxtime": 1790000000,
        "nmea": [f"{MAYDAY.decode()}\r\n{POSITION.decode()}"],
    }
    machine = decoder(dialects={"{": JsonDialect()})
    batch = decoded([json.dumps(line).encode()], machine)
    assert (batch.texts.text.tolist(), len(batch.positions)) == ([b"MAYDAY SINKING"], 1)
    assert machine.counts.balanced()


def test_tag_block_whose_time_is_wrong_keeps_station_and_group():
    first, second = encoded(type=14, mmsi=247000001, text=LONG_TEXT)
    lines = [tagged(b"g:1-2-7,c:17x,s:roma", first), tagged(b"g:2-2-7", second)]
    batch = decoded(lines)
    assert batch.texts.text.tolist() == [LONG_TEXT.encode()]
    good = decoded([tagged(b"s:roma", MAYDAY)]).receptions.station[0]
    assert batch.receptions.station.tolist() == [good]


def test_good_tag_blocks_inside_a_glued_line_belong_to_their_own_sentence():
    line = (
        tagged(b"s:roma", MAYDAY)
        + POSITION
        + tagged(b"s:bari", vdm(b"15M67FC000G?ufbE`FepT@3n00Sa"))
    )
    stations = decoded([line]).receptions.station.tolist()
    roma, bari = (
        decoded([tagged(b"s:" + name, MAYDAY)]).receptions.station[0]
        for name in (b"roma", b"bari")
    )
    assert stations == [roma, 0, bari]


def test_sentence_beside_a_fault_has_its_lines_time_and_place_and_leaves_a_stamp_alone():
    pghp = b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B"
    block = LineBlock.of([pghp, CUT + POSITION, MAYDAY], received=START_US)
    alone = LineBlock.of([pghp, CUT, MAYDAY], received=START_US)
    settings = {"source_time": frozenset({"a"}), "future_limit_s": None}
    beside, without = decoder(**settings).decode(block), decoder(**settings).decode(alone)
    assert beside.positions.spool.tolist() == [2]
    assert beside.positions.time.tolist() == beside.positions.received.tolist()
    assert beside.texts.received.tolist() == without.texts.received.tolist()


GLUED = (
    *encoded(type=14, mmsi=247000002, text=LONG_TEXT),
    MAYDAY, POSITION, CUT, b"\\c:17*00\\", b"\\s:a*12\\", b"$GP", b"x", b"\r",
    b",T1.0*33", b"$GPZDA,1*", tagged(b"c:1733782034", b""),
)  # fmt: skip


@given(
    lines=st.lists(
        st.lists(st.sampled_from(GLUED), max_size=4).map(b"".join), min_size=1, max_size=12
    ),
    cuts=st.sets(st.integers(1, 11)),
)
@settings(deadline=None, max_examples=150)
def test_cutting_glued_lines_into_blocks_changes_nothing(lines, cuts):
    block = LineBlock.of(lines, START_US + np.arange(len(lines)) * 1_700_000)
    whole, machine = decoder(), decoder()
    expected = columns(whole.decode(block))
    edges = sorted({0, len(lines), *(cut for cut in cuts if cut < len(lines))})
    parts = [machine.decode(block.cut(a, b)) for a, b in pairwise(edges)]
    whole.finish()
    machine.finish()
    assert columns(*parts) == expected
    assert machine.counts == whole.counts
    assert machine.counts.balanced()


@given(
    before=st.lists(st.sampled_from(GLUED[2:]), max_size=3, unique=True),
    behind=st.lists(st.sampled_from(GLUED), max_size=3),
)
@settings(deadline=None, max_examples=150)
def test_a_mayday_is_heard_between_whatever_is_glued_to_it(before, behind):
    texts = decoded([b"".join([*before, MAYDAY, *behind])]).texts.text.tolist()
    assert b"MAYDAY SINKING" in texts


def test_good_lines_between_faulty_ones_are_read_as_alone():
    lines = [
        POSITION,
        CUT + MAYDAY,
        vdm(b"15M67FC000G?ufbE`FepT@3n00Sa"),
        b"noise",
        MAYDAY + MAYDAY,
    ]
    machine = decoder()
    batch = decoded(lines, machine)
    assert batch.receptions.spool.tolist() == [1, 2, 3, 5, 5]
    assert machine.counts.duplicates == 2


@pytest.mark.parametrize("each", [1, 2, 40])
def test_any_number_of_glued_lines_is_read(each):
    ships = [encoded(type=1, mmsi=247_000_000 + k, lon=14, lat=36)[0] for k in range(400)]
    lines = [CUT + b"".join(ships[k : k + each]) for k in range(0, 400, each)]
    assert decoded(lines).positions.mmsi.tolist() == [247_000_000 + k for k in range(400)]
