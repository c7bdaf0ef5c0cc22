"""From a scenario's cast to templates: what ships of each kind do all their days.

Everything is drawn from generators seeded by (seed, kind, number), so a template does not depend
on how many others there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from service.exercise.scenario import ScenarioError
from service.exercise.voyages import ANCHORED, AWAY, FISHING, HARBOUR_KN, KNOT, MOORED, Cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from service.exercise.paths import Paths
    from service.exercise.scenario import Kind, Scenario

Random = np.random.Generator
KINDS: tuple[Kind, ...] = (
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
)
SPEED_KN = {
    "cargo": (10.0, 18.5),
    "tanker": (10.0, 15.0),
    "passenger": (17.0, 21.0),
    "high_speed": (28.0, 35.0),
    "fishing": (7.5, 10.5),
    "pleasure": (4.5, 9.0),
    "tug": (6.0, 10.0),
    "pilot": (12.0, 20.0),
    "anchored": (9.0, 13.0),
    "moored": (9.0, 14.0),
}
"""Slowest and fastest service speed of each kind."""
DAY_S = 86_400.0
TURNROUND_S = 5_400.0
"""A ferry needs this long in port before it leaves again."""


@dataclass(slots=True)
class Stage:
    """The sea as templates need it: the scenario, its paths, and who is next to whom."""

    scenario: Scenario
    paths: Paths
    index: dict[str, int] = field(init=False)
    port_number: dict[str, int] = field(init=False)
    next_ports: dict[str, list[str]] = field(init=False)
    harbours: list[str] = field(init=False)

    def __post_init__(self) -> None:
        """Index the paths and ports; raises ScenarioError for a line without a path."""
        self.index = {key: number for number, key in enumerate(self.paths.keys)}
        self.port_number = {name: number for number, name in enumerate(self.scenario.ports)}
        self.harbours = [name for name, port in self.scenario.ports.items() if not port.gate]
        self.next_ports = {name: [] for name in self.scenario.ports}
        for start, end in self.scenario.lines():
            self.lane(start, end)
            self.next_ports[start].append(end)
            self.next_ports[end].append(start)

    def cycle(self) -> Cycle:
        """Return an empty cycle over these paths."""
        return Cycle(self.paths, self.index)

    def lane(self, start: str, end: str) -> str:
        """Return the key of the lane from ``start`` to ``end``, with ``-`` when backwards."""
        if f"lane:{start}>{end}" in self.index:
            return f"lane:{start}>{end}"
        if f"lane:{end}>{start}" in self.index:
            return f"-lane:{end}>{start}"
        raise ScenarioError(
            f"no route from {start} to {end} in the routes file: derive it with "
            "python -m service.exercise.derive_routes"
        )

    def spot(self, kind: str, port: str, random: Random) -> str:
        """Return the key of one of the ``berth``, ``anchor``, ``loop`` or ``tow`` paths there."""
        count = 0
        while f"{kind}:{port}:{count}" in self.index:
            count += 1
        if not count:
            raise ScenarioError(
                f"{port} has no {kind} in the routes file: derive it with "
                "python -m service.exercise.derive_routes"
            )
        return f"{kind}:{port}:{random.integers(count)}"


def merchant(stage: Stage, random: Random, kind: Kind) -> Cycle:
    """Return a walk over lanes from port to port and back, with waits and hours alongside."""
    cycle, knots = stage.cycle(), random.uniform(*SPEED_KN[kind])
    # There and back the same way: a cycle has to close.
    route = _walk(stage, random, int(random.integers(2, 5)))
    gates = {name for name, port in stage.scenario.ports.items() if port.gate}
    cycle.speed = (knots if route[0] in gates else HARBOUR_KN) * KNOT
    for start, end in pairwise(route):
        lane = stage.lane(start, end)
        cycle.towards(stage.port_number[end])
        cycle.sail(lane, knots, then=knots if end in gates else 7.0)
        if end in gates:
            cycle.arrived()
            cycle.stay(lane.removeprefix("-"), random.uniform(6, 40), AWAY)
            cycle.speed = knots * KNOT
        else:
            _call(stage, cycle, end, random, kind)
    return cycle


def _walk(stage: Stage, random: Random, hops: int) -> list[str]:
    # Gates draw most of the traffic, as Gibraltar and Suez do.
    names = list(stage.next_ports)
    weight = np.array([len(stage.next_ports[name]) for name in names], float) ** 1.3
    route = [str(random.choice(names, p=weight / weight.sum()))]
    for _ in range(hops):
        near = stage.next_ports[route[-1]]
        if not near:
            break
        route.append(str(random.choice(near)))
    return route + route[-2::-1]


def _call(stage: Stage, cycle: Cycle, port: str, random: Random, kind: Kind) -> None:
    # A wait at anchor for some, then the berth, then out again.
    if kind in {"cargo", "tanker"} and random.random() < 0.4:  # noqa: PLR2004
        anchor = stage.spot("anchor", port, random)
        cycle.sail(anchor, 5.0, then=0.5)
        cycle.arrived()
        cycle.stay(anchor, random.uniform(3, 22), ANCHORED)
        cycle.sail(f"-{anchor}", 6.0, then=6.0)
    berth = stage.spot("berth", port, random)
    cycle.sail(berth, 6.5, then=0.5)
    cycle.arrived()
    cycle.stay(berth, random.uniform(5, 20))
    cycle.sail(f"-{berth}", 6.5)


def fisher(stage: Stage, random: Random, _kind: Kind) -> Cycle:
    """Return trips to a ground: out, some tows, home, a rest in port."""
    cycle, knots = stage.cycle(), random.uniform(*SPEED_KN["fishing"])
    ground = str(random.choice(list(stage.scenario.grounds)))
    home = str(random.choice(stage.scenario.grounds[ground].ports))
    way = f"ground:{ground}>{home}"
    berth = stage.spot("berth", home, random)
    cycle.sail(f"-{berth}", 6.0)
    cycle.sail(f"-{way}", knots, then=4.0)
    towing = random.uniform(2.6, 4.2)
    for _ in range(int(random.integers(3, 8))):
        cycle.sail(stage.spot("tow", ground, random), towing, then=towing, status=FISHING)
    cycle.towards(stage.port_number[home])
    cycle.sail(way, knots)
    cycle.sail(berth, 6.0, then=0.5)
    cycle.arrived()
    cycle.stay(berth, random.uniform(5, 20))
    return cycle


def pleasure(stage: Stage, random: Random, _kind: Kind) -> Cycle:
    """Return day sails round a port, or a cruise to the next one and back."""
    cycle, knots = stage.cycle(), random.uniform(*SPEED_KN["pleasure"])
    home = str(random.choice(stage.harbours))
    berth = stage.spot("berth", home, random)
    cycle.sail(f"-{berth}", 4.0, then=4.0)
    near = [name for name in stage.next_ports[home] if name in stage.harbours]
    # Some yachts cruise, most sail out and come home.
    if near and random.random() < 0.45:  # noqa: PLR2004
        other = str(random.choice(near))
        for start, end in ((home, other), (other, home)):
            cycle.towards(stage.port_number[end])
            cycle.sail(stage.lane(start, end), knots, then=4.0)
            cycle.arrived()
    for _ in range(int(random.integers(1, 5))):
        cycle.sail(stage.spot("loop", home, random), knots, then=4.0)
    cycle.sail(berth, 4.0, then=0.5)
    cycle.stay(berth, random.uniform(2, 14))
    return cycle


def harbour_craft(stage: Stage, random: Random, kind: Kind) -> Cycle:
    """Return short runs out of a port: tugs and pilots."""
    cycle, knots = stage.cycle(), random.uniform(*SPEED_KN[kind])
    home = str(random.choice(stage.harbours))
    berth = stage.spot("berth", home, random)
    for _ in range(4):
        cycle.sail(f"-{berth}", 6.0, then=6.0)
        cycle.sail(stage.spot("loop", home, random), knots, then=6.0)
        cycle.sail(berth, 6.0, then=0.5)
        cycle.stay(berth, random.uniform(0.3, 4))
    return cycle


def waiting(stage: Stage, random: Random, kind: Kind) -> Cycle:
    """Return days at anchor or alongside, with a shift between the two."""
    cycle, port = stage.cycle(), str(random.choice(stage.harbours))
    anchor, berth = stage.spot("anchor", port, random), stage.spot("berth", port, random)
    at_anchor = kind == "anchored"
    cycle.towards(stage.port_number[port])
    cycle.stay(anchor, random.uniform(50, 150) if at_anchor else 6.0, ANCHORED)
    cycle.sail(f"-{anchor}", 6.0, then=6.0)
    cycle.sail(berth, 6.0, then=0.5)
    cycle.arrived()
    cycle.stay(berth, 8.0 if at_anchor else random.uniform(60, 150), MOORED)
    cycle.sail(f"-{berth}", 6.0, then=6.0)
    cycle.sail(anchor, 6.0, then=0.5)
    return cycle


PARTS: dict[Kind, Callable[[Stage, Random, Kind], Cycle]] = {
    "cargo": merchant,
    "tanker": merchant,
    "passenger": merchant,
    "fishing": fisher,
    "pleasure": pleasure,
    "tug": harbour_craft,
    "pilot": harbour_craft,
    "anchored": waiting,
    "moored": waiting,
}
"""What each kind does; high-speed craft sail lines (``shuttle``)."""


def ferry(
    stage: Stage,
    random: Random,
    line: tuple[str, str],
    leaves_s: Sequence[float],
    knots: float,
) -> Cycle:
    """Return a timetabled round trip that lasts whole days.

    It begins with the departure from the first port; ``leaves_s``: seconds after midnight UTC of
    the departures from either end.
    """
    cycle = stage.cycle()
    berths = [stage.spot("berth", port, random) for port in line]
    for here in (0, 1):
        there = 1 - here
        cycle.towards(stage.port_number[line[there]])
        cycle.sail(f"-{berths[here]}", 9.0, then=9.0)
        cycle.sail(stage.lane(line[here], line[there]), knots, then=9.0)
        cycle.sail(berths[there], 9.0, then=0.5)
        cycle.arrived()
        due = leaves_s[there] - leaves_s[0]
        days = np.ceil((cycle.now_s + TURNROUND_S - due) / DAY_S)
        cycle.stay(berths[there], (due + days * DAY_S - cycle.now_s) / 3600)
    return cycle


def shuttle(stage: Stage, random: Random, line: tuple[str, str], knots: float) -> Cycle:
    """Return a day of a high-speed craft: to and fro from 04:30 to about 20:00 UTC."""
    cycle = stage.cycle()
    berths = [stage.spot("berth", port, random) for port in line]
    cycle.stay(berths[0], 4.5 + random.uniform(0, 1.5))
    while cycle.now_s < 20 * 3600:
        for here in (0, 1):
            cycle.towards(stage.port_number[line[1 - here]])
            cycle.sail(f"-{berths[here]}", 12.0, then=12.0)
            cycle.sail(stage.lane(line[here], line[1 - here]), knots, then=12.0)
            cycle.sail(berths[1 - here], 12.0, then=0.5)
            cycle.arrived()
            cycle.stay(berths[1 - here], random.uniform(0.3, 0.6))
    days = np.ceil(cycle.now_s / DAY_S)
    cycle.stay(berths[0], (days * DAY_S - cycle.now_s) / 3600)
    return cycle


def to_and_fro(stage: Stage, random: Random, line: tuple[str, str], knots: float) -> Cycle:
    """Return a named vessel's cycle: one lane there and back, some hours in each port."""
    cycle = stage.cycle()
    for here in (0, 1):
        cycle.towards(stage.port_number[line[1 - here]])
        cycle.sail(stage.lane(line[here], line[1 - here]), knots)
        _call(stage, cycle, line[1 - here], random, "passenger")
    return cycle
