"""config.yaml, parsed once into frozen settings: each part gets only its section."""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

import platformdirs
import pydantic
import yaml
from pydantic_core import core_schema

from ais.feed import Feed
from ais.feeds import FEEDS
from ais.spool.layout import SpoolSettings
from ais.tracks import TrackSettings
from service.errors import SettingsError
from service.web.settings import WebSettings
from store.thinning import Thinning

Part = TypeVar("Part")
# Feeds are parsed one by one, each by the class of its kind.
Feeds = Annotated[
    tuple[Feed, ...], pydantic.GetPydanticSchema(lambda _type, _handler: core_schema.any_schema())
]


@dataclass(frozen=True, slots=True)
class IngestSettings:
    """How the pipeline reads its spool.

    block_lines     lines that make a block while the pipeline keeps up
    block_ms        age at which a smaller block is taken, milliseconds
    catch_up_lines  lines of a block while it lags behind
    snapshot_s      a snapshot of all state is written so often, seconds
    clock_speed     1 = real time; an exercise may run its clock faster
    """

    block_lines: int = 4096
    block_ms: int = 100
    catch_up_lines: int = 65_536
    snapshot_s: float = 60.0
    clock_speed: float = 1.0


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Which database, where DATABASE_URL does not say.

    folder  of the embedded server; None = in the user's data folder
    """

    folder: Path | None = None


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long things are kept, days.

    positions_days  live positions in the database
    latest_days     newest position of a segment that is not heard any more
    runs_days       replays, from when they were started
    spool_days      spool segments; a legal hold keeps them longer
    """

    positions_days: float = 90
    latest_days: float = 7
    runs_days: float = 30
    spool_days: float = 30


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How processes speak: ``level`` debug|info|warning|error; ``form`` text|json."""

    level: str = "info"
    form: str = "text"


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
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    web: WebSettings = field(default_factory=WebSettings)
    log: LogSettings = field(default_factory=LogSettings)


def read_settings(path: Path) -> Settings:
    """Read ``path``; raises SettingsError with the path of the setting that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        msg = f"{path}: cannot be read ({error.strerror}); expected a YAML file, see config.yaml"
        raise SettingsError(msg) from error
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        where = " ".join(str(error).split())
        msg = f"{path}: is not YAML ({where}); correct it or start from config.yaml"
        raise SettingsError(msg) from error
    return parse_settings(data or {}, str(path))


def parse_settings(data: Any, source: str = "settings") -> Settings:  # noqa: ANN401 (YAML)
    """Check ``data`` against the settings; raises SettingsError naming path and value."""
    if not isinstance(data, dict):
        msg = f"{source}: {data!r} is no mapping; expected sections such as feeds: and web:"
        raise SettingsError(msg)
    feeds = data.get("feeds") or []
    if not isinstance(feeds, list):
        msg = f"{source}: feeds: {feeds!r} is no list; expected entries such as - kind: tcp"
        raise SettingsError(msg)
    parsed = tuple(_feed(entry, f"{source}: feeds[{n}]") for n, entry in enumerate(feeds))
    _refuse_twins(parsed, source)
    rest = {key: value for key, value in data.items() if key != "feeds"}
    settings = parse(Settings, rest, source)
    return dataclasses.replace(settings, feeds=parsed)


def parse(part: type[Part], data: Any, source: str) -> Part:  # noqa: ANN401 (YAML)
    """Make a frozen dataclass of ``data``; an unknown key fails with its path."""
    _forbid_unknown(part)
    try:
        return pydantic.TypeAdapter(part).validate_python(data)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        cure = "remove it or correct its name" if "unexpected" in first["type"] else first["msg"]
        msg = f"{source}: {where}: {first['input']!r} is not accepted: {cure}"
        raise SettingsError(msg) from error


def _feed(entry: Any, source: str) -> Feed:  # noqa: ANN401 (YAML)
    kind = entry.get("kind") if isinstance(entry, dict) else None
    if kind not in FEEDS:
        msg = f"{source}.kind: {kind!r} is unknown; expected one of {', '.join(FEEDS)}"
        raise SettingsError(msg)
    feed: Feed = parse(FEEDS[kind], {k: v for k, v in entry.items() if k != "kind"}, source)
    return feed


def _refuse_twins(feeds: tuple[Feed, ...], source: str) -> None:
    names = [feed.name for feed in feeds]
    for name in names:
        if names.count(name) > 1:
            msg = f"{source}: feeds: the name {name!r} stands twice; give each feed its own"
            raise SettingsError(msg)


def _forbid_unknown(part: Any) -> None:  # noqa: ANN401 (any annotation)
    """Have pydantic refuse unknown keys in ``part`` and the dataclasses within."""
    for inner in typing.get_args(part):
        _forbid_unknown(inner)
    if isinstance(part, types.GenericAlias) or not dataclasses.is_dataclass(part):
        return
    part.__pydantic_config__ = pydantic.ConfigDict(extra="forbid", arbitrary_types_allowed=True)  # type: ignore[union-attr]
    for hint in typing.get_type_hints(part).values():
        _forbid_unknown(hint)
