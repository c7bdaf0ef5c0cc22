"""Plans are pyais' tables in numbers."""

import pytest
from pyais.messages import MSG_CLASS

from ais import plans
from ais.cells import FAST, full_plan
from ais.plans import COLUMNS, OFFSET, SCALE, SIGNED, WIDTH


def test_position_report_has_the_places_of_the_standard():
    plan = plans.column_plan()[1]
    assert plan[plans.LON].tolist() == [61, 28, 1, 600_000]
    assert plan[plans.LAT].tolist() == [89, 27, 1, 600_000]
    assert plan[plans.SPEED].tolist() == [50, 10, 0, 10]


def test_long_range_report_has_its_own_steps():
    plan = plans.column_plan()[27]
    assert plan[plans.LON, SCALE] == 600
    assert plan[plans.SPEED, SCALE] == 1


@pytest.mark.parametrize("variant", [*plans.POSITION_VARIANTS, *plans.STATIC_VARIANTS])
def test_every_column_lies_where_pyais_reads_it(variant):
    plan, places = plans.column_plan()[variant], plans.places(variant)
    for column, name in enumerate(COLUMNS):
        if name in places:
            offset, field = places[name]
            assert plan[column, OFFSET] == offset
            assert plan[column, WIDTH] == field.metadata["width"]
            assert plan[column, SIGNED] == field.metadata["signed"]
        else:
            assert plan[column].tolist() == [0, 0, 0, 0]


def test_index_names_point_at_their_columns():
    assert COLUMNS[plans.MOTHER] == "mothership_mmsi"
    assert COLUMNS[plans.DRAUGHT] == "draught"
    assert COLUMNS[plans.CALL_SIGN] == "callsign"
    assert COLUMNS[plans.TEXT] == "text"
    assert COLUMNS[plans.DEST_MMSI] == "dest_mmsi"


def test_every_type_of_pyais_has_its_lengths():
    assert {*MSG_CLASS} - {0} <= {*plans.LENGTHS}


@pytest.mark.parametrize("variant", FAST)
def test_longest_accepted_message_is_as_long_as_its_fields(variant):
    widths = sum(field.metadata["width"] for _, field in plans.places(variant).values())
    assert widths in plans.LENGTHS[variant]


def test_full_plan_holds_every_field():
    plan = full_plan()
    for variant in FAST:
        assert (plan[variant, :, 1] > 0).sum() == len(plans.places(variant))
