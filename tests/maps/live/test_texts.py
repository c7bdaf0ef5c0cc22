"""What people read of map and scripts stands in the catalogue, all of it, and nothing else."""

from __future__ import annotations

import re

import pytest

from maps.live import texts
from maps.live.symbols import CLASSES
from maps.live.zones import ZONE_KINDS
from tests.plugins.scripts import ASSETS, arguments, bare, literals, value

SCRIPTS = {
    path.name: path.read_text("utf-8")
    for path in sorted(ASSETS.glob("*.js"))
    if path.name != "texts.js"
}
ALL = texts.texts()
TEXTS = {key: text for key, text in ALL.items() if not key.startswith(texts.FRAME)}
FRAME = (ASSETS.parent / "live" / "frame.html").read_text("utf-8")
FORMS = {key.rpartition(".")[0] for key in TEXTS if key.endswith(".other")}
"""Keys whose text has a form for each plural, with parts that have a code «other»."""
CALL = re.compile(r"(?<![\w.#$])(say|many|coded)\(")

UNITS = re.compile(r"\b(?:MMSI|IMO|ETA|TLP|UTC|nm²?|kn|min|px|[hms]|KiB|MiB)\b")
"""Signs that are alike in every language."""
SENTENCE = re.compile(r"^[^A-Za-z]*[A-Z][a-z]|[A-Za-z]+[,.;:]? [(«]?[A-Za-z]{2,}|…")
TOUCHES = re.compile(r"^\W* [a-z]{2,}|[a-z]{2,}[,:]? $")
"""A word beside a value of a template."""
SHOWN = re.compile(
    r"(?:textContent|\.title|ariaLabel|placeholder) = |\b(?:title|ariaLabel|placeholder): "
    r'|"aria-(?:label|valuetext)", '
)
"""What comes next is shown."""
SHOW = {"element": 1, "act": 0, "textButton": 1, "iconButton": 2, "Option": 0,
        "labelled": 0, "note": 0, "part": 0, "brief": 0, "unheard": 0}  # fmt: skip
"""Functions that show something, and which of their arguments."""
FOR_MACHINES = re.compile(
    r"(?:querySelector(?:All)?|closest|matchMedia|\.on|\.off|import|addEventListener"
    r"|setAttribute|coded|\b[a-zA-Z]+ (?:!|=)== |font = )\(?[\"`']$"
    r'|from "$|element\("\w+", "", ["`]$'
)
"""What stands before a selector, a name of an event, a class, or what a code is compared with."""
OTHERS = {
    "keys of a keyboard": {"Esc", "Enter", "Ctrl+Z", "Ctrl+Y", "Delete", "Backspace"},
    "kinds of a geometry": {"Polygon", "MultiPolygon", "FeatureCollection"},
    "classes": {" leaflet-zoom-animated", "hand-said ", "track-swatch "},
    "a font": {"italic 500 12px"},
    "a verdict as the server has it": {"false alarm"},
    "how names of zones begin": {"Search and rescue:"},
    "kept with a zone as its circle": {" nm round ", " round"},
    "between our own windows": {"signed in"},
    "faults of a frame, for who mends it": {
        "frame of ", " bytes", "frame of version ", ", not ",
    },
    "a drawing": {'<svg viewBox="0 0 20 20"><path d="'},
}  # fmt: skip
"""Literals that read as words, and why none of them is a text."""
KNOWN = frozenset().union(*OTHERS.values())


def shown(code: str) -> list[tuple[int, int]]:
    """From where to where a script says what it shows."""
    blanked = bare(code)
    found = [(one.end(), value(blanked, one.end())) for one in SHOWN.finditer(code)]
    for call in re.finditer(rf"(?<![\w.#$])({'|'.join(SHOW)})\(", blanked):
        found += arguments(blanked, call.end())[SHOW[call[1]] :][:1]
    return found


def words(name: str, code: str) -> list[str]:
    """Literals of a script that people would read, with the line where each stands."""
    spans, found = shown(code), []
    for one in literals(code):
        before = code[code.rfind("\n", 0, one.at) + 1 : one.at]
        text = UNITS.sub("", one.text)
        read = SENTENCE.search(text) or (one.part and TOUCHES.search(text))
        read = read or (re.search("[A-Za-z]{2,}", text)
                        and any(start <= one.at < end for start, end in spans))  # fmt: skip
        if read and not FOR_MACHINES.search(before) and not known(one.text):
            found.append(f"{name}:{code.count(chr(10), 0, one.at) + 1}: {one.text}")
    return found


