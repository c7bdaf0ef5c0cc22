"""The network as a file: ties that may leave, each under its codes; what they forbid is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from alerts.links.ties import WORDS
from maps.export import SCHEMAS
from service.disclosure import forbids_codes
from service.links.asking import Wanted
from service.links.gathering import gathered

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    import psycopg

    from alerts.alert import Codes
    from alerts.links.network import Network
    from alerts.links.ties import Tie
    from service.exporting.choosing import Chosen, Viewer
    from service.exporting.tally import Tally

_BATCH = 1_000


def network_leaving(
    connection: psycopg.Connection, chosen: Chosen, viewer: Viewer, now: dt.datetime, tally: Tally
) -> Network:
    """Return what may leave of the network that a question means.

    A tie leaves only where its codes allow it, and a node keeps only the marks that may leave.
    """
    selection = chosen.selection
    start, end = selection.start or now, selection.end or now
    wanted = Wanted(selection.mmsis or (), start, end, chosen.asked.hops)
    found = gathered(connection, wanted, viewer)
    tally.step(len(found.network.ties))
    ties = [one for one in found.network.ties if _leaves(one.evidence, one.codes, tally)]
    marks = {name for name, codes in found.marks if _leaves(f"entry:{name}", codes, tally)}
    kept = {one for tie in ties for one in tie.ends} | {*found.roots}
    network = found.network.only(kept).with_ties(ties)
    nodes = {
        name: replace(node, listed=tuple(one for one in node.listed if one in marks))
        for name, node in network.nodes.items()
    }
    for note in found.notes:
        tally.note(note)
    tally.sources.update(WORDS[one.kind] for one in ties)
    tally.rows += len(ties)
    return replace(network, nodes=nodes)


def link_batches(network: Network) -> Iterator[pa.RecordBatch]:
    """Yield ties as SCHEMAS says."""
    rows = [_row(network, number, tie) for number, tie in enumerate(network.ties)]
    for at in range(0, len(rows), _BATCH):
        yield pa.RecordBatch.from_pylist(rows[at : at + _BATCH], schema=SCHEMAS["links"])


def _leaves(what: str, codes: Codes, tally: Tally) -> bool:
    """Tell whether what carries ``codes`` may leave; what may not is named once."""
    why = "" if tally.permission else forbids_codes(codes)
    if not why:
        tally.mix([codes])
    elif all(one != what for one, _ in tally.kept):
        tally.keep(what, why)
    return not why


def _row(network: Network, number: int, tie: Tie) -> dict[str, Any]:
    one, other = network.nodes[tie.one], network.nodes[tie.other]
    codes = tie.codes
    return {
        "id": f"t{number}", "one": one.id, "one_name": one.name or None,
        "one_listed": "|".join(one.listed) or None, "other": other.id,
        "other_name": other.name or None, "other_listed": "|".join(other.listed) or None,
        "kind": tie.kind, "says": tie.says, "strength": round(tie.strength, 3),
        "started_at": tie.first, "ended_at": tie.last, "lon_deg": tie.lon, "lat_deg": tie.lat,
        "evidence": tie.evidence, "handling": codes.handling,
        "handling_comment": codes.comment or None, "tlp": codes.tlp,
        "contributors": "|".join(codes.contributors) or None,
    }  # fmt: skip
