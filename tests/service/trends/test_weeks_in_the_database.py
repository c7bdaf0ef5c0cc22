"""What the database counts is what happened; a planted change is found, and told to offices."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from alerts.notifier import Later
from alerts.roles import RoleSettings
from alerts.routing import Office, RoutingSettings, Rule
from geofence.builtin import builtin_zones
from service.exercise.tally_weeks import meetings_of, tallied
from service.retaining import RetentionSettings
from service.schedule import Turn
from service.settings import Settings
from service.trends.desk import Kept, kept_report, paper_of, shown_to
from service.trends.gathering import compared, last_monday, report_of, series_of, span_of
from service.trends.job import Trends
from store import trends as rows
from store.connect import connect, session
from store.coverage import cells
from tests.plugins import people
from tests.plugins.database import fresh_database
from tests.plugins.sailed import listed
from tests.plugins.weeks import UNTIL, sea, written

ROUTING = RoutingSettings(
    offices=(
        Office("catania", "Catania", language="it"),
        Office("desk", "JOT Mare desk", handling_at_most="H3"),
        Office("crew", "Rescue only"),
        Office("mrcc", "MRCC", kind="rescue_centre", enabled=False),
    ),
    rules=(
        Rule("law", ("desk",), lanes=("law",)),
        Rule("italy", ("catania",), severity_at_least="high", member_states=("ITA",)),
        Rule("dark", ("catania",), kinds=("gap",)),
        Rule("rescue", ("crew",), lanes=("sar",)),
    ),
    page="https://desk.example/",
)
SETTINGS = Settings(routing=ROUTING)
TURN = Turn(UNTIL + dt.timedelta(hours=5, minutes=10), None, lambda: False)
TOGETHER = (247_900_001, 271_900_002)


class Letters:
    """Keeps what is written; away while ``away`` says so."""

    def __init__(self) -> None:
        self.away, self.written = False, []

    def write(self, office, subject, text, key, files=()) -> None:
        if self.away:
            raise Later("mail.example: no answer")
        self.written.append((office, f"{subject}\n{text}", [one.content for one in files]))


def met(dsn: str, mmsis: tuple[int, int], days: int) -> None:
    """Two ships meet on so many days of the last weeks."""
    with connect(dsn) as connection:
        for day in range(days):
            at = UNTIL - dt.timedelta(days=1 + 3 * day)
            connection.execute(
                "INSERT INTO event (run_id, id, version, kind, state, lane, severity, mmsis, "
                "started_at, updated_at, lon, lat, content) VALUES (0, %s, 1, 'encounter', "
                "'closed', 'law', 'medium', %s, %s, %s, 22.3, 36.1, '{}')",
                [f"met-{day}-{mmsis[0]}", [*mmsis], at, at],
            )


def silent(weeks) -> int:
    """The ship that fell silent last where a dark area is new."""
    _, (column, row) = weeks.planted["dark"]
    there = [one.mmsis[0] for one in weeks.seen if one.kind == "gap"
             and (int(one.lon / 0.5), int(one.lat / 0.5)) == (int(column), int(row))]  # fmt: skip
    return there[-1]


@pytest.fixture(scope="module")
def planted(database_server):
    """Weeks with a new route, a doubled one and a new dark area, where one is listed."""
    with fresh_database(database_server) as dsn:
        weeks = sea(3, "new", "doubled", "dark")
        written(dsn, weeks)
        listed(dsn, UNTIL - dt.timedelta(days=40), silent(weeks), handling="H2",
               contributor="GRC")  # fmt: skip
        with connect(dsn) as connection:
            heard = [(14.25 + x * 0.5, 32.25 + y * 0.5) for x in range(32) for y in range(8)]
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO coverage_cell VALUES (%s, %s, 100, 1, 30, 10)", heard
                )
        yield dsn, weeks


def test_the_database_counts_what_happened(planted):
    dsn, weeks = planted
    zones = {zone.id: zone for zone in builtin_zones().zones}
    with session(dsn) as connection:
        counted = series_of(connection, span_of(UNTIL, SETTINGS.trends), zones, 0.5)
        meetings = rows.meetings(connection, span_of(UNTIL, SETTINGS.trends))
    by_key = {(one.family, one.key): one for one in counted}
    expected = tallied(weeks, 4, 0.5)
    assert len(by_key) == len(expected) > 300
    assert all(by_key[one.family, one.key] == one for one in expected)
    wanted = sorted((one.first, one.second, one.week, one.day) for one in meetings_of(weeks))
    assert sorted(row[:4] for row in meetings) == wanted


@pytest.fixture(scope="module")
def letters():
    return Letters()


@pytest.fixture(scope="module")
def told(planted, letters):
    """The job's first and second Monday; on the first the mail server is away at first."""
    dsn, weeks = planted
    met(dsn, TOGETHER, 6)
    job = Trends(dsn, SETTINGS, letters)
    letters.away = True
    with pytest.raises(Later, match="2 notifications of trends wait"):
        job.work(TURN)
    letters.away = False
    return dsn, weeks, job.work(TURN), job


