"""A scenario: the cast, the ports, lanes and receivers of an exercise, read from one YAML file.

Positions are (longitude, latitude) in degrees, speeds in knots, times UTC. An unknown key or a
value of the wrong kind fails with its path in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from service.errors import WrongUseError

SCENARIOS = Path(__file__).parent / "scenarios"

Kind = Literal[
    "cargo",
    "tanker",
    "passenger",
    "high_speed",
    "fishing",
    "pleasure",
    "tug",
    "pilot",
    "anchored",
    "moored",
]
Position = tuple[
    Annotated[float, Field(ge=-180, le=180)],
    Annotated[float, Field(ge=-90, le=90)],
]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Speed = Annotated[float, Field(gt=0, le=60)]
Share = Annotated[float, Field(ge=0, le=0.5)]
_STRICT = ConfigDict(extra="forbid")


class ScenarioError(WrongUseError):
    """A scenario cannot be used; the message names the file and the path in it."""


@dataclass(frozen=True, slots=True)
class Port:
    """A harbour and its approach at sea; a gate is where ships leave the simulated sea."""

    __pydantic_config__ = _STRICT
    harbour: Position
    approach: Position
    locode: Annotated[str, Field(max_length=20)]
    gate: bool = False


@dataclass(frozen=True, slots=True)
class Ferry:
    """A line between two ports with a daily departure (UTC) from each."""

    __pydantic_config__ = _STRICT
    line: tuple[str, str]
    leaves: tuple[Clock, Clock]
    speed_kn: Speed
    ships: Annotated[int, Field(ge=1, le=20)] = 1


@dataclass(frozen=True, slots=True)
class FastLine:
    """A line of high-speed craft: there and back the whole day."""

    __pydantic_config__ = _STRICT
    line: tuple[str, str]
    speed_kn: Speed


@dataclass(frozen=True, slots=True)
class Ground:
    """A fishing ground: a circle without land, and the ports whose boats go there."""

    __pydantic_config__ = _STRICT
    centre: Position
    radius_km: Annotated[float, Field(gt=1, le=100)]
    ports: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Receiver:
    """A shore station, or a satellite that hears only the long-range report (type 27)."""

    __pydantic_config__ = _STRICT
    at: Position
    range_nm: Annotated[float, Field(gt=0, le=3000)]
    satellite: bool = False


@dataclass(frozen=True, slots=True)
class Aid:
    """An aid to navigation (type 21); ``kind`` as in ITU-R M.1371-5 table 74."""

    __pydantic_config__ = _STRICT
    name: Annotated[str, Field(max_length=20)]
    at: Position
    kind: Annotated[int, Field(ge=0, le=31)]
    virtual: bool = False


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of the received lines that arrive broken."""

    __pydantic_config__ = _STRICT
    bad_checksum: Share = 0.0
    truncated: Share = 0.0


@dataclass(frozen=True, slots=True)
class NamedVessel:
    """A vessel that is always in the cast, sailing to and fro on one lane."""

    __pydantic_config__ = _STRICT
    name: Annotated[str, Field(max_length=20)]
    kind: Kind
    mmsi: Annotated[int, Field(ge=200_000_000, le=799_999_999)]
    line: tuple[str, str]
    speed_kn: Speed


@dataclass(frozen=True, slots=True)
class Incident:
    """A scripted incident: what happens, when, and where unless the seed says (``incidents``)."""

    __pydantic_config__ = _STRICT
    kind: str
    at_s: Annotated[float, Field(ge=0)]
    vessels: tuple[str, ...] = ()
    place: Position | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that an exercise is made from besides the seed and the number of vessels."""

    __pydantic_config__ = _STRICT
    name: str
    ports: dict[str, Port]
    lanes: dict[str, tuple[str, ...]]
    receivers: dict[Annotated[str, Field(pattern=r"^[A-Z0-9_]{1,15}$")], Receiver]
    cast: dict[Kind, Annotated[int, Field(ge=0, le=1_000_000)]]
    grounds: dict[str, Ground] = field(default_factory=dict)
    ferries: tuple[Ferry, ...] = ()
    fast_lines: tuple[FastLine, ...] = ()
    aids: tuple[Aid, ...] = ()
    faults: Faults = Faults()
    vessels: tuple[NamedVessel, ...] = ()
    incidents: tuple[Incident, ...] = ()
    seed: int = 1

    def lines(self) -> list[tuple[str, str]]:
        """Return each pair of ports that ships sail between, once, in the order of the file."""
        pairs = [(start, end) for start, ends in self.lanes.items() for end in ends]
        pairs += [ferry.line for ferry in self.ferries]
        pairs += [fast.line for fast in self.fast_lines]
        pairs += [vessel.line for vessel in self.vessels]
        seen: dict[frozenset[str], tuple[str, str]] = {}
        for pair in pairs:
            seen.setdefault(frozenset(pair), pair)
        return list(seen.values())


def load_scenario(source: str | Path = "mediterranean") -> Scenario:
    """Read a scenario by the name of a carried one or by the path of a YAML file.

    Raises ScenarioError when it is missing, is no YAML, or breaks the schema.
    """
    path = Path(source)
    if path.suffix not in {".yaml", ".yml"}:
        path = SCENARIOS / f"{source}.yaml"
    try:
        raw = yaml.safe_load(path.read_text("utf-8"))
        scenario = TypeAdapter(Scenario).validate_python(raw)
    except OSError as problem:
        carried = ", ".join(sorted(file.stem for file in SCENARIOS.glob("*.yaml")))
        raise ScenarioError(
            f"scenario {source} cannot be read ({problem.strerror}): expected a YAML file or one "
            f"of: {carried}"
        ) from problem
    except yaml.YAMLError as problem:
        raise ScenarioError(f"scenario {path} is no YAML: {_one_line(problem)}") from problem
    except ValidationError as problem:
        raise ScenarioError(f"scenario {path}: {_first_fault(problem)}") from problem
    _check_ports(path, scenario)
    return scenario


def _check_ports(path: Path, scenario: Scenario) -> None:
    for pair in scenario.lines():
        for name in pair:
            _known(path, scenario, name, f"line {pair[0]}-{pair[1]}")
    for ground, area in scenario.grounds.items():
        for name in area.ports:
            _known(path, scenario, name, f"grounds.{ground}.ports")


def _known(path: Path, scenario: Scenario, name: str, where: str) -> None:
    if name not in scenario.ports:
        raise ScenarioError(f"scenario {path}: {where}: {name!r} is no port: add it to `ports`")


def _first_fault(problem: ValidationError) -> str:
    fault = problem.errors()[0]
    where = ".".join(str(part) for part in fault["loc"] if part != "[key]")
    if fault["type"] == "unexpected_keyword_argument":
        return f"{where}: unknown key; see docs/exercise.md for those that exist"
    return f"{where}: {fault['msg'].lower()} (found {str(fault['input'])[:60]!r})"


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())
