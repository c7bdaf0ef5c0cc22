"""The list of vessels of interest on pages: read, proposed, released, imported; by rights."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import psycopg
import pytest

from store.changes import Change, in_turn
from store.connect import session
from store.watchlist import history, in_force, newest, propose, put_persons, release
from tests.plugins import people
from tests.plugins.waiting import until
from watchlist.entries import PERSON_ROLES, Person, WatchlistEntry

NOW = dt.datetime.now(dt.UTC)
SOON = NOW.date() + dt.timedelta(days=300)
MARIA = WatchlistEntry(
    mmsi=(247_000_001,), imo=(9_074_729,), name="MARIA K", flag="TGO",
    reason="two changes of owner", contributor="ITA", review_by=SOON,
)  # fmt: skip
HIDDEN = WatchlistEntry(
    mmsi=(671_000_002,), name="SECRET ONE", reason="named by a source", contributor="GRC",
    handling="H3", handling_comment="eyes of two", review_by=NOW.date() - dt.timedelta(days=3),
)  # fmt: skip


@pytest.fixture
def office(enter) -> Callable[..., httpx.Client]:
    """A client of somebody who has said for what they read."""

    def stated(role: str = "analyst", name: str = "", **said: str) -> httpx.Client:
        client = enter(role, name, **said)
        stated = client.post("/watchlist/purpose", data={"purpose": "watch of May"})
        assert stated.status_code == 200
        return client

    return stated


def listed(dsn: str, *entries: WatchlistEntry) -> list[str]:
    """Entries in force, as two people put them there; their ids."""
    with psycopg.connect(dsn) as connection:
        done = propose(connection, entries, Change("papas", "a report", NOW))
        release(connection, dict(done), Change("bianchi", "read it", NOW))
    return [one for one, _ in done]


def audit(dsn: str, action: str) -> list[tuple[str, str, str, dict]]:
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT who, subject, why, details FROM audit WHERE action = %s ORDER BY number",
            [action],
        ).fetchall()
    return [(who, what, why, json.loads(json.dumps(details))) for who, what, why, details in rows]


def proposed(**said: str) -> dict[str, str]:
    return {
        "name": "GHOST", "mmsi": "671000009", "reason": "loitered", "contributor": "MLT",
        "review_by": SOON.isoformat(), "handling": "H1", "source_grade": "B", "info_grade": "3",
        "tlp": "amber", "priority": "high", "why": "report 114",
    } | said  # fmt: skip


def token(client, entry: str, path: str = "") -> str:
    """What the forms of an entry carry of what was looked at."""
    said = client.get(f"/watchlist/{entry}{path}").text
    return re.search(r'name="seen" value="([^"]*)"', said)[1]


def test_nothing_of_the_list_is_shown_before_a_purpose_is_stated(dsn, address) -> None:
    [one] = listed(dsn, MARIA)
    with people.client(address, people.token(dsn, "operator")) as client:
        client.timeout = 60
        for path in ("/watchlist", f"/watchlist/{one}", "/watchlist/reviews"):
            said = client.get(path).text
            assert "For what do you read the list" in said
            assert "MARIA" not in said
    assert audit(dsn, "watchlist.show") == []


def test_the_purpose_stands_on_the_page_and_beside_each_reading(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    client = office("operator")
    assert "MARIA K" in client.get("/watchlist").text
    said = client.get(f"/watchlist/{one}").text
    assert "You read the list for: <b>watch of May</b>" in said
    [(who, what, why, details)] = audit(dsn, "watchlist.show")
    assert (who, what, why, details) == ("operator", one, "watch of May", {})
    assert {row[2] for row in audit(dsn, "watchlist.list")} == {"watch of May"}


def test_what_a_person_may_not_know_of_is_nowhere(dsn, office) -> None:
    open_one, hidden = listed(dsn, MARIA, HIDDEN)
    client = office("analyst", clearance="H1")
    found = client.get("/watchlist").text
    assert "All <b>1</b>" in found
    for path in (
        "/watchlist?q=secret",
        "/watchlist?handling=H3",
        "/watchlist/reviews",
        "/watchlist",
    ):
        said = client.get(path).text
        assert "SECRET ONE" not in said
        assert hidden not in said
    assert client.get(f"/watchlist/{hidden}").status_code == 404
    for act in ("edit", "persons"):
        assert client.get(f"/watchlist/{hidden}/{act}").status_code == 404
    assert client.get(f"/watchlist/{open_one}").status_code == 200
    cleared = office("supervisor", "boss", clearance="H3")
    assert "SECRET ONE" in cleared.get("/watchlist/reviews").text


def test_the_answer_for_a_hidden_entry_is_the_one_for_none(dsn, office) -> None:
    [hidden] = listed(dsn, HIDDEN)
    client = office("supervisor", clearance="H1")
    there, none = (client.get(f"/watchlist/{one}") for one in (hidden, "V-000999"))
    assert (
        there.text.replace(hidden, "X").split("<main")[1]
        == none.text.replace("V-000999", "X").split("<main")[1]
    )
    for act in ("release", "withdraw", "erase"):
        form = {"why": "a try", "version": "1", "confirm": hidden}
        assert client.post(f"/watchlist/{hidden}/{act}", data=form).status_code == 404


def test_a_proposal_is_released_by_a_second_person_and_by_no_other_version(dsn, office) -> None:
    author, other = office("supervisor", "rossi"), office("supervisor", "bianchi")
    page = author.post("/watchlist/new", data=proposed())
    one = page.url.path.rsplit("/", 1)[-1]
    assert "Proposed: version 1" in page.text
    own = author.post(f"/watchlist/{one}/release", data={"version": "1", "why": "mine"})
    assert own.status_code == 409
    assert "another person has to (four eyes)" in own.text
    stale = author.post(
        f"/watchlist/{one}/edit", data=proposed(seen=token(author, one, "/edit"), priority="low")
    )
    assert "Priority: high becomes low" in stale.text
    old = other.post(f"/watchlist/{one}/release", data={"version": "1", "why": "read it"})
    assert (old.status_code, "no longer the proposal" in old.text) == (409, True)
    done = other.post(f"/watchlist/{one}/release", data={"version": "2", "why": "read it"})
    assert "In force: version 2" in done.text
    with psycopg.connect(dsn) as connection:
        [released] = in_force(connection)
    assert (released.author, released.released_by) == ("rossi", "bianchi")


def test_many_proposals_are_read_and_released_on_one_page(dsn, office) -> None:
    author, other = office("analyst", "rossi"), office("supervisor", "bianchi")
    for number in (1, 2):
        author.post(
            "/watchlist/new", data=proposed(name=f"GHOST {number}", mmsi=f"67100000{number}")
        )
    said = other.get("/watchlist/proposals").text
    versions = re.findall(r'name="version" value="([^"]+)"', said)
    assert len(versions) == 2
    other.post("/watchlist/proposals/release", data={"version": versions[:1], "why": "read them"})
    with psycopg.connect(dsn) as connection:
        assert [one.entry.id for one in in_force(connection)] == [versions[0].split(":")[0]]


def test_a_form_that_cannot_be_comes_back_with_what_was_written(dsn, office) -> None:
    client = office()
    answer = client.post("/watchlist/new", data=proposed(mmsi="123", name="KEPT <b>"))
    assert answer.status_code == 400
    assert 'value="KEPT &lt;b&gt;"' in answer.text
    assert "MMSI" in answer.text.split('role="alert"')[1].split("</p>")[0]
    without = client.post("/watchlist/new", data=proposed(why=""))
    assert (without.status_code, "kept in the audit" in without.text) == (400, True)
    with psycopg.connect(dsn) as connection:
        assert newest(connection) == []


def test_a_vessel_that_seems_listed_is_asked_about_once_more(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    client = office()
    again = client.post("/watchlist/new", data=proposed(mmsi="247000001", name="MARIA K"))
    assert "Perhaps it is listed already" in again.text
    assert one in again.text
    sure = proposed(mmsi="247000001", name="MARIA K", sure="yes")
    assert "Proposed: version 1" in client.post("/watchlist/new", data=sure).text


def test_nobody_proposes_what_they_would_not_see(dsn, office) -> None:
    client = office("analyst", clearance="H1")
    form = proposed(handling="H3", handling_comment="eyes of two")
    answer = client.post("/watchlist/new", data=form)
    assert (answer.status_code, "above your clearance" in answer.text) == (400, True)


def test_a_hidden_proposal_is_not_the_base_of_a_change(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    secret = dataclasses.replace(
        MARIA, id=one, handling="H3", handling_comment="x", reason="a source says"
    )
    with psycopg.connect(dsn) as connection:
        propose(connection, [secret], Change("papas", "source", NOW))
    client = office("analyst", clearance="H1")
    said = client.get(f"/watchlist/{one}").text
    assert "In force: version 1" in said
    assert "a source says" not in said
    form = client.get(f"/watchlist/{one}/edit")
    assert form.status_code == 409
    assert "a source says" not in form.text


def test_of_two_who_change_one_version_at_the_same_time_one_is_refused(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    client = office("analyst")
    form = {"seen": token(client, one, "/edit"), "mmsi": "671000009"}
    with ThreadPoolExecutor(2) as pool:
        with session(dsn) as first:
            in_turn(first)
            sent = [
                pool.submit(client.post, f"/watchlist/{one}/edit",
                            data=proposed(name=name) | form, follow_redirects=False)
                for name in ("ONE", "TWO")
            ]  # fmt: skip
            until(lambda: waiting(first) == 2)
        assert sorted(one.result().status_code for one in sent) == [303, 409]
    with psycopg.connect(dsn) as connection:
        assert [each.version for each in history(connection, one)] == [1, 2]


def waiting(connection: psycopg.Connection) -> int:
    """How many transactions wait for their turn."""
    asked = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
    return connection.execute(asked).fetchone()[0]


def test_an_entry_is_rejected_withdrawn_and_erased_with_its_id_typed(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    boss = office("supervisor")
    seen = {"seen": token(boss, one)}
    refused = boss.post(f"/watchlist/{one}/erase", data={"confirm": "V-1", "why": "review"} | seen)
    assert (refused.status_code, f"type the id {one}" in refused.text) == (409, True)
    boss.post(f"/watchlist/{one}/withdraw", data={"why": "scrapped"} | seen)
    assert "This entry is not in force" in boss.get(f"/watchlist/{one}").text
    form = {"confirm": one.lower(), "why": "review", "seen": token(boss, one)}
    boss.post(f"/watchlist/{one}/erase", data=form)
    assert boss.get(f"/watchlist/{one}").status_code == 404
    with psycopg.connect(dsn) as connection:
        assert [row.state for row in history(connection, one)] == ["erased"]
    assert [why for _, _, why, _ in audit(dsn, "watchlist.erase")] == ["review"]


def test_persons_are_for_those_whose_role_includes_them(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    with psycopg.connect(dsn) as connection:
        put_persons(connection, {one: (Person("owner", "N. Nobody"),)}, Change("papas", "x", NOW))
    desk, analyst = office("operator"), office("analyst")
    assert "Owners and persons" not in desk.get(f"/watchlist/{one}").text
    assert desk.get(f"/watchlist/{one}/persons").status_code == 403
    assert "N. Nobody" not in analyst.get(f"/watchlist/{one}").text
    assert audit(dsn, "watchlist.persons.read") == []
    assert "N. Nobody" in analyst.get(f"/watchlist/{one}/persons").text
    assert [who for who, *_ in audit(dsn, "watchlist.persons.read")] == ["analyst"]
    form = {"role": "master", "name": "M. Master", "note": "", "why": "registry"}
    assert "M. Master" in analyst.post(f"/watchlist/{one}/persons", data=form).text


def test_a_search_sorts_filters_and_turns_pages(dsn, office) -> None:
    many = [
        WatchlistEntry(
            mmsi=(671_000_100 + n,),
            name=f"SHIP {n:03}",
            reason="r",
            contributor="MLT",
            review_by=SOON,
            priority="high" if n == 7 else "low",
        )
        for n in range(60)
    ]
    listed(dsn, *many)
    client = office()
    first = client.get("/watchlist?sort=name&down=1").text
    assert first.index("SHIP 059") < first.index("SHIP 010")
    assert "60 entries, page 1 of 2" in first
    assert "SHIP 009" in client.get("/watchlist?sort=name&down=1&page=2").text
    assert "1 entry, page 1 of 1" in client.get("/watchlist?priority=high").text
    assert "SHIP 031" in client.get("/watchlist?q=671000131").text
    assert "None of the 60 entries" in client.get("/watchlist?q=nowhere").text


CSV = (
    "mmsi,imo,name,reason,contributor,review_by\n"
    f"247000001,9074729,MARIA K,three changes of owner,ITA,{SOON}\n"
    f"671000002,,SECRET ONE,seen off Lampedusa,MLT,{SOON}\n"
    f"123,,BAD,none,MLT,{SOON}\n"
)


def brought(client: httpx.Client, path: str, name: str, data: bytes | str, **form: str) -> str:
    content = data.encode() if isinstance(data, str) else data
    codes = {"handling": "H1", "source_grade": "B", "info_grade": "3", "tlp": "amber",
             "priority": "low"}  # fmt: skip
    answer = client.post(path, data=codes | form, files={"file": (name, content)})
    assert answer.status_code == 200, answer.text
    return answer.text


def hidden_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: value for name, value in found if name not in {"form_token", "to"}}


def test_a_file_is_looked_at_before_it_is_proposed(dsn, office) -> None:
    listed(dsn, MARIA, HIDDEN)
    client = office("analyst", clearance="H1")
    page = brought(client, "/watchlist/import", "partners.csv", CSV)
    # The hidden entry is not there: the row that names it is a new one like any other.
    assert "1 new" in page
    assert "1 changed" in page
    assert "0 to be decided" in page
    assert "1 refused" in page
    assert "Reason for listing: two changes of owner becomes three changes of owner" in page
    with psycopg.connect(dsn) as connection:
        assert {one.state for one in newest(connection)} == {"released"}
    done = client.post("/watchlist/import/apply", data=hidden_fields(page) | {"why": "exchange"})
    assert "2 entries are proposed" in done.text
    [(who, _, why, details)] = audit(dsn, "watchlist.import")
    assert (who, why, details["file"]) == ("analyst", "exchange", "partners.csv")


def test_a_file_without_a_purpose_tells_nothing_of_the_list(dsn, address) -> None:
    listed(dsn, MARIA)
    with people.client(address, people.token(dsn, "operator")) as client:
        page = brought(client, "/watchlist/import", "other.csv", CSV)
    assert "For what do you read the list?" in page


def test_a_row_that_may_be_listed_is_decided_by_a_person(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    client = office()
    csv = f"mmsi,name,reason,contributor,review_by\n247000001,MARIA K,seen,MLT,{SOON}\n"
    page = brought(client, "/watchlist/import", "other.csv", csv)
    assert "Perhaps listed already" in page
    fields = hidden_fields(page)
    client.post("/watchlist/import/apply", data=fields | {"why": "exchange", "q1": "merge"})
    with psycopg.connect(dsn) as connection:
        assert [version.state for version in history(connection, one)] == ["released", "proposed"]


def test_a_preview_that_is_out_of_date_is_not_applied(dsn, office) -> None:
    client = office()
    page = brought(client, "/watchlist/import", "partners.csv", CSV)
    listed(dsn, MARIA)
    done = client.post("/watchlist/import/apply", data=hidden_fields(page) | {"why": "exchange"})
    assert done.status_code == 409
    other = office("supervisor", "other")
    stolen = other.post("/watchlist/import/apply", data=hidden_fields(page) | {"why": "mine"})
    assert stolen.status_code == 404


def test_a_list_that_changes_while_a_file_waits_for_its_turn_is_seen(dsn, office) -> None:
    client = office()
    page = brought(client, "/watchlist/import", "partners.csv", CSV)
    sent = {"url": "/watchlist/import/apply", "data": hidden_fields(page) | {"why": "exchange"}}
    with ThreadPoolExecutor(1) as pool:
        with session(dsn) as first:
            in_turn(first)
            later = pool.submit(client.post, **sent)
            until(lambda: waiting(first) == 1)
            made = Change("papas", "source", NOW)
            [one] = propose(first, [MARIA], made)
            release(first, dict([one]), made, four_eyes=False)
        assert later.result().status_code == 409
    with psycopg.connect(dsn) as connection:
        assert [each.version for each in newest(connection)] == [1]


def test_a_cross_check_needs_a_reason_and_keeps_to_what_one_may_know(dsn, office) -> None:
    listed(dsn, MARIA, HIDDEN)
    client = office("operator", clearance="H1")
    lines = "247000001\nIMO 9074729\n671000002\nname: =2+3\n"
    refused = client.post("/watchlist/check", data={"lines": lines}, files={"file": ("", b"")})
    assert refused.status_code == 400
    page = client.post("/watchlist/check", data={"lines": lines, "why": "port call"},
                       files={"file": ("", b"")}).text  # fmt: skip
    assert "2 hit" in page
    assert "2 no hit" in page
    assert "GRC" not in page
    link = re.search(r'href="(/watchlist/check/[^"]+)"', page)
    csv = client.get(link[1])
    assert csv.headers["content-disposition"].startswith("attachment")
    assert "'=2+3" in csv.text
    [(_, _, why, details)] = audit(dsn, "watchlist.check_export")
    assert (why, "case" in details) == ("watch of May", False)
    [(_, _, why, details)] = audit(dsn, "watchlist.check")
    assert (why, details["asked"]) == ("port call", 4)
    assert office("analyst", "other").get(link[1]).status_code == 404


def test_the_answers_of_a_check_are_kept_for_nobody_whose_rights_ended(dsn, office) -> None:
    listed(dsn, MARIA, HIDDEN)
    client = office("operator", "moved", clearance="H3")
    page = client.post("/watchlist/check", data={"lines": "671000002", "why": "port call"},
                       files={"file": ("", b"")}).text  # fmt: skip
    link = re.search(r'href="(/watchlist/check/[^"]+)"', page)[1]
    assert client.get(link).status_code == 200
    with psycopg.connect(dsn) as connection:
        connection.execute("UPDATE account SET clearance = 'H0' WHERE name = 'moved'")
    until(lambda: client.get(link).status_code == 404)


def test_who_enters_no_persons_brings_none_in_a_file_either(dsn, office) -> None:
    row = {"mmsi": [247000005], "name": "ODD", "reason": "sold twice", "contributor": "ITA",
           "review_by": str(SOON), "persons": [{"role": "owner", "name": "N. Body"}]}  # fmt: skip
    content = json.dumps({"entries": [row]})
    form = {"handling": "H1", "source_grade": "B", "info_grade": "3", "tlp": "amber",
            "priority": "low"}  # fmt: skip
    refused = office("operator").post("/watchlist/import", data=form,
                                      files={"file": ("list.json", content.encode())})  # fmt: skip
    assert refused.status_code == 400
    assert "names persons, whom your role (operator) does not enter" in refused.text
    taken = brought(office("analyst"), "/watchlist/import", "list.json", content)
    assert "1 new" in taken


def test_reviews_are_listed_by_how_late_they_are(dsn, office) -> None:
    days = {"LATE": -5, "SOON": 10, "LATER": 200, "GONE": -60}
    entries = [
        WatchlistEntry(
            mmsi=(671_000_200 + n,),
            name=name,
            reason="r",
            contributor="MLT",
            review_by=NOW.date() + dt.timedelta(days=days[name]),
        )
        for n, name in enumerate(days)
    ]
    listed(dsn, *entries)
    said = office().get("/watchlist/reviews").text
    assert said.index("GONE") < said.index("LATE") < said.index("SOON")
    assert "LATER" not in said
    assert "1 overdue" in said


def test_a_file_from_strangers_stays_text(dsn, office) -> None:
    client = office()
    evil = "<script>alert(1)</script>"
    csv = f"mmsi,name,reason,contributor,review_by\n671000009,{evil},x,MLT,{SOON}\n"
    page = brought(client, "/watchlist/import", "../../evil.csv", csv)
    assert evil not in page
    assert "&lt;script&gt;" in page
    assert "vedetta-uploads" not in page


def test_what_a_second_person_changed_is_not_withdrawn_unseen(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    boss, other = office("supervisor"), office("analyst", "rossi")
    seen = token(boss, one)
    newer = proposed(seen=token(other, one, "/edit"), name="MARIA K II", why="IHS of May")
    assert other.post(f"/watchlist/{one}/edit", data=newer).status_code == 200
    said = boss.post(f"/watchlist/{one}/withdraw", data={"why": "scrapped", "seen": seen})
    assert said.status_code == 409
    assert f"{one} (version 2 proposed) was changed by rossi" in said.text
    assert "(IHS of May) since you opened it" in said.text
    with psycopg.connect(dsn) as connection:
        assert [row.state for row in history(connection, one)] == ["released", "proposed"]
    assert audit(dsn, "watchlist.withdraw") == []
    again = token(boss, one)
    done = boss.post(f"/watchlist/{one}/withdraw", data={"why": "scrapped", "seen": again})
    assert "This entry is not in force" in done.text


def test_an_entry_that_was_withdrawn_meanwhile_is_not_edited_back_unseen(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    boss, author = office("supervisor"), office("analyst", "rossi")
    seen = token(author, one, "/edit")
    boss.post(f"/watchlist/{one}/withdraw", data={"why": "scrapped", "seen": token(boss, one)})
    said = author.post(
        f"/watchlist/{one}/edit", data=proposed(seen=seen, name="MARIA K II", why="IHS of May")
    )
    assert said.status_code == 409
    assert f"{one} (version 1 withdrawn) was changed by supervisor" in said.text
    assert 'value="MARIA K II"' in said.text, "what was written is not lost"
    with psycopg.connect(dsn) as connection:
        assert [row.state for row in history(connection, one)] == ["withdrawn"]


def test_persons_noted_meanwhile_are_not_erased_unseen(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    boss, other = office("supervisor"), office("supervisor", "bianchi")
    seen = token(boss, one)
    person = {"role": PERSON_ROLES[0], "name": "Anna Neri", "why": "named in the register"}
    assert other.post(f"/watchlist/{one}/persons", data=person).status_code == 200
    form = {"why": "review", "confirm": one, "seen": seen}
    said = boss.post(f"/watchlist/{one}/erase", data=form)
    assert said.status_code == 409
    assert f"{one} (its persons) was changed by bianchi" in said.text
    assert "Anna Neri" not in said.text
    with psycopg.connect(dsn) as connection:
        assert [row.state for row in history(connection, one)] == ["released"]
    assert audit(dsn, "watchlist.erase") == []


def test_a_form_that_does_not_say_what_was_looked_at_does_nothing(dsn, office) -> None:
    [one] = listed(dsn, MARIA)
    boss = office("supervisor")
    for seen in ("", "1", "1;x", "'; --"):
        said = boss.post(f"/watchlist/{one}/withdraw", data={"why": "scrapped", "seen": seen})
        assert (said.status_code, "open the entry again" in said.text) == (409, True)
    with psycopg.connect(dsn) as connection:
        assert [row.state for row in history(connection, one)] == ["released"]