def test_planted_changes_are_found_by_the_job(told):
    dsn, weeks, note, _ = told
    assert (note["sent"], note["until"]) == (2, UNTIL.isoformat())
    with session(dsn) as connection:
        report = kept_report(connection).report
    ways = {(one.family, one.key): one.way for one in report.findings}
    assert ways[weeks.planted["new"]] == "new"
    assert ways[weeks.planted["doubled"]] == "more"
    assert ways[weeks.planted["dark"]] == "new"
    assert ways["pair", tuple(map(str, TOGETHER))] == "new"
    assert report.comparisons > 200
    assert report.days == (7.0,) * weeks.weeks


def test_offices_read_it_in_their_language_with_the_document_and_without_any_vessel(told, letters):
    by_office = {office: (text, files) for office, text, files in letters.written}
    assert by_office.keys() == {"catania", "desk"}
    text, files = by_office["desk"]
    assert "a new route" in text
    assert "comparisons were made at once" in text
    assert "Most small boats carry no AIS" in text
    assert "https://desk.example/trends?until=2026-11-23" in text
    assert not any(str(mmsi) in text for mmsi in TOGETHER)
    assert "navi tacciono dove nessuna taceva" in by_office["catania"][0]
    assert [one[:5] for one in files] == [b"%PDF-"]


def test_an_office_is_told_what_a_rule_tells_it_and_no_count_holds_what_is_closed_to_it(
    told, letters
):
    dsn, weeks, _, _ = told
    with session(dsn) as connection:
        desk, office = (kept_report(connection, office=one).report for one in ("desk", "catania"))
        assert kept_report(connection, office="crew") is None
        whole = kept_report(connection).report
    zones = {zone.id: zone for zone in builtin_zones().zones}
    # Italy's waters and whatever falls silent: of routes only those that touch Italy.
    for one in office.findings:
        states = [zones[key].details.get("country") for key in one.key if key in zones]
        assert one.family == "dark" or "ITA" in states
    assert {one.key for one in desk.findings} > {one.key for one in office.findings}
    [seen], [same], [less] = (
        [one for one in report.findings if (one.family, one.key) == weeks.planted["dark"]]
        for report in (whole, desk, office)
    )
    assert seen.listed == (silent(weeks),)
    assert (same.now, less.now, less.ships) == (seen.now, seen.now - 1, seen.ships - 1)
    assert less.listed == ()
    assert (office.office, whole.office) == ("Catania", "")
    assert office.names.keys() <= {key for one in office.findings for key in one.key} | {
        one.zone for one in office.deaf
    }
    assert "crew" not in {name for name, _, _ in letters.written}


def test_who_may_not_know_of_an_entry_has_no_count_that_holds_its_vessel(told):
    dsn, weeks, _, _ = told
    with session(dsn) as connection:
        whole = kept_report(connection).report
        cleared, other = (
            shown_to(connection, whole, who) for who in (
                people.person("analyst", clearance="H3"),
                people.person("analyst", clearance="H1", member_state="ITA"),
            )
        )  # fmt: skip
    dark = weeks.planted["dark"]
    assert dark in {(one.family, one.key) for one in cleared.findings}
    assert dark not in {(one.family, one.key) for one in other.findings}
    assert other.looked["dark"] == cleared.looked["dark"] - 1
    assert "listed" not in json.dumps(cleared.as_told())


