"""Who is told of an alert, by which channels and in which language: the table of config.yaml.

::

    alert ─▶ rules that fit ─▶ offices ─▶ what each may be told ─▶ Told | Untold, with the reason
               none fits and it is SAR: every office (fail open)
               SAR: rescue centres of the region too, where an administrator has enabled them
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from alerts.alert import HANDLING, Alert, Codes
from alerts.by_list import told_by_list
from alerts.errors import AlertsError
from alerts.kinds import KINDS, LANES, SEVERITIES, Lane, Severity

Language: TypeAlias = Literal["en", "it", "el"]
LANGUAGES: tuple[Language, ...] = ("en", "it", "el")
OfficeKind: TypeAlias = Literal["office", "rescue_centre", "third_country"]
EVERY_OFFICE = "*"
"""In a rule: all offices of kind office; rescue centres and third countries have to be named."""
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_OPEN_TLP = ("clear", "green")


class RoutingError(AlertsError, ValueError):
    """The routing table cannot be meant as it stands; a ValueError so that its path is named."""


@dataclass(frozen=True, slots=True)
class Office:
    """Somebody who can be told.

    id                lower-case letters, digits and -, at most 40: stands in keys and file names
    kind              office; rescue_centre (told of SAR only, and only when enabled);
                      third_country (told only by a rule that names it)
    country           ISO 3166 alpha-3 of the state that it belongs to, empty for a common one
    channels          names of channels, in the order in which they are tried out
    handling_at_most  what is handled more strictly reaches it as lane, place, time and link only
    enabled           False = never told; a rescue centre is enabled with the agreement on file
    agreement         reference of that agreement; a rescue centre cannot be enabled without
    centre            of a rescue centre: as zones of kind sar_region name it

    Raises RoutingError where this does not fit together.
    """

    id: str
    name: str
    kind: OfficeKind = "office"
    country: str = ""
    channels: tuple[str, ...] = ()
    language: Language = "en"
    handling_at_most: str = "H1"
    enabled: bool = True
    agreement: str = ""
    centre: str = ""

    def __post_init__(self) -> None:
        """Refuse what no office can be."""
        if not _ID.fullmatch(self.id):
            expected = "lower-case letters, digits and -, at most 40"
            raise RoutingError(f"office id {self.id!r}: expected {expected}")
        _known(f"office {self.id}: handling_at_most", (self.handling_at_most,), HANDLING)
        if self.centre and not _ID.fullmatch(self.centre):
            expected = "its name in lower case with -, as mrcc-roma"
            raise RoutingError(f"office {self.id}: centre {self.centre!r}: expected {expected}")
        if self.kind == "rescue_centre" and self.enabled and not self.agreement:
            raise RoutingError(
                f"office {self.id}: enabled without an agreement; expected its reference in "
                "agreement:, or enabled: false"
            )


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: alerts that fit all that it says go to its offices.

    lanes, kinds, zones, member_states   any of these; empty = all. A Member State fits an alert by
                      its entry of the list, or by a zone of that state
    severity_at_least, handling_at_most  bounds, included. What is information only (a beacon under
                      test) pages nobody, unless a rule says info itself
    offices           ids, or "*" for all of kind office · channels  empty = the office's own
    language          instead of the office's own

    Raises RoutingError for a word that is unknown.
    """

    name: str
    offices: tuple[str, ...]
    lanes: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    severity_at_least: Severity = "low"
    zones: tuple[str, ...] = ()
    member_states: tuple[str, ...] = ()
    handling_at_most: str = "H3"
    channels: tuple[str, ...] = ()
    language: Language | None = None

    def __post_init__(self) -> None:
        """Refuse words that would never fit."""
        where = f"rule {self.name!r}: "
        _known(f"{where}lanes", self.lanes, LANES)
        _known(f"{where}kinds", self.kinds, KINDS)
        _known(f"{where}handling_at_most", (self.handling_at_most,), HANDLING)
        if not self.offices:
            raise RoutingError(f'{where}offices is empty; expected ids of offices, or "*"')

    def fits(self, alert: Alert, countries: Collection[str] = ()) -> bool:
        """Return whether ``alert`` is what the rule is for; ``countries`` as in ``route``."""
        states = {*alert.codes.contributors, *countries}
        return (
            (not self.lanes or alert.lane in self.lanes)
            and (not self.kinds or alert.kind in self.kinds)
            and SEVERITIES.index(alert.severity) >= SEVERITIES.index(self.severity_at_least)
            and (not self.zones or not {*self.zones}.isdisjoint(alert.zones))
            and (not self.member_states or not states.isdisjoint(self.member_states))
            # A rescue is kept from offices, one by one, and from nobody by a rule.
            and (
                alert.lane == "sar"
                or strictness(alert.codes.handling) <= strictness(self.handling_at_most)
            )
        )


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """The routing table: offices, rules, and where a link leads.

    page  address of the live page, as people reach it; "" = messages carry no link

    Raises RoutingError for an office that is there twice or a rule that names an unknown one.
    """

    offices: tuple[Office, ...] = ()
    rules: tuple[Rule, ...] = ()
    page: str = ""

    def __post_init__(self) -> None:
        """Refuse tables that do not fit together."""
        ids = [office.id for office in self.offices]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise RoutingError(f"office {twice[0]!r} stands twice; give each office its own id")
        for rule in self.rules:
            _known(f"rule {rule.name!r}: offices", rule.offices, (*ids, EVERY_OFFICE))
        if self.page and not re.match(r"https?://[^\s]+$", self.page):
            raise RoutingError(f"page {self.page!r}: expected an address, as https://host/")

    def office(self, office_id: str) -> Office | None:
        """Return the office with this id, None where the table does not know it (any more)."""
        return next((one for one in self.offices if one.id == office_id), None)

    def check_channels(self, names: Collection[str]) -> None:
        """Raise RoutingError where an office or a rule names a channel not in ``names``."""
        for office in self.offices:
            _known(f"office {office.id}: channels", office.channels, names)
        for rule in self.rules:
            _known(f"rule {rule.name!r}: channels", rule.channels, names)


