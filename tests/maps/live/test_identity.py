from datetime import UTC, datetime, timedelta

from maps.live.identity import MOST, told
from watchlist.vessels import SentIdentity, identity_of

FIRST = datetime(2026, 9, 3, 4, 10, tzinfo=UTC)
FIRST_MS = 1_788_408_600_000
DAY = timedelta(days=1)
MMSI = 247_000_001


def sent(days: int = 0, **said: object) -> SentIdentity:
    known = {
        "imo": 9_074_729,
        "name": "MARIA K",
        "ship_type": 70,
        "length_m": 74.0,
        "beam_m": 14.0,
    }
    return SentIdentity(MMSI, FIRST + days * DAY, spool=days, **(known | said))


def values(identity: dict, fact: str) -> list[str]:
    found = next(one for one in identity["facts"] if one["fact"] == fact)
    return [value["value"] for value in found["values"]]


def test_one_identity_is_said_to_be_the_only_one() -> None:
    identity = told(identity_of([sent(), sent(3)]))
    assert identity["one"]
    assert identity["since_ms"] == FIRST_MS
    assert values(identity, "Flag by MMSI") == ["Italy"]
    assert values(identity, "Size") == ["74 m × 14 m"]
    assert values(identity, "Type") == ["Cargo"]


def test_a_second_name_is_told_with_its_times_newest_first() -> None:
    identity = told(identity_of([sent(), sent(2, name="BLUE DAWN"), sent(5, name="BLUE DAWN")]))
    assert not identity["one"]
    assert values(identity, "Name") == ["BLUE DAWN", "MARIA K"]
    newest = identity["facts"][0]["values"][0]
    assert newest["first_ms"] == FIRST_MS + 2 * 86_400_000
    assert newest["last_ms"] == FIRST_MS + 5 * 86_400_000


def test_a_conflict_is_a_sentence() -> None:
    identity = told(identity_of([sent(imo=1_234_568)]))
    assert not identity["one"]
    sentences = [conflict["said"] for conflict in identity["conflicts"]]
    assert sentences == ["Invalid IMO: IMO 1234568 is no IMO number: its check digit is wrong."]


def test_what_was_never_sent_is_left_out() -> None:
    identity = told(identity_of([SentIdentity(MMSI, FIRST, name="MARIA K")]))
    assert [one["fact"] for one in identity["facts"]] == ["Name", "Flag by MMSI"]


def test_of_many_names_the_newest_are_told_and_the_rest_counted() -> None:
    identity = told(identity_of([sent(day, name=f"NAME {day:03d}") for day in range(MOST + 5)]))
    names = identity["facts"][0]
    assert len(names["values"]) == MOST
    assert names["values"][0]["value"] == f"NAME {MOST + 4:03d}"
    assert names["earlier"] == 5


def test_a_vessel_that_only_moved_has_no_name() -> None:
    identity = told(identity_of([]))
    assert identity["facts"] == []
    assert identity["since_ms"] is None
