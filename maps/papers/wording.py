"""The words of the documents in English, Italian and Greek, and numbers as sailors write them."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from alerts.events import Fact
from alerts.plain import plain
from alerts.texts import Catalogue, catalogue
from alerts.texts.evidence import localized

_FOLDER = Path(__file__).parent / "words"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_HOUR_S, _DAY_S = 3600, 86_400
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_LONGEST = 120
_FINE_M = 30
"""Below it a length is said with a decimal, as draughts are, m."""
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one language.

    words, roles  by key · say  sentences by kind of event · questions  by kind of event
    alerts        names of kinds, lanes, severities and months, as messages have them
    """

    language: str
    words: Mapping[str, str]
    roles: Mapping[str, str]
    says: Mapping[str, list[str]]
    questions: Mapping[str, Any]
    alerts: Catalogue

    def say(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with ``values`` in it."""
        return self.words[key].format(**values)

    def time(self, time_us: int) -> str:
        """Return µs since 1970 as ``10 May 2026 06:03 UTC``."""
        at = _EPOCH + dt.timedelta(microseconds=time_us)
        return f"{self.day(at)} {at:%H:%M}{_NO_BREAK}UTC"

    def day(self, at: dt.date) -> str:
        """Return a day as ``10 May 2026``."""
        return f"{at.day} {self.alerts.months[at.month - 1]} {at.year}"

    def moment(self, at: dt.datetime) -> str:
        """Return a time (aware) as ``time`` does."""
        return self.time(round((at - _EPOCH).total_seconds() * 1e6))

    def span(self, first_us: int, last_us: int | None) -> str:
        """Return a span; a day that both ends share is said once."""
        if last_us is None:
            return self.say("since", first=self.time(first_us))
        first, last = (_EPOCH + dt.timedelta(microseconds=one) for one in (first_us, last_us))
        if first.date() != last.date():
            return self.say("span", first=self.time(first_us), last=self.time(last_us))
        return f"{self.day(first)} {first:%H:%M}–{last:%H:%M}{_NO_BREAK}UTC"

    def clock(self, time_us: int, day_us: int) -> str:
        """Return the time of day, with what differs from ``day_us`` of its day and its year."""
        at, day = (_EPOCH + dt.timedelta(microseconds=one) for one in (time_us, day_us))
        if at.date() == day.date():
            return f"{at:%H:%M}"
        if at.year != day.year:
            return f"{self.day(at)} {at:%H:%M}"
        return f"{at.day}{_NO_BREAK}{self.alerts.months[at.month - 1]} {at:%H:%M}"

    def position(self, lon: float | None, lat: float | None) -> str:
        """Return degrees and decimal minutes, or the word for not known."""
        return self.alerts.position(lon, lat)

    def role(self, role: str) -> str:
        """Return what kind of ship it is."""
        return self.roles.get(role.replace(" ", "_"), self.roles["other"])

    def listing(self, texts: list[str]) -> str:
        """Return texts as one list: a, b and c."""
        if len(texts) < 2:  # noqa: PLR2004 (one or none)
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {self.words['and']} {texts[-1]}"

    def lasted(self, seconds: float) -> str:
        """Return a duration, as ``50 min``, ``1 h 50`` or ``3 d 4 h``."""
        if seconds < _HOUR_S:
            short = seconds < 60  # noqa: PLR2004 (a minute)
            return unbroken(f"{seconds:.0f} s" if short else f"{seconds / 60:.0f} min")
        hours, minutes = divmod(round(seconds / 60), 60)
        if seconds < _DAY_S:
            return unbroken(f"{hours} h {minutes:02d}" if minutes else f"{hours} h")
        return unbroken(f"{hours // 24} d {hours % 24} h")

    def figure(self, number: str) -> str:
        """Return a number that Python wrote as this language writes it."""
        return localized(number) if self.alerts.evidence else number

    def amount(self, fact: Fact, name: str = "") -> str:
        """Return the value of a fact with its unit; "" where it is not known.

        Words of the service that a fact ``name`` holds are said in this language.
        """
        value, unit = fact.value, fact.unit
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return self.words["yes" if value else "no"]
        if isinstance(value, str):
            words = self.alerts.evidence
            return words.amount(name, fact) if words else plain(value, _LONGEST)
        if unit in _SECONDS:
            return self.lasted(value * _SECONDS[unit])
        return unbroken(self.figure(_number(value, unit)))

    def fact(self, name: str) -> str:
        """Return what a field of an identity is called; what has no word stays as it is."""
        return self.words.get(f"fact_{name.replace(' ', '_')}", plain(name, 40))

    def sentences(self, kind: str, values: Mapping[str, str]) -> list[str]:
        """Return the sentences of a kind of which every value is known."""
        return [one.format(**values) for one in self.says.get(kind, ())
                if all(values.get(name) for name in names_in(one))]  # fmt: skip


def unbroken(text: str) -> str:
    """Return a number and its unit so that no line ends between them."""
    return text.replace(" ", _NO_BREAK)


def _number(value: float, unit: str | None) -> str:
    if unit == "deg":
        return f"{value:.0f}°"
    if unit in {"kn", "nm"}:
        return f"{value:.1f} {unit}" if value < 100 else f"{value:,.0f} {unit}"  # noqa: PLR2004
    if unit == "m":
        fine = abs(value) < _FINE_M and not float(value).is_integer()
        return f"{value:.1f} m" if fine else f"{value:,.0f} m"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.2f}"


@cache
def names_in(template: str) -> tuple[str, ...]:
    """Return the names of the values that a template asks for."""
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


@cache
def wording(language: str) -> Wording:
    """Return the words of ``language``: en, it, el; another one reads English."""
    path = _FOLDER / f"{language}.toml"
    chosen = path if path.is_file() else _FOLDER / "en.toml"
    said = tomllib.loads(chosen.read_text("utf-8"))
    return Wording(
        chosen.stem, said["words"], said["roles"], said["say"], said["questions"],
        catalogue(chosen.stem),
    )  # fmt: skip
