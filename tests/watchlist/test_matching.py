"""Stories of vessels that are, or seem to be, on the list."""

import numpy as np
import pytest

from ais.batches import PositionBatch, StaticBatch
from tests.plugins.vessels import listed, positions, statics
from watchlist.entries import Edition
from watchlist.hits import MATCHED_ON, Hits, facts
from watchlist.matching import Matcher

MMSI = 247_000_001
GREEK = 237_000_002
IMO = 9_074_729
OTHER_IMO = 9_241_061
NONE = StaticBatch.empty()
NOBODY = PositionBatch.empty()


def _matcher(*entries) -> Matcher:
    matcher = Matcher()
    assert len(matcher.adopt(Edition(entries), 0, 0)) == 0
    return matcher


def _told(hits: Hits) -> list[tuple]:
    columns = zip(hits.spool, hits.matched_on, hits.agrees, hits.disagrees, strict=True)
    return [(int(s), MATCHED_ON[int(m)], facts(int(a)), facts(int(d))) for s, m, a, d in columns]


def _says(spool, mmsi=MMSI, **said) -> StaticBatch:
    return statics({"mmsi": mmsi, "spool": spool, **said})


def test_a_listed_mmsi_is_told_at_its_first_position_and_not_again() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,)))
    rows = positions({"mmsi": GREEK, "spool": 5}, *({"mmsi": MMSI, "spool": k} for k in (7, 8)))
    hits = matcher.step(rows, NONE)
    assert _told(hits) == [(7, "mmsi", ("mmsi",), ())]
    assert (hits.mmsi[0], hits.entry[0], hits.score[0]) == (MMSI, 0, 1.0)
    assert hits.received[0] == np.datetime64(7, "us")
    assert len(matcher.step(rows, NONE)) == 0


def test_a_listed_imo_number_finds_a_vessel_under_another_mmsi() -> None:
    matcher = _matcher(listed("a", imo=(IMO,), mmsi=(GREEK,)))
    hits = matcher.step(NOBODY, _says(3, imo=IMO, name=b"PSARA"))
    assert _told(hits) == [(3, "imo", ("imo",), ("mmsi",))]
    assert (hits.imo[0], hits.name[0]) == (IMO, b"PSARA")


def test_an_invalid_imo_number_matches_nothing_and_disagrees_with_nothing_but_is_kept() -> None:
    matcher = _matcher(listed("a", imo=(IMO + 1,)), listed("b", mmsi=(MMSI,), imo=(IMO,)))
    hits = matcher.step(NOBODY, _says(3, imo=IMO + 1))
    assert _told(hits) == [(3, "mmsi", ("mmsi",), ())]
    assert (hits.entry[0], hits.imo[0]) == (1, IMO + 1)


def test_a_listed_name_with_another_imo_number_is_shown_as_a_conflict() -> None:
    matcher = _matcher(listed("a", names=("Blue Sky M",), imo=(IMO,), type="cargo"))
    hits = matcher.step(NOBODY, _says(3, name=b"BLUE SKY M", imo=OTHER_IMO, ship_type=70))
    assert _told(hits) == [(3, "name", ("name", "type"), ("imo",))]


@pytest.mark.parametrize(
    "second, said",
    [
        ({"type": "general cargo"}, ("name", "type")),
        ({"flag": "ITA"}, ("name", "flag")),
        ({"length_m": 100.0}, ("name", "length")),
    ],
)
def test_a_name_counts_with_a_second_fact(second, said) -> None:
    row = _says(3, name=b"BLUESKY M", ship_type=70, length_m=110.0)
    hits = _matcher(listed("a", names=("M/V Blue Sky M",), **second)).step(NOBODY, row)
    assert _told(hits) == [(3, "name", said, ())]


@pytest.mark.parametrize(
    "facts_listed",
    [{}, {"type": "fishing"}, {"flag": "GRC"}, {"length_m": 99.0}, {"type": "whatever"}],
)
def test_a_name_alone_is_no_hit(facts_listed) -> None:
    row = _says(3, name=b"BLUE SKY M", ship_type=70, length_m=110.0)
    assert len(_matcher(listed("a", names=("BLUE SKY M",), **facts_listed)).step(NOBODY, row)) == 0


def test_the_likeness_of_the_names_is_the_score() -> None:
    matcher = _matcher(listed("a", names=("Ezadeen",), flag="ITA"))
    hits = matcher.step(NOBODY, _says(3, name=b"EZADEN"))
    assert hits.score[0] == pytest.approx((6 / 7 + 2) / 3, abs=1e-6)


def test_parts_a_and_b_of_a_type_24_tell_together() -> None:
    matcher = _matcher(listed("a", names=("LADY",), type="yacht"))
    part_a = {"mmsi": MMSI, "message": 24, "name": b"LADY", "spool": 1}
    part_b = {"mmsi": MMSI, "message": 24, "part": 1, "ship_type": 36, "spool": 2}
    assert _told(matcher.step(NOBODY, statics(part_a, part_b))) == [
        (2, "name", ("name", "type"), ())
    ]


