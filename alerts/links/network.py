"""The network of ties: chains between two, who lies between the others, what is kept of too much.

Two nodes are as near as the evidence between them is strong: several ties of strength s weigh
1 - (1 - s)(1 - s)… together, and a step costs -ln of it. So the cheapest chain is the one whose
evidence, multiplied, is the strongest.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import networkx as nx

from alerts.links.ties import Tie

_STEP = 0.05
"""What a step costs beside its evidence: of two chains as sure, the shorter one is told."""
_SURE = 0.999
_FEW = 3
_SHARE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Node:
    """A vessel, or an entry of the list to which none has answered.

    name    as it was sent, "" = not known · flag  ISO 3166 alpha-3 · role  cargo, tanker …
    listed  ids of entries of the list, of those that the reader may know of
    """

    id: str
    name: str = ""
    flag: str = ""
    role: str = ""
    listed: tuple[str, ...] = ()

    @property
    def mmsi(self) -> int | None:
        """Return the MMSI of a vessel."""
        return int(self.id) if self.id.isdecimal() else None

    @property
    def called(self) -> str:
        """Return what she is called in a sentence."""
        return self.name or (f"MMSI {self.id}" if self.id.isdecimal() else self.id)


@dataclass(frozen=True, slots=True)
class Network:
    """Nodes by id, and ties between them."""

    nodes: Mapping[str, Node]
    ties: tuple[Tie, ...]

    def pairs(self) -> dict[tuple[str, str], tuple[Tie, ...]]:
        """Return the ties of each pair, the strongest first; pairs in order."""
        found: dict[tuple[str, str], list[Tie]] = defaultdict(list)
        for tie in sorted(self.ties, key=lambda one: one.order):
            found[tie.ends].append(tie)
        return {ends: tuple(several) for ends, several in found.items()}

    def only(self, kept: Collection[str]) -> Network:
        """Return the network of some nodes."""
        nodes = {name: node for name, node in self.nodes.items() if name in kept}
        return Network(nodes, tuple(
            one for one in self.ties if one.one in kept and one.other in kept
        ))  # fmt: skip

    def with_ties(self, ties: Iterable[Tie]) -> Network:
        """Return the same nodes with other ties."""
        return replace(self, ties=tuple(ties))


@dataclass(frozen=True, slots=True)
class Central:
    """How much goes by a node: vessels tied to her, pairs of others whose chain goes by her."""

    node: str
    neighbours: int
    between: float
    pairs: int

    def words(self, network: Network) -> str:
        """Return it as a sentence."""
        tied = f"{network.nodes[self.node].called} is tied to {counted(self.neighbours, 'other')}"
        if not self.pairs:
            return f"{tied}."
        if self.between < 1:
            return f"{tied}; no chain between others goes by her."
        share = self.between / self.pairs
        part = "most" if share > 0.5 else f"{share:.0%}" if share >= 0.01 else "few"  # noqa: PLR2004
        return (
            f"{tied}; she lies between {round(self.between):,} of {self.pairs:,} pairs of the "
            f"others ({part})."
        )


def strength_of(ties: Sequence[Tie]) -> float:
    """Return how strong several ties are together, 0 to 1."""
    return 1 - math.prod(1 - one.strength for one in ties)


def graph_of(network: Network) -> nx.Graph[str]:
    """Return one edge for each pair, with ``strength`` and ``cost``; always in the same order."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(network.nodes))
    for (one, other), ties in network.pairs().items():
        strength = min(_SURE, strength_of(ties))
        graph.add_edge(one, other, strength=strength, cost=_STEP - math.log(strength))
    return graph


def chain(network: Network, ones: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    """Return the nodes of the strongest chain from one of ``ones`` to one of ``others``.

    Empty where there is none. A vessel of several MMSIs may begin or end it with any.
    """
    graph = graph_of(network)
    starts = sorted({*ones} & {*graph})
    ends = {*others} & {*graph}
    if not starts or not ends:
        return ()
    cost = nx.multi_source_dijkstra_path_length(graph, set(starts), weight="cost")
    there = sorted((round(cost[one], _SHARE_DIGITS), one) for one in ends if one in cost)
    if not there:
        return ()
    ways = nx.multi_source_dijkstra_path(graph, set(starts), weight="cost")
    return tuple(ways[there[0][1]])


def central(network: Network, most: int = 12) -> list[Central]:
    """Return the nodes by which most goes, the first first; those with one neighbour are none.

    Betweenness over the strongest chains, within the part of the network that a node is in.
    """
    graph = graph_of(network)
    between = nx.betweenness_centrality(graph, normalized=False, weight="cost")
    found = []
    for part in nx.connected_components(graph):
        others = len(part) - 1
        pairs = others * (others - 1) // 2
        found += [
            Central(one, graph.degree(one), round(between[one], _SHARE_DIGITS), pairs)
            for one in part if graph.degree(one) > 1 and len(part) >= _FEW
        ]  # fmt: skip
    found.sort(key=lambda one: (-one.between, -one.neighbours, one.node))
    return found[:most]


def nearest(network: Network, roots: Collection[str], most: int) -> set[str]:
    """Return at most ``most`` nodes: the roots and those with the strongest chains to one.

    Without roots: those with the strongest ties of all.
    """
    graph = graph_of(network)
    there = {*roots} & {*graph}
    if there:
        cost = nx.multi_source_dijkstra_path_length(graph, there, weight="cost")
    else:
        cost = {one: -float(degree) for one, degree in graph.degree(weight="strength")}
    ordered = sorted(cost, key=lambda one: (round(cost[one], _SHARE_DIGITS), one))
    return {*ordered[:most]} | there


def counted(count: int, word: str) -> str:
    """Return a count with its word."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
