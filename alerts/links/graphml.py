"""The network as GraphML (graphml.graphdrawing.org): an edge for each tie, with its evidence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import networkx as nx

from alerts.links.ties import WORDS
from alerts.plain import plain

if TYPE_CHECKING:
    import datetime as dt

    from alerts.links.network import Network, Node
    from alerts.links.ties import Tie

# What prints and XML 1.0 still cannot hold (section 2.2).
_NO_XML = re.compile("[\ufffe\uffff]")


def graphml(network: Network, title: str, **about: str) -> bytes:
    """Return the document, UTF-8; what is not known is left out; ``about`` the whole."""
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    graph.graph |= {name: _text(one) for name, one in {"title": title, **about}.items()}
    for name, node in sorted(network.nodes.items()):
        graph.add_node(name, **_node(node))
    for number, tie in enumerate(sorted(network.ties, key=lambda one: one.order)):
        graph.add_edge(*tie.ends, key=f"t{number}", **_tie(tie))
    lines = nx.generate_graphml(graph, named_key_ids=True, edge_id_from_attribute="id")
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n").encode()


def _node(node: Node) -> dict[str, Any]:
    said = {"label": node.called, "name": node.name, "flag": node.flag, "type": node.role,
            "listed_as": "|".join(node.listed)}  # fmt: skip
    known: dict[str, Any] = {name: _text(text) for name, text in said.items() if text}
    return known if node.mmsi is None else {"mmsi": node.mmsi, **known}


def _tie(tie: Tie) -> dict[str, Any]:
    said: dict[str, Any] = {
        "kind": tie.kind, "label": WORDS[tie.kind], "says": tie.says,
        "strength": round(tie.strength, 3), "first": _time(tie.first), "last": _time(tie.last),
        "lon": tie.lon, "lat": tie.lat, "evidence": tie.evidence, "handling": tie.codes.handling,
        "tlp": tie.codes.tlp, "contributors": "|".join(tie.codes.contributors),
    }  # fmt: skip
    return {
        name: _text(one) if isinstance(one, str) else one
        for name, one in said.items() if one not in {None, ""}
    }  # fmt: skip


def _time(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else ""


def _text(text: str) -> str:
    return _NO_XML.sub("\ufffd", plain(text))