def test_a_renamed_vessel_keeps_its_hit_and_shows_that_its_name_is_another() -> None:
    matcher = _matcher(listed("a", names=("EZADEEN",), flag="ITA"))
    matcher.step(NOBODY, _says(1, name=b"EZADEEN"))
    hits = matcher.step(NOBODY, _says(2, name=b"GREAT JOY"))
    assert _told(hits) == [(2, "name", ("name", "flag"), ("name",))]


def test_a_list_that_comes_later_finds_a_vessel_by_the_name_it_had_before() -> None:
    matcher = Matcher()
    matcher.step(NOBODY, _says(1, name=b"EZADEEN", call_sign=b"SVAB"))
    matcher.step(NOBODY, _says(2, name=b"GREAT JOY", call_sign=b"9HA123"))
    entries = (listed("a", names=("EZADEEN",), flag="ITA"), listed("b", call_sign=("SV-AB",)))
    hits = matcher.adopt(Edition(entries), 50, 9)
    assert _told(hits) == [
        (9, "name", ("name", "flag"), ("name",)),
        (9, "call sign", ("call sign",), ("call sign",)),
    ]
    assert set(hits.received) == {np.datetime64(50, "us")}


def test_only_a_new_version_of_an_entry_is_told_again() -> None:
    entry = {"entry": "a", "mmsi": (MMSI,)}
    matcher = _matcher(listed(**entry))
    matcher.step(positions({"mmsi": MMSI, "spool": 1}), NONE)
    assert len(matcher.adopt(Edition((listed(**entry),)), 10, 2)) == 0
    assert len(matcher.adopt(Edition((listed("0"), listed(**entry))), 10, 3)) == 0
    hits = matcher.adopt(Edition((listed("0"), listed(**entry, version=2))), 10, 4)
    assert (hits.spool.tolist(), hits.entry.tolist()) == ([4], [1])


def test_an_expired_entry_does_not_match() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI, GREEK), matches_until=100))
    rows = (
        {"mmsi": MMSI, "spool": 1, "received": 99},
        {"mmsi": GREEK, "spool": 2, "received": 100},
    )
    assert matcher.step(positions(*rows), NONE).mmsi.tolist() == [MMSI]


def test_an_entry_wakes_at_the_first_row_of_its_time_for_vessels_heard_before() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,), matches_from=100))
    rows = [{"mmsi": MMSI, "spool": 1, "received": 99}, {"mmsi": GREEK, "spool": 2}]
    rows[1]["received"] = 101
    hits = matcher.step(positions(*rows), NONE)
    assert (hits.mmsi.tolist(), hits.spool.tolist()) == ([MMSI], [2])


def test_of_a_changed_list_only_vessels_of_its_changes_are_told() -> None:
    olds = [listed(f"o{k}", names=("EZADEEN",), flag="ITA") for k in range(9)]
    matcher = _matcher(*olds)
    matcher.step(NOBODY, _says(1, name=b"EZADEEN", imo=IMO))
    matcher.step(NOBODY, _says(2, GREEK, name=b"PSARA", call_sign=b"SVAB"))
    new = [listed("n", names=("PSARRA",), flag="GRC"), listed("m", call_sign=("SVAB",))]
    hits = matcher.adopt(Edition((*olds, *new)), 50, 9)
    assert [(one[0], one[1]) for one in _told(hits)] == [(9, "call sign"), (9, "name")]
    assert set(hits.mmsi.tolist()) == {GREEK}


def test_an_entry_that_leaves_the_list_and_comes_back_is_told_again() -> None:
    entry, other = listed("a", mmsi=(MMSI,)), listed("b")
    matcher = _matcher(entry, other)
    assert len(matcher.step(positions({"mmsi": MMSI, "spool": 1}), NONE)) == 1
    assert len(matcher.adopt(Edition((other,)), 10, 2)) == 0
    assert len(matcher.step(NOBODY, _says(3, name=b"EZADEEN"))) == 0
    assert matcher.adopt(Edition((entry, other)), 20, 4).mmsi.tolist() == [MMSI]


def test_an_entry_wakes_on_the_day_of_the_control_line() -> None:
    later = [listed("a", mmsi=(MMSI,), matches_from=100), *(listed(f"o{k}") for k in range(9))]
    matcher = _matcher(*later)
    matcher.step(positions({"mmsi": MMSI, "spool": 1, "received": 50}), NONE)
    assert matcher.adopt(Edition((*later, listed("z"))), 150, 2).spool.tolist() == [2]


DAY_US = 86_400_000_000


def test_a_vessel_silent_for_thirty_days_is_new_when_it_is_heard_again() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,), names=("EZADEEN",)))
    heard = [(1, 0), (2, 29), (3, 59), (4, 90)]
    rows = [{"mmsi": MMSI, "spool": s, "received": day * DAY_US} for s, day in heard]
    assert matcher.step(positions(*rows), NONE).spool.tolist() == [1, 4]


