"""What detectors and the score say, in Italian and Greek: nothing that they can say is left out.

The names, values and sentences are read from the code itself, so a new detector fails here until
it has its words.
"""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.alert import Share
from alerts.detectors.identity_change import _FACTS as CHANGING
from alerts.events import Event, Fact
from alerts.incidents.shares import INNOCENT
from alerts.incidents.wording import Named, because, headline, named_in
from alerts.kinds import KINDS
from alerts.routing import LANGUAGES
from alerts.scene import ROLES
from alerts.texts import catalogue, letter
from alerts.texts.evidence import FOLDER
from alerts.traffic.grid import CLASSES
from alerts.traffic.lines import Line
from geofence import zones
from tests.plugins.notices import alert, distress, event, notice
from watchlist.entries import PRIORITIES
from watchlist.hits import FACTS, MATCHED_ON

ROOMS = Path(__file__).parents[2] / "alerts"
CODE = {
    path: ast.parse(path.read_text("utf-8"))
    for path in sorted(ROOMS.rglob("*.py"))
    if path.parent.name != "texts"
}
OTHERS = tuple(one for one in LANGUAGES if one != "en")
COMPUTED = {
    "detectors/identity_change.py": {*CHANGING, *(f"{one}_before" for one in CHANGING)},
    "detectors/watchlist.py": set(),  # the dict under "facts", read below
    "screening.py": {"list", "zones", "model", "rules", "coverage"},
    "events.py": set(),  # reads back what was written
    "contacts.py": set(),
}
"""Files that make facts under a computed name, and which names these can be."""


