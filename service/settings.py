"""config.yaml, parsed once into frozen settings: each part gets only its section."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import platformdirs
import pydantic
from pydantic_core import core_schema

from ais.coverage import CoverageSettings
from ais.feed import Feed
from ais.feeds import FEEDS
from ais.spool.layout import SpoolSettings
from ais.tracks import TrackSettings
from alerts.detector import Detector
from alerts.detectors import DETECTORS
from alerts.notifier import Notifier
from alerts.notifiers import NOTIFIERS
from alerts.notifiers.email import Email
from alerts.roles import RoleSettings
from alerts.routing import RoutingError, RoutingSettings
from alerts.sar import SarSettings
from alerts.trends.settings import TrendSettings
from geofence.visits import VisitSettings
from service.alerting import AlertSettings
from service.anchors import AuditSettings
from service.bounds import check_bounds
from service.delivering import DeliverySettings
from service.digests import DigestSettings
from service.errors import SettingsError
from service.escalating import DutySettings
from service.fitting import check_fits
from service.people_settings import PeopleSettings
from service.receipts import ReceiptSettings
from service.retaining import RetentionSettings
from service.strict_yaml import NotYamlError, load_yaml
from service.traffic.learning import TrafficSettings
from service.web.settings import WebSettings
from store.thinning import Thinning
from watchlist.matching import MatchSettings

Part = TypeVar("Part")
# Feeds are parsed one by one, each by the class of its kind.
Feeds = Annotated[
    tuple[Feed, ...], pydantic.GetPydanticSchema(lambda _type, _handler: core_schema.any_schema())
]
# Likewise the channels by which alerts leave.
Channels = Annotated[
    tuple[Notifier, ...],
    pydantic.GetPydanticSchema(lambda _type, _handler: core_schema.any_schema()),
]
# Likewise the detectors, by name; one that is switched off is not there.
Detectors = Annotated[
    Mapping[str, Detector],
    pydantic.GetPydanticSchema(lambda _type, _handler: core_schema.any_schema()),
]
NEVER_OFF = "distress"
_FORMS = {
    "tuple_type": "expected a list, as [a, b]",
    "list_type": "expected a list, as [a, b]",
    "dict_type": "expected a mapping, as name: value",
    "mapping_type": "expected a mapping, as name: value",
}
"""What YAML calls it, where pydantic speaks of Python."""


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How the pipeline reads its spool.

    block_lines     lines that make a block while the pipeline keeps up
    block_ms        age at which a smaller block is taken, milliseconds
    catch_up_lines  most lines of a block while it lags behind
    snapshot_s      a snapshot of all state is written so often, seconds
    clock_speed     1 = real time; an exercise may run its clock faster
    """

    block_lines: int = 4096
    block_ms: int = 100
    catch_up_lines: int = 131_072
    snapshot_s: float = 60.0
    clock_speed: float = 1.0

    def next_lines(self, wanted: int, got: int) -> int:
        """Return the lines to read after a block of ``got``, of which ``wanted`` were asked for.

        A full block means that more waits: the next is twice as large, so that the database has
        something to write at once and less to do for each line the longer it takes.
        """
        return min(2 * wanted, self.catch_up_lines) if got == wanted else self.block_lines


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Which database, where DATABASE_URL does not say.

    folder  of the embedded server; None = in the user's data folder
    """

    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class WatchlistSettings:
    """How the list of vessels of interest is kept and matched.

    four_eyes   an entry matches only after a second person has released it; only an exercise may
                switch that off
    grace_days  days after its review's date at which an entry stops matching
    match       how names are compared
    """

    four_eyes: bool = True
    grace_days: int = 30
    match: MatchSettings = field(default_factory=MatchSettings)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How processes speak: ``level`` debug|info|warning|error; ``form`` text|json."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    form: Literal["text", "json"] = "text"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of the service.

    folder     spool, snapshots and quarantine live below it
    exercise   marks everything as EXERCISE
    """

    folder: Path = field(default_factory=lambda: platformdirs.user_data_path("vedetta"))
    exercise: bool = False
    feeds: Feeds = ()
    spool: SpoolSettings = field(default_factory=SpoolSettings)
    database: DatabaseSettings = field(default_factory=DatabaseSettings)
    ingest: IngestSettings = field(default_factory=IngestSettings)
    tracks: TrackSettings = field(default_factory=TrackSettings)
    thinning: Thinning = field(default_factory=Thinning)
    visits: VisitSettings = field(default_factory=VisitSettings)
    watchlist: WatchlistSettings = field(default_factory=WatchlistSettings)
    alerts: AlertSettings = field(default_factory=AlertSettings)
    routing: RoutingSettings = field(default_factory=RoutingSettings)
    channels: Channels = ()
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    duty: DutySettings = field(default_factory=DutySettings)
    digests: DigestSettings = field(default_factory=DigestSettings)
    receipts: ReceiptSettings = field(default_factory=ReceiptSettings)
    sar: SarSettings = field(default_factory=SarSettings)
    roles: RoleSettings = field(default_factory=RoleSettings)
    coverage: CoverageSettings = field(default_factory=CoverageSettings)
    detectors: Detectors = field(
        default_factory=lambda: {n: one() for n, one in DETECTORS.items()}
    )
    traffic: TrafficSettings = field(default_factory=TrafficSettings)
    trends: TrendSettings = field(default_factory=TrendSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    people: PeopleSettings = field(default_factory=PeopleSettings)
    web: WebSettings = field(default_factory=WebSettings)
    log: LogSettings = field(default_factory=LogSettings)


def read_settings(path: Path) -> Settings:
    """Read ``path``; raises SettingsError with the path of the setting that is wrong."""
    return parse_settings(load_settings(path), str(path))


def load_settings(path: Path) -> Any:  # noqa: ANN401 (YAML)
    """Return what ``path`` says, unchecked; raises SettingsError where it is no YAML file."""
    try:
        data = load_yaml(path.read_bytes())
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); expected a YAML file, see config.yaml"
        raise SettingsError(msg) from error
    except NotYamlError as error:
        msg = f"{path}: {error}; correct it or start from config.yaml"
        raise SettingsError(msg) from error
    return {} if data is None else data


