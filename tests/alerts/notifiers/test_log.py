"""Notices in the service's own log."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from alerts.notifiers.log import Log
from tests.plugins.notices import HOSTILE, distress, hostile, notice


def test_a_line_says_lane_place_and_time_and_never_who():
    with capture_logs() as lines:
        receipt = Log("log").send(distress(), "k" * 32)
    [line] = lines
    assert (line["lane"], line["place"]) == ("sar", "12 nm SE of Lampedusa")
    assert line["started_at"] == "2026-11-20T12:00:00.000Z"
    assert receipt.reference == notice().id
    assert "MARIA" not in str(line)
    assert "247320162" not in str(line)


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_place_stays_on_its_line(text):
    with capture_logs() as lines:
        Log("log").send(hostile(text), "k" * 32)
    assert all(str(value).isprintable() for value in lines[0].values())
