"""Derive ``data/routes.json``: every land-free path of a scenario.

Run by hand after ports, lanes, ferries or grounds of a scenario have changed:
``python -m service.exercise.derive_routes [scenario] [-o FILE]``; it takes some minutes.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geofence.land import drawn, load_land
from service.exercise import strips
from service.exercise.grid import water_grid
from service.exercise.paths import METRES_PER_DEG, ROUTES
from service.exercise.scenario import load_scenario

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geofence.land import Land
    from service.exercise.grid import Grid
    from service.exercise.scenario import Ground, Port, Scenario

Strip = list[list[int]]
BERTHS, ANCHORAGES, LOOPS, TOWS = 16, 20, 6, 5
TRIES = 6_000


def main() -> None:
    """Write the routes file of the scenario named on the command line."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("scenario", nargs="?", default="mediterranean")
    arguments.add_argument("-o", "--out", type=Path, default=ROUTES)
    chosen = arguments.parse_args()
    scenario = load_scenario(chosen.scenario)
    paths = dict(all_paths(scenario, load_land()))
    lines = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(path, separators=(',', ':'))}"
        for name, path in paths.items()
    )
    about = {
        "scenario": scenario.name,
        "derived_by": "service/exercise/derive_routes.py",
        "land": "geofence/data/mediterranean_land.geojson",
        "unit": "longitudes and latitudes in 1e-4 degree, half-widths in metres",
    }
    chosen.out.write_text(f'{{"about":{json.dumps(about)},"paths":{{\n{lines}\n}}}}\n')
    print(f"{chosen.out.name}: {len(paths)} paths, {chosen.out.stat().st_size / 1e3:.0f} kB")


def all_paths(scenario: Scenario, land: Land) -> Iterator[tuple[str, Strip]]:
    """Yield the key and the stored strip of each path of ``scenario``."""
    yield from lanes(scenario, land)
    for number, (name, port) in enumerate(scenario.ports.items()):
        if not port.gate:
            yield from harbour(name, port, land, np.random.default_rng([7, number]))
    for number, (name, ground) in enumerate(scenario.grounds.items()):
        yield from tows(name, ground, land, np.random.default_rng([11, number]))


def lanes(scenario: Scenario, land: Land) -> Iterator[tuple[str, Strip]]:
    """Yield ``lane:A>B`` of each line and ``ground:G>A`` of each ground's ports."""
    grid = water_grid(land)
    jobs: dict[str, list[tuple[str, tuple[float, float], tuple[float, float]]]] = {}
    for start, end in scenario.lines():
        places = (scenario.ports[start].approach, scenario.ports[end].approach)
        jobs.setdefault(start, []).append((f"lane:{start}>{end}", *places))
    for name, ground in scenario.grounds.items():
        for port in ground.ports:
            places = (ground.centre, scenario.ports[port].approach)
            jobs.setdefault(name, []).append((f"ground:{name}>{port}", *places))
    gates = {port.approach for port in scenario.ports.values() if port.gate}
    for ways in jobs.values():
        previous = grid.ways(ways[0][1])
        for key, *ends in ways:
            raw = grid.way(previous, ends[1])[::-1]
            line = middle_line(np.concatenate([ends[:1], raw[1:-1], ends[1:]]), grid, land)
            width = strips.lane_width(line, land, (ends[0] in gates, ends[1] in gates))
            yield key, strips.strip(line, width, land, key)


def middle_line(way: NDArray[np.float64], grid: Grid, land: Land) -> NDArray[np.float64]:
    """Return the points of a lane along a raw ``way`` over the grid: tight, round, few."""
    return strips.thinned(strips.rounded(strips.pulled(way, grid, land), land), land)


