"""The notification of trends: three languages, how sure it is, and no markup in it."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest
import shapely

import maps.papers
from alerts.alert import Vessel
from alerts.trends.looking import Finding
from alerts.trends.report import Deaf, Report
from maps.papers.change import headline, sentences, short, trend_wording
from maps.papers.page import html
from maps.papers.paper import Picture
from maps.papers.pdf import with_pages
from maps.papers.trends import Drawn, deaf, lead, sure, title, trends_paper

LANGUAGES = ("en", "it", "el")
WORDS = Path(maps.papers.__file__).parent / "words" / "trends"
UNTIL = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
ROUTE = Finding("route", ("from", "to"), 9, 2, 2.0, 7, 4.5, 1.3, 15.0, 1e-5, 0.0021, (1,) * 16)
NEW = Finding("route", ("from", "to"), 8, 0, 0.0, 1, None, 5.1, None, 1e-7, 1e-5, (0,) * 16)
DARK = Finding("dark", ("36", "69"), 14, 6, 2.0, 14, 7.0, 2.7, 20.0, 1e-6, 0.0003, (1,) * 16)
PAIR = Finding("pair", ("1", "2"), 5, 0, 0.1, 2, None, None, None, 1e-6, 0.0003, (), 22.3, 36.0)
LESS = Finding("arrival", ("to",), 9, 90, 30.0, 7, 0.3, 0.1, 0.6, 1e-6, 0.0003, (1,) * 16)
REPORT = Report(
    UNTIL, 4, 12, (7.0,) * 15 + (5.0,), (ROUTE, DARK, PAIR, LESS), {"route": 800}, {"route": 212},
    0.05, 0.5, names={"from": "Departure coast: Cyrenaica (within 24 nm)", "to": "<b>Crete</b>"},
    deaf=(Deaf("from", 0.12), Deaf("to", 0.0), Deaf("x", None)), deaf_areas=3, outages=2,
    outage_h=5.5,
)  # fmt: skip
ZONES = {"from": shapely.box(20, 31, 24, 33), "to": shapely.box(23, 34, 27, 36)}
DRAWN = Drawn(UNTIL, "H0", ZONES,
              ships={1: Vessel(1, "MARIA K"), 2: Vessel(2)})  # fmt: skip


def said(one: Finding, language: str = "en") -> str:
    w = trend_wording(language)
    return " ".join([headline(one, REPORT, w), *sentences(one, REPORT, w, DRAWN.ships)])


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_office_reads_that_what_changed_elsewhere_is_told_to_others(language):
    w = trend_wording(language)
    own = replace(REPORT, findings=(), office="EURTF Catania")
    assert all("EURTF Catania" in text(own, w) for text in (title, lead, sure))
    assert not any("EURTF" in text(replace(own, office=""), w) for text in (title, lead, sure))


def test_a_finding_reads_as_an_analyst_would_write_it():
    assert said(ROUTE) == (
        "Cyrenaica → <b>Crete</b>: more arrivals 9 arrivals in the last 4 weeks, by 7 vessels; 2 "
        "in the 12 weeks before, so some 2 were to be expected. That is 4.5 times as many; the "
        "95 % interval of the ratio is 1.3 to 15. Of 212 comparisons, 0.002 as clear as this "
        "would be expected by chance."
    )
    assert "none in the 12 weeks before" in said(NEW)
    assert "begins at 5.1" in said(NEW)
    assert "by 1 vessel;" in said(NEW)
    assert "look at the traffic there too" in said(DARK)
    assert "The two are MARIA K, MMSI 000000001 and MMSI 000000002." in said(PAIR)
    assert "fewer ships come" in said(LESS)


def test_every_language_has_the_same_words_with_the_same_names():
    texts = {one: tomllib.loads((WORDS / f"{one}.toml").read_text("utf-8"))["words"]
             for one in LANGUAGES}  # fmt: skip

    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert texts["en"].keys() == texts["it"].keys() == texts["el"].keys()
    for key, text in texts["en"].items():
        assert names(texts["it"][key]) == names(texts["el"][key]) == names(text), key


@pytest.fixture(scope="module")
def papers():
    return {one: trends_paper(REPORT, DRAWN, one) for one in LANGUAGES}


def test_the_document_has_its_maps_and_few_pages(papers):
    assert all(with_pages(one)[1] <= 5 for one in papers.values())
    pictures = [one for one in papers["en"].blocks if isinstance(one, Picture)]
    assert len(pictures) == 5


def test_names_stay_text_in_html(papers):
    page = html(papers["en"]).decode()
    assert "&lt;b&gt;Crete" in page
    assert "<b>Crete" not in page


def test_no_finding_is_said_so_with_what_was_not_heard():
    paper = trends_paper(replace(REPORT, findings=()), DRAWN)
    text = repr(paper.blocks)
    assert paper.title == "Nothing changed beyond the ordinary swing of weeks"
    assert "nothing of what was looked at differs" in text
    assert "Outages of feeds in the last 4 weeks: 2, in all 5.5 h" in text


def test_what_is_not_heard_is_named():
    told = " ".join(deaf(REPORT, trend_wording("en")))
    assert "2 in the last 4 weeks, 0 in the 12 weeks before" in told
    assert "Cyrenaica: 12 % of the sea there is heard." in told
    assert "For 1 of the watched coasts" in told
    assert "3 areas with silences" in told


def test_too_little_heard_is_said_and_not_compared():
    paper = trends_paper(replace(REPORT, findings=(), comparable=False), DRAWN)
    assert paper.title == "No comparison is possible yet"


def test_a_report_comes_back_from_its_json():
    assert Report.from_dict(REPORT.as_dict()) == REPORT


def test_what_was_told_the_week_before_keeps_its_first_day():
    week = dt.timedelta(days=7)
    second = replace(REPORT, until=UNTIL + week).told_before([REPORT])
    third = replace(REPORT, until=UNTIL + 2 * week).told_before([REPORT, second])
    assert {one.told for one in third.findings} == {"2026-11-23"}
    after_a_pause = replace(REPORT, until=UNTIL + 3 * week).told_before([second])
    assert {one.told for one in after_a_pause.findings} == {""}


def test_a_coast_is_named_as_a_sentence_has_it():
    assert short("Arrival coast: Malta and Gozo (within 24 nm)") == "Malta and Gozo"
