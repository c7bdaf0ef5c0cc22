"""A package of evidence: made of real lines, proven elsewhere, and every change of it named."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from ais.spool.retention import holds
from service.disclosure import RefusedByCodesError
from service.evidence.desk import evidence, held_against_audit, written
from service.evidence.making import Made, Wish
from service.evidence.verifying import verify
from service.papers.cards import card_drawer
from store import audit
from store.changes import Change
from store.connect import connect
from tests.plugins.exercised import Exercised
from tests.plugins.forged import faults, first_lines, flip, members, resealed
from tests.plugins.paged import texts_of

BY = Change("a.rossi", "case 17", dt.datetime(2026, 5, 11, tzinfo=dt.UTC))


@pytest.fixture(scope="module")
def made(freighter: Exercised) -> Made:
    one = freighter.alert_of("watchlist")
    wish = Wish(BY, permission="ITA, note 17")
    draw = card_drawer(freighter.settings, freighter.dsn, BY)
    return evidence(freighter.dsn, freighter.settings, one.id, wish, draw)


@pytest.fixture
def file(made: Made, tmp_path: Path) -> Path:
    """The package alone in a folder where nothing else of the service is."""
    path = tmp_path / "empty" / "case17.zip"
    path.parent.mkdir()
    written(made, path)
    return path


def test_it_is_proven_in_a_folder_where_nothing_else_is(file, made):
    verdict = verify(file)
    assert faults(verdict) == []
    assert {one.outcome for one in verdict.events} == {"same"}
    kinds = {one.kind for one in verdict.events}
    assert {"watchlist", "identity_change", "predicted_arrival", "watch_rule"} <= kinds
    assert verdict.lines == made.lines > 100


def test_it_holds_the_lines_of_its_vessels_only(freighter, made, file):
    [mmsi] = freighter.alert_of("watchlist").mmsis
    assert made.lines < made.read / 5
    rows = members(file)["rows/positions.csv"].decode().splitlines()[1:]
    assert rows
    assert all(str(mmsi) in row for row in rows)


def test_the_command_proves_it_without_a_database(vedetta, file, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "host=nowhere.invalid")
    told = vedetta("evidence", "verify", file)
    assert told.code == 0
    assert "Every file in it is as it was packed" in told.out


@pytest.mark.parametrize(
    ("name", "find", "said"),
    [
        ("lines", b"!AIVDM,1,1", ".log, bytes 0 to"),
        ("manifest.json", b'"alert": "A', "manifest.json, bytes 0 to"),
        ("events.jsonl", b'"confidence": 0', "events.jsonl, bytes"),
        ("chain/manifest.jsonl", b'"', "chain/manifest.jsonl"),
        ("context/settings.json", b'"detectors"', "context/settings.json"),
    ],
)
def test_one_byte_that_was_changed_is_found_and_its_file_and_place_named(file, name, find, said):
    flip(file, first_lines(file) if name == "lines" else name, find)
    found = faults(verify(file))
    assert any(said in one and "is not what was packed" in one for one in found)


def rule_member(path: Path) -> str:
    [name] = [one for one in members(path) if one.startswith("context/rules-")]
    return name


def test_one_byte_of_the_watch_rule_that_was_changed_is_found(file):
    name = rule_member(file)
    flip(file, name, b"off the cap")
    assert any(f"{name}, bytes" in one and "is not what was packed" in one
               for one in faults(verify(file)))  # fmt: skip


def test_a_watch_rule_forged_with_new_hashes_tells_other_events(file):
    name = rule_member(file)
    content = members(file)[name]
    resealed(file, {name: content.replace(b"12.28", b"12.21").replace(b"off the cape", b"cape")})
    assert any("events.jsonl" in one for one in faults(verify(file)))


def test_from_where_on_lines_were_read_stands_in_the_package(freighter, made):
    one = freighter.alert_of("watchlist")
    wish = Wish(BY, permission="ITA, note 17", as_needed=True)
    again = evidence(freighter.dsn, freighter.settings, one.id, wish)
    begins = (again.about["span"]["begin"], made.about["span"]["begin"])
    assert begins == ("as needed", "as asked")
    assert {event.outcome for event in again.events} == {"same"}
    # The exercise is shorter than what its detectors remember: nothing can be left out.
    assert again.about["span"]["from_the_beginning"]
    assert again.lines == made.lines


def test_the_command_ends_with_1_and_names_the_file(vedetta, file):
    flip(file, "events.jsonl", b'"lon": 1')
    told = vedetta("evidence", "verify", file)
    assert told.code == 1
    assert "events.jsonl, bytes" in told.err


def test_an_event_forged_with_new_hashes_does_not_come_out_again(file):
    events = members(file)["events.jsonl"].decode().splitlines()
    forged = json.loads(events[0]) | {"confidence": 0.01}
    resealed(file, {"events.jsonl": "\n".join([json.dumps(forged), *events[1:], ""]).encode()})
    found = faults(verify(file))
    assert any("events.jsonl" in one and "confidence" in one for one in found)


def test_a_line_forged_with_new_hashes_is_not_the_one_of_the_spool(freighter, file):
    name = first_lines(file)
    forged = bytearray(members(file)[name])
    at = forged.index(b"!AIVDM,1,1") + 20
    forged[at] ^= 1
    resealed(file, {name: bytes(forged)})
    found = faults(verify(file, spool=freighter.spool))
    assert any(name in one for one in found)


def test_the_spool_proves_every_line_and_counts_the_coverage_anew(freighter, file, made):
    verdict = verify(file, spool=freighter.spool)
    assert faults(verdict) == []
    assert verdict.counted
    assert verdict.spool is not None
    assert verdict.spool.closed + verdict.spool.open == made.lines


def test_the_audit_knows_this_very_file_and_no_other(freighter, file):
    with connect(freighter.dsn) as connection:
        same, other = verify(file), verify(file)
        held_against_audit(connection, same)
        other.sha256 = "0" * 64
        held_against_audit(connection, other)
    assert "a.rossi" in same.audit
    assert any("no row of the audit" in one for one in faults(other))


def test_what_codes_forbid_is_refused_with_the_reason_and_stands_in_the_audit(freighter):
    one = freighter.alert_of("watchlist")
    with pytest.raises(RefusedByCodesError, match="H1, not in judicial proceedings"):
        evidence(freighter.dsn, freighter.settings, one.id, Wish(BY))
    with connect(freighter.dsn) as connection:
        told = audit.rows(connection, action="evidence.refuse", subject=one.id, limit=9)
    assert ("a.rossi", "case 17") in {(row.who, row.why) for row in told}


def test_the_spool_is_held_from_then_on(freighter, made):
    assert made.hold in {one.name for one in holds(freighter.spool)}


def test_its_card_says_on_one_page_what_happened(made):
    with zipfile.ZipFile(io.BytesIO(made.content)) as opened:
        [text] = texts_of(opened.read("card.pdf"))
    for said in (
        "Alert card",
        "page 1 of 1",
        "H1",
        "EXERCISE",
        "Listed vessel",
        "Her name changed",
    ):
        assert said in text


def test_a_file_that_is_no_package_is_said_in_one_line(vedetta, tmp_path, made):
    bad = tmp_path / "bad.zip"
    assert "is not there" in vedetta("evidence", "verify", bad).complaint
    bad.write_bytes(made.content[:5000])
    assert "is no ZIP file" in vedetta("evidence", "verify", bad).complaint
    shutil.make_archive(str(tmp_path / "other"), "zip", tmp_path, "bad.zip")
    assert (
        "holds no manifest.json" in vedetta("evidence", "verify", tmp_path / "other.zip").complaint
    )


def without(path: Path, gone: tuple[str, int]) -> None:
    """Leave a version out of the events and of the manifest, with new hashes."""
    lines = members(path)["events.jsonl"].decode().splitlines()
    kept = [one for one in lines if (json.loads(one)["id"], json.loads(one)["version"]) != gone]
    assert len(kept) == len(lines) - 1
    resealed(path, {"events.jsonl": "".join(f"{one}\n" for one in kept).encode()},
             promised={f"{gone[0]}.{gone[1]}": None})  # fmt: skip


def test_a_later_version_that_was_left_out_with_new_hashes_is_found(file):
    told = [json.loads(one) for one in members(file)["events.jsonl"].decode().splitlines()]
    later = next(one for one in told if one["version"] > 1)
    without(file, (later["id"], later["version"]))
    found = faults(verify(file))
    assert any(later["id"] in one and "told when run again" in one for one in found)


def test_a_version_left_out_and_promised_to_come_out_besides_is_not_vouched_for(file, vedetta):
    told = [json.loads(one) for one in members(file)["events.jsonl"].decode().splitlines()]
    later = next(one for one in told if one["version"] > 1)
    without(file, (later["id"], later["version"]))
    resealed(file, {}, promised={f"{later['id']}.{later['version']}": "more"})
    verdict = verify(file)
    assert not verdict.ok
    assert any("is not in the file and comes out" in one for one in verdict.notes)
    assert vedetta("evidence", "verify", file).code == 1


def test_a_number_forged_and_promised_to_differ_is_not_vouched_for(file, vedetta):
    events = members(file)["events.jsonl"].decode().splitlines()
    forged = json.loads(events[0]) | {"confidence": 1.0, "lon": 1.0}
    resealed(file, {"events.jsonl": "\n".join([json.dumps(forged), *events[1:], ""]).encode()},
             promised={f"{forged['id']}.{forged['version']}": "other"})  # fmt: skip
    assert not verify(file).ok
    told = vedetta("evidence", "verify", file)
    assert told.code == 1
    assert "are not shown by its lines; expected the word of the service" in told.err


def invented(path: Path) -> str:
    events = members(path)["events.jsonl"].decode().splitlines()
    forged = json.loads(events[0]) | {"id": "0" * 16, "kind": "encounter"}
    alert = json.loads(members(path)["alert.json"])
    alert["events"] = [*alert["events"], forged["id"]]
    resealed(path, {"events.jsonl": "\n".join([*events, json.dumps(forged), ""]).encode(),
                    "alert.json": json.dumps(alert).encode()},
             promised={f"{forged['id']}.{forged['version']}": "missing"})  # fmt: skip
    return str(forged["id"])


def test_an_event_invented_and_promised_not_to_come_out_is_not_vouched_for(file):
    name = invented(file)
    verdict = verify(file)
    assert not verdict.ok
    assert any(name in one and "or is forged" in one for one in verdict.notes)


def test_what_the_lines_do_not_tell_is_believed_of_the_very_file_that_the_audit_knows(file):
    invented(file)
    verdict = verify(file)
    verdict.in_audit("row 7 of the audit")
    assert verdict.ok
    assert not any("card.pdf" in one for one in verdict.notes)


@pytest.mark.parametrize("name", ["rows/positions.csv", "rows/statics.csv"])
def test_a_table_for_people_forged_with_new_hashes_is_not_what_the_lines_say(file, name):
    resealed(file, {name: members(file)[name].replace(b"5", b"6", 40)})
    assert any(
        one.startswith(f"{name}: is not what the lines say") for one in faults(verify(file))
    )


def test_an_event_taken_out_of_the_file_and_its_manifest_stands_in_the_alert(file):
    lines = members(file)["events.jsonl"].decode().splitlines()
    gone = json.loads(lines[-1])["id"]
    kept = [one for one in lines if json.loads(one)["id"] != gone]
    versions = {f"{gone}.{json.loads(one)['version']}": None for one in lines
                if json.loads(one)["id"] == gone}  # fmt: skip
    resealed(file, {"events.jsonl": "".join(f"{one}\n" for one in kept).encode()},
             promised=versions)  # fmt: skip
    assert any(f"lacks event {gone}" in one for one in faults(verify(file)))


def test_what_only_the_audit_shows_is_said_while_it_is_not_asked(file):
    assert any("card.pdf" in one and "--audit" in one for one in verify(file).notes)


def test_own_lines_that_were_left_out_are_found_in_the_spool(freighter, file):
    """Her newest line, of which no event needs to be told."""
    names = sorted(one for one in members(file) if one.endswith(".log"))
    name = next(one for one in reversed(names) if b"!AIVDM,1,1" in members(file)[one])
    lines = members(file)[name].splitlines(keepends=True)
    places = members(file)[name.replace(".log", ".places")].splitlines(keepends=True)
    at = max(n for n, one in enumerate(lines) if b"!AIVDM,1,1" in one)
    del lines[at], places[at]
    resealed(file, {name: b"".join(lines), name.replace(".log", ".places"): b"".join(places)})
    found = faults(verify(file, spool=freighter.spool))
    assert any("lines of its vessels that stand in the spool" in one for one in found)


def test_a_package_of_no_event_proves_nothing(file):
    alert = json.loads(members(file)["alert.json"]) | {"events": []}
    about = json.loads(members(file)["manifest.json"])["events"]
    resealed(file, {"events.jsonl": b"", "alert.json": json.dumps(alert).encode()},
             promised=dict.fromkeys(about))  # fmt: skip
    assert any("holds no event" in one for one in faults(verify(file)))