def parse_settings(data: Any, source: str = "settings") -> Settings:  # noqa: ANN401 (YAML)
    """Check ``data`` against the settings; raises SettingsError naming path and value.

    A section without content (all its lines are comments) takes its defaults.
    """
    if not isinstance(data, dict):
        msg = f"{source}: {_shown(data)} is no mapping; expected sections as feeds: and web:"
        raise SettingsError(msg)
    feeds = _each(FEEDS, data, "feeds", source)
    channels = _each(NOTIFIERS, data, "channels", source)
    detectors = _detectors(data.get("detectors") or {}, f"{source}: detectors")
    apart = {"feeds", "channels", "detectors"}
    known = {one.name for one in dataclasses.fields(Settings)} - apart
    rest = {
        key: value
        for key, value in data.items()
        if key not in apart and not (value is None and key in known)
    }
    settings = parse(Settings, rest, f"{source}: ")
    if not settings.folder.parts:
        raise SettingsError(f"{source}: folder: is empty; expected the folder of the service")
    settings = dataclasses.replace(settings, folder=settings.folder.expanduser())
    check_bounds(settings, f"{source}: ")
    if settings.people.totp == "off" and not settings.exercise:
        msg = (
            f"{source}: people.totp: 'off' is not accepted: only an exercise may do without the "
            "second step; set it to required, or exercise: true"
        )
        raise SettingsError(msg)
    if not (settings.watchlist.four_eyes or settings.exercise):
        msg = (
            f"{source}: watchlist.four_eyes: False is not accepted: only an exercise may release "
            "entries without a second person; set it to true, or exercise: true"
        )
        raise SettingsError(msg)
    if settings.ingest.clock_speed != 1 and not settings.exercise:
        msg = (
            f"{source}: ingest.clock_speed: {settings.ingest.clock_speed:g} is not accepted: "
            "receive times would be false; only an exercise's clock may run faster; set it to 1, "
            "or exercise: true"
        )
        raise SettingsError(msg)
    if settings.audit.anchor_to and not any(isinstance(one, Email) for one in channels):
        msg = (
            f"{source}: audit.anchor_to: nothing here sends mail; expected a channel of kind "
            "email, or no address"
        )
        raise SettingsError(msg)
    try:
        settings.routing.check_channels([one.name for one in channels])
    except RoutingError as error:
        raise SettingsError(f"{source}: routing: {error}") from error
    check_fits(settings.routing, channels, settings.duty, settings.receipts, source)
    return dataclasses.replace(settings, feeds=feeds, channels=channels, detectors=detectors)


def parse(part: type[Part], data: Any, source: str) -> Part:  # noqa: ANN401 (YAML)
    """Make a frozen dataclass of ``data``; an unknown key fails with its path.

    ``source`` stands before that path: a file's name, or the place of the section in it.
    """
    kind: Any = part
    try:
        made: Part = _adapter(kind).validate_python(data)
    except pydantic.ValidationError as error:
        # An unknown key first: it tells why another one seems to be missing.
        faults = sorted(error.errors(), key=lambda fault: "unexpected" not in fault["type"])
        msg = _complaint(faults[0], source)
        raise SettingsError(msg) from error
    for where in _misread(data, made):
        raise SettingsError(f"{source}{where} is not accepted: expected a number")
    return made


