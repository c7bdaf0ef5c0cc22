"""The network that a question means: grown step by step, cut to what somebody can read.

::

    roots ──ties──▶ neighbours ──ties──▶ … ──▶ ties among those found ──▶ at most MOST_NODES
      └── and the same from the other end, where a chain to another vessel is asked for
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.alert import Codes
from alerts.incidents.codes import AUTOMATIC, strictest
from alerts.links.network import Central, Network, Node, central, chain, counted, nearest
from alerts.links.ties import Tie, node_of
from alerts.roles import role_of
from alerts.scene import ROLES, UNKNOWN
from service.disclosure import entry_codes_of
from service.exporting.choosing import Viewer
from service.identity import MOST_USERS
from service.links.asking import MOST_NODES, WIDEST, Wanted
from service.links.reading import (
    BUSY,
    LONGEST_TOGETHER,
    MOST_ROWS,
    MOST_TOGETHER,
    Reads,
)
from store.dossier import names
from watchlist.flags import flag

if TYPE_CHECKING:
    import psycopg

    from watchlist.entries import WatchlistEntry

_FROM_BOTH = ("port", "together")
_CLOSED = 80
"""Up to so many nodes, ties among the outermost are read too."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a question found.

    roots, targets  nodes · way  nodes of the strongest chain between them, empty = none
    central   by whom most goes, the first first
    marks     by entry that a node is marked with, its codes · notes  sentences: bounds that held
    owners    persons of entries were compared
    """

    wanted: Wanted
    network: Network
    roots: tuple[str, ...]
    targets: tuple[str, ...] = ()
    way: tuple[str, ...] = ()
    central: tuple[Central, ...] = ()
    marks: tuple[tuple[str, Codes], ...] = ()
    notes: tuple[str, ...] = ()
    owners: bool = False

    @property
    def codes(self) -> Codes:
        """Return the strictest codes of all that is in it."""
        return strictest(
            AUTOMATIC, *(one.codes for one in self.network.ties), *(one for _, one in self.marks)
        )


def gathered(
    connection: psycopg.Connection, wanted: Wanted, viewer: Viewer, *, with_list: bool = True
) -> Found:
    """Return the network of ``wanted``, as ``viewer`` may know it; a vessel is there unheard.

    ``with_list`` False: without what the list tells.
    """
    reads = Reads(connection, wanted, viewer, with_list=with_list)
    roots, targets = _nodes(wanted.roots), _nodes(wanted.targets)
    notes: list[str] = []
    if wanted.roots:
        grown = _grown(reads, roots, wanted.hops, notes) | _grown(
            reads, targets, wanted.hops, notes
        )
        grown |= _among(reads, grown, notes)
    else:
        grown = {*reads.of(None)}
        notes.append(f"of the whole sea, company under way is not looked for, nor ports in which "
                     f"more than {BUSY} stays were told of")  # fmt: skip
    bare = _network(grown, (*roots, *targets))
    way = chain(bare, roots, targets)
    kept = nearest(bare, roots, MOST_NODES) | {*way, *targets}
    if len(bare.nodes) > len(kept):
        notes.append(f"of {counted(len(bare.nodes), 'node')} the {len(kept):,} with the strongest "
                     "ties are shown; ask for fewer steps or a shorter span")  # fmt: skip
    return _named(connection, reads, bare.only(kept), wanted, (roots, targets, way), notes)


def _nodes(mmsis: Iterable[int]) -> tuple[str, ...]:
    return tuple(map(node_of, mmsis))


def _grown(reads: Reads, roots: Sequence[str], hops: int, notes: list[str]) -> set[Tie]:
    """Return the ties within ``hops`` steps of ``roots``."""
    found: set[Tie] = set()
    seen, frontier = {*roots}, [*roots]
    for _ in range(hops if roots else 0):
        ties = reads.of(frontier) + reads.together(frontier)
        if any(len([one for one in ties if one.kind == kind]) >= MOST_ROWS
               for kind in ("met", "port", "together")):  # fmt: skip
            _once(notes, f"more than {MOST_ROWS:,} ties of a kind in one step: the weakest are "
                  "left out")  # fmt: skip
        found.update(ties)
        fresh = _strongest({one for tie in ties for one in tie.ends} - seen, ties)
        seen.update(fresh)
        frontier = fresh[:WIDEST]
        if len(fresh) > WIDEST and hops > 1:
            _once(notes, f"a further step goes on from the {WIDEST} vessels with the strongest "
                  "ties, not from all")  # fmt: skip
    return found


def _strongest(nodes: Collection[str], ties: Iterable[Tie]) -> list[str]:
    """Return ``nodes``, those with the strongest ties first."""
    strong: dict[str, float] = defaultdict(float)
    for tie in ties:
        for one in tie.ends:
            strong[one] += tie.strength
    return sorted(nodes, key=lambda one: (-round(strong[one], 6), one))


def _among(reads: Reads, found: set[Tie], notes: list[str]) -> set[Tie]:
    """Return the ties among all nodes of ``found``: who knows whom round a vessel."""
    nodes = {one for tie in found for one in tie.ends}
    if len(nodes) > _CLOSED:
        _once(notes, f"ties among the outermost are left out: more than {_CLOSED} nodes")
        return set()
    return {one for one in reads.of(nodes) if one.one in nodes and one.other in nodes}


def _network(ties: Iterable[Tie], more: Iterable[str]) -> Network:
    ordered = tuple(_once_a_pair(sorted({*ties}, key=lambda one: one.order)))
    nodes = {one for tie in ordered for one in tie.ends} | {*more}
    return Network({name: Node(name) for name in sorted(nodes)}, ordered)


def _once_a_pair(ordered: Iterable[Tie]) -> Iterator[Tie]:
    """Yield ties; of stays and of company, which both see from their side, the strongest."""
    seen = set()
    for tie in ordered:
        if (tie.kind, *tie.ends) not in seen:
            yield tie
        if tie.kind in _FROM_BOTH:
            seen.add((tie.kind, *tie.ends))


def _named(
    connection: psycopg.Connection, reads: Reads, bare: Network, wanted: Wanted,
    ends: tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], notes: list[str],
) -> Found:  # fmt: skip
    mmsis = [int(one) for one in bare.nodes if one.isdecimal()]
    said, marks = names(connection, mmsis), reads.marks(mmsis)
    nodes = {
        name: _vessel(int(name), said.get(int(name), {}), marks.get(int(name), ()))
        if name.isdecimal() else _entry(reads.entries[name])
        for name in bare.nodes
    }  # fmt: skip
    entries = {one.id: one for several in marks.values() for one in several}
    entries |= {name: reads.entries[name] for name in bare.nodes if not name.isdecimal()}
    coded = tuple((name, entry_codes_of(one)) for name, one in sorted(entries.items()))
    return Found(
        wanted, Network(nodes, bare.ties), *ends, tuple(central(bare)), coded,
        (*notes, *_always(wanted)), reads.compared_owners,
    )  # fmt: skip


def _vessel(mmsi: int, said: dict[str, object], entries: Sequence[WatchlistEntry]) -> Node:
    role = role_of(int(str(said.get("ship_type", 0))))
    listed = tuple(sorted({one.id for one in entries}))
    return Node(node_of(mmsi), str(said.get("name", "")), flag(mmsi) or "",
                "" if role == UNKNOWN else ROLES[role], listed)  # fmt: skip


def _entry(entry: WatchlistEntry) -> Node:
    return Node(entry.id, entry.name, entry.flag, entry.type, (entry.id,))


def _always(wanted: Wanted) -> list[str]:
    """Return what holds for every answer: what was looked at, and what AIS cannot show."""
    told = []
    if "identifiers" in wanted.groups:
        told.append(f"an identifier that more than {MOST_USERS} vessels sent ties nobody")
    if "together" in wanted.groups and wanted.roots:
        days = LONGEST_TOGETHER.days
        shorter = wanted.end - wanted.start > LONGEST_TOGETHER
        last = f" in the last {days} days of the span" if shorter else ""
        told.append(f"company under way is looked for round {MOST_TOGETHER} vessels a step{last}")
    return [*told, "vessels that send no AIS, or that nobody heard, are in no tie"]


def _once(notes: list[str], sentence: str) -> None:
    if sentence not in notes:
        notes.append(sentence)
