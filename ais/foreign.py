"""Lines that are not bare sentences: who reads them, and how their columns join the others.

JSON lines (first byte ``{``) and the lines of feeds with a layout go to their dialect; sentences
that come back inside (AIS-catcher) take the place of their line.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ais.batches import Decoded, PositionBatch, Receptions, SafetyText, StaticBatch
from ais.counts import Counts, add
from ais.lines import LineBlock

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
    owned = np.zeros(len(block), np.bool_)
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
) -> tuple[LineBlock, list[tuple[str, int, DialectResult]]]:
    """Give foreign lines to their dialects.

    Returns the lines to scan (bare ones and those carried inside others, in spool order) and, per
    dialect, its key, the number of its lines and its result.
    """
    owners = _owners(block, names, dialects)
    if not owners:
        return block, []
    bare = np.ones(len(block), np.bool_)
    results = []
    for name, rows in owners.items():
        bare[rows] = False
        results.append((name, len(rows), dialects[name].decode(pick(block, rows))))
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


def _timed(
    name: str, batch: PositionBatch, believed: NDArray[np.bool_], ahead_us: int, counts: Counts
) -> PositionBatch:
    """Give JSON reports of feeds that are not believed their receive time; drop the future."""
    if name == JSON and len(batch):
        batch = replace(batch, time=np.where(believed[batch.feed], batch.time, batch.received))
    early = (batch.time - batch.received).astype(np.int64) <= ahead_us
    late = len(batch) - int(np.count_nonzero(early))
    if late:
        counts.decoded -= late
        add(counts.messages_rejected, {"future": late})
        batch = batch.take(early)
    counts.without_position += int(np.count_nonzero(np.isnan(batch.lon_deg)))
    return batch


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
    decoded: Decoded,
    results: list[tuple[str, int, DialectResult]],
    believed: NDArray[np.bool_],
    ahead_us: int,
    counts: Counts,
) -> Decoded:
    """Return the columns of the sentences and of the dialects as one, in spool order."""
    for _, lines, result in results:
        count(counts, lines, result)
    placed = [_timed(n, r.positions, believed, ahead_us, counts) for n, _, r in results]
    return Decoded(
        _in_order(PositionBatch, [decoded.positions, *placed]),
        _in_order(StaticBatch, [decoded.statics, *(r.statics for _, _, r in results)]),
        _in_order(SafetyText, [decoded.texts, *(r.texts for _, _, r in results)]),
        _in_order(Receptions, [decoded.receptions, *(_heard(b) for b in placed)]),
    )
