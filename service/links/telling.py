"""The network as people and programs read it: tables, sentences, JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alerts.alert import Codes
from alerts.links.network import counted, strength_of
from alerts.links.ties import WORDS
from service.cases import marked

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from alerts.links.ties import Tie
    from service.links.gathering import Found

HEADS = ("ONE", "OTHER", "WEIGHT", "TIE", "WHAT WAS SEEN", "FIRST", "LAST", "EVIDENCE")


def in_json(found: Found) -> dict[str, Any]:
    """Return a network as JSON values: times in ISO 8601, what is not known is null."""
    network, wanted = found.network, found.wanted
    return {
        "since": _iso(wanted.start), "until": _iso(wanted.end), "hops": wanted.hops,
        "ties": list(wanted.groups), "roots": list(found.roots), "to": list(found.targets),
        "chain": list(found.way), "chain_says": chain_says(found),
        "nodes": [
            {"id": one.id, "mmsi": one.mmsi, "name": one.name or None, "flag": one.flag or None,
             "type": one.role or None, "listed": list(one.listed)}
            for one in network.nodes.values()
        ],
        "links": [
            {"one": one, "other": other, "strength": round(strength_of(ties), 3),
             "evidence": [tie_in_json(tie) for tie in ties]}
            for (one, other), ties in network.pairs().items()
        ],
        "central": [
            {"node": one.node, "neighbours": one.neighbours, "between": one.between,
             "pairs": one.pairs, "says": one.words(network)}
            for one in found.central
        ],
        "notes": list(found.notes), "handling": handling(found.codes),
    }  # fmt: skip


def tie_in_json(tie: Tie) -> dict[str, Any]:
    """Return one tie as JSON values."""
    return {
        "kind": tie.kind, "says": tie.says, "strength": round(tie.strength, 3),
        "first": _iso(tie.first), "last": _iso(tie.last), "lon": tie.lon, "lat": tie.lat,
        "evidence": tie.evidence, "handling": tie.codes.handling, "tlp": tie.codes.tlp,
    }  # fmt: skip


def in_rows(found: Found) -> list[tuple[str, ...]]:
    """Return a row of HEADS for each tie, the strongest pairs first."""
    nodes, pairs = found.network.nodes, found.network.pairs()
    ordered = sorted(pairs, key=lambda ends: (-round(strength_of(pairs[ends]), 6), ends))
    return [
        (_who(found, tie.one), _who(found, tie.other), f"{tie.strength:.2f}", WORDS[tie.kind],
         tie.says, minute(tie.first), minute(tie.last), tie.evidence)
        for ends in ordered for tie in pairs[ends] if nodes
    ]  # fmt: skip


def in_words(found: Found) -> list[str]:
    """Return what stands beside the table: the chain, who lies between the others, notes."""
    told = [chain_says(found)] if found.targets else []
    told += [one.words(found.network) for one in found.central[:5]]
    return [*told, *(f"{one[:1].upper()}{one[1:]}." for one in found.notes),
            f"Handling {handling(found.codes)}."]  # fmt: skip


def chain_says(found: Found) -> str:
    """Return the chain between two as sentences; "" where none was asked for."""
    if not found.targets:
        return ""
    nodes = found.network.nodes
    one, other = nodes[found.roots[0]].called, nodes[found.targets[0]].called
    if not found.way:
        steps = counted(2 * found.wanted.hops, "step")
        return f"No chain of at most {steps} from {one} to {other} is known in this span."
    if len(found.way) == 1:
        return f"{one} and {other} are one vessel."
    pairs = found.network.pairs()
    told = []
    for here, there in zip(found.way, found.way[1:], strict=False):
        best = pairs[min(here, there), max(here, there)][0]
        told.append(f"{nodes[here].called} and {nodes[there].called}: {best.says}")
    return f"{counted(len(told), 'step')}: {'; '.join(told)}."


def handling(codes: Codes) -> str:
    """Return handling codes as a page says them."""
    return marked(codes)


def minute(moment: dt.datetime | None) -> str:
    """Return a time to the minute, UTC; "" for none."""
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else ""


def sentence_of(found: Found) -> str:
    """Return in one sentence what was found, or what was looked at where nothing was."""
    network = found.network
    whose = _names(found, found.roots)
    span = f"from {minute(found.wanted.start)} until {minute(found.wanted.end)}"
    if not network.ties:
        nothing = f"ties {whose} to anybody" if whose else "ties anybody"
        return f"Nothing {nothing} {span}, as far as we hear and you may know."
    return (f"{counted(len(network.ties), 'piece')} of evidence between "
            f"{counted(len(network.nodes), 'vessel')}"
            f"{f' round {whose}' if whose else ' of the whole sea'}, {span}.")  # fmt: skip


def _names(found: Found, ids: Sequence[str]) -> str:
    return ", ".join(found.network.nodes[one].called for one in ids[:3])


def _who(found: Found, node: str) -> str:
    one = found.network.nodes[node]
    return f"{one.id} {one.name}".strip() + ("*" if one.listed else "")


def _iso(moment: dt.datetime | None) -> str | None:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else None
