"""docs/events.schema.json: what other programs may count on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from alerts.events import Event, Fact
from alerts.kinds import KINDS, LANES, SEVERITIES, STATES

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "events.schema.json").read_text())
RULES = jsonschema.Draft202012Validator(SCHEMA)
FIRST = Event.begin(
    "encounter", 1, mmsi=247_000_001, other_mmsi=271_000_002, started_us=1_778_371_200_000_000,
    lon=18.2, lat=36.001, evidence={"distance": Fact(222.4, "m", 500.0)}, inputs=(3, 9),
    trigger=9,
)  # fmt: skip


def line(event: Event) -> dict[str, Any]:
    return json.loads(json.dumps(event.as_dict(lambda at: {"file": "a.nmea", "line": at})))


@pytest.mark.parametrize("kind", KINDS)
def test_a_first_version_of_each_kind_fits(kind):
    event = Event.begin(kind, 1, started_us=0, lon=None, lat=None)
    RULES.validate(line(event))


def test_every_state_of_an_event_fits():
    RULES.validate(line(FIRST))
    updated = FIRST.next("updated", FIRST.started_us + 5)
    RULES.validate(line(updated))
    for state in ("closed", "retracted"):
        ended = {"ended_us": 7} if state == "closed" else {}
        RULES.validate(line(updated.next(state, 7, reason="apart again", **ended)))


def test_inputs_may_lie_in_the_spool():
    said = FIRST.as_dict(lambda at: {"segment": "000001", "line": at})
    RULES.validate(json.loads(json.dumps(said)))


def test_keys_come_in_the_schemas_order():
    assert list(line(FIRST)) == list(SCHEMA["properties"]) == SCHEMA["required"]


def test_the_words_are_those_of_the_kinds():
    said = SCHEMA["properties"]
    assert said["kind"]["enum"] == list(KINDS)
    assert said["state"]["enum"] == list(STATES)
    assert said["lane"]["enum"] == list(LANES)
    assert said["severity"]["enum"] == list(SEVERITIES)


@pytest.mark.parametrize(
    "change",
    [{"id": "x"}, {"lane": "police"}, {"confidence": 1.5}, {"lon": 181.0}, {"version": 2},
     {"state": "closed", "version": 2}, {"started_at": "2026-05-10 00:00:00"}, {"extra": 1},
     {"evidence": {"distance": 5}}, {"inputs": [7]}],
)  # fmt: skip
def test_what_is_no_event_is_refused(change):
    with pytest.raises(jsonschema.ValidationError):
        RULES.validate(line(FIRST) | change)
