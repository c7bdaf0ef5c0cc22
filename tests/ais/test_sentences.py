"""Lines are named, proven and timed."""

import numpy as np
import pytest

from ais.lines import CONTROL, TICK, LineBlock
from ais.sentences import OTHER, OTHER_KINDS, REASONS, REJECTED, SENTENCE, no_stamps, scan
from tests.plugins.nmea import checksum, sentence, tagged, vdm

POSITION = b"!AIVDM,1,1,,B,3:16dn0PBkPfhv`HqN:pJ6bt01<P,0*1A"


def scanned(line: bytes) -> np.void:
    return scan(LineBlock.of([line])).rows[0]


def stamp(line: bytes) -> str:
    return str(scan(LineBlock.of([line])).stamp[0])


def test_fields_of_a_sentence_are_split():
    row = scanned(
        b"!AIVDM,2,1,9,A,55P7QL82E<f1Li0V220hT8E9AV105=<Ttr2222164JT8H5j<0GjE32EP0000,0*4B"
    )
    assert (row["kind"], row["total"], row["number"], row["sequence"]) == (SENTENCE, 2, 1, 9)
    assert (row["channel"], row["fill"], row["end"] - row["start"]) == (ord("A"), 0, 60)


def test_absent_sequence_and_channel_are_no_fault():
    row = scanned(b"!AIVDM,1,1,,,403t>B1vFhQr5`NonbBw?>G00<0n,0*7B")
    assert (row["kind"], row["sequence"], row["channel"]) == (SENTENCE, 255, 0)


@pytest.mark.parametrize("talker", ["AI", "BS", "AB", "AS", "BY", "SS", "B1", "B2", "--", "=I"])
@pytest.mark.parametrize("formatter", ["VDM", "VDO"])
def test_every_talker_is_heard(talker, formatter):
    row = scanned(vdm(b"3:16dn0PBkPfhv`HqN:pJ6bt01<P", talker=talker + formatter))
    assert (row["kind"], row["own"]) == (SENTENCE, formatter == "VDO")
    assert row["talker"] == int.from_bytes(talker.encode(), "big")


@pytest.mark.parametrize(
    "line, reason",
    [
        (POSITION[:-1] + b"B", "checksum"),
        (POSITION[:-3], "no checksum"),
        (POSITION.replace(b"PBk", b"PB"), "checksum"),
        (b"x" * 1025, "too long"),
        (b"!" * 3_000_000, "too long"),
        (b"$81130.00,038,A,V,DGNSS input failed*53", "not NMEA"),
        (b"hello", "not NMEA"),
        (b"\xff\xfe\x00\x80", "not NMEA"),
        (b'{"class":"AIS"}', "not NMEA"),
        (sentence(b"AIVDM,1,1,A,15M67FC000G,0"), "fields"),
        (sentence(b"AIVDM,x,1,,A,15M67FC000G,0"), "fields"),
        (sentence(b"AIVDM,2,3,,A,15M67FC000G,0"), "part numbers"),
        (sentence(b"AIVDM,0,0,,A,15M67FC000G,0"), "part numbers"),
        (sentence(b"AIVDM,10,1,,A,15M67FC000G,0"), "part numbers"),
        (sentence(b"AIVDM,1,1,,A,15M67FC000G,6"), "fill bits"),
        (sentence(b"AIVDM,1,1,,A,15M67FC000G,x"), "fill bits"),
        (b"\\s:2573238,c:1733782034*0B\\" + POSITION, "tag checksum"),
        (b"\\s:2573238,c:1733782034*0A" + POSITION, "tag block"),
        (b"\\s:2573238,c:1733782034\\" + POSITION, "tag block"),
        (tagged(b"s:1,c:17337x2034", POSITION), "tag time"),
        (tagged(b"c:", POSITION), "tag time"),
        (b"$PGHP,1,2010,6,31,11,46,11,390,231,45,992190934,1,2B*59", "fields"),
        (b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5C", "checksum"),
    ],
)
def test_faulty_line_is_rejected_with_its_reason(line, reason):
    row = scanned(line)
    assert (row["kind"], REASONS[row["code"]]) == (REJECTED, reason)


@pytest.mark.parametrize(
    "line, kind",
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"# from the harbour", "comment"),
        (b"\\si:AISD*3F\\", "tag block"),
        (b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B", "$PGHP"),
        (b"$AIALR,9.9,9,V,V,x*00", "NMEA"),
        (b"!AIPWR,UNIT=0,PWV", "NMEA"),
    ],
)
def test_other_line_is_named(line, kind):
    row = scanned(line)
    assert (row["kind"], OTHER_KINDS[row["code"]]) == (OTHER, kind)


