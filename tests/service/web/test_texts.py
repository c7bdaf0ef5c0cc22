"""What people read of pages for forms and lists stands in the catalogue, all of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from service.web import texts
from tests.plugins.scripts import ASSETS

PAGES = ASSETS.parents[1] / "service" / "web" / "pages"
TEMPLATES = {path.name: path.read_text("utf-8") for path in sorted(PAGES.glob("*.html"))}
WORD = re.compile(r"[A-Za-z]{2,}")
SENTENCE = re.compile(r"[A-Za-z]{2,}[,.;:]? [(«]?[A-Za-z]{2,}|^[A-Z][a-z]+|…")
READ = {"title", "placeholder", "aria-label", "alt", "label", "data-word"}
"""Attributes that people read or hear."""
ALIKE = re.compile(
    r"\b(?:VEDETTA|Vedetta|MMSI|IMO|ETA|TLP|UTC|AIS|SHA|KiB|MiB|nm²?|kn|min|API|CSV|JSON|GeoJSON|PDF|HTML|utf)\b"
    r"|/api/v1[\w/{}.]*|&\w+;"
)
"""Names and signs that are alike in every language."""
KNOWN = frozenset({
    # What programs read: the shape of an answer.
    '{"error": "¤"}',
    # What the first administrator types: names of options, and values that stand for one's own.
    ('./vedetta user add NAME --role administrator --display "First Last" --why "first one"'
     " -c config.yaml"),
})  # fmt: skip
"""Literals of a page that stay as they are."""


class Readable(HTMLParser):
    """Collects what a browser would show of a template's own HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.found += [value for name, value in attrs if name in READ and value]

    def handle_data(self, data) -> None:
        self.found.append(data)


def html_of(code: str) -> str:
    """Return the template with its expressions blanked, so that only its own HTML is left."""
    return re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "¤", code, flags=re.DOTALL)


def expressions(code: str) -> list[str]:
    """Return what is put into the page by expressions, and said by {% set %}."""
    return re.findall(r"{{(.*?)}}", code, flags=re.DOTALL) + re.findall(
        r"{%\s*(?:set|block|for)(.*?)%}", code, flags=re.DOTALL)  # fmt: skip


def words(code: str) -> list[str]:
    """Return literals of a template that people would read."""
    page = Readable()
    page.feed(html_of(code))
    page.close()
    found = [one for one in page.found if WORD.search(ALIKE.sub("", one))]
    for one in expressions(code):
        found += [text for text in strings(one) if SENTENCE.search(ALIKE.sub("", text))]
        found += [text for text in shown(one) if WORD.search(ALIKE.sub("", text))]
    return [one.strip() for one in found if one.strip() not in KNOWN]


def strings(expression: str) -> list[str]:
    """Return the string literals of an expression that name no text of a catalogue."""
    literals = re.findall(r'(?<!\w)"([^"]*)"', expression)
    return [one for one in literals
            if ("%" not in one and not re.fullmatch(r"[\w./#?&=-]*", one))
            or re.fullmatch(r"[A-Z][a-z]+", one)]  # fmt: skip


def shown(expression: str) -> list[str]:
    """Return the literals between which an expression chooses, or which it falls back to."""
    literals = re.findall(r'(?:^\s*|\bor |\belse )"([^"]+)"(?!\s*(?:==|!=|in\b))', expression)
    return [one for one in literals if not re.fullmatch(r"[a-z]+(?:[_.]\w+)+", one)]  # keys


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_word_that_people_read_stands_in_a_page(name) -> None:
    assert words(TEMPLATES[name]) == []


def test_a_word_in_a_page_is_found() -> None:
    for code in (
        "<p>Nothing yet</p>",
        '<input placeholder="a name">',
        '{{ "entry" if n == 1 else "entries" }}',
        '{{ name or "not known" }}',
        "<td>{{ n }} of {{ all }}</td>",
        '{% set heading = "Vessels" %}',
    ):
        assert words(code), code
    for code in ('<p>{{ say("cases.none") }}</p>', '<a href="/cases">{{ one.word }}</a>',
                 '{% if one.state == "open" %}<b>{{ one.id }}</b>{% endif %}'):  # fmt: skip
        assert words(code) == [], code


def asked(code: str) -> set[str]:
    """Return the keys with a dot that a template or a module asks for."""
    return set(re.findall(r'\b(?:say|many|word)\(\s*f?"([^"]*\.[^"]*)"', code))


CODE = "\n".join(
    path.read_text("utf-8")
    for where in (PAGES.parent, PAGES)
    for path in sorted(where.glob("*.*"))
    if path.suffix in {".py", ".html"}
)
KEYS = {key.removesuffix(".one").removesuffix(".other") for key in texts.texts()}


def test_every_text_that_is_asked_for_is_there() -> None:
    # One that ends with a dot is begun, as in say("list.state." ~ state).
    exact = {key for key in asked(CODE) if "{" not in key and not key.endswith(".")}
    assert exact - KEYS == set()


def test_every_text_of_the_catalogue_is_asked_for() -> None:
    literals = set(re.findall(r'"([a-z_]+\.[\w.]+)"', CODE))
    begun = {key.partition("{")[0] for key in asked(CODE) if "{" in key}
    begun |= set(re.findall(r'"([a-z_]+\.[\w.]*)" ~', CODE))
    left = {key for key in KEYS - literals if not any(key.startswith(one) for one in begun)}
    assert left == set()


def test_texts_hold_no_markup_but_what_a_sentence_needs() -> None:
    wrong = {key for key, text in texts.texts().items() if '"' in text or "<" in bare(text)
             or "&" in text.replace("&amp;", "")}  # fmt: skip
    assert wrong == set()


def bare(text: str) -> str:
    return re.sub(r"</?(?:b|code|i)>|<br>", "", text)


def test_what_is_put_into_a_text_is_escaped_and_made_harmless() -> None:
    assert texts.say("account.browser_on", browser="<b>\x1b\u202e", system="'") == (
        "&lt;b&gt;\ufffd\ufffd on &#39;"
    )