def _misread(data: Any, made: Any, where: str = "") -> Iterator[str]:  # noqa: ANN401 (YAML)
    """Yield where true or false was given, and would count as 1 or 0."""
    if isinstance(data, bool) and isinstance(made, int | float) and not isinstance(made, bool):
        yield f"{where}: {data}"
    elif isinstance(data, dict):
        for key, value in data.items():
            got = made.get(key) if isinstance(made, Mapping) else getattr(made, key, None)
            yield from _misread(value, got, f"{where}.{key}" if where else str(key))
    elif isinstance(data, list) and isinstance(made, tuple):
        for n, (value, one) in enumerate(zip(data, made, strict=False)):
            yield from _misread(value, one, f"{where}[{n}]")


@cache
def _adapter(part: Any) -> pydantic.TypeAdapter[Any]:  # noqa: ANN401 (any dataclass)
    """Return what checks ``part``; kept, for making it takes longer than reading a file."""
    _forbid_unknown(part)
    return pydantic.TypeAdapter(part)


def _complaint(fault: Any, source: str) -> str:  # noqa: ANN401 (pydantic's own mapping)
    """Return one line for ``fault``.

    A value stands in it only beside a key that is known: what is unknown may be a secret that was
    written into the wrong place.
    """
    where = source + ".".join(str(step) for step in fault["loc"])
    where = where.rstrip(".: ")
    kind, reason = fault["type"], fault["msg"].removeprefix("Value error, ")
    if "unexpected" in kind:
        return f"{where}: is unknown; remove it or correct its name"
    if "missing" in kind:
        return f"{where}: is missing; give it a value"
    if kind in {"value_error", "assertion_error"}:
        return f"{where}: {reason}"
    reason = _FORMS.get(kind, reason)
    return f"{where}: {_shown(fault['input'])} is not accepted: {reason}"


def _shown(value: object) -> str:
    """Return a value for a message; not the inside of a section, which may hold a secret."""
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value)


def _each(
    kinds: Mapping[str, type[Any]], data: dict[str, Any], section: str, source: str
) -> tuple[Any, ...]:
    """Return the entries of a section whose entries are of several kinds, each by its class."""
    entries = data.get(section) or []
    if not isinstance(entries, list):
        example = next(iter(kinds))
        msg = (
            f"{source}: {section}: {_shown(entries)} is no list; expected entries such as - kind:"
        )
        raise SettingsError(f"{msg} {example}")
    parsed = tuple(
        _one(kinds, entry, f"{source}: {section}[{n}]") for n, entry in enumerate(entries)
    )
    names = [one.name for one in parsed]
    if twins := [name for name in names if names.count(name) > 1]:
        msg = f"{source}: {section}: the name {twins[0]!r} stands twice; give each its own"
        raise SettingsError(msg)
    return parsed


def _one(kinds: Mapping[str, type[Any]], entry: Any, source: str) -> Any:  # noqa: ANN401 (YAML)
    if not isinstance(entry, dict):
        msg = f"{source}: {_shown(entry)} is no mapping; expected kind: and its fields"
        raise SettingsError(msg)
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        msg = f"{source}.kind: {_shown(kind)} is unknown; expected one of {', '.join(kinds)}"
        raise SettingsError(msg)
    fields = {key: value for key, value in entry.items() if key != "kind"}
    part = parse(kinds[kind], fields, f"{source}.")
    check_bounds(part, f"{source}.")
    return part


def _detectors(data: Any, source: str) -> dict[str, Detector]:  # noqa: ANN401 (YAML)
    """Return the detectors that run, in their order, each with its settings."""
    if not isinstance(data, dict):
        msg = f"{source}: {_shown(data)} is no mapping; expected names as gap: and drift:"
        raise SettingsError(msg)
    for name in data.keys() - DETECTORS.keys():
        msg = f"{source}.{name}: is unknown; expected one of {', '.join(DETECTORS)}"
        raise SettingsError(msg)
    found: dict[str, Detector] = {}
    for name, kind in DETECTORS.items():
        said = data.get(name)
        if said is False and name != NEVER_OFF:
            continue
        if said is False:
            msg = f"{source}.{name}: False is not accepted: a distress is always told; remove it"
            raise SettingsError(msg)
        found[name] = parse(kind, {} if said is None else said, f"{source}.{name}.")
        check_bounds(found[name], f"{source}.{name}.")
    return found


def _forbid_unknown(part: Any) -> None:  # noqa: ANN401 (any annotation)
    """Have pydantic refuse unknown keys in ``part`` and the dataclasses within."""
    for inner in typing.get_args(part):
        _forbid_unknown(inner)
    if isinstance(part, types.GenericAlias) or not dataclasses.is_dataclass(part):
        return
    part.__pydantic_config__ = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)  # type: ignore[union-attr]
    for hint in typing.get_type_hints(part).values():
        _forbid_unknown(hint)
