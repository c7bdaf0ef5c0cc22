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

from alerts.alert import Alert, Near, Notice, Share, Vessel
from alerts.events import Event, Fact, Value
from alerts.incidents.wording import Named, named_in
from alerts.plain import plain
from alerts.texts.evidence import Evidence, evidence, localized

FOLDER = Path(__file__).parent
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LONGEST_SUBJECT = 160
_MOST = 3
_MOST_CALLS = 5
_CALL = ("sign", "text", "heard_by", "station")
"""What a call itself says, and who heard it: of all evidence the part that a rescuer needs."""
# As alerts.incidents.whereabouts.Whereabouts.place names them.
_OFF = re.compile(r"off (?P<name>.+)")
_AWAY = re.compile(r"(?P<nm>\d+) nm (?P<towards>[NSEW]{1,2}) of (?P<name>.+)")
_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The words of one language: texts by key, names of lanes, severities and kinds, months.

    unknown   what an event of a kind cannot tell, and other sentences on what is not known
    refusals  why something is not done, by key; the service says it in English
    evidence  the words of facts and reasons; None for English, in which they are recorded
    """

    words: Mapping[str, str]
    lanes: Mapping[str, str]
    severities: Mapping[str, str]
    kinds: Mapping[str, str]
    unknown: Mapping[str, str]
    months: tuple[str, ...]
    refusals: Mapping[str, str]
    evidence: Evidence | None = None

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

    def headline(self, alert: Alert, kinds: Sequence[str] = ()) -> str:
        """Return one line on an alert: who, what and where.

        As ``alerts.incidents.wording.headline_named`` says it in English; ``kinds`` of its events
        are named where the recorded line does not tell them.
        """
        found = named_in(alert.headline) or _named([alert.kind, *kinds])
        what = ", ".join(self.kinds[kind] for kind in found.kinds)
        if found.more:
            what += f" {self._more(found.more)}"
        if found.doubted:
            what += f" ({self.words['head_doubted']})"
        who = ", ".join(self._who(one) for one in alert.vessels[:_MOST])
        if len(alert.vessels) > _MOST:
            who += f" {self._more(len(alert.vessels) - _MOST)}"
        where = self.place(plain(alert.place, 80)) or self.say("head_where")
        said = f"{who}: {what}, {where}" if who else f"{what}, {where}"
        return f"{said[:1].upper()}{said[1:]}"

    def role(self, role: str) -> str:
        """Return what kind of ship it is, "" where that is not known."""
        role = "" if role == "unknown" else plain(role, 40)
        return self.evidence.word(role) if self.evidence else role

    def number(self, value: float, digits: int = 1) -> str:
        """Return a number with ``digits`` decimals, written as this language does."""
        return localized(f"{value:.{digits}f}") if self.evidence else f"{value:.{digits}f}"

    def points(self, value: float) -> str:
        """Return points of a score with their sign."""
        return f"{'+' if value >= 0 else '-'}{self.number(abs(value))}"

    def vessel(self, vessel: Vessel) -> str:
        """Return what is known of a vessel on one line."""
        parts = [
            plain(vessel.name, 60),
            f"MMSI {vessel.mmsi:09d}",
            f"IMO {vessel.imo}" if vessel.imo else "",
            self.say("call_sign", sign=plain(vessel.call_sign, 20)) if vessel.call_sign else "",
            plain(vessel.flag, 40),
            self.role(vessel.role),
            f"{vessel.length_m:.0f} m" if vessel.length_m else "",
        ]
        return ", ".join(filter(None, parts))

    def near(self, near: Near) -> str:
        """Return how far a helper is, and when it could be there."""
        minutes = near.minutes
        return self.say(
            "near_line",
            nm=self.number(near.distance_nm),
            bearing=f"{near.bearing_deg % 360:03.0f}",
            reach=self.words["no_reach"]
            if minutes is None
            else self.say("reach", lasts=lasting(minutes)),
            # Where the stream runs faster than the clock, it was heard after "now".
            age=f"{max(0.0, near.age_s) / 60:.0f}",
        )

    def fact(self, name: str, fact: Fact) -> str:
        """Return one number of the evidence with its unit and threshold."""
        if fact.unit == "UTC":
            fact = Fact(self._clock(fact.value))
        if self.evidence:
            limit = self.evidence.limit(name, fact, self.words["threshold"])
            line = f"{self.evidence.name(name)}: {self.evidence.amount(name, fact)}"
            return f"{line} ({limit})" if limit else line
        line = f"{name.removesuffix(f'_{fact.unit}').replace('_', ' ')}: {_value(fact.value)}"
        line += f" {fact.unit}" if fact.unit else ""
        if fact.threshold is None:
            return line
        return f"{line} ({self.say('threshold', value=_value(fact.threshold))})"

    def reason(self, share: Share, events: Sequence[Event]) -> str:
        """Return why a share of the score counts; ``events`` of its alert that may be shown."""
        return self.evidence.reason(share, events) if self.evidence else share.because

    def share(self, name: str) -> str:
        """Return what a share of the score is called."""
        text = plain(name, 60)
        return self.kinds.get(name, self.evidence.word(text) if self.evidence else text)

    def service(self, text: str) -> str:
        """Return what the service wrote (why it took something back) in this language."""
        return self.evidence.logged(text) if self.evidence else text

    def refusal(self, text: str) -> str:
        """Return why something is refused, which the service said in English, in this language.

        What the catalogue does not know stays as it is.
        """
        found = next(((key, it) for key, one in _refusals() if (it := one.fullmatch(text))), None)
        if found is None:
            return text
        key, match = found
        given = match.groupdict().items()
        values = {name: self.words.get(f"{name}_{value}", value) for name, value in given}
        return self.refusals[key].format(**values)

    def assumed(self, text: str) -> str:
        """Return what ``SarHelp.assumed`` says."""
        return self.evidence.assumed(text) if self.evidence else text

    def near_name(self, near: Near) -> str:
        """Return who could help."""
        name = plain(near.name, 60) or f"MMSI {near.mmsi:09d}"
        role = self.role(near.role)
        return f"{name} ({role})" if role else name

    def _clock(self, stamp: Value) -> str:
        """Return a time of the evidence as ``time`` does; what is none stays as it is."""
        try:
            at = dt.datetime.fromisoformat(str(stamp))
        except ValueError:
            return str(stamp)
        return self.time(round(at.timestamp() * 1e6))

    def _more(self, count: int) -> str:
        return self.words["head_one_more"] if count == 1 else self.say("head_more", n=count)

    def _who(self, vessel: Vessel) -> str:
        size = f"{vessel.length_m:.0f} m" if vessel.length_m else ""
        role = self.role(vessel.role) if self.evidence else ""
        facts = ", ".join(filter(None, [role, plain(vessel.flag, 40), size]))
        name = plain(vessel.name, 60) or f"MMSI {vessel.mmsi:09d}"
        return f"{name} ({facts})" if facts else name


@cache
def catalogue(language: str) -> Catalogue:
    """Return the words of ``language``: en, it, el; another one reads English."""
    path = FOLDER / f"{language}.toml"
    said = tomllib.loads((path if path.is_file() else FOLDER / "en.toml").read_text("utf-8"))
    return Catalogue(
        said["words"], said["lanes"], said["severities"], said["kinds"], said["unknown"],
        tuple(said["months"]), said["refusals"], evidence(language, said["kinds"]),
    )  # fmt: skip


@cache
def _refusals() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return the English refusals by key, as patterns that find the values in them."""
    return tuple(
        (key, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(text))))
        for key, text in catalogue("en").refusals.items()
    )


