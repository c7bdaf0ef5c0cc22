import dataclasses
import datetime as dt

import pytest

from watchlist.changes import FieldChange, diff
from watchlist.entries import Link, WatchlistEntry

OLD = WatchlistEntry(
    id="W1",
    mmsi=(247000001,),
    imo=(9187629,),
    call_sign=("IBCD",),
    name="AURORA",
    former_names=("BORA",),
    beam_m=8.0,
    reason="seen",
    links=(Link("owner", "W9"),),
)
LIST = {"W1": OLD}
CSV = ("mmsi", "imo", "call_sign", "name", "aliases", "reason", "valid_until")


def like(**facts):
    """A row of a file: OLD without its id, with other facts."""
    return dataclasses.replace(OLD, id="", **facts)


def test_the_same_entry_is_unchanged():
    got = diff(LIST, [like()])
    assert (got.unchanged, got.added, got.changed) == (("W1",), (), ())


def test_a_change_is_told_field_by_field():
    got = diff(LIST, [like(name="AURORA II", valid_until=dt.date(2026, 12, 31), mmsi=())])
    (changed,) = got.changed
    assert changed.new.id == "W1"
    assert changed.fields == (
        FieldChange("mmsi", "247000001", ""),
        FieldChange("name", "AURORA", "AURORA II"),
        FieldChange("valid_until", "", "2026-12-31"),
    )


def test_what_is_not_in_the_list_is_added_without_an_id():
    got = diff(LIST, [like(), WatchlistEntry(id="X7", mmsi=(247000009,), name="NEW")])
    assert [(entry.id, entry.name) for entry in got.added] == [("", "NEW")]
    assert got.added_rows == (1,)


@pytest.mark.parametrize(
    "row",
    [
        WatchlistEntry(id="W1", name="OTHER"),
        WatchlistEntry(imo=(9187629,), name="OTHER"),
        WatchlistEntry(mmsi=(247000001,), name="M/V Aurora"),
        WatchlistEntry(mmsi=(247000001,), name="BORA"),
        WatchlistEntry(mmsi=(247000001,)),
        WatchlistEntry(call_sign=("IBCD",), name="aurora"),
    ],
)
def test_a_row_is_an_entry_by_id_imo_mmsi_or_call_sign(row):
    assert [one.old.id for one in diff(LIST, [row]).changed] == ["W1"]


@pytest.mark.parametrize(
    "row",
    [
        WatchlistEntry(mmsi=(247000001,), name="ZEPHYR"),
        WatchlistEntry(mmsi=(247000001,), name="AURORA", imo=(7406784,)),
        WatchlistEntry(call_sign=("IBCD",)),
        WatchlistEntry(call_sign=("IBCD",), name="ZEPHYR"),
        WatchlistEntry(name="AURORA"),
    ],
)
def test_a_weak_or_contradicted_likeness_is_no_entry(row):
    assert len(diff(LIST, [row]).added) == 1


def test_what_a_file_cannot_say_keeps_what_is_known():
    row = WatchlistEntry(
        imo=(9187629,),
        mmsi=(247000001,),
        call_sign=("IBCD",),
        name="AURORA",
        aliases=("BORA",),
        reason="seen",
    )
    assert diff(LIST, [row], CSV).unchanged == ("W1",)
    assert {one.field for one in diff(LIST, [row]).changed[0].fields} == {
        "aliases",
        "former_names",
        "beam_m",
        "links",
    }


def test_rows_that_match_several_entries_or_one_twice_are_left_to_a_person():
    other = dataclasses.replace(OLD, id="W2", imo=(7406784,))
    both = like(imo=(9187629, 7406784))
    got = diff({**LIST, "W2": other}, [both, like(), like(reason="again")])
    assert [(doubt.row, doubt.ids) for doubt in got.doubtful] == [(0, ("W1", "W2")), (2, ("W1",))]
    assert got.unchanged == ("W1",)
