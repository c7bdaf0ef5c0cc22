import pytest

from watchlist.errors import RefusedFileError
from watchlist.formats import columns
from watchlist.formats.columns import CSV_COLUMNS, MORE_COLUMNS, column_of, columns_of


def test_no_head_means_two_columns():
    heads = [
        (columns._key(head), column)
        for column, said in columns._SYNONYMS.items()
        for head in {column, *said.split(", ")}
        if head
    ]
    assert len(dict(heads)) == len(set(heads))


@pytest.mark.parametrize("column", [*CSV_COLUMNS, *MORE_COLUMNS])
def test_every_column_that_is_written_is_read(column):
    assert column_of(column) == column
    assert column_of(f"  {column.replace('_', ' ').upper()} ") == column


@pytest.mark.parametrize("head", ["", " ", "colour", "1", "mmsi imo"])
def test_an_unknown_head_is_no_column(head):
    assert column_of(head) is None


def test_the_message_about_a_header_is_one_line():
    with pytest.raises(RefusedFileError) as refused:
        columns_of(["Crew\nsize", "x" * 500])
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
