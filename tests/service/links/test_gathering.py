"""Who is tied to whom, and that a vessel of which one may not know looks like any other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alerts.links.ties import KINDS, OF_THE_LIST
from service.errors import WrongUseError
from service.exporting.choosing import Viewer
from service.links.asking import Wanted
from service.links.consulting import ACTION, asked_for, consulted
from service.links.gathering import gathered
from service.links.reading import _same, _Uses
from service.links.telling import chain_says, in_json, in_rows, sentence_of
from store.connect import connect
from tests.plugins import linked, people
from tests.plugins.database import fresh_database
from tests.plugins.linked import (
    CONSORT,
    DHOW,
    HIDDEN,
    MARIA,
    QUIET,
    REFLAGGED,
    SPAN,
    STELLA,
    TWIN,
)
from watchlist.vessels import LastSeen, SentIdentity

LOW = Viewer(people.person("operator", clearance="H1"))
HIGH = Viewer(people.person("analyst", clearance="H3"))


@pytest.fixture(scope="module")
def sea(database_server):
    with fresh_database(database_server) as dsn:
        linked.fill(dsn)
        yield dsn


@pytest.fixture
def found(sea):
    """What a question finds."""

    def ask(*roots, viewer=HIGH, with_list=True, span=SPAN, **said):
        with connect(sea) as connection:
            return gathered(connection, Wanted(roots, *span, **said), viewer, with_list=with_list)

    return ask


def of(found, kind: str) -> set[tuple[str, str]]:
    return {one.ends for one in found.network.ties if one.kind == kind}


def pair(one: int, other: int) -> tuple[str, str]:
    return f"{min(one, other):09d}", f"{max(one, other):09d}"


def test_a_vessel_is_tied_by_each_kind_of_evidence(found) -> None:
    round_maria = found(MARIA, hops=3)
    assert of(round_maria, "met") == {
        pair(MARIA, STELLA),
        pair(STELLA, QUIET),
        pair(MARIA, HIDDEN),
    }
    assert of(round_maria, "imo") == {pair(MARIA, REFLAGGED)}
    assert of(round_maria, "together") == {pair(MARIA, CONSORT)}
    assert of(round_maria, "port") == {pair(QUIET, DHOW), pair(CONSORT, HIDDEN)}
    assert of(round_maria, "name") == {pair(DHOW, TWIN)}
    assert of(round_maria, "sister_ship") == {(f"{MARIA}", "V-000001")}
    assert of(round_maria, "same_owner") == {pair(STELLA, DHOW)}


def test_each_tie_names_its_evidence_and_its_span(found) -> None:
    round_maria = found(MARIA).network.ties
    ties = {one.kind: one for one in round_maria if f"{HIDDEN}" not in one.ends}
    assert ties["met"].evidence == f"alert:{linked.MET}"
    assert (ties["met"].first, ties["met"].lat) == (linked.NOON, 35.0)
    assert ties["met"].says == "lay beside each other for 2 h 00 min, 180 m apart"
    assert "9074729" in ties["imo"].says
    assert ties["sister_ship"].says.endswith(": same yard")
    assert "4 h" in ties["together"].says


def test_steps_go_on_only_as_far_as_asked(found) -> None:
    assert f"{QUIET}" not in found(MARIA, hops=1).network.nodes
    assert f"{QUIET}" in found(MARIA, hops=2).network.nodes


def test_ties_among_the_neighbours_are_there_too(found) -> None:
    assert of(found(STELLA), "met") >= {pair(STELLA, QUIET)}
    assert pair(QUIET, DHOW) in of(found(STELLA), "port")


def test_outside_the_span_nothing_met(found) -> None:
    later = (linked.NOON + timedelta(days=5), linked.NOON + timedelta(days=6))
    assert of(found(MARIA, span=later), "met") == set()
    assert of(found(MARIA, span=later), "imo") == {pair(MARIA, REFLAGGED)}


def test_who_gave_up_a_name_shares_it_no_longer(found) -> None:
    assert of(found(DHOW), "name") == {pair(DHOW, TWIN)}
    later = (linked.NOON + timedelta(days=1, hours=1), linked.NOON + timedelta(days=2))
    assert of(found(DHOW, span=later), "name") == set()


def test_a_meeting_that_was_taken_back_ties_nobody(found) -> None:
    assert pair(MARIA, TWIN) not in of(found(MARIA), "met")


def test_only_the_ties_that_were_chosen_are_there(found) -> None:
    chosen = found(MARIA, hops=3, groups=("identifiers",))
    assert {one.kind for one in chosen.network.ties} == {"imo"}


def test_the_chain_between_two_is_said_with_its_evidence(found) -> None:
    asked = found(MARIA, hops=2, targets=(TWIN,))
    assert asked.way == tuple(f"{one}" for one in (MARIA, STELLA, DHOW, TWIN))
    assert chain_says(asked).startswith("3 steps: MARIA K and STELLA: lay beside each other")
    alone = found(MARIA, groups=("together",), targets=(TWIN,))
    assert chain_says(alone).startswith("No chain of at most 2 steps from MARIA K to")


def test_a_vessel_of_which_one_may_not_know_looks_like_any_other(found) -> None:
    low = found(MARIA, hops=3, viewer=LOW)
    # In port she lay for everybody to hear; that she is listed, and what was told of her, is not.
    assert low.network.nodes[f"{HIDDEN}"].listed == ()
    assert [one.kind for one in low.network.ties if f"{HIDDEN}" in one.ends] == ["port"]
    assert not {"V-000003", "V-000004"} & {*low.network.nodes}
    assert not [one for one in low.network.ties if one.kind == "owner"]
    told = str(in_json(low)) + str(in_rows(low))
    assert not [one for one in ("SECRET", "H2", "GRC") if one in told]
    her = found(HIDDEN, viewer=LOW, groups=("meetings", "owners"))
    assert sentence_of(her).startswith("Nothing ties NIGHT WIND to anybody")
    assert of(found(HIDDEN), "met") == {pair(MARIA, HIDDEN)}


def test_who_may_not_read_persons_learns_of_no_common_owner(found) -> None:
    assert of(found(STELLA, viewer=LOW), "same_owner") == set()


def test_without_a_purpose_nothing_of_the_list_is_there(found) -> None:
    bare = found(MARIA, hops=3, with_list=False)
    assert not [one for one in bare.network.ties if one.kind in OF_THE_LIST]
    assert not [one for one in bare.network.nodes.values() if one.listed]


def test_codes_are_those_of_all_that_is_in_it(found) -> None:
    assert found(MARIA).codes.handling == "H2"
    assert found(QUIET, groups=("ports",), viewer=LOW).codes.handling != "H2"


def test_the_whole_sea_is_the_same_without_company(found) -> None:
    whole = found(hops=1)
    kinds = {one.kind for one in whole.network.ties}
    assert kinds == {"met", "imo", "name", "port", "sister_ship", "owner", "same_owner"}
    assert kinds <= {*KINDS}
    assert any("company" in note for note in whole.notes)


def test_a_look_stands_in_the_audit(sea) -> None:
    with connect(sea, autocommit=True) as connection:
        wanted = asked_for(connection, f"imo:{linked.IMO}", "", ("", ""), now=linked.MADE.at)
        assert wanted.roots == (MARIA, REFLAGGED)
        consulted(connection, wanted, linked.MADE)
        [[subject, details]] = connection.execute(
            "SELECT subject, details FROM audit WHERE action = %s", [ACTION]
        ).fetchall()
    assert subject == f"MMSI {MARIA}"
    assert details["owners_compared"]
    assert "V-000002" in details["entries"]


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"end": SPAN[0]}, "is not before"),
        ({"start": SPAN[1] - timedelta(days=500)}, "expected at most 400 days for a vessel"),
        ({"roots": (), "start": SPAN[1] - timedelta(days=60)}, "31 days for the whole sea"),
        ({"hops": 4}, "expected 1 to 3 steps"),
        ({"roots": (), "start": SPAN[1] - timedelta(days=1), "targets": (1,)}, "begin from"),
        ({"groups": ("friends",)}, "expected some of meetings"),
    ],
)
def test_what_would_take_minutes_is_refused_in_words(said, because) -> None:
    usual = {"roots": (MARIA,), "start": SPAN[0], "end": SPAN[1]}
    with pytest.raises(WrongUseError, match=because):
        Wanted(**{**usual, **said})


@pytest.mark.parametrize(
    ("last_heard", "how"), [(2024, "one after the other"), (2027, "at the same time")]
)
def test_a_number_is_used_until_its_vessel_was_last_heard(last_heard, how) -> None:
    """The old number sent no identity since 2023, the new one does from 2026 on."""
    old = SentIdentity(MARIA, datetime(2023, 1, 1, tzinfo=UTC), linked.IMO)
    new = SentIdentity(REFLAGGED, datetime(2026, 3, 1, tzinfo=UTC), linked.IMO)
    at = datetime(last_heard, 1, 1, tzinfo=UTC)
    uses = _Uses([old, new], {MARIA: LastSeen(MARIA, at, at, 14.0, 35.0)})
    span = (datetime(2022, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    spans = {one: uses.span(one, "imo", str(linked.IMO), *span) for one in (MARIA, REFLAGGED)}
    [tie] = _same("imo", str(linked.IMO), spans)
    assert tie.says == f"both sent the IMO number {linked.IMO}, {how}"
