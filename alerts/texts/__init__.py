"""Messages to people in English, Italian and Greek: one template, one catalogue per language.

What comes by radio or from files passes through ``alerts.plain.plain`` wherever it is printed: the
template cannot print anything else.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import jinja2

from alerts.alert import Alert, Near, Notice, Vessel
from alerts.events import Event, Fact
from alerts.plain import plain

FOLDER = Path(__file__).parent
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LONGEST_SUBJECT = 160
_MOST = 3
# As alerts.incidents.whereabouts.Whereabouts.place names them.
_OFF = re.compile(r"off (?P<name>.+)")
_AWAY = re.compile(r"(?P<nm>\d+) nm (?P<towards>[NSEW]{1,2}) of (?P<name>.+)")
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language: texts by key, names of lanes, severities and kinds, months.

    unknown  what an event of a kind cannot tell, and other sentences on what is not known
    """

    words: Mapping[str, str]
    lanes: Mapping[str, str]
    severities: Mapping[str, str]
    kinds: Mapping[str, str]
    unknown: Mapping[str, str]
    months: tuple[str, ...]

    def say(self, key: str, **values: object) -> str:
        """Return the text of ``key`` with ``values`` in it."""
        return self.words[key].format(**values) if values else self.words[key]

    def time(self, time_us: int) -> str:
        """Return µs since 1970 as ``22 Nov 04:10 UTC``."""
        at = _EPOCH + dt.timedelta(microseconds=time_us)
        return f"{at.day} {self.months[at.month - 1]} {at:%H:%M} UTC"

    def position(self, lon: float | None, lat: float | None) -> str:
        """Return degrees as ``36°12.4′N 014°33.1′E``, or the word for not known."""
        if lon is None or lat is None:
            return self.words["no_position"]
        return f"{_angle(lat, 2, 'NS')} {_angle(lon, 3, 'EW')}"

    def place(self, place: str) -> str:
        """Return a place as an incident names it ("12 nm SE of Lampedusa") in this language."""
        if said := _OFF.fullmatch(place):
            return self.say("place_off", **said.groupdict())
        said = _AWAY.fullmatch(place)
        return self.say("place_away", **said.groupdict()) if said else place

    def headline(self, alert: Alert, kinds: Sequence[str]) -> str:
        """Return one line on an alert: who, what and where; ``kinds`` of its events that count.

        As ``alerts.incidents.wording.headline_named`` says it in English.
        """
        named = list(dict.fromkeys([alert.kind, *kinds]))
        what = ", ".join(self.kinds[kind] for kind in named[:_MOST])
        if len(named) > _MOST:
            what += " " + self.say("head_more", n=len(named) - _MOST)
        who = ", ".join(_vessel(one) for one in alert.vessels[:_MOST])
        if len(alert.vessels) > _MOST:
            who += " " + self.say("head_more", n=len(alert.vessels) - _MOST)
        where = self.place(plain(alert.place, 80)) or self.say("head_where")
        said = f"{who}: {what}, {where}" if who else f"{what}, {where}"
        return f"{said[:1].upper()}{said[1:]}"

    def vessel(self, vessel: Vessel) -> str:
        """Return what is known of a vessel on one line."""
        parts = [
            plain(vessel.name, 60),
            f"MMSI {vessel.mmsi}",
            f"IMO {vessel.imo}" if vessel.imo else "",
            self.say("call_sign", sign=plain(vessel.call_sign, 20)) if vessel.call_sign else "",
            plain(vessel.flag, 40),
            plain(vessel.role, 40) if vessel.role != "unknown" else "",
            f"{vessel.length_m:.0f} m" if vessel.length_m else "",
        ]
        return ", ".join(filter(None, parts))

    def near(self, near: Near) -> str:
        """Return how far a helper is, and when it could be there."""
        minutes = near.minutes
        return self.say(
            "near_line",
            nm=number(near.distance_nm),
            bearing=f"{near.bearing_deg % 360:03.0f}",
            reach=self.words["no_reach"]
            if minutes is None
            else self.say("reach", minutes=f"{minutes:.0f}"),
            age=f"{near.age_s / 60:.0f}",
        )

    def fact(self, name: str, fact: Fact) -> str:
        """Return one number of the evidence with its unit and threshold."""
        line = f"{name.replace('_', ' ')}: {_value(fact.value)}"
        line += f" {fact.unit}" if fact.unit else ""
        if fact.threshold is None:
            return line
        return f"{line} ({self.say('threshold', value=_value(fact.threshold))})"


