"""``watchlist import`` and ``export``: what comes in, what leaves, and what leaves no trace."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from contextlib import closing

import openpyxl
import psycopg
import pytest
from psycopg import sql

SOON = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=200))
HEAD = "mmsi,imo,call_sign,name,flag,reason,contributor,review_by\n"
DAWN = f"677123456,9074729,5IM201,Blue Dawn,TZA,met small craft,ITA,{SOON}\n"
FOAM = f"247320162,,,Sea Foam,ITA,no lights,ITA,{SOON}\n"
ALL = (
    "mmsi,name,reason,contributor,handling,source_grade,info_grade,tlp,priority,review_by\n"
    f"677123456,Blue Dawn,met small craft,ITA,H1,B,3,amber,low,{SOON}\n"
)
CODES = ("--handling", "H1", "--source-grade", "B", "--info-grade", "3", "--tlp", "amber",
         "--priority", "medium")  # fmt: skip
WHY = ("--why", "joint list")


@pytest.fixture
def given(tmp_path):
    """Write a file with this text; gives its path."""

    def write(text: str, name: str = "partners.csv"):
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


@pytest.fixture
def bring(office, given):
    """Import this text, with codes for the whole file."""

    def run(text: str, *words):
        return office("watchlist", "import", given(text), *CODES, *(words or WHY))

    return run


def rows(dsn) -> dict[str, int]:
    """The number of rows of every table of ours."""
    with closing(psycopg.connect(dsn)) as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        return {
            name: connection.execute(count.format(sql.Identifier(name))).fetchone()[0]
            for (name,) in tables
        }


def versions(dsn) -> list[tuple]:
    with closing(psycopg.connect(dsn)) as connection:
        return connection.execute(
            "SELECT entry, version, state, content->>'name' FROM entry_version "
            "ORDER BY entry, version"
        ).fetchall()


def release(office, *ids: str) -> None:
    told = office("watchlist", "release", *ids, "--by", "m.papas", "--why", "read")
    assert told.code == 0, told.err


# --- import --------------------------------------------------------------------------------------


def test_good_rows_are_proposed_and_bad_ones_named(bring, dsn):
    told = bring(HEAD + DAWN + "123,,,X,,r,ITA,\n" + FOAM)
    assert told.code == 0
    assert "line 3: mmsi: MMSI '123' is no number of nine digits" in told.err
    assert "1 bad, 2 new, 0 changed, 0 unchanged, 0 merged, 0 left out" in told.err
    assert versions(dsn) == [
        ("V-000001", 1, "proposed", "Blue Dawn"), ("V-000002", 1, "proposed", "Sea Foam"),
    ]  # fmt: skip


def test_the_next_step_is_said_with_the_ids(bring):
    told = bring(HEAD + DAWN + FOAM)
    assert told.out.splitlines()[0] == "V-000001 proposed as version 1"
    assert told.err.endswith(
        "next, a second person: vedetta watchlist release V-000001 V-000002 --why …\n"
    )


def test_a_file_alone_is_enough(office, given):
    told = office("watchlist", "import", given(ALL))
    assert (told.code, told.out) == (0, "V-000001 proposed as version 1\n")
    [row] = json.loads(office("audit", "list", "--json").out)
    assert (row["action"], row["why"]) == ("watchlist.import", "import of partners.csv")


def test_a_dry_run_tells_the_same_and_writes_nothing(bring, dsn):
    before = rows(dsn)
    told = bring(HEAD + DAWN + FOAM, "--dry-run")
    assert (told.code, told.out, "2 new" in told.err) == (0, "", True)
    assert rows(dsn) == before


@pytest.mark.parametrize("words", [("--dry-run",), ("--strict",), ()])
def test_a_comparison_that_tells_of_entries_is_in_the_audit(office, bring, words):
    bring(HEAD + DAWN)
    bring(HEAD + FOAM, "--dry-run")
    bring(HEAD + DAWN + (",1,,Bad,,x,ITA,\n" if words else ""), *words)
    newest, first = json.loads(office("audit", "list", "--json").out)
    assert (newest["action"], newest["subject"]) == ("watchlist.compare", "V-000001")
    assert newest["details"]["file"] == "partners.csv"
    assert first["action"] == "watchlist.import"


def test_the_whole_file_is_refused_for_one_bad_row_when_strict(bring, dsn):
    before = rows(dsn)
    told = bring(HEAD + DAWN + "123,,,X,,r,ITA,\n", "--strict", *WHY)
    assert (told.code, "1 bad rows" in told.err) == (1, True)
    assert rows(dsn) == before


def test_a_file_without_any_good_row_fails(bring, dsn):
    before = rows(dsn)
    assert bring(HEAD + "123,,,X,,r,ITA,\n").code == 1
    assert rows(dsn) == before


def test_what_the_file_does_not_say_is_given_for_all_rows(office, given, dsn):
    words = ("--contributor", "Greece", "--reason", "joint list", "--review-by", SOON)
    told = office("watchlist", "import", given("name\nSea Foam\n"), *CODES, *words, *WHY)
    assert told.code == 0, told.err
    with closing(psycopg.connect(dsn)) as connection:
        query = "SELECT content->>'contributor', content->>'reason' FROM entry_version"
        assert connection.execute(query).fetchall() == [("GRC", "joint list")]


def test_the_same_file_again_changes_nothing(bring, dsn):
    bring(HEAD + DAWN + FOAM)
    told = bring(HEAD + DAWN + FOAM)
    assert (told.code, told.out, "2 unchanged" in told.err) == (0, "", True)
    assert len(versions(dsn)) == 2


def test_a_change_is_shown_field_by_field_and_proposed(bring, dsn):
    bring(HEAD + DAWN)
    told = bring(HEAD + DAWN.replace("TZA", "COM"))
    assert "changes V-000001  flag: TZA -> COM" in told.err
    assert [row[:3] for row in versions(dsn)] == [
        ("V-000001", 1, "superseded"), ("V-000001", 2, "proposed"),
    ]  # fmt: skip


def test_an_import_is_one_line_of_the_audit(office, bring):
    bring(HEAD + DAWN + FOAM)
    [row] = json.loads(office("audit", "list", "--json").out)
    assert (row["action"], row["who"], row["why"]) == ("watchlist.import", "a.rossi", "joint list")
    said = row["details"]
    assert (said["file"], len(said["sha256"]), said["new"], said["ids"]) == (
        "partners.csv", 64, 2, ["V-000001", "V-000002"]
    )  # fmt: skip


def test_persons_of_a_file_are_kept_apart(office, bring, dsn):
    bring(HEAD.replace("\n", ",owner\n") + DAWN.replace("\n", ",Jane Doe\n"))
    told = office("watchlist", "person", "list", "V-000001", "--reason", "test")
    assert told.out == "owner: Jane Doe\n"
    assert "Jane" not in office("watchlist", "show", "V-000001", "--reason", "test").out


def test_an_id_of_another_place_is_not_taken_for_ours(bring, dsn):
    bring(HEAD + DAWN)
    told = bring("id," + HEAD + "V-000001," + FOAM)
    assert (told.code, "id V-000001 is another vessel in this list" in told.err) == (1, True)
    assert len(versions(dsn)) == 1


# --- perhaps listed already ----------------------------------------------------------------------

THEIRS = f"677123456,9074729,5IM201,Blue Down,TZA,seen at Sfax,GRC,{SOON}\n"


def test_what_another_state_listed_waits_for_a_decision(bring, dsn):
    bring(HEAD + DAWN)
    told = bring(HEAD + THEIRS + FOAM)
    assert "proposal 1: line 2 is perhaps V-000001: the same vessel, listed by ITA" in told.err
    assert "left out until --merge N or --keep N says what they are: lines 2" in told.err
    assert [row[3] for row in versions(dsn)] == ["Blue Dawn", "Sea Foam"]


def test_a_merge_is_a_version_of_the_listed_entry(bring, dsn):
    bring(HEAD + DAWN)
    assert bring(HEAD + THEIRS, "--merge", "1", *WHY).code == 0
    with closing(psycopg.connect(dsn)) as connection:
        query = (
            "SELECT entry, version, content->>'name', content->'aliases', content->>'contributor' "
            "FROM entry_version WHERE state = 'proposed'"
        )
        assert connection.execute(query).fetchall() == [
            ("V-000001", 2, "Blue Dawn", ["Blue Down"], "ITA, GRC")
        ]


@pytest.mark.parametrize("words", [("--keep", "1"), ("--keep-duplicates",)])
def test_what_is_kept_is_an_entry_of_its_own(bring, dsn, words):
    bring(HEAD + DAWN)
    assert bring(HEAD + THEIRS, *words, *WHY).code == 0
    assert [row[0] for row in versions(dsn)] == ["V-000001", "V-000002"]


def test_two_rows_of_a_file_are_merged_into_one_entry(bring, dsn):
    twice = HEAD + DAWN + DAWN.replace("Blue Dawn", "Blue Dwan")
    assert "proposal 1: line 3 is perhaps line 2: same IMO 9074729" in bring(twice).err
    assert len(versions(dsn)) == 1
    bring(HEAD + FOAM + FOAM.replace("Sea Foam", "Sea Form"), "--merge", "1", *WHY)
    assert versions(dsn)[1:] == [("V-000002", 1, "proposed", "Sea Foam")]


@pytest.mark.parametrize(
    "words, fault",
    [
        (("--merge", "2"), "--merge 2: is no proposal; there are 1"),
        (("--keep", "9"), "--keep 9: is no proposal"),
        (("--merge", "1", "--keep", "1"), "--merge 1: is kept as well"),
    ],
)
def test_an_answer_without_a_question_is_wrong_use(bring, dsn, words, fault):
    bring(HEAD + DAWN)
    told = bring(HEAD + THEIRS, *words, *WHY)
    assert (told.code, fault in told.err) == (2, True)


# --- refused without a trace ---------------------------------------------------------------------


def zipped(name: str, **members: bytes) -> tuple[str, bytes]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return name, out.getvalue()


def workbook(cell: str, **more: bytes) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["name", "flag"])
    book.active.append([cell, "ITA"])
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out, "a") as archive:
        for member, content in more.items():
            archive.writestr(member, content)
    return out.getvalue()


EXTERNAL = {
    "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    "xl/externalLinks/_rels/externalLink1.xml.rels": b"<Relationships/>",
}
BOMB_XML = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]>'
    b"<sdnList><a>&c;</a></sdnList>"
)
HOSTILE = {
    "formula": ("a.csv", b"name,flag\n=1+1,ITA\n"),
    "formula of DDE": ("a.csv", b"name,flag\n@SUM(1),ITA\n"),
    "formula in a workbook": ("a.xlsx", workbook("=HYPERLINK(1)")),
    "external links": ("a.xlsx", workbook("Sea Foam", **EXTERNAL)),
    "zip bomb": zipped("a.xlsx", **{"xl/workbook.xml": b"\0" * 300_000_000}),
    "bomb of entities": ("a.xml", BOMB_XML),
    "no workbook": ("a.xlsx", b"PK\x03\x04 no archive"),
    "archive under another name": ("a.csv", workbook("Sea Foam")),
    "NUL": ("a.csv", b"name\nSea\0Foam\n"),
    "UTF-16 without mark": ("a.csv", "name\nΘάλασσα\n".encode("utf-16-le")),
    "a quote that never ends": ("a.csv", b'name\n"' + b"x" * 20_000),
    "no column": ("a.csv", b"colour,size\nred,1\n"),
    "nothing": ("a.csv", b""),
    "another ending": ("a.exe", b"name\nSea Foam\n"),
    "deep JSON": ("a.json", b"[" * 100_000),
    "no list": ("a.json", b'{"entries": 7}'),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_without_a_trace(office, dsn, tmp_path, kind):
    name, content = HOSTILE[kind]
    path = tmp_path / name
    path.write_bytes(content)
    before = rows(dsn)
    words = ("--contributor", "ITA", "--reason", "r", "--review-by", SOON)
    told = office("watchlist", "import", path, *CODES, *words, *WHY)
    assert (told.code in {1, 2}, told.out) == (True, "")
    assert told.complaint.startswith("vedetta: ")
    assert rows(dsn) == before


def test_a_name_of_200_mb_is_refused_without_a_trace(office, dsn, tmp_path):
    path = tmp_path / "giant.csv"
    with path.open("wb") as file:
        file.write(b"name,flag\n")
        file.truncate(200 << 20)
    before = rows(dsn)
    told = office("watchlist", "import", path, *CODES, *WHY)
    assert (told.code, "200.0 MiB" in told.complaint) == (1, True)
    assert rows(dsn) == before


@pytest.mark.parametrize("layout", ["xlsx", "json", "ofac", "opensanctions"])
def test_a_wrong_layout_is_refused_without_a_trace(office, dsn, given, layout):
    before = rows(dsn)
    words = ("--layout", layout, *CODES, *WHY)
    assert office("watchlist", "import", given(HEAD + DAWN), *words).code == 1
    assert rows(dsn) == before


def test_a_good_file_does_leave_a_trace(bring, dsn):
    before = rows(dsn)
    bring(HEAD + DAWN)
    grown = {name for name, count in rows(dsn).items() if count != before[name]}
    assert grown == {"audit", "entry_version"}


# --- export --------------------------------------------------------------------------------------


@pytest.fixture
def codes(office, bring) -> None:
    """Four released entries: H1 amber, H2, H3, and H0 with a red light."""
    bring(HEAD + DAWN)
    for name, *words in (
        ("Two", "--handling", "H2"),
        ("Three", "--handling", "H3", "--handling-comment", "after a call"),
        ("Red", "--handling", "H0", "--tlp", "red"),
    ):
        said = ("--name", name, "--contributor", "GRC", "--reason", "r", "--review-by", SOON)
        assert office("watchlist", "add", *said, *words, *WHY).code == 0
    release(office, *(f"V-00000{n}" for n in range(1, 5)))


REASON = ("--reason", "weekly exchange")


def test_only_what_codes_allow_leaves(office, codes):
    told = office("watchlist", "export", *REASON)
    assert [row["name"] for row in csv.DictReader(io.StringIO(told.out))] == ["Blue Dawn"]
    assert told.err.splitlines() == [
        "V-000002 is kept back: handling H2, not to be passed on without permission of GRC",
        "V-000003 is kept back: handling H3, after a call; ask GRC",
        "V-000004 is kept back: TLP red, for the eyes of those whom GRC named",
        "1 exported, 3 kept back",
    ]


def test_a_permission_lets_them_leave_and_stands_in_the_audit(office, codes):
    told = office("watchlist", "export", "--permission", "GRC, mail of 3 May", *REASON)
    assert len(list(csv.DictReader(io.StringIO(told.out)))) == 4
    [row] = json.loads(office("audit", "list", "--action", "watchlist.export", "--json").out)
    assert (row["why"], row["details"]["permission"]) == ("weekly exchange", "GRC, mail of 3 May")
    assert len(row["details"]["ids"]) == 4


def test_nothing_that_may_leave_is_a_failure(office, codes, tmp_path):
    told = office("watchlist", "export", "V-000002", "-o", tmp_path / "out.csv", *REASON)
    assert (told.code, list(tmp_path.glob("out*"))) == (1, [])


def test_an_export_without_a_reason_is_refused(office, codes):
    assert office("watchlist", "export").code == 2


@pytest.mark.parametrize("permission", ["", " ", "ITA\x1b[31m"])
def test_a_permission_that_says_nothing_is_none(office, codes, permission):
    told = office("watchlist", "export", "--reason", "x", "--permission", permission)
    assert (told.code, told.out) == (2, "")
    assert told.complaint.startswith("vedetta: --permission: ")


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("there", [False, True])
def test_a_file_that_left_is_its_owner_s_alone(office, codes, tmp_path, ending, there):
    file = tmp_path / f"list.{ending}"
    if there:
        file.touch(0o644)
    assert office("watchlist", "export", "--reason", "x", "-o", file).code == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_is_not_in_force_does_not_leave(office, bring):
    bring(HEAD + DAWN)
    told = office("watchlist", "export", "V-000001", *REASON)
    assert (told.code, "V-000001: is not in force" in told.complaint) == (2, True)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
def test_an_export_comes_back_unchanged(office, codes, tmp_path, ending):
    path = tmp_path / f"out.{ending}"
    assert office("watchlist", "export", "-o", path, *REASON).code == 0
    told = office("watchlist", "import", path, *WHY)
    assert (told.code, "1 unchanged" in told.err) == (0, True)


def test_a_link_to_what_stays_does_not_leave(office, codes):
    link = ("--relation", "met_with", "--to", "V-000002")
    office("watchlist", "link", "V-000001", *link, *WHY)
    release(office, "V-000001")
    told = office("watchlist", "export", "--format", "json", *REASON)
    assert "V-000002" not in told.out
