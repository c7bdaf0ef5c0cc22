import codecs
import datetime as dt
import io

import pytest

from watchlist.entries import Link, WatchlistEntry
from watchlist.errors import RefusedFileError, WatchlistError
from watchlist.formats import Defaults, write_list

FULL = (
    "mmsi,imo,call_sign,name,aliases,type,flag,length_m,reason,contributor,handling,source_grade,"
    "info_grade,tlp,priority,valid_from,valid_until,review_by\n"
    "247000001|247000002,9187629,IBCD,AURORA,AURORA I|ΑΥΓΗ,fishing,ITA,24.5,met at night,GRC,H2,A,"
    "2,red,high,2026-01-01,2026-12-31,2027-11-01\n"
)


def test_every_column_of_the_design_is_read(read):
    assert read(FULL, given=Defaults()).entries == (
        WatchlistEntry(
            mmsi=(247000001, 247000002),
            imo=(9187629,),
            call_sign=("IBCD",),
            name="AURORA",
            aliases=("AURORA I", "ΑΥΓΗ"),
            type="fishing",
            flag="ITA",
            length_m=24.5,
            reason="met at night",
            contributor="GRC",
            handling="H2",
            source_grade="A",
            info_grade=2,
            tlp="red",
            priority="high",
            valid_from=dt.date(2026, 1, 1),
            valid_until=dt.date(2026, 12, 31),
            review_by=dt.date(2027, 11, 1),
        ),
    )


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_told_from_the_header(read, separator):
    # More commas than separators in the data: only the header decides.
    text = f'MMSI{separator}Name\r\n247000001{separator}"A, B, C; D, E"\r\n'
    assert read(text).entries[0].name == "A, B, C; D, E"


def test_the_line_with_which_excel_names_a_separator_is_no_header(read):
    found = read("sep=;\r\nmmsi;name\r\n247000001;A,B\r\n")
    assert (found.entries[0].name, found.lines) == ("A,B", (3,))


@pytest.mark.parametrize(
    "encoding, mark",
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
def test_utf8_and_utf16_with_a_mark_are_read(read, encoding, mark):
    assert read(mark + "name;mmsi\nΑΥΓΗ;247000001\n".encode(encoding)).entries[0].name == "ΑΥΓΗ"


@pytest.mark.parametrize("encoding", ["cp1253", "utf-16-le", "utf-32"])
def test_another_encoding_is_refused_with_its_cure(read, encoding):
    with pytest.raises(RefusedFileError, match="CSV UTF-8"):
        read("name;mmsi\nΑΥΓΗ;247000001\n".encode(encoding))


@pytest.mark.parametrize(
    "header",
    [
        "MMSI Number,IMO number,Callsign,Vessel Name,Flag State,LOA",
        "mmsi_number,imo_number,CALL SIGN,ship name,flag,Length (m)",
        "MMSI-Nummer,IMO-Nummer,Rufzeichen,Schiffsname,Flaggenstaat,Länge (m)",
        "Numero MMSI,Numero IMO,Nominativo,Nome nave,Bandiera,Lunghezza",
        "Numéro MMSI,N° OMI,Indicatif d'appel,Nom du navire,Pavillon,Longueur",
        "MMSI,Αριθμός IMO,ΔΔΣ,Όνομα πλοίου,Σημαία,Μήκος (m)",
    ],
)
def test_headers_may_be_written_as_people_write_them(read, header):
    entry = read(f"{header}\n247000001,9187629,IBCD,AURORA,Italy,24\n").entries[0]
    assert (entry.mmsi, entry.imo, entry.call_sign) == ((247000001,), (9187629,), ("IBCD",))
    assert (entry.name, entry.flag, entry.length_m) == ("AURORA", "ITA", 24.0)


def test_quoted_line_breaks_do_not_shift_the_line_of_a_bad_row(read):
    found = read('mmsi,reason\n247000001,"first\r\nsecond"\n12,x\n')
    assert found.entries[0].reason == "first\nsecond"
    assert [row.line for row in found.bad] == [4]


def test_unknown_columns_are_named_once(read):
    found = read("mmsi,Crew size,Colour\n247000001,4,red\n247000002,5,blue\n")
    assert found.notes == ("columns without a meaning here were ignored: Crew size, Colour",)
    assert len(found.entries) == 2


def test_two_columns_of_one_meaning_are_refused_unless_they_hold_several_values(read):
    assert read("mmsi,MMSI number\n247000001,247000002\n").entries[0].mmsi == (
        247000001,
        247000002,
    )
    with pytest.raises(RefusedFileError, match="both mean flag"):
        read("mmsi,flag,Flag state\n247000001,ITA,GRC\n")


@pytest.mark.parametrize("text", ["colour,size\nred,4\n", "\n\n", "247000001\n247000002\n"])
def test_a_table_without_identifying_columns_is_no_list(read, text):
    with pytest.raises(RefusedFileError):
        read(text)


def test_owners_are_kept_apart_from_the_entry(read):
    found = read("mmsi,Owner,Captain\n247000001,ACME LTD|Rossi,Bianchi\n")
    assert [(one.role, one.name) for one in found.persons[0]] == [
        ("owner", "ACME LTD"),
        ("owner", "Rossi"),
        ("master", "Bianchi"),
    ]


def test_more_cells_than_heads_is_a_bad_row_and_fewer_are_empty(read):
    found = read("mmsi,name,type\n247000001,A,cargo,x\n247000002\n")
    assert [row.line for row in found.bad] == [2]
    assert found.entries[0].mmsi == (247000002,)


def test_an_open_quotation_mark_is_refused(read):
    with pytest.raises(RefusedFileError, match="quotation marks"):
        read('mmsi,name\n247000001,"AURORA\n247000002,BORA\n')


def test_export_writes_the_columns_of_the_design_and_guards_formulas():
    entry = WatchlistEntry(
        id="W1",
        mmsi=(247000001,),
        name="=cmd|x",
        former_names=("OLD",),
        reason="+A1",
        handling="H3",
        handling_comment="call first",
        length_m=24.0,
        links=(Link("owner", "W2"),),
    )
    out = io.StringIO()
    write_list([entry], out, "csv")
    header, row = out.getvalue().splitlines()
    assert header == FULL.splitlines()[0]
    assert row == "247000001,,,'=cmd/x,OLD,,,24,'+A1,,H3: call first,B,3,amber,medium,,,"


def test_a_layout_that_is_not_written_is_named(tmp_path):
    with pytest.raises(WatchlistError, match="only read"):
        write_list([], tmp_path / "x.csv", "ofac")
    with pytest.raises(WatchlistError, match="xlsx is no text"):
        write_list([], io.StringIO(), "xlsx")