@cache
def catalogue(language: str) -> Catalogue:
    """Return the words of ``language``: en, it, el; another one reads English."""
    path = FOLDER / f"{language}.toml"
    said = tomllib.loads((path if path.is_file() else FOLDER / "en.toml").read_text("utf-8"))
    return Catalogue(
        said["words"], said["lanes"], said["severities"], said["kinds"], said["unknown"],
        tuple(said["months"]),
    )  # fmt: skip


def subject(notice: Notice) -> str:
    """Return the line that stands in an inbox: lane, place and time; for SAR also what it is."""
    alert, w = notice.alert, catalogue(notice.language)
    what = w.lanes[alert.lane]
    if alert.lane == "sar" and not notice.limited:
        what += f": {w.kinds[alert.kind]}"
    parts = [what, w.place(plain(alert.place, 80)) or w.position(alert.lon, alert.lat)]
    change = "" if notice.change == "alert" else f"{w.words[notice.change]}: "
    drill = f"{w.words['exercise']} " if alert.exercise else ""
    line = f"{drill}{change}{', '.join(parts)}, {w.time(alert.started_us)}"
    return plain(line, _LONGEST_SUBJECT)


def letter(notice: Notice, *, sealed: bool) -> str:
    """Return the text of a message to people; lines end in a line feed.

    A law enforcement notice carries lane, place, time and link, unless it is ``sealed`` (only its
    reader can open it) and not limited. A SAR notice carries what a rescuer needs either way.
    """
    alert, w = notice.alert, catalogue(notice.language)
    full = sealed and not notice.limited
    return _template().render(
        notice=notice,
        alert=alert,
        sar=notice.sar,
        full=full,
        named=full or (alert.lane == "sar" and not notice.limited),
        lane=w.lanes[alert.lane],
        kind=w.kinds[alert.kind],
        kinds=w.kinds,
        severity=w.severities[alert.severity],
        say=w.say,
        time=w.time,
        position=w.position,
        number=number,
        vessel_line=w.vessel,
        near_name=_near_name,
        place=w.place,
        headline=headline_in(notice.language, alert, notice.events),
        near_line=w.near,
        fact_line=w.fact,
    )


def headline_in(language: str, alert: Alert, events: Sequence[Event]) -> str:
    """Return the headline for a reader of ``language``; in English as it was recorded."""
    if language == "en":
        return alert.headline
    live = [event.kind for event in events if event.state != "retracted"]
    return catalogue(language).headline(alert, live)


def number(value: float, digits: int = 1) -> str:
    """Return a number with ``digits`` after the point."""
    return f"{value:.{digits}f}"


@cache
def _template() -> jinja2.Template:
    room = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 (plain text; finalize makes every value one harmless line)
    )
    return room.get_template("letter.txt")


def _vessel(vessel: Vessel) -> str:
    size = f"{vessel.length_m:.0f} m" if vessel.length_m else ""
    facts = ", ".join(filter(None, [plain(vessel.flag, 40), size]))
    name = plain(vessel.name, 60) or f"MMSI {vessel.mmsi:09d}"
    return f"{name} ({facts})" if facts else name


def _near_name(near: Near) -> str:
    name = plain(near.name, 60) or f"MMSI {near.mmsi}"
    return f"{name} ({plain(near.role, 40)})" if near.role not in {"", "unknown"} else name


def _angle(degrees: float, width: int, ends: str) -> str:
    """Return degrees and minutes; rounded first, so that 59.96′ does not become 60.0′."""
    tenths = round(abs(degrees) * _MINUTES * 10)
    whole, rest = divmod(tenths, _MINUTES * 10)
    return f"{whole:0{width}d}°{rest / 10:04.1f}′{ends[degrees < 0]}"


def _value(value: Any) -> str:  # noqa: ANN401 (alerts.events.Value)
    return f"{value:g}" if isinstance(value, float) else str(value)
