"""``watchlist``: the life of an entry, by two people, with its lines in the audit."""

from __future__ import annotations

import datetime as dt
import json

import psycopg
import pytest

from service import watch
from watchlist.entries import Edition

TODAY = dt.datetime.now(dt.UTC).date()
SOON, LATER, TOO_LATE = (str(TODAY + dt.timedelta(days)) for days in (200, 400, 1200))
ENTRY = (
    "--name", "Blue Dawn", "--imo", "9074729", "--mmsi", "677123456", "--flag", "Tanzania",
    "--contributor", "ITA", "--reason", "met small craft", "--review-by", SOON,
)  # fmt: skip
WHY = ("--why", "report 114")
SECOND = ("--by", "m.papas", "--why", "read report 114")


@pytest.fixture
def listed(office) -> str:
    """The id of an entry that m.papas released."""
    assert office("watchlist", "add", *ENTRY, *WHY).code == 0
    assert office("watchlist", "release", "V-000001", *SECOND).code == 0
    return "V-000001"


def newest(office, entry_id: str = "V-000001") -> dict:
    told = office("watchlist", "show", entry_id, "--reason", "test", "--json")
    return json.loads(told.out)["versions"][-1]


def edition(dsn) -> Edition:
    """The list that was published last."""
    with psycopg.connect(dsn) as connection:
        query = "SELECT content FROM edition WHERE what = 'watchlist' ORDER BY version DESC"
        row = connection.execute(query).fetchone()
    return Edition.from_bytes(bytes(row[0])) if row else Edition()


def acts(office, *words) -> list[tuple[str, str, str]]:
    """Action, who and subject of each line of the audit, newest first."""
    rows = json.loads(office("audit", "list", "--json", *words).out)
    return [(row["action"], row["who"], row["subject"]) for row in rows]


# --- proposed ------------------------------------------------------------------------------------


def test_an_entry_is_proposed_and_says_what_comes_next(office, dsn):
    told = office("watchlist", "add", *ENTRY, *WHY)
    assert (told.code, told.out) == (0, "V-000001 proposed as version 1\n")
    assert "next, a second person: vedetta watchlist release V-000001" in told.err
    assert (newest(office)["state"], newest(office)["author"]) == ("proposed", "a.rossi")
    assert len(edition(dsn)) == 0


def test_the_fields_are_read_as_in_files(office):
    office("watchlist", "add", *ENTRY, "--call-sign", "5im-201", "--length", "87,5", *WHY)
    entry = newest(office)["entry"]
    assert (entry["flag"], entry["call_sign"], entry["length_m"]) == ("TZA", ["5IM201"], 87.5)
    assert (entry["handling"], entry["source_grade"], entry["info_grade"]) == ("H1", "B", 3)


@pytest.mark.parametrize(
    "words, fault",
    [
        (("--imo", "9074728"), "wrong check digit"),
        (("--mmsi", "123"), "no number of nine digits"),
        (("--handling", "H3"), "H3 needs its comment"),
        (("--review-by", TOO_LATE), "more than three years"),
        (("--name", "a\x1b[31m"), "U+001B"),
    ],
)
def test_what_cannot_be_so_is_wrong_use(office, words, fault):
    told = office("watchlist", "add", *ENTRY, *words, *WHY)
    assert (told.code, fault in told.complaint) == (2, True)
    assert acts(office) == []


@pytest.mark.parametrize("words", [(), ("--why", " ")])
def test_a_change_without_a_reason_is_refused(office, words):
    assert office("watchlist", "add", *ENTRY, *words).code == 2


# --- released ------------------------------------------------------------------------------------


def test_a_second_person_releases_and_the_list_is_published(office, dsn, listed):
    [entry] = edition(dsn).entries
    assert (entry.id, entry.version, entry.mmsi, entry.imo) == (
        "V-000001", 1, (677123456,), (9074729,)
    )  # fmt: skip
    assert acts(office)[:2] == [
        ("watchlist.release", "m.papas", "V-000001"),
        ("watchlist.propose", "a.rossi", "V-000001"),
    ]


