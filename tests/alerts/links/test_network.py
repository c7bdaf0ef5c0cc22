"""Chains by the strength of evidence, who lies between the others, what is kept of too much."""

from __future__ import annotations

import io

import networkx as nx
import pytest

from alerts.links.graphml import graphml
from alerts.links.layout import places
from alerts.links.network import Network, Node, central, chain, nearest, strength_of
from alerts.links.ties import KINDS, WORDS, Tie, identifier, met, node_of, port, together
from tests.plugins.notices import HOSTILE


def tie(one: str, other: str, strength: float = 0.5, kind: str = "met", says: str = "met") -> Tie:
    return Tie(kind, one, other, says, strength, f"event:{one}{other}")  # type: ignore[arg-type]


def network(*ties: Tie) -> Network:
    names = sorted({one for each in ties for one in each.ends})
    return Network({name: Node(name, f"SHIP {name}") for name in names}, ties)


STAR = network(*(tie("a", other) for other in "bcde"))


def test_a_tie_has_no_direction() -> None:
    assert tie("b", "a").ends == tie("a", "b").ends == ("a", "b")


def test_several_ties_are_stronger_than_each() -> None:
    assert strength_of([tie("a", "b", 0.5), tie("a", "b", 0.5)]) == pytest.approx(0.75)


def test_a_chain_of_strong_evidence_beats_a_short_weak_one() -> None:
    weak, long_ = tie("a", "d", 0.1), [tie("a", "b", 0.9), tie("b", "c", 0.9), tie("c", "d", 0.9)]
    assert chain(network(weak, *long_), ["a"], ["d"]) == ("a", "b", "c", "d")
    strong = tie("a", "d", 0.8)
    assert chain(network(strong, *long_), ["a"], ["d"]) == ("a", "d")


def test_where_there_is_no_chain_there_is_none() -> None:
    two = network(tie("a", "b"), tie("c", "d"))
    assert chain(two, ["a"], ["d"]) == ()
    assert chain(two, ["a"], ["elsewhere"]) == ()


def test_any_of_the_numbers_of_a_vessel_may_begin_the_chain() -> None:
    assert chain(network(tie("b", "c"), tie("c", "d")), ["a", "b"], ["d"]) == ("b", "c", "d")


def test_who_lies_between_the_others_is_told_in_words() -> None:
    [middle] = central(STAR)
    assert (middle.node, middle.neighbours, middle.between, middle.pairs) == ("a", 4, 6, 6)
    assert middle.words(STAR) == (
        "SHIP a is tied to 4 others; she lies between 6 of 6 pairs of the others (most)."
    )


def test_who_is_tied_to_one_other_lies_between_nobody() -> None:
    assert central(network(tie("a", "b"))) == []


def test_of_too_many_the_strongest_round_a_vessel_are_kept() -> None:
    ties = [tie("root", f"n{n}", 0.1 + n / 20) for n in range(10)]
    assert nearest(network(*ties), ["root"], 4) == {"root", "n9", "n8", "n7"}


def test_the_same_network_is_always_drawn_the_same() -> None:
    ties = [tie(a, b) for a, b in ("ab", "bc", "ca", "de", "fg")]
    drawn = places(network(*ties), 1.6)
    assert drawn == places(network(*reversed(ties)), 1.6)
    assert all(0 <= x <= 1.6 and 0 <= y <= 1 for x, y in drawn.values())
    assert len(set(drawn.values())) == len(drawn)


def test_a_large_network_is_drawn_too() -> None:
    ties = [tie("root", f"n{n:03d}") for n in range(80)]
    drawn = places(network(*ties), 1.6)
    assert len({*drawn.values()}) == 81
    assert places(network(), 1.6) == {}


def test_every_kind_of_tie_has_its_word() -> None:
    assert set(WORDS) == set(KINDS)


def test_weights_lie_between_nothing_and_certainty() -> None:
    weights = [met(0.0), met(1.0), together(2), together(500), port(0.2), port(50),
               identifier("imo", 2), identifier("name", 5)]  # fmt: skip
    assert all(0 < one < 1 for one in weights)
    assert identifier("name", 5) < identifier("name", 2) < identifier("imo", 2)


@pytest.mark.parametrize("text", [*HOSTILE, "\ufffe"])
def test_graphml_is_read_back_whatever_ships_call_themselves(text: str) -> None:
    nodes = {one: Node(one, text, "ITA", text, (text,)) for one in ("247000001", "247000002")}
    told = tie("247000001", "247000002", says=text)
    read = nx.read_graphml(io.BytesIO(graphml(Network(nodes, (told, told)), text)), str)
    assert read.number_of_edges() == 2
    assert read.nodes["247000001"]["mmsi"] == 247_000_001
    [first, _] = [data for *_, data in read.edges(data=True)]
    assert (first["kind"], first["strength"]) == ("met", 0.5)
    assert "\x00" not in first["says"]


def test_a_vessels_node_is_her_nine_digits() -> None:
    assert (node_of(2_470_001), Node(node_of(2_470_001)).mmsi) == ("002470001", 2_470_001)
    assert Node("V-000001").mmsi is None
