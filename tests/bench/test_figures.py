"""A figure knows on which side of its floor it is; the table says so."""

from __future__ import annotations

import json

import pytest

from bench.figures import BENCHES, LESS_IS_BETTER, Figure, as_rows, table
from service.commands.figures import bench


def figure(value: float = 1.0, unit: str = "msg/s", **more) -> Figure:
    return Figure("decode", "messages", value, unit, **more)


@pytest.mark.parametrize(
    "value,floor,missed", [(9.9, 10, True), (10.0, 10, False), (10.1, 10, False)]
)
def test_a_rate_must_not_be_below_its_floor(value, floor, missed):
    assert figure(value, "msg/s", floor=floor).missed() == missed


@pytest.mark.parametrize("unit", sorted(LESS_IS_BETTER))
@pytest.mark.parametrize(
    "value,floor,missed", [(9.9, 10, False), (10.0, 10, False), (10.1, 10, True)]
)
def test_a_time_or_a_size_must_not_be_above_it(unit, value, floor, missed):
    assert figure(value, unit, floor=floor).missed() == missed


@pytest.mark.parametrize("unit", ["msg/s", "ms"])
@pytest.mark.parametrize("ratio,missed", [(9.9, True), (10.0, False), (30.0, False)])
def test_a_ratio_counts_before_the_value_whatever_the_unit(unit, ratio, missed):
    assert figure(0.001, unit, ratio=ratio, floor=10).missed() == missed


@pytest.mark.parametrize("unit", ["msg/s", "ms"])
def test_a_figure_without_a_floor_is_never_missed(unit):
    assert not figure(1e9, unit).missed()
    assert not figure(0.0, unit, ratio=0.0).missed()


def test_rows_are_plain_json():
    [row] = json.loads(json.dumps(as_rows([figure(2.5, ratio=11.0, floor=10)])))
    assert row == {
        "bench": "decode", "name": "messages", "value": 2.5, "unit": "msg/s",
        "beside": None, "ratio": 11.0, "floor": 10,
    }  # fmt: skip


def test_rows_make_the_same_figures_again():
    figures = [figure(), figure(3.0, "ms", beside="psql", ratio=1.5, floor=1)]
    assert [Figure(**row) for row in as_rows(figures)] == figures


def test_the_table_has_a_heading_and_a_line_for_each_figure():
    lines = table([figure(123_456.7), figure(2.0)]).splitlines()
    assert lines[0].split() == ["figure", "value", "beside", "ratio", "floor"]
    assert len(lines) == 3
    assert "123,457 msg/s" in lines[1]


def test_the_columns_of_the_table_are_aligned():
    rows = [figure(1.0, ratio=2.0, floor=1), figure(99_999.0, beside="pyais", ratio=10.5)]
    heading, *lines = table(rows).splitlines()
    end = heading.index("ratio") + len("ratio")
    assert [line[:end].split()[-1] for line in lines] == ["2.00", "10.50"]


def test_only_missed_figures_are_marked():
    rows = [figure(1.0, floor=2), figure(3.0, floor=2), figure(3.0)]
    marks = [line.endswith("  missed") for line in table(rows).splitlines()]
    assert marks == [False, True, False, False]


def test_an_empty_table_is_its_heading():
    assert len(table([]).splitlines()) == 1


def test_a_figure_is_told_as_soon_as_it_is_measured(monkeypatch, capsys):
    told = []

    def measures():
        for name in ("first", "second"):
            told.append(capsys.readouterr().err)
            yield {"bench": "desk", "name": name, "value": 2.0, "unit": "s", "floor": 1.0}

    monkeypatch.setitem(BENCHES, "desk", measures)
    with pytest.raises(SystemExit) as ended:
        bench.callback(("desk",))
    last = capsys.readouterr()
    assert ended.value.code == 1
    assert ["desk: first" in one for one in (*told, last.err)] == [False, True, False]
    assert "desk: second" in last.err
    assert [one["name"] for one in json.loads(last.out)["figures"]] == ["first", "second"]


def test_there_is_a_bench_for_each_thing_that_must_be_fast():
    assert list(BENCHES) == [
        "decode", "ingest", "live", "past", "latency", "clients", "replay", "memory", "zones",
        "watchlist", "export", "desk", "trends", "least-changes",
    ]  # fmt: skip
