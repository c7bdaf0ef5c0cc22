"""The card of an alert: one page, whatever there is to tell, in the reader's language."""

from __future__ import annotations

import pytest

from maps.papers.card import CardFacts, card_pdf
from tests.plugins.notices import NOON_US, alert, event
from tests.plugins.paged import texts_of
from tests.plugins.told_of import facts

MANY = tuple(event(kind, started_us=NOON_US + n * 60_000_000) for n, kind in enumerate(
    ["gap", "encounter", "identity_change", "watchlist", "drift", "loitering"] * 6))  # fmt: skip
MADE = "made 10 May 2026 by a.rossi"


def told(language: str = "en", **said: object) -> str:
    tracks = (facts().track,)
    usual = {"alert": alert(), "events": MANY, "made": MADE, "tracks": tracks, "proof": (11, 12)}
    [text] = texts_of(card_pdf(CardFacts(**(usual | said)), language))
    return text


@pytest.mark.parametrize("language", ["en", "it", "el"])
def test_it_is_one_page_however_much_happened(language):
    assert "H1 · TLP:AMBER" in told(language)


def test_it_tells_who_what_why_who_was_told_and_how_to_prove_it():
    text = told(offices=("EURTF Catania",))
    for said in ("MARIA K, MMSI 247320162", "12 nm SE of Lampedusa", "Told: EURTF Catania",
                 "Score 0.82", "11 of 12 versions", "page 1 of 1", MADE):  # fmt: skip
        assert said in text


def test_what_is_not_known_is_said_in_the_readers_language():
    english, greek = told(events=MANY[:1]), told("el", events=MANY[:1])
    assert "What is not known" in english
    assert "Τι δεν είναι γνωστό" in greek
    assert "12 nm SE of Lampedusa" not in greek


def test_a_hostile_name_is_text():
    bad = alert(place="<b>&\u202e</i>", reason="<script>")
    text = told(alert=bad)
    assert "<b>&" in text
    assert "\u202e" not in text