def test_what_a_forgotten_vessel_sent_before_is_forgotten() -> None:
    matcher = Matcher()
    matcher.step(NOBODY, _says(1, name=b"EZADEEN"))
    matcher.step(NOBODY, _says(2, name=b"GREAT JOY"))
    matcher.step(NOBODY, _says(3, GREEK, name=b"PSARA", received=20 * DAY_US))
    matcher.step(NOBODY, _says(4, GREEK, name=b"PSARA II", received=31 * DAY_US))
    ours = listed("a", names=("EZADEEN",), flag="ITA")
    hits = matcher.adopt(Edition((ours, listed("b", names=("PSARA",), flag="GRC"))), 0, 9)
    assert (hits.mmsi.tolist(), hits.entry.tolist()) == ([GREEK], [1])


def test_a_flood_of_numbers_is_gone_when_its_days_are_over() -> None:
    matcher = Matcher()
    block = positions({"mmsi": MMSI, "spool": 1}).take(np.zeros(5_000, np.int64))
    block.mmsi[:] = 900_000_000 + np.arange(5_000)
    matcher.step(block, NONE)
    matcher.step(positions({"mmsi": MMSI, "spool": 2, "received": 31 * DAY_US}), NONE)
    assert matcher.freeze()["mmsi"].tolist() == [MMSI]


def test_the_same_name_again_and_again_keeps_the_newest_former_ones() -> None:
    matcher = Matcher()
    for k in range(40):
        matcher.step(NOBODY, _says(k + 1, name=b"BOAT %c" % (65 + k % 26)))
    former = matcher.freeze()["former_name"].tolist()
    assert len(former) == 16
    assert b"BOAT M" in former


def test_an_aid_to_navigation_has_no_ships_name() -> None:
    matcher = _matcher(listed("a", names=("LAMPEDUSA",), flag="ITA"))
    assert len(matcher.step(NOBODY, _says(1, name=b"LAMPEDUSA", message=21))) == 0


def test_junk_identifies_nobody() -> None:
    entry = listed("a", call_sign=("NONE", "0"), names=("UNKNOWN", "@@"), imo=(0,), flag="ITA")
    said = _says(1, call_sign=b"NONE", name=b"UNKNOWN")
    assert len(_matcher(entry).step(NOBODY, said)) == 0


def test_a_row_without_a_mmsi_is_nobody() -> None:
    row = _says(1, mmsi=0, name=b"BLUE SKY M")
    assert len(_matcher(listed("a", names=("BLUE SKY M",))).step(NOBODY, row)) == 0


def test_a_change_that_is_taken_back_in_the_same_block_is_told_both_times() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,), names=("EZADEEN",)))
    matcher.step(NOBODY, _says(1, name=b"EZADEEN"))
    back = [{"mmsi": MMSI, "spool": k, "name": name} for k, name in ((2, b"X"), (3, b"EZADEEN"))]
    assert _told(matcher.step(NOBODY, statics(*back))) == [
        (2, "mmsi", ("mmsi", "name"), ("name",)),
        (3, "mmsi", ("mmsi", "name"), ()),
    ]


def test_a_vessel_that_was_told_is_not_evaluated_for_what_it_repeats() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,), matches_until=100))
    late = {"mmsi": MMSI, "spool": 1, "received": 100}
    # Stamps may step back: the row itself says nothing that was not known.
    early = {"mmsi": MMSI, "spool": 2, "received": 99}
    assert len(matcher.step(positions(late, early), NONE)) == 0
    assert len(matcher.step(positions(early), NONE)) == 0


def test_hundred_thousand_vessels_take_less_than_300_bytes_each() -> None:
    matcher = Matcher()
    block = positions({"mmsi": 0, "spool": 1}).take(np.zeros(100_000, np.int64))
    mmsi = np.arange(200_000_000, 200_100_000, dtype=np.uint32)
    matcher.step(
        type(block)(
            **{n: mmsi if n == "mmsi" else getattr(block, n) for n in PositionBatch.dtypes()}
        ),
        NONE,
    )
    known = matcher._known
    held = [*known.columns.values(), known.watched, known._keys, known._places]
    assert sum(column.nbytes for column in held) < 300 * 100_000
    assert sum(column.nbytes for column in matcher.freeze().values()) < 100 * 100_000


def test_a_type_19_that_is_position_and_identity_at_once_is_told_once() -> None:
    matcher = _matcher(listed("a", mmsi=(MMSI,), names=("EZADEEN",)))
    hits = matcher.step(
        positions({"mmsi": MMSI, "spool": 4, "message": 19}),
        _says(4, name=b"EZADEEN", message=19),
    )
    assert _told(hits) == [(4, "mmsi", ("mmsi", "name"), ())]
