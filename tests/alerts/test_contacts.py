"""Contacts: what may be one, which is the newest, and which has to do with a place."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from alerts.contacts import Contact, ContactError, near, newest, track

HOUR = 3_600_000_000
BOAT = Contact("call", 12.5, 35.0, 5.0, 10 * HOUR, "rubber boat, motor failed", 50, "B", 3,
               "a.rossi", "C-000001")  # fmt: skip


def test_a_contact_comes_back_from_json() -> None:
    assert Contact.from_dict(json.loads(json.dumps(BOAT.as_dict()))) == BOAT
    assert BOAT.grade == "B3"
    older = {name: said for name, said in BOAT.as_dict().items() if name != "reckoned"}
    assert Contact.from_dict(older) == BOAT


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "rumour"}, {"lon": math.nan}, {"lon": 181.0}, {"lat": -91.0}, {"error_nm": -1.0},
        {"error_nm": math.inf}, {"description": " "}, {"description": "a\nb"},
        {"description": "x" * 501}, {"persons": -1}, {"reckoned": "a\nb"},
        {"source_grade": "Z"}, {"info_grade": 5},
    ],
)  # fmt: skip
def test_what_is_none_is_refused_in_one_line(wrong: dict) -> None:
    with pytest.raises(ContactError, match=rf"^contact: {next(iter(wrong))} .*expected") as raised:
        replace(BOAT, **wrong)
    assert "\n" not in str(raised.value)


def test_what_was_altered_cannot_be_read() -> None:
    with pytest.raises(ContactError, match="cannot be read"):
        Contact.from_dict({"kind": "call"})


def test_the_newest_sighting_counts_and_a_closed_contact_does_not() -> None:
    moved = replace(BOAT, lon=12.6, version=2)
    gone = [replace(BOAT, id="C-000002"), replace(BOAT, id="C-000002", version=2, closed=True)]
    assert newest([moved, BOAT, *gone]) == (moved,)


def test_the_track_is_in_the_order_of_the_sightings_not_of_their_entry() -> None:
    earlier = replace(BOAT, time_us=8 * HOUR, version=2)
    assert track([BOAT, earlier, replace(BOAT, id="C-000009")], "C-000001") == (earlier, BOAT)


def test_near_asks_for_place_and_time_and_allows_the_contacts_own_error() -> None:
    far = replace(BOAT, id="C-000002", lat=35.2)  # 12 nm off
    exact = replace(far, id="C-000003", error_nm=0.0)
    old = replace(BOAT, id="C-000004", time_us=2 * HOUR)
    found = near([far, exact, old, BOAT], 12.5, 35.0, 11 * HOUR, within_nm=10, hours=6)
    assert [one.id for one in found] == ["C-000001", "C-000002"]
