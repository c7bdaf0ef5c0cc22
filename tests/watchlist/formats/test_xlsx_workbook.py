import datetime as dt
import io
import zipfile

import openpyxl
import pytest

from watchlist.errors import RefusedFileError
from watchlist.formats import xlsx_workbook


def workbook(*rows, title="List", more=()):
    """An XLSX as bytes, its first sheet with ``rows``."""
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, other in more:
        sheet = book.create_sheet(name)
        for row in other:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content, name, data):
    """``content`` with one more part in the archive, or that part in another's place."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return out.getvalue()


LIST = workbook(["MMSI", "Name"], [247000001, "AURORA"])


def test_numbers_that_excel_made_floats_are_identifiers_again(read):
    rows = [["MMSI", "IMO", "LOA", "name"], [2.47e8 + 1, 9187629.0, 24.5, 7.0]]
    entry = read(workbook(*rows), "list.xlsx").entries[0]
    assert (entry.mmsi, entry.imo, entry.length_m) == ((247000001,), (9187629,), 24.5)
    assert entry.name == "7"


def test_days_of_excel_are_days(read):
    rows = [["MMSI", "valid_from", "valid_until"]]
    rows.append([247000001, dt.datetime(2026, 1, 2), dt.date(2026, 3, 4)])  # noqa: DTZ001 - Excel has no zones
    entry = read(workbook(*rows), "list.xlsx").entries[0]
    assert (entry.valid_from, entry.valid_until) == (dt.date(2026, 1, 2), dt.date(2026, 3, 4))


def test_the_first_sheet_with_a_header_is_the_list(read):
    content = workbook(
        ["Secret", "Notes"], more=[("Ships", [["MMSI"], [247000001]]), ("Old", [["MMSI"], [1]])]
    )
    found = read(content, "list.xlsx")
    assert [entry.mmsi for entry in found.entries] == [(247000001,)]
    assert [note[:12] for note in found.notes] == ["sheet 'List'", "sheet 'Old' "]


def test_lines_are_the_row_numbers_of_the_sheet(read):
    found = read(workbook(["MMSI"], [], [], [1], [247000001]), "list.xlsx")
    assert [row.line for row in found.bad] == [4]
    assert found.lines == (5,)


def test_a_sheet_without_a_header_is_no_list(read):
    with pytest.raises(RefusedFileError, match="no sheet begins"):
        read(workbook(["a", "b"], [1, 2]), "list.xlsx")


@pytest.mark.parametrize("formula", ["=1+1", "=HYPERLINK(1)"])
def test_a_formula_in_any_sheet_is_refused(read, formula):
    with pytest.raises(RefusedFileError, match="formula"):
        read(workbook(["MMSI", "Name"], [247000001, formula]), "list.xlsx")
    with pytest.raises(RefusedFileError, match="formula"):
        read(workbook(["MMSI"], more=[("Other", [["x"], ["y"], [formula]])]), "list.xlsx")


def test_text_that_looks_like_a_formula_is_refused(read):
    with pytest.raises(RefusedFileError, match="formula"):
        read(workbook(["MMSI", "Name"], [247000001, "@SUM(A1)"]), "list.xlsx")


@pytest.mark.parametrize(
    "part, what",
    [
        ("xl/externalLinks/externalLink1.xml", "links to other files"),
        ("xl/vbaProject.bin", "macros"),
        ("xl/embeddings/oleObject1.bin", "embedded objects"),
        ("xl/activeX/activeX1.xml", "controls"),
        ("xl/connections.xml", "connection"),
    ],
)
def test_what_is_no_plain_value_is_refused(read, part, what):
    with pytest.raises(RefusedFileError, match=what):
        read(with_part(LIST, part, b"<x/>"), "list.xlsx")


def test_a_part_that_lies_outside_is_refused_and_a_hyperlink_is_not(read):
    def related(kind):
        return (
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rId9" Type="http://x/{kind}" Target="http://192.0.2.1/" '
            'TargetMode="External"/></Relationships>'
        )

    name = "xl/worksheets/_rels/sheet1.xml.rels"
    assert len(read(with_part(LIST, name, related("hyperlink")), "list.xlsx").entries) == 1
    with pytest.raises(RefusedFileError, match="outside"):
        read(with_part(LIST, name, related("attachedTemplate")), "list.xlsx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_declared_entities_are_refused(read, encoding):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aa">]><sst/>'.encode(encoding)
    with pytest.raises(RefusedFileError, match="declares entities"):
        read(with_part(LIST, "xl/sharedStrings.xml", bomb), "list.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read, monkeypatch):
    monkeypatch.setattr(xlsx_workbook, "MAX_UNPACKED", 1_000_000)
    with pytest.raises(RefusedFileError, match="unpacks to"):
        read(with_part(LIST, "xl/media/image1.png", b"\0" * 2_000_000), "list.xlsx")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04 no zip at all", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, LIST[:-200]],
)
def test_a_broken_old_or_locked_workbook_is_refused(read, content):
    with pytest.raises(RefusedFileError):
        read(content, "list.xlsx")


def test_a_zip_that_is_no_workbook_is_refused(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("list.csv", "mmsi\n247000001\n")
    with pytest.raises(RefusedFileError, match="no workbook"):
        read(out.getvalue(), "list.xlsx")


def test_a_row_that_claims_to_be_the_billionth_is_refused(read, monkeypatch):
    monkeypatch.setattr(xlsx_workbook.bounds, "MAX_ROWS", 3_000)
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>mmsi</t></is></c></row>'
        b'<row r="999999999"><c r="A999999999"><v>247000001</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(RefusedFileError, match="more than 3,000 rows"):
        read(with_part(LIST, "xl/worksheets/sheet1.xml", sheet), "list.xlsx")
