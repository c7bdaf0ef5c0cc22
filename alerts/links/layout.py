"""Where nodes are drawn: forces from a fixed seed, so that the same network looks the same.

Each connected part is laid out by itself; the parts stand side by side, the largest first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from alerts.links.network import graph_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from alerts.links.network import Network

_SEED = 20_030_101
_ROUNDS = 120
_EXACT = 60  # up to so many nodes distances follow the steps; more would take seconds
_DIGITS = 4


def places(network: Network, wide: float) -> dict[str, tuple[float, float]]:
    """Return x and y of each node, x from 0 to ``wide`` and y from 0 to 1."""
    graph = graph_of(network)
    parts = sorted(nx.connected_components(graph), key=lambda one: (-len(one), min(one)))
    drawn = [(sorted(part), _part(graph.subgraph(part))) for part in parts]
    return _side_by_side(drawn, wide)


def _part(graph: nx.Graph[str]) -> NDArray[np.float64]:
    """Return the places of one part, rows in order of the nodes' names, within a unit square."""
    names = sorted(graph)
    if len(names) == 1:
        return np.array([[0.5, 0.5]])
    ordered: nx.Graph[str] = nx.Graph()
    ordered.add_nodes_from(names)
    for one, other in sorted((min(ends), max(ends)) for ends in graph.edges):
        ordered.add_edge(one, other, strength=graph.edges[one, other]["strength"])
    if len(names) <= _EXACT:
        found = nx.kamada_kawai_layout(ordered, weight=None, pos=nx.circular_layout(ordered))
    else:
        found = nx.spring_layout(ordered, weight="strength", seed=_SEED, iterations=_ROUNDS)
    at = np.array([found[name] for name in names], np.float64)
    at -= at.min(axis=0)
    reach = at.max(axis=0)
    # Two in a row have no height: they stand in the middle.
    at += np.where(reach < 1e-6, 0.5 * max(reach.max(), 1e-6), 0)  # noqa: PLR2004
    scaled: NDArray[np.float64] = at / max(reach.max(), 1e-6)
    return scaled


def _side_by_side(
    drawn: Sequence[tuple[list[str], NDArray[np.float64]]], wide: float
) -> dict[str, tuple[float, float]]:
    """Return all parts in one picture, in rows; each is as large as it has nodes."""
    sides = [math.sqrt(len(names)) for names, _ in drawn]
    across = max([*sides, math.sqrt(wide * sum(side**2 for side in sides))]) * 1.001
    at, x, y, high = {}, 0.0, 0.0, 0.0
    for (names, places_), side in zip(drawn, sides, strict=True):
        if x + side > across:
            x, y, high = 0.0, y + high, 0.0
        inner = places_ * 0.84 * side + 0.08 * side
        at.update({name: (x + px, y + py) for name, (px, py) in zip(names, inner, strict=True)})
        x, high = x + side, max(high, side)
    return _fitted(at, wide)


def _fitted(at: dict[str, tuple[float, float]], wide: float) -> dict[str, tuple[float, float]]:
    """Stretch a picture to its frame; the distances are no measure, so both ways may differ."""
    if not at:
        return {}
    points = np.array(list(at.values()))
    low, high = points.min(axis=0), points.max(axis=0)
    reach = np.where(high - low < 1e-6, 1.0, high - low)  # noqa: PLR2004
    middle = np.where(high - low < 1e-6, 0.5, 0.0)  # noqa: PLR2004
    scaled = ((points - low) / reach + middle) * (wide, 1.0)
    return {
        name: (round(float(x), _DIGITS), round(float(y), _DIGITS))
        for name, (x, y) in zip(at, scaled, strict=True)
    }
