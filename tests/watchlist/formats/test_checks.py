import datetime as dt

import pytest

from watchlist.formats import Defaults


def only(found):
    """The reason of the only row, which must be bad."""
    assert found.entries == ()
    (row,) = found.bad
    assert row.line == 2
    return row.reason


@pytest.mark.parametrize(
    "column, value, reason",
    [
        ("mmsi", "24700000", "nine digits"),
        ("mmsi", "2.47E+08", "format the column as text"),
        ("mmsi", "002470001", "no ship's"),
        ("mmsi", "992471234", "no ship's"),
        ("imo", "9187628", "check digit"),
        ("imo", "918762", "seven digits"),
        ("call_sign", "I?BCD", "3 to 7 letters and digits"),
        ("call_sign", "NONE", "3 to 7 letters and digits"),
        ("flag", "Atlantis", "expected a state"),
        ("length_m", "0", "from 1 to 500"),
        ("length_m", "501", "from 1 to 500"),
        ("length_m", "80ft", "from 1 to 500"),
        ("handling", "H4", "expected one of H0, H1, H2, H3"),
        ("handling", "H3", "H3 needs its comment"),
        ("source_grade", "D", "expected one of A, B, C, X"),
        ("info_grade", "5", "expected one of 1, 2, 3, 4"),
        ("tlp", "purple", "expected one of clear, green, amber, red"),
        ("priority", "urgent", "expected one of low, medium, high"),
        ("valid_from", "12/31/2026", "no day of the calendar"),
        ("valid_from", "next week", "expected a day as 2026-12-31"),
        ("review_by", "2029-11-26", "more than three years"),
        ("name", "A" * 201, "201 characters"),
        ("reason", "A" * 2001, "2,001 characters"),
        ("aliases", "|".join(f"A{i}" for i in range(101)), "101 values"),
        ("name", "AU\u202eRORA", "U+202E"),
        ("name", "AU\x07RORA", "U+0007"),
        ("links", "friend:W1", "relation 'friend'"),
    ],
)
def test_a_bad_value_is_named_with_its_column(read, column, value, reason):
    text = f"call_sign,name,{column}\nIBCD,AURORA,{value}\n"
    if column in {"call_sign", "name"}:
        text = f"mmsi,{column}\n247000001,{value}\n"
    said = only(read(text))
    assert said.startswith(f"{column}: ")
    assert reason in said


def test_all_faults_of_a_row_are_told_at_once(read):
    assert only(read("mmsi,imo\n1,2\n")).count(";") == 1


def test_a_row_without_identifier_and_name_is_bad(read):
    assert "expected at least one" in only(read("mmsi,flag\n,ITA\n"))


def test_validity_that_ends_before_it_begins_is_bad(read):
    said = only(read("mmsi,valid_from,valid_until\n247000001,2026-02-01,2026-01-01\n"))
    assert "before valid_from" in said


def test_what_neither_file_nor_defaults_say_is_missing(read):
    said = only(read("mmsi\n247000001\n", given=Defaults()))
    for column in ("reason", "contributor", "handling", "source_grade", "info_grade", "tlp"):
        assert f"{column}: is missing" in said
    assert "priority: is missing" in said
    assert "review_by: is missing" in said


def test_the_file_is_stronger_than_the_defaults(read):
    entry = read("mmsi,reason,handling,contributor\n247000001,towed,h0,Greece\n").entries[0]
    assert (entry.reason, entry.handling, entry.contributor) == ("towed", "H0", "GRC")
    assert (entry.source_grade, entry.info_grade, entry.tlp) == ("B", 3, "amber")


def test_h3_carries_its_comment_in_the_cell(read):
    entry = read("mmsi,handling\n247000001,H3: only after a call\n").entries[0]
    assert (entry.handling, entry.handling_comment) == ("H3", "only after a call")


@pytest.mark.parametrize("said", ["2026-03-04", "04.03.2026", "4/3/2026", "2026-03-04 00:00:00"])
def test_days_are_read_with_the_day_first(read, said):
    entry = read(f"mmsi,valid_from\n247000001,{said}\n").entries[0]
    assert entry.valid_from == dt.date(2026, 3, 4)


@pytest.mark.parametrize("said", ["TLP:AMBER", "amber", "Amber"])
def test_tlp_is_read_as_it_is_marked(read, said):
    assert read(f"mmsi,tlp\n247000001,{said}\n").entries[0].tlp == "amber"


@pytest.mark.parametrize("said", ["IMO 9187629", "imo:9187629", "IMO9187629", "9187629.0"])
def test_imo_numbers_are_read_with_their_prefix(read, said):
    assert read(f"imo\n{said}\n").entries[0].imo == (9187629,)


@pytest.mark.parametrize("said", ["Italy", "it", "ITA", "Italian Republic"])
def test_flags_are_names_or_codes(read, said):
    assert read(f"mmsi,flag\n247000001,{said}\n").entries[0].flag == "ITA"


def test_names_are_normalised_and_further_ones_are_aliases(read):
    entry = read("name\nCAFE\u0301|SECOND|THIRD\n").entries[0]
    assert (entry.name, entry.aliases) == ("CAF\u00c9", ("SECOND", "THIRD"))


def test_good_rows_stay_importable_beside_bad_ones(read):
    found = read("mmsi\n247000001\n1\n247000003\n")
    assert [entry.mmsi for entry in found.entries] == [(247000001,), (247000003,)]
    assert found.lines == (2, 4)
    assert [row.line for row in found.bad] == [3]


def test_two_rows_of_one_vessel_are_both_kept(read):
    assert len(read("mmsi,name\n247000001,A\n247000001,B\n").entries) == 2