def harbour(
    name: str, port: Port, land: Land, random: np.random.Generator
) -> Iterator[tuple[str, Strip]]:
    """Yield the berths, anchorages and pleasure loops round the approach of one port."""
    # Off the quays by the error of the coast: a berth must not be on land.
    berths = _spots(port, port.harbour, (0.0, 5_000.0), (150.0, 1_500.0), land, random)
    for number, spot in enumerate(berths[:BERTHS]):
        line = np.array([port.approach, spot])
        yield f"berth:{name}:{number}", strips.strip(line, np.array([0.0, 90.0]), land, name)
    anchors = _spots(port, port.approach, (2_500.0, 11_000.0), (1_400.0, 9e9), land, random)
    for number, spot in enumerate(anchors[:ANCHORAGES]):
        line = np.array([port.approach, spot])
        yield f"anchor:{name}:{number}", strips.strip(line, np.array([0.0, 200.0]), land, name)
    for number in range(LOOPS):
        loop = _loop(port, land, random)
        yield f"loop:{name}:{number}", strips.strip(loop, _closed(loop, 250.0), land, name)


def _spots(
    port: Port,
    middle: tuple[float, float],
    ring_m: tuple[float, float],
    off_land_m: tuple[float, float],
    land: Land,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    radius = np.sqrt(random.uniform(ring_m[0] ** 2, ring_m[1] ** 2, TRIES)) / METRES_PER_DEG
    spots = _round(middle, radius, random.uniform(0, 2 * np.pi, TRIES))
    spots = spots[~land.on_land(*spots.T)]
    legs = np.stack([np.broadcast_to(port.approach, spots.shape), spots], axis=1)
    spots = spots[~land.crosses(drawn(legs))][:1_000]
    off_m = np.asarray(shapely.distance(land.union, shapely.points(spots))) * METRES_PER_DEG * 0.8
    suited: NDArray[np.float64] = spots[(off_m > off_land_m[0]) & (off_m < off_land_m[1])]
    if len(suited):
        return suited
    # A harbour that the coarse coast walls in: its ships lie as near to land as they can.
    return spots[np.argsort(off_m)[off_m[np.argsort(off_m)] > off_land_m[0]]][:BERTHS]


def _round(
    middle: tuple[float, float], radius_deg: NDArray[np.float64], angle: NDArray[np.float64]
) -> NDArray[np.float64]:
    scale = np.cos(np.radians(middle[1]))
    east, north = radius_deg * np.cos(angle) / scale, radius_deg * np.sin(angle)
    return np.column_stack([middle[0] + east, middle[1] + north])


def _loop(port: Port, land: Land, random: np.random.Generator) -> NDArray[np.float64]:
    reach = random.uniform(5_000, 20_000)
    while True:
        count = int(random.integers(3, 6))
        turn = random.uniform(0, 2 * np.pi) + np.sort(random.uniform(0, 2.6, count))
        radius = random.uniform(0.4, 1.0, count) * reach / METRES_PER_DEG
        corners = np.vstack([port.approach, _round(port.approach, radius, turn), port.approach])
        loop = strips.thinned(strips.rounded(corners, land, 2), land)
        if not land.legs_cross(corners).any() and not land.legs_cross(loop).any():
            return loop
        reach *= 0.97


def tows(
    name: str, ground: Ground, land: Land, random: np.random.Generator
) -> Iterator[tuple[str, Strip]]:
    """Yield ``tow:G:n``: to and fro in a ground, as a trawler tows, back to its middle."""
    radius = ground.radius_km * 1_000 / METRES_PER_DEG
    for number in range(TOWS):
        heading = random.uniform(0, np.pi)
        across = np.linspace(-0.55, 0.55, int(random.integers(4, 8))) * radius
        ends = np.sqrt(radius**2 - across**2) * random.uniform(0.55, 0.85, len(across))
        ends *= np.where(np.arange(len(across)) % 2, -1, 1)
        u = np.concatenate([[0], np.column_stack([-ends, ends]).ravel(), [0]])
        v = np.concatenate([[0], np.repeat(across, 2), [0]])
        turned = np.hypot(u, v), np.arctan2(v, u) + heading
        track = strips.thinned(strips.rounded(_round(ground.centre, *turned), land, 1), land)
        yield f"tow:{name}:{number}", strips.strip(track, _closed(track, 400.0), land, name)


def _closed(track: NDArray[np.float64], width_m: float) -> NDArray[np.float64]:
    # Paths meet in one point: no jump from one to the next.
    width = np.full(len(track), width_m)
    width[[0, -1]] = 0.0
    return width


if __name__ == "__main__":
    main()
