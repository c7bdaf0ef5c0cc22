"""A dossier as people read it: in three languages, with whatever name a ship gives herself."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from maps.papers import going
from maps.papers.dossier import chart_of, dossier, shown
from maps.papers.facts import Stay
from maps.papers.page import html
from maps.papers.pdf import pdf
from maps.papers.wording import names_in, wording
from tests.plugins.notices import NOON_US, event
from tests.plugins.paged import texts_of
from tests.plugins.told_of import NOON, SHIP, facts

HOSTILE = "<script>alert(1)</script>&</b>\"'{x}\u202e\x1b[31m%s"
LANGUAGES = ("en", "it", "el")


@pytest.fixture(scope="module")
def pages() -> list[str]:
    return texts_of(pdf(dossier(facts())))


class Tags(HTMLParser):
    """Names of the elements of a page, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_page_says_its_codes_its_number_and_the_hash_of_what_is_said(pages):
    paper = dossier(facts())
    assert len(pages) >= 3
    for number, text in enumerate(pages, 1):
        assert f"page {number} of {len(pages)}" in text
        assert "H1 · TLP:AMBER · B3 · ITA" in text
        assert f"content {paper.sha256()[:16]}" in text


def test_it_tells_who_what_why_and_what_is_asked_first(pages):
    first = pages[0]
    places = [first.index(one) for one in ("Who", "What", "Why it matters", "What is asked")]
    assert places == sorted(places)
    assert "MARIA K is a cargo vessel of 74 m" in first
    assert "Note 17 MARIA K. The reader decides" in first


@pytest.mark.parametrize(
    "said",
    [
        "She was not always who she says she is now: name OLD NAME became MARIA K",
        "(1 h): not heard. Of such watches here, about 1 in 340 ends in so long a silence; 24",
        "with MARIA K (MMSI 239000001, GRC), 45 min within 60 m of each other",
        "She was heard under way for 5 h 20. For 90 % of that time enough ships pass",
        "a way that is rare there. Of 1,200 known passages of cargo vessels fewer than 1 in 1,000",
        "Model of the usual traffic: edition 4, learned until",
        "Port calls and zones",
        "its MMSI agrees (score 1.00 of 1)",
        "Who owns her, who manages her, and since when?",
        "Whoever sends nothing is not in here. Most small boats carry no AIS.",
        "malta (in 60 minutes",
    ],
)
def test_it_tells_each_thing_in_sentences(pages, said):
    assert said in " ".join(pages)


def test_what_is_not_known_is_said_too():
    bare = facts(events=(), alerts=(), listed=(), stays=(), learned=None, track=facts().track[:0])
    text = " ".join(texts_of(pdf(dossier(bare))))
    for said in (
        "No position of her is stored in this span",
        "No port call was noted",
        "No encounter with another vessel was found",
        "No model of the usual traffic is in force",
        "No entry in force names her",
    ):
        assert said in text


def test_where_too_few_ships_pass_nothing_is_called_usual_or_rare():
    bare = dataclasses.replace(facts().learned, known=0, rare=())
    text = " ".join(texts_of(pdf(dossier(facts(learned=bare)))))
    assert "for 5 h 20, where too few ships pass to say what is usual" in text
    assert "Rare is not wrong" not in text


def test_a_replay_says_that_no_alerts_are_raised_in_it():
    text = " ".join(texts_of(pdf(dossier(facts(run="drift.nmea", alerts=(), learned=None)))))
    for said in ("in which no alerts are raised", "A replay is not held", "«drift.nmea»"):
        assert said in text


def test_a_hostile_name_is_text_in_html_and_nothing_else():
    page = Tags(html(dossier(facts(HOSTILE))))
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert not {"\u202e", "\x1b"} & set(page.text)


def test_a_hostile_name_is_text_in_pdf_and_breaks_no_page():
    text = " ".join(texts_of(pdf(dossier(facts(HOSTILE)))))
    assert "<script>alert(1)" in text
    assert not {"\u202e", "\x1b"} & set(text)


def test_html_loads_nothing_from_elsewhere():
    page = html(dossier(facts())).decode()
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page)


def test_greek_is_greek_in_the_text_of_the_pdf():
    text = " ".join(texts_of(pdf(dossier(facts(), "el"))))
    assert "12 nm SE of Lampedusa" not in text
    for said in ("ΕΓΓΡΑΦΟ ΕΝΑΡΞΗΣ ΕΡΕΥΝΑΣ", "φορτηγό πλοίο", "σελίδα 1 από", "Τι δεν μπορεί"):
        assert said in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_drawn_whole(language):
    paper = dossier(facts(), language)
    assert pdf(paper).startswith(b"%PDF")
    assert f'lang="{language}"' in html(paper).decode()