def called(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == name


def facts_in(path: Path) -> Iterator[tuple[str | None, ast.Call]]:
    """Name and call of each Fact that a file makes; None where the name is computed."""
    named: dict[ast.AST, str] = {}
    for node in ast.walk(CODE[path]):
        if isinstance(node, ast.Dict):
            named |= {value: key.value for key, value in zip(node.keys, node.values, strict=True)
                      if isinstance(key, ast.Constant)}  # fmt: skip
        at = node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(at, ast.Subscript) and isinstance(at.slice, ast.Constant):
            named[node.value] = at.slice.value
    for node in ast.walk(CODE[path]):
        if called(node, "Fact"):
            assert isinstance(node, ast.Call)
            yield named.get(node), node


def all_facts() -> set[str]:
    found: set[str] = set().union(*COMPUTED.values())
    for path in CODE:
        found |= {name for name, _ in facts_in(path) if name}
    hits = CODE[ROOMS / "detectors" / "watchlist.py"]
    for node in ast.walk(hits):
        if isinstance(node, ast.Dict):
            keys = [getattr(key, "value", None) for key in node.keys]
            if "facts" in keys and isinstance(inner := node.values[keys.index("facts")], ast.Dict):
                found |= {key.value for key in inner.keys if isinstance(key, ast.Constant)}
    return found


def units() -> set[str]:
    calls = [node for path in CODE for _, node in facts_in(path)]
    said = [node.args[1] for node in calls if len(node.args) > 1]
    return {one.value for one in said if isinstance(one, ast.Constant) and one.value}


def sample(node: ast.AST) -> str | None:
    """The text of a constant or an f-string, with 7 for what is computed; None for another."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(getattr(part, "value", "7")) if isinstance(part, ast.Constant) else "7"
                       for part in node.values)  # fmt: skip
    if isinstance(node, ast.IfExp):
        return sample(node.body)
    return None


def score_reasons() -> set[str]:
    """Every sentence of alerts/incidents/shares.py that a share can say, facts apart."""
    found = {why for _, _, why in INNOCENT.values()}
    found.add(Line(247_000_001, "Piraeus", "Heraklion", 14, 30).words)
    for node in ast.walk(CODE[ROOMS / "incidents" / "shares.py"]):
        if called(node, "Share"):
            assert isinstance(node, ast.Call)
            found.add(sample(node.args[2]) or "")
        if isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add):
            found.add(sample(node.value) or "")
    return {one.replace("7, explained", ", explained") for one in found} - {""}


def reasons_of_ends() -> set[str]:
    """Every reason for which a detector closes or takes back an event."""
    found: set[str | None] = set()
    for path, tree in CODE.items():
        if path.stem in {"cise", "cap"}:  # messages between machines
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
                value = node.value
                both = [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]
                found |= {sample(one) for one in both}
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
                if name in {"close", "retract", "_ended"} and len(node.args) > 2:
                    found.add(sample(node.args[-1]))
                found |= {sample(one.value) for one in node.keywords if one.arg == "reason"}
    return {one for one in found if one}


@pytest.mark.parametrize("language", OTHERS)
def test_every_fact_of_every_detector_has_a_name(language):
    words = catalogue(language).evidence
    assert all_facts() - words.facts.keys() == set()
    assert words.facts.keys() - all_facts() == set(), "names of facts that nobody tells"


def test_a_fact_under_a_computed_name_is_listed_here():
    unnamed = {str(path.relative_to(ROOMS)) for path in CODE
               for name, _ in facts_in(path) if name is None}  # fmt: skip
    assert unnamed <= COMPUTED.keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", OTHERS)
def test_every_kind_is_told_with_its_facts_in_the_readers_language(language, kind):
    facts = {name: Fact(12.5, "kn", 3.0) for name in all_facts()}
    said = catalogue(language).evidence.because(event(kind, evidence=facts))
    assert said.startswith(catalogue(language).kinds[kind])
    assert KINDS[kind].title not in said


@pytest.mark.parametrize("language", OTHERS)
def test_every_reason_of_the_score_has_a_text(language):
    words = catalogue(language).evidence
    reasons = score_reasons()
    assert len(reasons) > 15
    assert sorted(one for one in reasons if words.phrase(one) == one) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_share_has_a_name(language):
    calls = [node for node in ast.walk(CODE[ROOMS / "incidents" / "shares.py"])
             if called(node, "Share")]  # fmt: skip
    names = {sample(node.args[0]) for node in calls} - {None}
    words = catalogue(language)
    assert "usual traffic" in names
    assert [one for one in {*names, *INNOCENT} if words.share(one) == one] == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_end_of_an_event_has_a_text(language):
    words = catalogue(language).evidence
    reasons = reasons_of_ends()
    assert len(reasons) > 20
    assert sorted(one for one in reasons if words.phrase(one) == one) == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_conflict_of_an_identity_has_a_text(language):
    tree = ast.parse((ROOMS.parent / "watchlist" / "conflicts.py").read_text("utf-8"))
    said = {
        sample(node.value) for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "said"
    }  # fmt: skip
    words = catalogue(language)
    assert len(said) == 7
    assert sorted(one for one in said if words.service(one) == one) == []


def test_a_conflict_of_an_identity_is_told_in_italian():
    said = catalogue("it").service("MMSI 247000001 sent IMO numbers 9074729 and 9074731")
    assert said == "MMSI 247000001 ha inviato più numeri IMO: 9074729 e 9074731"


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_that_a_fact_can_hold_has_a_text(language):
    words = catalogue(language).evidence
    held = {*ROLES, *CLASSES, "all ships", *zones.KINDS, *zones.LEGAL, *FACTS,
            *MATCHED_ON.values(), "known", "unknown", "not under command", "aground",
            *PRIORITIES, "own"}  # fmt: skip
    assert held - words.values.keys() == set()


@pytest.mark.parametrize("language", OTHERS)
def test_every_unit_is_one_that_sailors_write_or_has_its_plural(language):
    words = catalogue(language).evidence
    international = {"s", "min", "h", "kn", "nm", "m", "km", "deg", "ratio", "UTC"}
    assert units() - international == words.units.keys()


def test_both_languages_have_the_same_keys_and_gaps():
    one, other = (tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8")) for name in OTHERS)

    def gaps(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert {part: list(one[part]) for part in one} == {part: list(other[part]) for part in other}
    for part in ("thresholds", "reasons", "phrases"):
        assert [gaps(text) for text in one[part].values()] == [
            gaps(text) for text in other[part].values()
        ]
    for said in (one, other):
        assert [gaps(english) for english in said["phrases"]] == [
            gaps(text) for text in said["phrases"].values()
        ]


@pytest.mark.parametrize(
    "language, name, fact, said",
    [
        ("it", "silence", Fact(6600, "s", 3600), "silenzio: 1 h 50 min (soglia 1 h 00 min)"),
        ("it", "speed", Fact(7.25, "kn", 3.0), "velocità: 7,25 kn (soglia 3 kn)"),
        ("it", "others_heard_since", Fact(1, "ships"), "altre navi sentite nel frattempo: 1"),
        ("it", "others_heard_since", Fact(1204, "ships"),
         "altre navi sentite nel frattempo: 1.204"),
        ("el", "others_heard_since", Fact(2, "ships", 1),
         "άλλα πλοία που ακούστηκαν στο μεταξύ: 2 (όριο 1)"),
        ("it", "one_of_such_silences", Fact(1, "watches"), "1 silenzio così lungo su: 1 veglia"),
        ("it", "one_of_such_silences", Fact(340, "watches"),
         "1 silenzio così lungo su: 340 veglie"),
        ("el", "watches", Fact(9, "10 min"), "διαστήματα που παρακολουθήθηκαν: 9 των 10 min"),
        ("it", "arrives_at", Fact("2026-11-29T17:40:12.036Z", "UTC"),
         "arrivo previsto: 29 nov 17:40 UTC"),
        ("it", "contributor", Fact("own"), "fornito da: questo servizio"),
        ("it", "cell_p99_gap", Fact(90, "s", 3.0),
         "pausa che qui quasi nessuna nave supera: 2 min (soglia: 3 volte tanto)"),
        ("it", "imo", Fact(9_074_729), "numero IMO: 9074729"),
        ("it", "other_lon", Fact(14.5125, "deg"), "longitudine dell'altra: 14,5125°"),
        ("it", "agrees", Fact("mmsi, call sign"), "concorda: MMSI, nominativo"),
        ("el", "roles", Fact("tanker + unknown"), "τύποι: δεξαμενόπλοιο + άγνωστο"),
        ("it", "sign", Fact("EPIRB-AIS, status 5"), "segno: EPIRB-AIS, stato 5"),
        ("it", "sent_name", Fact("PILOT"), "nome inviato: PILOT"),
        ("it", "under_test", Fact(value=False), "prova: no"),
        ("it", "silence_share", Fact(0.045517, None, 0.01),
         "quota di silenzi così lunghi: 0,04552 (soglia 0,01)"),
        ("it", "brand_new", Fact(0.5), "brand new: 0,5"),
    ],
)  # fmt: skip
def test_a_fact_is_told_as_the_language_writes_numbers(language, name, fact, said):
    assert catalogue(language).fact(name, fact) == said


def test_a_reason_is_told_from_the_facts_of_its_event_and_what_weighed_on_it():
    gap = event("gap", evidence={"silence": Fact(6600, "s", 3600),
                                 "one_of_such_silences": Fact(340, "watches")})  # fmt: skip
    share = Share("gap", 2.1, f"{because(gap)}; listed vessel", gap.id)
    said = catalogue("it").reason(share, [gap])
    assert said == (
        "non più sentita (silenzio 1 h 50 min; 1 di 340 silenzi così lunghi); nave in lista"
    )
    muted = Share("gap", 0.0, f"{because(gap)}, explained by feed outage {gap.id}", gap.id)
    assert (
        catalogue("el")
        .reason(muted, [gap])
        .endswith(f", εξηγείται από: διακοπή πηγής δεδομένων {gap.id}")
    )
    assert catalogue("en").reason(share, [gap]) == share.because


def test_a_letter_to_an_italian_office_has_no_english_in_its_evidence():
    gap = event("gap", evidence={"silence": Fact(6600, "s", 3600)})
    shares = (Share("gap", 2.1, f"{because(gap)}; listed vessel", gap.id),
              Share("port approach", -1.0, "3.2 nm from Augusta"))  # fmt: skip
    told = notice(alert=alert(shares=shares), events=(gap,), language="it")
    text = letter(told, sealed=True)
    assert "+2,1  non più sentita (silenzio 1 h 50 min); nave in lista" in text
    assert "-1,0  a 3,2 nm da Augusta" in text
    assert "    silenzio: 1 h 50 min (soglia 1 h 00 min)" in text
    assert "nave da carico" in text


def test_a_letter_of_a_rescue_says_what_is_assumed_in_greek():
    text = letter(distress(language="el"), sealed=False)
    assert "Υπόθεση: άνεμος 12 kn από 310°, έκπτωση 4 %" in text
    assert "VALLETTA STAR (φορτηγό): 7,9 nm" in text


@pytest.mark.parametrize(
    "kinds, vessels, doubted",
    [(["gap"], 1, False), (["distress"], 2, True), (["gnss_interference", "jump"], 9, False),
     (["gap", "encounter", "drift", "loitering", "clone"], 3, False)],
)  # fmt: skip
def test_a_headline_gives_back_what_it_names(kinds, vessels, doubted):
    line = headline(kinds, "12 nm SE of Lampedusa", vessels, doubted=doubted)
    assert named_in(line) == Named(tuple(kinds[:3]), max(0, len(kinds) - 3), doubted)


def test_a_test_of_a_beacon_is_told_as_doubted_in_the_readers_language():
    line = headline(["distress"], "off Augusta", 1, doubted=True)
    said = catalogue("it").headline(alert("distress", headline=line, place="off Augusta"))
    assert said.endswith("richiesta di soccorso (una prova, o dubbio), al largo di Augusta")


def test_what_a_person_wrote_is_not_taken_for_a_sentence_of_the_service():
    words = catalogue("it")
    assert words.service("the captain and the mate agree") == "the captain and the mate agree"
    assert isinstance(event(), Event)


def test_a_line_of_the_log_is_told_without_its_score():
    why = "with went silent (0123456789abcdef); heard no more. Score 0.62: gap (+2.0)."
    assert catalogue("it").service(why) == (
        "con non più sentita (0123456789abcdef); non più sentita"
    )
