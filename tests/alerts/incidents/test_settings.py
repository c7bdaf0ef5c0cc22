from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.incidents.muting import MUTES
from alerts.incidents.settings import WeightError, WeightSettings
from alerts.incidents.shares import INNOCENT
from alerts.kinds import KINDS
from alerts.scene import ROLES

PAGE = (Path(__file__).parents[3] / "docs" / "incidents.md").read_text()


def test_every_kind_has_its_points_and_the_page_says_them():
    points = WeightSettings().points
    assert points.keys() == KINDS.keys()
    shown = re.findall(r"`(\w+)` \| ([\d.]+) ", PAGE)
    assert {kind: float(value) for kind, value in shown} == points


def test_explanations_are_of_roles_and_kinds_that_there_are():
    assert INNOCENT.keys() <= set(ROLES)
    assert all(kinds <= KINDS.keys() for kinds, _, _ in INNOCENT.values())
    assert all(f"{points} |" in PAGE for _, points, _ in INNOCENT.values())


def test_only_infrastructure_explains_and_nothing_explains_a_rescue():
    assert {KINDS[kind].lane for kind in MUTES} == {"infrastructure"}
    assert all(KINDS[kind].lane != "sar" for kinds in MUTES.values() for kind in kinds)


def test_points_of_one_kind_leave_the_others_as_they_are():
    assert WeightSettings(points={"gap": 1.0}).points == WeightSettings().points | {"gap": 1.0}


@pytest.mark.parametrize("points", [{"gaps": 1.0}, {"gap": float("nan")}, {"gap": 99.0}])
def test_points_that_cannot_be_are_refused(points):
    with pytest.raises(WeightError, match="points of"):
        WeightSettings(points=points)
