"""A dossier as people read it: in three languages, with whatever name a ship gives herself."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from alerts.events import Fact
from maps.papers.dossier import dossier, shown
from maps.papers.going import run_of
from maps.papers.page import html
from maps.papers.pdf import pdf
from maps.papers.wording import names_in, wording
from tests.plugins.notices import NOON_US, event
from tests.plugins.paged import texts_of
from tests.plugins.told_of import SHIP, facts

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


def unsent(every: int = 1, sent: int = 0):
    """The track of the facts without speeds, but the first ``sent``; every so many positions."""
    track = facts().track[::every].copy()
    track["sog_kn"][sent:] = np.nan
    return track


def told(language: str = "en", **changes) -> str:
    return " ".join(texts_of(pdf(dossier(facts(**changes), language))))


def test_speeds_that_were_not_sent_are_those_between_positions_and_it_is_said():
    text = told(track=unsent(sent=20))
    assert "With 40 of 60 positions looked at she sent no speed; for 39 of these" in text
    assert "Dotted: she sent no speed" in text
    usual = told()
    assert "sent no speed" not in usual
    run = run_of(unsent())
    sailed_kn = float(np.hypot(2e-3 * np.cos(np.radians(35.5)), 1e-3) * 60 * 60)
    assert run.median_kn == pytest.approx(sailed_kn, rel=0.02)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "She sent no speed, and her positions lie too far apart"),
     ("it", "Non ha trasmesso la velocità, e le sue posizioni"),
     ("el", "Δεν εξέπεμψε ταχύτητα, και οι θέσεις του")],
)  # fmt: skip
def test_where_no_speed_is_known_it_is_not_said_that_she_hardly_moved(language, said):
    seldom = unsent(every=9)
    learned = dataclasses.replace(facts().learned, moving=0, known=0, rare=(), unsaid=7)
    text = told(language, track=seldom, learned=learned)
    assert said in text
    assert wording(language).words["usual_unsent"][:40] in text
    assert wording(language).words["usual_still"] not in text
    assert "hardly moved" not in text


def test_of_what_speed_between_positions_her_behaviour_was_told_is_said():
    learned = dataclasses.replace(facts().learned, measured=90)
    said = "For 1 h 30 of it she sent no speed: it is the one between her positions."
    assert said in told(learned=learned)


@pytest.mark.parametrize(
    ("track", "said"),
    [(unsent(), "Before it she sent no speed; between her positions it was 6.9"),
     (unsent(every=9), "Before it she sent no speed.")],
)  # fmt: skip
def test_an_event_without_a_speed_says_so_and_keeps_its_other_sentences(track, said):
    silence, *_ = facts().events
    evidence = {**silence.evidence, "speed_before": Fact(None, "kn")}
    adrift = event("not_under_command", mmsi=SHIP, started_us=NOON_US - 3_600_000_000, evidence={
        "status": Fact("not under command"), "off_port": Fact(12.0, "nm", 3.0),
        "speed": Fact(None, "kn"),
    })  # fmt: skip
    text = told(track=track, events=(dataclasses.replace(silence, evidence=evidence), adrift))
    assert said in text.replace("\u00a0", " ")
    assert "She reported «not under command», 12.0" in text.replace("\u00a0", " ")
    assert "She sent no speed" in text


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
