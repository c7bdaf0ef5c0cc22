import io
import json

import openpyxl
import pytest

from watchlist.errors import RefusedFileError
from watchlist.formats import Asked, asked, read_asked


@pytest.fixture
def ask(tmp_path):
    """Write a file and read what it asks for."""

    def write_and_read(content, name="ask.txt"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_asked(path)

    return write_and_read


def test_lone_identifiers_are_told_by_their_form(ask):
    text = (
        "IMO 9187629\nimo:9187629\n9187629\n247000001\nT2EU4\nAURORA\nmmsi 247000001\n"
        "call sign: IBCD\nname: 9 MAY\n972123456\n\nIMO9187629\nIMO No. 9187629\ncs=IBCD\n"
    )
    found, bad = ask(text)
    assert bad == []
    assert found == [
        Asked(1, imo=9187629),
        Asked(2, imo=9187629),
        Asked(3, imo=9187629),
        Asked(4, mmsi=247000001),
        Asked(5, call_sign="T2EU4"),
        Asked(6, name="AURORA"),
        Asked(7, mmsi=247000001),
        Asked(8, call_sign="IBCD"),
        Asked(9, name="9 MAY"),
        Asked(10, mmsi=972123456),
        Asked(12, imo=9187629),
        Asked(13, imo=9187629),
        Asked(14, call_sign="IBCD"),
    ]


@pytest.mark.parametrize("said", ["9187628", "24700000", "IMO 12", "247000001;9187629"])
def test_what_can_be_no_identifier_is_a_bad_row(ask, said):
    found, bad = ask(f"AURORA\n{said}\n")
    assert len(found) == 1
    assert [row.line for row in bad] == [2]


def test_a_table_is_read_by_its_header(ask):
    found, bad = ask("Ship name;MMSI number;IMO;Rufzeichen\nAURORA;247000001;9187629;IBCD\n;;;\n")
    assert found == [Asked(2, 247000001, 9187629, "IBCD", "AURORA")]
    assert bad == []


def test_several_values_in_a_row_ask_one_by_one(ask):
    found, _ = ask("mmsi,imo\n247000001|247000002,9187629\n")
    assert found == [Asked(2, 247000001, 9187629), Asked(2, 247000002)]


def test_a_row_that_names_nothing_is_bad(ask):
    _, bad = ask("mmsi,flag\n,ITA\n")
    assert [row.line for row in bad] == [2]


@pytest.mark.parametrize("said", [[247000001], [{"MMSI": 247000001}], {"entries": ["247000001"]}])
def test_json_is_a_list_of_numbers_or_of_objects(ask, said):
    assert ask(json.dumps(said), "ask.json")[0] == [Asked(1, mmsi=247000001)]


@pytest.mark.parametrize("rows", [[["MMSI"], [247000001.0]], [[], [247000001.0]]])
def test_a_workbook_is_read_with_and_without_header(ask, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert ask(out.getvalue(), "ask.xlsx")[0] == [Asked(2, mmsi=247000001)]


@pytest.mark.parametrize("text", ["=1+1\n", "mmsi\n@x\n", "AUR\0ORA\n"])
def test_hostile_files_are_refused(ask, text):
    with pytest.raises(RefusedFileError):
        ask(text)


def test_too_many_questions_are_refused(ask, monkeypatch):
    monkeypatch.setattr(asked, "MAX_ASKED", 3)
    assert len(ask("A\nB\nC\n")[0]) == 3
    with pytest.raises(RefusedFileError, match="asks for 4 vessels"):
        ask("A\nB\nC\nD\n")