def known(text: str) -> bool:
    return text in KNOWN or text in TEXTS or text in FORMS


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_word_that_people_read_stands_in_a_script(name) -> None:
    assert words(name, SCRIPTS[name]) == []


def test_a_word_in_a_script_is_found() -> None:
    for code in (
        'box.append(element("p", "Nothing is here.", "quiet"));',
        'box.append(element("p", "none", "quiet"));',
        "said.textContent = `${n} lines`;",
        'node.setAttribute("aria-label", open ? "shut" : "open");',
        "throw new Error(`the server answered ${status}`);",
        "const row = [/[/'\"]/.test(name), `${a ? `${b} of` : ''}`, 'All of it'];",
    ):  # fmt: skip
        assert words("x.js", code), code
    for code in ('element("p", say("common.loading"), "quiet")', 'list.querySelector("li a");'):
        assert words("x.js", code) == []


def test_every_exception_is_needed() -> None:
    everywhere = {one.text for code in SCRIPTS.values() for one in literals(code)}
    assert KNOWN - everywhere == set()


def asked(code: str):
    """Yield what is asked of the catalogue: the function, the keys, and the values' names."""
    blanked = bare(code)
    for call in CALL.finditer(blanked):
        parts = arguments(blanked, call.end())
        first = code[slice(*parts[0])]
        keys = [one.text for one in literals(first) if "." in one.text or call[1] == "coded"]
        values, (start, end) = set(), parts[-1]
        if blanked[start:end].strip().startswith("{"):
            given = arguments(blanked, blanked.index("{", start) + 1)
            names = (re.match(r"\s*(\w+)", code[slice(*one)]) for one in given)
            values = {name[1] for name in names if name}
        yield call[1], keys, values


def test_every_key_that_a_script_names_is_in_the_catalogue() -> None:
    parts = {key.partition(".")[0] for key in TEXTS}
    wrong = [
        (name, how, key)
        for name, code in SCRIPTS.items()
        for how, keys, _ in asked(code)
        for key in keys
        if key not in {"say": TEXTS, "many": FORMS, "coded": parts}[how]
    ]
    assert wrong == []


def test_every_text_of_the_catalogue_is_said_by_a_script() -> None:
    said = {one.text for code in SCRIPTS.values() for one in literals(code)}
    coded = {key for code in SCRIPTS.values() for how, keys, _ in asked(code) if how == "coded"
             for key in keys}  # fmt: skip
    assert [
        key for key in TEXTS
        if key not in said and key.rpartition(".")[0] not in said | coded
    ] == []  # fmt: skip


def test_values_that_a_script_gives_are_those_of_the_text() -> None:
    wrong = []
    for name, code in SCRIPTS.items():
        for how, keys, values in asked(code):
            for key in keys if how != "coded" else ():
                text = TEXTS[f"{key}.other" if how == "many" else key]
                names = set(re.findall(r"\{(\w+)\}", text)) - ({"n"} if how == "many" else set())
                if not names <= values or (len(keys) == 1 and values - names - {"n"}):
                    wrong.append((name, key, names, values))
    assert wrong == []


def test_the_plurals_of_a_text_have_the_same_values() -> None:
    for key in FORMS:
        forms = {one: text for one, text in TEXTS.items() if one.rpartition(".")[0] == key}
        if set(forms) == {f"{key}.one", f"{key}.other"}:
            names = [set(re.findall(r"\{(\w+)\}", text)) - {"n"} for text in forms.values()]
            assert names[0] == names[1], key


def test_no_text_of_a_message_is_written_again() -> None:
    told = set(texts.catalogue(texts.LANGUAGE).words.values())
    own = {key: text for key, text in ALL.items() if key not in texts.SHARED}
    assert {key: text for key, text in own.items() if len(text.split()) > 2 and text in told} == {}


def test_no_word_stands_in_the_page_before_a_script_runs() -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", FRAME)
    told = re.findall(r'(?:title|alt|aria-label|placeholder)="([^"]*)"', text)
    read = " ".join([re.sub(r"<[^>]*>", " ", text), *told])
    assert set(re.findall(r"[A-Za-z]{2,}", read)) == {"VEDETTA", "UTC", "min"}


def test_every_text_of_the_page_is_said_by_it() -> None:
    said = set(re.findall(r'say\("([^"]+)"', FRAME + (ASSETS.parent / "live/page.py").read_text()))
    said |= {f"class.{one.key}" for one in CLASSES}
    said |= {f"zone_kind.{one.kind}" for one in ZONE_KINDS}
    own = {key for key in ALL if key.startswith(texts.FRAME)}
    assert own <= said <= set(ALL)