@dataclass(frozen=True, slots=True)
class Told:
    """An office that is told: how, how much, and by which rule.

    limited  no more than lane, place, time and link (Notice.limited) · why  for people
    """

    office: str
    channels: tuple[str, ...]
    language: Language
    limited: bool
    why: str


@dataclass(frozen=True, slots=True)
class Untold:
    """An office that would have been told and is not, and why."""

    office: str
    why: str


@dataclass(frozen=True, slots=True)
class _Ways:
    """How the rules that fit reach one office; in the order of the table."""

    rules: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    languages: list[Language] = field(default_factory=list)
    anyway: bool = False
    """Nobody else of ours would hear of a rescue."""


def route(
    alert: Alert,
    settings: RoutingSettings,
    *,
    centres: Collection[str] = (),
    countries: Collection[str] = (),
) -> tuple[Told, ...]:
    """Return who is told of ``alert``; rescue centres first where it is SAR, then as configured.

    centres    rescue centres whose region contains the place, as SarHelp names them: each one that
               is enabled is told of a SAR alert, whatever the rules say
    countries  Member States whose zones the alert is about, ISO 3166 alpha-3
    """
    found = considered(alert, settings, centres=centres, countries=countries)
    return tuple(one for one in found if isinstance(one, Told))


def considered(
    alert: Alert,
    settings: RoutingSettings,
    *,
    centres: Collection[str] = (),
    countries: Collection[str] = (),
) -> tuple[Told | Untold, ...]:
    """Return as ``route`` does, and also who is not told although a rule or region asks for it."""
    ways = _ways(alert, settings, centres, countries)
    offices = [one for one in settings.offices if one.id in ways]
    if alert.lane == "sar":
        offices.sort(key=lambda office: office.kind != "rescue_centre")
    return tuple(_judged(alert, office, ways[office.id]) for office in offices)


def explain(found: Sequence[Told | Untold], settings: RoutingSettings) -> str:
    """Return what ``considered`` gave as lines for people: the answer of a dry run."""
    return "\n".join(_explained(found, settings)) or "nobody: there is no office"


def limits(codes: Codes, office: Office) -> str:
    """Return why ``office`` may not be told the details under ``codes``; "" where it may.

    H1 binds what is done with it later, not who reads it. H2 needs the provider's permission,
    which a Member State has for what is its own. H3 and TLP red are for people who were named.
    """
    if codes.tlp == "red":
        return "TLP red"
    if codes.handling == "H2" and {*codes.contributors} == {office.country}:
        return ""
    if strictness(codes.handling) > strictness(office.handling_at_most):
        return f"handling {codes.handling}, the office has {office.handling_at_most} at most"
    return ""


def strictness(handling: str) -> int:
    """Return 0 for H0 to 3 for H3; what is unknown is the strictest."""
    return HANDLING.index(handling) if handling in HANDLING else len(HANDLING)