@pytest.mark.parametrize("feed, kind", [(TICK, "_tick"), (CONTROL, "_control")])
def test_reserved_feeds_are_no_sentences(feed, kind):
    row = scan(LineBlock.of([POSITION], feed=feed)).rows[0]
    assert (row["kind"], OTHER_KINDS[row["code"]]) == (OTHER, kind)


@pytest.mark.parametrize(
    "line, expected",
    [
        (POSITION, "NaT"),
        (b"2016-03-31 00:00:01, " + POSITION, "2016-03-31T00:00:01.000000"),
        (b"2016-03-31T00:00:01.25Z " + POSITION, "2016-03-31T00:00:01.250000"),
        (b"2016-03-31T02:00:01+02:00 " + POSITION, "2016-03-31T00:00:01.000000"),
        (b"2016/02/29 23:59:59;" + POSITION, "2016-02-29T23:59:59.000000"),
        (b"2015-02-29 23:59:59 " + POSITION, "NaT"),
        (b"2016-03-31 24:00:00 " + POSITION, "NaT"),
        (b"1490075479," + POSITION, "2017-03-21T05:51:19.000000"),
        (b"1490075479.5 " + POSITION, "2017-03-21T05:51:19.500000"),
        (b"1490075479123:" + POSITION, "2017-03-21T05:51:19.123000"),
        (POSITION + b",1328182324603", "2012-02-02T11:32:04.603000"),
        (POSITION + b",1328182324", "2012-02-02T11:32:04.000000"),
        (POSITION + b",station", "NaT"),
        (tagged(b"s:1,c:1733782034", POSITION), "2024-12-09T22:07:14.000000"),
        (tagged(b"c:1733782034500,s:1", POSITION), "2024-12-09T22:07:14.500000"),
        (tagged(b"c:12", POSITION), "NaT"),
        (tagged(b"s:a", tagged(b"c:1733782034", POSITION)), "2024-12-09T22:07:14.000000"),
    ],
)
def test_time_that_a_line_carries_is_read(line, expected):
    assert scanned(line)["kind"] == SENTENCE
    assert stamp(line) == expected


def test_tag_block_outranks_prefix_and_suffix():
    line = b"1490075479," + tagged(b"c:1733782034", POSITION) + b",1328182324603"
    assert stamp(line) == "2024-12-09T22:07:14.000000"


PGHP = b"$PGHP,1,2010,6,11,11,46,11,390,231,45,992190934,1,2B*5B"


@pytest.mark.parametrize("cut", [0, 1, 2, 3])
def test_pghp_stamps_the_next_sentence_alone_wherever_the_block_is_cut(cut):
    block, carried = LineBlock.of([PGHP, b"$AIALR,1,V*00", POSITION, POSITION]), no_stamps()
    parts = [scan(block.cut(0, cut), carried), scan(block.cut(cut, 4), carried)]
    stamps = np.concatenate([part.stamp for part in parts])
    assert [str(stamps[2]), str(stamps[3])] == ["2010-06-11T11:46:11.390000", "NaT"]


def test_pghp_of_one_feed_does_not_stamp_another():
    block = LineBlock.of([PGHP, POSITION])
    block.feed[1] = 7
    assert np.isnat(scan(block).stamp[1])


def test_tag_block_line_stamps_the_next_sentence():
    block = LineBlock.of([tagged(b"c:1733782034", b""), POSITION])
    assert str(scan(block).stamp[1]) == "2024-12-09T22:07:14.000000"


def test_station_and_both_forms_of_group_are_read():
    rows = scan(
        LineBlock.of(
            [
                tagged(b"g:1-2-33,s:r003669947", POSITION),
                tagged(b"1G2:33,s:r003669947", POSITION),
                tagged(b"g:2-2-0", POSITION),
                POSITION,
            ]
        )
    ).rows
    assert rows["group"].tolist() == [34, 34, 1, 0]
    assert rows["station"][0] == rows["station"][1] != 0
    assert rows["station"].tolist()[2:] == [0, 0]


def test_two_stations_have_two_hashes():
    lines = [tagged(b"s:2573238", POSITION), tagged(b"s:2573239", POSITION)]
    assert len(set(scan(LineBlock.of(lines)).rows["station"].tolist())) == 2


def test_remarkable_lines_are_noted_and_accepted():
    long = vdm(b"1" * 80)
    sentences = scan(LineBlock.of([POSITION + b",later", b"north " + POSITION, long]))
    assert sentences.tally[SENTENCE, 0] == 3
    assert sentences.notes.tolist() == [1, 1, 1, 0]


def test_checksum_helper_agrees_with_a_real_sentence():
    assert checksum(POSITION[1:-3]) == POSITION[-2:]