def subject(notice: Notice) -> str:
    """Return the line that stands in an inbox: lane, place and time; for SAR also what it is."""
    alert, w = notice.alert, catalogue(notice.language)
    what = w.lanes[alert.lane]
    if alert.lane == "sar" and not notice.limited:
        what += f": {w.kinds[alert.kind]}"
    parts = [what, w.place(plain(alert.place, 80)) or w.position(alert.lon, alert.lat)]
    change = "" if notice.change == "alert" else f"{w.words[notice.change]}: "
    if notice.waiting:
        change = f"{w.say('waiting', number=notice.waiting)}: "
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
        number=w.number,
        points=w.points,
        reason=lambda share: w.reason(share, notice.events),
        service=w.service,
        assumed=w.assumed(notice.sar.assumed) if notice.sar else "",
        known=known_facts,
        calls=() if full else calls(notice),
        lasting=lasting,
        vessel_line=w.vessel,
        near_name=w.near_name,
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


def lasting(minutes: float) -> str:
    """Return a span as every language here writes it: ``44 min``, ``2 h 20 min``, ``24 h``."""
    hours, rest = divmod(round(minutes), _MINUTES)
    said = [f"{hours} h"] if hours else []
    return " ".join([*said, f"{rest} min"] if rest or not hours else said)


def known_facts(event: Event) -> list[tuple[str, Fact]]:
    """Return name and fact of all that is known of an event."""
    return [(name, fact) for name, fact in event.evidence.items()
            if fact.value is not None and fact.value != ""]  # fmt: skip


def calls(notice: Notice) -> list[tuple[Event, list[tuple[str, Fact]]]]:
    """Return the newest calls of a rescue with their words and who heard them; no other facts."""
    if notice.alert.lane != "sar" or notice.limited:
        return []
    found = [
        (
            event,
            [(name, fact) for name in _CALL for one, fact in known_facts(event) if one == name],
        )
        for event in notice.events
        if event.lane == "sar" and event.state != "retracted"
    ]
    said = [one for one in found if one[1]]
    return sorted(said, key=lambda one: one[0].updated_us)[-_MOST_CALLS:]


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


def _named(kinds: Sequence[str]) -> Named:
    found = tuple(dict.fromkeys(kinds))
    return Named(found[:_MOST], max(0, len(found) - _MOST))


def _angle(degrees: float, width: int, ends: str) -> str:
    """Return degrees and minutes; rounded first, so that 59.96′ does not become 60.0′."""
    tenths = round(abs(degrees) * _MINUTES * 10)
    whole, rest = divmod(tenths, _MINUTES * 10)
    return f"{whole:0{width}d}°{rest / 10:04.1f}′{ends[degrees < 0]}"


def _value(value: Any) -> str:  # noqa: ANN401 (alerts.events.Value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