def _ways(
    alert: Alert,
    settings: RoutingSettings,
    centres: Collection[str],
    countries: Collection[str],
) -> dict[str, _Ways]:
    """Return by which rules, channels and languages each office is reached."""
    ways: dict[str, _Ways] = {}
    usual = [office.id for office in settings.offices if office.kind == "office"]
    for rule in settings.rules:
        if not rule.fits(alert, countries):
            continue
        for office_id in _named(rule, usual):
            way = ways.setdefault(office_id, _Ways())
            way.rules.append(f"rule {rule.name}")
            way.channels.extend(rule.channels)
            way.languages.extend([rule.language] if rule.language else [])
    if alert.lane == "sar" and alert.severity != "info":
        for office in settings.offices:
            if office.kind == "rescue_centre" and office.centre and office.centre in centres:
                ways.setdefault(office.id, _Ways()).rules.append(f"region of {office.centre}")
        if not any(_reached(alert, office, ways) for office in settings.offices):
            for office_id in usual:
                ways[office_id] = _Ways(
                    ["no rule fits a SAR alert: every office is told"], anyway=True
                )
    return ways


def _reached(alert: Alert, office: Office, ways: dict[str, _Ways]) -> bool:
    """Tell whether an office of ours would hear: not one that is off, barred or has no way."""
    way = ways.get(office.id) if office.kind == "office" and office.enabled else None
    return way is not None and bool(way.channels or office.channels) and not _barred(alert, office)


def _barred(alert: Alert, office: Office) -> str:
    """Return why an office of ours may not know of a rescue that only the list makes one."""
    if office.kind != "office" or not told_by_list(alert):
        return ""
    limit = limits(alert.codes, office)
    return limit and f"it is there only because the vessel is listed: {limit}"


def _named(rule: Rule, usual: Sequence[str]) -> Iterator[str]:
    names = [*rule.offices, *(usual if EVERY_OFFICE in rule.offices else ())]
    return (one for one in dict.fromkeys(names) if one != EVERY_OFFICE)


def _judged(alert: Alert, office: Office, way: _Ways) -> Told | Untold:
    """Return how much of ``alert`` an office is told, if anything."""
    barred = "" if way.anyway else _barred(alert, office)
    if reason := kept_from(alert, office) or barred:
        return Untold(office.id, reason)
    channels = tuple(dict.fromkeys(way.channels or office.channels))
    if not channels:
        return Untold(office.id, "it has no channel; give it one in config.yaml")
    # What a rescuer needs is told whatever the codes: see alerts.notices.for_rescuers.
    limit = "" if alert.lane == "sar" else limits(alert.codes, office)
    why = "; ".join([*way.rules, *([f"limited: {limit}"] if limit else [])])
    language = way.languages[0] if way.languages else office.language
    return Told(office.id, channels, language, bool(limit), why)


def kept_from(alert: Alert, office: Office) -> str:
    """Return why an office must not even know that there is an alert; "" where it may."""
    if not office.enabled:
        cure = (
            "needs an agreement on file" if office.kind == "rescue_centre" else "see config.yaml"
        )
        return f"not enabled: {cure}"
    if office.kind == "rescue_centre" and alert.lane != "sar":
        return "a rescue centre is told of SAR alerts only"
    if office.kind == "third_country" and (alert.lane != "sar" or told_by_list(alert)):
        if alert.codes.tlp not in _OPEN_TLP:
            return f"TLP {alert.codes.tlp} does not leave the Union"
        return limits(alert.codes, office)
    return ""


def _explained(found: Sequence[Told | Untold], settings: RoutingSettings) -> Iterator[str]:
    for one in found:
        office = settings.office(one.office)
        name = f"{one.office} ({office.name})" if office else one.office
        if isinstance(one, Told):
            much = "limited" if one.limited else "in full"
            yield f"told      {name}: {', '.join(one.channels)}; {one.language}; {much}; {one.why}"
        else:
            yield f"not told  {name}: {one.why}"
    for office in settings.offices:
        if not any(one.office == office.id for one in found):
            where = f", and no region of {office.centre} is concerned" if office.centre else ""
            yield f"not told  {office.id} ({office.name}): no rule fits{where}"


def _known(where: str, values: Sequence[str], allowed: Collection[str]) -> None:
    for value in values:
        if value not in allowed:
            named = where.rpartition(" ")[2]
            expected = ", ".join(allowed) or f"none, as there is no entry under {named}:"
            raise RoutingError(f"{where}: {value!r} is unknown; expected {expected}")


def lane_rank(lane: Lane) -> int:
    """Return 0 for SAR, which is told first, then law, then infrastructure."""
    return LANES.index(lane)