def test_the_same_monday_again_writes_nothing_anew(told, letters):
    _, _, _, job = told
    before = len(letters.written)
    assert job.work(TURN)["sent"] == 0
    assert len(letters.written) == before


def test_what_was_told_last_week_is_told_as_known(told):
    dsn, weeks, _, _ = told
    with session(dsn) as connection:
        first = kept_report(connection).report
        later = report_of(connection, UNTIL + dt.timedelta(days=7), SETTINGS)
    again = replace(later, findings=first.findings).told_before([first])
    assert {one.told for one in again.findings} == {"2026-11-23"}
    assert all(not one.told for one in again.told_before([]).findings if not one.told)
    assert weeks.planted


def test_who_may_not_know_of_an_entry_reads_nothing_of_the_pair(told):
    dsn, _, _, _ = told
    listed(dsn, UNTIL - dt.timedelta(days=2), TOGETHER[0], handling="H2", contributor="GRC")
    with session(dsn) as connection:
        kept = kept_report(connection)
        pairs = {
            role: [one for one in shown_to(connection, kept.report, who).findings
                   if one.family == "pair"]
            for role, who in {
                "shell": None, "cleared": people.person("analyst", clearance="H3"),
                "other": people.person("analyst", clearance="H1", member_state="ITA"),
                "office": people.person("office"),
            }.items()
        }  # fmt: skip
        paper = paper_of(connection, Kept(kept.report, kept.made), RoleSettings())
    assert {role: len(found) for role, found in pairs.items()} == {
        "shell": 1, "cleared": 1, "other": 0, "office": 0,
    }  # fmt: skip
    assert not any(str(mmsi) in repr(paper.blocks) for mmsi in TOGETHER)


def test_silences_where_nobody_hears_are_not_compared(planted):
    dsn, _ = planted
    with connect(dsn) as connection:
        connection.execute("DELETE FROM coverage_cell WHERE lon_deg < 20")
        assert len(cells(connection))
        report = report_of(connection, UNTIL, SETTINGS)
        connection.rollback()
    assert report.deaf_areas > 0
    assert report.seen["dark"] < 60


def test_an_empty_database_says_that_nothing_can_be_compared(dsn):
    letters = Letters()
    assert Trends(dsn, SETTINGS, letters).work(TURN)["findings"] == 0
    with session(dsn) as connection:
        report = kept_report(connection).report
    assert not report.comparable
    assert letters.written == []


def test_the_command_tells_the_same(told, vedetta, monkeypatch, tmp_path):
    dsn, _, _, _ = told
    monkeypatch.setenv("DATABASE_URL", dsn)
    said = vedetta("trends", "--until", "2026-11-23").out
    assert "a new route" in said
    assert "95 % interval" in said
    report = json.loads(vedetta("trends", "--until", "2026-11-23", "--json").out)
    assert any(one["family"] == "route" for one in report["findings"])
    file = tmp_path / "t.pdf"
    done = vedetta("trends", "--until", "2026-11-23", "-o", file, "--reason", "a test", "--by",
                   "anna")  # fmt: skip
    assert done.code == 0
    assert file.read_bytes()[:5] == b"%PDF-"
    assert "no rule tells it" in vedetta("trends", "--office", "crew").err
    assert "expected as 2026-11-23" in vedetta("trends", "--until", "monday").err


def test_weeks_are_compared_that_are_still_kept():
    assert compared(Settings()).before_weeks == Settings().trends.before_weeks
    short = Settings(retention=RetentionSettings(visits_days=180))
    assert compared(short).before_weeks == (180 - 14) // 7 - 4


def test_weeks_end_on_monday():
    assert last_monday(UNTIL) == UNTIL
    assert last_monday(UNTIL + dt.timedelta(days=6, hours=23)) == UNTIL