@pytest.mark.parametrize("same", ["a.rossi", "A.Rossi "])
def test_the_author_cannot_release(office, dsn, same):
    office("watchlist", "add", *ENTRY, *WHY)
    told = office("watchlist", "release", "V-000001", "--by", same, *WHY)
    assert (told.code, "expected another person (four eyes)" in told.complaint) == (1, True)
    assert (len(edition(dsn)), newest(office)["state"]) == (0, "proposed")


def test_an_exercise_may_do_without_the_second_person(office, dsn, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("exercise: true\nwatchlist:\n  four_eyes: false\n")
    office("watchlist", "add", *ENTRY, *WHY)
    assert office("watchlist", "release", "V-000001", *WHY, "-c", config).code == 0
    assert len(edition(dsn)) == 1


def test_outside_an_exercise_four_eyes_stay(office, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text("watchlist:\n  four_eyes: false\n")
    told = office("watchlist", "release", "V-000001", *WHY, "-c", config)
    assert (told.code, "watchlist.four_eyes" in told.complaint) == (2, True)


def test_one_that_cannot_be_released_keeps_all_from_it(office, dsn):
    office("watchlist", "add", *ENTRY, *WHY)
    assert office("watchlist", "release", "V-000001", "V-000009", *SECOND).code == 2
    assert len(edition(dsn)) == 0


def test_only_the_version_that_was_read_is_released(office, listed):
    office("watchlist", "edit", listed, "--flag", "COM", *WHY)
    told = office("watchlist", "release", f"{listed}:1", *SECOND)
    assert (told.code, "version 1 is no longer the proposal" in told.complaint) == (1, True)
    assert office("watchlist", "release", f"{listed}:2", *SECOND).code == 0


def test_all_proposals_of_a_person_are_released_at_once(office, dsn):
    for name in ("A", "B"):
        office("watchlist", "add", *ENTRY, "--name", name, *WHY)
    told = office("watchlist", "release", "--author", "a.rossi", *SECOND)
    assert told.out == "V-000001 released, version 1\nV-000002 released, version 1\n"
    assert len(edition(dsn)) == 2


def test_many_at_once_are_one_line_of_the_audit(office, monkeypatch):
    monkeypatch.setattr(watch, "_LINES", 1)
    for name in ("A", "B"):
        office("watchlist", "add", *ENTRY, "--name", name, *WHY)
    office("watchlist", "release", "--author", "a.rossi", *SECOND)
    assert acts(office)[0] == ("watchlist.release", "m.papas", "watchlist")
    assert ("watchlist.release", "m.papas", "watchlist") in acts(office, "--subject", "V-000002")


@pytest.mark.parametrize("words", [(), ("V-000001", "--author", "a.rossi"), ("--author", "x")])
def test_what_is_released_is_said_once(office, words):
    office("watchlist", "add", *ENTRY, *WHY)
    assert office("watchlist", "release", *words, *SECOND).code == 2


# --- changed, withdrawn, erased ------------------------------------------------------------------


def test_an_edit_leaves_in_force_what_was_released(office, dsn, listed):
    told = office("watchlist", "edit", listed, "--flag", "COM", "--clear", "imo", *WHY)
    assert told.out == "V-000001 proposed as version 2\n"
    assert edition(dsn).entries[0].flag == "TZA"
    office("watchlist", "release", listed, *SECOND)
    [entry] = edition(dsn).entries
    assert (entry.version, entry.flag, entry.imo, entry.names) == (2, "COM", (), ("Blue Dawn",))


def test_an_edit_that_changes_nothing_is_wrong_use(office, listed):
    told = office("watchlist", "edit", listed, "--flag", "TZA", *WHY)
    assert (told.code, "is so already in version 1" in told.complaint) == (2, True)


def test_a_review_is_a_version_that_is_released_again(office, listed):
    assert office("watchlist", "review", listed, "--until", LATER, *WHY).code == 0
    found = newest(office)
    assert (found["state"], found["entry"]["review_by"]) == ("proposed", LATER)


def test_a_link_stands_in_a_new_version(office, listed):
    office("watchlist", "add", *ENTRY, "--name", "Red Dawn", *WHY)
    words = ("--relation", "sister_ship", "--to", "V-000002", "--note", "same yard")
    assert office("watchlist", "link", listed, *words, *WHY).code == 0
    [link] = newest(office)["entry"]["links"]
    assert link == {"relation": "sister_ship", "entry": "V-000002", "note": "same yard"}


@pytest.mark.parametrize("other", ["V-000001", "V-000009"])
def test_a_link_leads_to_another_entry_of_the_list(office, listed, other):
    told = office("watchlist", "link", listed, "--relation", "owner", "--to", other, *WHY)
    assert told.code == 2


def test_a_rejected_proposal_has_no_effect(office, dsn, listed):
    office("watchlist", "edit", listed, "--flag", "COM", *WHY)
    assert office("watchlist", "reject", listed, *SECOND).out == "V-000001 rejected, version 2\n"
    assert edition(dsn).entries[0].flag == "TZA"
    assert acts(office)[0] == ("watchlist.reject", "m.papas", "V-000001")


def test_a_version_that_is_no_longer_the_newest_is_neither_changed_nor_taken_off(
    office, dsn, listed
):
    office("watchlist", "edit", listed, "--flag", "COM", "--version", "1", "--by", "rossi", *WHY)
    for step in (
        ("withdraw", f"{listed}:1"), ("erase", f"{listed}:1"),
        ("edit", listed, "--version", "1", "--flag", "TGO"),
    ):  # fmt: skip
        told = office("watchlist", *step, *WHY)
        assert told.code == 1
        assert f"{listed} (version 2) was changed by rossi" in told.err
    assert newest(office)["version"] == 2


def test_a_withdrawn_entry_is_matched_no_more(office, dsn, listed):
    assert office("watchlist", "withdraw", listed, *WHY).code == 0
    assert (len(edition(dsn)), newest(office)["state"]) == (0, "withdrawn")


def test_an_erased_entry_leaves_no_word(office, dsn, listed):
    person = ("--role", "owner", "--name", "Jane Doe")
    office("watchlist", "person", "add", listed, *person, *WHY)
    assert office("watchlist", "erase", listed, "--why", "review expired").code == 0
    with psycopg.connect(dsn) as connection:
        kept = connection.execute("SELECT content FROM entry_version").fetchall()
        persons = connection.execute("SELECT count(*) FROM entry_person").fetchone()
    assert (kept, persons, len(edition(dsn))) == ([(None,)], (0,), 0)
    assert office("watchlist", "list").out.count("V-000001") == 0


# --- read ----------------------------------------------------------------------------------------


def test_the_list_is_a_table_with_the_state_of_review(office, listed):
    office("watchlist", "add", *ENTRY, "--name", "Old", "--review-by", "2020-01-05", *WHY)
    lines = office("watchlist", "list").out.splitlines()
    assert lines[0].endswith("  REVIEW BY")
    assert lines[0].split()[:-2] == "ID NAME MMSI IMO FLAG CODES STATE".split()
    assert "Blue Dawn" in lines[1]
    assert lines[2].endswith("proposed  2020-01-05 expired")
    assert [line.index("677123456") for line in lines[1:]] == [lines[0].index("MMSI")] * 2


@pytest.mark.parametrize(
    "words, ids",
    [
        ((), ["V-000001", "V-000002"]),
        (("--state", "released"), ["V-000001"]),
        (("--state", "proposed"), ["V-000002"]),
        (("--state", "withdrawn"), []),
        (("--overdue",), ["V-000002"]),
        (("--due",), ["V-000002"]),
    ],
)
def test_entries_are_found_by_state_and_review(office, listed, words, ids):
    office("watchlist", "add", *ENTRY, "--name", "Old", "--review-by", "2020-01-05", *WHY)
    found = json.loads(office("watchlist", "list", "--json", *words).out)
    assert [one["entry"]["id"] for one in found] == ids


def test_reading_is_a_line_of_the_audit_with_its_reason(office, listed):
    office("watchlist", "list", "--reason", "monthly review")
    office("watchlist", "show", listed, "--reason", "seen off Lampedusa")
    rows = json.loads(office("audit", "list", "--json").out)
    assert [(row["action"], row["why"]) for row in rows[:2]] == [
        ("watchlist.show", "seen off Lampedusa"),
        ("watchlist.list", "monthly review"),
    ]


def test_an_entry_is_not_shown_without_a_reason(office, listed):
    assert office("watchlist", "show", listed).code == 2


def test_an_erased_entry_shows_that_it_was(office, listed):
    office("watchlist", "erase", listed, "--why", "over")
    lines = office("watchlist", "show", listed, "--reason", "test").out.splitlines()
    assert [line.split()[0] for line in lines] == ["id", "version"]
    assert ": ;" not in lines[1]


def test_many_numbers_of_an_entry_are_counted(office):
    more = ("--mmsi", "247320162", "--mmsi", "239000001")
    office("watchlist", "add", *ENTRY, *more, *WHY)
    assert "677123456 +2" in office("watchlist", "list").out


def test_the_versions_are_told_with_who_and_why(office, listed):
    out = office("watchlist", "show", listed, "--reason", "test").out
    assert "reason             met small craft" in out
    assert "a.rossi, " in out
    assert "released by m.papas" in out


def test_an_unknown_entry_is_wrong_use(office):
    told = office("watchlist", "show", "V-000009", "--reason", "test")
    assert told.complaint == "vedetta: V-000009: no such entry; see vedetta watchlist list"


# --- persons -------------------------------------------------------------------------------------


@pytest.fixture
def owned(office, listed) -> str:
    """The id of an entry with an owner."""
    words = ("--role", "owner", "--name", "Jane Doe", "--note", "of Piraeus")
    assert office("watchlist", "person", "add", listed, *words, *WHY).code == 0
    return listed


def test_persons_are_shown_only_when_asked_for(office, owned):
    plain = office("watchlist", "show", owned, "--reason", "test").out
    full = office("watchlist", "show", owned, "--reason", "test", "--persons").out
    assert ("Jane Doe" in plain, "owner: Jane Doe (of Piraeus)" in full) == (False, True)


def test_a_reading_of_persons_is_a_line_of_its_own(office, owned):
    office("watchlist", "show", owned, "--reason", "test", "--persons")
    assert [act for act, _, _ in acts(office)[:2]] == [
        "watchlist.persons.read", "watchlist.show",
    ]  # fmt: skip


def test_no_name_of_a_person_stands_in_the_audit_or_the_edition(office, dsn, owned):
    office("watchlist", "person", "list", owned, "--reason", "test")
    assert "Doe" not in office("audit", "list", "--json").out
    assert b"Doe" not in edition(dsn).to_bytes()


def test_a_note_of_a_person_holds_what_prints(office, owned):
    words = ("--role", "owner", "--name", "B", "--note", "\x1b[31m", "--why", "x")
    told = office("watchlist", "person", "add", owned, *words)
    assert (told.code, "control characters" in told.complaint) == (2, True)


def test_a_person_is_removed(office, owned):
    words = ("--role", "owner", "--name", "Jane Doe", *WHY)
    assert office("watchlist", "person", "remove", owned, *words).code == 0
    assert office("watchlist", "person", "list", owned, "--reason", "test").out == ""
    told = office("watchlist", "person", "remove", owned, *words)
    assert (told.code, "has no owner of that name" in told.complaint) == (2, True)


def test_the_whole_story_keeps_the_audit_s_chain(office, owned):
    office("watchlist", "withdraw", owned, *WHY)
    told = office("audit", "verify")
    assert (told.code, told.out.startswith("proven: ")) == (0, True)
