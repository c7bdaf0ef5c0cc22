"""Rescues beyond what is told one by one: in one message, within seconds, to each office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import pytest

from alerts.alert import Alert
from alerts.incidents.acts import escalate
from alerts.incidents.rationing import Rationed, Wanted
from alerts.notifier import Later
from alerts.routing import Office, RoutingSettings
from service.casework import done, inform
from service.escalating import DutySettings, Escalating
from service.flooding import Flooding
from service.schedule import Turn
from store.changes import Change
from store.connect import connect
from store.incidents import incident
from store.outbox import deliveries, told_before
from store.told import note
from tests.plugins.notices import HOSTILE, alert
from tests.plugins.told import put_all

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
ROUTING = RoutingSettings(
    (
        Office("desk", "JOT Mare desk", channels=("mail",)),
        Office("catania", "Catania", channels=("mail",), language="it"),
        Office("roma", "MRCC Roma", "rescue_centre", channels=("mail",), agreement="2026-1"),
    ),
    page="https://desk.example/",
)
TURN = Turn(NOON, None, lambda: False)


@dataclass
class Letters:
    """Keeps what is written; ``away`` names the offices that cannot be reached."""

    away: tuple[str, ...] = ()
    written: list[tuple[str, str, str, str]] = field(default_factory=list)

    def write(self, *letter: str) -> None:
        if letter[0] in self.away:
            raise Later("mail.example: no answer")
        self.written.append(letter)


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def flooding(dsn, letters) -> Flooding:
    everyone = {"mail": ["desk", "catania", "roma"]}
    return Flooding(
        dsn, ROUTING, letters, mailboxes=everyone, repeat_min=3, exercise=True, clock=lambda: NOON
    )


def hold(dsn: str, office: str, abouts: list[Alert], *, new: bool = True) -> None:
    """Keep messages on ``abouts`` from an office, as beyond its budget."""
    if new:
        put_all(dsn, abouts)
    with connect(dsn) as connection:
        held = tuple(Wanted(one, office, "alert") for one in abouts)
        note(connection, Rationed((), held), NOON)


def rescues(number: int) -> list[Alert]:
    return [alert("distress", id=f"A-{n:012d}") for n in range(number)]


def test_all_that_was_held_is_told_once_to_each_office_in_its_language(dsn, flooding, letters):
    hold(dsn, "desk", rescues(60))
    hold(dsn, "catania", rescues(60), new=False)
    hold(dsn, "roma", rescues(60)[:1], new=False)
    assert flooding.work(TURN) == {"told": 121, "again": 0}
    assert flooding.work(TURN) == {"told": 0, "again": 0}
    (_, subject, text, _), (_, italian, *_), (*_, centre, _) = letters.written
    assert subject == "EXERCISE Search and rescue: 60 rescue alerts in one message"
    assert text.count("https://desk.example/alerts/A-") == 60
    assert (
        "distress, MMSI 247320162, 35°30.0′N 012°36.0′E (12 nm SE of Lampedusa), 20 Nov 12:00 UTC"
        in text
    )
    assert "MARIA K" not in text
    assert "60 allarmi di soccorso" in italian
    assert centre.count("alerts/A-") == 1


def test_law_waits_for_the_digest(dsn, flooding, letters):
    hold(dsn, "desk", [alert("gap")])
    assert flooding.work(TURN) == {"told": 0, "again": 0}
    assert letters.written == []


def test_an_office_that_cannot_be_reached_keeps_no_other_waiting_and_hears_later(
    dsn, flooding, letters
):
    hold(dsn, "desk", rescues(2))
    hold(dsn, "catania", rescues(2), new=False)
    letters.away = ("desk",)
    with pytest.raises(Later, match="1 offices: desk"):
        flooding.work(TURN)
    assert [one[0] for one in letters.written] == ["catania"]
    letters.away = ()
    assert flooding.work(TURN) == {"told": 2, "again": 0}
    assert [one[0] for one in letters.written] == ["catania", "desk"]


def test_what_was_taken_back_meanwhile_is_not_told(dsn, flooding, letters):
    hold(dsn, "desk", [alert("distress", state="retracted")])
    assert flooding.work(TURN) == {"told": 1, "again": 0}
    assert letters.written == []


@pytest.mark.parametrize("text", HOSTILE[:4])
def test_a_hostile_place_stays_on_its_line(dsn, flooding, letters, text):
    hold(dsn, "desk", [alert("distress", place=text)])
    flooding.work(TURN)
    [(_, subject, said, _)] = letters.written
    assert len(said.splitlines()) == 3
    assert len(subject.splitlines()) == 1


def test_what_a_list_told_is_followed_up_and_taken_back_like_all_else(dsn, flooding):
    """The 41st distress is no other than the first: somebody has to take it on."""
    hold(dsn, "desk", rescues(2))
    flooding.work(TURN)
    with connect(dsn) as connection:
        told = deliveries(connection, office="desk")
        assert [(one.state, one.said) for one in told] == [
            ("sent", "in one message of 2 rescues")
        ] * 2
        assert "desk" in told_before(connection, "A-000000000001", lists=True)
        found = incident(connection, "A-000000000001")
        after = done(connection, found.alert.id, escalate, "escalate", Change("a", "b", NOON))
        assert inform(connection, after, ROUTING, Change("a", "b", NOON)) == 1


def test_what_a_list_told_and_nobody_took_on_is_told_again_in_one_list(dsn, flooding, letters):
    hold(dsn, "desk", rescues(60))
    hold(dsn, "roma", rescues(60), new=False)
    flooding.work(TURN)
    assert flooding.work(TURN) == {"told": 0, "again": 0}
    later = NOON + dt.timedelta(minutes=4)
    flooding.clock = lambda: later
    # One by one nobody is told of a flood again: the list is what repeats.
    again = Escalating(dsn, DutySettings(), ROUTING, clock=lambda: later, repeated=["desk"])
    assert again.work(Turn(later, None, lambda: False)) == {"again": 0, "called": 0}
    assert flooding.work(TURN) == {"told": 0, "again": 60}
    assert [one[0] for one in letters.written] == ["desk", "roma", "desk"]
    assert letters.written[0][3] != letters.written[2][3]
    with connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE alert SET state = 'acknowledged'")
    later += dt.timedelta(minutes=4)
    assert flooding.work(TURN) == {"told": 0, "again": 0}


def test_channels_that_machines_read_take_a_flood_one_by_one(dsn, letters):
    """An office without a mailbox is not told by a file that lies on our own disk."""
    hold(dsn, "roma", rescues(3))
    Flooding(dsn, ROUTING, letters, clock=lambda: NOON).work(TURN)
    assert letters.written == []
    with connect(dsn) as connection:
        told = deliveries(connection, office="roma")
    assert [(one.channel, one.state, one.change) for one in told] == [
        ("mail", "waiting", "alert")
    ] * 3


def test_a_flood_by_channels_of_machines_is_followed_up_as_one(dsn, letters):
    """Ten thousand of them followed up one by one would be ten thousand calls."""
    hold(dsn, "desk", rescues(3))
    Flooding(dsn, ROUTING, letters, repeat_min=3, clock=lambda: NOON).work(TURN)
    later = NOON + dt.timedelta(minutes=4)
    again = Escalating(dsn, DutySettings(), ROUTING, clock=lambda: later)
    assert again.work(Turn(later, None, lambda: False)) == {"again": 1, "called": 0}
    Flooding(dsn, ROUTING, letters, repeat_min=3, clock=lambda: later).work(TURN)
    assert letters.written == []
