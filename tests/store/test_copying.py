from __future__ import annotations

import numpy as np
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.copying import HEADER, TRAILER, copy_buffer, floats, integers, printable, texts, times


def test_an_empty_batch_is_header_and_trailer() -> None:
    empty = integers("mmsi", np.empty(0, np.uint32), ">i4")
    assert copy_buffer([empty]) == HEADER + TRAILER


def test_a_row_is_count_length_value() -> None:
    row = integers("mmsi", np.array([258], np.uint32), ">i4")
    body = copy_buffer([row])[len(HEADER) : -len(TRAILER)]
    assert body == bytes([0, 1, 0, 0, 0, 4, 0, 0, 1, 2])


def test_a_null_has_length_minus_one_and_no_value() -> None:
    row = integers("nav_status", np.array([255], np.uint8), ">i2", null=255)
    body = copy_buffer([row])[len(HEADER) : -len(TRAILER)]
    assert body == bytes([0, 1, 255, 255, 255, 255])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("kind, native", [(">f4", np.float32), (">f8", np.float64)])
def test_a_float_that_is_no_number_is_null(value: float, kind: str, native: type) -> None:
    body = copy_buffer([floats("x", np.array([value], native), kind)])[len(HEADER) : -len(TRAILER)]
    assert body == bytes([0, 1, 255, 255, 255, 255])


def test_time_counts_from_the_year_2000() -> None:
    field = times("time", np.array(["2000-01-01T00:00:01"], "M8[us]"))
    assert field.values.tolist() == [1_000_000]


@pytest.mark.parametrize(
    "kind, values",
    [
        (">i2", [-32_768, 0, 32_767]),
        (">i4", [0, 999_999_999, 1_073_741_823]),
        (">i8", [0, 3 << 40 | 17, 2**63 - 1]),
    ],
)
def test_the_ends_of_each_integer_survive(kind: str, values: list[int]) -> None:
    assert integers("x", np.array(values), kind).values.tolist() == values


@given(st.lists(st.binary(max_size=12), min_size=1))
def test_printable_text_is_utf8_without_nul(raw: list[bytes]) -> None:
    for text in printable(np.array(raw, "S12")):
        assert "\0" not in text.decode("utf-8")


@given(
    st.lists(st.text(st.characters(min_codepoint=1, max_codepoint=126), max_size=8), min_size=1)
)
def test_ascii_text_is_left_as_it_is(raw: list[str]) -> None:
    values = np.array([text.encode() for text in raw], "S8")
    assert printable(values) is values


_ROWS = st.lists(
    st.tuples(
        st.integers(0, 255),
        st.one_of(st.just(np.nan), st.floats(width=32, allow_nan=False, allow_infinity=False)),
        st.text(st.characters(codec="ascii", exclude_characters="\0"), max_size=6),
        st.integers(0, 2**32 - 1),
    ),
    max_size=30,
)


def test_any_rows_come_back_as_they_went(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE TEMP TABLE t (a smallint, b real, c text, d bigint, n serial)")

        @given(_ROWS)
        def come_back(rows: list[tuple[int, float, str, int]]) -> None:
            columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
            fields = [
                integers("a", np.array(columns[0], np.uint8), ">i2", null=255),
                floats("b", np.array(columns[1], np.float32), ">f4"),
                texts("c", np.array([text.encode() for text in columns[2]], "S6")),
                integers("d", np.array(columns[3], np.uint32), ">i8", null=0),
            ]
            connection.execute("TRUNCATE t")
            statement = "COPY t (a, b, c, d) FROM STDIN (FORMAT binary)"
            with connection.cursor().copy(statement) as copy:
                copy.write(copy_buffer(fields))
            found = connection.execute("SELECT a, b::float8, c, d FROM t ORDER BY n").fetchall()
            assert found == [
                (None if a == 255 else a, None if np.isnan(b) else b, c or None, d or None)
                for a, b, c, d in rows
            ]

        come_back()