@pytest.mark.parametrize("part", ["words", "roles", "says", "questions"])
@pytest.mark.parametrize("language", ["it", "el"])
def test_every_language_has_the_same_words_with_the_same_values(part, language):
    own, other = getattr(wording("en"), part), getattr(wording(language), part)
    assert own.keys() == other.keys()
    for key, text in own.items():
        mine, theirs = ([one] if isinstance(one, str) else one for one in (text, other[key]))
        assert [sorted(names_in(one)) for one in mine] == [sorted(names_in(one)) for one in theirs]


def test_the_same_facts_are_the_same_file_and_another_fact_another_hash():
    one, other = dossier(facts()), dossier(facts("MARIA L"))
    assert pdf(one) == pdf(dossier(facts()))
    assert one.sha256() != other.sha256()
    changed = dataclasses.replace(facts().learned, edition=5)
    assert facts().sha256() != facts(learned=changed).sha256()


def test_of_too_many_events_each_kind_is_told_before_a_second_of_one():
    many = [event(severity="high", started_us=NOON_US + n) for n in range(9)]
    alone = event("identity_change", severity="low", started_us=NOON_US + 50)
    assert [one.kind for one in shown([*many, alone], 2)] == ["gap", "identity_change"]


def silences_said(**changes) -> str:
    said = " ".join(texts_of(pdf(dossier(facts(**changes)))))
    return said[said.index("Silences") :].replace("\u00a0", " ")


def test_of_a_ship_that_was_not_heard_no_silence_is_called_usual():
    said = silences_said(events=(), track=facts().track[:0])
    assert "Whether that was unusual could not be judged" in said
    assert "The longest" not in said


def test_the_longest_silence_counts_from_the_begin_of_the_span_to_its_end():
    """Three hours before noon and three after it are asked; she was heard for one of them."""
    asked = dataclasses.replace(facts().asked, at=NOON + dt.timedelta(days=1))
    said = silences_said(events=(), asked=asked, track=facts().track[:13])
    assert "from the beginning of the span to its end, was 5 h" in said


def test_where_she_may_have_been_out_of_hearing_no_silence_is_called_usual():
    lost = event("coverage_loss", mmsi=SHIP)
    said = silences_said(events=(lost,))
    assert "could not be judged: for a time she may only have been out of hearing" in said
    assert "No silence of hers" not in said


def test_of_a_visit_whose_end_nobody_told_the_last_report_from_there_is_said():
    stays = (Stay("Valletta", NOON_US, None, heard_us=NOON_US + 1_800_000_000, present=True),)
    said = " ".join(texts_of(pdf(dossier(facts(stays=stays))))).replace("\u00a0", " ")
    hour = wording("en").time(NOON_US + 1_800_000_000).replace("\u00a0", " ")
    assert "there when first heard" in said
    assert f"end not heard; last heard there {hour}" in said
    assert "had not left" not in said


@pytest.mark.parametrize(
    "said",
    [
        "nothing out of the ordinary was found",
        "No alert rests on her in this span",
        "No detector told anything of her in this span",
        "No silence of hers was told as unusual for where she was",
        "No encounter with another vessel was found in this span",
    ],
)
def test_that_nothing_was_found_is_said_as_far_as_the_reader_may_know(said):
    told = " ".join(texts_of(pdf(dossier(facts(events=(), alerts=())))))
    assert f"{said}, as far as this reader may know" in told


def test_port_calls_that_are_left_out_are_counted():
    stays = tuple(Stay("Valletta", NOON_US + n, NOON_US + n) for n in range(43))
    assert "3 further rows are left out here" in " ".join(
        texts_of(pdf(dossier(facts(stays=stays))))
    )


def test_times_on_the_map_are_whole_in_the_hour_after_eight_in_the_evening():
    track = facts().track.copy()
    evening = np.datetime64("2026-05-10T20:03", "us")
    track["time"] += evening - track["time"][-1]
    ends = [one.label for one in chart_of(facts(track=track), (), wording("en")).marks]
    assert ends[-1] == "10 May ’26 20:03"


def at_once():
    """Two tracks of one number, 20 s apart in every row, a degree from each other."""
    one, other = facts().track.copy(), facts().track.copy()
    one["segment"], other["segment"] = 1, 2
    other["time"] += np.timedelta64(20, "s")
    other["lat_deg"] += 1.0
    return np.sort(np.concatenate([one, other]), order="time")


def test_two_tracks_at_once_are_both_drawn_and_their_minutes_count_once():
    one, two = going.run_of(facts().track), going.run_of(at_once())
    assert two.miles == pytest.approx(2 * one.miles, rel=0.01)
    assert len(going.pieces(at_once())) == 2 * len(going.pieces(facts().track))
    assert going.minutes_heard(at_once()) == going.minutes_heard(facts().track)


def test_others_that_sent_her_imo_number_are_named_and_not_taken_for_her():
    span = facts().identity.mmsi[0]
    other = dataclasses.replace(span, value="239000001")
    said = dataclasses.replace(facts().identity, others=(other,))
    text = " ".join(texts_of(pdf(dossier(facts(identity=said)))))
    assert "are not taken for her here: MMSI 239000001 (" in text
