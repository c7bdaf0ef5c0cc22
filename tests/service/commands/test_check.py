"""``watchlist check``: many identifiers asked at once, with the reason kept."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from contextlib import closing

import numpy as np
import psycopg
import pytest

from store.writer import Writer
from tests.plugins.rows import positions, statics, writes

SOON = str(dt.datetime.now(dt.UTC).date() + dt.timedelta(days=200))
REASON = ("--reason", "port call Augusta")
WHY = ("--why", "report 114")


@pytest.fixture
def sea(dsn) -> None:
    """Two vessels told who they are, two were seen; a name that a spreadsheet would compute."""
    said = statics(
        mmsi=[677123456, 247320162], imo=[9074729, 0], name=[b"BLUE DAWN", b"=1+1"],
        call_sign=[b"5IM201", b""], received=["2020-07-01T10:00", "2020-07-02T11:00"],
    )  # fmt: skip
    seen = positions(
        mmsi=[677123456, 247320162], lon_deg=[12.5, -5.25], lat_deg=[34.0, 36.0], segment=[0, 1],
        time=["2020-07-03T12:00"] * 2, received=["2020-07-03T12:00"] * 2, spool=[1, 2],
    )  # fmt: skip
    with Writer(dsn) as writer:
        writer.commit(writes(seen, statics=said, last=seen, reports=[1, 1], offset=1))


@pytest.fixture
def enlist(office):
    """Release an entry with these options."""
    count = iter(range(1, 100))

    def run(*words: str) -> None:
        said = ("--contributor", "ITA", "--reason", "r", "--review-by", SOON, *WHY)
        assert office("watchlist", "add", *words, *said).code == 0
        entry_id = f"V-{next(count):06}"
        release = office("watchlist", "release", entry_id, "--by", "m.papas", *WHY)
        assert release.code == 0, release.err

    return run


@pytest.fixture
def ask(office, tmp_path):
    """Ask these lines; gives the answers as rows, and what was told."""

    def run(text: str, *words):
        path = tmp_path / "asked.csv"
        path.write_text(text)
        told = office("watchlist", "check", path, *(words or REASON))
        return list(csv.DictReader(io.StringIO(told.out))), told

    return run


DAWN = ("--imo", "9074729", "--name", "Blue Dawn", "--flag", "TZA")


def test_an_identifier_that_is_listed_is_a_hit(ask, enlist, sea):
    enlist(*DAWN)
    [answer], told = ask("imo\n9074729\n")
    said = "verdict entry matched_on score mmsi names last_heard lon lat".split()
    assert [answer[name] for name in said] == [
        "hit", "V-000001", "imo", "1.0", "677123456", "BLUE DAWN", "2020-07-03T12:00:00Z",
        "12.5", "34.0",
    ]  # fmt: skip
    assert told.err == "1 asked: 1 hit, 0 possible, 0 no hit\n"


def test_what_is_not_listed_tells_when_and_where_it_was_last_seen(ask, sea):
    [answer], told = ask("247320162\n")
    assert (answer["verdict"], answer["last_heard"], answer["lon"]) == (
        "no hit", "2020-07-03T12:00:00Z", "-5.25"
    )  # fmt: skip
    assert told.code == 0


def test_a_name_alone_is_possible(ask, enlist):
    enlist(*DAWN)
    [answer], _ = ask("name\nBlue Dawn\n")
    assert (answer["verdict"], answer["matched_on"]) == ("possible", "name")


def test_what_was_never_heard_of_is_no_hit(ask):
    [answer], _ = ask("imo\n9074729\n")
    assert (answer["verdict"], answer["mmsi"], answer["last_heard"]) == ("no hit", "", "")


def test_a_name_off_the_radio_computes_nothing_in_a_spreadsheet(ask, sea):
    [answer], _ = ask("247320162\n")
    assert answer["names"] == "'=1+1"


@pytest.mark.parametrize(
    "codes",
    [("--handling", "H2"), ("--handling", "H3", "--handling-comment", "call"), ("--tlp", "red")],
)
def test_codes_that_forbid_more_give_only_whom_to_ask(ask, enlist, sea, codes):
    enlist(*DAWN, *codes)
    [answer], told = ask("imo\n9074729\n")
    assert (answer["verdict"], answer["contributor"]) == ("hit, ask the contributor", "ITA")
    assert (answer["entry"], answer["matched_on"], answer["disagrees"]) == ("", "", "")
    assert "V-000001" not in told.out + told.err


def test_what_disagrees_is_said(ask, enlist, sea):
    enlist("--imo", "9074729", "--mmsi", "247320163", "--name", "Red Dusk")
    [answer], _ = ask("imo,name\n9074729,Blue Dawn\n")
    assert (answer["verdict"], "name" in answer["disagrees"]) == ("hit", True)


def test_a_withdrawn_entry_is_not_in_the_answers(office, ask, enlist):
    enlist(*DAWN)
    office("watchlist", "withdraw", "V-000001", *WHY)
    [answer], _ = ask("imo\n9074729\n")
    assert answer["verdict"] == "no hit"


def test_an_entry_whose_validity_is_over_is_not_in_the_answers(ask, enlist):
    enlist(*DAWN, "--valid-until", "2020-01-01")
    [answer], _ = ask("imo\n9074729\n")
    assert answer["verdict"] == "no hit"


def test_the_audit_keeps_the_question_and_the_counts(office, ask, enlist, tmp_path):
    enlist(*DAWN)
    ask("imo\n9074729\n9074729\nx\n")
    [row] = json.loads(office("audit", "list", "--action", "watchlist.check", "--json").out)
    content = (tmp_path / "asked.csv").read_bytes()
    assert (row["who"], row["why"], row["subject"]) == ("a.rossi", REASON[1], "V-000001")
    assert row["details"] == {
        "file": "asked.csv",
        "sha256": hashlib.sha256(content).hexdigest(),
        "asked": 2,
        "bad": 1,
        "answers": {"hit": 2, "possible": 0, "no hit": 0},
    }


def test_a_question_without_a_reason_is_refused(ask):
    _, told = ask("imo\n9074729\n", "--reason", " ")
    assert told.code == 2


def test_a_reason_that_is_missing_is_named_with_its_cure(office, tmp_path):
    asked = tmp_path / "asked.csv"
    asked.write_text("9074729\n")
    assert office("watchlist", "check", asked).complaint == (
        "vedetta: --reason: is missing; say in a few plain words why it is asked: it is kept in "
        "the audit"
    )


def test_answers_can_be_json_and_are_private(office, tmp_path):
    asked, answers = tmp_path / "asked.csv", tmp_path / "answers"
    asked.write_text("9074729\n")
    told = office("watchlist", "check", asked, "--reason", "x", "--json", "-o", answers)
    assert (told.code, told.err) == (0, "1 asked: 0 hit, 0 possible, 1 no hit\n")
    assert json.loads(answers.read_text())[0]["asked_imo"] == 9_074_729
    assert answers.stat().st_mode & 0o777 == 0o600


def test_lines_that_ask_nothing_are_named(ask):
    answers, told = ask("imo\n9074729\n9074728\n")
    assert len(answers) == 1
    assert told.err.startswith("line 3: IMO 9074728 has a wrong check digit")


def test_a_file_that_asks_nothing_is_refused(ask):
    _, told = ask("imo\n1\n")
    assert (told.code, "asks for nothing that can be looked up" in told.complaint) == (1, True)


@pytest.mark.parametrize("content", ["name\n=1+1\n", "", "mmsi\n" + "247320162\n" * 100_001])
def test_a_hostile_file_asks_nothing_and_leaves_no_trace(ask, dsn, content):
    _, told = ask(content)
    assert (told.code, told.complaint.startswith("vedetta: asked.csv: ")) == (1, True)
    with closing(psycopg.connect(dsn)) as connection:
        assert connection.execute("SELECT count(*) FROM audit").fetchone() == (0,)


def test_answers_go_to_a_file_as_json(office, tmp_path, sea):
    asked, out = tmp_path / "asked.txt", tmp_path / "out.json"
    asked.write_text("677123456\n")
    assert office("watchlist", "check", asked, "-o", out, *REASON).code == 0
    [answer] = json.loads(out.read_text())
    assert (answer["asked_mmsi"], answer["mmsi"], answer["lat"]) == (677123456, [677123456], 34.0)


def test_answers_do_not_go_over_the_question(office, tmp_path):
    asked = tmp_path / "asked.csv"
    asked.write_text("677123456\n")
    told = office("watchlist", "check", asked, "-o", asked, *REASON)
    assert (told.code, asked.read_text()) == (2, "677123456\n")


def test_every_line_has_an_answer_in_the_order_of_the_file(ask):
    numbers = np.random.default_rng(1).permutation(np.arange(247_000_000, 247_001_000))
    answers, _ = ask("".join(f"{number}\n" for number in numbers))
    assert [int(answer["asked_mmsi"]) for answer in answers] == numbers.tolist()
