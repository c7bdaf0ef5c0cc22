import pytest

from watchlist.errors import RefusedFileError, WatchlistError
from watchlist.formats import Defaults, bounds, read_list
from watchlist.formats.bounds import guarded, is_formula, unguarded


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "=HYPERLINK(1)",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-A1",
        "  =1",
        "\t=1",
        "\tA",
        "＝1",
    ],
)
def test_a_cell_that_a_spreadsheet_computes_is_refused(read, cell):
    assert is_formula(cell)
    with pytest.raises(RefusedFileError, match=r"line 2.*formula"):
        read(f'mmsi,name\n247000001,"{cell}"\n')


@pytest.mark.parametrize("cell", ["", "-", "-5", "+39 06 1234", "-0- ", "A=B", "'tis", "12.5-13"])
def test_plain_values_are_no_formulas(cell):
    assert not is_formula(cell)


def test_a_formula_in_an_unknown_column_refuses_the_file_too(read):
    with pytest.raises(RefusedFileError, match="formula"):
        read("mmsi,colour\n247000001,=A1\n")


def test_an_apostrophe_before_a_formula_is_taken_off(read):
    assert read("mmsi,name\n247000001,'=STAR=\n").entries[0].name == "=STAR="


@pytest.mark.parametrize("cell", ["=x", "'=x", "''@x", "+A", "plain", "'tis", "-5", "' =x"])
def test_guarding_is_undone_by_reading(cell):
    assert not is_formula(guarded(cell))
    assert unguarded(guarded(cell)) == cell


def test_a_giant_cell_is_refused(read):
    with pytest.raises(RefusedFileError, match="10,001 characters"):
        read(f"mmsi,name\n247000001,{'A' * 10_001}\n")


def test_a_name_of_many_megabytes_is_refused(read):
    with pytest.raises(RefusedFileError):
        read(f"mmsi,name\n247000001,{'A' * 3_000_000}\n")


def test_a_file_over_the_limit_is_refused(read, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_BYTES", 1_000)
    with pytest.raises(RefusedFileError, match="64 MiB"):
        read("mmsi\n" + "247000001\n" * 100)


def test_too_many_rows_are_refused(read, monkeypatch):
    monkeypatch.setattr(bounds, "MAX_ROWS", 10)
    assert len(read("mmsi\n" + "247000001\n" * 10).entries) == 10
    with pytest.raises(RefusedFileError, match="more than 10 rows"):
        read("mmsi\n" + "247000001\n" * 11)


def test_too_many_columns_are_refused(read):
    with pytest.raises(RefusedFileError, match="201 columns"):
        read("mmsi" + ",x" * 200 + "\n")


@pytest.mark.parametrize("content", [b"mmsi,name\n247000001,A\0B\n", b"\0" * 100])
def test_nul_bytes_are_refused(read, content):
    with pytest.raises(RefusedFileError):
        read(content)


@pytest.mark.parametrize("content", [b"", b"  \n \n"])
def test_an_empty_file_is_refused(read, content):
    with pytest.raises(RefusedFileError, match="empty"):
        read(content)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(WatchlistError, match=r"nothing\.csv: cannot be read"):
        read_list(tmp_path / "nothing.csv", Defaults())


def test_an_unknown_layout_is_named(read):
    with pytest.raises(WatchlistError, match="expected one of xlsx"):
        read("mmsi\n247000001\n", layout="pdf")
