"""Messages to people: three languages, what may stand in an open mail, hostile names."""

from __future__ import annotations

import string
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from alerts.alert import SarHelp
from alerts.cap import CapSender, cap_xml
from alerts.cise import CiseParty, cise_messages
from alerts.events import Fact
from alerts.kinds import KINDS, LANES, SEVERITIES
from alerts.routing import LANGUAGES
from alerts.texts import FOLDER, catalogue, headline_in, lasting, letter, subject
from tests.plugins.notices import HOSTILE, NOON_US, alert, distress, event, hostile, notice

ENGLISH = tomllib.loads((FOLDER / "en.toml").read_text("utf-8"))


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_the_same_names_in_it(language):
    said = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    assert {part: list(said[part]) for part in said if part != "months"} == {
        part: list(ENGLISH[part]) for part in ENGLISH if part != "months"
    }
    assert [names(one) for one in said["words"].values()] == [
        names(one) for one in ENGLISH["words"].values()
    ]
    assert (tuple(said["kinds"]), tuple(said["lanes"])) == (tuple(KINDS), LANES)
    assert tuple(said["severities"]) == SEVERITIES
    assert len(said["months"]) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_other_languages_do_not_fall_back_into_english(language):
    if language != "en":
        english, ours = catalogue("en").words, catalogue(language).words
        assert [key for key, text in ours.items() if text == english[key]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_what_is_not_known_of_the_same_things(language):
    said = catalogue(language).unknown
    assert [names(one) for one in said.values()] == [
        names(one) for one in ENGLISH["unknown"].values()
    ]
    if language != "en":
        assert not set(said.values()) & set(ENGLISH["unknown"].values())


@pytest.mark.parametrize(
    "language, place, said",
    [
        ("it", "12 nm SE of Lampedusa", "12 nm a SE di Lampedusa"),
        ("it", "off Augusta", "al largo di Augusta"),
        ("el", "12 nm SE of Lampedusa", "12 nm SE από: Lampedusa"),
        ("it", "35°12.30' N 012°40.10' E", "35°12.30' N 012°40.10' E"),
        ("en", "off Augusta", "off Augusta"),
        ("it", "", ""),
    ],
)
def test_a_place_is_named_in_the_readers_language(language, place, said):
    assert catalogue(language).place(place) == said


def test_a_headline_is_told_in_the_readers_language():
    told = notice("gap", language="it")
    said = headline_in("it", told.alert, told.events)
    assert said.endswith(": non più sentita, 12 nm a SE di Lampedusa")
    assert said in letter(told, sealed=True)
    assert headline_in("en", told.alert, told.events) == told.alert.headline


def test_an_open_law_enforcement_mail_carries_lane_place_time_and_link_only():
    text = letter(notice("watchlist"), sealed=False)
    for said in ("Law enforcement", "12 nm SE of Lampedusa", "35°30.0′N 012°36.0′E",
                 "20 Nov 12:00 UTC", "https://desk.example/alerts/A-0123456789ab"):  # fmt: skip
        assert said in text
    for secret in ("MARIA", "247320162", "TGO", "listed", "V-000001", "silent", "ask first"):
        assert secret not in text


def test_a_sealed_one_carries_who_why_and_the_evidence():
    text = letter(notice("gap"), sealed=True)
    for said in ("MARIA K", "MMSI 247320162", "listed: V-000001", "+2.1  silent for 1 h 30 min",
                 "silent: 5400 s (threshold 3600)", "ask first"):  # fmt: skip
        assert said in text


def test_a_sealed_limited_one_still_carries_no_more_than_an_open_one():
    short = notice("gap", limited=True)
    assert letter(short, sealed=True) == letter(short, sealed=False)
    assert "MARIA" not in letter(short, sealed=True)


def test_a_sar_mail_carries_what_a_rescuer_needs_in_the_open():
    text = letter(distress(), sealed=False)
    for said in (
        "Search and rescue: distress",
        "MARIA K, MMSI 247320162, IMO 9074729, call sign IBAA, TGO, cargo, 74 m",
        "after 30 min: 35°28.8′N 012°37.2′E, within 1.1 nm",
        "Assumed: wind 12 kn from 310°, leeway 4 %",
        "VALLETTA STAR (cargo): 7.9 nm, bearing 038°, there in 41 min, heard 0 min ago",
        "MMSI 247000002 (sar): 8.1 nm, bearing 220°, time to reach not known, heard 7 min ago",
        "RCC Malta (SRR Malta): +356 0000 0000",
        "known within 0.4 nm at 20 Nov 12:00 UTC",
    ):
        assert said in text
    assert "V-000001" not in text


def called(**changes):
    """A distress without a place of which the words were heard, as a rescue centre is told."""
    said = {"sign": Fact("text MAYDAY"), "text": Fact("MAYDAY SINKING 40 POB"),
            "heard_by": Fact("lampedusa-rx"), "station": Fact("0a1b2c3d")}  # fmt: skip
    about = alert("distress", lon=None, lat=None, place="", vessels=(), shares=(), events=())
    heard = event("distress", lon=None, lat=None, evidence=said)
    listed = event("watchlist", evidence={"entry": Fact("V-000001"), "text": Fact("SUSPECT")})
    return notice(alert=about, events=(heard, listed), office="mrcc", **changes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rescuer_reads_the_words_of_a_call_and_who_heard_it(language):
    text = letter(called(language=language), sealed=False)
    for said in ("MAYDAY", "MAYDAY SINKING 40 POB", "lampedusa-rx", "0a1b2c3d"):
        assert said in text
    assert "V-000001" not in text
    assert "SUSPECT" not in text


def test_partners_systems_are_told_the_words_of_a_call_and_who_heard_it():
    call = "Call: sign: text MAYDAY; text: MAYDAY SINKING 40 POB; heard by: lampedusa-rx; station:"
    assert call in cap_xml(called(), CapSender("vedetta@desk.example")).decode()
    [push] = cise_messages(called(), CiseParty("ours"))
    said = etree.tostring(push).decode()
    assert call in said
    assert "SUSPECT" not in said


def test_a_distress_without_a_place_says_so():
    about = alert("distress", lon=None, lat=None, place="")
    nowhere = replace(distress().sar, lon=None, lat=None, adrift=(), nearest=(), centres=())
    text = letter(distress(alert=about, sar=nowhere), sealed=False)
    assert "Position: not known" in text
    assert "no place is known: who is near cannot be said" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_drills_updates_and_withdrawals_say_so_in_subject_and_text(language):
    words = catalogue(language).words
    made = notice(language=language, change="cancel", alert=alert(exercise=True))
    assert subject(made).startswith(f"{words['exercise']} {words['cancel']}: ")
    assert letter(made, sealed=False).startswith(words["exercise_line"])
    assert words["cancel_line"] in letter(made, sealed=False)


def test_the_subject_names_a_kind_only_where_it_is_about_rescue():
    assert subject(notice()) == "Law enforcement, 12 nm SE of Lampedusa, 20 Nov 12:00 UTC"
    assert subject(distress()).startswith("Search and rescue: distress, 12 nm SE of Lampedusa")


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hostile_name_adds_no_line_and_nothing_that_does_not_print(text, language):
    made = replace(hostile(text), language=language)
    usual = replace(hostile("NAME"), language=language)
    shown = letter(made, sealed=True)
    assert len(shown.splitlines()) == len(letter(usual, sealed=True).splitlines())
    assert all(line.isprintable() for line in shown.split("\n"))
    assert subject(made).isprintable()


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_positions_read_back_to_a_twentieth_of_a_minute(lon, lat):
    south, east = catalogue("en").position(lon, lat).split(" ")

    def read(text: str) -> float:
        whole, minutes = text[:-2].split("°")
        assert float(minutes) < 60
        return (float(whole) + float(minutes) / 60) * (-1 if text[-1] in "SW" else 1)

    assert read(east) == pytest.approx(lon, abs=0.05 / 60 + 1e-9)
    assert read(south) == pytest.approx(lat, abs=0.05 / 60 + 1e-9)


def test_times_name_the_day_and_the_zone():
    assert catalogue("it").time(NOON_US) == "20 nov 12:00 UTC"


def test_a_language_that_is_not_there_reads_english():
    assert letter(notice(language="fr"), sealed=False) == letter(notice(), sealed=False)


def test_a_call_that_fell_silent_is_not_told_as_over():
    silent = replace(distress().alert, ended_us=NOON_US)
    said = letter(distress(alert=silent, change="update"), sealed=False)
    assert "Last heard: 20 Nov 12:00 UTC. Silence does not mean that anybody was rescued." in said
    assert "Ended" not in said
    assert "Ended" in letter(distress(alert=replace(silent, state="resolved")), sealed=False)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0.2, "0 min"), (44.4, "44 min"), (60, "1 h"), (140, "2 h 20 min"), (1440, "24 h")],
)  # fmt: skip
def test_a_span_is_told_in_hours_once_there_are_any(minutes, said):
    assert lasting(minutes) == said


def test_a_fact_says_its_unit_once_and_yes_or_no():
    words = catalogue("en")
    assert words.fact("leave_m", Fact(500.0, "m")) == "leave: 500 m"
    assert words.fact("under_test", Fact(value=False)) == "under test: no"


def test_a_letter_of_a_rescue_gives_the_place_that_it_dates():
    text = letter(distress(), sealed=False)
    assert "Position: 35°29.4′N 012°36.6′E\n  known within 0.4 nm at 20 Nov 12:00 UTC" in text


def test_without_a_place_nobody_is_said_to_be_far_from_it():
    nowhere = SarHelp(None, None, 0.0, NOON_US, (), "no place is known", (), ())
    lost = replace(called(), sar=nowhere)
    for said in (letter(lost, sealed=False), cap_xml(lost, CapSender("desk")).decode()):
        assert "o place is known: who is near cannot be said" in said
        assert "no ship heard near" not in said
