"""The evidence and the reasons of a score in Italian and Greek: names, values, units, sentences.

The service writes both down in English. A fact is told anew from its name, value and unit; a
sentence is looked up by its English template, and what stood in its gaps is put into the other
language's. What has no text stays as it was written: it may be a person's.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from alerts.events import Fact
from alerts.incidents.wording import telling
from alerts.kinds import KINDS
from alerts.plain import plain

if TYPE_CHECKING:
    from alerts.alert import Share
    from alerts.events import Event

FOLDER = Path(__file__).parent / "evidence"
_COMMA = str.maketrans(".,", ",.")
_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0}
_COORDINATES = frozenset({"from_lon", "from_lat", "other_lon", "other_lat"})
_LISTS = {"agrees": ", ", "disagrees": ", ", "roles": " + "}
"""Facts that hold several values, and what stands between them."""
_AS_WRITTEN = frozenset(
    "text earlier_text sent_name sent_call_sign name name_before call_sign call_sign_before "
    "zone_name named feed heard_by station entry handling_comment rule came_from".split()
)
"""Facts that hold names or what somebody said: nothing in them is a word of ours."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_GAPS = {"id": r"\S+", "grade": r"\w{1,2}"} | dict.fromkeys(
    "away days deg imo kn last length mmsi n persons share status times".split(), r"-?[\d.]+"
)
"""What can stand in gaps that are no names or sentences."""
_NUMBERS = re.compile(r"\d+( and \d+)+")
_NAMED = re.compile(r"(?P<kind>.+?)(?P<id> \(?[0-9a-f]{16}\)?)?")
_TAIL = re.compile(r"(?=; |, explained by )")
_ASSUMPTIONS = re.compile(r"(; |, (?=current |no ))")
_LONGEST = 200
_MANY = 10_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """An English sentence of the service with gaps, and what it is in another language."""

    english: re.Pattern[str]
    said: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of one language that is not English.

    facts       names of facts · thresholds  what a limit is called where "threshold" is wrong
    units       what is counted: of one, of several · values  words that a fact can hold
    reasons     parts of a reason of the score · phrases  sentences
    kinds       of events, by their English names and titles
    """

    facts: Mapping[str, str]
    thresholds: Mapping[str, str]
    units: Mapping[str, Sequence[str]]
    values: Mapping[str, str]
    reasons: Mapping[str, str]
    phrases: tuple[Phrase, ...]
    kinds: Mapping[str, str]

    def name(self, name: str) -> str:
        """Return what a fact is called; what has no word stays as it is."""
        return self.facts.get(name, plain(name.replace("_", " "), 40))

    def amount(self, name: str, fact: Fact) -> str:
        """Return the value of a fact with its unit; "" where it is not known."""
        value, unit = fact.value, fact.unit
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return self.values["yes" if value else "no"]
        if isinstance(value, str):
            return self._text(name, value)
        if name in _COORDINATES:
            return f"{localized(f'{value:.4f}')}°"
        return self._counted(name, value, unit)

    def limit(self, name: str, fact: Fact, usual: str) -> str:
        """Return what a fact was held against, "" for nothing; ``usual`` holds {value}."""
        if fact.threshold is None:
            return ""
        if said := self.thresholds.get(name):
            return said.format(value=self.amount("", Fact(fact.threshold)))
        return usual.format(value=self.amount(name, Fact(fact.threshold, fact.unit)))

    def word(self, text: str) -> str:
        """Return a word of the service (a role, a kind of zone) in this language."""
        return self.values.get(text, text)

    def phrase(self, text: str) -> str:
        """Return a sentence of the service in this language; another text as it is."""
        for one in self.phrases:
            if said := one.english.fullmatch(text):
                return one.said.format(**{k: self._gap(v) for k, v in said.groupdict().items()})
        return self.word(text)

    def because(self, event: Event) -> str:
        """Return what an event rests on, as ``alerts.incidents.wording.because`` in English."""
        said = [self._telling(name, fact) for name, fact in telling(event)]
        title = self.kinds[KINDS[event.kind].title]
        return f"{title} ({'; '.join(said)})" if said else title

    def reason(self, share: Share, events: Sequence[Event]) -> str:
        """Return why a share counts; ``events`` those of its alert that may be shown."""
        event = next((one for one in events if one.id == share.event), None)
        if event is None:
            return self.phrase(plain(share.because, _LONGEST))
        # What stands after the facts: why it counts more or less than others of its kind.
        _, facts, after = share.because.rpartition(")")
        parts = _TAIL.split(after)[0 if facts else 1 :]
        return self.because(event) + "".join(self.phrase(part) for part in parts)

    def logged(self, why: str) -> str:
        """Return a line that the service wrote into the log of an alert, without the score."""
        said, score, _ = why.partition(". Score ")
        parts = said.split("; ") if score else [why]
        return "; ".join(self.phrase(part) for part in parts)

    def assumed(self, text: str) -> str:
        """Return what the help for a rescue assumes (``SarHelp.assumed``)."""
        parts = _ASSUMPTIONS.split(text)
        return "".join(part if k % 2 else self.phrase(part) for k, part in enumerate(parts))

    def _telling(self, name: str, fact: Fact) -> str:
        if name in self.reasons and isinstance(fact.value, int | float):
            return self.reasons[name].format(n=localized(f"{fact.value:,.0f}"))
        return f"{self.name(name)} {self.amount(name, fact)}"

    def _text(self, name: str, value: str) -> str:
        if name in _AS_WRITTEN:
            return plain(value, _LONGEST)
        if between := _LISTS.get(name):
            return between.join(self.word(one) for one in plain(value).split(between))
        return self.phrase(plain(value, _LONGEST))

    def _counted(self, name: str, value: float, unit: str | None) -> str:
        if unit in _MINUTES and value * _MINUTES[unit] >= 1:
            hours, minutes = divmod(round(value * _MINUTES[unit]), 60)
            return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"
        # Without a unit it may be the number of a ship: nothing stands between its digits.
        whole = f"{value:.0f}" if float(value).is_integer() else f"{value:.4g}"
        shown = localized(_digits(value) if unit else whole)
        if unit is None or unit == "ratio":
            return shown
        if forms := self.units.get(unit):
            # "ships: 7 ships" says it twice.
            said = any(form in self.name(name) for form in forms)
            return shown if said else f"{shown} {forms[value != 1]}"
        return f"{shown}°" if unit == "deg" else f"{shown} {unit}"

    def _gap(self, text: str) -> str:
        """Return what stood in a gap: a number, numbers, events by kind, a sentence, a name."""
        if _NUMBER.fullmatch(text):
            return localized(text)
        if _NUMBERS.fullmatch(text):
            return text.replace(" and ", f" {self.reasons['and']} ")
        named = [_NAMED.fullmatch(one) for one in text.split(", ")]
        if all(one and one["kind"] in self.kinds for one in named):
            return ", ".join(f"{self.kinds[one['kind']]}{one['id'] or ''}" for one in named if one)
        return self.phrase(text)


def _digits(value: float) -> str:
    whole = float(value).is_integer() or abs(value) >= _MANY
    return f"{value:,.0f}" if whole else f"{value:,.4g}"


def localized(number: str) -> str:
    """Return a number that Python wrote with a decimal comma, and points between thousands."""
    return number.translate(_COMMA)


def evidence(language: str, kinds: Mapping[str, str]) -> Evidence | None:
    """Return the words of ``language``; None for English, which needs none."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        return None
    said = tomllib.loads(path.read_text("utf-8"))
    phrases = tuple(Phrase(_pattern(english), text) for english, text in said["phrases"].items())
    english = {KINDS[kind].title: title for kind, title in kinds.items()}
    english |= {kind.replace("_", " "): title for kind, title in kinds.items()}
    return Evidence(
        said["facts"], said["thresholds"], said["units"], said["values"], said["reasons"],
        phrases, english,
    )  # fmt: skip


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    return re.compile("".join(
        f"(?P<{part}>{_GAPS.get(part, '.+?')})" if odd else re.escape(part)
        for odd, part in zip(cycle((False, True)), parts, strict=False)
    ))  # fmt: skip
