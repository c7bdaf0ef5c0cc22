"""What the page of links draws and lists: places on the paper, and where evidence is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from alerts.links.layout import places
from alerts.links.network import strength_of
from alerts.links.ties import GROUPS, OF_THE_LIST, WORDS
from service.web.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alerts.links.network import Network, Node
    from alerts.links.ties import Tie
    from service.links.gathering import Found

Address = Callable[[str], str]
WIDE, HIGH = 800, 560
"""The paper, its own units: a unit is a pixel on the smallest screen."""
_EDGE_X, _EDGE_Y = 70, 34
_INNER = HIGH - 2 * _EDGE_Y
_ALL_NAMED = 36
_LONGEST_NAME = 18
_STRONG, _FAIR = 0.75, 0.4
_AROUND = dt.timedelta(hours=3)
_GROUP = {kind: group for group, kinds in GROUPS.items() for kind in kinds}
_SHAPES = {"meetings": "met", "together": "sailed", "identifiers": "shared", "ports": "port",
           "owners": "owned"}  # fmt: skip


def picture(found: Found, address: Address) -> dict[str, Any]:
    """Return nodes and edges as the template draws them; edges lie below."""
    network = found.network
    at = {
        name: (round(_EDGE_X + x * _INNER, 1), round(_EDGE_Y + y * _INNER, 1))
        for name, (x, y) in places(network, (WIDE - 2 * _EDGE_X) / _INNER).items()
    }  # fmt: skip
    named = _named(found)
    steps = {tuple(sorted(pair)) for pair in zip(found.way, found.way[1:], strict=False)}
    edges = [
        {"number": number, "from": at[ends[0]], "to": at[ends[1]], "way": ends in steps,
         "kind": _SHAPES[_GROUP[ties[0].kind]], "wide": round(1 + 3 * strength_of(ties), 1),
         "title": _edge_title(network, ties), "one": ends[0], "other": ends[1]}
        for number, (ends, ties) in enumerate(network.pairs().items())
    ]  # fmt: skip
    nodes = [
        {"id": one.id, "x": at[one.id][0], "y": at[one.id][1], "root": one.id in found.roots,
         "way": one.id in found.way, "target": one.id in found.targets,
         "listed": bool(one.listed), "label": _short(one.name or one.id), "named": one.id in named,
         "title": _node_title(one), "href": address(one.id) if one.mmsi else
         f"/watchlist/{one.id}"}
        for one in network.nodes.values()
    ]  # fmt: skip
    return {"wide": WIDE, "high": HIGH, "edges": edges, "nodes": nodes}


def rows_of(found: Found, address: Address, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the pairs as the table lists them, the strongest first."""
    network = found.network
    pairs = list(network.pairs().items())
    order = sorted(range(len(pairs)), key=lambda n: (-round(strength_of(pairs[n][1]), 6), n))
    return [
        {"number": number, "one": _end(network.nodes[pairs[number][0][0]], address),
         "other": _end(network.nodes[pairs[number][0][1]], address),
         "strength": strong(strength_of(pairs[number][1])),
         "ties": [_tie(tie, now) for tie in pairs[number][1]]}
        for number in order
    ]  # fmt: skip


def tied(found: Found, address: Address) -> list[dict[str, str]]:
    """Return who lies between the others, as sentences with where her links stand."""
    network = found.network
    return [
        {"says": one.words(network).removeprefix(network.nodes[one.node].called),
         "href": address(one.node), "name": network.nodes[one.node].called}
        for one in found.central if one.between >= 1 and network.nodes[one.node].mmsi
    ]  # fmt: skip


def strong(strength: float) -> str:
    """Return in words how strong evidence is."""
    grade = "strong" if strength >= _STRONG else "fair" if strength >= _FAIR else "weak"
    return say(f"links.strength.{grade}")


def evidence_of(tie: Tie, now: dt.datetime) -> tuple[str, str]:
    """Return where the evidence of a tie is opened, and what stands on the link."""
    what, _, name = tie.evidence.partition(":")
    if what == "alert":
        return f"/alerts/{name}", say("links.alert", id=name)
    if what == "entry":
        # Who the owners are stands apart from the entry, and reading it is a line of its own.
        persons = "/persons" if tie.kind.startswith("same_") else ""
        return f"/watchlist/{name}{persons}", say("links.entry", id=name)
    if what == "identity":
        return f"/#6/38/15?vessel={int(name)}", say("links.identity")
    return _on_map(tie, now), say("links.map_then")


def _on_map(tie: Tie, now: dt.datetime) -> str:
    """Return the address of the map where and when it was: at the end of what was seen."""
    where = f"/#12/{tie.lat or 38:.4f}/{tie.lon or 15:.4f}?"
    at = min(tie.last or tie.first or now, now)
    span = {"replay": at, "since": at - _AROUND, "until": min(at + _AROUND, now)}
    if span["until"] <= at:
        span["replay"] = at - dt.timedelta(minutes=10)
    vessel = f"vessel={int(tie.one)}&" if tie.one.isdecimal() else ""
    return where + vessel + "&".join(f"{name}={one:%Y%m%dT%H%M%S}" for name, one in span.items())


def _tie(tie: Tie, now: dt.datetime) -> dict[str, Any]:
    href, word = evidence_of(tie, now)
    return {
        "kind": WORDS[tie.kind], "shape": _SHAPES[_GROUP[tie.kind]], "says": tie.says,
        "when": _when(tie), "href": href, "word": word, "list": tie.kind in OF_THE_LIST,
    }  # fmt: skip


def _when(tie: Tie) -> str:
    if tie.first is None:
        return ""
    first = f"{tie.first:%d %b %Y %H:%M}"
    if tie.last is None:
        return say("links.seen_since", time=first)
    same = tie.last.date() == tie.first.date()
    return f"{first} – {tie.last:{'%H:%M' if same else '%d %b %Y %H:%M'}} UTC"


def _end(node: Node, address: Address) -> dict[str, Any]:
    where = address(node.id) if node.mmsi else f"/watchlist/{node.id}"
    said = ", ".join(filter(None, (node.role, node.flag, f"MMSI {node.id}" if node.mmsi else "")))
    return {"id": node.id, "name": node.called, "said": said, "href": where,
            "listed": node.listed}  # fmt: skip


def _edge_title(network: Network, ties: Sequence[Tie]) -> str:
    one, other = (network.nodes[name].called for name in ties[0].ends)
    kinds = ", ".join(dict.fromkeys(WORDS[tie.kind] for tie in ties))
    evidence = strong(strength_of(ties))
    return say("links.edge", one=one, other=other, kinds=kinds, evidence=evidence)


def _node_title(node: Node) -> str:
    said = ", ".join(filter(None, (node.role, node.flag)))
    name = f"{node.called} ({said})" if said else node.called
    if not node.listed:
        return name
    return say("links.node_listed", name=name, roles=", ".join(node.listed))


def _named(found: Found) -> set[str]:
    """Return which nodes carry their names: all of a few, else those that matter."""
    network = found.network
    if len(network.nodes) <= _ALL_NAMED:
        return {*network.nodes}
    return {*found.roots, *found.targets, *found.way, *(one.node for one in found.central),
            *(one.id for one in network.nodes.values() if one.listed)}  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
