"""Lines that are not bare sentences: who reads them, and how their columns join the others.

JSON lines (first byte ``{``) and the lines of feeds with a layout go to their dialect; sentences
that come back inside (AIS-catcher) take the place of their line.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ais.batches import Decoded, PositionBatch, Receptions, SafetyText, StaticBatch
from ais.compiled import compiled
from ais.counts import SAMPLES, Counts, add
from ais.dedup import CLOCK, TAKEN, WHICH, Seen, has_room, mix, seen_before
from ais.distress import NOTES, in_distress
from ais.lines import CONTROL, TICK, LineBlock
from ais.waiting import ERA_US

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ais.batches import Columns
    from ais.dialect import Dialect, DialectResult
    from ais.lines import FeedNames

    _Batch = TypeVar("_Batch", bound=Columns)

JSON = "{"
"""The key of the dialect that reads lines beginning with this byte."""


def pick(block: LineBlock, rows: NDArray[np.int64]) -> LineBlock:
    """Return the lines ``rows`` of ``block`` over the same bytes."""
    return LineBlock(
        block.data,
        block.start[rows],
        block.end[rows],
        block.received[rows],
        block.feed[rows],
        block.spool[rows],
    )


def _joined(blocks: Sequence[LineBlock]) -> LineBlock:
    """Return the lines of several blocks in spool order; equal positions keep their order."""
    shift = np.cumsum([0, *(len(block.data) for block in blocks[:-1])])
    columns = {
        name: np.concatenate([getattr(block, name) for block in blocks])
        for name in ("received", "feed", "spool")
    }
    whole = LineBlock(
        np.concatenate([block.data for block in blocks]),
        np.concatenate([block.start + s for block, s in zip(blocks, shift, strict=True)]),
        np.concatenate([block.end + s for block, s in zip(blocks, shift, strict=True)]),
        columns["received"],
        columns["feed"],
        columns["spool"],
    )
    return pick(whole, np.argsort(whole.spool, kind="stable"))


def _owners(
    block: LineBlock, names: FeedNames, dialects: Mapping[str, Dialect]
) -> dict[str, NDArray[np.int64]]:
    """Return the rows that each dialect reads; none of them has two owners."""
    # The spool's own lines are nobody's, also where they look like JSON.
    owned = block.feed >= np.uint16(min(TICK, CONTROL))
    found = {}
    for name in dialects:
        if name != JSON and name in names.names:
            mine = block.feed == names.code(name)
            found[name] = np.flatnonzero(mine)
            owned |= mine
    if JSON in dialects and len(block.data):
        first = block.data[np.minimum(block.start, len(block.data) - 1)]
        filled = block.end > block.start
        found[JSON] = np.flatnonzero((first == ord(JSON)) & filled & ~owned)
    return {name: rows for name, rows in found.items() if len(rows)}


def hand_over(
    block: LineBlock, names: FeedNames, dialects: Mapping[str, Dialect]
) -> tuple[LineBlock, list[tuple[str, LineBlock, DialectResult]]]:
    """Give foreign lines to their dialects.

    Returns the lines to scan (bare ones and those carried inside others, in spool order) and, per
    dialect, its key, its lines and its result.
    """
    owners = _owners(block, names, dialects)
    if not owners:
        return block, []
    bare = np.ones(len(block), np.bool_)
    results = []
    for name, rows in owners.items():
        bare[rows] = False
        mine = pick(block, rows)
        results.append((name, mine, dialects[name].decode(mine)))
    own = pick(block, np.flatnonzero(bare))
    inside = [r.sentences for _, _, r in results if r.sentences is not None and len(r.sentences)]
    return (_joined([own, *inside]) if inside else own), results


def count(counts: Counts, lines: int, result: DialectResult) -> None:
    """Count the ``lines`` of a dialect, what they carried and the messages that they were."""
    inside = 0 if result.sentences is None else len(result.sentences)
    # The carried sentences were counted as lines when they were scanned.
    counts.lines += lines - inside
    counts.carried += inside
    add(counts.other, result.other)
    add(counts.rejected, result.rejected)
    counts.messages += result.messages
    counts.decoded += result.messages - sum(result.messages_rejected.values())
    add(counts.messages_rejected, result.messages_rejected)
    for reason, examples in result.samples.items():
        counts.sample(reason, examples)


class Repeats:
    """Knows the JSON reports of the last 10 s; senders of JSON hear one message at many stations.

    Sentences have a memory of their own (``reader``): nothing is said in both ways, and the clock
    of one memory must not go back.
    """

    def __init__(self) -> None:
        self._seen = Seen()

    def among(self, batch: PositionBatch) -> NDArray[np.bool_]:
        """Return which rows say what another said within 10 s before, (n,); remember the rest."""
        repeated = np.zeros(len(batch), np.bool_)
        words = _words(batch)
        received = batch.received.astype("M8[us]").view(np.int64)
        done = 0
        while done < len(batch):
            seen = self._seen
            done = _mark(words, received, seen.tables, seen.state, repeated, done)
            if done < len(batch):
                seen.grow()
        return repeated

    def freeze(self) -> dict[str, NDArray[Any]]:
        """Return the memory as plain arrays."""
        return {"seen": self._seen.entries(), "clock": self._seen.state[CLOCK : CLOCK + 1].copy()}

    def thaw(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Go on from what ``freeze`` returned; without it, start empty."""
        self._seen = Seen.of(state["seen"], int(state["clock"][0])) if state else Seen()


def _words(batch: PositionBatch) -> NDArray[np.int64]:
    """Return the bits of what each report says, (n, 8)."""
    said = ("mmsi", "message", "lon_deg", "lat_deg", "sog_kn", "cog_deg", "heading_deg")
    words = np.empty((len(batch), 8), np.int64)
    for at, name in enumerate((*said, "nav_status")):
        column = getattr(batch, name)
        bits = {"f8": "i8", "f4": "i4"}.get(column.dtype.str[1:])
        words[:, at] = np.ascontiguousarray(column).view(bits) if bits else column
    return words


