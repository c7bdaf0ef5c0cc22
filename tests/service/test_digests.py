"""Digests and the sign of life on a real database, in three languages."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import dataclass, field

import pytest

from alerts.alert import Alert
from alerts.incidents.rationing import Rationed, Wanted
from alerts.notifier import Later
from alerts.roster import Person, Roster, Shift
from alerts.routing import Office, RoutingSettings, Rule
from service.digest_words import WORDS
from service.digests import Digests, DigestSettings
from service.escalating import DutySettings
from service.posts import FolderPost
from service.schedule import Turn
from store.connect import connect
from store.digests import drop_digests
from store.live import put_health
from store.outbox import deliveries
from store.told import note
from tests.plugins.notices import HOSTILE, alert
from tests.plugins.told import put, put_all

NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Catania", channels=("mail",), language="it"),
        Office("desk", "JOT Mare desk", channels=("mail",)),
        Office("mrcc", "MRCC", kind="rescue_centre", enabled=False),
    ),
    rules=(Rule("all", ("desk",)),),
    page="https://desk.example/",
)


@dataclass
class Letters:
    """Keeps what is written; away while ``away`` says so."""

    away: bool = False
    written: list[tuple[str, str, str, str]] = field(default_factory=list)

    def write(self, *letter: str) -> None:
        if self.away:
            raise Later("mail.example: no answer")
        self.written.append(letter)

    def to(self, office: str) -> list[str]:
        return [f"{subject}\n{text}" for one, subject, text, _ in self.written if one == office]


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture
def digests(dsn, letters) -> Digests:
    return Digests(dsn, DigestSettings(), ROUTING, letters, clock=lambda: NOON)


def turn(at: dt.datetime = NOON) -> Turn:
    return Turn(at, None, lambda: False)


def hold(dsn: str, abouts: list[Alert]) -> None:
    """Keep messages on ``abouts`` from the desk, as beyond its budget."""
    put_all(dsn, abouts)
    with connect(dsn) as connection:
        held = tuple(Wanted(one, "desk", "alert") for one in abouts)
        note(connection, Rationed((), held), NOON)


def test_each_office_reads_what_it_was_told_without_any_vessel(dsn, digests, letters):
    put(dsn, alert("watchlist"), ROUTING)
    assert digests.daily(turn()) == {"sent": 2}
    [ours], [theirs] = letters.to("desk"), letters.to("catania")
    assert "Alerts told to this office: 1" in ours
    assert "Law enforcement: 1, of which 1 still open" in ours
    assert "https://desk.example/alerts/A-0123456789ab" in ours
    assert "12 nm SE of Lampedusa" in ours
    assert "MARIA K" not in ours
    assert "247320162" not in ours
    assert "non è stato comunicato nulla" in theirs
    assert all("AIS" in one for one in (ours, theirs))


def test_the_next_digest_begins_where_the_last_one_ended_also_after_days(digests, letters):
    digests.daily(turn(NOON - 3 * DAY))
    digests.daily(turn(NOON))
    assert "from 17 Nov 12:00 UTC to 20 Nov 12:00 UTC" in letters.to("desk")[1]


def test_one_time_is_written_once(digests, letters):
    digests.daily(turn())
    assert digests.daily(turn()) == {"sent": 0}
    assert len(letters.to("desk")) == 1


def test_what_was_held_back_in_a_storm_is_told_once(dsn, digests, letters):
    hold(dsn, [alert("gap", id=f"A-{number:012d}") for number in range(60)])
    digests.daily(turn())
    digests.daily(turn(NOON + DAY))
    digests.daily(turn(NOON + 2 * DAY))
    first, second, third = letters.to("desk")
    assert "not told before: 60" in first
    assert "and 10 more" in first
    assert "not told before: 10" in second
    assert "not told before" not in third


def test_a_digest_that_cannot_be_sent_waits_and_is_not_written_anew(digests, letters):
    letters.away = True
    with pytest.raises(Later, match="2 digests wait"):
        digests.daily(turn())
    letters.away = False
    assert digests.daily(turn()) == {"sent": 2}


def test_what_fails_for_one_office_is_named_and_keeps_no_other_waiting(dsn, digests, letters):
    put(dsn, alert("watchlist"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE alert SET content = '{}'")
    with pytest.raises(Later, match="1 digests wait: desk"):
        digests.daily(turn())
    assert len(letters.to("catania")) == 1


def test_an_office_that_hears_nothing_is_told_that_the_service_lives(dsn, digests, letters):
    put(dsn, alert("watchlist"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        connection.execute(
            "UPDATE delivery SET state = 'sent', settled_at = %s", [NOON - dt.timedelta(hours=1)]
        )
    digests.heartbeat(turn())
    assert letters.to("desk") == []
    assert letters.to("catania")[0].startswith("Vedetta è in funzione: Catania\n")
    digests.heartbeat(turn(NOON + dt.timedelta(hours=1)))
    assert len(letters.to("catania")) == 1
    digests.heartbeat(turn(NOON + dt.timedelta(hours=12)))
    assert len(letters.to("catania")) == 2


def test_a_line_in_our_own_log_is_no_sign_of_life(dsn, letters):
    put(dsn, alert("watchlist"), ROUTING)
    with connect(dsn, autocommit=True) as connection:
        connection.execute("UPDATE delivery SET state = 'sent', settled_at = %s", [NOON])
        [channel] = {one.channel for one in deliveries(connection)}
    Digests(dsn, DigestSettings(), ROUTING, letters, unheard=[channel],
            clock=lambda: NOON).heartbeat(turn())  # fmt: skip
    assert len(letters.to("desk")) == 1


def test_a_clock_that_was_ahead_takes_no_sign_of_life_away(dsn, letters):
    for at in (NOON + 5 * dt.timedelta(hours=1), NOON):
        Digests(dsn, DigestSettings(), ROUTING, letters, clock=lambda at=at: at).heartbeat(
            turn(at)
        )
    assert len(letters.to("desk")) == 2


def test_signs_of_life_do_not_pile_up_while_mail_is_away(digests, letters):
    letters.away = True
    for hour in range(5):
        with pytest.raises(Later):
            digests.heartbeat(turn(NOON + hour * dt.timedelta(hours=1)))
    letters.away = False
    assert digests.heartbeat(turn(NOON + dt.timedelta(hours=6))) == {"sent": 2}


def test_it_says_how_the_feeds_are_and_that_it_does_not_know(dsn, digests, letters):
    digests.heartbeat(turn())
    assert "not known: the ingest has not reported" in letters.to("desk")[0]
    with connect(dsn) as connection:
        state = {"feeds": [{"name": "naples", "state": "connected"}]}
        put_health(connection, "ingest", state, NOON)
    digests.daily(turn())
    assert "  naples: connected" in letters.to("desk")[1]


def test_it_says_when_nobody_is_on_duty(dsn, letters):
    shift = Shift(("anna",), dt.time(6), dt.time(6), ("mon", "tue", "wed", "thu", "fri"))
    duty = DutySettings((Roster("desk", (Person("anna", "Anna"),), (shift,)),))
    Digests(dsn, DigestSettings(), ROUTING, letters, duty=duty, clock=lambda: NOON).daily(turn())
    assert "Nobody is on duty:\n  21 Nov 05:00 UTC – 23 Nov 05:00 UTC" in letters.to("desk")[0]


def test_a_drill_is_marked(dsn, letters):
    Digests(dsn, DigestSettings(), ROUTING, letters, exercise=True).daily(turn())
    assert letters.to("desk")[0].startswith("EXERCISE Daily digest")


@pytest.mark.parametrize("text", HOSTILE[2:5])
def test_hostile_places_stay_on_their_line(dsn, digests, letters, text):
    put(dsn, alert("watchlist", place=text.replace("\x00", "")), ROUTING)
    digests.daily(turn())
    assert "\nBcc" not in letters.to("desk")[0]
    assert "\u202e" not in letters.to("desk")[0]


def test_pruning_keeps_the_newest_of_each_kind(dsn, digests):
    for days in (3, 2, 1):
        digests.daily(turn(NOON - days * DAY))
    with connect(dsn) as connection:
        assert drop_digests(connection, NOON) == 4


def test_the_jobs_are_daily_weekly_and_a_heartbeat_that_can_be_off(dsn, letters):
    named = [job.name for job in Digests(dsn, DigestSettings(), ROUTING, letters).jobs()]
    assert named == ["digest_daily", "digest_weekly", "heartbeat"]
    off = DigestSettings(heartbeat_h=0)
    assert len(Digests(dsn, off, ROUTING, letters).jobs()) == 2


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_language_says_everything_with_the_same_names():
    for words in WORDS.values():
        assert words.keys() == WORDS["en"].keys()
        for key, text in words.items():
            assert names(text) == names(WORDS["en"][key])


def test_a_folder_takes_digests_too(tmp_path):
    FolderPost(tmp_path).write("desk", "Daily", "text\n", "20261120T060000Z-daily-desk")
    file = tmp_path / "desk" / "20261120T060000Z-daily-desk.txt"
    assert file.read_text() == "Daily\n\ntext\n"
