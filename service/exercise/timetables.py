"""Which ships of an exercise keep to a line: by their timetables and the rule that is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alerts.traffic.lines import Call, lines_of
from service.exercise.incidents.script import Identity
from service.exercise.movement import leg_at
from service.exercise.voyages import MOORED, SAIL

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from alerts.traffic.lines import Line
    from service.exercise.company import Company
    from service.exercise.scenario import Scenario

DAYS = 30
SCHEDULED = frozenset({"passenger", "high_speed"})
_DAY_S = 86_400.0


def scheduled(
    company: Company, scenario: Scenario, until_s: float, days: int = DAYS
) -> tuple[Line, ...]:
    """Return the lines of a company: what its ferries did in the ``days`` before ``until_s``.

    ``until_s``: UTC epoch seconds. Where a ship is is a function of the time alone, so what she
    would have been seen to do can be said without any of it being sent.
    """
    ports, span = list(scenario.ports), (until_s - days * _DAY_S, until_s)
    calls = [
        Call(int(company.fleet.mmsi[row]), ports[port], ports[port].title(),
             round(first_s * 1e6), round(last_s * 1e6))
        for row, kind in enumerate(company.kinds) if kind in SCHEDULED
        for port, first_s, last_s in _stays(company, row, span)
    ]  # fmt: skip
    return lines_of(calls, days)


def at_sea(
    company: Company, mmsis: Collection[int], now_s: float, least_s: float = 3600.0
) -> list[Identity]:
    """Return those of ``mmsis`` that are under way for ``least_s`` more, the longest first."""
    left: dict[int, float] = {}
    for row, mmsi in enumerate(company.fleet.mmsi.tolist()):
        if mmsi not in mmsis:
            continue
        vessel = company.vessels[row]
        cycle_s = (now_s + float(vessel["phase_s"])) % company.sea.period_s[vessel["template"]]
        leg = company.sea.legs[leg_at(company.sea, int(vessel["template"]), cycle_s)]
        if leg["mode"] == SAIL and leg["arrives_s"] - cycle_s >= least_s:
            left[row] = float(leg["arrives_s"] - cycle_s)
    return [_identity(company, row) for row in sorted(left, key=lambda row: (-left[row], row))]


def _identity(company: Company, row: int) -> Identity:
    fleet = company.fleet
    return Identity(
        int(fleet.mmsi[row]), fleet.name[row].decode(), int(fleet.imo[row]),
        fleet.call_sign[row].decode(), int(fleet.ship_type[row]),
        int(fleet.to_bow[row] + fleet.to_stern[row]),
    )  # fmt: skip


def _stays(
    company: Company, row: int, span: tuple[float, float]
) -> Iterator[tuple[int, float, float]]:
    """Yield (port, from, until) of each stay of a ship at a berth in a span; epoch seconds."""
    sea, template = company.sea, int(company.vessels["template"][row])
    phase_s, period_s = float(company.vessels["phase_s"][row]), float(sea.period_s[template])
    legs = sea.legs[sea.first_leg[template] : sea.first_leg[template + 1]]
    stays = legs[(legs["mode"] == MOORED) & (legs["port"] >= 0)]
    first_lap, last_lap = (int((at_s + phase_s) // period_s) for at_s in span)
    for lap in range(first_lap, last_lap + 1):
        for leg in stays:
            begun_s = float(leg["start_s"]) + lap * period_s - phase_s
            if span[0] <= begun_s < span[1]:
                yield int(leg["port"]), begun_s, begun_s + float(leg["length_s"])