@compiled
def _mark(
    words: NDArray[np.int64],
    received: NDArray[np.int64],
    seen: NDArray[np.int64],
    state: NDArray[np.int64],
    repeated: NDArray[np.bool_],
    first: int,
) -> int:
    """Mark repeated reports from ``first`` on; returns where ``seen`` must grow, else the end."""
    for k in range(first, len(words)):
        # As in the assembly: a little lateness does not turn the clock, another recording does.
        clock = state[CLOCK]
        if received[k] > clock or clock - received[k] > ERA_US:
            clock = received[k]
        if not has_room(seen, state, clock):
            return k
        key = 0
        for at in range(words.shape[1]):
            key = mix(key, words[k, at])
        repeated[k], new = seen_before(seen[state[WHICH]], key, clock)
        state[TAKEN] += new
    return len(words)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the rows of dialects have to pass.

    believed (65536,): feeds whose stamps are the time of a position · limits_us: how far a time
    may lie after and before the receive time · repeats: the JSON reports heard before
    """

    believed: NDArray[np.bool_]
    limits_us: tuple[int, int]
    repeats: Repeats
    counts: Counts


def _quarantine(lines: LineBlock, result: DialectResult, gate: Gate) -> DialectResult:
    """Take out the lines whose time is too far from their receive time, and count them.

    A call for help stays and has the receive time.
    """
    ahead_us, behind_us = gate.limits_us
    batch = result.positions
    after = (batch.time - batch.received).astype(np.int64)
    calling = ((after > ahead_us) | (-after > behind_us)) & in_distress(
        batch.mmsi, batch.nav_status
    )
    if calling.any():
        add(gate.counts.notes, {NOTES[1]: int(np.count_nonzero(calling))})
        batch = replace(batch, time=np.where(calling, batch.received, batch.time))
        result = replace(result, positions=batch)
        after[calling] = 0
    for reason, wrong in (("future", after > ahead_us), ("past", -after > behind_us)):
        spool = batch.spool[wrong]
        if len(spool):
            gate.counts.decoded -= len(spool)
            add(gate.counts.messages_rejected, {reason: len(spool)})
            rows = np.searchsorted(lines.spool, spool[:SAMPLES]).tolist()
            gate.counts.sample(reason, (lines.line(row) for row in rows))
            result = _without(result, spool)
    return result


def _without(result: DialectResult, spool: NDArray[np.uint64]) -> DialectResult:
    """Return a result without all that the lines at ``spool`` said."""
    return replace(
        result,
        positions=_kept(result.positions, spool),
        statics=_kept(result.statics, spool),
        texts=_kept(result.texts, spool),
    )


def _kept(batch: _Batch, spool: NDArray[np.uint64]) -> _Batch:
    return batch.take(~np.isin(batch.spool, spool))  # type: ignore[attr-defined]


def _judged(
    name: str, lines: LineBlock, result: DialectResult, gate: Gate
) -> tuple[DialectResult, Receptions]:
    """Return what may pass of a result, and all receptions of its reports."""
    batch = result.positions
    if name == JSON and len(batch):
        # The stamp of a feed that is not believed is no time of a position.
        time = np.where(gate.believed[batch.feed], batch.time, batch.received)
        result = replace(result, positions=replace(batch, time=time))
    result = _quarantine(lines, result, gate)
    unknown = np.count_nonzero(result.positions.mmsi == 0) + np.count_nonzero(
        result.texts.mmsi == 0
    )
    add(gate.counts.notes, {NOTES[0]: int(unknown)})
    heard = _heard(result.positions)
    if name == JSON and len(result.positions):
        repeated = gate.repeats.among(result.positions)
        heard = replace(heard, duplicate=repeated)
        if repeated.any():
            gate.counts.duplicates += int(np.count_nonzero(repeated))
            result = _without(result, result.positions.spool[repeated])
    gate.counts.without_position += int(np.count_nonzero(np.isnan(result.positions.lon_deg)))
    return result, heard


def _heard(batch: PositionBatch) -> Receptions:
    """Return the receptions of reports that came without a radio message."""
    return Receptions(
        batch.mmsi,
        batch.received,
        batch.feed,
        np.zeros(len(batch), np.uint32),
        batch.spool,
        batch.message,
        np.zeros(len(batch), np.bool_),
        batch.lon_deg,
        batch.lat_deg,
    )


def _in_order(kind: type[_Batch], batches: list[_Batch]) -> _Batch:
    """Return the rows of several batches in spool order."""
    filled = [batch for batch in batches if len(batch)]
    whole = kind.join(filled)
    return whole if len(filled) < 2 else whole.take(np.argsort(whole.spool, kind="stable"))  # type: ignore[attr-defined]  # noqa: PLR2004 (nothing to sort)


def merge(
    decoded: Decoded, results: Sequence[tuple[str, LineBlock, DialectResult]], gate: Gate
) -> Decoded:
    """Return the columns of the sentences and of the dialects as one, in spool order."""
    judged = []
    for name, lines, result in results:
        count(gate.counts, len(lines), result)
        judged.append(_judged(name, lines, result, gate))
    return Decoded(
        _in_order(PositionBatch, [decoded.positions, *(r.positions for r, _ in judged)]),
        _in_order(StaticBatch, [decoded.statics, *(r.statics for r, _ in judged)]),
        _in_order(SafetyText, [decoded.texts, *(r.texts for r, _ in judged)]),
        _in_order(Receptions, [decoded.receptions, *(heard for _, heard in judged)]),
    )
