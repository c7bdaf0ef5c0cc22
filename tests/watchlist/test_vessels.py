"""Stories of who a vessel said she was."""

from datetime import UTC, datetime, timedelta

import pytest

from watchlist.vessels import Segment, SentIdentity, identity_of

START = datetime(2026, 3, 1, tzinfo=UTC)
MMSI = 247_000_001
OTHER = 237_000_002
IMO = 9_074_729


def _day(number: float) -> datetime:
    return START + timedelta(days=number)


def _sent(day: float, mmsi: int = MMSI, **said) -> SentIdentity:
    return SentIdentity(mmsi, _day(day), **said)


def _segment(first: float, last: float, number: int = 1, positions: int = 9) -> Segment:
    return Segment(MMSI, number, _day(first), _day(last), positions, 12.0, 36.0, 13.0, 37.0)


def _spans(spans) -> list[tuple]:
    return [(one.value, one.first, one.last, one.reports) for one in spans]


def test_a_value_holds_until_the_next_report_says_another() -> None:
    found = identity_of([_sent(0, name="EZADEEN"), _sent(5, name="GREAT JOY")], [_segment(0, 9)])
    assert _spans(found.name) == [
        ("EZADEEN", _day(0), _day(5), 1),
        ("GREAT JOY", _day(5), _day(9), 1),
    ]
    assert _spans(found.mmsi) == [(str(MMSI), _day(0), _day(9), 2)]
    assert _spans(found.flag) == [("ITA", _day(0), _day(9), 2)]


def test_a_report_without_a_name_holds_until_the_next_that_has_one() -> None:
    found = identity_of([_sent(0, imo=IMO), _sent(5, name="GREAT JOY")], [_segment(0, 9)])
    assert _spans(found.imo) == [(str(IMO), _day(0), _day(5), 1)]


def test_the_parts_of_a_type_24_do_not_end_each_other() -> None:
    part_a = _sent(0, name="LADY", message=24)
    part_b = _sent(1, call_sign="IBCD", ship_type=36, message=24)
    found = identity_of([part_a, part_b], [_segment(0, 9)])
    assert _spans(found.name) == [("LADY", _day(0), _day(9), 1)]
    assert _spans(found.call_sign) == [("IBCD", _day(1), _day(9), 1)]


def test_a_vessel_that_changed_its_flag_is_told_over_all_its_numbers() -> None:
    before = _sent(0, imo=IMO, name="EZADEEN", call_sign="IBCD", length_m=90.0)
    after = _sent(5, OTHER, imo=IMO, name="GREAT JOY", call_sign="SVAB", length_m=90.0)
    found = identity_of([after, before])
    assert [(one.value, one.first) for one in found.flag] == [("ITA", _day(0)), ("GRC", _day(5))]
    assert [one.value for one in found.name] == ["EZADEEN", "GREAT JOY"]
    assert [one.value for one in found.imo] == [str(IMO)]
    assert found.conflicts == ()


def test_spelling_noise_is_one_span() -> None:
    names = ("M/V SEA STAR", "SEASTAR", "SEA STAR@@", "UNKNOWN")
    found = identity_of([_sent(day, name=name) for day, name in enumerate(names)])
    assert _spans(found.name) == [("SEA STAR@@", _day(0), _day(3), 3)]


def test_all_facts_have_their_spans() -> None:
    row = _sent(1, imo=IMO, call_sign="ib-cd", ship_type=70, length_m=90.2, beam_m=14.0)
    found = identity_of([row, _sent(2, imo=IMO, length_m=90.2, beam_m=14.0, message=19)])
    values = [[one.value for one in spans] for spans in (found.imo, found.call_sign)]
    assert values == [[str(IMO)], ["IBCD"]]
    assert [one.value for one in (*found.ship_type, *found.size)] == ["70", "90 x 14"]
    assert found.conflicts == ()


def test_one_imo_number_joins_mmsis_into_one_vessel() -> None:
    found = identity_of([_sent(0, imo=IMO), _sent(5, OTHER, imo=IMO)])
    assert [one.value for one in found.mmsi] == [str(MMSI), str(OTHER)]
    assert [one.value for one in found.flag] == ["ITA", "GRC"]
    assert found.conflicts == ()


def test_a_vessel_that_only_moved_is_known_from_its_tracks() -> None:
    found = identity_of([], [_segment(1, 2)])
    assert _spans(found.mmsi) == [(str(MMSI), _day(1), _day(2), 0)]
    assert found.segments[0].segment == 1


@pytest.mark.parametrize(
    "reports, segments, said",
    [
        (
            [_sent(0, imo=IMO), _sent(1, imo=9_241_061)],
            [],
            "MMSI 247000001 sent IMO numbers 9074729 and 9241061",
        ),
        (
            [_sent(0, imo=IMO), _sent(2, imo=IMO, name="X"), _sent(1, OTHER, imo=IMO)],
            [],
            "IMO 9074729 was sent by MMSI 237000002 and 247000001 at the same time",
        ),
        ([_sent(0, imo=IMO + 1)], [], "IMO 9074730 is no IMO number: its check digit is wrong"),
        ([_sent(0, call_sign="TCAB")], [], "call sign TCAB is of TUR, MMSI 247000001 of ITA"),
        (
            [_sent(0, length_m=90.0), _sent(1, length_m=95.0), _sent(2, length_m=30.0)],
            [],
            "MMSI 247000001 was 95 m long, then 30 m",
        ),
        (
            [],
            [_segment(0, 5, 1), _segment(1, 2, 2, positions=1), _segment(4, 6, 3)],
            "MMSI 247000001 was at two places at once",
        ),
        ([_sent(0, 100_000_001)], [], "MMSI 100000001 begins with no state's digits"),
    ],
)
def test_conflicts_in_words(reports, segments, said) -> None:
    assert [one.said for one in identity_of(reports, segments).conflicts] == [said]


def test_a_conflict_says_from_when_to_when() -> None:
    (conflict,) = identity_of([], [_segment(0, 5, 1), _segment(4, 6, 2)]).conflicts
    assert (conflict.kind, conflict.first, conflict.last) == (
        "two tracks at once",
        _day(4),
        _day(5),
    )


def test_order_does_not_matter() -> None:
    rows = [_sent(k % 4, imo=IMO, name="AB"[k % 2] * 4, spool=k) for k in range(8)]
    assert identity_of(rows) == identity_of(rows[::-1])
